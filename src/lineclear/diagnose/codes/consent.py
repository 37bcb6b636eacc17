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

CONSENT = (LATE_CONSENT, FIRST_SYN_DROPPED)
