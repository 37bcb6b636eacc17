"""What was sent and not acknowledged, as each system tells it: Linux itself, the others by what their headers say."""

import _socket
import contextlib
import ctypes
import errno
import socket
import sys
from typing import Any, cast

import pytest

from lineclear.probe.sockets import unacknowledged

SOL_SOCKET, SO_NWRITE, SIO_TCP_INFO = int(_socket.SOL_SOCKET), 0x1024, 0xD8000027


class Told:
    """A socket of another system, which answers one question."""

    def __init__(self, *answers: int) -> None:
        self._answers = list(answers)

    def getsockopt(self, level: int, option: int) -> int:
        assert (level, option) == (SOL_SOCKET, SO_NWRITE)
        if not self._answers:
            raise OSError(errno.EBADF, "closed")
        return self._answers.pop(0)

    def fileno(self) -> int:
        return 77


def told(*answers: int) -> _socket.socket:
    return cast("_socket.socket", Told(*answers))


@pytest.mark.skipif(sys.platform != "linux", reason="asks Linux")
def test_linux_says_when_all_is_acknowledged() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as mine:
        mine.send(b"\r\n")
        theirs, _ = server.accept()
        with theirs:
            assert theirs.recv(2) == b"\r\n"
            assert unacknowledged(mine) == 0
    assert unacknowledged(mine) is None


@pytest.mark.skipif(sys.platform != "linux", reason="asks Linux")
def test_what_waits_for_a_window_is_not_acknowledged() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as mine:
        theirs, _ = server.accept()
        with theirs:
            mine.setblocking(False)
            with contextlib.suppress(BlockingIOError):
                while mine.send(bytes(65536)):
                    pass
            assert unacknowledged(mine)


def test_macos_keeps_bytes_until_they_are_acknowledged() -> None:
    sock = told(2, 0)
    assert [unacknowledged(sock, "darwin") for _ in range(3)] == [2, 0, None]


@pytest.mark.parametrize(
    ("refused", "in_flight", "sent", "said"), [(0, 2, 2, 2), (0, 0, 2, 0), (0, 0, 0, 1), (-1, 0, 0, None)]
)
def test_windows_counts_bytes_in_flight_and_minds_when_none_was_ever_sent(
    monkeypatch: pytest.MonkeyPatch, refused: int, in_flight: int, sent: int, said: int | None
) -> None:
    class Library:
        def __init__(self, name: str) -> None:
            assert name == "ws2_32"

        def WSAIoctl(self, *words: Any) -> int:  # noqa: N802
            handle, code, asked, size, answer, room, *_ = words
            assert (handle.value, code.value, asked._obj.value, size, room) == (77, SIO_TCP_INFO, 0, 4, 88)
            told = bytes(28) + in_flight.to_bytes(4, sys.byteorder) + bytes(16) + sent.to_bytes(8, sys.byteorder)
            answer._obj.raw = told + bytes(32)
            return refused

    monkeypatch.setattr(ctypes, "CDLL", Library)
    assert unacknowledged(told(), "win32") == said


def test_another_system_says_nothing() -> None:
    assert unacknowledged(told(), "plan9") is None
