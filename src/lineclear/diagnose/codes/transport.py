"""3xx: somebody between this machine and the server stops the connection, or pretends to be the server."""

from lineclear.model import Audience, Severity

from .code import REASONS, Code, Remedy, phrases

EGRESS_DROPPED = Code(
    number=301,
    id="egress-port-dropped",
    severity=Severity.ERROR,
    title="Connections to TCP port {ports} get no answer from any server, so a firewall drops them or their answers.",
    why=(
        "Every connection to these ports timed out, in a burst and again slowly, at hosts in different places, while "
        "other ports answer. A dead server would lose one host; a rule on a port loses all of them at once."
    ),
    sees="TWS stays at “connecting to server”; websites work.",
    remedies=(
        Remedy(
            who=Audience.NETWORK,
            text="Allow outbound TCP to port {ports}, statefully and without a proxy, for {hosts}.",
        ),
    ),
    sure=(
        "Sure that packets or their answers vanish for these ports of these hosts. Whether the rule names ports or "
        "addresses is not visible from here; the exception above covers both. Nor is whether answers are dropped on "
        "the way or by this machine's own firewall."
    ),
    facts=("ports", "hosts"),
)
EGRESS_REFUSED = Code(
    number=302,
    id="egress-port-refused",
    severity=Severity.ERROR,
    title="Connections to TCP port {ports} are refused for every server alike: by a firewall on the way, or by the "
    "vendor for this network.",
    why=(
        "Servers in different places, at very different distances, refuse the same ports at once, while other ports "
        "of theirs accept. They do not all close at the same time: a device on the way sends the refusals, or the "
        "vendor lets nobody in from here."
    ),
    sees="TWS fails at once; websites work.",
    remedies=(
        Remedy(
            who=Audience.NETWORK,
            text="Allow outbound TCP to port {ports}, statefully and without a proxy, for {hosts}.",
        ),
        Remedy(
            who=Audience.VENDOR,
            text="Ask whether {hosts} refuse this network's public address, if no firewall here does.",
        ),
    ),
    sure="Sure that it is not the servers one by one; who refuses is not visible from here.",
    facts=("ports", "hosts"),
)
EGRESS_REJECTED = Code(
    number=303,
    id="egress-rejected",
    severity=Severity.ERROR,
    title="The device at {subject} rejects connections to {targets} ({reason}).",
    why="It says so itself: an ICMP error for our packets, signed with its address.",
    sees="TWS fails at once; websites work.",
    remedies=(
        Remedy(
            who=Audience.NETWORK,
            text="On the device at {subject}, allow outbound TCP to port {ports}, statefully, for {hosts}.",
        ),
    ),
    sure="Sure: the device signed its refusal.",
    facts=("ports", "hosts", "reason"),
    phrases=REASONS,
)
HOSTS_UNREACHABLE = Code(
    number=304,
    id="host-does-not-answer",
    severity=Severity.ERROR,
    title="{hosts} does not answer on any port of the list, while other servers do.",
    why="All its ports time out or are unreachable, first fast, then slowly; the same ports of other hosts work.",
    sees="What hangs on this host fails, the rest works.",
    remedies=(
        Remedy(who=Audience.NETWORK, text="Check that the firewall's allow-list contains {targets}."),
        Remedy(who=Audience.VENDOR, text="Ask whether {hosts} is down, if the firewall lets it through."),
    ),
    sure="Sure that it cannot be reached from here; whether the host or a rule is at fault is not visible from here.",
    facts=("hosts",),
)
REGION_UNREACHABLE = Code(
    number=305,
    id="region-unreachable",
    severity=Severity.ERROR,
    title="No server of {region} can be reached on any port, while the other regions can.",
    why="All hosts of one region fail on all their ports; a rule on ports or names would have hit other regions too.",
    sees="TWS for this region does not connect.",
    remedies=(
        Remedy(who=Audience.NETWORK, text="Check the route and any rule for the addresses of {hosts}."),
        Remedy(who=Audience.USER, text="If your account allows it, choose another region's gateway until then."),
    ),
    sure="Sure that the region cannot be reached from here; the routes in between or the region itself are at fault.",
    facts=("region", "hosts"),
)
STALE_ALLOW_LIST = Code(
    number=306,
    id="allow-list-incomplete",
    severity=Severity.ERROR,
    title="{hosts} cannot be reached on ports that are open to other hosts, as where an allow-list misses them.",
    why="Ports {ports} work for some hosts and not for others, which a rule on ports would not do.",
    sees="Some gateways work, and the others do not: TWS fails when it is sent to those.",
    remedies=(
        Remedy(
            who=Audience.NETWORK,
            text="Add the missing hosts to the exception: {targets}. If none is missing, compare their routes and "
            "uplinks with those of the hosts that answer.",
        ),
    ),
    sure="Sure that these hosts alone do not answer; several gateways down at once, or one uplink of several that "
    "drops, would look the same.",
    facts=("hosts", "ports"),
)
ACCEPTED_IN_PATH = Code(
    number=307,
    id="accepted-by-a-box-in-the-path",
    severity=Severity.ERROR,
    title=(
        "A device on the way accepts connections to port {ports} in the servers' place, and no answer of {hosts} comes "
        "through it."
    ),
    why=(
        "The same ports also “open” at addresses that no host in the world has, or for packets that cannot go beyond "
        "the first router, so the handshake comes from a device in the path: a transparent proxy or a security "
        "gateway. Behind it no answer of the real server arrives. "
        "A telnet test says “open” here; it only ever met the device."
    ),
    sees="Telnet and port scanners say “open”; TWS hangs or cannot log in.",
    remedies=(
        Remedy(
            who=Audience.NETWORK,
            text="Exempt TCP {ports} to {hosts} from the transparent proxy or inspection, and let these ports out "
            "behind it.",
        ),
    ),
    sure="Sure: no server is where the answers come from.",
    facts=("ports", "hosts"),
)
BYTES_SWALLOWED = Code(
    number=308,
    id="application-filter",
    severity=Severity.ERROR,
    title="Connections to port {ports} open, but what is sent over them vanishes: a device on the way drops it.",
    why="The handshake completes at the right distance; the first bytes are sent again and again, never acknowledged.",
    sees="Telnet says “open”; TWS hangs right after connecting.",
    remedies=(
        Remedy(
            who=Audience.NETWORK,
            text="Let what is sent on TCP {ports} to {hosts} pass: application control needs a custom application or "
            "an override, a stateful firewall must see both directions.",
        ),
    ),
    sure="Sure that bytes do not arrive; a firewall that loses connection state looks the same.",
    facts=("ports", "hosts"),
)
RATE_LIMITED = Code(
    number=309,
    id="connection-rate-limited",
    severity=Severity.INFO,
    title="New connections are limited, on the way or on this machine: some failed in a burst and worked when tried "
    "slowly.",
    why="Targets that failed when all were tried at once answered when asked again one after the other.",
    sees="Mostly nothing; programs that open many connections at once see random failures.",
    remedies=(Remedy(who=Audience.NETWORK, text="Raise the limit on new connections per client if users complain."),),
    sure="As good as sure; a short outage would look the same.",
)
ROUTING_LOOP = Code(
    number=310,
    id="routing-loop",
    severity=Severity.ERROR,
    title="Packets go round in circles and never arrive: {subject} reports it of those to {hosts}.",
    why="An ICMP “time exceeded” came for a packet that may pass 64 routers.",
    sees="These hosts time out.",
    remedies=(Remedy(who=Audience.NETWORK, text="Correct the routes at and around {subject} towards {hosts}."),),
    sure=(
        "Sure where the router said so. It says so only about once a second, so silence of the same hosts, or of all "
        "where nothing gets through, is counted with it."
    ),
    facts=("hosts",),
    lists=("subject",),
)
UPLINK_DOWN = Code(
    number=311,
    id="uplink-down",
    severity=Severity.ERROR,
    title="Nothing beyond this network answers: the internet connection is down, blocks everything, or loses the "
    "answers.",
    why="No server, no resolver and no port answers, in a burst or slowly, while the local side is up.",
    sees="Nothing connects.",
    remedies=(
        Remedy(
            who=Audience.USER,
            text="Restart the router, or try another network; ask your provider whether the line is down.",
        ),
        Remedy(
            who=Audience.NETWORK,
            text="Check the uplink, whether this machine may pass the firewall at all, and that no other device has "
            "its address.",
        ),
    ),
    sure="Sure that nothing comes back; whether the line or a rule is at fault is not visible from here.",
)
SPEAKS_FIRST = Code(
    number=312,
    id="foreign-bytes",
    severity=Severity.ERROR,
    title="What answers on {targets} does not belong there: it says {said}.",
    why="On this port the client speaks first and the server is silent. What answers does not know that.",
    sees="TWS connects and fails at once or hangs.",
    remedies=(
        Remedy(
            who=Audience.NETWORK,
            text="If a proxy or security gateway answers there, exempt TCP {ports} to {hosts} from it.",
        ),
        Remedy(who=Audience.VENDOR, text="Ask what answers on {targets}, if no device of the network does."),
    ),
    sure="Sure that the answer is not the gateway's.",
    facts=("said", "ports", "hosts"),
    phrases=phrases("said", unexpected="something unexpected"),
)
CLOSED_AT_ONCE = Code(
    number=313,
    id="accepted-then-closed",
    severity=Severity.ERROR,
    title="Connections to {targets} are accepted and closed again before a byte is exchanged.",
    why="The handshake completes, then the far end ends it although nothing was said.",
    sees="Telnet says “open” and drops back; TWS cannot log in.",
    remedies=(
        Remedy(
            who=Audience.NETWORK,
            text="If a proxy or load balancer handles TCP {ports}, exempt {hosts}: it accepts for a server it cannot "
            "reach.",
        ),
        Remedy(who=Audience.VENDOR, text="Ask whether {hosts} should be in service."),
    ),
    sure="Sure of the fact; a device in the path and a failing server can look alike.",
    facts=("ports", "hosts"),
)
PORT_CLOSED = Code(
    number=314,
    id="port-refused-by-host",
    severity=Severity.ERROR,
    title="Connections to {targets} are refused.",
    why=(
        "A refusal came back each time, in a burst and slowly. Too little else fails alike to see a common cause in "
        "it: a rule that refuses these ports everywhere, or a region that is down."
    ),
    sees="What hangs on these hosts and ports fails, the rest works.",
    remedies=(
        Remedy(who=Audience.NETWORK, text="Check that no rule refuses {targets}."),
        Remedy(who=Audience.VENDOR, text="Ask whether {hosts} should be in service, if no rule refuses it."),
    ),
    sure="Sure of the refusal; the host itself or a rule for it can be the one who refuses.",
    facts=("hosts",),
)
IPV6_BROKEN = Code(
    number=315,
    id="ipv6-broken",
    severity=Severity.WARNING,
    title="IPv6 is set up here but does not get through, while IPv4 does.",
    why="The same hosts answer at their IPv4 addresses, and no host of the list at an IPv6 address.",
    sees="Programs that try IPv6 first hesitate for seconds.",
    remedies=(Remedy(who=Audience.NETWORK, text="Repair the IPv6 path, or stop announcing IPv6 on this network."),),
    sure="Sure for these hosts.",
)
IPV4_BROKEN = Code(
    number=330,
    id="ipv4-broken",
    severity=Severity.WARNING,
    title="IPv4 is set up here but does not get through, while IPv6 does.",
    why="The same hosts answer at their IPv6 addresses, and no host of the list at an IPv4 address.",
    sees="Programs that try IPv4 first, as those in Java do, hesitate or fail; browsers work.",
    remedies=(Remedy(who=Audience.NETWORK, text="Repair the IPv4 path: {ports} to {hosts}."),),
    sure="Sure for these hosts.",
    facts=("ports", "hosts"),
)
SOME_ADDRESSES = Code(
    number=316,
    id="some-addresses-fail",
    severity=Severity.WARNING,
    title="Some addresses of {targets} do not work ({dead}{kind}), others do.",
    why="The name has several addresses; each was tried.",
    sees="Sometimes it works, sometimes not.",
    remedies=(
        Remedy(who=Audience.NETWORK, text="Allow every address of these names, or allow by name: {targets}."),
        Remedy(who=Audience.VENDOR, text="Ask whether {dead} should be in service, if the firewall lets it through."),
    ),
    sure="Sure.",
    facts=("dead", "kind"),
    phrases=phrases("kind", mixed="", IPv4=", all there is of IPv4", IPv6=", all there is of IPv6"),
)
PORT_BY_VERSION = Code(
    number=360,
    id="port-blocked-by-one-ip-version",
    severity=Severity.WARNING,
    title="{family} connections to port {ports} are {how} at every host; by {other} they get through.",
    why="Each host was tried at its addresses of both versions; by the one only these ports fail, and every host's do.",
    sees="Programs that prefer this version of IP hesitate for seconds or fail, others work.",
    remedies=(Remedy(who=Audience.NETWORK, text="Allow outbound TCP {ports} to {hosts} by {family} too."),),
    sure="Sure that one version of IP is treated otherwise; a rule that forgot it is the usual reason.",
    facts=("hosts", "ports", "family", "other", "how"),
    phrases=phrases("how", dropped="dropped", refused="refused", rejected="rejected"),
    lists=("how",),
)
PROXY_IN_PATH = Code(
    number=317,
    id="interception-proxy-in-path",
    severity=Severity.INFO,
    title="A device on the way accepts connections to port {ports} for everybody, and passes them on.",
    why="The ports also open at addresses nobody has, but behind the device the real servers proved themselves.",
    sees="Nothing, as long as the device works.",
    remedies=(
        Remedy(who=Audience.NETWORK, text="Consider exempting TCP {ports} to {hosts} from the transparent proxy."),
    ),
    sure="Sure.",
    facts=("ports", "hosts"),
)
HIDDEN_BEHIND_PROXY = Code(
    number=318,
    id="unproven-behind-a-box",
    severity=Severity.WARNING,
    title="A device on the way accepts connections to port {ports} in the servers' place, so nobody can tell from "
    "here an answer of {hosts} from none.",
    why=(
        "The port also opens at addresses nobody has, or opens sooner or nearer than the host can answer. On this port "
        "the server never speaks first and no certificate proves it, so an open connection says nothing."
    ),
    sees="Perhaps nothing; perhaps TWS hangs.",
    remedies=(
        Remedy(
            who=Audience.NETWORK, text="Exempt TCP {ports} to {hosts} from the transparent proxy, then check again."
        ),
    ),
    sure="Sure about the device; the servers behind it are unknown.",
    facts=("ports", "hosts"),
)
PORT_SILENT = Code(
    number=320,
    id="port-silent-at-host",
    severity=Severity.ERROR,
    title="Connections to {targets} get no answer, while those to other ports or hosts of the list do.",
    why=(
        "The connection timed out or was turned away on the way, in a burst and again slowly. Its host answers on "
        "another port, or the same port answers elsewhere, and too few fail to call it a rule."
    ),
    sees="What hangs on this host and port fails, the rest works.",
    remedies=(
        Remedy(who=Audience.NETWORK, text="Check that the firewall's exception covers {targets}, host and port."),
        Remedy(
            who=Audience.VENDOR, text="Ask whether {targets} should be in service, if the firewall lets it through."
        ),
    ),
    sure="Sure that it cannot be reached from here; whether a rule or the host is at fault is not visible from here.",
)
NOTHING_TO_COMPARE = Code(
    number=321,
    id="nothing-to-compare",
    severity=Severity.ERROR,
    title="Connections to {targets} get no answer, and nothing else of the list could be tried to compare with.",
    why=(
        "First fast, then slowly, nobody accepted or refused. The other targets have another fault that stands before "
        "this one, so a dead host, a rule on its port and a dead line look the same here."
    ),
    sees="What hangs on these hosts fails, as the rest does.",
    remedies=(
        Remedy(who=Audience.USER, text="Mend the other faults first and check again."),
        Remedy(who=Audience.NETWORK, text="Check that outbound connections to {targets} are allowed."),
    ),
    sure="Sure that nobody answers; why is not visible before the other faults are mended.",
)
TRANSPORT = (
    EGRESS_DROPPED,
    EGRESS_REFUSED,
    EGRESS_REJECTED,
    HOSTS_UNREACHABLE,
    REGION_UNREACHABLE,
    STALE_ALLOW_LIST,
    ACCEPTED_IN_PATH,
    BYTES_SWALLOWED,
    RATE_LIMITED,
    ROUTING_LOOP,
    UPLINK_DOWN,
    SPEAKS_FIRST,
    CLOSED_AT_ONCE,
    PORT_CLOSED,
    IPV6_BROKEN,
    IPV4_BROKEN,
    SOME_ADDRESSES,
    PORT_BY_VERSION,
    PROXY_IN_PATH,
    HIDDEN_BEHIND_PROXY,
    PORT_SILENT,
    NOTHING_TO_COMPARE,
)
