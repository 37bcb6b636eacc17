"""322 to 329: connections that are accepted, but late, only at the second word, or not all of them."""

from lineclear.model import Audience, Severity

from .code import Code, Remedy

LATE_CONSENT = Code(
    number=322,
    id="accepted-late",
    severity=Severity.INFO,
    title="Connections to port {ports} are accepted only after {after}, though the servers are nearer than that.",
    why=(
        "The answer to the first packet of every connection to these ports took that long, at several hosts; what was "
        "said afterwards was answered much sooner, and so were connections to other ports. Something on the way thinks "
        "before it lets a connection through, such as a firewall that asks elsewhere about each."
    ),
    sees="TWS takes longer to log in, and programs that wait less give up; once connected all is well.",
    remedies=(
        Remedy(
            who=Audience.NETWORK,
            text="Let the firewall decide on TCP {ports} to {hosts} by itself, without asking a service for each.",
        ),
    ),
    sure="Sure of the delay; what causes it is not visible from here.",
    facts=("ports", "hosts", "after"),
)
FIRST_SYN_DROPPED = Code(
    number=323,
    id="first-syn-dropped",
    severity=Severity.INFO,
    title="The first SYN of every connection is dropped on the way, and the same SYN sent again gets through.",
    why=(
        "All {count} connections opened, not one of them by its first SYN, while no segment with data was lost. Chance "
        "does not choose so."
    ),
    sees="Every new connection takes a second longer.",
    remedies=(
        Remedy(
            who=Audience.NETWORK,
            text="Exempt outbound connections from a protection against SYN floods that works by dropping, and let "
            "SYNs that offer explicit congestion notification (ECN, RFC 3168) pass.",
        ),
    ),
    sure=(
        "Sure of the first SYN. Whether a device drops whatever comes first, or what this machine offers in it and not "
        "in the repeated one (ECN), is not visible from here."
    ),
    facts=("count",),
)
SOME_REFUSED = Code(
    number=324,
    id="some-connections-refused",
    severity=Severity.WARNING,
    title="Of the connections to port {ports} some are refused ({refused} of {tried}), whatever the host; others are "
    "accepted.",
    why=(
        "Single connections left in one burst, to several hosts. Refused and accepted ones changed places in it again "
        "and again: so it depends on the connection. A limit on new connections lets the first through and refuses "
        "what comes after. Routers that spread connections over several uplinks look so, when one of them refuses the "
        "port."
    ),
    sees="TWS connects now and then, and at other times fails at once.",
    remedies=(
        Remedy(
            who=Audience.NETWORK,
            text="Compare the firewalls of your uplinks, the members of a cluster, and the addresses of a NAT pool: "
            "one of them is refused on port {ports}. Until then pin this machine's traffic to the vendor to another.",
        ),
    ),
    sure="Sure that it depends on the connection and not on the host; several uplinks are the usual reason.",
    facts=("ports", "refused", "tried"),
)
TOO_LATE = Code(
    number=325,
    id="answered-too-late",
    severity=Severity.WARNING,
    title="Connections to port {ports} are answered only after {after} and more, too late to tell their worth.",
    why=(
        "Nothing answered while the check waited, and then some of its first connections were accepted after all, by "
        "the round trip the kernel measured. So nothing drops these ports; what was asked again waited as long."
    ),
    sees="TWS and websites seem dead, or come after a long while.",
    remedies=(
        Remedy(who=Audience.USER, text="Check again with nothing else on the line, and with --deadline 60."),
        Remedy(who=Audience.NETWORK, text="See what fills the line, and whether a rule shapes traffic to {hosts}."),
    ),
    sure="Sure that answers come, and of how late. Why they do is not visible from here.",
    facts=("ports", "hosts", "after"),
)

CONSENT = (LATE_CONSENT, FIRST_SYN_DROPPED, SOME_REFUSED, TOO_LATE)
