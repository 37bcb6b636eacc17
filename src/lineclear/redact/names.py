"""Host names replaced by host names, label by label, so that what was below something still is.

Kept: the hosts of the list, names below them, and names in a domain of the vendor's, which is one that holds at least
two hosts of the list. Of other names the last two labels become `site-1.invalid`, unless the list has them too, and
each label before them `n1`, or stays where it is a label of the list (so `ndc1.ibllc.com.office.example` is still
seen to be the vendor's name with a suffix).
"""

from collections import Counter
from collections.abc import Iterable

from lineclear.model import Catalog, Kind

_ALWAYS = frozenset({"", "*", "localhost", "<local>", "."})
_SHORT = 3
"""A second-level label no longer than this under a country's domain is a registry's, such as co.uk."""


class Names:
    """The pseudonyms of one run's names."""

    def __init__(self, catalog: Catalog) -> None:
        rows = [one for one in catalog.requirements if one.kind in (Kind.HOST, Kind.WILDCARD)]
        named = ((one.host, *one.certificate_names, one.successor, one.alias_of) for one in rows)
        self._hosts = {name.lower().lstrip("*.") for names in named for name in names if name}
        parents = Counter(one.partition(".")[2] for one in self._hosts)
        self._vendor = {one for one, count in parents.items() if count > 1 and not _is_registry(one)}
        self._domains = {_domain(one) for one in self._hosts}
        self._labels = {label for one in self._hosts for label in one.split(".")} | {"*", ""}
        self._sites: dict[str, str] = {}
        self._parts: dict[str, str] = {}

    def replaced(self, name: str) -> str:
        """The pseudonym of a name; the name itself where it may be known."""
        if name in _ALWAYS or self.is_kept(name):
            return name
        labels = name.lower().split(".")
        dotted = [labels.pop()] if labels[-1] == "" else []
        if len(labels) < 2:  # noqa: PLR2004 - a name of one label has no domain
            return ".".join([self._label(labels[0]), *dotted])
        front = [self._label(one) for one in labels[:-2]]
        return ".".join([*front, self._site(".".join(labels[-2:])), *dotted])

    def is_kept(self, name: str) -> bool:
        """Whether a name is the list's or the vendor's."""
        plain = name.lower().lstrip("*.").rstrip(".")
        above = _aboves(plain)
        return any(one in self._hosts for one in above) or any(one in self._vendor for one in above)

    def _label(self, label: str) -> str:
        return label if label in self._labels else self._parts.setdefault(label, f"n{len(self._parts) + 1}")

    def _site(self, domain: str) -> str:
        return (
            domain
            if domain in self._domains
            else self._sites.setdefault(domain, f"site-{len(self._sites) + 1}.invalid")
        )


def _aboves(name: str) -> Iterable[str]:
    """A name and all above it: `a.b.c`, `b.c`, `c`."""
    labels = name.split(".")
    return [".".join(labels[at:]) for at in range(len(labels))]


def _domain(name: str) -> str:
    return ".".join(name.split(".")[-2:])


def _is_registry(domain: str) -> bool:
    labels = domain.split(".")
    return len(labels) < 2 or (len(labels) == 2 and len(labels[0]) <= _SHORT and len(labels[1]) == 2)  # noqa: PLR2004
