"""Words the page says for values, marked for translation. A value without a word here is shown as it is, in English."""

from lineclear.locale import N_
from lineclear.model import Role, Verdict

from .path import Break, Ending, Station
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
    Station.ROUTER: N_("its router"),
    Station.HOP: N_("hop"),
    Station.SILENT: N_("silent hop"),
    Station.UNKNOWN: N_("not traced"),
    Station.SERVER: N_("the server"),
    Station.ANSWERER: N_("what answers"),
}

BREAKS: dict[Break, str] = {
    Break.NO_ANSWER: N_("No answer from here on."),
    Break.REFUSED: N_("Refused here."),
    Break.REJECTED: N_("Rejected here: the device says so itself."),
    Break.RESET: N_("Reset here."),
    Break.NOT_THE_SERVER: N_("It answers, and cannot be used."),
    Break.SOMEWHERE: N_("It does not get through; where it is lost was not traced."),
}

ENDINGS: dict[Ending, str] = {
    Ending.TRACED: N_("Traced to hop %(hop)s, where the connection is accepted; the server proved itself."),
    Ending.PARTLY: N_("The server answered and proved itself; the dotted part was not traced."),
    Ending.UNPROVEN: N_(
        "A connection was made, no farther away than hop %(hop)s; that the server itself answers is not proven."
    ),
    Ending.UNPROVEN_SOMEWHERE: N_(
        "A connection was made; that the server itself answers is not proven, and the dotted part was not traced."
    ),
    Ending.FAULT: N_("A connection was made, no farther away than hop %(hop)s; the fault is what answers there."),
    Ending.FAULT_SOMEWHERE: N_("A connection was made; the fault is what answers. Where that stands was not traced."),
    Ending.LOST: N_(
        "Nothing came back from beyond the cross: packets are lost there or farther on, or answers on their way back."
    ),
    Ending.MUTE: N_(
        "No hop answered: packets are lost on this machine or anywhere after it, or answers on their way back."
    ),
    Ending.TOLD: N_(
        "This answer comes from no farther away than hop %(hop)s: from the server itself, or from something before it."
    ),
}
"""What may be said of the whole way. Who answers at a hop limit is that far away or nearer."""

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
