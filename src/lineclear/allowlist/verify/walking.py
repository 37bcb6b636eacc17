"""A packet's way through a ruleset: every end it may come to.

Where a condition cannot be told, both ways are gone. So the ends are all there can be, and one end alone is certain.
The work is one look at each rule of each chain, however they jump.
"""

import enum
from collections.abc import Iterator, Sequence

from msgspec import Struct, field
from msgspec.structs import replace

from .conditions import Every, doubts, holds
from .packet import Packet, State
from .ruleset import Act, HookedChain, Rule, Ruleset, Spot
from .spans import ALL_PORTS, everywhere
from .truth import Truth

_DEEPEST = 64
_ARRIVING = ("ingress", "prerouting", "input")
_LEAVING = ("postrouting", "egress")
_HIDING = ("postrouting", "input")
"""Where the source is translated; what translates the destination is `LOST`."""


class Ruling(enum.Enum):
    """What is known of a packet."""

    PERMITTED = "permitted"
    BLOCKED = "blocked"
    CANNOT_TELL = "cannot tell"


class Fate(Struct, frozen=True, kw_only=True):
    """The verdict, the rule or policy that decides, and what is in doubt."""

    ruling: Ruling
    by: Spot
    why: str = ""
    step: str = ""
    """Which packet of the conversation is not permitted."""
    lost: bool = False
    """Something is done to it that is not modelled: what would follow may never come, or otherwise."""


class Step(Struct, frozen=True, kw_only=True):
    """One packet of a conversation, and the hooks it passes in their order."""

    name: str
    """`the request`."""
    packet: Packet
    hooks: tuple[str, ...]


class _Ends(Struct):
    """Where a packet may end in a chain, by which rule; whether it may come out at its end; the first doubt."""

    found: dict[Act, tuple[Spot, str]] = field(default_factory=dict)
    certain: set[Act] = field(default_factory=set)
    """Those of `found` whose rule fits for certain."""
    passes: bool = False
    doubt: tuple[Spot, str] | None = None

    def note(self, act: Act, by: tuple[Spot, str], *, certain: bool) -> None:
        """One more end; of those of one kind, the first that fits for certain is named, else the first."""
        if act not in self.found or (certain and act not in self.certain):
            self.found[act] = by
        if certain:
            self.certain.add(act)

    def join(self, other: "_Ends", *, certain: bool) -> None:
        """What a chain that was jumped to adds."""
        for act, by in other.found.items():
            self.note(act, by, certain=certain and act in other.certain)
        self.doubt = self.doubt or other.doubt


def fate(ruleset: Ruleset, steps: Sequence[Step]) -> Fate:
    """What becomes of a conversation: permitted if every step is, else as the first that is not.

    A step that is blocked for certain outweighs one in doubt: the conversation ends there at the latest. Not so behind
    a step that is lost, for a translated request is answered by somebody else.
    """
    found: list[Fate] = []
    lost = False
    for step in steps:
        if step.packet.state is State.NEW or not lost:
            found.append(_one(ruleset, step))
            lost = found[-1].lost
    for ruling in (Ruling.BLOCKED, Ruling.CANNOT_TELL):
        if worse := next((one for one in found if one.ruling is ruling), None):
            return worse
    return found[0]


def _one(ruleset: Ruleset, step: Step) -> Fate:
    version = step.packet.version
    if version not in ruleset.versions:
        return _doubtful(step, Spot("the file"), f"it says nothing of IPv{version}")
    accepted: list[Spot] = []
    doubt: Fate | None = None
    for base, packet in _way(ruleset, step):
        ends = _base(ruleset, base, packet)
        if Act.LOST not in ends.found and len(ends.found) == 1 and not (base.aside and Act.DROP in ends.found):
            ((act, (spot, _)),) = ends.found.items()
            if act is Act.DROP:
                return Fate(ruling=Ruling.BLOCKED, by=spot, step=step.name)
            accepted.append(spot)
            continue
        doubt = doubt or _doubtful(step, *_doubt(ends, base))
        if Act.LOST in ends.found:
            return replace(doubt, lost=True)
    return doubt or Fate(ruling=Ruling.PERMITTED, by=_telling(accepted, step), step=step.name)


