"""Faults of names: what a resolver does not say, refuses to say, or makes up."""

from collections.abc import Iterable, Iterator

from lineclear.diagnose.codes import names as codes
from lineclear.diagnose.codes.code import Code
from lineclear.diagnose.places import domain, elsewhere
from lineclear.diagnose.standing import Standing
from lineclear.diagnose.symptom import CONNECT_SYMPTOMS, IDENTITY_SYMPTOMS, TLS_SYMPTOMS, Symptom, is_identity
from lineclear.diagnose.walk import Walk
from lineclear.model import UNTESTED, DnsQuery, Failure, Finding, HttpExchange, Purpose
from lineclear.plan import is_address
from lineclear.plan.networks import is_nowhere, is_private

from .case import Case, finding, hosts, ids, listed

_NEGATIVE = frozenset({Failure.DNS_NXDOMAIN, Failure.DNS_NO_ANSWER, Failure.DNS_REFUSED, Failure.DNS_FORMERR})
_UNWILLING = frozenset({Failure.DNS_REFUSED, Failure.DNS_SERVFAIL, Failure.DNS_MALFORMED, Failure.DNS_FORMERR})
_DENIAL = frozenset({Failure.DNS_NXDOMAIN, Failure.DNS_NO_ANSWER})
_WORDS: dict[Failure | None, str] = {
    Failure.DNS_NXDOMAIN: "no_such_name",
    Failure.DNS_NO_ANSWER: "no_address",
    Failure.DNS_SERVFAIL: "failure",
    Failure.DNS_TEMPORARY: "try_again",
}
_MANY = 3
"""Fewer missing names than this may be retired one by one."""
_STRANGE = IDENTITY_SYMPTOMS | {Symptom.REFUSED, Symptom.NOWHERE}
_PROVEN_STRANGE = (IDENTITY_SYMPTOMS | TLS_SYMPTOMS) - {Symptom.EXPIRED, Symptom.NOT_YET_VALID}
"""Of who accepts: a certificate that is merely out of date still says whose it is."""
_NO_WAY = frozenset({Failure.NETWORK_UNREACHABLE, Failure.HOST_UNREACHABLE})
_SAME_PLACE = 3
"""Names of different kinds at one address, before that address is suspicious."""


def no_resolver(case: Case) -> Iterator[Finding]:
    """Nobody to ask."""
    lost = case.open(Symptom.NO_ADDRESS)
    failed = [one for one in case.view.lookups.values() if one.failure is not None]
    if lost and not case.view.plan.resolvers and len(failed) == len(case.view.lookups):
        yield finding(codes.NO_RESOLVER, lost, ("vantage.resolvers", *ids(failed)))


def sinkholed(case: Case) -> Iterator[Finding]:
    """The answer is an address where no server of the internet can be."""
    caught = [*case.open(Symptom.NOWHERE), *_led_inside(case)]
    if caught:
        used = dict.fromkeys(address for name in hosts(caught) for address in case.view.addresses(name))
        nowhere = [address for address in used if is_nowhere(address) or is_private(address)]
        yield finding(
            codes.SINKHOLE, caught, _look_ups(case, caught), subject=resolver_of(case, caught), address=listed(nowhere)
        )


def _led_inside(case: Case) -> list[Standing]:
    """Targets led to private addresses where nobody accepts.

    Some vendors do stand in the house. So either several names must lead to one place, or the rest of the list must
    work where the public is.
    """
    accepted = {one.target.host for one in case.all if one.is_accepted}
    lost = [one for one in case.open(*CONNECT_SYMPTOMS) if one.target.host not in accepted]
    inside = [one for one in lost if _is_private(case, one)]
    outside = case.working()
    if outside and not any(_is_private(case, one) for one in outside):
        return inside
    places: dict[tuple[str, ...], list[Standing]] = {}
    for one in inside:
        places.setdefault(case.view.addresses(one.target.host), []).append(one)
    return [one for stands in places.values() if len(hosts(stands)) >= _SAME_PLACE for one in stands]


def _is_private(case: Case, one: Standing) -> bool:
    """Whether a resolver leads a name to private addresses alone, and nobody meant it so."""
    if is_address(one.target.host) or case.view.dialled(one.target, "").address:
        return False
    used = case.view.addresses(one.target.host)
    given = {address for step in case.view.queries.get(one.target.host, ()) for address in step.addresses}
    return bool(used) and all(
        is_private(address) and address in given and not case.view.is_expected(address) for address in used
    )


