"""Names that lead to the wrong place: to nowhere, to this machine, to strangers and block pages."""

from tests.diagnose.rows import ALL, FAILURE, GATEWAYS, SUCCESS, Row, row
from tests.diagnose.words import closed, doors, not_yet_valid, options, refused, unknown_issuer, vantage, wrong_name
from tests.diagnose.words_names import addresses, answered, system_says

from lineclear.model import Failure, Redirection

BLOCK_PAGE = "198.51.100.80"
_EVERYWHERE = f"*@{BLOCK_PAGE}"
_WRONG = ("zdc1.ibllc.com", "risk.interactivebrokers.com", "www.interactivebrokers.ca")
_SITES = ("www.interactivebrokers.com", "www.interactivebrokers.ca", "www.interactivebrokers.co.uk")
_SECURE = ("*:443", "*:4001")
_LONG_AGO, _NEXT_YEAR = "Thu, 01 Jan 2026 00:00:00 GMT", "Sun, 01 Aug 2027 00:00:00 GMT"

ROWS: tuple[Row, ...] = (
    row(
        "names lead to 0.0.0.0",
        answered(with_=("0.0.0.0",)),
        refused("*@0.0.0.0"),
        verdict=FAILURE,
        errors=("names-sinkholed",),
        dead=ALL,
    ),
    row(
        "names of the gateways lead to this machine, where a local gateway listens",
        answered("*.ibllc.com*", with_=("127.0.0.1",)),
        doors("*:4000@127.0.0.1", rtt_ms=0.05),
        doors("*:4001@127.0.0.1", rtt_ms=0.05, tls=Failure.EOF),
        verdict=FAILURE,
        errors=("names-sinkholed",),
        dead=GATEWAYS,
    ),
    row(
        "names lead to this machine, where a tunnel leads on to the real servers",
        answered("*.ibllc.com", with_=("127.0.0.1",)),
        doors("*:4001@127.0.0.1", rtt_ms=0.05),
        verdict=FAILURE,
        errors=("names-sinkholed",),
        dead=("*.ibllc.com:4000",),
    ),
    row(
        "names lead to a block page of another name",
        answered(with_=(BLOCK_PAGE,)),
        wrong_name(_EVERYWHERE),
        verdict=FAILURE,
        errors=("names-hijacked",),
        dead=ALL,
    ),
    row(
        "the search domain is tried first, and somebody answers there",
        vantage(search_domains=("office.example",), resolver_options=("timeout:1", "ndots:6")),
        system_says("*", (BLOCK_PAGE,)),
        wrong_name(_EVERYWHERE),
        verdict=FAILURE,
        errors=("search-domain-first",),
        dead=ALL,
    ),
    row(
        "the search domain is tried last for names with so many dots: somebody else on this machine answers",
        vantage(search_domains=("office.example",), resolver_options=("ndots:2",)),
        system_says("*", (BLOCK_PAGE,)),
        wrong_name(_EVERYWHERE),
        verdict=FAILURE,
        errors=("system-lookup-misleads",),
        dead=ALL,
    ),
    row(
        "somebody on this machine answers for the system",
        system_says("*", (BLOCK_PAGE,)),
        wrong_name(_EVERYWHERE),
        verdict=FAILURE,
        errors=("system-lookup-misleads",),
        dead=ALL,
    ),
    row(
        "the search domain is tried first, and what answers there proves itself",
        vantage(search_domains=("office.example",), resolver_options=("ndots:6",)),
        system_says("*", (BLOCK_PAGE,)),
        verdict=SUCCESS,
    ),
    row(
        "names lead to a block page whose certificate is not yet valid by a clock that is behind",
        answered(with_=(BLOCK_PAGE,)),
        wrong_name(_EVERYWHERE, code=9),
        doors("*", date=_NEXT_YEAR),
        verdict=FAILURE,
        errors=("names-hijacked",),
        dead=ALL,
    ),
    row(
        "names lead to a block page whose certificate is expired by a clock that is ahead",
        answered(with_=(BLOCK_PAGE,)),
        wrong_name(_EVERYWHERE, code=10),
        doors("*", date=_LONG_AGO),
        verdict=FAILURE,
        errors=("names-hijacked",),
        dead=ALL,
    ),
    row(
        "names share a place of the vendor's, and the clock is wrong",
        *(addresses(name, "203.0.113.20") for name in _SITES),
        not_yet_valid(*_SECURE),
        doors("*", date=_NEXT_YEAR),
        verdict=FAILURE,
        errors=("clock-wrong",),
        dead=_SECURE,
    ),
    row(
        "names lead to a page without TLS",
        answered(with_=(BLOCK_PAGE,)),
        refused("*:4*"),
        verdict=FAILURE,
        errors=("egress-port-refused",),
        dead=("*:4*",),
        unsure=("*:80",),
    ),
    row(
        "names lead to one place without TLS, as the user expects",
        options(expected_networks=(f"{BLOCK_PAGE}/32",)),
        answered(with_=(BLOCK_PAGE,)),
        refused("*:4*"),
        verdict=FAILURE,
        errors=("egress-port-refused",),
        dead=("*:4*",),
    ),
    row(
        "the web's TLS is refused, at the vendor's many addresses",
        refused("*:443"),
        verdict=FAILURE,
        errors=("egress-port-refused",),
        dead=("*:443",),
    ),
    row(
        "names lead to two block pages nobody trusts",
        answered(with_=(BLOCK_PAGE, "198.51.100.81")),
        unknown_issuer("*@198.51.100.8?"),
        verdict=FAILURE,
        errors=("names-hijacked",),
        dead=ALL,
    ),
    row(
        "names lead to a block page that accepts 4000 and refuses 4001",
        answered(with_=(BLOCK_PAGE,)),
        wrong_name(f"*:443@{BLOCK_PAGE}"),
        refused(f"*:4001@{BLOCK_PAGE}"),
        verdict=FAILURE,
        errors=("names-hijacked",),
        dead=ALL,
    ),
    row(
        "names of the gateways alone lead to a stranger: who it is, is all one knows",
        answered("*.ibllc.com", with_=(BLOCK_PAGE,)),
        wrong_name(_EVERYWHERE),
        verdict=FAILURE,
        errors=("certificate-wrong-name",),
        dead=("*.ibllc.com:4001",),
        unsure=("*.ibllc.com:4000",),
    ),
    row("names lead elsewhere, to servers that prove themselves", answered(with_=(BLOCK_PAGE,)), verdict=SUCCESS),
    row(
        "all names lead to one address, as the user expects, where TLS is cut",
        options(expected_networks=(f"{BLOCK_PAGE}/32",)),
        answered(with_=(BLOCK_PAGE,)),
        doors(_EVERYWHERE, tls=Failure.CONNECTION_RESET),
        verdict=FAILURE,
        errors=("tls-reset",),
        dead=("*:443", "*:4001"),
        unsure=("*:4000", "*:80"),
    ),
    row(
        "names of several kinds at one address, where one of them proves itself",
        *(addresses(name, BLOCK_PAGE) for name in (*_WRONG, "s3.amazonaws.com")),
        wrong_name(*(f"{name}:4*" for name in _WRONG)),
        verdict=FAILURE,
        errors=("certificate-wrong-name",),
        dead=("zdc1.ibllc.com:4001", "risk.*", "www.interactivebrokers.ca:443"),
        unsure=("zdc1.ibllc.com:4000", "www.interactivebrokers.ca:80"),
    ),
    row(
        "a host is sent elsewhere by the user, to this machine itself",
        options(redirections=(Redirection(host="zdc1.ibllc.com", to_address="127.0.0.1"),)),
        verdict=SUCCESS,
    ),
    row(
        "five names at one address, as the vendor has it",
        *(addresses(f"{name}_hb1.ibllc.com", "203.0.113.20") for name in ("cdc1", "zdc1", "hdc1")),
        verdict=SUCCESS,
    ),
    row(
        "a block page that hangs up on everybody",
        answered(with_=(BLOCK_PAGE,)),
        closed(_EVERYWHERE),
        verdict=FAILURE,
        errors=("names-hijacked",),
        dead=ALL,
    ),
)
