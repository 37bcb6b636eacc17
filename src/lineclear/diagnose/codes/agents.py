"""1xx, too: programs of this machine that take connections over before they leave it."""

from lineclear.model import Audience, Severity

from .code import Code, Remedy

_WHO = Remedy(
    who=Audience.USER,
    text="Which program it is: sudo ss -ltnp 'sport = :{door}' on Linux; on Windows, in PowerShell, "
    "Get-Process -Id (Get-NetTCPConnection -State Listen -LocalPort {door}).OwningProcess.",
)
_FACTS = ("hosts", "ports", "holder", "door")

OPENED_HERE = Code(
    number=113,
    id="tls-opened-on-this-machine",
    severity=Severity.ERROR,
    title="A program on this machine ({holder}) opens the encrypted connections to {targets}: the certificates are "
    "made by {subject}.",
    why=(
        "While such a connection stood, this machine's own list of sockets had its far end: it is taken over before it "
        "leaves. And the certificates are not signed by a public authority. A device on the network would hold the far "
        "end itself."
    ),
    sees="Browsers work, or warn. TWS brings its own list of authorities and refuses, or warns.",
    remedies=(
        Remedy(
            who=Audience.USER,
            text="Exclude {hosts}, port {ports}, from the TLS or web protection of that program (virus scanner, "
            "parental control, data-loss prevention).",
        ),
        _WHO,
    ),
    sure="Sure that the connection ends on this machine.",
    facts=_FACTS,
    lists=("holder",),
)
HIDDEN_HERE = Code(
    number=114,
    id="unproven-behind-a-program-here",
    severity=Severity.WARNING,
    title="A program on this machine ({holder}) accepts connections to port {ports} in the servers' place, so nobody "
    "can tell an answer of {hosts} from none.",
    why=(
        "While such a connection stood, this machine's own list of sockets had its far end. On this port the server "
        "never speaks first and no certificate proves it, so an open connection says nothing."
    ),
    sees="Perhaps nothing; perhaps TWS hangs.",
    remedies=(
        Remedy(
            who=Audience.USER,
            text="Exclude {hosts}, port {ports}, from that program (virus scanner, filter, local proxy), then check "
            "again.",
        ),
        _WHO,
    ),
    sure="Sure about the program; the servers behind it are unknown.",
    facts=_FACTS,
    lists=("holder",),
)
ACCEPTED_HERE = Code(
    number=115,
    id="accepted-by-a-program-here",
    severity=Severity.ERROR,
    title="A program on this machine ({holder}) accepts connections to port {ports} in the servers' place, and no "
    "answer of {hosts} comes through it.",
    why=(
        "While such a connection stood, this machine's own list of sockets had its far end, and no answer of the real "
        "server came. A telnet test says “open” here; it only ever met the program."
    ),
    sees="Telnet and port scanners say “open”; TWS hangs or cannot log in.",
    remedies=(
        Remedy(
            who=Audience.USER,
            text="Exclude {hosts}, port {ports}, from that program (virus scanner, filter, local proxy), then check "
            "again: what stops it behind the program shows only then.",
        ),
        _WHO,
    ),
    sure="Sure that the connection ends on this machine; whether the program or the network behind it stops it, is not "
    "visible from here.",
    facts=_FACTS,
    lists=("holder",),
)
PASSED_ON_HERE = Code(
    number=116,
    id="passed-on-by-a-program-here",
    severity=Severity.INFO,
    title="A program on this machine ({holder}) takes connections to port {ports}, and passes them on.",
    why="This machine's own list of sockets had their far end, but behind the program the real servers proved "
    "themselves.",
    sees="Nothing, as long as the program works.",
    remedies=(
        Remedy(who=Audience.USER, text="Consider excluding {hosts}, port {ports}, from that program."),
        _WHO,
    ),
    sure="Sure.",
    facts=_FACTS,
    lists=("holder",),
)

AGENTS = (OPENED_HERE, HIDDEN_HERE, ACCEPTED_HERE, PASSED_ON_HERE)