def resolvers_fail(case: Case) -> Iterator[Finding]:
    """No name resolves at all: every resolver is silent, absent or unwilling."""
    lost = case.open(Symptom.NO_ADDRESS)
    asked = [one for one in every_question(case) if one.type == "A" and one.failure not in UNTESTED]
    by_udp = [one for one in asked if is_by_udp(one)]
    if not lost or not asked or any(one.addresses or one.failure in _DENIAL for one in by_udp):
        return
    code, those = _which_silence(case, asked)
    if those:
        resolvers = listed(dict.fromkeys(one.resolver.address for one in those))
        facts = {"rcode": listed(dict.fromkeys(map(_said, those)))}
        yield finding(code, lost, ids(those), subject=resolvers, **{name: facts[name] for name in code.facts})


def is_by_udp(one: DnsQuery) -> bool:
    """Whether it says what came of a question over UDP, if only that the answer is too long for it."""
    return one.over == "udp" or one.truncated


def _which_silence(case: Case, asked: list[DnsQuery]) -> tuple[Code, list[DnsQuery]]:
    """What the liveliest of the resolvers says for itself, and where."""
    unwilling = [one for one in asked if one.failure in _UNWILLING]
    if unwilling:
        return codes.RESOLVER_REFUSES, unwilling
    absent = [one for one in asked if one.over == "udp" and one.failure is Failure.CONNECTION_REFUSED]
    if absent:
        return codes.RESOLVER_NOT_RUNNING, absent
    by_tcp = [one for one in asked if one.over == "tcp" and one.rcode]
    if by_tcp:
        return codes.UDP53_BLOCKED, by_tcp
    return codes.RESOLVER_SILENT, asked if _is_resolver_alone(case) else []


def every_question(case: Case) -> list[DnsQuery]:
    """All questions resolvers were asked about names of the list."""
    return [one for steps in case.view.queries.values() for one in steps]


def _is_resolver_alone(case: Case) -> bool:
    """Whether the resolver is at fault rather than all that lies behind the gateway: it is near, or others answer.

    A router that knows no way to the resolver shows nothing by knowing none to another place either.
    """
    addresses = [one.address for one in case.view.plan.resolvers]
    no_way = any(one.failure in _NO_WAY for one in every_question(case))
    return all(map(case.view.is_near, addresses)) or any(
        case.view.anybody_answers(six=six, but=_NO_WAY if no_way else frozenset())
        for six in {":" in one for one in addresses}
    )


def system_refuses(case: Case) -> Iterator[Finding]:
    """The name servers give addresses, the operating system does not.

    Unless it only believes what a name server says that is asked before those that know better.
    """
    given = [one for one in case.open(Symptom.NO_ADDRESS) if _is_known_at_once(case, one.target.host)]
    if given:
        said = [case.view.lookups[name] for name in hosts(given) if name in case.view.lookups]
        words = listed(dict.fromkeys((one.raw.errno if one.raw else "") or _WORDS.get(one.failure, "") for one in said))
        yield finding(codes.SYSTEM_REFUSES, given, _look_ups(case, given), subject=resolver_of(case, given), said=words)


def _is_known_at_once(case: Case, host: str) -> bool:
    """Whether the first resolver that says anything decisive about a name gives its address."""
    said = [step for step in case.view.queries.get(host, ()) if step.addresses or _denies(step)]
    by_order = ([step for step in said if step.resolver.address == one.address] for one in case.view.plan.resolvers)
    return any(step.addresses for step in next(filter(None, by_order), said))


def _denies(step: DnsQuery) -> bool:
    return step.type == "A" and step.failure in _DENIAL


def names_missing(case: Case) -> Iterator[Finding]:
    """Some names are denied: exactly those with an underscore, many of the vendor's, or one. Or they get no answer."""
    lost = case.open(Symptom.NO_ADDRESS)
    denied = [one for one in lost if _is_denied(case, one)]
    mute = [one for one in lost if one not in denied] if _is_resolver_alone(case) else []
    known = [one for one in denied if any(step.addresses for step in case.view.queries.get(one.target.host, ()))]
    alone = codes.DENIED_BY_ONE if len(known) == len(denied) else codes.NAME_UNKNOWN
    for code, stands in ((_which_denial(case, hosts(denied), alone), denied), (codes.LOOKUP_FAILS, mute)):
        if stands:
            steps = [step for name in hosts(stands) for step in case.view.queries.get(name, ())]
            others = [step for step in steps if step.addresses]
            steps = [step for step in steps if step.type == "A" and not step.addresses]
            facts = {
                "hosts": listed(hosts(stands)),
                "other": servers(others),
                "rcode": listed(dict.fromkeys(_said(step) for step in steps)) or "no_address",
            }
            yield finding(
                code,
                stands,
                _look_ups(case, stands),
                subject=servers(steps) or resolver_of(case, stands),
                **{name: facts[name] for name in code.facts},
            )


