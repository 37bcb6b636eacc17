from collections.abc import Callable
from subprocess import CompletedProcess

import pytest

from lineclear.cli import reflect
from lineclear.cli.parser import build
from lineclear.reflect import Listener

Run = Callable[..., CompletedProcess[str]]


def listeners(*words: str) -> list[Listener]:
    return list(reflect._listeners(build({"reflect": reflect}).parse_args(["reflect", *words])))


def test_the_ports_of_the_list_as_they_are_in_it() -> None:
    assert listeners("--address", "192.0.2.10") == [
        Listener(address="192.0.2.10", port=80),
        Listener(address="192.0.2.10", port=443, tls=True),
        Listener(address="192.0.2.10", port=4000),
        Listener(address="192.0.2.10", port=4001, tls=True),
    ]


def test_everywhere_in_both_families_unless_told() -> None:
    assert {one.address for one in listeners()} == {"0.0.0.0", "::"}


def test_places_of_ones_own() -> None:
    assert listeners("--listen", "192.0.2.10:8443/tls", "--listen", "[2001:db8::1]:8000") == [
        Listener(address="192.0.2.10", port=8443, tls=True),
        Listener(address="2001:db8::1", port=8000),
    ]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--listen", "192.0.2.10"), "no port"),
        (("--listen", "192.0.2.10:80/udp"), "is not tls"),
        (("--listen", "192.0.2.1:4000"), "can listen"),
        (("--address", "gw.example"), "is not an address"),
        (("--announce", "gw.example", "--address", "127.0.0.1"), "is not an address"),
        (("--empty", "192.0.2.12"), "so it is not empty"),
        (("--empty", "127.0.0.1", "--listen", "127.0.0.1:9"), "so it is not empty"),
        (("--rate", "0"), "above 0"),
        (("--certificate", "/nowhere/at/all.pem", "--address", "127.0.0.1"), "cannot be used"),
        (("--catalog", "ibrk"), "ibkr"),
    ],
)
def test_what_cannot_be_is_said_with_its_fix(lineclear: Run, words: tuple[str, ...], says: str) -> None:
    ran = lineclear("reflect", *words)
    assert ran.returncode == 2
    assert says in ran.stderr
    assert "Traceback" not in ran.stderr


def test_it_says_where_and_by_which_certificate(lineclear: Run) -> None:
    ran = lineclear("reflect", "--listen", "127.0.0.1:54321/tls", "--seconds", "0.01")
    assert ran.returncode == 0, ran.stderr
    assert "127.0.0.1:54321 TLS" in ran.stderr
    assert "Certificate SHA-256: " in ran.stderr
    assert ran.stdout == ""
