"""No catalog, however hostile, makes any dialect say anything but what it says of a harmless one."""

import json
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from lineclear.allowlist import CAPABILITIES, inapplicable, rules, write
from lineclear.errors import UsageError
from lineclear.model import Catalog, Kind, Ports

from .making import addresses_for, catalog, context, row

BREAKERS = (
    "\n", "\r", "\r\n", "\u2028", "\x00", "\x1b[2J", "\u202e", "'", '"', "`", "\\", "\\\n", "$(reboot)", "${x}", "%{x}",
    "; reboot", "& reboot", "| reboot", "#", "!", "//", "/*", "*/", "-->", "]]>", "</td><script>", "<b>",
    "{", "}", "[", "]",
    "END_OF_LINECLEAR", "\nEND_OF_LINECLEAR\nreboot\n", "\nend\nconfig system admin\n",
    "?", "\t", "=cmd()", "@x", "- a: b", "```",
)  # fmt: skip
TEXT = st.lists(st.sampled_from(BREAKERS) | st.text(max_size=4), min_size=1, max_size=6).map("".join)


def hostile(text: str, *, harmless: str) -> tuple[Catalog, Catalog]:
    """The same catalog twice: with `text` in every free field, and with a harmless word there."""
    both = []
    for words in (text, harmless):
        one = catalog(
            row("a.example", 443, loses=words, id=words, source=words),
            row("b_c.example", 4000, 4001, loses=words),
            row("192.0.2.9", 80),
            title=words,
            publisher=words,
            application=words,
            edition=words,
        )
        service = replace(one.services[0], name=words, label=words, region=words, loses=words)
        both.append(replace(one, services=(service,)))
    return both[0], both[1]


def made(dialect: str, found: Catalog, words: str) -> str:
    about = context(
        title=found.title,
        publisher=found.publisher,
        application=found.application,
        edition=found.edition,
        catalog=words,
        command=words,
        verify=words,
        snapshot=addresses_for(found),
    )
    return write(dialect, rules(found), about).text


def skeleton(text: str, comment: str) -> list[str]:
    """What a program acts on: lines that are no comments, with what stands in quotes, and our own names, taken out."""
    acted = [line for line in text.splitlines() if not (comment and line.startswith(comment))]
    bare = (re.sub(r'"[^"]*"|\'[^\']*\'', "Q", line) for line in acted)
    return [re.sub(r"(?i)lineclear[-_a-z0-9]*", "N", line) for line in bare]


ACTED_ON = [name for name, one in CAPABILITIES.items() if one.comment and not one.is_table]


@pytest.mark.parametrize("dialect", ACTED_ON)
@settings(max_examples=60, deadline=None)
@given(text=TEXT)
def test_a_text_never_becomes_a_command(dialect: str, text: str) -> None:
    bad, good = hostile(text, harmless="word")
    comment = CAPABILITIES[dialect].comment
    assert skeleton(made(dialect, bad, text), comment) == skeleton(made(dialect, good, "word"), comment)


@pytest.mark.parametrize("dialect", CAPABILITIES)
@settings(max_examples=40, deadline=None)
@given(text=TEXT)
def test_no_output_holds_a_control(dialect: str, text: str) -> None:
    bad, _ = hostile(text, harmless="word")
    out = made(dialect, bad, text)
    assert all(one == "\n" or one.isprintable() for one in out)
    out.encode()


@pytest.mark.parametrize("dialect", [name for name, one in CAPABILITIES.items() if one.ending == "tf.json"])
@settings(max_examples=60, deadline=None)
@given(text=TEXT)
def test_terraform_sees_no_expression_but_ours(dialect: str, text: str) -> None:
    bad, good = hostile(text, harmless="word")
    expressions = [
        re.findall(r"[$%]\{[^}]*\}", made(dialect, one, words)) for one, words in ((bad, text), (good, "word"))
    ]
    assert expressions[0] == expressions[1]


@pytest.mark.parametrize("dialect", ["markdown", "change-request", "change-request-html"])
@settings(max_examples=60, deadline=None)
@given(text=TEXT)
def test_markup_has_no_tags_but_ours(dialect: str, text: str) -> None:
    bad, good = hostile(text, harmless="word")
    tags = [re.findall(r"<[^>]*>", made(dialect, one, words)) for one, words in ((bad, text), (good, "word"))]
    assert tags[0] == tags[1]
    assert made(dialect, bad, text).count("\n") == made(dialect, good, "word").count("\n")


@settings(max_examples=100, deadline=None)
@given(text=TEXT)
def test_json_holds_it_whole(text: str) -> None:
    bad, _ = hostile(text, harmless="word")
    assert json.loads(made("json", bad, text))["title"] == text


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("breaker", BREAKERS)
@pytest.mark.parametrize("shape", ["{0}", "a.example{0}", "{0}a.example", "a{0}b.example"])
def test_a_host_that_is_none_is_refused(kind: Kind, breaker: str, shape: str) -> None:
    found = catalog(row(shape.format(breaker), 443, kind=kind))
    with pytest.raises(UsageError):
        rules(found)


@pytest.mark.parametrize(
    ("host", "kind"),
    [
        ("https://a.example", Kind.HOST),
        ("a.example:443", Kind.HOST),
        ("-rf.example", Kind.HOST),
        (".a.example", Kind.HOST),
        ("a..example", Kind.HOST),
        ("A.example", Kind.HOST),
        ("*.a.example", Kind.HOST),
        ("*", Kind.WILDCARD),
        ("a.*.example", Kind.WILDCARD),
        ("fe80::1%eth0", Kind.ADDRESS),
        ("2001:db8::0", Kind.ADDRESS),
        ("192.0.2.256", Kind.ADDRESS),
        ("192.0.2.01", Kind.ADDRESS),
        ("192.0.2", Kind.ADDRESS),
        ("192.0.2.1.", Kind.ADDRESS),
        ("192.0.2.1.1", Kind.ADDRESS),
        ("192.0.2.1\n", Kind.ADDRESS),
        ("192.0.2.1/24", Kind.CIDR),
        ("192.0.2.0/255.255.255.0", Kind.CIDR),
    ],
)
def test_near_misses_are_refused_too(host: str, kind: Kind) -> None:
    with pytest.raises(UsageError):
        rules(catalog(row(host, 443, kind=kind)))


@pytest.mark.parametrize(("first", "last"), [(0, 0), (-1, 80), (443, 80), (1, 65536)])
def test_a_port_that_is_none_is_refused(first: int, last: int) -> None:
    with pytest.raises(UsageError):
        rules(catalog(row("a.example", 443, ports=Ports(first=first, last=last))))


def test_a_hostile_snapshot_is_refused() -> None:
    found: Any = addresses_for(catalog(row("a.example", 443)))
    bad = replace(found, addresses={"a.example": ("192.0.2.1 }; flush ruleset",)})
    with pytest.raises(UsageError):
        write("nftables", rules(catalog(row("a.example", 443))), context(snapshot=bad))


def test_a_hostile_host_left_out_by_profile_is_refused() -> None:
    with pytest.raises(UsageError):
        inapplicable(catalog(row("a b", 443, kind=Kind.HOST, condition="x", required=False)))
