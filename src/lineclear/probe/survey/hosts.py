"""The lines of a hosts file that name a host we are to reach: they win over every resolver."""

from collections.abc import Iterable, Iterator, Mapping

from lineclear.model import HostsEntry

from .resolvers import is_address

MOST = 16 << 20
"""Bytes read: lists that block advertisements make hosts files of some megabytes."""
_KEPT = 64


def place(platform: str, environ: Mapping[str, str]) -> str:
    """Where the hosts file is."""
    if platform == "win32":
        return environ.get("SYSTEMROOT", r"C:\Windows") + r"\System32\drivers\etc\hosts"
    return "/etc/hosts"


def parse_hosts(text: str, names: Iterable[str], source: str) -> tuple[HostsEntry, ...]:
    """The entries for `names`, in the file's order, spelt as the catalog spells them.

    Finds the names first and reads only the lines they stand in: a large file costs a search, not a parse.
    """
    lowered = text.lower()
    wanted = {name.rstrip(".").lower(): name for name in names}
    starts = sorted({start for name in wanted for start in _lines_with(lowered, name)})
    entries = [entry for start in starts for entry in _entries(lowered, start, wanted, source)]
    return tuple(entries[:_KEPT])


def _lines_with(text: str, name: str) -> Iterator[int]:
    """Where the lines begin that contain `name`."""
    at = text.find(name) if name else -1
    while at >= 0:
        yield text.rfind("\n", 0, at) + 1
        end = text.find("\n", at)
        at = text.find(name, end) if end >= 0 else -1


def _entries(text: str, start: int, wanted: dict[str, str], source: str) -> Iterator[HostsEntry]:
    end = text.find("\n", start)
    address, *names = text[start : end if end >= 0 else None].split("#", 1)[0].split() or [""]
    if is_address(address):
        for name in dict.fromkeys(one.rstrip(".") for one in names):
            if name in wanted:
                yield HostsEntry(name=wanted[name], address=address, source=source)
