"""6xx: the way out as the far end sees it, by the user's own reflector or by a service the user named."""

from lineclear.model import Audience, Severity

from .code import Code, Remedy, phrases

_PIN = Remedy(
    who=Audience.NETWORK,
    text="Pin this machine's traffic to one uplink: let it bypass the load balancer, or have the balancer persist by "
    "source address, for every port and not by connection or destination.",
)
_OWN = "Sure for the reflector's own addresses; "
_WITNESS = phrases("witness", reflector="your reflector", service="a service you named")

PUBLIC_ADDRESS_CHANGES = Code(
    number=601,
    id="public-address-changes",
    severity=Severity.WARNING,
    title="Client Portal sessions will be invalidated: this network sends connections to one place out by different "
    "public addresses ({subject}).",
    why=(
        "Fresh connections to one and the same place arrived from several source addresses, as {witness} saw it: "
        "arbitrary pooling in the words of RFC 4787. Load balancing equipment cycles connections over two or more "
        "uplinks. The vendor ties a session to the address it began from, so requests that come from another one "
        "invalidate it."
    ),
    sees="Messages about an expired or invalid session, or missing web content, upon or after the login to Client "
    "Portal. TWS, which keeps one connection, works.",
    remedies=(_PIN,),
    sure="Sure if the witness tells the truth; only connections of one IP version to one port were compared.",
    facts=("witness",),
    phrases=_WITNESS,
    lists=("subject",),
)
PUBLIC_ADDRESS_STAYS = Code(
    number=602,
    id="public-address-stays",
    severity=Severity.INFO,
    title="All {count} connections over {version} that {witness} saw left by the same public address, {subject}: no "
    "load balancing showed that breaks Client Portal sessions.",
    why="{count} fresh connections arrived from one source address, as {witness} saw it: paired pooling in the words "
    "of RFC 4787.",
    sees="Nothing.",
    remedies=(Remedy(who=Audience.NOBODY, text="Nothing to change."),),
    sure="As good as sure: two uplinks used by chance would show in eight connections with 254 in 256 chances; one "
    "used for a few in a hundred may not. Balancing by destination shows only at several addresses of the reflector.",
    facts=("count", "witness", "version"),
    phrases=_WITNESS,
    lists=("subject",),
)
PUBLIC_ADDRESS_BY_DESTINATION = Code(
    number=603,
    id="public-address-by-destination",
    severity=Severity.WARNING,
    title="Client Portal sessions may be invalidated: the public address depends on the destination ({subject}).",
    why=(
        "Connections to one address of the reflector always arrived from one source address, and those to another "
        "address of it from another one: the load balancer chooses an uplink by destination. A session that reaches "
        "the vendor over two of its hosts comes from two addresses."
    ),
    sees="Messages about an expired or invalid session, when a page of Client Portal uses more than one host.",
    remedies=(_PIN,),
    sure="Sure about the balancing; whether a session meets it depends on which hosts it uses.",
    lists=("subject",),
)
PUBLIC_ADDRESS_BY_PORT = Code(
    number=604,
    id="public-address-by-port",
    severity=Severity.INFO,
    title="The public address depends on the port ({subject}).",
    why="On each port all connections arrived from the same addresses, and on another port from others, or from "
    "several in turn where only one long connection is needed.",
    sees="Nothing: Client Portal uses one port, and TWS keeps one connection.",
    remedies=(Remedy(who=Audience.NETWORK, text="Nothing is to be changed, as long as port 443 keeps to one uplink."),),
    sure="Sure.",
)
PUBLIC_ADDRESS_CHANGED = Code(
    number=605,
    id="public-address-changed",
    severity=Severity.WARNING,
    title="The public address changed during the check, from {before} to {after}; open Client Portal sessions are "
    "invalidated by that.",
    why="All connections up to a moment arrived from the one address, and all after it from the other: a failover, a "
    "new lease, or a balancer that changes uplinks with time.",
    sees="A session that worked ends with a message about an expired or invalid session; a new login works.",
    remedies=(
        Remedy(who=Audience.NETWORK, text="Find out whether the uplink failed over; pin this traffic to one uplink."),
    ),
    sure="Sure that it changed; whether it does so often shows only when the check is run again.",
    facts=("before", "after"),
)
FAMILIES_LEAVE_APART = Code(
    number=606,
    id="public-address-by-ip-version",
    severity=Severity.INFO,
    title="IPv4 and IPv6 leave by addresses of their own ({subject}): a session that mixes them comes from two.",
    why="Both versions work from here, and each has its own public address, as it must. A browser may choose another "
    "version for each host.",
    sees="Seldom anything; perhaps an invalid session where one host of the vendor has IPv6 and another has not.",
    remedies=(Remedy(who=Audience.NETWORK, text="If sessions break, keep the vendor's hosts to IPv4."),),
    sure="Sure about the addresses; that it hurts is only possible.",
    lists=("subject",),
)
HELLO_CHANGED = Code(
    number=610,
    id="tls-opened-on-the-way",
    severity=Severity.WARNING,
    title="A device on the way opens TLS on port {ports} and makes a new connection of its own, whatever its "
    "certificate looks like.",
    why=(
        "The ClientHello that arrived at your reflector is not the one that was sent, or the certificate that was "
        "shown here is not the reflector's. Only who ends the encryption on the way can change either."
    ),
    sees="Websites work; TWS and its updater, which trust their own authorities, may refuse, and the device reads all "
    "of it.",
    remedies=(
        Remedy(
            who=Audience.NETWORK,
            text="Exempt the vendor's hosts from TLS inspection on port {ports}, by name and by address.",
        ),
    ),
    sure=_OWN + "an exception for the vendor's hosts may be there already, and shows by their certificates.",
    facts=("ports",),
)
REQUEST_CHANGED = Code(
    number=611,
    id="web-request-changed",
    severity=Severity.INFO,
    title="A web proxy on the way rewrites requests on port {ports} ({changes}).",
    why="The request line or the headers that arrived at your reflector are not those that were sent.",
    sees="Nothing, as long as the proxy works.",
    remedies=(Remedy(who=Audience.NETWORK, text="Consider exempting the vendor's hosts from the web proxy."),),
    sure=_OWN + "plain web requests to the vendor most likely fare alike.",
    facts=("ports", "changes"),
    phrases=phrases("changes", line="its line", headers="headers: {subject}", both="its line, and headers: {subject}"),
    lists=("subject",),
)
NEVER_LEFT = Code(
    number=612,
    id="accepted-and-never-let-out",
    severity=Severity.ERROR,
    title="A device on the way accepts connections to port {ports} itself and lets none of them out: your reflector "
    "outside never saw one.",
    why=(
        "The port opens here from nearer than any server, and even at addresses nobody has. The same port to your "
        "reflector opened every time, and nothing ever arrived there, while the hosts' other ports work, here and to "
        "the reflector. A telnet test says “open” here; it only ever met the device."
    ),
    sees="Telnet and port scanners say “open”; TWS hangs or cannot log in.",
    remedies=(
        Remedy(
            who=Audience.NETWORK,
            text="Exempt TCP {ports} to {hosts} from the transparent proxy or inspection, and let these ports out "
            "behind it.",
        ),
    ),
    sure="Sure for the reflector, and as good as sure for the vendor: only an exception for just these hosts on just "
    "this port, behind a device that accepts for everybody, would be missed.",
    facts=("ports", "hosts"),
    settles=True,
)
ANSWERS_LOST = Code(
    number=613,
    id="answers-lost-on-the-way-back",
    severity=Severity.WARNING,
    title="Connections to port {ports} reach your reflector, and its answers are lost on the way back.",
    why="The reflector received what was sent and says so; what it answered never came. Packets of one direction only "
    "are lost: asymmetric routing, or a filter that looks at answers.",
    sees="Connections open and hang.",
    remedies=(
        Remedy(
            who=Audience.NETWORK,
            text="Let TCP {ports} leave and return through the same stateful firewall, and look for filters on "
            "incoming answers.",
        ),
    ),
    sure=_OWN + "the vendor's answers take the same last part of the way.",
    facts=("ports",),
)
ONLY_KNOWN_APPLICATIONS = Code(
    number=614,
    id="only-known-applications-pass",
    severity=Severity.ERROR,
    title="A filter on port {ports} lets {passing} pass and nothing it does not know ({stopped}).",
    why=(
        "On the same port to the same place, some kinds of bytes came back from your reflector and others vanished or "
        "were cut off after the connection had opened. That is a device that looks at applications, not at ports."
    ),
    sees="Telnet says “open”; TWS hangs right after connecting on a port where its own language does not pass.",
    remedies=(
        Remedy(
            who=Audience.NETWORK,
            text="Allow the application on TCP {ports} to {hosts}: an application override, or a custom application.",
        ),
    ),
    sure="Sure for the reflector. Whether the vendor's hosts are exempt already is visible only where they fail.",
    facts=("ports", "hosts", "passing", "stopped"),
    phrases=(
        *phrases("passing", lines="an unknown protocol", binary="binary data"),
        *phrases("stopped", lines="an unknown protocol", binary="binary data"),
        *phrases("hosts", vendor="the vendor's hosts"),
    ),
    lists=("passing", "stopped"),
)
REFLECTOR_MUTE = Code(
    number=615,
    id="reflector-not-reached",
    severity=Severity.INFO,
    title="Your reflector at {subject} could not be asked: {reason}.",
    why="Nothing it could have told is known, and nothing is concluded from its silence.",
    sees="Nothing.",
    remedies=(
        Remedy(
            who=Audience.USER,
            text="See that lineclear reflect runs there, and that a firewall before it lets the ports of the list in.",
        ),
    ),
    sure="Sure.",
    facts=("reason",),
    phrases=phrases("reason", other="something else answers there", closed="no port of the list accepts there"),
    lists=("subject",),
)
SERVICE_MUTE = Code(
    number=626,
    id="address-service-mute",
    severity=Severity.INFO,
    title="{subject}, which you named, told no public address.",
    why="It was asked as often as the others, and every answer failed or was no address. Nothing is concluded from it.",
    sees="Nothing.",
    remedies=(
        Remedy(
            who=Audience.USER, text="See that {subject} answers with nothing but the caller's address, or leave it out."
        ),
    ),
    sure="Sure.",
    lists=("subject",),
)
PROXIED = Code(
    number=616,
    id="connections-made-anew",
    severity=Severity.INFO,
    title="A device on the way ends connections on port {ports} and makes new ones in their place.",
    why="The first packet of these connections reached your reflector with more hops left than that of others: it "
    "began nearer to it than this machine is.",
    sees="Nothing, as long as the device works.",
    remedies=(Remedy(who=Audience.NETWORK, text="Consider exempting TCP {ports} from the transparent proxy."),),
    sure="As good as sure; two paths of different length to the same place look alike.",
    facts=("ports",),
)
LARGE_LOST = Code(
    number=620,
    id="large-packets-lost",
    severity=Severity.ERROR,
    title="Large packets are lost {direction}: segments of {lost} do not arrive, those of {size} bytes do.",
    why=(
        "Full segments between your reflector and this machine vanished, smaller ones arrived over the same port at "
        "the same time. A link on the way takes smaller packets than it should, and the ICMP message that says so is "
        "filtered (a path MTU black hole)."
    ),
    sees="Logins work and then freeze; large pages and TLS with long certificates hang.",
    remedies=(
        Remedy(
            who=Audience.NETWORK,
            text="Let ICMP “fragmentation needed” (3/4) and ICMPv6 “packet too big” pass, or clamp the MSS of TCP to "
            "{size} on the router.",
        ),
    ),
    sure="Sure: size alone made the difference.",
    facts=("direction", "lost", "least", "size"),
    phrases=(
        *phrases("direction", both="in both directions", here="on the way here", out="on the way out"),
        *phrases("lost", bytes="{least} bytes", usual="the usual size"),
    ),
)
WAYS_DIFFER = Code(
    number=621,
    id="ways-differ",
    severity=Severity.INFO,
    title="Packets leave by one path and return by another: {there} routers on the way to your reflector, {back} on "
    "the way back.",
    why=(
        "Each router takes one off a packet's hop limit. Our packets arrive with {there} less than they left with, "
        "whichever limit that was; of the reflector's answers, only those allowed to pass {back} routers arrive."
    ),
    sees="Nothing by itself. Where a stateful firewall stands on one of the paths alone, connections open and hang.",
    remedies=(
        Remedy(
            who=Audience.NETWORK,
            text="If you have several uplinks or firewalls, see that answers return by the one the connection left by.",
        ),
    ),
    sure="Sure that the counts differ; where both ways leave each other is not visible, and paths of equal length are "
    "not told apart. A device that sets hop limits anew on the way back alone would look the same.",
    facts=("there", "back"),
)
UNHEARD = Code(
    number=622,
    id="unheard-after-silence",
    severity=Severity.WARNING,
    title="After a silence, what the far end says is lost until this machine speaks: it still arrives after {alive}, "
    "and not after {dead}.",
    why=(
        "Your reflector promised to hang up on connections that had been silent for longer and longer. Up to a length "
        "its goodbye came, beyond it nothing, while connections that were silent as long and spoken on from here still "
        "stood: a translator or firewall on the way has forgotten the way in, and takes it up again from inside."
    ),
    sees="Quotes and order messages stop after a quiet time and come in a heap with the next click.",
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
    sure="Sure for connections to the reflector, if it tells the truth; timers are a device's and seldom a "
    "destination's.",
    facts=("alive", "dead", "ports"),
)
HUNG_UP = Code(
    number=623,
    id="hung-up-on-the-way",
    severity=Severity.WARNING,
    title="A device on the way hangs up on connections that have been silent for {after}.",
    why="Connections to your reflector were ended from outside, while by its own word it was to keep them longer.",
    sees="The session drops after a quiet time, and a new one works at once.",
    remedies=(
        Remedy(
            who=Audience.NETWORK,
            text="Raise the idle timeout for TCP {ports} on proxies, balancers and firewalls to two hours and more "
            "(RFC 5382), at the least above the application's heartbeat.",
        ),
    ),
    sure=_OWN + "timers are a device's and seldom a destination's.",
    facts=("after", "ports"),
)
SILENCE_OUTLIVED = Code(
    number=624,
    id="silence-outlived",
    severity=Severity.INFO,
    title="Silent connections live: after {alive} without a word, those to {targets} still stood.",
    why=(
        "Connections were held without a word, each for longer than the one before, and then asked by keep-alive "
        "segments, which every server acknowledges. All of them were answered."
    ),
    sees="Nothing.",
    remedies=(Remedy(who=Audience.NOBODY, text="Nothing to change."),),
    sure="Sure for these connections and for this long; only a longer --idle tells of longer silences.",
    facts=("alive",),
)
SILENCE_ENDED = Code(
    number=625,
    id="silence-ended-from-outside",
    severity=Severity.INFO,
    title="Silent connections to {targets} are ended from outside after {after}.",
    why=(
        "Connections were held without a word, and an end came before they were asked whether they still stood. So "
        "nobody had forgotten them: the server ends what is silent, or a device does so in its name."
    ),
    sees="Nothing, if the application speaks more often than that; else the session drops after a quiet time.",
    remedies=(
        Remedy(
            who=Audience.USER,
            text="To tell the server from a device on the way, run lineclear reflect outside and check with "
            "--reflector HOST.",
        ),
    ),
    sure="Sure of the end; who sent it is not visible from here.",
    facts=("after",),
)
FAR = (
    PUBLIC_ADDRESS_CHANGES,
    PUBLIC_ADDRESS_STAYS,
    PUBLIC_ADDRESS_BY_DESTINATION,
    PUBLIC_ADDRESS_BY_PORT,
    PUBLIC_ADDRESS_CHANGED,
    FAMILIES_LEAVE_APART,
    HELLO_CHANGED,
    REQUEST_CHANGED,
    NEVER_LEFT,
    ANSWERS_LOST,
    ONLY_KNOWN_APPLICATIONS,
    REFLECTOR_MUTE,
    SERVICE_MUTE,
    PROXIED,
    LARGE_LOST,
    WAYS_DIFFER,
    UNHEARD,
    HUNG_UP,
    SILENCE_OUTLIVED,
    SILENCE_ENDED,
)
