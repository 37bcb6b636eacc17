"""Words of the page for values, marked for translation."""

from lineclear.locale import N_

from .columns import Meaning, Outcome

OUTCOMES: dict[Outcome, tuple[str, str, str]] = {
    Outcome.ANSWERED: ("good", "✓", N_("answered")),
    Outcome.ELSEWHERE: ("good", "✓", N_("answered, and leads elsewhere")),
    Outcome.FAILED: ("bad", "✗", N_("failed")),
    Outcome.TIMED_OUT: ("bad", "✗", N_("no answer")),
}
"""Style, sign and word of what a browser saw."""

DIRECT: dict[bool | None, tuple[str, str, str]] = {
    True: ("good", "✓", N_("ok")),
    False: ("bad", "✗", N_("FAILED")),
    None: ("doubt", "?", N_("could not tell")),
}
PENDING = ("faint", "…", N_("waiting"))
NOT_TRIED = ("faint", "–", N_("not tried"))

MEANINGS: dict[Meaning, tuple[str, str, str]] = {
    Meaning.BOTH: (
        "good",
        "✓",
        N_("Your browser reaches the sites, and so do direct connections, which is how TWS connects."),
    ),
    Meaning.PORTS: (
        "bad",
        "✗",
        N_(
            "Your browser reaches the sites, but TWS also needs port %(ports)s, which no browser can try, and there it "
            "fails. A test page in a browser would say Success here."
        ),
    ),
    Meaning.PROXY: (
        "bad",
        "✗",
        N_(
            "Your browser reaches the sites by a way that direct connections do not have, such as a proxy of its own; "
            "TWS does not use it. A test page in a browser would say Success here."
        ),
    ),
    Meaning.TRUST: (
        "bad",
        "✗",
        N_(
            "Your browser is content with what answers for the sites; a direct connection reaches something that does "
            "not prove to be them. See the causes."
        ),
    ),
    Meaning.REVERSE: (
        "doubt",
        "!",
        N_("Direct connections, which is how TWS connects, reach sites that your browser does not reach."),
    ),
    Meaning.NEITHER: ("bad", "✗", N_("Neither your browser nor direct connections reach the sites.")),
    Meaning.MIXED: (
        "doubt",
        "!",
        N_("Some sites are reached by your browser alone and some by direct connections alone: see each below."),
    ),
    Meaning.UNKNOWN: ("faint", "?", N_("One of the two ways was not tried, so they cannot be compared.")),
}
"""Style, sign and sentence of what both columns say."""

BY_PROXY = N_(
    "Your browser reaches the sites through the proxy %(proxy)s; TWS does not use it, and directly they fail."
)
BY_PROXY_PROVEN = N_(
    "The check itself got through that proxy. A test page in a browser would say Success here, and TWS does not "
    "connect."
)
PROXY_IN_THE_WAY = N_(
    "It goes through the proxy %(proxy)s, which TWS does not use. Client Portal in this browser does not work."
)
PROXY_SAYS = N_("The proxy answered: %(refused)s.")
SET_IN = N_("The proxy is set in: %(source)s.")
ELSEWHERE = N_(
    "This check was pointed elsewhere by its options, so the browser, which knows nothing of them, was left out."
)
WORKING = N_("Your browser tries the same sites meanwhile.")
CHECKING = N_("Checking")
PROGRESS = N_("Checking, %(percent)s %% begun.")
