"""Reads what `nft -j list ruleset` prints. Grammar: libnftables-json(5)."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from msgspec import Struct

from .conditions import Condition, Field, Unknown, Within, protocol_is
from .nft_shown import shown, term
from .nft_terms import condition, key_of
from .packet import TCP
from .positions import position
from .reading import UnreadError, unread
from .ruleset import Act, HookedChain, Rule, Ruleset, Spot
from .targets import act_of

FIX = "Give what this prints: nft -j list ruleset"
_VERSIONS = {"ip": (4,), "ip6": (6,), "inet": (4, 6)}
_VERDICTS = {"accept": Act.ACCEPT, "drop": Act.DROP, "reject": Act.DROP, "return": Act.RETURN, "continue": Act.CONTINUE}
_ENDS = {"masquerade": Act.ACCEPT, "snat": Act.ACCEPT}
_IMPLIED: dict[str, tuple[Condition, ...]] = {
    "icmp": (Within(Field.VERSION, ((4, 4),)),),
    "icmpv6": (Within(Field.VERSION, ((6, 6),)),),
    "tcp reset": (protocol_is(TCP),),
}
"""What kind of refusal says which packets: nft leaves out the match that says the same."""
_HARMLESS = frozenset({"counter", "log", "ct helper", "ct timeout", "secmark", "last"})
"""They change nothing a later rule is asked about."""
_CONDITIONS = frozenset({"limit", "quota", "ct count", "meter", "set", "map", "flow"})
"""They fit or not by what has passed before."""
_UNASKED = {
    "meta": ("key", {"mark", "priority", "pkttype", "nftrace", "secmark"}),
    "ct": ("key", {"mark", "label", "secmark"}),
    "tcp option": ("name", {"maxseg"}),
    "payload": ("field", {"dscp", "ecn", "ttl", "hoplimit", "flowlabel"}),
}
"""What a statement may set, for no condition of ours asks for it."""
_OF_IPTABLES = Unknown("it depends on a match of iptables, which nft does not show; iptables-save does")
_PERHAPS = ("tcp option", "payload")
"""Where a packet has no such part, what stands behind in the rule is not done."""


class _Set(Struct, frozen=True):
    """The elements of a set or a map that has a name."""

    elements: tuple[Any, ...]
    changes: bool
    """Its elements come and go without anybody's doing."""


class _File(Struct, frozen=True):
    """What rules refer to."""

    sets: dict[str, _Set]
    chains: frozenset[str]


def nftables(text: str, origin: str) -> Ruleset:
    """The ruleset.

    Raises:
        UsageError: it is not such JSON; the problem names line, column and what was expected.
    """
    try:
        read = json.loads(text)
    except json.JSONDecodeError as problem:
        found = UnreadError("JSON", text[problem.pos : problem.pos + 12].partition("\n")[0])
        raise unread(origin, problem.lineno, problem.colno, found, FIX) from None
    except (RecursionError, ValueError):
        raise unread(origin, 1, 1, UnreadError("JSON", "something too deep or too long"), FIX) from None
    path: list[str | int] = []
    try:
        return _ruleset(read, path)
    except UnreadError as problem:
        raise unread(origin, *position(text, path), problem, FIX) from None


def _ruleset(read: Any, path: list[str | int]) -> Ruleset:
    """The ruleset; `path` says at any time what is being read."""
    objects = list(_objects(read, path))
    asleep = {_key(one) for kind, one, _ in objects if kind == "table" and "dormant" in _list(one.get("flags", ()))}
    file = _File(
        sets={_key(one, one.get("name")): _set(one) for kind, one, _ in objects if kind in ("set", "map")},
        chains=frozenset(_key(one, one.get("name")) for kind, one, _ in objects if kind == "chain"),
    )
    file = _File(_with_changing(file.sets, objects), file.chains)
    chains: dict[str, list[Rule]] = {one: [] for one in file.chains}
    bases = []
    for kind, one, here in objects:
        path[:] = here
        if kind == "chain" and "hook" in one and _key(one) not in asleep:
            bases.append(_base(one))
        if kind == "rule":
            home = _key(one, one.get("chain"))
            if home not in chains:
                raise UnreadError("a rule of a chain that is listed", home)
            chains[home] += _rules(one, file, path)
    return Ruleset(bases=tuple(bases), chains={name: tuple(rules) for name, rules in chains.items()})


