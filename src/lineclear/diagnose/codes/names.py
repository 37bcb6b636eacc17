"""2xx: names. What the resolver says, does not say, or makes up."""

from lineclear.model import Audience, Severity

from .code import Code, Remedy, phrases

_RESOLVER = phrases("subject", own="of this machine")
"""Of a name server nobody knows the address of."""
_LOOK_UP_HERE = Remedy(
    who=Audience.USER,
    text="Restart this machine's resolver service and clear its cache; check what else answers names here: a security "
    "product, a VPN client, the sources listed in nsswitch.conf.",
)
_RCODES = phrases("rcode", no_address="no address", no_answer="no answer")

NO_RESOLVER = Code(
    number=201,
    id="no-resolver",
    severity=Severity.ERROR,
    title="No name server is configured on this machine, so no host name can be looked up.",
    why="The system's configuration names no resolver, and the system's own look-up fails.",
    sees="Nothing connects by name.",
    remedies=(
        Remedy(who=Audience.USER, text="Renew the network settings (DHCP), or enter your network's name server."),
    ),
    sure="Sure.",
)
RESOLVER_SILENT = Code(
    number=202,
    id="resolver-silent",
    severity=Severity.ERROR,
    title="The name server {subject} does not answer, so no host name can be looked up.",
    why="Questions by UDP got no answer, again and again; the way to it exists.",
    sees="Everything waits, then fails to find its server.",
    remedies=(
        Remedy(
            who=Audience.USER, text="Use another name server of your network, or restart the router that serves it."
        ),
        Remedy(who=Audience.NETWORK, text="Check the name server at {subject} and that port 53 to it is open."),
    ),
    sure="Sure that no answer comes back; whether the server or the way is at fault is not visible from here.",
    lists=("subject",),
)
RESOLVER_NOT_RUNNING = Code(
    number=203,
    id="resolver-not-running",
    severity=Severity.ERROR,
    title="Nothing runs at the configured name server {subject}: it refuses every question.",
    why="The address answers at once that nothing listens on port 53.",
    sees="Every name fails at once.",
    remedies=(
        Remedy(who=Audience.USER, text="Correct the name server setting, or start the service at {subject}."),
        Remedy(who=Audience.NETWORK, text="Start the name service at {subject}, or hand out another by DHCP."),
    ),
    sure="Sure.",
    lists=("subject",),
)
RESOLVER_REFUSES = Code(
    number=204,
    id="resolver-refuses",
    severity=Severity.ERROR,
    title="The name server {subject} refuses to answer ({rcode}) for every name.",
    why="It answers, and says that it will not or cannot help; the same for all names.",
    sees="Every name fails at once.",
    remedies=(
        Remedy(who=Audience.NETWORK, text="Let this machine's network ask {subject}, and check its upstream servers."),
    ),
    sure="Sure.",
    facts=("rcode",),
    phrases=_RCODES,
    lists=("subject", "rcode"),
)
NAMES_FILTERED = Code(
    number=205,
    id="names-filtered",
    severity=Severity.ERROR,
    title="The name server {subject} gives no address for {hosts} ({rcode}).",
    why=(
        "Most or all names of this vendor get a negative answer from the resolver, while it answers in general. "
        "So many published names do not disappear at once: a filter answers."
    ),
    sees="TWS cannot find its servers; other sites work.",
    remedies=(
        Remedy(who=Audience.NETWORK, text="Unblock these names in the DNS filter at {subject}: {hosts}."),
        Remedy(who=Audience.USER, text="Try a network without DNS filtering to compare."),
    ),
    sure="As good as sure; a vendor that gave up a whole domain would look the same.",
    facts=("hosts", "rcode"),
    phrases=(*_RESOLVER, *_RCODES),
    lists=("subject", "rcode"),
)
NAME_UNKNOWN = Code(
    number=206,
    id="name-unknown",
    severity=Severity.ERROR,
    title="The name server {subject} has no address for {hosts} ({rcode}), while it has one for the other names.",
    why="One or two names of the list get a negative answer, and nobody else has an answer; the others resolve.",
    sees="A gateway of the list is missing.",
    remedies=(
        Remedy(who=Audience.NETWORK, text="See whether a filter or an entry of its own at {subject} denies {hosts}."),
        Remedy(
            who=Audience.VENDOR,
            text="Is {hosts} still in use? Published names are retired without notice.",
        ),
    ),
    sure="Sure that the name does not resolve here; whether it was retired, only the vendor knows.",
    facts=("hosts", "rcode"),
    phrases=(*_RESOLVER, *_RCODES),
    lists=("subject", "rcode"),
)
SINKHOLE = Code(
    number=207,
    id="names-sinkholed",
    severity=Severity.ERROR,
    title="The name server {subject} answers {address} for {hosts}: an address that no server on the internet has.",
    why=(
        "The answer is an address that is never used on the internet, the usual answer of a blocking resolver, and "
        "nobody there proves to be the server."
    ),
    sees="TWS connects nowhere, or to this machine itself.",
    remedies=(Remedy(who=Audience.NETWORK, text="Make an exception in the DNS filter at {subject} for: {hosts}."),),
    sure="Sure.",
    facts=("hosts", "address"),
    lists=("subject", "address"),
    settles=True,
    misleads=True,
    phrases=_RESOLVER,
)
HIJACKED = Code(
    number=208,
    id="names-hijacked",
    severity=Severity.ERROR,
    title="The name server {subject} sends {hosts} to {address}, and what stands there is not the vendor's server.",
    why=(
        "Names that belong to different servers lead to one address, and what answers there cannot prove by a "
        "certificate to be any of them. An answer that proves itself would be fine, however unusual."
    ),
    sees="Certificate errors or a block page; TWS cannot log in.",
    remedies=(
        Remedy(
            who=Audience.NETWORK,
            text="Correct the answers of the name server {subject}, or of what answers in its place, for: {hosts}.",
        ),
        Remedy(who=Audience.USER, text="Use your network's regular name server; check the router for malware."),
    ),
    sure="Sure that the server behind the answer is not the vendor's.",
    facts=("hosts", "address"),
    lists=("subject", "address"),
    settles=True,
    misleads=True,
    phrases=_RESOLVER,
)
INVENTED = Code(
    number=225,
    id="missing-names-invented",
    severity=Severity.ERROR,
    title="The name server {subject} leads names that do not exist to {address}, and {hosts} leads there too: it knows "
    "no such name.",
    why=(
        "Asked for a name made up by chance, which nobody has, the name server gave this address instead of saying "
        "that the name does not exist. Other names of the list lead elsewhere and work."
    ),
    sees="Whatever uses these hosts fails; telnet and ping talk to a stranger.",
    remedies=(
        Remedy(
            who=Audience.NETWORK,
            text="Switch the redirection of missing names off at {subject}, or use a name server without one; then "
            "check again, to see whether {hosts} exists.",
        ),
        Remedy(
            who=Audience.VENDOR, text="Ask whether {hosts} is still in service, if other name servers do not know it."
        ),
    ),
    sure="Sure that the address is the name server's own answer for missing names.",
    facts=("hosts", "address"),
    lists=("subject", "address"),
    settles=True,
    misleads=True,
)
SEARCHED_FIRST = Code(
    number=219,
    id="search-domain-first",
    severity=Severity.ERROR,
    title="This machine looks names up below its search domain ({domain}) first, which sends {hosts} to {address}: "
    "what stands there is not the vendor's server.",
    why=(
        "Asked for exactly these names, the name servers give other addresses. This machine's settings have programs "
        "ask below the search domain before they ask for a name with so few dots (`ndots`), and somebody answers there."
    ),
    sees="Certificate errors or a strange page; tools that ask the name server themselves find nothing wrong.",
    remedies=(
        Remedy(
            who=Audience.USER,
            text="Remove the option {option}, or the search domain ({domain}), from this machine's resolver settings.",
        ),
        Remedy(
            who=Audience.NETWORK,
            text="Remove the wildcard record below {domain} that answers for every name, or announce no such domain.",
        ),
    ),
    sure=(
        "Sure that this machine's answer is not the name server's for these names, and that it asks below the search "
        "domain first; what is answered there was not asked for apart."
    ),
    facts=("hosts", "address", "domain", "option"),
    lists=("address", "domain"),
    settles=True,
    misleads=True,
)
SYSTEM_MISLEADS = Code(
    number=220,
    id="system-lookup-misleads",
    severity=Severity.ERROR,
    title="This machine's own look-up sends {hosts} to {address}, which the name server {subject} does not, and what "
    "stands there is not the vendor's server.",
    why=(
        "Asked directly, the name servers give other addresses for these names; asked as programs ask, the operating "
        "system gives this one. What stands between is on this machine: its resolver service, its cache, a filter."
    ),
    sees="Certificate errors or a block page; tools that ask the name server themselves find nothing wrong.",
    remedies=(_LOOK_UP_HERE,),
    sure="Sure of both answers; which part of this machine is at fault is not visible.",
    facts=("hosts", "address"),
    lists=("subject", "address"),
    settles=True,
    misleads=True,
)
INJECTED = Code(
    number=209,
    id="names-injected",
    severity=Severity.ERROR,
    title="Somebody on the way answers for the name server: {hosts} got two different answers to one question.",
    why="One question, two answers with different addresses: a device in the path races the real resolver.",
    sees="Sometimes the wrong address; connections fail or meet the wrong server.",
    remedies=(
        Remedy(
            who=Audience.NETWORK,
            text="Find the device that forges DNS answers between here and {subject}; use DNS over TLS or HTTPS "
            "for {hosts} until then.",
        ),
    ),
    sure="Sure: a resolver answers a question once.",
    facts=("hosts",),
    lists=("subject",),
    settles=True,
    misleads=True,
)
INJECTED_IN_VAIN = Code(
    number=218,
    id="names-injected-in-vain",
    severity=Severity.WARNING,
    title="Somebody on the way answers for the name server too, so far in vain: {hosts} got two answers to one "
    "question, and the false one ({answer}) does not count.",
    why=(
        "One question, two answers: the one that this machine uses leads to servers that work, the other one leads "
        "nowhere, to strangers, or denies the name. Two right answers would both lead to the vendor."
    ),
    sees="Nothing yet; whenever the false answer is the quicker, connections fail or meet the wrong server.",
    remedies=(
        Remedy(
            who=Audience.NETWORK,
            text="Find the device that forges DNS answers between here and {subject}; use DNS over TLS or HTTPS "
            "for {hosts} until then.",
        ),
    ),
    sure="Sure: a resolver answers a question once.",
    facts=("hosts", "answer"),
    phrases=phrases("answer", denial="that there is no such name"),
    lists=("subject", "answer"),
)
UNDERSCORE = Code(
    number=210,
    id="underscore-names-refused",
    severity=Severity.ERROR,
    title="The name server {subject} refuses exactly the names with an underscore: {hosts}.",
    why="All failing names contain an underscore and all others resolve: a strict name check in the resolver.",
    sees="Primary gateways work, backups do not.",
    remedies=(
        Remedy(who=Audience.NETWORK, text="Switch the host-name check off at {subject}, or add these names to it."),
    ),
    sure="Sure by the pattern.",
    facts=("hosts",),
    phrases=_RESOLVER,
    lists=("subject",),
)
UDP53_BLOCKED = Code(
    number=214,
    id="dns-udp-blocked",
    severity=Severity.ERROR,
    title="Questions to the name server {subject} by UDP get no answer, by TCP they do.",
    why="The server lives and answers by TCP; by UDP nothing comes that programs accept: most often it is dropped.",
    sees="Names fail, or only after long waits.",
    remedies=(
        Remedy(
            who=Audience.NETWORK,
            text="Allow UDP port 53 to {subject}, and see that it answers from the address it is asked at.",
        ),
    ),
    sure="Sure of the silence; an answer from another address is ignored, and not told from none.",
    lists=("subject",),
)
SYSTEM_REFUSES = Code(
    number=215,
    id="system-lookup-fails",
    severity=Severity.ERROR,
    title="This machine's own look-up gives no address for {hosts} ({said}), although the name server {subject} does.",
    why=(
        "Asked directly, the name servers answer; asked as programs ask, the operating system does not. What stands "
        "between is on this machine: its resolver service, its cache, a filter, the order of its sources."
    ),
    sees="Programs cannot find the server; tools that ask the name server themselves can.",
    remedies=(_LOOK_UP_HERE,),
    sure="Sure of both answers; which part of this machine is at fault is not visible.",
    facts=("hosts", "said"),
    lists=("subject", "said"),
    misleads=True,
    phrases=(
        *_RESOLVER,
        *phrases(
            "said", no_such_name="no such name", no_address="no address", failure="failure", try_again="try again"
        ),
    ),
)
LOOKUP_FAILS = Code(
    number=216,
    id="name-lookup-fails",
    severity=Severity.ERROR,
    title="The name server {subject} cannot say the address of {hosts} ({rcode}), while it knows other names.",
    why=(
        "For these names it fails or stays silent, asked again and again. It does not deny them, so they may well "
        "exist: their own name servers, the way to them, or a filter that swallows the question is at fault."
    ),
    sees="These servers are not found, or only sometimes.",
    remedies=(
        Remedy(
            who=Audience.NETWORK,
            text="Check on {subject} why looking up {hosts} fails: its upstream servers, DNSSEC validation, a filter.",
        ),
        Remedy(
            who=Audience.VENDOR,
            text="Ask whether the name servers of {hosts} are in order, if other resolvers fail too.",
        ),
    ),
    sure="Sure that it fails here and now; where between here and the vendor is not visible.",
    facts=("hosts", "rcode"),
    phrases=(*_RESOLVER, *_RCODES),
    lists=("subject", "rcode"),
)
DENIED_BY_ONE = Code(
    number=222,
    id="name-denied-by-one",
    severity=Severity.ERROR,
    title="The name server {subject} has no address for {hosts} ({rcode}), while {other} has one.",
    why=(
        "This machine's name servers were asked the same question. The system believes the first one that answers, "
        "and does not ask another after a denial."
    ),
    sees="A gateway of the list is missing, though others find it.",
    remedies=(
        Remedy(who=Audience.NETWORK, text="Have {subject} answer for {hosts} as {other} does."),
        Remedy(who=Audience.USER, text="Ask {other} first, and clear this machine's name cache."),
    ),
    sure="Sure of both answers.",
    facts=("hosts", "rcode", "other"),
    phrases=_RCODES,
    lists=("subject", "other", "rcode"),
)

NAMES = (
    NO_RESOLVER,
    RESOLVER_SILENT,
    RESOLVER_NOT_RUNNING,
    RESOLVER_REFUSES,
    NAMES_FILTERED,
    NAME_UNKNOWN,
    SINKHOLE,
    HIJACKED,
    INVENTED,
    SEARCHED_FIRST,
    SYSTEM_MISLEADS,
    INJECTED,
    INJECTED_IN_VAIN,
    UNDERSCORE,
    UDP53_BLOCKED,
    SYSTEM_REFUSES,
    LOOKUP_FAILS,
    DENIED_BY_ONE,
)
