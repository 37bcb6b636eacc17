"""Name servers: how they are asked, and those that differ from one another."""

from tests.diagnose.rows import ALL, DEGRADED, FAILURE, SUCCESS, Row, row
from tests.diagnose.words import doors, refused, silent, vantage, wrong_name
from tests.diagnose.words_deep import invents
from tests.diagnose.words_names import answered, edns, resolvers, system_says, truncated, unanswered, unresolved

from lineclear.model import Failure

_EUROPE = "zdc1.ibllc.com"
_FIRST, _SECOND = "10.0.0.53", "10.0.1.53"
_OLD = "198.18.0.9"
_BACKUP = "zdc1_hb1.ibllc.com"
_PAGE = "198.18.0.80"
_TWO = resolvers(_FIRST, _SECOND)
_ASKS_WITH_EDNS = vantage(resolver_options=("edns0", "trust-ad"))
_HELPLESS = system_says("*", Failure.DNS_TEMPORARY)
_HANGING = system_says("*", Failure.TIMED_OUT)

ROWS: tuple[Row, ...] = (
    row("answers are too long for UDP", truncated("*"), verdict=SUCCESS),
    row(
        "answers are too long for UDP, and TCP is blocked",
        truncated("*", by_tcp=False),
        _HELPLESS,
        verdict=FAILURE,
        errors=("dns-tcp-blocked",),
        dead=ALL,
    ),
    row(
        "one answer is too long for UDP, and TCP is blocked",
        truncated(_EUROPE, by_tcp=False),
        system_says(_EUROPE, Failure.DNS_TEMPORARY),
        verdict=FAILURE,
        errors=("dns-tcp-blocked",),
        dead=(f"{_EUROPE}:*",),
    ),
    row(
        "answers of one resolver are too long for UDP, and another gives none at all",
        _TWO,
        unanswered("*", resolver=_FIRST),
        truncated("*", resolver=_SECOND),
        verdict=DEGRADED,
        warnings=("one-resolver-dead",),
    ),
    row(
        "questions with EDNS are dropped, and the system asks no others",
        edns(Failure.TIMED_OUT),
        _ASKS_WITH_EDNS,
        _HANGING,
        verdict=FAILURE,
        errors=("dns-edns-blocked",),
        dead=ALL,
    ),
    row(
        "questions with EDNS are refused, and the system asks no others",
        edns(Failure.DNS_FORMERR),
        _ASKS_WITH_EDNS,
        _HELPLESS,
        verdict=FAILURE,
        errors=("dns-edns-blocked",),
        dead=ALL,
    ),
    row(
        "questions with EDNS are dropped, and nothing says that the system asks so",
        edns(Failure.TIMED_OUT),
        _HELPLESS,
        verdict=FAILURE,
        errors=("system-lookup-fails",),
        dead=ALL,
    ),
    row(
        "the system asks with EDNS, which is answered, and gives no address",
        _ASKS_WITH_EDNS,
        _HELPLESS,
        verdict=FAILURE,
        errors=("system-lookup-fails",),
        dead=ALL,
    ),
    row(
        "the first resolver denies one name, and the second knows it",
        _TWO,
        unresolved(_EUROPE, resolver=_FIRST),
        verdict=FAILURE,
        errors=("name-denied-by-one",),
        dead=(f"{_EUROPE}:*",),
    ),
    row(
        "the first resolver denies the vendor's names, and the second knows them",
        _TWO,
        unresolved("*.ibllc.com", resolver=_FIRST),
        verdict=FAILURE,
        errors=("names-filtered",),
        dead=("*.ibllc.com:*",),
    ),
    row(
        "the second resolver denies one name",
        _TWO,
        unresolved(_EUROPE, resolver=_SECOND),
        verdict=SUCCESS,
    ),
    row(
        "the first resolver has an old address of one host",
        _TWO,
        answered(_EUROPE, with_=(_OLD,), resolver=_FIRST),
        silent(f"*@{_OLD}"),
        verdict=FAILURE,
        errors=("names-outdated",),
        dead=(f"{_EUROPE}:*",),
    ),
    row(
        "the second resolver has an old address of one host",
        _TWO,
        answered(_EUROPE, with_=(_OLD,), resolver=_SECOND),
        silent(f"*@{_OLD}"),
        verdict=SUCCESS,
    ),
    row(
        "the first resolver has an old address, and at the other nobody proves a name",
        _TWO,
        answered(_EUROPE, with_=(_OLD,), resolver=_FIRST),
        silent(f"*@{_OLD}"),
        wrong_name(f"{_EUROPE}:4001"),
        verdict=FAILURE,
        errors=("host-does-not-answer",),
        dead=(f"{_EUROPE}:*",),
    ),
    row(
        "one port of a host does not work at the first resolver's address, which is right",
        _TWO,
        answered(_EUROPE, with_=(_OLD,), resolver=_SECOND),
        doors(f"{_EUROPE}:4000", connect=Failure.CONNECTION_REFUSED),
        verdict=FAILURE,
        errors=("refused-by-the-server",),
        dead=(f"{_EUROPE}:4000",),
    ),
    row(
        "a name that nobody has any more leads to the page for missing names, which refuses",
        invents(_PAGE),
        answered(_BACKUP, with_=(_PAGE,)),
        refused(f"*@{_PAGE}"),
        verdict=DEGRADED,
        warnings=("missing-names-invented",),
        dead=(f"{_BACKUP}:*",),
    ),
    row("missing names are led to a page, and none of the list is missing", invents(_PAGE), verdict=SUCCESS),
    row(
        "missing names are led to a page, and a host that is not there refuses",
        invents(_PAGE),
        refused(f"{_EUROPE}:*"),
        verdict=FAILURE,
        errors=("refused-by-the-server",),
        dead=(f"{_EUROPE}:*",),
    ),
    row(
        "all names are led to the page for missing ones: that is another lie",
        invents(_PAGE),
        answered("*", with_=(_PAGE,)),
        wrong_name("*:443", "*:4001"),
        verdict=FAILURE,
        errors=("names-hijacked",),
        dead=ALL,
    ),
)
