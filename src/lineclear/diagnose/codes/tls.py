"""4xx: TLS. Who stands at the other end of a connection that was accepted."""

from lineclear.model import Audience, Severity

from .code import OVER, Code, Remedy, phrases

_UNKNOWN = phrases("subject", unknown="unknown")
"""Of an issuer that has no name."""
_JAVA = (*_UNKNOWN, *phrases("store", unnamed="its store"))

INTERCEPTED = Code(
    number=401,
    id="tls-intercepted",
    severity=Severity.ERROR,
    title="A device on the way opens the encrypted connections to {targets}{over}: the certificates are made by "
    "{subject}.",
    why=(
        "The certificates are signed by an authority that only this machine's own store trusts, not the public ones, "
        "and unrelated hosts show the same key or the same private issuer. The vendor's servers do not use it."
    ),
    sees="Browsers work. TWS brings its own list of authorities and refuses, or warns.",
    remedies=(Remedy(who=Audience.NETWORK, text="Exclude {hosts} from TLS inspection on port {ports}."),),
    sure="Sure that the connection does not end at the vendor's server.",
    facts=("hosts", "ports", "over"),
    phrases=(*_UNKNOWN, *OVER),
)
INTERCEPTED_UNTRUSTED = Code(
    number=402,
    id="tls-intercepted-untrusted",
    severity=Severity.ERROR,
    title="A device on the way opens the encrypted connections to {targets}{over} with certificates that no trust "
    "store here accepts ({subject}).",
    why="Unrelated hosts show the same key or the same private issuer, or each a certificate that signed itself, and "
    "no store on this machine accepts them.",
    sees="Certificate warnings in the browser; TWS cannot log in.",
    remedies=(
        Remedy(who=Audience.NETWORK, text="Exclude {hosts} from TLS inspection on port {ports}."),
        Remedy(who=Audience.USER, text="Do not log in on this network: what answers is not the vendor."),
    ),
    sure="Sure that the connection does not end at the vendor's server.",
    facts=("hosts", "ports", "over"),
    phrases=(*_UNKNOWN, *OVER),
)
CERTIFICATE_EXPIRED = Code(
    number=403,
    id="certificate-expired",
    severity=Severity.ERROR,
    title="A certificate that {targets} shows is outside its validity period: {subject}, valid from {since} to "
    "{until}.",
    why=(
        "Today lies outside its dates, while other hosts' certificates are fine, so it is not this machine's clock. It "
        "is the server's own, or that of an authority which vouches for it."
    ),
    sees="TWS or the browser refuses the connection.",
    remedies=(
        Remedy(
            who=Audience.VENDOR,
            text="Replace the certificate {subject}, valid from {since} to {until}, that {hosts} shows.",
        ),
    ),
    sure="Sure.",
    facts=("hosts", "since", "until"),
    phrases=(
        *phrases("subject", unshown="that of an authority"),
        *phrases("since", unshown="an unknown day"),
        *phrases("until", unshown="an unknown day"),
    ),
)
WRONG_NAME = Code(
    number=404,
    id="certificate-wrong-name",
    severity=Severity.ERROR,
    title="What answers as {targets} has a certificate for another name ({subject}).",
    why="The certificate is genuine, but for somebody else: the connection ends at another server than it should.",
    sees="TWS or the browser refuses the connection.",
    remedies=(
        Remedy(who=Audience.NETWORK, text="Check what the name servers and any redirection do with {hosts}."),
        Remedy(who=Audience.VENDOR, text="Ask whether the certificate of {hosts} was changed."),
    ),
    sure="Sure that the names differ (underscores taken into account).",
    facts=("hosts",),
    phrases=phrases("subject", none="none"),
)
TLS_SILENT = Code(
    number=405,
    id="tls-no-answer",
    severity=Severity.ERROR,
    title="Connections to {targets} are accepted, but the TLS greeting is never answered.",
    why="The handshake of TCP completes; the first message of TLS gets nothing back, twice.",
    sees="Telnet says “open”; TWS hangs at “connecting to server (SSL)”.",
    remedies=(
        Remedy(
            who=Audience.NETWORK,
            text="Let TLS pass on TCP {ports} to {hosts}: an application filter behaves so, or a proxy that cannot get "
            "out.",
        ),
        Remedy(who=Audience.VENDOR, text="Ask whether {hosts} should be in service, if no such device is in the way."),
    ),
    sure="Sure of the silence; a filter, a proxy and a hung server look alike when nothing else tells them apart.",
    facts=("hosts", "ports"),
)
TLS_RESET = Code(
    number=406,
    id="tls-reset",
    severity=Severity.ERROR,
    title="The connection to {targets} is cut at the moment TLS begins.",
    why="TCP connects; the first message of TLS is answered by a reset or an end of the connection.",
    sees="Telnet says “open”; TWS fails at once.",
    remedies=(
        Remedy(
            who=Audience.NETWORK,
            text="Let TLS pass on TCP {ports} to {hosts}: filters on protocols or server names cut it so.",
        ),
        Remedy(who=Audience.VENDOR, text="Ask whether {hosts} should be in service, if no filter is in the way."),
    ),
    sure="Sure of the cut; whether a filter makes it or the server itself is not visible from here.",
    facts=("hosts", "ports"),
)
NOT_TLS = Code(
    number=407,
    id="not-tls",
    severity=Severity.ERROR,
    title="What answers on {targets} does not speak TLS: it says {said}.",
    why=(
        "The first message of TLS was answered in another language. The other port of these hosts is not answered by "
        "a stranger, and nobody accepts where nobody is, so no device on the way stands out as the speaker."
    ),
    sees="Telnet says “open”; TWS fails at once.",
    remedies=(
        Remedy(
            who=Audience.NETWORK,
            text="Check whether a proxy or load balancer answers TCP {ports} for {hosts}, and exempt it.",
        ),
        Remedy(
            who=Audience.VENDOR, text="Ask whether {targets} should be in service, if no such device is in the way."
        ),
    ),
    sure="Sure that it is not TLS; whether the host or a device says it is not visible from here.",
    facts=("said", "ports", "hosts"),
    phrases=phrases("said", unexpected="something unexpected"),
)
TLS_ALERT = Code(
    number=408,
    id="tls-handshake-refused",
    severity=Severity.ERROR,
    title="The TLS handshake with {targets} is refused ({subject}).",
    why="The far end answers in TLS, and says that it will not go on: at once, or when its own part is done.",
    sees="TWS or the browser refuses the connection.",
    remedies=(
        Remedy(who=Audience.NETWORK, text="Check any TLS inspection or version policy for {hosts}."),
        Remedy(
            who=Audience.VENDOR, text="Ask what a client of {hosts} must bring: which TLS versions, or a certificate."
        ),
    ),
    sure="Sure of the refusal; whether the server or a device refuses is not visible from here.",
    facts=("hosts",),
    phrases=phrases("subject", unsaid="no reason given"),
    lists=("subject",),
)
OLD_TLS = Code(
    number=450,
    id="tls-too-old",
    severity=Severity.ERROR,
    title="No TLS newer than {subject} can be agreed on with {targets}: a version that programs of today refuse.",
    why="Asked for any version, the far end chose one that RFC 8996 forbids: it, or a device that ends the connection "
    "in its place, knows no newer one.",
    sees="TWS or the browser refuses the connection; old test tools do not.",
    remedies=(
        Remedy(who=Audience.NETWORK, text="Update, or take {hosts} out of, any TLS inspection or load balancer."),
        Remedy(who=Audience.VENDOR, text="Ask whether {hosts} should speak TLS 1.2 or newer."),
    ),
    sure="Sure of the version; whether the server or a device speaks it is not visible from here.",
    facts=("hosts",),
    lists=("subject",),
)
LARGE_GREETING = Code(
    number=426,
    id="large-tls-greeting-lost",
    severity=Severity.WARNING,
    title="TLS greetings that do not fit into one packet, as browsers send them, fail at the sites by {versions}; "
    "smaller ones are answered.",
    why=(
        "Browsers offer a post-quantum key since 2024, and their greeting comes in several packets, as TLS allows. "
        "Every site that was tried answers a greeting in one packet, and none answered one as large as that, twice: a "
        "device on the way looks for the server's name in the first packet alone, and drops or resets the rest."
    ),
    sees="TWS works, and so do older browsers; the Client Portal and the website do not open in current ones, or only "
    "after a long wait.",
    remedies=(
        Remedy(
            who=Audience.NETWORK,
            text="Update the firewall, proxy or load balancer on the way, which must put a TLS ClientHello together "
            "from several TCP segments (X25519MLKEM768), or exempt {hosts} from its TLS inspection.",
        ),
    ),
    sure="Sure that only the greeting differed. Where the size of segments cannot be limited, as on Windows and macOS, "
    "a link that loses large packets on their way out looks the same.",
    facts=("hosts", "versions"),
)
VERSION_FILTERED = Code(
    number=415,
    id="tls-version-filtered",
    severity=Severity.ERROR,
    title="TLS greetings that offer {subject} to {targets} {how}; those that offer {kept} alone are answered.",
    why=(
        "The same handshake was tried with one version at a time, over connections of their own: one is answered, the "
        "other is not. A greeting as usual offers both, and fails as well."
    ),
    sees="Telnet says “open”; TWS and browsers hang or fail at once, old programs that know one version get through.",
    remedies=(
        Remedy(
            who=Audience.NETWORK,
            text="Let TLS pass on TCP {ports} to {hosts} with {subject} too: update the device that inspects it, or "
            "take these hosts out of its policy on versions.",
        ),
        Remedy(who=Audience.VENDOR, text="Ask whether {hosts} mind {subject}, if no such device is in the way."),
    ),
    sure="Sure that the version decides, for nothing else differed; when several places fail alike, a device does it.",
    facts=("hosts", "ports", "kept", "how"),
    phrases=phrases("how", unanswered="get no answer", cut="are cut off", refused="are refused"),
)
ENDED_AFTER_TLS = Code(
    number=416,
    id="ended-after-tls",
    severity=Severity.ERROR,
    title="The TLS handshake with {targets} succeeds, and then the connection is ended before a word is said in it.",
    why=(
        "The server shows its own certificate, so it was reached; a moment later the connection is closed or reset, "
        "twice, while sessions with other hosts stay open. A load balancer with no server behind it behaves so."
    ),
    sees="Telnet says “open”, and certificate checks say that all is well; TWS drops back at once.",
    remedies=(
        Remedy(who=Audience.VENDOR, text="Ask whether anything is in service behind {hosts}, TCP {ports}."),
        Remedy(who=Audience.NETWORK, text="Check that no policy speaks of {hosts} alone."),
    ),
    sure="Sure of the fact; whether the server ends it or a rule made for it is not visible from here.",
    facts=("hosts", "ports"),
)
ENDED_ON_THE_WAY = Code(
    number=417,
    id="ended-once-the-certificate-is-seen",
    severity=Severity.ERROR,
    title="The TLS handshake on port {ports} succeeds at every server, and then each connection is ended before a word "
    "is said in it: a filter on the way has seen enough.",
    why=(
        "Each server shows its own certificate, so it was reached; a moment later each connection is closed or reset, "
        "twice. Servers in different places do not fail alike; a filter that judges by the server's certificate does."
    ),
    sees="Telnet says “open”, and certificate checks say that all is well; TWS drops back at once.",
    remedies=(
        Remedy(
            who=Audience.NETWORK,
            text="Let TLS pass on TCP {ports} to {hosts} to its end: exempt it from the filter that decides by "
            "certificate or application.",
        ),
    ),
    sure="As good as sure; the same fault at all of the vendor's servers would look alike.",
    facts=("hosts", "ports"),
)
ENDED_NOW_AND_THEN = Code(
    number=418,
    id="ended-now-and-then",
    severity=Severity.WARNING,
    title="Some connections to {targets} are accepted and then ended at once, others are not.",
    why="A first connection was closed or reset by the far end; one made a little later stayed open as it should.",
    sees="TWS needs several attempts to log in, or drops back now and then.",
    remedies=(
        Remedy(who=Audience.VENDOR, text="Ask whether one of the servers behind {hosts} is out of order."),
        Remedy(who=Audience.NETWORK, text="Check whether a proxy or load balancer limits connections to {hosts}."),
    ),
    sure="Sure that it happened; one of several servers being down, a restart and a limit look alike.",
    facts=("hosts",),
)
UNTRUSTED = Code(
    number=409,
    id="certificate-untrusted",
    severity=Severity.ERROR,
    title="The certificate of {targets} is signed by nobody this machine or the public authorities trust ({subject}).",
    why="The chain ends at an unknown authority, which does not stand before unrelated hosts: no common interceptor.",
    sees="TWS or the browser refuses the connection.",
    remedies=(
        Remedy(
            who=Audience.NETWORK,
            text="Check what answers as {hosts}: the vendor's server, or a device that inspects TLS.",
        ),
        Remedy(who=Audience.VENDOR, text="Ask for the chain {hosts} should present."),
    ),
    sure="Sure that it cannot be verified; whose certificate it is, is not proven.",
    facts=("hosts",),
    phrases=_UNKNOWN,
)
INCOMPLETE_CHAIN = Code(
    number=411,
    id="certificate-chain-incomplete",
    severity=Severity.ERROR,
    title="A certificate of the authority ({subject}) is missing from what {targets} sends: programs cannot verify it.",
    why=(
        "It sends its own certificate alone. Other servers of the list send the missing one, and with it the chain "
        "ends at a public authority. Browsers fetch what is missing; Java programs do not."
    ),
    sees="Browsers open the site; TWS and other programs refuse the connection.",
    remedies=(Remedy(who=Audience.VENDOR, text="Send the whole certificate chain from {hosts}."),),
    sure="As good as sure; the name of an authority can be copied, but who does so has nothing to gain by this.",
    facts=("hosts",),
    phrases=_UNKNOWN,
)
JAVA_NAMES = Code(
    number=410,
    id="underscore-certificate-note",
    severity=Severity.INFO,
    title="Some tools report a false certificate error for {hosts}: the underscore in the name.",
    why=(
        "OpenSSL and Python refuse a wildcard for names with an underscore and Java refuses such names altogether, "
        "although the certificate fits. It is no interception."
    ),
    sees="Nothing in TWS; a false alarm in other checkers.",
    remedies=(Remedy(who=Audience.NOBODY, text="Nothing to change."),),
    sure="Sure.",
    facts=("hosts",),
)
INTERCEPTED_JAVA = Code(
    number=412,
    id="tls-intercepted-java-refuses",
    severity=Severity.ERROR,
    title="A device on the way opens the encrypted connections to {targets} with certificates made by {subject}: the "
    "browser trusts them, TWS's Java does not.",
    why=(
        "The certificates are signed by an authority that this machine's own store trusts and the public ones do not. "
        "TWS is a Java program and judges by the store of its run-time ({store}), which was asked too, and refuses."
    ),
    sees="The browser shows no warning; TWS cannot log in, or its web features stay empty.",
    remedies=(
        Remedy(who=Audience.NETWORK, text="Exclude {hosts} from TLS inspection on port {ports}."),
        Remedy(
            who=Audience.USER,
            text="If port 443 must be inspected, have TWS's Java trust the authority: `keytool -importcert -noprompt "
            "-alias inspection -file authority.pem -keystore {store} -storepass changeit`.",
        ),
    ),
    sure="Sure that the connection does not end at the vendor's server, and that this store does not know the signer.",
    facts=("hosts", "ports", "store"),
    phrases=_JAVA,
)
_LACKS_WHY = (
    "The chain ends at a public authority that the public web and this machine trust; the same chain was judged by "
    "Java's own store ({store}), which does not know it."
)
_LACKS_SURE = "Sure of what the store says; whether TWS judges by this store alone is not visible from here."
JAVA_LACKS = Code(
    number=413,
    id="java-lacks-authority",
    severity=Severity.WARNING,
    title="The Java that TWS brings does not know the public authority of {targets} ({subject}).",
    why=_LACKS_WHY,
    sees="The browser works; TWS may refuse the connection, or its web features stay empty.",
    remedies=(
        Remedy(who=Audience.USER, text="Update TWS or IB Gateway: a newer one brings a newer list of authorities."),
    ),
    sure=_LACKS_SURE,
    facts=("store",),
    phrases=_JAVA,
)
OTHER_JAVA_LACKS = Code(
    number=414,
    id="other-java-lacks-authority",
    severity=Severity.INFO,
    title="A Java on this machine does not know the public authority of {targets} ({subject}).",
    why=_LACKS_WHY,
    sees="Nothing in TWS, which brings its own Java; a Java program run by this one refuses the connection.",
    remedies=(Remedy(who=Audience.USER, text="Update that Java if programs of yours use it: {store}."),),
    sure=_LACKS_SURE,
    facts=("store",),
    phrases=_JAVA,
)

TLS = (
    INTERCEPTED,
    INTERCEPTED_UNTRUSTED,
    CERTIFICATE_EXPIRED,
    WRONG_NAME,
    TLS_SILENT,
    TLS_RESET,
    NOT_TLS,
    TLS_ALERT,
    OLD_TLS,
    VERSION_FILTERED,
    LARGE_GREETING,
    ENDED_AFTER_TLS,
    ENDED_ON_THE_WAY,
    ENDED_NOW_AND_THEN,
    UNTRUSTED,
    JAVA_NAMES,
    INCOMPLETE_CHAIN,
    INTERCEPTED_JAVA,
    JAVA_LACKS,
    OTHER_JAVA_LACKS,
)
