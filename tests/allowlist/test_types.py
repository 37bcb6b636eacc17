"""Manifests and templates by the types and parsers of those who read them: Kubernetes' OpenAPI types, HCL."""

import dataclasses
import json
import re
import sys
from collections.abc import Iterator
from importlib import import_module
from types import ModuleType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import hcl2
import pytest
import yaml
from hypothesis import given, settings

from lineclear.allowlist import CAPABILITIES, rules, write
from lineclear.errors import UsageError
from lineclear.model import Catalog

from .making import NAMES, addresses_for, catalogs, context, listed, snapshot


def types_of_kubernetes() -> Any:
    """The types, without the client whose base class they name."""
    schema = ModuleType("lightkube.core.schema")
    vars(schema).update(DictMixin=object, field=dataclasses.field, dataclass=dataclasses.dataclass)
    sys.modules.setdefault("lightkube.core", ModuleType("lightkube.core"))
    sys.modules.setdefault("lightkube.core.schema", schema)
    return import_module("lightkube.models.networking_v1")


NetworkPolicy = types_of_kubernetes().NetworkPolicy
TERRAFORM = [name for name, one in CAPABILITIES.items() if one.ending == "tf.json"]


def faults(value: Any, kind: Any, path: str = "") -> Iterator[str]:
    """Where a value is not of a type of the OpenAPI document."""
    origin = get_origin(kind)
    if origin in (Union, UnionType):
        found = [list(faults(value, one, path)) for one in get_args(kind)]
        yield from () if any(not one for one in found) else found[0]
    elif origin is list:
        if isinstance(value, list):
            for number, one in enumerate(value):
                yield from faults(one, get_args(kind)[0], f"{path}[{number}]")
        else:
            yield f"{path} is no list"
    elif origin is dict:
        if not isinstance(value, dict) or not all(isinstance(one, str) for one in value.values()):
            yield f"{path} is no mapping of texts"
    elif dataclasses.is_dataclass(kind):
        yield from _object_faults(value, kind, path)
    elif not isinstance(value, kind) or isinstance(value, bool) is not (kind is bool):
        yield f"{path} is no {kind}"


def _object_faults(value: Any, kind: Any, path: str) -> Iterator[str]:
    fields = {one.name.rstrip("_"): one for one in dataclasses.fields(kind)}
    hints = get_type_hints(kind)
    if not isinstance(value, dict):
        yield f"{path} is no object"
        return
    for name, inner in value.items():
        if name in fields:
            yield from faults(inner, hints[fields[name].name], f"{path}.{name}")
        else:
            yield f"{path}.{name} is unknown"


def policy(found: Catalog) -> Any:
    known = snapshot(NAMES) if found.id == "test" else addresses_for(found)
    return yaml.safe_load(write("kubernetes", rules(found), context(snapshot=known)).text)


def test_a_network_policy_is_of_the_types_of_kubernetes() -> None:
    read = policy(listed())
    assert (read["apiVersion"], read["kind"]) == ("networking.k8s.io/v1", "NetworkPolicy")
    assert list(faults(read, NetworkPolicy)) == []
    read["spec"]["egress"][0]["prots"] = []
    read["spec"]["egress"][1]["ports"][0]["port"] = 4.5
    assert len(list(faults(read, NetworkPolicy))) == 2


@settings(max_examples=40, deadline=None)
@given(found=catalogs)
def test_so_is_that_of_any_catalog(found: Catalog) -> None:
    assert list(faults(policy(found), NetworkPolicy)) == []


def texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for name, one in value.items():
            if name != "//":  # a comment: no template
                yield from texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from texts(one)
    elif isinstance(value, str):
        yield value


@pytest.mark.parametrize("dialect", TERRAFORM)
@settings(max_examples=15, deadline=None)
@given(found=catalogs)
def test_every_text_for_terraform_is_a_template_of_hcl(dialect: str, found: Catalog) -> None:
    """In its JSON syntax Terraform reads every text as a template: what it would make of each, HCL's parser tells."""
    try:
        document = json.loads(write(dialect, rules(found), context(snapshot=snapshot(NAMES))).text)
    except UsageError:
        return
    assert set(document) <= {"//", "variable", "resource"}
    every = list(dict.fromkeys(texts(document)))
    read = hcl2.loads("".join(f"v{number} = {json.dumps(text)}\n" for number, text in enumerate(every)))
    variables = set(document["variable"])
    for number, text in enumerate(every):
        assert text in str(read[f"v{number}"])
        assert {one.split(".")[1] for one in re.findall(r"\$\{(var\.\w+)", text)} <= variables