def _doubtful(step: Step, by: Spot, why: str) -> Fate:
    return Fate(ruling=Ruling.CANNOT_TELL, by=by, why=why, step=step.name)


def _doubt(ends: _Ends, base: HookedChain) -> tuple[Spot, str]:
    if Act.LOST in ends.found:
        return ends.found[Act.LOST]
    if ends.doubt:
        return ends.doubt
    return ends.found[Act.DROP][0], f"it filters at {base.hook}, perhaps not these packets"


def _telling(accepted: Sequence[Spot], step: Step) -> Spot:
    """The rule that lets it through; without one, a policy."""
    rules = [one for one in accepted if one.text]
    return (rules or list(accepted) or [Spot(f"nothing filters at {step.hooks[0]}")])[0]


def _way(ruleset: Ruleset, step: Step) -> Iterator[tuple[HookedChain, Packet]]:
    """The chains it passes, each with the packet as it is seen there."""
    translates = any(one.nat for one in ruleset.bases)
    packet = step.packet
    for hook in step.hooks:
        here = [one for one in ruleset.bases if one.hook == hook and packet.version in one.versions]
        for base in sorted(here, key=lambda one: one.priority):
            if not base.nat:
                yield base, _seen(packet, hook, translates)
            elif packet.state is State.NEW:
                yield base, _seen(packet, hook, translates)
                if hook in _HIDING:
                    packet = replace(packet, source=everywhere(packet.version), sport=ALL_PORTS)


def _seen(packet: Packet, hook: str, translates: bool) -> Packet:
    """What of a packet a hook can see. A reply's destination may be a translated one until it has been routed."""
    if hook in _ARRIVING:
        hidden = packet.reply and translates and hook != "input"
        to = {"destination": everywhere(packet.version), "dport": ALL_PORTS} if hidden else {}
        return replace(packet, out="", **to)
    if hook in _LEAVING and packet.into != "":
        return replace(packet, into=None)
    return packet


class _Walk(Struct, frozen=True):
    """One packet in one ruleset, and the chains that were walked already."""

    ruleset: Ruleset
    packet: Packet
    known: dict[str, _Ends] = field(default_factory=dict)


def _base(ruleset: Ruleset, base: HookedChain, packet: Packet) -> _Ends:
    ends = _through(_Walk(ruleset, packet), base.chain, ())
    if ends.passes:
        ends.note(base.policy, (base.spot, ""), certain=True)
    return ends


def _through(walk: _Walk, chain: str, above: tuple[str, ...]) -> _Ends:
    """Every end of one chain; a chain that is jumped to twice is walked once."""
    if chain in walk.known:
        return walk.known[chain]
    ends = _Ends()
    for rule in walk.ruleset.chains[chain]:
        truth = holds(Every(rule.conditions), walk.packet)
        if truth is Truth.NO:
            continue
        if truth is Truth.UNKNOWN and rule.act is not Act.CONTINUE:
            why = next(doubts(Every(rule.conditions), walk.packet))
            ends.doubt = ends.doubt or (rule.spot, why)
        certain = truth is Truth.YES
        if not _follow(walk, rule, ends, (*above, chain), certain=certain) and certain:
            break
    else:
        ends.passes = True
    walk.known[chain] = ends
    return ends


def _follow(walk: _Walk, rule: Rule, ends: _Ends, above: tuple[str, ...], *, certain: bool) -> bool:
    """Note where a rule leads; whether what fits may go on behind it."""
    if rule.act is Act.CONTINUE:
        return True
    if rule.act is Act.RETURN:
        ends.passes = True
        return False
    if rule.act not in (Act.JUMP, Act.GOTO):
        ends.note(rule.act, (rule.spot, rule.why), certain=certain)
        return False
    if rule.target in above or len(above) > _DEEPEST:
        ends.note(Act.LOST, (rule.spot, "it jumps in a circle, or too deep"), certain=certain)
        return False
    there = _through(walk, rule.target, above)
    ends.join(there, certain=certain)
    if rule.act is Act.GOTO and there.passes:
        ends.passes = True
    return rule.act is Act.JUMP and there.passes
