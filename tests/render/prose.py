"""Codes of the tests' own: the goldens show how reports look, whatever the product's prose becomes."""

from lineclear.diagnose.codes import Code, Remedy
from lineclear.model import Audience, Severity


def _code(number: int, id_: str, severity: Severity, title: str, *changes: tuple[Audience, str]) -> Code:
    return Code(
        number=number,
        id=id_,
        severity=severity,
        title=title,
        why=f"Because of what {id_} means.",
        sees="TWS stays at “connecting to server”.",
        remedies=tuple(Remedy(who=who, text=text) for who, text in changes),
        sure="Sure.",
    )


CODES = (
    _code(
        101,
        "no-default-route",
        Severity.ERROR,
        "This machine has no way out: no default route is set.",
        (Audience.USER, "Connect to a network: cable, wireless or VPN."),
    ),
    _code(
        202,
        "resolver-dead",
        Severity.WARNING,
        "The resolver {subject} does not answer.",
        (Audience.NETWORK, "Repair the resolver {subject}, or take it out of the list this machine is given."),
    ),
    _code(
        301,
        "egress-port-dropped",
        Severity.ERROR,
        "Packets to TCP ports {ports} are dropped in silence on the way out, for every host tried.",
        (Audience.NETWORK, "Allow outbound TCP, statefully, with no proxy or inspection, to these: {targets}."),
    ),
    _code(
        310,
        "host-unreachable",
        Severity.WARNING,
        "The host {subject} cannot be reached from here on any port.",
        (Audience.NETWORK, "Find out why {subject} has no route."),
        (Audience.VENDOR, "Say that {subject} does not answer."),
    ),
    _code(
        320,
        "box-accepts-everything",
        Severity.ERROR,
        "A box at {subject} accepts every connection in place of the server, which never sees it.",
        (Audience.NETWORK, "Exempt {targets} from the transparent proxy, and let them out directly."),
    ),
    _code(
        401,
        "tls-intercepted",
        Severity.ERROR,
        "TLS to {targets} is broken open by “{subject}”.",
        (Audience.NETWORK, "Put *.ibllc.com on the bypass list of the TLS inspection."),
    ),
    _code(
        690,
        "address-shared",
        Severity.INFO,
        "Several names share the address {subject}.",
        (Audience.NOBODY, "It is how the vendor works."),
    ),
)
