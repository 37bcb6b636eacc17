"""What a VPN or another network of this machine's own takes, and what merely looks like it."""

from tests.diagnose.network import UNSAID
from tests.diagnose.rows import ALL, FAILURE, GATEWAYS, SUCCESS, Row, row
from tests.diagnose.words import doors, options, own_network, refused, routes, silent, vpn
from tests.diagnose.words_names import resolvers, unanswered

from lineclear.model import Failure

FAR_RESOLVER = "198.51.100.53"
_VPN = "10.8.0.2"

ROWS: tuple[Row, ...] = (
    row(
        "a VPN takes the gateways and loses them",
        vpn(_VPN, "203.0.113.2?"),
        silent("*:400?@203.0.113.2?"),
        verdict=FAILURE,
        errors=("vpn-captures-targets",),
        dead=(*GATEWAYS, "!gdc1*"),
    ),
    row(
        "a rule sends two ports into a VPN, which loses them",
        vpn(_VPN, "nowhere"),
        doors("*:400?", connect=Failure.TIMED_OUT, leaves_from=_VPN),
        verdict=FAILURE,
        errors=("vpn-captures-targets",),
        dead=GATEWAYS,
    ),
    row(
        "a rule sends two ports into a VPN, which passes one of them on",
        vpn(_VPN, "nowhere"),
        doors("*:400?", leaves_from=_VPN),
        silent("*:4001"),
        verdict=FAILURE,
        errors=("egress-port-dropped",),
        dead=("*:4001",),
    ),
    row(
        "a bridge of containers has addresses of gateways",
        own_network("203.0.113.30/28", towards="203.0.113.2?"),
        silent("*:400?@203.0.113.2?"),
        verdict=FAILURE,
        errors=("network-overlaps",),
        dead=(*GATEWAYS, "!gdc1*"),
    ),
    row(
        "a second network has the address of a gateway, and somebody there accepts 4000",
        own_network("203.0.113.30/28", towards="203.0.113.24"),
        silent("zdc1.ibllc.com:4001"),
        verdict=FAILURE,
        errors=("network-overlaps",),
        dead=("zdc1.ibllc.com:4001",),
        unsure=("zdc1.ibllc.com:4000",),
    ),
    row(
        "a second network has the address of a gateway, which proves itself there",
        own_network("203.0.113.30/28", towards="203.0.113.24"),
        verdict=SUCCESS,
    ),
    row(
        "a second network is expected to have the address of a gateway, which is off",
        own_network("203.0.113.30/28", towards="203.0.113.24"),
        options(expected_networks=("203.0.113.16/28",)),
        silent("zdc1.ibllc.com:*"),
        verdict=FAILURE,
        errors=("host-does-not-answer",),
        dead=("zdc1.ibllc.com:*",),
    ),
    row(
        "the network that leads out has the address of a gateway, which is off",
        own_network("203.0.113.30/28", name="eth0", towards="203.0.113.2?"),
        silent("zdc1.ibllc.com:*"),
        verdict=FAILURE,
        errors=("host-does-not-answer",),
        dead=("zdc1.ibllc.com:*",),
    ),
    row(
        "a bridge of containers is beside the way, and a gateway is off",
        own_network("203.0.113.193/28", towards="203.0.113.19?"),
        silent("zdc1.ibllc.com:*"),
        verdict=FAILURE,
        errors=("host-does-not-answer",),
        dead=("zdc1.ibllc.com:*",),
    ),
    row(
        "a VPN takes the gateways and loses them, and where a connect leaves from is said of no single one",
        vpn(_VPN, "203.0.113.2?"),
        doors("*:400?@203.0.113.2?", connect=Failure.TIMED_OUT, leaves_from=UNSAID),
        verdict=FAILURE,
        errors=("vpn-captures-targets",),
        dead=(*GATEWAYS, "!gdc1*"),
    ),
    row("a VPN takes everything, and it works", vpn(_VPN, "*"), verdict=SUCCESS),
    row(
        "a VPN takes everything, and the port is dropped behind it",
        vpn(_VPN, "*"),
        silent("*:4000"),
        verdict=FAILURE,
        errors=("egress-port-dropped",),
        dead=("*:4000",),
    ),
    row(
        "a VPN takes everything by half and half of all addresses, and nothing gets through, not even a question",
        vpn(_VPN, "nowhere"),
        routes("tun0", "0.0.0.0/1", "128.0.0.0/1"),
        resolvers(FAR_RESOLVER),
        unanswered(),
        silent("control/nobody:*"),
        verdict=FAILURE,
        errors=("vpn-captures-targets",),
        dead=ALL,
    ),
    row(
        "a VPN takes everything by its source address, the resolver next door answers, and nothing gets through",
        vpn(_VPN, "*"),
        silent("*", "control/nobody:*"),
        routes("tun0", "192.0.2.213", "198.51.100.0/24"),
        verdict=FAILURE,
        errors=("vpn-captures-targets",),
        dead=ALL,
    ),
    row(
        "a VPN takes everything, nothing gets through, and the gateway does not answer either",
        vpn(_VPN, "*"),
        silent("*", "control/*"),
        verdict=FAILURE,
        errors=("uplink-down",),
        dead=ALL,
    ),
    row(
        "a VPN is up beside the way out, and nothing gets through",
        vpn(_VPN, "nowhere"),
        silent("*", "control/nobody:*"),
        verdict=FAILURE,
        errors=("uplink-down",),
        dead=ALL,
    ),
    row(
        "a VPN takes the resolver alone, and loses it",
        vpn(_VPN, "nowhere"),
        routes("tun0", FAR_RESOLVER),
        resolvers(FAR_RESOLVER),
        unanswered(),
        refused("control/nobody:443"),
        verdict=FAILURE,
        errors=("resolver-silent",),
        dead=ALL,
    ),
)