def _objects(read: Any, path: list[str | int]) -> Iterator[tuple[str, dict[str, Any], tuple[str | int, ...]]]:
    """Kind, object and path of everything that is listed."""
    listed = read.get("nftables") if isinstance(read, dict) else None
    if not isinstance(listed, list):
        raise UnreadError('{"nftables": [...]}', _begins(read))
    for number, one in enumerate(listed):
        path[:] = ["nftables", number]
        if not isinstance(one, dict) or len(one) != 1:
            raise UnreadError('one object, such as {"rule": {...}}', _begins(one))
        ((kind, inner),) = one.items()
        path.append(kind)
        if not isinstance(inner, dict):
            raise UnreadError("an object", _begins(inner))
        yield kind, inner, tuple(path)
    path[:] = []


def _begins(value: Any) -> str:
    return json.dumps(value)[:40]


def _key(one: dict[str, Any], *more: Any) -> str:
    """`inet filter` of a table or what is in it, and what is added."""
    return " ".join(map(str, (one.get("family"), one.get("table", one.get("name")), *more)))


def _list(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list | tuple) else (value,)


def _set(one: dict[str, Any]) -> _Set:
    changes = "timeout" in one or bool({"dynamic", "timeout"} & set(map(str, _list(one.get("flags", ())))))
    return _Set(elements=tuple(_list(one.get("elem", ()))), changes=changes)


def _with_changing(
    sets: dict[str, _Set], objects: Sequence[tuple[str, dict[str, Any], tuple[str | int, ...]]]
) -> dict[str, _Set]:
    """The sets, with those marked that some rule adds to."""
    for kind, one, _ in objects:
        if kind != "rule":
            continue
        for statement in _list(one.get("expr", ())):
            inner = statement.get("set") if isinstance(statement, dict) else None
            if isinstance(inner, dict) and (name := _key(one, str(inner.get("set")).removeprefix("@"))) in sets:
                sets = {**sets, name: _Set(sets[name].elements, True)}
    return sets


def _base(one: dict[str, Any]) -> HookedChain:
    family, name, hook = str(one.get("family")), str(one.get("name")), str(one.get("hook"))
    policy = _VERDICTS.get(str(one.get("policy", "accept")), Act.LOST)
    priority = one.get("prio", 0)
    return HookedChain(
        chain=_key(one, name),
        hook=hook,
        priority=priority if isinstance(priority, int) else 0,
        versions=_VERSIONS.get(family, (4, 6)),
        policy=policy,
        spot=Spot(f"{_key(one, name)}, policy {one.get('policy', 'accept')}"),
        nat=one.get("type") == "nat",
        aside=family not in _VERSIONS or hook in ("ingress", "egress"),
    )


def _rules(one: dict[str, Any], file: _File, path: list[str | int]) -> Iterator[Rule]:
    """A rule as nft has it, and one for each entry of a verdict map."""
    spot = Spot(f"{_key(one, one.get('chain'))}, handle {one.get('handle')}", _shown(one))
    conditions: list[Condition] = []
    path.append("expr")
    expr = one.get("expr", [])
    if not isinstance(expr, list):
        raise UnreadError("a list of statements", _begins(expr))
    for number, statement in enumerate(expr):
        path[4:] = [number]
        if not isinstance(statement, dict) or len(statement) != 1:
            raise UnreadError("one statement", _begins(statement))
        ((kind, inner),) = statement.items()
        if kind == "match":
            conditions.append(_match(inner, one, file))
        elif kind in _CONDITIONS:
            conditions.append(Unknown(f"it depends on {kind}"))
        elif kind == "xt" and _is_match(inner, expr[number + 1 :]):
            conditions += [] if _name(inner) == "comment" else [_OF_IPTABLES]
        elif kind == "vmap":
            yield from _map(inner, one, file, (tuple(conditions), spot))
            return
        elif named := _unasked(kind, inner):
            conditions += [Unknown(f"it depends on whether it sets {named}")] if named in _PERHAPS else []
        elif kind not in _HARMLESS:
            yield _ending(kind, inner, one, file, (tuple(conditions), spot))
            return