def _is_denied(case: Case, one: Standing) -> bool:
    steps = case.view.queries.get(one.target.host, ())
    said = {step.failure for step in steps if step.type == "A"}
    system = case.view.lookups.get(one.target.host)
    return bool(said & _NEGATIVE) or (not steps and system is not None and system.failure in _NEGATIVE)


def _said(step: DnsQuery) -> str:
    """What a resolver said, in one word."""
    if step.failure is Failure.DNS_NO_ANSWER:
        return "no_address"
    return step.rcode or "no_answer"


def _which_denial(case: Case, names: tuple[str, ...], alone: Code) -> Code:
    """Of all names with an underscore, of many names, or `alone`, of one or two."""
    everyone = set(case.view.plan.names)
    underscored = {name for name in everyone if "_" in name}
    if set(names) == underscored and underscored != everyone:
        return codes.UNDERSCORE
    return codes.NAMES_FILTERED if len(names) >= _MANY or set(names) == everyone else alone


def invented(case: Case) -> Iterator[Finding]:
    """Names lead to where a name server leads one that nobody has; others lead elsewhere, and work."""
    made_up = [one for one in case.view.of(DnsQuery) if one.purpose is Purpose.CONTROL and one.addresses]
    places = {address for one in made_up for address in one.addresses}
    used = [(one, set(case.view.addresses(one.target.host))) for one in case.belied()]
    lost = [one for one, addresses in used if addresses and addresses <= places]
    if lost and any(not places & set(case.view.addresses(one.target.host)) for one in case.working()):
        proof = (*ids(made_up), *_look_ups(case, lost))
        yield finding(codes.INVENTED, lost, proof, subject=servers(made_up), address=listed(sorted(places)))


def hijacked(case: Case) -> Iterator[Finding]:
    """Names of different kinds lead to one address that is none of them: by the name servers, or by this machine."""
    places: dict[str, list[Standing]] = {}
    for one in case.belied():
        for address in case.view.addresses(one.target.host):
            if f"{address}/32" not in case.view.plan.expected_networks:  # all names may well share this one
                places.setdefault(address, []).append(one)
    taken: list[str] = []
    for address, stands in places.items():
        if _is_strangers(case, address, stands):
            taken.append(address)
    caught = [one for one in case.belied() if set(case.view.addresses(one.target.host)) & {*taken}]
    here = [one for one in caught if _is_led_by_this_machine(case, one)]
    for code, stands in (
        (codes.HIJACKED, [one for one in caught if one not in here]),
        (_which_look_up(case, here), here),
    ):
        if stands:
            facts = {
                "address": listed(taken),
                "domain": listed(case.view.vantage.search_domains),
                "option": _ndots(case),
            }
            by_system = () if code is codes.HIJACKED else _by_system(case, stands)
            yield finding(
                code,
                stands,
                (*_SETTINGS.get(code, ()), *by_system, *_look_ups(case, stands)),
                subject=resolver_of(case, stands),
                **{name: facts[name] for name in code.facts if name in facts},
            )


_SETTINGS = {codes.SEARCHED_FIRST: ("vantage.search_domains", "vantage.resolver_options")}


def _is_led_by_this_machine(case: Case, one: Standing) -> bool:
    """Whether the name servers gave addresses for exactly this name, and none that this machine uses."""
    given = {address for step in case.view.queries.get(one.target.host, ()) for address in step.addresses}
    return bool(given) and not given & set(case.view.addresses(one.target.host))


def _which_look_up(case: Case, stands: list[Standing]) -> Code:
    """Whether the system asks for a name below the search domain before it asks for the name (resolv.conf(5))."""
    dots = _ndots(case).partition(":")[2]
    first = case.view.vantage.search_domains and dots.isdecimal() and dots.isascii()
    if first and all(name.count(".") < int(dots) for name in hosts(stands)):
        return codes.SEARCHED_FIRST
    return codes.SYSTEM_MISLEADS


def _ndots(case: Case) -> str:
    return next((one for one in case.view.vantage.resolver_options if one.startswith("ndots:")), "")


def _is_strangers(case: Case, address: str, stands: list[Standing]) -> bool:
    """Whether several names meet somebody here who can prove to be none of them.

    Names of one domain may well share a place whose certificate is merely bad: then its web must lead away, too.
    """
    kinds = {domain(name) for name in hosts(stands)}
    if len(hosts(stands)) < _SAME_PLACE or (len(kinds) == 1 and not _leads_away(case, address)):
        return False
    if any(one.walk and one.walk.tls and one.walk.endpoint.address == address for one in case.working()):
        return False
    return any(one.symptom in _PROVEN_STRANGE for one in stands)


