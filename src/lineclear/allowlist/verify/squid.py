"""Reads squid.conf, or what `squid -k parse` prints of it with all it includes. Grammar: squid.conf.documented."""

import re
from collections.abc import Iterator

from .reading import UnreadError, cut, unread
from .ruleset import Act, HookedChain, Rule, Ruleset, Spot
from .squid_acls import Acls
from .words import Line, Word, lines

FIX = "Give squid.conf, or, with all it includes, what this prints: squid -k parse 2>&1"
HOOK = "http_access"
_ACTS = {"allow": Act.ACCEPT, "deny": Act.DROP}
_PROCESSING = "| Processing: "
_DIRECTIVE = re.compile(r"[a-z][a-z0-9_]*\Z")
_HIDING = frozenset({"include", "if", "else", "endif"})
"""What stands behind them may be anything."""
_ANY: frozenset[str] = frozenset()
_BUMPING = frozenset({"bump", "stare", "terminate", "client-first", "server-first", "reconnect", "err"})
_DECIDING = {
    "adapted_http_access": frozenset({"deny"}),
    "http_access2": frozenset({"deny"}),
    "http_reply_access": frozenset({"deny"}),
    "miss_access": frozenset({"deny"}),
    "never_direct": frozenset({"allow"}),
    "ssl_bump": _BUMPING,
    "cache_peer": _ANY,
    "url_rewrite_program": _ANY,
    "redirect_program": _ANY,
    "adaptation_access": frozenset({"allow"}),
}
"""Directives that may stop what http_access lets through, where they hold one of those words."""


def squid(text: str, origin: str) -> Ruleset:
    """What is decided about requests: a chain of the http_access lines, and one of what else may decide.

    Raises:
        UsageError: it is no such file; the problem names line, column and what was expected.
    """
    acls = Acls()
    access: list[Rule] = []
    others: list[Rule] = []
    number = column = 1
    try:
        for number, line in _numbered(text):
            for one in lines(line):
                column = one.words[0].column
                _read(one, number, acls, access, others)
        if not acls.types and not access:
            raise UnreadError("acl and http_access lines")  # noqa: TRY301  it is told like all others
    except UnreadError as problem:
        raise unread(origin, number, column, problem, FIX) from None
    return Ruleset(bases=(_hooked(access), _beside()), chains={HOOK: tuple(access), "others": tuple(others)})


def _hooked(access: list[Rule]) -> HookedChain:
    """What no line decides is decided against the last line; without any, denied."""
    said = [one for one in access if one.act is not Act.LOST]
    policy = Act.ACCEPT if said and said[-1].act is Act.DROP else Act.DROP
    why = f"no line decides, and the last one is {said[-1].spot.place}" if said else "there is no http_access line"
    return HookedChain(chain=HOOK, hook=HOOK, policy=policy, spot=Spot(why))


def _beside() -> HookedChain:
    return HookedChain(chain="others", hook=HOOK, priority=1, policy=Act.ACCEPT, spot=Spot("no line"))


def _numbered(text: str) -> Iterator[tuple[int, str]]:
    """Lines with their numbers; one that ends in a backslash goes on in the next. Of a log, what was processed."""
    is_log = _PROCESSING in text
    waiting, began = "", 0
    for number, line in enumerate(text.splitlines(), 1):
        if is_log:
            _, found, said = line.partition(_PROCESSING)
            if found and not said.startswith("include "):  # what is included follows
                yield number, said
            continue
        began = began if waiting else number
        if line.endswith("\\"):
            waiting += f"{line[:-1]} "
        else:
            yield began, waiting + line
            waiting = ""
    if waiting:
        yield began, waiting


def _read(line: Line, number: int, acls: Acls, access: list[Rule], others: list[Rule]) -> None:
    first, *rest = line.words
    if not _DIRECTIVE.match(first.text):
        raise UnreadError("a directive of Squid", first.text, first.column)
    spot = Spot(f"line {number}", cut(line.text))
    if first.text == "acl":
        acls.define(rest)
    elif first.text == HOOK:
        access.append(_access(first, rest, acls, spot))
    elif first.text in _HIDING:
        access.append(_lost(spot, f"what {first.text} brings is not in the file"))
    elif first.text in _DECIDING and _may_stop(_DECIDING[first.text], rest):
        others.append(_lost(spot, f"what {first.text} does is not modelled"))


def _may_stop(words: frozenset[str], rest: list[Word]) -> bool:
    return not words or any(one.text in words for one in rest)


def _access(first: Word, rest: list[Word], acls: Acls, spot: Spot) -> Rule:
    if not rest or rest[0].text not in _ACTS:
        found = rest[0] if rest else Word("", first.column + len(first.text))
        raise UnreadError("allow or deny", found.text, found.column)
    if len(rest) == 1:
        raise UnreadError("an ACL", "", rest[0].column + len(rest[0].text))
    return Rule(conditions=tuple(map(acls.named, rest[1:])), act=_ACTS[rest[0].text], spot=spot)


def _lost(spot: Spot, why: str) -> Rule:
    return Rule(act=Act.LOST, spot=spot, why=why)
