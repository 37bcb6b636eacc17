"""One packet and one ruleset, in a line each, for tables of tests."""

import ipaddress
import json
from typing import Any

from msgspec.structs import replace

from lineclear.allowlist.verify import Question, Ruling, format_of
from lineclear.allowlist.verify.asking import conversation, request
from lineclear.allowlist.verify.packet import TCP, UDP
from lineclear.allowlist.verify.ruleset import Ruleset
from lineclear.allowlist.verify.walking import Fate, fate


def fate_of(ruleset: Ruleset, place: str, **question: Any) -> Fate:
    """What becomes of a connection to `192.0.2.1 443`, or of datagrams to `192.0.2.1 53 udp`."""
    address, port, *rest = place.split()
    number = int(ipaddress.ip_address(address))
    version = ipaddress.ip_address(address).version
    asked = Question(**question)
    protocol = UDP if rest == ["udp"] else TCP
    first = request(version, protocol, asked.senders(version)[0], (number, number), (int(port), int(port)))
    return fate(ruleset, list(conversation(replace(first), asked)))


def ruling_of(ruleset: Ruleset, place: str, **question: Any) -> Ruling:
    return fate_of(ruleset, place, **question).ruling


def nft(*rules: list[Any], policy: str = "drop", hook: str = "output", more: Any = (), **base: Any) -> Ruleset:
    """An nftables ruleset of one chain; each rule is its statements."""
    return format_of("nftables").read(nft_text(*rules, policy=policy, hook=hook, more=more, **base), "a test")


def nft_text(*rules: list[Any], policy: str = "drop", hook: str = "output", more: Any = (), **base: Any) -> str:
    about = {"family": "inet", "table": "t"}
    chain = {**about, "name": "c", "type": "filter", "hook": hook, "prio": 0, "policy": policy, **base}
    found: list[Any] = [{"metainfo": {"json_schema_version": 1}}, {"table": {"family": "inet", "name": "t"}}]
    found += [*more, {"chain": chain}]
    for number, expr in enumerate(rules, 1):
        found.append({"rule": {**about, "chain": chain["name"], "handle": number, "expr": expr}})
    return json.dumps({"nftables": found})


def match(left: Any, right: Any, op: str = "==") -> dict[str, Any]:
    return {"match": {"op": op, "left": left, "right": right}}


def payload(words: str) -> dict[str, Any]:
    protocol, _, field = words.partition(" ")
    return {"payload": {"protocol": protocol, "field": field}}


def meta(key: str) -> dict[str, Any]:
    return {"meta": {"key": key}}


ACCEPT, DROP = {"accept": None}, {"drop": None}
ANSWERS = [match({"ct": {"key": "state"}}, ["established", "related"], "in"), ACCEPT]
