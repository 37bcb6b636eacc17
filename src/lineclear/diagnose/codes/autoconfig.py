"""508 to 512: proxy auto-configuration (PAC), and its discovery (WPAD)."""

from lineclear.model import Audience, Severity

from .code import SETTINGS, Code, Remedy, phrases

UNREACHABLE = Code(
    number=508,
    id="auto-configuration-unreachable",
    severity=Severity.WARNING,
    title="The proxy auto-configuration {subject}, set on this machine, cannot be fetched ({said}).",
    why="The settings name it; it was asked for directly, as browsers do, and there is no script.",
    sees="Browsers wait for it at every start, and then go directly; TWS itself does not use it.",
    remedies=(
        Remedy(who=Audience.USER, text="Remove the setting ({source}), or correct its address."),
        Remedy(who=Audience.NETWORK, text="Put the script back at {subject}, or withdraw the setting."),
    ),
    sure="Sure that it did not come now, from here.",
    facts=("source", "said"),
    phrases=SETTINGS,
)
BROKEN = Code(
    number=509,
    id="auto-configuration-broken",
    severity=Severity.WARNING,
    title="The proxy auto-configuration {subject} does not work as a script: {said}.",
    why="It was fetched and run, in a process of its own, with every host of the list as a browser would ask it.",
    sees="Browsers go directly instead, which fails where only the proxy leads out; TWS itself does not use it.",
    remedies=(
        Remedy(who=Audience.NETWORK, text="Correct the script at {subject}: {said}."),
        Remedy(who=Audience.USER, text="Switch automatic proxy configuration off until it is corrected."),
    ),
    sure="Sure of what it said here; a browser's own dialect of JavaScript may differ.",
    facts=("said",),
    phrases=phrases("said", unsaid="no reason given"),
)
DEAD_PROXY = Code(
    number=510,
    id="auto-configuration-names-dead-proxy",
    severity=Severity.WARNING,
    title="The proxy auto-configuration sends {hosts} to the proxy {subject}, and nothing answers there.",
    why="The script ({url}) names the proxy for these hosts; a connection to it failed, while other things answer.",
    sees="The browser and the web features inside TWS fail, or wait before they go on; TWS itself does not use it.",
    remedies=(
        Remedy(
            who=Audience.NETWORK,
            text="Start the proxy {subject}, or have the script send these hosts directly: `{lines}` at the beginning "
            "of FindProxyForURL.",
        ),
    ),
    sure="Sure that nothing accepts at that address now.",
    facts=("hosts", "lines", "url"),
)
SENT_DIRECTLY = Code(
    number=511,
    id="auto-configuration-sends-directly",
    severity=Severity.ERROR,
    title="The proxy auto-configuration {subject} sends {targets} directly, where only the proxy {proxy} leads out.",
    why=(
        "The direct way is blocked; the proxy, asked for the same hosts, opens a way; and the script, asked about "
        "them, says DIRECT and nothing else."
    ),
    sees="Other sites open in the browser, these do not.",
    remedies=(
        Remedy(
            who=Audience.NETWORK,
            text="Have the script send these hosts to the proxy: `{lines}` at the beginning of FindProxyForURL; or "
            "allow them out directly.",
        ),
    ),
    sure="Sure: both ways were tried, and the script was asked.",
    facts=("lines", "proxy"),
    lists=("proxy",),
)
NOT_EVALUATED = Code(
    number=512,
    id="auto-configuration-not-evaluated",
    severity=Severity.INFO,
    title="What the proxy auto-configuration {subject} says was not asked: {said}.",
    why="Programs on this machine follow it; which proxy they take for the hosts of the list is not known here.",
    sees="Nothing.",
    remedies=(
        Remedy(
            who=Audience.USER,
            text="Install what runs such scripts, `pip install 'lineclear[pac]'`, or name the proxy itself in "
            "https_proxy, and check again.",
        ),
    ),
    sure="Sure.",
    facts=("said",),
    phrases=phrases(
        "said",
        sent_on="it is sent on to {place}, which is not followed",
        sent_away="it is sent on to another address, which is not followed",
        ended="the run ended first",
    ),
)

AUTOCONFIG = (UNREACHABLE, BROKEN, DEAD_PROXY, SENT_DIRECTLY, NOT_EVALUATED)
