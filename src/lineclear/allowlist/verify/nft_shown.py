"""Expressions of nft's JSON as nft writes them: for people, who look for the line in their own file."""

from typing import Any

from .reading import cut

_MOST = 6


def shown(expr: Any, comment: str = "") -> str:
    """A rule's statements on one line, cut where it is long."""
    words = [_statement(one) for one in expr] if isinstance(expr, list) else []
    words += [f'comment "{comment}"'] if comment else []
    return cut(" ".join(word for word in words if word))


def term(value: Any) -> str:
    """One expression: what is matched, or matched against."""
    if isinstance(value, dict) and len(value) == 1:
        ((kind, inner),) = value.items()
        return _TERMS[kind](inner) if kind in _TERMS and _is_whole(kind, inner) else str(kind)
    if isinstance(value, list):
        return ",".join(map(term, value))
    return str(value)


def _is_whole(kind: str, inner: Any) -> bool:
    """Whether it has the parts its kind needs, so that it can be written out."""
    if kind in _PARTS:
        return isinstance(inner, dict) and all(part in inner for part in _PARTS[kind])
    return isinstance(inner, list) and (kind not in ("range", "&") or len(inner) == 2)  # noqa: PLR2004


def _statement(one: Any) -> str:
    if not isinstance(one, dict) or len(one) != 1:
        return ""
    ((kind, inner),) = one.items()
    if kind == "match" and isinstance(inner, dict):
        sign = {"==": "", "in": ""}.get(str(inner.get("op")), f"{inner.get('op')} ")
        return f"{term(inner.get('left'))} {sign}{term(inner.get('right'))}"
    if kind == "vmap" and isinstance(inner, dict):
        return f"{term(inner.get('key'))} vmap {_map(inner.get('data'))}"
    if kind in ("jump", "goto") and isinstance(inner, dict):
        return f"{kind} {inner.get('target')}"
    if kind == "xt" and isinstance(inner, dict):
        return f"xt {inner.get('type')} {inner.get('name')}"
    return "" if kind == "counter" else str(kind)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _map(data: Any) -> str:
    entries = data.get("set") if isinstance(data, dict) else None
    return f"{{ {len(entries)} entries }}" if isinstance(entries, list) else str(data)


def _set(inner: Any) -> str:
    more = f", and {len(inner) - _MOST} more" if len(inner) > _MOST else ""
    return f"{{ {', '.join(map(term, inner[:_MOST]))}{more} }}"


_PARTS = {
    "payload": ("protocol", "field"),
    "meta": ("key",),
    "ct": ("key",),
    "fib": ("result", "flags"),
    "prefix": ("addr", "len"),
    "elem": ("val",),
}
_TERMS = {
    "payload": lambda one: f"{one['protocol']} {one['field']}",
    "meta": lambda one: f"meta {one['key']}" if one["key"] in ("l4proto", "mark", "protocol") else str(one["key"]),
    "ct": lambda one: f"ct {one['key']}",
    "fib": lambda one: f"fib {' . '.join(map(str, _listed(one['flags'])))} {one['result']}",
    "prefix": lambda one: f"{one['addr']}/{one['len']}",
    "elem": lambda one: term(one["val"]),
    "range": lambda one: f"{term(one[0])}-{term(one[1])}",
    "&": lambda one: f"{term(one[0])} & ({term(one[1]).replace(',', '|')})",
    "concat": lambda one: " . ".join(map(term, one)),
    "set": _set,
}
