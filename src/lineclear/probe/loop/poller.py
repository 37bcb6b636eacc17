"""Which sockets are ready: epoll where there is one, `selectors` elsewhere, behind the same five verbs."""

import select
from typing import Protocol

from .readiness import ERROR, HANGUP, READ, WRITE

__all__ = ["ERROR", "HANGUP", "READ", "WRITE", "Poller", "open_poller"]


class Poller(Protocol):
    """What the reactor needs to know of readiness."""

    def register(self, fd: int, mask: int) -> None:
        """Watch `fd` for `mask`."""

    def modify(self, fd: int, mask: int) -> None:
        """Watch a known `fd` for another `mask`."""

    def unregister(self, fd: int) -> None:
        """Forget `fd`. A closed descriptor may be forgotten without harm."""

    def poll(self, timeout_s: float) -> list[tuple[int, int]]:
        """Wait at most `timeout_s` (negative: for ever) and return `(fd, mask)` of what is ready."""

    def fileno(self) -> int:
        """The descriptor that is readable when anything is ready; -1 where there is none."""

    def close(self) -> None:
        """Give back what the system lent."""


def open_poller() -> Poller:
    """The best poller of this platform."""
    if hasattr(select, "epoll"):
        return select.epoll()
    from .portable import SelectorPoller  # noqa: PLC0415  only where there is no epoll

    return SelectorPoller()
