"""A firewall's rules as values, whatever language they were written in."""

import enum

from msgspec import Struct

from .conditions import Condition


class Act(enum.Enum):
    """What a rule does with a packet that fits."""

    ACCEPT = "accept"
    DROP = "drop"
    JUMP = "jump"
    GOTO = "goto"
    RETURN = "return"
    CONTINUE = "continue"
    LOST = "lost"
    """Something that is not modelled, after which nothing is certain."""


class Spot(Struct, frozen=True):
    """Where something stands."""

    place: str
    """`inet filter output, handle 7` or `line 12`."""
    text: str = ""
    """The rule, as its language writes it."""

    def said(self) -> str:
        """Place and text."""
        return f"{self.place}: {self.text}" if self.text else self.place


class Rule(Struct, frozen=True, kw_only=True):
    """One rule. `target` is a key of `Ruleset.chains`, for JUMP and GOTO."""

    conditions: tuple[Condition, ...] = ()
    act: Act
    target: str = ""
    spot: Spot
    why: str = ""
    """Of LOST: what is not modelled."""


class HookedChain(Struct, frozen=True, kw_only=True):
    """Where packets begin: a chain that hangs on a hook."""

    chain: str
    hook: str
    priority: int = 0
    versions: tuple[int, ...] = (4, 6)
    policy: Act = Act.ACCEPT
    spot: Spot
    """Of the policy."""
    nat: bool = False
    """It sees the first packet of a connection only."""
    aside: bool = False
    """It sees packets of one device or on another layer, perhaps not ours: only its acceptance is certain."""


class Ruleset(Struct, frozen=True, kw_only=True):
    """Everything a file says."""

    bases: tuple[HookedChain, ...]
    chains: dict[str, tuple[Rule, ...]]
    versions: tuple[int, ...] = (4, 6)
    """The versions of IP the file speaks of."""
