"""What a dialect knows beside the rules: where they come from, when, by which command, and what could not be said."""

import datetime as dt

from msgspec import Struct

from .rule import AllowRule
from .wording import ident, prose

DAYS_VALID = 30
"""After so many days an address snapshot calls itself stale. The vendor moves hosts between addresses at will."""


class Remark(Struct, frozen=True, kw_only=True):
    """Something the reader must know: what is left out and why, or what is opened beyond need."""

    text: str
    """A sentence without its subjects, such as `Left out, because PAC knows no ports`."""
    places: tuple[str, ...] = ()
    """The `host:port` it is about."""

    def said(self, at_most: int = 0) -> str:
        """The sentence with its subjects; with `at_most`, only so many of them."""
        if not self.places:
            return f"{self.text}."
        shown = self.places[:at_most] if at_most else self.places
        more = len(self.places) - len(shown)
        return f"{self.text}: {', '.join(shown)}{f' and {more} more' if more else ''}."


class Snapshot(Struct, frozen=True, kw_only=True):
    """Where names pointed at one moment. `addresses` of a name that was asked for and has none are empty."""

    taken: str
    """A date, RFC 3339."""
    origin: str
    """Who said so, such as `this machine's resolver`."""
    addresses: dict[str, tuple[str, ...]]
    ttl_s: int | None = None
    """The smallest time to live among the answers; None: not known, which is what an operating system tells."""


class Context(Struct, frozen=True, kw_only=True):
    """Everything about one output but its rules. Dates come from the caller: nothing here looks at a clock."""

    catalog: str
    edition: str
    title: str
    publisher: str
    application: str
    date: str
    """RFC 3339, the day it is made."""
    command: str
    """What was typed to make it."""
    verify: str = "lineclear check"
    """What to type afterwards, to see that it works."""
    sources: tuple[str, ...] = ()
    """CIDR blocks that are to be let out; empty: the machine itself, or whatever the device applies the rules to."""
    chain: str = ""
    """Where in an existing policy the exception goes, in the dialect's own words; empty: its usual place."""
    snapshot: Snapshot | None = None
    remarks: tuple[Remark, ...] = ()
    removed: tuple[AllowRule, ...] = ()
    """What an earlier edition needed and this one does not."""
    earlier: str = ""
    """The earlier edition, when this is a difference."""

    @property
    def reference(self) -> str:
        """`ibkr:2022-01`, safe anywhere."""
        return prose(f"{self.catalog}:{self.edition}", 60)

    def name(self, *parts: str, longest: int = 60, between: str = "-") -> str:
        """A name of ours on a device: `lineclear-ibkr`, and what the parts add.

        Too long, it is cut in its midst: the parts tell our names apart. A difference has names of its own, so that
        loading it never empties what an earlier output made.
        """
        tail = ident("more" if self.earlier else "", *parts, between=between)
        room = longest - len(tail) - len(between) if tail else longest
        head = ident("lineclear", self.catalog[:12], longest=room, between=between)
        return f"{head}{between}{tail}" if tail else head

    @property
    def expires(self) -> str:
        """The day from which the addresses are to be looked up again; empty without a snapshot."""
        if not self.snapshot:
            return ""
        return str(dt.date.fromisoformat(self.snapshot.taken[:10]) + dt.timedelta(days=DAYS_VALID))
