"""The form of a Code: everything people are told about one root cause, in one place."""

from msgspec import Struct

from lineclear.model import Audience, Finding, Severity


class Remedy(Struct, frozen=True, kw_only=True):
    """What to change, and who can. `text` may use the finding's facts in braces."""

    who: Audience
    text: str


class Phrase(Struct, frozen=True, kw_only=True):
    """How a sentence says one value of a fact, or of the subject. `text` may use the finding's facts in braces."""

    fact: str
    value: str
    text: str


def phrases(fact: str, **texts: str) -> tuple[Phrase, ...]:
    """The phrases a fact chooses from, by its value."""
    return tuple(Phrase(fact=fact, value=value, text=text) for value, text in texts.items())


def terms(fact: str, *words: str) -> tuple[Phrase, ...]:
    """Phrases of a fact whose values are English words already, for other languages to say in theirs."""
    return tuple(Phrase(fact=fact, value=one, text=one) for one in words)


OVER = phrases("over", everywhere="", IPv4=" by IPv4", IPv6=" by IPv6", some=" at some of their addresses")
"""Of which addresses of hosts a finding is true."""
SETTINGS = terms("source", "GNOME settings", "KDE settings", "macOS settings", "Windows settings", "WinHTTP settings")
"""Where a proxy or a script is set, as the survey calls it."""
REASONS = terms(
    "reason",
    "network unreachable",
    "host unreachable",
    "protocol unreachable",
    "port unreachable",
    "fragmentation needed",
    "network administratively prohibited",
    "host administratively prohibited",
    "administratively prohibited",
    "time to live exceeded",
    "no route to destination",
    "address unreachable",
    "source address failed policy",
    "reject route to destination",
    "packet too big",
    "hop limit exceeded",
)
"""What a router says by ICMP: see `lineclear.model.Icmp`."""


class Code(Struct, frozen=True, kw_only=True):
    """One numbered root cause. `title` and the remedies may use `{targets}`, `{subject}` and the finding's facts."""

    number: int
    """1xx this machine, 2xx names, 3xx transport, 4xx TLS, 5xx HTTP and proxies, 6xx egress, 7xx catalog, 9xx."""
    id: str
    severity: Severity
    title: str
    """One plain sentence: the cause, as one would say it to a firewall administrator."""
    why: str
    """How the evidence shows it, and what it is told apart from."""
    sees: str
    """What the user sees when this is the cause."""
    remedies: tuple[Remedy, ...]
    sure: str
    """How sure the evidence makes it, and what could still fool it."""
    facts: tuple[str, ...] = ()
    """Names of the facts every finding of this code carries."""
    phrases: tuple[Phrase, ...] = ()
    """Of facts whose values are words of ours: how each is said."""
    lists: tuple[str, ...] = ()
    """Which facts, and whether the `subject`, are lists, `a, b and c`, of what has no comma or "and" of its own.

    Hosts, ports and hops are, in every code.
    """
    settles: bool = False
    """Whether a target it claims cannot be used, even if nothing but doubt spoke against it before."""

    misleads: bool = False
    """Whether names are at fault, so that another cause may lie where they should have led."""

    @property
    def label(self) -> str:
        """`LC301`."""
        return f"LC{self.number}"


def fill(text: str, finding: Finding) -> str:
    """`text` with the finding's facts in place of the braces; a missing fact leaves its name in angle brackets."""
    facts = _Facts(finding.facts)
    facts["targets"] = some(finding.targets)
    facts["subject"] = finding.subject
    several = " and " in facts.get("ports", "")
    return (text.replace("port {ports}", "ports {ports}") if several else text).format_map(facts)


def some(names: tuple[str, ...], most: int = 4) -> str:
    """Names as a person lists them: the first few, and how many more."""
    if len(names) <= most:
        return _and(names)
    return f"{', '.join(names[: most - 1])} and {len(names) - most + 1} more"


def _and(names: tuple[str, ...]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}" if names else ""


class _Facts(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return f"<{key}>"
