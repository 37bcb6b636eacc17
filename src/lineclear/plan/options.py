"""What the user asked of a run, beyond the catalog and his profile."""

from msgspec import Struct

from lineclear.model import Depth, Limits, Redirection, Resolver


class Options(Struct, frozen=True, kw_only=True):
    """Choices of one run; the defaults are what a user without options gets."""

    depth: Depth = Depth.FULL
    limits: Limits = Limits()
    profile: tuple[str, ...] = ()
    resolvers: tuple[Resolver, ...] = ()
    """Ask these instead of the system's; empty: the system's."""
    redirections: tuple[Redirection, ...] = ()
    nobody: tuple[str, ...] = ()
    """Addresses nobody has, as negative controls, in place of the documentation ranges. `PORT@ADDRESS:DIALLED` too."""
    answering: tuple[str, ...] = ()
    """`ADDRESS:PORT` that is known to answer, as a positive control."""
    expected_networks: tuple[str, ...] = ()
    echo_urls: tuple[str, ...] = ()
    idle_s: float = 0.0
    """How long a few connections are held silent at most, beyond the deadline; 0: none are."""
    reflectors: tuple[str, ...] = ()
    """Addresses (before the plan, names) of the user's reflector (`lineclear reflect`)."""
    reflector_name: str = ""
    reflector_pin: str = ""
    """SHA-256 of its certificate."""
