"""Words the page says for values, marked for translation. A value without a word here is shown as it is, in English."""

from lineclear.locale import N_
from lineclear.model import Role, Verdict

from .path import Break, Station
from .waterfall import Phase

VERDICTS: dict[Verdict, str] = {
    Verdict.SUCCESS: N_("SUCCESS"),
    Verdict.DEGRADED: N_("DEGRADED"),
    Verdict.INCONCLUSIVE: N_("INCONCLUSIVE"),
    Verdict.FAILURE: N_("FAILURE"),
}

WORDS: tuple[str, ...] = (
    N_("ok"),
    N_("degraded"),
    N_("FAILED"),
    N_("could not tell"),
    N_("not needed"),
    N_("waiting"),
    N_("measuring"),
    N_("answers"),
    N_("no answer"),
)
"""What a target or a service can be called."""

ROLES: dict[str, str] = {Role.PRIMARY.value: N_("primary"), Role.BACKUP.value: N_("backup")}

PHASES: dict[Phase, str] = {
    Phase.NAME: N_("name"),
    Phase.CONNECT: N_("connect"),
    Phase.TLS: N_("TLS"),
    Phase.BYTE: N_("first byte"),
}

STATIONS: dict[Station, str] = {
    Station.MACHINE: N_("this machine"),
    Station.HOP: N_("hop"),
    Station.SILENT: N_("silent hop"),
    Station.UNKNOWN: N_("not traced"),
    Station.SERVER: N_("the server"),
}

BREAKS: dict[Break, str] = {
    Break.NO_ANSWER: N_("No answer from here on."),
    Break.REFUSED: N_("Refused here."),
    Break.REJECTED: N_("Rejected here: the device says so itself."),
    Break.RESET: N_("Reset here."),
    Break.NOT_THE_SERVER: N_("Something answers here, and it cannot be used."),
    Break.SOMEWHERE: N_("It breaks on the way; the evidence does not say where."),
}

PARTS: dict[str, str] = {
    "interfaces": N_("Interfaces"),
    "routes": N_("Routes"),
    "resolvers": N_("Resolvers"),
    "proxies": N_("Proxies"),
    "auto_configs": N_("Proxy auto-configuration"),
    "hosts_entries": N_("Hosts file"),
    "trust_stores": N_("Trusted authorities"),
    "gateway_use": N_("Installations"),
}
"""Parts of the vantage."""

ASKS: dict[str, str] = {
    "user": N_("On this machine"),
    "network administrator": N_("Ask the network administrator"),
    "vendor": N_("Tell the vendor"),
    "nobody": N_("Nothing to change"),
}
"""Who can make a change, as a heading over it."""