def _shown(one: dict[str, Any]) -> str:
    return shown(one.get("expr"), str(one.get("comment", "")))


def _is_match(inner: Any, behind: Sequence[Any]) -> bool:
    """Whether a part of iptables is a match. Older versions of nft do not say; there a target is what stands last."""
    kind = inner.get("type") if isinstance(inner, dict) else None
    return kind == "match" or (kind is None and not all(map(_counts, behind)))


def _counts(statement: Any) -> bool:
    return isinstance(statement, dict) and statement.keys() == {"counter"}


def _unasked(kind: str, inner: Any) -> str:
    """What kind of thing a statement sets, where no condition of ours asks for it."""
    if kind == "xt":
        return "xt" if act_of(_name(inner)) is Act.CONTINUE else ""
    if kind != "mangle" or not isinstance(inner, dict) or not isinstance(inner.get("key"), dict):
        return ""
    named, key = next(iter(inner["key"].items()), ("", None))
    part, known = _UNASKED.get(named, ("", set()))
    return named if isinstance(key, dict) and str(key.get(part)) in known else ""


def _name(inner: Any) -> str:
    return str(inner.get("name")) if isinstance(inner, dict) else ""


def _ending(
    kind: str, inner: Any, one: dict[str, Any], file: _File, so_far: tuple[tuple[Condition, ...], Spot]
) -> Rule:
    conditions, spot = so_far
    if kind in ("jump", "goto"):
        target = _key(one, inner.get("target") if isinstance(inner, dict) else None)
        if target not in file.chains:
            raise UnreadError("a jump to a chain that is listed", target)
        return Rule(conditions=conditions, act=Act(kind), target=target, spot=spot)
    if kind == "reject" and isinstance(inner, dict):
        conditions = (*conditions, *_IMPLIED.get(str(inner.get("type")), ()))
    if kind == "xt":
        act, kind = act_of(_name(inner)), f"{kind} {_name(inner)}".rstrip()
    else:
        act = {**_VERDICTS, **_ENDS}.get(kind, Act.LOST)
    why = f"what {kind} does is not modelled" if act is Act.LOST else ""
    return Rule(conditions=conditions, act=act, spot=spot, why=why)


def _match(inner: Any, one: dict[str, Any], file: _File) -> Condition:
    if not isinstance(inner, dict) or not {"left", "right", "op"} <= inner.keys():
        raise UnreadError('a match of "left", "op" and "right"', _begins(inner))
    elements, is_set = _elements(inner["right"], one, file)
    if isinstance(elements, Unknown):
        return elements
    return condition(inner["left"], str(inner["op"]), elements, is_set=is_set)


def _elements(right: Any, one: dict[str, Any], file: _File) -> tuple[Sequence[Any] | Unknown, bool]:
    """The elements that are matched against, and whether they are a set; unknown where they change."""
    if isinstance(right, str) and right.startswith("@"):
        found = file.sets.get(_key(one, right[1:]))
        if found is None:
            raise UnreadError("a set that is listed", right)
        return (Unknown(f"the set {right} changes by itself") if found.changes else found.elements), True
    if isinstance(right, dict) and "set" in right:
        return _list(right["set"]), True
    return _list(right), False


def _map(inner: Any, one: dict[str, Any], file: _File, so_far: tuple[tuple[Condition, ...], Spot]) -> Iterator[Rule]:
    """A rule for each entry; a key that is in none goes on to the next rule."""
    conditions, spot = so_far
    if not isinstance(inner, dict) or not {"key", "data"} <= inner.keys():
        raise UnreadError('a verdict map of "key" and "data"', _begins(inner))
    entries, _ = _elements(inner["data"], one, file)
    if isinstance(entries, Unknown):
        yield Rule(conditions=conditions, act=Act.LOST, spot=spot, why=entries.why)
        return
    key = key_of(inner["key"])
    for entry in entries:
        if not isinstance(entry, list) or len(entry) != 2 or not isinstance(entry[1], dict) or len(entry[1]) != 1:  # noqa: PLR2004
            raise UnreadError("a pair of a key and a verdict", term(entry))
        ((kind, target),) = entry[1].items()
        fits = (*conditions, *key.needs, key.among([entry[0]]))
        yield _ending(kind, target, one, file, (fits, spot))
