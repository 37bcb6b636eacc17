"""A reflector from start to end, and what the system lets it have."""

import asyncio
import io

import pytest

from lineclear.reflect import Bounds, Listener, Wanted, running, serve
from lineclear.reflect.lock import new_certificate

resource = pytest.importorskip("resource", reason="Windows has no such limit")
PEM = new_certificate()


def told(**words: int) -> str:
    out = io.StringIO()
    place = Listener(address="127.0.0.1", port=0)
    assert serve(Wanted(listeners=(place,), pem=PEM, bounds=Bounds(**words)), out, seconds=0.0) == 0
    return out.getvalue()


def test_it_says_where_it_listens() -> None:
    first, *_ = told(connections=10).splitlines()
    assert first == "Reflecting on"


def test_it_ends_when_nobody_reads_what_it_logs() -> None:
    logged: list[str] = []

    def log(line: str) -> None:
        logged.append(line)
        raise BrokenPipeError

    async def both() -> None:
        out = io.StringIO()
        place = Listener(address="127.0.0.1", port=0)
        serving = asyncio.create_task(running._serve(Wanted(listeners=(place,), pem=PEM, logs=log), out, None))
        while "Ctrl-C" not in out.getvalue():  # noqa: ASYNC110  what is waited for has no event of its own
            await asyncio.sleep(0)
        port = out.getvalue().splitlines()[1].rpartition(":")[2]
        _, writer = await asyncio.open_connection("127.0.0.1", int(port))
        writer.close()
        await asyncio.wait_for(serving, 20)

    asyncio.run(both())
    assert logged


def test_it_takes_no_more_connections_than_it_may_open_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resource, "getrlimit", lambda _: (300, 300))
    monkeypatch.setattr(resource, "setrlimit", lambda _, limits: pytest.fail(f"{limits} is more than there is"))
    first, *_ = told(connections=5000).splitlines()
    assert first == "This process may open 300 files, so 172 connections at a time instead of 5000."


@pytest.mark.parametrize(
    ("soft", "hard", "given", "raised"),
    [(100, 5000, 1000, [1000]), (2000, 5000, 1000, []), (100, 500, 500, [500]), (-1, -1, 1000, [])],
)
def test_its_limit_is_raised_as_far_as_it_goes(
    monkeypatch: pytest.MonkeyPatch, soft: int, hard: int, given: int, raised: list[int]
) -> None:
    asked: list[int] = []
    monkeypatch.setattr(resource, "getrlimit", lambda _: (soft, hard))
    monkeypatch.setattr(resource, "setrlimit", lambda _, limits: asked.append(limits[0]))
    assert running._files_for(1000) == given
    assert asked == raised
