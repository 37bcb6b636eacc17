"""What a scenario is, and words to name targets with."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from lab.addresses import ROWS, Row
from lineclear.model import Role

if TYPE_CHECKING:
    from lab.world import World

Change = Callable[["World"], None]
Names = frozenset[str]

NONE: Names = frozenset()
MOMENTS = "moments"
"""The family of networks that differ from one moment or connection to the next: what one check meets of them is chance,
so no label of its verdict could be right."""
_PROGRAMS = {
    **{one: one for one in ("squid", "haproxy", "dnsmasq", "unbound", "tayga", "microsocks", "mitmproxy", "dhclient")},
    "stunnel": "stunnel4",
}
"""Programs by the word that names them in a sentence."""


class Scenario(Struct, frozen=True, kw_only=True):
    """One labelled network. `name` and `family` in kebab-case; `says` in one sentence what is so about it."""

    name: str
    family: str
    says: str
    changes: tuple[Change, ...] = ()
    verdict: str
    """Empty: nobody labelled it, and the truth is what the nonces say."""
    codes: frozenset[str] = frozenset()
    """Codes of every finding at warning or above."""
    notes: frozenset[str] | None = None
    """Codes of every finding of the far end below warning; None: the label does not speak of them."""
    unusable: Names = NONE
    """`host:port` of every target software that connects directly cannot use. Proven by nonces in every run."""
    unusable4: Names | None = None
    """The same by IPv4 alone; None: the label does not speak of it."""
    unusable6: Names | None = None
    """The same by IPv6 alone."""
    unknown: Names = NONE
    """Targets that no unprivileged client can decide: an `ok` of null is right for these, whatever the truth."""
    optional: Names = NONE
    """Targets whose truth depends on luck, such as who passes a rate limit: neither labelled nor counted."""
    not_yet: str = ""
    """Why the check is not right here, in one sentence, where that is known: it counts as wrong, and fails nothing."""
    needs: tuple[str, ...] = ()
    """Programs it cannot do without."""
    slowly_s: float = 0.08
    """Between the independent client's connections when it tries again: more where connections are rationed."""
    patience_s: float = 2.4
    """What the independent client gives each of its steps: more where the way is long."""
    tries: int = 2
    """How often the independent client tries what did not arrive: more where packets are lost by chance."""
    words: tuple[str, ...] = ()
    """More words for `lineclear check`."""


def of(family: str, **usual: Any) -> Callable[..., Scenario]:
    """What makes the scenarios of a family: `make(name, says, *changes, code="", **fields)`.

    Args:
        family: their family.
        usual: fields of most of them; a verdict that is not stated is `failure`.

    `code` is the codes with spaces between; the programs that `says` names are needed.
    """

    def make(name: str, says: str, *changes: Change, code: str = "", **fields: Any) -> Scenario:
        needs = tuple(program for word, program in _PROGRAMS.items() if word in says)
        stated = {"verdict": "failure", **usual, **fields}
        codes = frozenset(code.split())
        return Scenario(name=name, family=family, says=says, changes=changes, codes=codes, needs=needs, **stated)

    return make


def where(fits: Callable[[Row], bool]) -> Names:
    """Targets a condition holds for."""
    return frozenset(one.name for one in ROWS if fits(one))


def on(*ports: int) -> Names:
    """Targets on some ports."""
    return where(lambda one: one.port in ports)


def at(*hosts: str) -> Names:
    """Targets of some hosts."""
    return where(lambda one: one.host in hosts)


EVERY = where(lambda _: True)
TWS = on(4000, 4001)
WEB = on(80, 443)
SECURE = on(443, 4001)
BACKUPS = where(lambda one: one.role is Role.BACKUP)
UNDERSCORED = where(lambda one: "_" in one.host)
CHINA = where(lambda one: bool(one.condition))
