"""The list as firewall exceptions: catalog to `AllowRule`s to a dialect. Pure; nothing here looks a name up.

To add a dialect: ARCHITECTURE.md, in five steps. A dialect is imported when it is first used, and no other.
"""

from .capability import Capability
from .context import Context, Remark, Snapshot
from .dialects import CAPABILITIES, DIALECTS, capability_of
from .making import Written, context_of, difference, names_to_look_up, write
from .rule import AllowRule, Protocol, inapplicable, rules
from .snapshot import read_snapshot

__all__ = [
    "CAPABILITIES",
    "DIALECTS",
    "AllowRule",
    "Capability",
    "Context",
    "Protocol",
    "Remark",
    "Snapshot",
    "Written",
    "capability_of",
    "context_of",
    "difference",
    "inapplicable",
    "names_to_look_up",
    "read_snapshot",
    "rules",
    "write",
]
