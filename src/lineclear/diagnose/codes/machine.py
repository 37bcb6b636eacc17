"""1xx: this machine, before a packet leaves it."""

from lineclear.model import Audience, Severity

from .code import SETTINGS, Code, Remedy, phrases

NO_ROUTE = Code(
    number=101,
    id="no-route",
    severity=Severity.ERROR,
    title="This machine has no route to the internet: nothing it sends leaves it.",
    why=(
        "Every attempt failed at once with “network is unreachable”, from this machine itself and not from a router, "
        "and the routing table has no default route. Names that do not resolve are a consequence, not a second fault."
    ),
    sees="Nothing connects: no website, no TWS, no names.",
    remedies=(
        Remedy(
            who=Audience.USER,
            text="Join a network: plug in the cable or connect the Wi-Fi, and renew the address (DHCP) so that a "
            "default gateway is set. Then run the check again.",
        ),
    ),
    sure="Sure: the operating system itself refuses before a packet leaves.",
    settles=True,
)
INTERFACE_DOWN = Code(
    number=102,
    id="interface-down",
    severity=Severity.ERROR,
    title="No network interface of this machine has both a link and an address ({subject}).",
    why="Apart from loopback no interface has both a link and an address, and every attempt failed at once.",
    sees="Nothing connects: no website, no TWS, no names.",
    remedies=(
        Remedy(who=Audience.USER, text="Plug in the cable or switch the Wi-Fi on; check flight mode and the adapter."),
    ),
    sure="Sure: the operating system reports the interfaces.",
    settles=True,
)
GATEWAY_UNREACHABLE = Code(
    number=103,
    id="gateway-unreachable",
    severity=Severity.ERROR,
    title="The default gateway {subject} does not answer on the local network, so nothing gets past this machine.",
    why=(
        "The kernel could not find the gateway's link address (ARP or neighbour discovery) and says so itself: "
        "“host unreachable” from this machine's own address after about three seconds. A router further on would "
        "have signed with another address."
    ),
    sees="Everything times out.",
    remedies=(
        Remedy(
            who=Audience.USER,
            text="Check the cable, the Wi-Fi and the VLAN, and that the address and gateway {subject} belong to this "
            "network; renew DHCP or correct the static settings.",
        ),
        Remedy(who=Audience.NETWORK, text="Check that the gateway {subject} is up and in this machine's VLAN."),
    ),
    sure="Sure that the gateway does not answer link-layer questions; not why.",
    settles=True,
)
LOCAL_FIREWALL = Code(
    number=104,
    id="local-firewall",
    severity=Severity.ERROR,
    title="A firewall on this machine itself blocks connections to {targets}.",
    why=(
        "The refusal came from this machine: “operation not permitted”, an ICMP error signed with this machine's own "
        "address, a reset that came over loopback, or silence while its kernel counts segments that it could not send. "
        "No packet left it."
    ),
    sees="One program or port fails; another computer on the same network works.",
    remedies=(
        Remedy(
            who=Audience.USER,
            text="Allow outbound TCP to {targets} in this machine's firewall or endpoint-security product.",
        ),
    ),
    sure="Sure that the refusal is local; which product does it is not visible without privileges.",
)
POLICY_ROUTE = Code(
    number=105,
    id="policy-route",
    severity=Severity.ERROR,
    title="This machine's own routing forbids {targets} ({subject}).",
    why=(
        "The connection failed at once, before anything was sent, while other destinations have a route: the mark of "
        "a prohibit, blackhole or unreachable route, such as a VPN's kill switch sets."
    ),
    sees="Only these hosts fail, at once; everything else works.",
    remedies=(
        Remedy(
            who=Audience.USER,
            text="Remove the route or rule that forbids {targets}: end the VPN or its kill switch, or exclude them.",
        ),
    ),
    sure="Sure that the refusal is a local route or rule.",
    phrases=phrases("subject", unsaid="no reason given"),
    lists=("subject",),
)
LOCAL_EXHAUSTION = Code(
    number=106,
    id="local-exhaustion",
    severity=Severity.WARNING,
    title="This machine ran out of sockets ({subject}), so {targets} could not be tested.",
    why="The operating system refused to open another socket. It says nothing about the network.",
    sees="Programs on this machine fail at random.",
    remedies=(
        Remedy(
            who=Audience.USER,
            text="Close what leaks connections on this machine, or widen its limits; then check again.",
        ),
    ),
    sure="Sure.",
    phrases=phrases("subject", unsaid="no reason given"),
    lists=("subject",),
)
PORTS_EXHAUSTED = Code(
    number=112,
    id="local-ports-exhausted",
    severity=Severity.ERROR,
    title="This machine has no local port left to connect to {targets}: its programs hold them all.",
    why=(
        "The operating system refused the connection before a packet left (“address not available”), twice, though "
        "this machine has an address to send from: every port of its range is held, or in use towards the same place. "
        "It says nothing about the network."
    ),
    sees="New connections fail at once, those that are open go on; after a restart all is well for a while.",
    remedies=(
        Remedy(
            who=Audience.USER,
            text="Find the program that holds so many connections (`ss -tanp` on Linux, `netstat -ano` on Windows) and "
            "end it, or widen the range (Linux: `net.ipv4.ip_local_port_range`). Then check again.",
        ),
    ),
    sure="Sure: the operating system itself refuses before a packet leaves.",
    settles=True,
)
CLOCK_WRONG = Code(
    number=107,
    id="clock-wrong",
    severity=Severity.ERROR,
    title="This machine's clock is wrong ({shows}), so every certificate looks {direction}.",
    why=(
        "All certificates of unrelated hosts are outside their validity in the same direction. One expired "
        "certificate would be one host; all of them at once is this machine's clock."
    ),
    sees="Certificate errors everywhere; TWS cannot log in.",
    remedies=(Remedy(who=Audience.USER, text="Set the clock, date and time zone, and switch network time on."),),
    sure="Sure when web servers also state another date; otherwise as good as sure.",
    facts=("shows", "days", "direction"),
    phrases=(
        *phrases("shows", date="it says {subject}", off="it says {subject}, {days} days off"),
        *phrases("direction", expired="expired", early="not yet valid"),
    ),
)
HOSTS_FILE = Code(
    number=108,
    id="hosts-file-override",
    severity=Severity.ERROR,
    title="The hosts file of this machine sends {hosts} to a fixed address that does not work ({subject}).",
    why="The operating system answers from its hosts file, the resolver on the network answers otherwise.",
    sees="These names fail on this machine only.",
    remedies=(Remedy(who=Audience.USER, text="Delete the lines for {hosts} from {file}."),),
    sure="Sure: the line stands in the file.",
    facts=("hosts", "file"),
    lists=("subject",),
    settles=True,
    misleads=True,
)
HOSTS_FILE_DIFFERS = Code(
    number=111,
    id="hosts-file-differs",
    severity=Severity.WARNING,
    title="The hosts file of this machine sends {hosts} to {subject}, the name servers say otherwise, and both fail.",
    why=(
        "The operating system answers from a line of its hosts file, the name servers give other addresses, and the "
        "connection fails at both. So another fault stands before this one, and hides which of the two is right."
    ),
    sees="These names fail on this machine; they may go on failing once the other fault is mended.",
    remedies=(Remedy(who=Audience.USER, text="Delete the lines for {hosts} from {file}, unless they are meant so."),),
    sure="Sure that the line stands in the file and differs; whether it is wrong cannot be seen while both ways fail.",
    facts=("hosts", "file"),
    lists=("subject",),
)
PROXY_DEAD = Code(
    number=109,
    id="proxy-not-running",
    severity=Severity.WARNING,
    title="A proxy is set on this machine ({subject}), but nothing answers there.",
    why="The settings name the proxy; a connection to it failed.",
    sees="The browser and the web features inside TWS fail or wait; TWS itself does not use the proxy.",
    remedies=(Remedy(who=Audience.USER, text="Remove the proxy setting ({source}), or start the proxy at {subject}."),),
    sure="Sure that nothing accepts at that address now.",
    facts=("source",),
    phrases=SETTINGS,
)
VPN_CAPTURES = Code(
    number=110,
    id="vpn-captures-targets",
    severity=Severity.ERROR,
    title="A VPN on this machine ({subject}) takes the traffic to {targets}, and it does not get through.",
    why=(
        "This machine sends to these hosts through the VPN, by its source address or its routing table. Only they "
        "fail; or it sends everything there and nothing comes back, while the gateway of the local network answers."
    ),
    sees="TWS fails while the VPN is up; what goes past it works.",
    remedies=(
        Remedy(who=Audience.USER, text="Disconnect the VPN and check again."),
        Remedy(who=Audience.NETWORK, text="Exclude {targets} from the VPN (split tunnel), or let them through it."),
    ),
    sure="Sure that the traffic takes the VPN and does not get through. Where the rest works, the VPN is to blame; "
    "where it takes everything, the line below it could be down as well: disconnecting it tells.",
)
NETWORK_OVERLAPS = Code(
    number=117,
    id="network-overlaps",
    severity=Severity.ERROR,
    title="A network of this machine's own ({subject}) has the addresses of {hosts}: what is sent to them stays in it.",
    why=(
        "This machine sends to these public addresses from its own address in that network, which is not the one that "
        "leads out, and gets no connection there. Bridges of containers and of virtual machines, and second network "
        "cards, have such networks."
    ),
    sees="These servers fail on this machine only; all others work.",
    remedies=(
        Remedy(
            who=Audience.USER,
            text="Give that network private addresses that nobody else here uses (Docker: `docker network ls`, "
            "`default-address-pools`), or remove it.",
        ),
    ),
    sure="Sure that the packets stay in that network; so it is the cause, unless the servers do stand there.",
    facts=("hosts",),
)
CLOCK_SKEWED = Code(
    number=120,
    id="clock-skewed",
    severity=Severity.INFO,
    title="This machine's clock is {span} {direction} the clocks of the sites.",
    why="Sites that proved their names state another time in their answers; their certificates do not mind.",
    sees="Mostly nothing; codes of a second factor may be refused, and times in reports are off.",
    remedies=(Remedy(who=Audience.USER, text="Switch network time on, or set the clock."),),
    sure="Sure of the difference: several sites were asked, and the middle one counts.",
    facts=("number", "span", "direction"),
    phrases=(
        *phrases("span", minutes="{number} minutes", hours="{number} hours", days="{number} days"),
        *phrases("direction", ahead="ahead of", behind="behind"),
    ),
)

MACHINE = (
    NO_ROUTE,
    INTERFACE_DOWN,
    GATEWAY_UNREACHABLE,
    LOCAL_FIREWALL,
    POLICY_ROUTE,
    LOCAL_EXHAUSTION,
    PORTS_EXHAUSTED,
    CLOCK_WRONG,
    HOSTS_FILE,
    HOSTS_FILE_DIFFERS,
    PROXY_DEAD,
    VPN_CAPTURES,
    NETWORK_OVERLAPS,
    CLOCK_SKEWED,
)
