"""Proxy auto-configuration handed out by DHCP (option 252), as far as lease files may be read.

Asking DNS for `wpad` would be a probe, and is not done here (`lineclear.plan.wpad` says when it is).
"""

from collections.abc import Iterable, Iterator

from lineclear.plan.wpad import BY_DHCP

from .parts import Settings
from .proxies import parse_auto_config
from .reading import read_text

_OURS = "OPTION_252="
_DHCLIENT_NAMES = frozenset(
    {"wpad", "wpad-url", "unknown-252", "option-252", "auto-proxy-config", "local-proxy-config"}
)


def from_leases(paths: Iterable[str]) -> Settings | None:
    """What the lease files say; None when none of them may be read."""
    texts = [read_text(path).text for path in paths]
    if not any(texts):
        return None
    found = (parse_auto_config(url, BY_DHCP) for text in texts for url in urls(text))
    return Settings(auto_configs=tuple(dict.fromkeys(one for one in found if one is not None)))


def urls(text: str) -> Iterator[str]:
    """The address of option 252 in a lease file: of systemd-networkd, of NetworkManager, or of dhclient.

    dhclient appends leases to its file, so its last word counts; what it has no name for it may write in hexadecimal.
    """
    last = ""
    for line in text.split("\n"):
        words = line.split()
        if line.startswith(_OURS):
            yield _unhexed(line.removeprefix(_OURS))
        elif words[:1] == ["lease"]:
            last = ""
        elif words[:1] == ["option"] and words[1:2] and words[1] in _DHCLIENT_NAMES:
            last = line.partition('"')[2].partition('"')[0] or _unhexed(words[-1].rstrip(";").replace(":", ""))
    if last:
        yield last


def _unhexed(text: str) -> str:
    """Private options stand in hexadecimal in the leases of systemd-networkd, often with a NUL at the end."""
    try:
        return bytes.fromhex(text).decode("utf-8", "replace").rstrip("\0")
    except ValueError:
        return ""