def _leads_away(case: Case, address: str) -> bool:
    """Whether web requests to an address are sent to somebody else's site."""
    answers = (one for one in case.view.of(HttpExchange) if one.endpoint.address == address)
    return any(elsewhere(case.view, one) for one in answers)


def _look_ups(case: Case, stands: list[Standing] | tuple[Standing, ...]) -> tuple[str, ...]:
    names = hosts(stands)
    steps = tuple(step.id for name in names for step in case.view.queries.get(name, ()))
    return steps + _by_system(case, stands)


def _by_system(case: Case, stands: list[Standing] | tuple[Standing, ...]) -> tuple[str, ...]:
    return tuple(case.view.lookups[name].id for name in hosts(stands) if name in case.view.lookups)


def resolver_of(case: Case, stands: list[Standing] | tuple[Standing, ...]) -> str:
    """The name servers that were asked for some targets, in words."""
    steps = [step for name in hosts(stands) for step in case.view.queries.get(name, ())]
    return servers(steps) or "own"


def servers(steps: Iterable[DnsQuery]) -> str:
    """The name servers some questions were asked of."""
    return listed(dict.fromkeys(step.resolver.address for step in steps))


def injected(case: Case) -> Iterator[Finding]:
    """One question, two different answers, and the name leads nowhere or to strangers; harmless when it works."""
    broken = _led_astray(case)
    if broken:
        steps = [one for one in _asked_twice(case) if one.name in hosts(broken)]
        yield finding(codes.INJECTED, broken, ids(steps), subject=servers(steps))


def _asked_twice(case: Case) -> list[DnsQuery]:
    return [one for one in every_question(case) if one.other_answers]


def _led_astray(case: Case) -> list[Standing]:
    """Targets whose name got two answers, of which one misleads programs: everywhere, or at some of its addresses."""
    failing = _failing(case)
    lost = [one for one in case.belied() if one.target.host in failing]
    return [*lost, *(one for one in case.unexplained() if one not in lost and _meets_strangers(case, one))]


def _failing(case: Case) -> set[str]:
    """Names that got two answers and do not work anywhere."""
    twice = {one.name for one in _asked_twice(case)}
    return twice & {one.target.host for one in case.all if one.ok is False} - set(hosts(case.working()))


def _meets_strangers(case: Case, one: Standing) -> bool:
    """Whether somebody accepts a target of two answers where a program may go, and proves there to be another."""
    twice = {step.name for step in _asked_twice(case)}
    used = case.view.addresses(one.target.host) if one.target.host in twice else ()
    walks = [walk for walk in _walks(case, one.target.host) if walk.endpoint.address in used]
    strangers = {walk.endpoint.address for walk in walks if walk.symptom in IDENTITY_SYMPTOMS}
    mine = (walk for walk in case.view.walks[one.target.name] if walk.endpoint.address in strangers)
    return any(walk.connect is not None and walk.connect.failure is None for walk in mine)


def _walks(case: Case, host: str) -> list[Walk]:
    return [walk for one in case.all if one.target.host == host for walk in case.view.walks[one.target.name]]


def injected_in_vain(case: Case) -> Iterator[Finding]:
    """One question, two different answers, of which one is false and the name works by the other all the same.

    Where the answers of two honest halves of a name server differ, both lead to the vendor. Where the false answer
    does harm, `injected` has said so.
    """
    if _failing(case) or any(_meets_strangers(case, one) for one in case.all):
        return
    steps = [one for one in _asked_twice(case) if forged(case, one.name) or _is_denied_too(one)]
    working = [one for one in case.working() if one.target.host in {step.name for step in steps}]
    if working:
        addresses = dict.fromkeys(address for name in hosts(working) for address in forged(case, name))
        false = listed(addresses) or "denial"
        yield finding(codes.INJECTED_IN_VAIN, working, ids(steps), subject=servers(steps), answer=false)


def _is_denied_too(step: DnsQuery) -> bool:
    """Whether one answer had addresses, and another none."""
    return bool(step.addresses) and not all(step.other_answers)


def forged(case: Case, name: str) -> tuple[str, ...]:
    """The addresses, of two answers to one question, where a name meets strangers or is refused, and works elsewhere.

    Nobody's silence makes an address a forged one.
    """
    steps = [one for one in _asked_twice(case) if one.name == name]
    given = {address for one in steps for address in (*one.addresses, *_other_addresses(one))}
    walks = _walks(case, name) if given else []
    good = {walk.endpoint.address for walk in walks if walk.tls is not None and is_identity(walk.tls)}
    bad = {walk.endpoint.address for walk in walks if walk.symptom in _STRANGE} & given - good
    return tuple(sorted(bad)) if good else ()


def _other_addresses(step: DnsQuery) -> list[str]:
    return [one.value for other in step.other_answers for one in other if one.type == step.type]
