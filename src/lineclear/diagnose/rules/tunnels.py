"""Traffic that a VPN or another network of this machine's own takes, and that does not get through."""

from collections.abc import Iterable, Iterator

from lineclear.diagnose.codes import machine as codes
from lineclear.diagnose.doubt import Doubt
from lineclear.diagnose.overlaps import left_from, overlapping
from lineclear.diagnose.standing import Standing
from lineclear.diagnose.symptom import Symptom
from lineclear.model import Finding, Interface
from lineclear.plan.networks import inside

from .case import Case, finding, ids
from .machine import anything_beyond, destination, gateway_answers, sent_beyond

_LONGEST = 128
_LOST = (Symptom.SILENT, Symptom.REFUSED, Symptom.REJECTED)


def vpn_takes_all(case: Case) -> Iterator[Finding]:
    """All that leaves this machine for beyond goes into a VPN, and nothing comes back, while the gateway lives."""
    lost = case.open(Symptom.SILENT, Symptom.NO_ADDRESS)
    sent = sent_beyond(case)
    tunnels = dict.fromkeys(_tunnel_towards(case, destination(one)) for one in sent)
    if not lost or len(lost) < len(case.all) or anything_beyond(case) or not gateway_answers(case):
        return
    if any(case.view.anybody_answers(six=six) for six in {":" in destination(one) for one in sent}):
        return  # something passes by another way
    if tunnels and all(tunnels):
        yield finding(codes.VPN_CAPTURES, lost, ("vantage.routes", *ids(sent)), subject=", ".join(tunnels))


def vpn_captures(case: Case) -> Iterator[Finding]:
    """Only what goes through a VPN fails."""
    caught = [one for one in case.open(*_LOST) if tunnel_of(case, one)]
    free = [one for one in case.working() if one.walk]
    if caught and free and not any(tunnel_of(case, one) for one in free):
        yield finding(codes.VPN_CAPTURES, caught, _said_from(case, caught), subject=tunnel_of(case, caught[0]))


def network_overlaps(case: Case) -> Iterator[Finding]:
    """A network of this machine's own has public addresses of servers that do not answer, or that nothing proves."""
    doubtful = (one for one in case.undecided() if one.doubt is Doubt.OVERLAPPED)
    caught = {one.target.name: overlapping(case.view, one.walk) for one in (*case.open(*_LOST), *doubtful) if one.walk}
    networks = dict.fromkeys(filter(None, caught.values()))
    if networks:
        stay = [one for one in case.all if caught.get(one.target.name)]
        proof = ("vantage.interfaces", "vantage.routes", *_said_from(case, stay))
        yield finding(codes.NETWORK_OVERLAPS, stay, proof, subject=", ".join(networks))


def _said_from(case: Case, stands: Iterable[Standing]) -> tuple[str, ...]:
    """What shows where this machine sends from, where the connects themselves do not."""
    known = case.view.sources
    towards = dict.fromkeys(one.walk.endpoint.address for one in stands if one.walk)
    return ids(known[address] for address in towards if address in known)


def tunnel_of(case: Case, one: Standing) -> str:
    """The VPN's interface by which this machine sends to where a target was walked to; empty: none."""
    return _by_source(case, left_from(case.view, one.walk)) if one.walk else ""


def _by_source(case: Case, local: str) -> str:
    """The VPN's interface that has an address of this machine; empty: none."""
    mine = (each.name for each in _vpns(case) for text in each.addresses if text.partition("/")[0] == local)
    return next(mine, "")


def _tunnel_towards(case: Case, address: str) -> str:
    """The same, and by the routing table where nobody looked from where it sends."""
    if address in case.view.sources:
        return _by_source(case, case.view.sources[address].local)
    ways = [one for one in case.view.vantage.routes if not one.table and inside(address, [one.destination])]
    best = max(ways, key=lambda one: (_length(one.destination), -one.metric), default=None)
    names = {one.name for one in _vpns(case)}
    return best.interface if best is not None and best.interface in names else ""


def _length(network: str) -> int:
    """Of a prefix; of a single address the longest there is."""
    length = network.partition("/")[2]
    return int(length) if length.isdecimal() and length.isascii() else _LONGEST


def _vpns(case: Case) -> list[Interface]:
    return [one for one in case.view.vantage.interfaces if one.looks_like == "vpn"]
