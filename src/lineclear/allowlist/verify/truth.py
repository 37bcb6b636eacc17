"""Yes, no, or cannot be told from a file: Kleene's three values."""

import enum
from collections.abc import Iterable


class Truth(enum.Enum):
    """Whether a packet fits a condition."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


_OPPOSITE = {Truth.YES: Truth.NO, Truth.NO: Truth.YES, Truth.UNKNOWN: Truth.UNKNOWN}


def opposite(truth: Truth) -> Truth:
    """What its negation is."""
    return _OPPOSITE[truth]


def every(truths: Iterable[Truth]) -> Truth:
    """YES if all are; NO as soon as one is."""
    found = Truth.YES
    for one in truths:
        if one is Truth.NO:
            return one
        if one is Truth.UNKNOWN:
            found = one
    return found


def some(truths: Iterable[Truth]) -> Truth:
    """YES as soon as one is; NO if all are."""
    return opposite(every(map(opposite, truths)))
