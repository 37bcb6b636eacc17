"""What the targets of iptables do, by their names; `nft` shows them by the same where it lists rules of iptables."""

from .ruleset import Act

_ENDING = {
    "ACCEPT": Act.ACCEPT, "DROP": Act.DROP, "REJECT": Act.DROP, "RETURN": Act.RETURN,
    "MASQUERADE": Act.ACCEPT, "SNAT": Act.ACCEPT,
}  # fmt: skip
"""The last two translate the source, which `walking` knows of; NETMAP is not here, for it may be the destination."""
_HARMLESS = frozenset({"LOG", "NFLOG", "ULOG", "MARK", "CONNMARK", "TCPMSS", "TOS", "DSCP", "TTL", "HL", "CLASSIFY",
                       "TRACE", "AUDIT", "CHECKSUM", "SECMARK", "CONNSECMARK", "RATEEST", "LED", "SET"})  # fmt: skip
"""They change nothing a condition of ours asks for; of SET, see `iptables._note_changed`."""


def act_of(name: str) -> Act:
    """What a target does; LOST where that is not modelled."""
    return Act.CONTINUE if name in _HARMLESS else _ENDING.get(name, Act.LOST)
