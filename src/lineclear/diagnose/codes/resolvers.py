"""2xx: name servers. How they answer, and where they differ from one another."""

from lineclear.model import Audience, Severity

from .code import Code, Remedy, phrases

FIRST_RESOLVER_DEAD = Code(
    number=211,
    id="one-resolver-dead",
    severity=Severity.WARNING,
    title="No answer comes from {subject}, which this machine asks first for names: every new name waits.",
    why="Another configured resolver, asked later, answers the same questions at once.",
    sees="Every first connection hesitates for seconds.",
    remedies=(
        Remedy(who=Audience.USER, text="Remove {subject} from this machine's name servers, or see that answers come."),
    ),
    sure="Sure that no answer came now.",
    lists=("subject",),
)
SPARE_RESOLVER_DEAD = Code(
    number=217,
    id="spare-resolver-dead",
    severity=Severity.INFO,
    title="The name server {subject} does not answer; it is not the first one asked.",
    why="The first configured name server answers; this one, asked the same questions, does not.",
    sees="Nothing, until the first one fails.",
    remedies=(Remedy(who=Audience.USER, text="Remove {subject} from the name servers, or repair it."),),
    sure="Sure that it did not answer now; some systems ask all name servers in turn and do hesitate.",
)
AAAA_UNANSWERED = Code(
    number=212,
    id="aaaa-unanswered",
    severity=Severity.WARNING,
    title="The name server {subject} ignores questions for IPv6 addresses, which stalls programs for seconds.",
    why="Questions for A records are answered at once, for AAAA never.",
    sees="Every first connection hesitates for 5 to 15 seconds.",
    remedies=(Remedy(who=Audience.NETWORK, text="Make {subject} answer AAAA questions, if only with “none”."),),
    sure="Sure.",
)
SLOW_NAMES = Code(
    number=213,
    id="slow-names",
    severity=Severity.WARNING,
    title="Looking up names is slow here: {slowest} ms at {subject}.",
    why="The resolver answers rightly, but late, beyond what the round trips on this network explain.",
    sees="Every first connection hesitates.",
    remedies=(Remedy(who=Audience.NETWORK, text="Check the load and the upstream of the name server {subject}."),),
    sure="Sure for this run.",
    facts=("slowest",),
)
ANSWERS_CUT_SHORT = Code(
    number=223,
    id="dns-tcp-blocked",
    severity=Severity.ERROR,
    title="The name server {subject} says by UDP that its answer is too long for it, and by TCP none comes: {hosts} "
    "cannot be looked up.",
    why="The answer by UDP bears the mark of one that was cut short (RFC 7766); asked by TCP then, nothing came.",
    sees="These servers are not found, or only after long waits.",
    remedies=(
        Remedy(
            who=Audience.NETWORK,
            text="Allow TCP port 53 to {subject} as well as UDP, or find out why it cuts its answers short.",
        ),
    ),
    sure="Sure; whether the name server or a firewall before it refuses TCP is not visible from here.",
    facts=("hosts",),
    lists=("subject",),
)
EDNS_UNHEARD = Code(
    number=224,
    id="dns-edns-blocked",
    severity=Severity.ERROR,
    title="The name server {subject} {how} questions with EDNS, and programs of this machine ask no others.",
    why=(
        "One question was asked with EDNS0 (RFC 6891) and without it: only the second is answered. This machine's "
        "settings say edns0, so the system asks with it, and got no address."
    ),
    sees="Programs find no server; tools that ask without EDNS do.",
    remedies=(
        Remedy(
            who=Audience.NETWORK,
            text="Have {subject} answer questions with EDNS0, and let no firewall drop them on the way.",
        ),
        Remedy(who=Audience.USER, text="Remove edns0 from the options in resolv.conf until then."),
    ),
    sure="Sure: nothing but EDNS differed.",
    facts=("how",),
    phrases=phrases("how", silent="does not answer", refused="refuses"),
    lists=("subject",),
)
OUTDATED = Code(
    number=221,
    id="names-outdated",
    severity=Severity.ERROR,
    title="The name server {subject} leads {hosts} to {address}, where it does not work; {other} leads to {right}, "
    "where it does.",
    why=(
        "This machine's name servers give different addresses. At those that its programs use the server does not "
        "work; at the other one it proved its name by its certificate."
    ),
    sees="These servers are not reached, though others find them.",
    remedies=(
        Remedy(who=Audience.NETWORK, text="Correct or flush what {subject} says of {hosts}: {other} says {right}."),
        Remedy(who=Audience.USER, text="Ask {other} first, and clear this machine's name cache."),
    ),
    sure="Sure of both answers, and of where the vendor's server is.",
    facts=("hosts", "address", "other", "right"),
    lists=("subject", "address", "other", "right"),
    misleads=True,
)

RESOLVERS = (
    FIRST_RESOLVER_DEAD,
    SPARE_RESOLVER_DEAD,
    AAAA_UNANSWERED,
    SLOW_NAMES,
    ANSWERS_CUT_SHORT,
    EDNS_UNHEARD,
    OUTDATED,
)
