"""330 to 349: what the path itself shows: who refuses on it, what it forgets, loses or delays."""

from lineclear.model import Audience, Severity

from .code import OVER, Code, Remedy, phrases

REFUSED_ON_THE_WAY = Code(
    number=331,
    id="refused-on-the-way",
    severity=Severity.ERROR,
    title="The refusals on TCP port {ports} come from {place}, not from the servers.",
    why=(
        "Each router takes one off a packet's hop limit. Connects that may only go so far are refused where the path "
        "has only begun, and the resets arrive with more left than anything from the servers could have."
    ),
    sees="TWS fails at once; telnet says “connection refused”, as if the server did.",
    remedies=(
        Remedy(
            who=Audience.NETWORK,
            text="On the device at {place}, allow outbound TCP to port {ports}, statefully, for {hosts}.",
        ),
    ),
    sure="Sure of the place. The address is the one with which the device reports expired packets.",
    facts=("ports", "hosts", "place", "hop"),
    phrases=phrases("place", router="hop {hop}, {subject}", unnamed="hop {hop} (it does not tell its address)"),
)
REFUSED_BY_SERVER = Code(
    number=332,
    id="refused-by-the-server",
    severity=Severity.ERROR,
    title="The server itself refuses connections to {targets}: the refusals come from as far away as it is.",
    why=(
        "The resets arrive with no more of their hop limit left than the server's own echo replies have; a device "
        "nearer by would be seen by it. Nothing listens on that port of the server, or it refuses whom it does not "
        "serve."
    ),
    sees="What hangs on these hosts and ports fails, the rest works.",
    remedies=(Remedy(who=Audience.VENDOR, text="Ask whether {targets} should be in service, and for your country."),),
    sure="As good as sure; a device right before the server, or one that imitates its distance, looks the same.",
)
IDLE_TIMEOUT = Code(
    number=333,
    id="idle-timeout-short",
    severity=Severity.WARNING,
    title="A device on the way forgets connections that are silent: they still stand after {alive}, and not after "
    "{dead}.",
    why=(
        "Connections were held without a word, each for longer than the one before, and then asked by keep-alive "
        "segments, which every server acknowledges. Up to a length of silence they were answered, beyond it no more."
    ),
    sees="Quotes freeze, or the session drops, after a quiet time; a new connection works at once.",
    remedies=(
        Remedy(
            who=Audience.NETWORK,
            text="Raise the idle timeout for TCP {ports} on firewalls and translators to two hours and more "
            "(RFC 5382), at the least above the application's heartbeat.",
        ),
        Remedy(
            who=Audience.USER, text="Until then, let the system send TCP keep-alives more often than every {alive}."
        ),
    ),
    sure="Sure for these connections; which device forgets them is not visible from here.",
    facts=("alive", "dead", "ports"),
)
LOSS = Code(
    number=334,
    id="packet-loss",
    severity=Severity.WARNING,
    title="Packets are lost on the way: {percent} of those that wanted an answer had to be sent again.",
    why=(
        "Of the packets that servers must acknowledge, {lost} of {total} were not, at several hosts and on connections "
        "that are otherwise well. Connections that are refused, dropped or filtered are not counted."
    ),
    sees="It works, with pauses: quotes and orders stall for a moment again and again.",
    remedies=(
        Remedy(who=Audience.USER, text="Check again by cable instead of wireless, and with nothing else on the line."),
        Remedy(
            who=Audience.NETWORK,
            text="Look for errors, full queues and rate limits on the uplink; ask the provider to measure the line.",
        ),
    ),
    sure="As good as sure that packets vanish; where on the way is not visible from here.",
    facts=("lost", "total", "percent"),
)
LOSS_AT_PORTS = Code(
    number=339,
    id="packet-loss-on-some-ports",
    severity=Severity.WARNING,
    title="Packets to port {ports} are lost on the way: {percent} of those that wanted an answer had to be sent again, "
    "and none of {others} to other ports.",
    why=(
        "Of the packets that servers must acknowledge, {lost} of {total} to these ports were not, at several hosts, "
        "and all {others} to other ports were. By chance the others would be spared less than once in "
        "100,000 times."
    ),
    sees="What uses these ports stalls for a moment again and again; everything else is quick.",
    remedies=(
        Remedy(
            who=Audience.NETWORK,
            text="Look for a rate limit, a policer or a small queue that TCP {ports} to {hosts} goes through and the "
            "rest does not, and give it room.",
        ),
    ),
    sure=(
        "As good as sure that these ports lose packets and the others do not; a way that only their hosts share would "
        "look the same."
    ),
    facts=("ports", "hosts", "lost", "total", "percent", "others"),
)
FAR = Code(
    number=335,
    id="long-way",
    severity=Severity.WARNING,
    title="Even the nearest server is {nearest} away, there and back: farther than by any cable on earth.",
    why=(
        "Two places on earth are at most some 400 ms apart by cable. Packets from here go by satellite, through a "
        "tunnel to another continent, or wait in a full queue."
    ),
    sees="It works, and every click takes its time; orders arrive late.",
    remedies=(
        Remedy(who=Audience.USER, text="Use another line than satellite or mobile; end downloads and uploads."),
        Remedy(who=Audience.NETWORK, text="Let this traffic out directly, not through a tunnel, and manage queues."),
    ),
    sure="Sure of the delay; which of these causes it is not visible from here.",
    facts=("nearest",),
)
JITTER = Code(
    number=336,
    id="delay-varies",
    severity=Severity.WARNING,
    title="The delay varies by {spread} from one connection to the next.",
    why="At half of the hosts or more, connections made within seconds of each other took so much longer or shorter.",
    sees="It works, with pauses, most of all while others use the line.",
    remedies=(
        Remedy(who=Audience.USER, text="Check again by cable instead of wireless, and with nothing else on the line."),
        Remedy(who=Audience.NETWORK, text="Manage queues on the uplink, so that bulk traffic does not fill them."),
    ),
    sure="Sure of the fact; a machine that is busy with other work can look the same.",
    facts=("spread",),
)
MTU_HOLE = Code(
    number=337,
    id="path-mtu-hole",
    severity=Severity.ERROR,
    title="Large packets vanish on the way{over}: TLS succeeds in segments of {size} bytes and stalls in the usual "
    "ones, at {targets}.",
    why=(
        "The connection opens and small packets pass, but the server's first large answer never arrives, twice. With "
        "smaller segments allowed the same handshake succeeds. A link or a rule on the way takes only smaller packets, "
        "and no message says so to the sender."
    ),
    sees="Telnet says “open”; TWS and websites hang right after connecting, or when much is sent.",
    remedies=(
        Remedy(
            who=Audience.NETWORK,
            text="Let ICMP “fragmentation needed” (type 3 code 4; ICMPv6 type 2) pass, or clamp the MSS of TCP to "
            "{size} on the uplink or tunnel. Where other ports are well, look for a rule on the size of packets.",
        ),
    ),
    sure="Sure: only the size of the segments differed.",
    facts=("size", "over"),
    phrases=OVER,
)
LARGE_LOST_OUTWARD = Code(
    number=362,
    id="large-packets-lost-outward",
    severity=Severity.WARNING,
    title="Large packets vanish on their way out by {versions}: a TLS greeting of several packets is answered in "
    "segments of {size} bytes, and never in the usual ones.",
    why=(
        "Every site that was tried shakes hands when the greeting fits into one small packet, and answers nothing, "
        "twice, when it comes as large as browsers send it. In smaller segments the same greeting is answered. A link "
        "on the way takes only smaller packets, and the message that says so to this machine is filtered. What the "
        "servers send arrives."
    ),
    sees="TWS works; browsers hang at the first connection, and uploads and large requests stop half-way.",
    remedies=(
        Remedy(
            who=Audience.NETWORK,
            text="Let ICMP “fragmentation needed” (type 3 code 4; ICMPv6 type 2) pass towards this network, or clamp "
            "the MSS of TCP to {size} in both directions on the uplink or tunnel.",
        ),
    ),
    sure="Sure: only the size of the segments differed, at several sites.",
    facts=("size", "versions"),
    lists=("versions",),
)
SEVERAL_WAYS = Code(
    number=338,
    id="several-uplinks-suspected",
    severity=Severity.INFO,
    title="Connections leave by different routers ({subject}), {how}: perhaps by several uplinks.",
    why=(
        "Packets that may only go so far come back from different routers where the path leaves this network. Several "
        "uplinks look so, and so do a provider's own parallel routers. Only somebody outside can tell whether the "
        "public address changes with them."
    ),
    sees="Perhaps nothing; perhaps Client Portal says that the session is invalid.",
    remedies=(
        Remedy(
            who=Audience.USER,
            text="Run lineclear reflect outside and check with --reflector HOST: it tells whether the address changes.",
        ),
        Remedy(
            who=Audience.NETWORK,
            text="If there are several uplinks, pin each machine's traffic to the vendor to one of them.",
        ),
    ),
    sure="Sure of the routers; that they belong to different uplinks is a suspicion.",
    facts=("how",),
    phrases=phrases(
        "how",
        by_connection="from connection to connection to the same host",
        by_host="from host to host",
    ),
    lists=("subject",),
)
SOME_DROPPED = Code(
    number=340,
    id="some-connections-dropped",
    severity=Severity.WARNING,
    title="Of the connections to port {ports} some never get an answer ({dropped} of {tried}), whatever the host; the "
    "others do at once.",
    why=(
        "Single connections were made to several hosts. Those that were not answered at once were not answered when "
        "the same SYN was repeated either, though a new connection was: so it depends on the connection. Lost packets "
        "and limits on connections let repeats through. Routers that spread connections over several uplinks look so, "
        "when one of the uplinks drops the port."
    ),
    sees="TWS connects now and then, and at other times waits until it gives up.",
    remedies=(
        Remedy(
            who=Audience.NETWORK,
            text="Compare your uplinks, parallel links, the addresses of a NAT pool and the members of a firewall "
            "cluster: one of them drops port {ports}. Until then pin this machine's traffic to the vendor to one that "
            "does not.",
        ),
    ),
    sure="Sure that it depends on the connection and not on the host; several uplinks are the usual reason.",
    facts=("ports", "dropped", "tried"),
)
CUT_ON_THE_WAY = Code(
    number=361,
    id="cut-on-the-way",
    severity=Severity.ERROR,
    title="A device on the way ({place}) cuts connections to {targets} as soon as something is said.",
    why=(
        "The connections open, and the first words are answered by a reset or an end in the server's name. Words whose "
        "hop limit was too small to reach the server were answered alike, so it was not the server that heard them."
    ),
    sees="Telnet says “open”; TWS or the browser fails at once.",
    remedies=(
        Remedy(
            who=Audience.NETWORK,
            text="Find the device {place}, and let what is said on TCP {ports} to {hosts} pass: application control, "
            "intrusion prevention and filters of names or protocols cut so.",
        ),
    ),
    sure="Sure: what was answered cannot have reached the server. Which of its rules applies is not visible from here.",
    facts=("hosts", "ports", "place", "hop"),
    phrases=phrases(
        "place",
        first="no farther than hop 1",
        hop="at hop {hop} or just behind it",
        router="at hop {hop}, {subject}, or just behind it",
        hops="at hops {hop} or just behind them",
    ),
)
PATHS = (
    REFUSED_ON_THE_WAY,
    CUT_ON_THE_WAY,
    REFUSED_BY_SERVER,
    IDLE_TIMEOUT,
    LOSS,
    LOSS_AT_PORTS,
    FAR,
    JITTER,
    MTU_HOLE,
    LARGE_LOST_OUTWARD,
    SEVERAL_WAYS,
    SOME_DROPPED,
)
