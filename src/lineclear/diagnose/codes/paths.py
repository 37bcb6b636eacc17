"""330 to 349: what the path itself shows: who refuses on it, what it forgets, loses or delays."""

from lineclear.model import Audience, Severity

from .code import Code, Remedy

REFUSED_ON_THE_WAY = Code(
    number=331,
    id="refused-on-the-way",
    severity=Severity.ERROR,
    title="The refusals on TCP port {ports} come from {subject}, not from the servers.",
    why=(
        "Each router takes one off a packet's hop limit. Connects that may only go so far are refused where the path "
        "has only begun, and the resets arrive with more left than anything from the servers could have."
    ),
    sees="TWS fails at once; telnet says “connection refused”, as if the server did.",
    remedies=(
        Remedy(
            who=Audience.NETWORK,
            text="On the device at {subject}, allow outbound TCP to port {ports}, statefully, for {hosts}.",
        ),
    ),
    sure="Sure of the place. The address is the one with which the device reports expired packets.",
    facts=("ports", "hosts"),
)
REFUSED_BY_SERVER = Code(
    number=332,
    id="refused-by-the-server",
    severity=Severity.ERROR,
    title="{targets} refuses connections itself: the refusals come from as far away as the server.",
    why=(
        "The resets arrive with no more of their hop limit left than the server's own echo replies have; a device "
        "nearer by would be seen by it. Nothing listens on that port of the server."
    ),
    sees="What hangs on these hosts and ports fails, the rest works.",
    remedies=(Remedy(who=Audience.VENDOR, text="Ask whether {targets} is in service."),),
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
PATHS = (
    REFUSED_ON_THE_WAY,
    REFUSED_BY_SERVER,
    IDLE_TIMEOUT,
)
