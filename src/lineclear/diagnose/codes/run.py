"""7xx and 9xx: the list itself, and what could not be measured."""

from lineclear.model import Audience, Severity

from .code import Code, Remedy, phrases

NOT_TESTABLE = Code(
    number=701,
    id="not-testable",
    severity=Severity.WARNING,
    title="No connection can decide {subject}: a pattern, a block of addresses, or UDP.",
    why="A wildcard names no host, and nothing is guessed. Where the list demands such a row, its service stays open.",
    sees="Perhaps nothing.",
    remedies=(Remedy(who=Audience.NETWORK, text="Compare these rows with the firewall's rules by hand: {subject}."),),
    sure="Sure.",
    lists=("subject",),
)
LOCAL_API_OFF = Code(
    number=702,
    id="local-api-not-listening",
    severity=Severity.ERROR,
    title="Nothing listens on any local API port ({ports}) of this machine.",
    why="Each port refused. It is the local API of TWS or IB Gateway, not IBKR's server ports 4000 and 4001.",
    sees="API programs cannot connect (error 502 or 504).",
    remedies=(
        Remedy(
            who=Audience.USER,
            text="Start TWS or IB Gateway, log in, and enable the API socket under Configure, API, Settings; use the "
            "port shown there.",
        ),
    ),
    sure="Sure for this machine; inside a container, 127.0.0.1 is the container itself.",
    facts=("ports",),
)
LOCAL_API_OTHER = Code(
    number=703,
    id="local-api-other-program",
    severity=Severity.ERROR,
    title="Another program than TWS or IB Gateway listens on {targets}.",
    why="It answered the API's greeting with something else: {said}.",
    sees="API programs connect and hang or fail.",
    remedies=(
        Remedy(who=Audience.USER, text="Stop that program, or give the API another port and use it in your program."),
    ),
    sure="Sure that it does not speak the API.",
    facts=("said",),
    phrases=phrases("said", nothing="nothing"),
)
LOCAL_API_UNTRUSTED = Code(
    number=704,
    id="local-api-client-not-trusted",
    severity=Severity.ERROR,
    title="TWS or IB Gateway listens on {targets}, but hangs up on this client: its address is not trusted.",
    why="The connection is accepted and closed without an answer to the API's greeting.",
    sees="API programs connect and are dropped at once.",
    remedies=(
        Remedy(
            who=Audience.USER,
            text="In Configure, API, Settings add this client's address to the trusted addresses, or untick “allow "
            "connections from localhost only” and answer the dialog.",
        ),
    ),
    sure="As good as sure; a TWS that is just starting behaves so too.",
)
INTERRUPTED = Code(
    number=901,
    id="stopped-early",
    severity=Severity.INFO,
    title="The check was stopped before it was done; not decided: {targets}.",
    why="The deadline passed, or it was interrupted.",
    sees="Nothing.",
    remedies=(Remedy(who=Audience.USER, text="Run it again with more time: --deadline 30."),),
    sure="Sure.",
)
UNCONFIRMED = Code(
    number=903,
    id="failed-once-only",
    severity=Severity.WARNING,
    title="{targets} failed, but so did others that worked when they were tried again: it proves nothing yet.",
    why="A lost packet or a limit on connections looks the same, and there was no time to ask each of them alone.",
    sees="Perhaps nothing.",
    remedies=(Remedy(who=Audience.USER, text="Check these alone, with more time: --service ID --deadline 60."),),
    sure="Not sure, and says so.",
)
MAY_BE_LOSS = Code(
    number=905,
    id="lost-or-dropped",
    severity=Severity.WARNING,
    title="{targets} failed in silence, and so many packets are lost here (up to {share}) that it may be chance.",
    why=(
        "A packet that is lost and one that a rule drops look the same. From what other connections lost it follows "
        "how likely chance alone made every attempt fail: more than once in 100,000, and there was no time for more."
    ),
    sees="What uses them stalls now and then, or always.",
    remedies=(
        Remedy(who=Audience.USER, text="Check these alone, with more time: --service ID --deadline 60."),
        Remedy(who=Audience.NETWORK, text="Mend the loss first; then check again."),
    ),
    sure="Sure of the loss; whether more is wrong with these is not known.",
    facts=("share",),
)
UNPROVEN = Code(
    number=902,
    id="reachable-but-unproven",
    severity=Severity.INFO,
    title="Connections to {targets} are accepted, but nothing proves by whom.",
    why="An open port proves only that somebody accepted; what would prove more was not tried or not possible.",
    sees="Probably nothing.",
    remedies=(Remedy(who=Audience.USER, text="Run the full check: without --depth, with controls."),),
    sure="It is what is left when nothing is proven.",
)
NOT_TRIED = Code(
    number=904,
    id="not-tried",
    severity=Severity.INFO,
    title="Not tried as far as it takes to judge (depth: {subject}): {targets}.",
    why="The run was limited to less, or this machine could not take the step.",
    sees="Nothing.",
    remedies=(Remedy(who=Audience.USER, text="Run the full check: without --depth."),),
    sure="Sure.",
)

RUN = (
    NOT_TESTABLE,
    LOCAL_API_OFF,
    LOCAL_API_OTHER,
    LOCAL_API_UNTRUSTED,
    INTERRUPTED,
    UNCONFIRMED,
    MAY_BE_LOSS,
    UNPROVEN,
    NOT_TRIED,
)
