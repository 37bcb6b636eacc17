"""The poller for platforms without epoll, over the standard `selectors`."""

import selectors
import sys
from time import sleep

from .readiness import READ, WRITE

_DEAF_S = 0.2 if sys.platform == "win32" else float("inf")
"""A wait in `select` does not hear Ctrl-C on Windows, so there it is cut into pieces."""


class SelectorPoller:
    """Readiness by kqueue, poll or select. Errors show as both readable and writable."""

    def __init__(self) -> None:
        self._selector = selectors.DefaultSelector()

    def register(self, fd: int, mask: int) -> None:
        """Watch `fd` for `mask`."""
        self._selector.register(fd, _events(mask))

    def modify(self, fd: int, mask: int) -> None:
        """Watch a known `fd` for another `mask`."""
        self._selector.modify(fd, _events(mask))

    def unregister(self, fd: int) -> None:
        """Forget `fd`."""
        self._selector.unregister(fd)

    def poll(self, timeout_s: float) -> list[tuple[int, int]]:
        """Wait at most `timeout_s` and return `(fd, mask)` of what is ready."""
        if not self._selector.get_map():  # `select` of nothing is an error on Windows
            sleep(min(max(0.0, timeout_s), _DEAF_S))
            return []
        ready = self._selector.select(None if timeout_s < 0 else min(timeout_s, _DEAF_S))
        return [(key.fd, _mask(events)) for key, events in ready]

    def fileno(self) -> int:
        """-1: the platform's selector has no descriptor of its own to offer."""
        return -1

    def close(self) -> None:
        """Give back what the system lent."""
        self._selector.close()


def _events(mask: int) -> int:
    return (selectors.EVENT_READ if mask & READ else 0) | (selectors.EVENT_WRITE if mask & WRITE else 0)


def _mask(events: int) -> int:
    return (READ if events & selectors.EVENT_READ else 0) | (WRITE if events & selectors.EVENT_WRITE else 0)
