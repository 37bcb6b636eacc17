"""5xx: the web, captive portals and proxies."""

from lineclear.model import Audience, Severity

from .code import Code, Remedy, phrases

_NAMED = phrases("proxy", set="{subject}", scripted="{subject} (named by {script})")

CAPTIVE_PORTAL = Code(
    number=501,
    id="captive-portal",
    severity=Severity.ERROR,
    title="This network wants you to log in first: web requests lead to its page ({subject}).",
    why="Web requests for unrelated sites are answered by one foreign page, and their encrypted ports do not work.",
    sees="The browser shows a login page; TWS mostly does not connect, although ports may look open.",
    remedies=(
        Remedy(
            who=Audience.USER,
            text="Open any page that begins with http:// in a browser, log in on the page that comes up ({subject}), "
            "then check again.",
        ),
    ),
    sure="Sure that one device answers for all sites.",
    settles=True,
    phrases=phrases("subject", login="status 511: login required"),
)
PORTAL_BY_VERSION = Code(
    number=517,
    id="captive-portal-by-one-ip-version",
    severity=Severity.WARNING,
    title="By {family} this network wants you to log in first: web requests lead to its page ({subject}), and "
    "nothing gets through on port {ports}. By {other} it does.",
    why="By {family} web requests for unrelated sites are answered by one foreign page, and nothing encrypted works.",
    sees="A browser may never show the login page, for it takes the other version. What takes this one fails.",
    remedies=(
        Remedy(
            who=Audience.USER,
            text="Open the login page ({subject}) in a browser and log in. If it does not come up, switch {other} off "
            "on this machine until you have. Then check again.",
        ),
        Remedy(who=Audience.NETWORK, text="Let the login page cover {other} too, or nobody will see it."),
    ),
    sure="Sure that one device answers for all sites by this version of IP.",
    facts=("family", "other", "ports"),
    phrases=phrases("subject", login="status 511: login required"),
)
PAGE_FOR_EVERYBODY = Code(
    number=513,
    id="page-for-everybody",
    severity=Severity.ERROR,
    title="Something on this network answers every web request with its own page ({subject}); no encryption passes.",
    why=(
        "A web page came for an address that nobody in the world has, sites of the list are answered in the same way, "
        "and no site could prove its name: a login page, or the page of a filter."
    ),
    sees="The browser shows that page instead of the site; TWS does not connect, although ports may look open.",
    remedies=(
        Remedy(
            who=Audience.USER,
            text="Open any page that begins with http:// in a browser, do what it asks, then check again.",
        ),
        Remedy(who=Audience.NETWORK, text="If it is the page of a filter: exempt {targets}."),
    ),
    sure="Sure that one device answers for everybody; what its page wants, only a person can read.",
    settles=True,
    phrases=phrases("subject", untitled="without a title"),
)
PROXY_ONLY = Code(
    number=502,
    id="proxy-is-the-only-way-out",
    severity=Severity.ERROR,
    title="The browser works through the proxy {proxy}, but TWS does not use it, and the direct way is blocked.",
    why=(
        "Sites answer through the proxy and not directly. TWS connects by itself to ports 4000 and 4001 and cannot use "
        "an HTTP proxy; a test page in the browser would say Success here."
    ),
    sees="The browser works, TWS does not connect.",
    remedies=(
        Remedy(
            who=Audience.NETWORK,
            text="Allow this machine direct outbound TCP to port {ports} of {hosts}, without the proxy.",
        ),
    ),
    sure="Sure: both ways were tried.",
    facts=("hosts", "ports", "proxy", "script"),
    phrases=_NAMED,
    lists=("subject",),
)
PROXY_AUTH = Code(
    number=503,
    id="proxy-wants-login",
    severity=Severity.WARNING,
    title="The proxy {subject} asks for a login.",
    why="It answered 407 to a request for a site of the list.",
    sees="The browser asks for a password; web features inside TWS may fail.",
    remedies=(Remedy(who=Audience.NETWORK, text="Exempt the hosts of the list from authentication at {subject}."),),
    sure="Sure.",
    lists=("subject",),
)
SITE_ERROR = Code(
    number=504,
    id="site-error",
    severity=Severity.WARNING,
    title="{targets} can be reached, but the site itself does not work ({subject}).",
    why="The site proved its name; asked for a page it reports a failure of the server, or gives no answer.",
    sees="The web page shows an error, or does not come.",
    remedies=(Remedy(who=Audience.VENDOR, text="If it lasts: the site at {targets} does not work ({subject})."),),
    sure="Sure.",
    phrases=phrases("subject", no_answer="no answer"),
    lists=("subject",),
)
NO_WEB_ANSWER = Code(
    number=506,
    id="web-request-unanswered",
    severity=Severity.ERROR,
    title="Connections to {targets} are accepted, but a web request is not answered.",
    why="The request was sent; the connection ended, or stayed silent, before a line of an answer came, twice.",
    sees="The browser waits, or says that the connection was closed.",
    remedies=(
        Remedy(who=Audience.NETWORK, text="Check whether a web filter handles {hosts}, and exempt them."),
        Remedy(who=Audience.VENDOR, text="Ask whether {hosts} should be in service, if no filter is in the way."),
    ),
    sure="Sure of the silence; a filter and a failing server look alike.",
    facts=("hosts",),
)
WEB_BY_PROXY = Code(
    number=507,
    id="web-only-through-the-proxy",
    severity=Severity.INFO,
    title="{targets} answer through the proxy {proxy} only, which is enough for what uses them.",
    why="The direct way is blocked, the proxy opens one. Browsers and the web features of TWS use the proxy.",
    sees="Nothing.",
    remedies=(Remedy(who=Audience.NOBODY, text="Nothing to change."),),
    sure="Sure that the proxy opens a way; what it does behind is not looked at.",
    facts=("proxy", "script"),
    phrases=_NAMED,
    lists=("subject",),
)
WEB_PROXY_IN_PATH = Code(
    number=505,
    id="web-answered-by-another",
    severity=Severity.WARNING,
    title="Plain web requests to {targets} are answered by something that is not the site ({subject}).",
    why="The answer on port 80 leads elsewhere or carries a proxy's marks, while the encrypted site is fine.",
    sees="Mostly nothing: today's browsers use port 443.",
    remedies=(Remedy(who=Audience.NETWORK, text="Exempt {hosts} from the web filter on port 80."),),
    sure="Sure of the answer.",
    facts=("hosts",),
    phrases=phrases("subject", login="login required"),
)
PROXY_DISAGREES = Code(
    number=514,
    id="proxy-disagrees-about-names",
    severity=Severity.ERROR,
    title="A proxy on the way refuses {targets} (409 Conflict): its name server does not lead these names to the "
    "addresses that this machine uses.",
    why=(
        "A proxy that takes connections on the way looks the name up again. Where its answers do not contain the "
        "address the connection goes to, it takes the name for forged, and says so in place of the server."
    ),
    sees="The browser reports an error of the connection or a conflict; TWS does not connect, although telnet does.",
    remedies=(
        Remedy(
            who=Audience.NETWORK,
            text="Have the proxy ask the same name server as this machine ({subject}), or take {hosts} out of the "
            "interception on port {ports}.",
        ),
    ),
    sure="Sure: the proxy says it itself. Which of the two answers is outdated, it does not say.",
    facts=("hosts", "ports"),
    phrases=phrases("subject", own="the one in its settings"),
    lists=("subject",),
)
PROXY_ANSWERS = Code(
    number=515,
    id="proxy-answers-with-an-error",
    severity=Severity.ERROR,
    title="A proxy on the way answers in place of {targets}, with an error of its own: {subject}.",
    why="The answer carries the proxy's own error, and no certificate shows that the site gave it.",
    sees="The browser shows the proxy's error page, or reports an error of the connection.",
    remedies=(
        Remedy(
            who=Audience.NETWORK,
            text="Look for {subject} in the proxy's log: allow {hosts} on port {ports} there, see that the proxy can "
            "reach them, or take them out of the interception.",
        ),
    ),
    sure="Sure of the answer; why the proxy gives it, its log says.",
    facts=("hosts", "ports"),
    lists=("subject",),
)
PROXY_OPENS_NOTHING = Code(
    number=516,
    id="proxy-opens-no-way",
    severity=Severity.WARNING,
    title="The proxy {subject}, by which programs of this machine reach the web, opens no way to {hosts}: {said}.",
    why="It was asked for a way to each site. It refused, or it granted one on which no TLS could begin.",
    sees="The browser shows an error for these sites; the web features inside TWS stay empty.",
    remedies=(
        Remedy(
            who=Audience.NETWORK,
            text="Let the proxy {subject} open ways to {hosts}, and see that it can reach them itself.",
        ),
        Remedy(who=Audience.USER, text="If the proxy is not meant for this machine: remove it from the settings."),
    ),
    sure="Sure of what the proxy answers; whether it will not or cannot, its log says.",
    facts=("hosts", "said"),
    phrases=phrases("said", nothing="granted, and nothing comes through"),
    lists=("said",),
)

WEB = (
    CAPTIVE_PORTAL,
    PORTAL_BY_VERSION,
    PAGE_FOR_EVERYBODY,
    PROXY_ONLY,
    PROXY_AUTH,
    SITE_ERROR,
    WEB_PROXY_IN_PATH,
    NO_WEB_ANSWER,
    WEB_BY_PROXY,
    PROXY_DISAGREES,
    PROXY_ANSWERS,
    PROXY_OPENS_NOTHING,
)
