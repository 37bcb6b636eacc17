"""The routing decision for one address. Nothing is sent, so any address may be asked about."""

import errno
from types import SimpleNamespace
from typing import Any

import pytest

from lineclear.model import Failure
from lineclear.probe.route import source
from lineclear.probe.route.source import source_address


def test_loopback_is_reached_from_loopback() -> None:
    assert source_address("127.0.0.1") == ("127.0.0.1", None, None)


class Refusing:
    """A socket whose connect fails as a routing table makes it fail."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.closed = False

    def connect(self, place: Any) -> None:
        raise OSError(self.number, place)

    def close(self) -> None:
        self.closed = True


@pytest.mark.parametrize(
    ("number", "failure"),
    [
        (errno.ENETUNREACH, Failure.NO_ROUTE),
        (errno.EHOSTUNREACH, Failure.NO_ROUTE),
        (errno.EINVAL, Failure.NO_ROUTE),
        (errno.EACCES, Failure.PERMISSION_DENIED),
        (errno.EADDRNOTAVAIL, Failure.ADDRESS_NOT_AVAILABLE),
    ],
)
def test_a_refusal_is_a_value_with_its_errno(number: int, failure: Failure, monkeypatch: pytest.MonkeyPatch) -> None:
    sock = Refusing(number)
    monkeypatch.setattr(source, "_socket", SimpleNamespace(socket=lambda *_: sock))
    local, found, raw = source_address("203.0.113.1")
    assert (local, found) == ("", failure)
    assert raw is not None
    assert raw.errno == errno.errorcode[number]
    assert sock.closed


def test_no_descriptor_left_is_a_value_too(monkeypatch: pytest.MonkeyPatch) -> None:
    def none_left(*_: int) -> None:
        raise OSError(errno.EMFILE, "none left")

    monkeypatch.setattr(source, "_socket", SimpleNamespace(socket=none_left))
    assert source_address("2001:db8::1")[1] is Failure.LOCAL_EXHAUSTION
