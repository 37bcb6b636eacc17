"""The verb `lookup`: what the operating system says, in whatever time it takes."""

import _thread
import errno
import socket
import threading

import pytest

from lineclear.model import Failure, Limits, Raw
from lineclear.probe.loop.reactor import Reactor
from lineclear.probe.naming import system_lookup
from lineclear.probe.naming.system_lookup import look_up, lookup
from lineclear.probe.run import Run

from .stage import Stage

NAME = "ndc1_hb1.ibllc.com"


def test_addresses_come_in_the_systems_order_each_once(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    system = stage.system(
        monkeypatch, (0.25, ["2001:db8::1", "192.0.2.9", "192.0.2.1", "192.0.2.9", "fe80::1%eth0", "fe80::1%eth1"])
    )
    found = stage.play(look_up(stage.run, name=NAME, moment=stage.clock.now + 6))
    assert found is stage.lookups()[0]
    assert found.addresses == ("2001:db8::1", "192.0.2.9", "192.0.2.1", "fe80::1")
    assert (found.name, found.failure, found.raw, found.took_ms) == (NAME, None, None, 250.0)
    assert system.asked == [NAME.encode()]


@pytest.mark.parametrize(
    ("problem", "failure", "raw"),
    [
        (socket.gaierror(socket.EAI_NONAME, "unknown"), Failure.DNS_NXDOMAIN, Raw(errno="EAI_NONAME", text="unknown")),
        (socket.gaierror(socket.EAI_AGAIN, "later"), Failure.DNS_TEMPORARY, Raw(errno="EAI_AGAIN", text="later")),
        (socket.gaierror(socket.EAI_FAIL, "no"), Failure.DNS_SERVFAIL, Raw(errno="EAI_FAIL", text="no")),
        (socket.gaierror(socket.EAI_MEMORY, "full"), Failure.LOCAL_EXHAUSTION, Raw(errno="EAI_MEMORY", text="full")),
        (socket.gaierror(socket.EAI_FAMILY, "eh"), Failure.DNS_MALFORMED, Raw(errno="EAI_FAMILY", text="eh")),
        (socket.gaierror(-4711, "eh"), Failure.DNS_MALFORMED, Raw(errno="-4711", text="eh")),
        (OSError(errno.EMFILE, "files"), Failure.LOCAL_EXHAUSTION, Raw(errno="EMFILE")),
    ],
    ids=lambda one: str(one.args[0]) if isinstance(one, OSError) else "",
)
def test_each_refusal_has_its_word_and_keeps_its_own(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, problem: OSError, failure: Failure, raw: Raw
) -> None:
    stage.system(monkeypatch, (0.0, problem))
    found = stage.play(look_up(stage.run, name=NAME, moment=stage.clock.now + 6))
    assert (found.failure, found.raw, found.addresses) == (failure, raw, ())


@pytest.mark.skipif(not hasattr(socket, "EAI_NODATA"), reason="this system does not tell no data from no name")
def test_a_name_without_addresses_is_no_unknown_name(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    stage.system(monkeypatch, (0.0, socket.gaierror(socket.EAI_NODATA, "none")))
    found = stage.play(look_up(stage.run, name=NAME, moment=stage.clock.now + 6))
    assert found.failure is (Failure.DNS_NXDOMAIN if socket.EAI_NODATA == socket.EAI_NONAME else Failure.DNS_NO_ANSWER)


def test_what_takes_too_long_has_timed_out(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    stage.system(monkeypatch, (None, []))
    found = stage.play(look_up(stage.run, name=NAME, moment=stage.clock.now + 6))
    assert (found.failure, found.took_ms) == (Failure.TIMED_OUT, 6000.0)


def test_when_the_run_is_cut_it_was_interrupted(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    stage.system(monkeypatch, (None, []))
    found = stage.play(look_up(stage.run, name=NAME, moment=stage.clock.now + 6), deadline_s=2.0)
    assert (found.failure, found.took_ms) == (Failure.INTERRUPTED, 2000.0)


def test_a_run_without_patience_does_not_wait(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    stage.system(monkeypatch, (None, []))

    async def hurries() -> None:
        stage.run.leave(looks())
        await stage.reactor.sleep(0.3)
        await stage.run.settle(patiently=False)

    async def looks() -> None:
        await look_up(stage.run, name=NAME, moment=stage.clock.now + 6)

    stage.play(hurries())
    (found,) = stage.lookups()
    assert (found.failure, found.took_ms) == (Failure.INTERRUPTED, 300.0)


def test_a_real_thread_brings_the_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    threads = []

    def resolve(*_: object) -> list[tuple[object, ...]]:
        threads.append(threading.get_ident())
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("192.0.2.1", 0))]

    monkeypatch.setattr(system_lookup, "getaddrinfo", resolve)
    reactor = Reactor()
    run = Run(reactor, Limits())
    found = reactor.run(look_up(run, name=NAME, moment=reactor.clock() + 60))
    reactor.close()
    assert found.addresses == ("192.0.2.1",)
    assert threads != [threading.get_ident()]


def test_a_thread_that_is_stuck_holds_up_nobody(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    stuck, ended = threading.Event(), threading.Event()

    def resolve(*_: object) -> list[tuple[object, ...]]:
        stuck.wait()
        ended.set()
        return []

    monkeypatch.setattr(system_lookup, "getaddrinfo", resolve)
    found = stage.play(look_up(stage.run, name=NAME, moment=stage.clock.now + 6))
    stuck.set()
    assert found.failure is Failure.TIMED_OUT
    assert ended.wait(60)


def test_the_real_function_takes_names_no_idna_would() -> None:
    reactor = Reactor()
    run = Run(reactor, Limits())
    found = reactor.run(look_up(run, name="127.0.0.1", moment=reactor.clock() + 60))
    reactor.close()
    assert found.addresses == ("127.0.0.1",)


def test_who_wants_no_reasons_gets_addresses_or_none(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    stage.system(monkeypatch, (0.0, ["192.0.2.1"]), (0.0, socket.gaierror(socket.EAI_NONAME, "unknown")))
    assert stage.play(lookup(stage.run, name=NAME, moment=stage.clock.now + 6)) == ("192.0.2.1",)
    assert stage.play(lookup(stage.run, name=NAME, moment=stage.clock.now + 6)) is None
    assert len(stage.lookups()) == 2


def test_no_thread_to_be_had_is_exhaustion_here(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(_thread, "start_new_thread", refuse)
    found = stage.play(look_up(stage.run, name=NAME, moment=stage.clock.now + 6))
    assert (found.failure, found.raw) == (Failure.LOCAL_EXHAUSTION, Raw(text="can't start new thread"))
