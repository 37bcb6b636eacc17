"""The formats `verify` reads: a row and a function each."""

from collections.abc import Callable
from importlib import import_module

from msgspec import Struct

from .ruleset import Ruleset


class Format(Struct, frozen=True, kw_only=True):
    """One format: who writes it, and the function that reads it, `module.function` of this room."""

    name: str
    title: str
    function: str
    source: str
    """What prints it."""
    proxy: bool = False
    """It decides about requests to a proxy, by name; else about packets, by address."""
    proof: str = ""
    """How its reading was tried against the real program."""

    def read(self, text: str, origin: str) -> Ruleset:
        """The ruleset a file holds.

        Raises:
            UsageError: it is not of this format; the problem says line, column and what was expected.
        """
        module, _, name = self.function.partition(".")
        function: Callable[[str, str], Ruleset] = getattr(import_module(f"{__package__}.{module}"), name)
        return function(text, origin)


_ROWS = (
    Format(
        name="nftables",
        title="nftables",
        function="nftables.nftables",
        source="nft -j list ruleset",
        proof="10,000 packets through 100 random rulesets in the kernel",
    ),
    Format(
        name="iptables",
        title="iptables",
        function="iptables.iptables",
        source="ipset save; iptables-save; ip6tables-save",
        proof="10,000 packets through 100 random rulesets in the kernel",
    ),
    Format(
        name="squid",
        title="Squid",
        function="squid.squid",
        source="squid -k parse 2>&1",
        proxy=True,
        proof="10,000 requests through 100 random configurations of Squid",
    ),
)
FORMATS: dict[str, Format] = {one.name: one for one in _ROWS}


def format_of(name: str) -> Format:
    """The format of that name.

    Raises:
        UsageError: there is none.
    """
    if name in FORMATS:
        return FORMATS[name]
    from difflib import get_close_matches  # noqa: PLC0415  only a mistake needs it

    from lineclear.errors import UsageError  # noqa: PLC0415

    near = get_close_matches(name.lower(), FORMATS, 1, cutoff=0.5)
    hint = f"Did you mean {near[0]}? " if near else ""
    raise UsageError(f"{name!r} cannot be verified.", f"{hint}There are: {', '.join(FORMATS)}.")
