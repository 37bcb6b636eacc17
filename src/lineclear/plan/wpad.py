"""Which proxy auto-configurations programs on this machine would fetch, and from where (WPAD included).

A setting that names an address is fetched as it stands. Discovery (WPAD) is only what programs are told to do when
they are set to detect the proxy by themselves; where nothing is set so, nothing is looked for. Then DHCP's option 252
comes first, and after it the name `wpad` in the search domains of this machine: never outside them, and never at a
name under which strangers can register, for whoever owns `wpad.com` would hand this machine its proxy.
"""

from collections.abc import Iterable, Iterator, Sequence

from lineclear.model import AutoConfig, Vantage

BY_DHCP = "DHCP option 252"
BY_DNS = "WPAD by DNS"

_MOST = 6
_MOST_DOMAINS = 6
_DEVOLVES = frozenset({"win32"})
"""Systems that also ask in the parents of their domain; elsewhere the resolver tries each search domain and no more."""
_INSIDE = frozenset({"corp", "home", "internal", "intranet", "lan", "localdomain", "private"})
"""Top-level domains that belong to nobody on the internet, and that offices and routers use."""
_REGISTRIES = frozenset(
    {"ac", "co", "com", "edu", "go", "gob", "gouv", "gov", "gv", "info", "mil", "ne", "net", "nom", "or", "org", "web"}
)
"""Second-level labels under which the registries of countries register, as in `co.uk`."""
_COUNTRY = 2
_SHORT = 3


def auto_configs(vantage: Vantage) -> tuple[AutoConfig, ...]:
    """What is fetched, in the order in which programs would."""
    named = [one for one in vantage.auto_configs if one.url and one.source != BY_DHCP]
    found = {one.url: one for one in (*named, *_discovered(vantage))}
    return tuple(found.values())[:_MOST]


def is_discovered(auto: AutoConfig) -> bool:
    """Whether it was looked for, and not named by a setting."""
    return auto.source in (BY_DHCP, BY_DNS)


def _discovered(vantage: Vantage) -> Iterator[AutoConfig]:
    if all(one.url for one in vantage.auto_configs):
        return
    yield from (one for one in vantage.auto_configs if one.url and one.source == BY_DHCP)
    for name in wpad_names(vantage.search_domains, devolve=vantage.platform in _DEVOLVES):
        yield AutoConfig(url=f"http://{name}/wpad.dat", source=BY_DNS)


def wpad_names(search_domains: Iterable[str], *, devolve: bool) -> tuple[str, ...]:
    """The names under which a configuration may be looked for.

    Args:
        search_domains: as the resolver has them.
        devolve: also in their parents, as far down as a company may own them.
    """
    found: dict[str, None] = {}
    for domain in search_domains:
        labels = domain.lower().strip(".").split(".")
        for first in range(len(labels) if devolve else 1):
            if may_be_owned(labels[first:]):
                found.setdefault(".".join(("wpad", *labels[first:])))
    return tuple(found)[:_MOST_DOMAINS]


def may_be_owned(labels: Sequence[str]) -> bool:
    """Whether a domain, label by label, can be somebody's, rather than one under which everybody may register."""
    if not all(labels):
        return False
    top = labels[-1]
    if len(labels) == 1:
        return top in _INSIDE
    country = len(top) == _COUNTRY
    return len(labels) > 2 or not (country and (labels[0] in _REGISTRIES or len(labels[0]) < _SHORT))  # noqa: PLR2004
