"""Connections that a router forgets while they are silent: what asking them ends in, by real kernels."""

from collections.abc import Iterator

import pytest
from tests.probe.path.test_chain import PORT, V4, V6, Ask, built_chain

from lineclear.model import Failure, IdleHold


@pytest.fixture(scope="module")
def ask() -> Iterator[Ask]:
    with built_chain() as asked:
        yield asked


def forgets(what: str) -> str:
    """Lets the handshake pass, and does this to what comes later."""
    hook = "type filter hook forward priority 0"
    return f"table inet lab {{\n chain f {{\n {hook}\n tcp dport {PORT} ct original packets gt 2 {what}\n }}\n }}"


@pytest.mark.parametrize("address", [V4, V6], ids=["IPv4", "IPv6"])
@pytest.mark.parametrize(
    ("what", "failure"),
    [("drop", Failure.TIMED_OUT), ("reject with tcp reset", Failure.CONNECTION_RESET)],
    ids=["dropped", "reset"],
)
def test_a_forgotten_connection(ask: Ask, address: str, what: str, failure: Failure) -> None:
    (seen,), _ = ask(ruleset={"isp": forgets(what)}, verbs=[("hold", address, PORT)])
    assert isinstance(seen, IdleHold)
    assert (seen.failure, seen.asked) == (failure, True)


def test_a_remembered_one(ask: Ask) -> None:
    (seen,), _ = ask(verbs=[("hold", V4, PORT)])
    assert isinstance(seen, IdleHold)
    assert (seen.failure, seen.asked) == (None, True)
