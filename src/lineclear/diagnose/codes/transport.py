"""3xx: somebody between this machine and the server stops the connection, or pretends to be the server."""

from lineclear.model import Audience, Severity

from .code import Code, Remedy

EGRESS_PORT_DROPPED = Code(
    number=301,
    id="egress-port-dropped",
    severity=Severity.ERROR,
    title="Packets to TCP port {ports} are dropped in silence on the way out, for every host tried.",
    why=(
        "Every connection to these ports timed out, fast and slow, while other ports of the same hosts connect. "
        "A dead server would lose one host; a firewall rule on a port loses all of them at once."
    ),
    sees="TWS stays at “connecting to server”; websites work.",
    remedies=(
        Remedy(
            who=Audience.NETWORK,
            text="Allow outbound TCP to port {ports}, statefully and without a proxy, for {targets}.",
        ),
    ),
    sure="Sure that packets or their answers vanish by port; which device does it is only known where a hop says so.",
    facts=("ports",),
)

TRANSPORT = (EGRESS_PORT_DROPPED,)
