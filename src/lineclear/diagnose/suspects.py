"""When the network is proven good: the next suspects that are not the network."""

from lineclear.model import Catalog, Suspect, Verdict

TRADING = (
    Suspect(
        id="another-session",
        title="Another session with the same user",
        hint="A login elsewhere (phone, web, another computer) ends or stalls this one. Log out there and try again.",
    ),
    Suspect(
        id="login-lockout",
        title="Too many failed logins",
        hint="After several failures the vendor slows or locks the user for a while; it looks like a connection stall.",
    ),
    Suspect(
        id="wrong-data-centre",
        title="The wrong server for this account",
        hint="An account lives in one data centre, whatever the geography, and paper accounts are on a US server. "
        "“User is not known here” means another region.",
    ),
    Suspect(
        id="maintenance",
        title="Nightly reset or weekend maintenance",
        hint="Servers restart every night for seconds to minutes, and on Friday night for hours. Look at the vendor's "
        "system status page for the times of your region.",
    ),
    Suspect(
        id="local-api-port",
        title="The local API, not the server",
        hint="4001 is also the local port of IB Gateway's API. If your program cannot connect to 127.0.0.1, run: "
        "lineclear check --catalog local",
    ),
    Suspect(
        id="weekly-login",
        title="The weekly login",
        hint="Sessions of automated logins end on Sunday and need a login by hand, with the second factor.",
    ),
)


def suspects(verdict: Verdict, catalog: Catalog) -> tuple[Suspect, ...]:
    """What else may keep the application from working, when it is not the network."""
    trading = any(service.requirements for service in catalog.services) and catalog.id == "ibkr"
    return TRADING if trading and verdict in (Verdict.SUCCESS, Verdict.DEGRADED) else ()
