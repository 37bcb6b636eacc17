"""Words of the page for values, marked for translation."""

from lineclear.locale import N_
from lineclear.model import Audience

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
        N_("Your browser reaches the sites, and so do direct connections, which is how %(application)s connects."),
    ),
    Meaning.PORTS: (
        "bad",
        "✗",
        N_(
            "Your browser reaches the sites. But %(application)s also needs connections that no browser can try, and "
            "%(failing)s of these %(needed)s fail (%(ports)s)."
        ),
    ),
    Meaning.PROXY: (
        "bad",
        "✗",
        N_(
            "Your browser reaches the sites by a way that direct connections do not have, such as a proxy of its own; "
            "%(application)s does not use it, and directly it fails."
        ),
    ),
    Meaning.PROXY_ENOUGH: (
        "good",
        "✓",
        N_(
            "Your browser reaches the sites by a way that direct connections do not have, such as a proxy of its own. "
            "What %(application)s itself connects to is reached directly."
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
        N_("Direct connections, which is how %(application)s connects, reach sites that your browser does not reach."),
    ),
    Meaning.NEITHER: ("bad", "✗", N_("Neither your browser nor direct connections reach the sites.")),
    Meaning.DISTRUST: (
        "bad",
        "✗",
        N_("Something answers for the sites, and neither your browser nor a direct connection accepts it."),
    ),
    Meaning.MIXED: (
        "doubt",
        "!",
        N_("Some sites are reached by your browser alone and some by direct connections alone: see each below."),
    ),
    Meaning.UNKNOWN: ("faint", "?", N_("One of the two ways was not tried, so they cannot be compared.")),
}
"""Style, sign and sentence of what both columns say."""

ALL_PORTS = N_(
    "Your browser reaches the sites. But %(application)s also needs connections that no browser can try, and all of "
    "these fail (%(ports)s)."
)
"""The same where none of these connections works."""
BY_PROXY: dict[Meaning, str] = {
    Meaning.PROXY: N_(
        "Your browser reaches the sites through the proxy %(proxy)s; %(application)s does not use it, and directly it "
        "fails."
    ),
    Meaning.PROXY_ENOUGH: N_(
        "Your browser reaches the sites through the proxy %(proxy)s, the only way to them from here. What "
        "%(application)s itself connects to is reached directly, without it."
    ),
}
"""The same where the settings of this machine name a proxy."""

OF_A_PROXY = frozenset(
    {Meaning.PROXY, Meaning.PROXY_ENOUGH, Meaning.REVERSE, Meaning.NEITHER, Meaning.DISTRUST, Meaning.MIXED}
)
"""Where a proxy of the settings has to do with it."""
EXPECTED = frozenset({Meaning.BOTH, Meaning.PORTS, Meaning.UNKNOWN})
"""Where no single site needs to be looked at."""

THROUGH_PROXY = N_("The browser is set to go through the proxy %(proxy)s, which %(application)s does not use.")
PROXY_PROVEN = N_("The check itself got through that proxy.")
PROXY_FAILED = N_("The check could not get through that proxy: %(refused)s.")
PROXY_SET_IN = N_("It is set in: %(source)s.")
MISLEADS = N_("A test page in a browser would say Success here.")
ELSEWHERE = N_(
    "This check was pointed elsewhere by its options, so the browser, which knows nothing of them, was left out."
)
WORKING = N_("Your browser tries the same sites meanwhile.")
CHECKING = N_("Checking")
NOT_CHECKED = N_("NOT CHECKED")
PROGRESS = N_("Checking, %(percent)s %% begun.")
APPLICATION = N_("the application")

WHOM: dict[Audience, str] = {
    Audience.USER: N_("You need not ask anybody: what has to be changed is on this machine."),
    Audience.NETWORK: N_("Send it to whoever runs the network you are in: the firewall, the proxy, the router."),
    Audience.VENDOR: N_("Send it to the vendor's support."),
}
"""Who is to get the text."""

HELP_DESK = N_("What your browser reaches")
TRYING = N_("Your browser tries the sites of the list.")
REACHED = N_("Your browser reaches %(reached)s of the %(number)s sites.")
SEEN_HERE = N_("Your address, as this help desk sees it")
SEEN_BY_REFLECTOR = N_("Your address, as the reflector outside sees it")
REFLECTOR_SILENT = N_("the reflector did not answer your browser")
