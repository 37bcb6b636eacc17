"""Traces through real kernels: a chain of routers in namespaces, with filters that drop, reject, reset and redirect."""

import contextlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest

from lineclear.model import AnyObservation, Failure, Icmp, NotMeasured, PathTrace

HERE = Path(__file__).parent
SRC = HERE.parents[2] / "src"
V4, V6 = "10.77.3.2", "fd77:3::2"
PORT = 4001
QUICK = {"patience_floor_s": 0.15, "hedge_interval_s": 0.05, "hop_limit": 7}

Observations = list[AnyObservation]
Ask = Callable[..., tuple[Observations, int]]


def _why_not() -> str:
    if sys.platform != "linux" or os.geteuid() != 0:
        return "needs root on Linux, to make namespaces"
    missing = [tool for tool in ("unshare", "ip", "nft") if shutil.which(tool) is None]
    if missing:
        return f"needs {', '.join(missing)}"
    tried = subprocess.run(["unshare", "--net", "--mount", "nft", "list", "ruleset"], capture_output=True, check=False)
    return "" if tried.returncode == 0 else "this machine lets nobody make namespaces"


@contextlib.contextmanager
def built_chain() -> Iterator[Ask]:
    why = _why_not()
    if why:
        pytest.skip(why)
    chain = subprocess.Popen(
        ["unshare", "--net", "--mount", sys.executable, str(HERE / "chain.py")],
        env=os.environ | {"PYTHONPATH": str(SRC)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert chain.stdin is not None
    assert chain.stdout is not None
    source, sink = chain.stdout, chain.stdin

    def request(**asked: object) -> tuple[Observations, int]:
        sink.write(json.dumps({"limits": QUICK} | asked) + "\n")
        sink.flush()
        answer = json.loads(source.readline())
        return msgspec.convert(answer["observations"], Observations), answer["accepted"]

    yield request
    sink.close()
    source.close()
    chain.wait()


@pytest.fixture(scope="module")
def ask() -> Iterator[Ask]:
    with built_chain() as asked:
        yield asked


def forward(what: str) -> str:
    return f"table inet lab {{\n chain f {{\n type filter hook forward priority 0\n tcp dport {PORT} {what}\n }}\n }}"


def redirect(to: int) -> str:
    hook = "type nat hook prerouting priority -100"
    return f"table inet lab {{\n chain n {{\n {hook}\n tcp dport {PORT} redirect to :{to}\n }}\n }}"


def output(what: str) -> str:
    return f"table inet lab {{\n chain o {{\n type filter hook output priority 0\n {what}\n }}\n }}"


def outcomes(trace: AnyObservation) -> list[str]:
    assert isinstance(trace, PathTrace)
    return [hop.outcome for hop in trace.hops]


@pytest.mark.parametrize(
    ("address", "routers"),
    [(V4, ["10.77.0.2", "10.77.1.2", "10.77.2.2"]), (V6, ["fd77::2", "fd77:1::2", "fd77:2::2"])],
    ids=["IPv4", "IPv6"],
)
class TestWhoAnswers:
    """The same picture on both families."""

    def test_healthy(self, ask: Ask, address: str, routers: list[str]) -> None:
        (trace,), accepted = ask(verbs=[("trace", address, PORT)])
        assert isinstance(trace, PathTrace)
        assert [hop.sender for hop in trace.hops] == [*routers, ""]
        assert outcomes(trace) == ["expired", "expired", "expired", "connected"]
        assert trace.connects_at == 4
        assert trace.failure is None
        assert all(hop.rtt_ms is not None for hop in trace.hops)
        assert 1 <= accepted <= 4

    def test_nothing_listens(self, ask: Ask, address: str, routers: list[str]) -> None:
        (trace,), _ = ask(verbs=[("trace", address, 4000)])
        assert outcomes(trace) == ["expired"] * len(routers) + ["refused"]

    @pytest.mark.parametrize(("box", "answered"), [("gw", 1), ("isp", 2), ("core", 3)])
    def test_dropped(self, ask: Ask, address: str, routers: list[str], box: str, answered: int) -> None:
        (trace,), accepted = ask(ruleset={box: forward("drop")}, verbs=[("trace", address, PORT)])
        assert isinstance(trace, PathTrace)
        assert outcomes(trace) == ["expired"] * answered + ["silent"] * (QUICK["hop_limit"] - answered)  # type: ignore[operator]
        assert trace.hops[answered - 1].sender == routers[answered - 1]
        assert accepted == 0

    @pytest.mark.parametrize(("box", "limit"), [("gw", 2), ("isp", 3), ("core", 4)])
    def test_reset_on_the_way(self, ask: Ask, address: str, routers: list[str], box: str, limit: int) -> None:
        (trace,), _ = ask(ruleset={box: forward("reject with tcp reset")}, verbs=[("trace", address, PORT)])
        assert isinstance(trace, PathTrace)
        assert outcomes(trace) == ["expired"] * (limit - 1) + ["refused"]
        assert trace.hops[limit - 2].sender == routers[limit - 2]

    @pytest.mark.parametrize(("box", "limit"), [("gw", 2), ("isp", 3), ("core", 4)])
    def test_rejected_on_the_way(self, ask: Ask, address: str, routers: list[str], box: str, limit: int) -> None:
        (trace,), _ = ask(
            ruleset={box: forward("reject with icmpx type admin-prohibited")}, verbs=[("trace", address, PORT)]
        )
        assert isinstance(trace, PathTrace)
        assert outcomes(trace) == ["expired"] * (limit - 1) + ["rejected"]
        last = trace.hops[-1]
        version, kind = (6, (1, 1)) if ":" in address else (4, (3, 13))
        assert last.raw is not None
        assert last.raw.icmp == Icmp(type=kind[0], code=kind[1], sender=routers[limit - 2], version=version)

    def test_the_telnet_test_names_the_same_box(self, ask: Ask, address: str, routers: list[str]) -> None:
        (connect,), _ = ask(
            ruleset={"isp": forward("reject with icmpx type admin-prohibited")}, verbs=[("connect", address, PORT)]
        )
        assert connect.failure is Failure.HOST_UNREACHABLE
        assert connect.raw is not None
        assert connect.raw.icmp is not None
        assert connect.raw.icmp.sender == routers[1]

    def test_accepted_by_a_box_at_the_gateway(self, ask: Ask, address: str, routers: list[str]) -> None:
        (trace, fence), accepted = ask(
            ruleset={"gw": redirect(8080)},
            listen={"gw": [8080]},
            verbs=[("trace", address, PORT), ("fence", address, PORT)],
        )
        assert isinstance(trace, PathTrace)
        assert isinstance(fence, PathTrace)
        assert trace.connects_at == fence.connects_at == 1
        assert len(trace.hops) == 1 < len(routers)
        assert accepted == 0

    def test_fence_of_a_far_host(self, ask: Ask, address: str, routers: list[str]) -> None:
        (fence,), accepted = ask(verbs=[("fence", address, PORT)])
        assert outcomes(fence) == ["expired"] * len(routers)
        assert accepted == 0

    def test_a_router_that_says_nothing_is_no_end(self, ask: Ask, address: str, routers: list[str]) -> None:
        expired = "icmpv6 type time-exceeded" if ":" in address else "icmp type time-exceeded"
        (trace,), _ = ask(ruleset={"isp": output(f"{expired} drop")}, verbs=[("trace", address, PORT)])
        assert isinstance(trace, PathTrace)
        assert outcomes(trace) == ["expired", "silent", "expired", "connected"]
        assert routers[1] not in {hop.sender for hop in trace.hops}


def test_a_burst_of_traces_stays_within_what_routers_answer() -> None:
    slow = {"net/ipv4/icmp_ratelimit": "1000"}
    with built_chain() as ask:
        traces, _ = ask(sysctls={"gw": slow, "isp": slow, "core": slow}, verbs=[("trace", V4, 443)] * 7)
    assert [outcomes(trace) for trace in traces] == [["expired", "expired", "expired", "connected"]] * 7


def test_never_more_than_four_syns_of_unknown_end(ask: Ask) -> None:
    _, accepted = ask(limits=QUICK | {"hop_limit": 30}, verbs=[("trace", V4, PORT)])
    assert accepted <= 4


def test_rejected_by_this_machine(ask: Ask) -> None:
    (trace,), _ = ask(ruleset={"client": output("tcp dport 4001 reject")}, verbs=[("trace", V4, PORT)])
    assert isinstance(trace, PathTrace)
    assert outcomes(trace) == ["rejected"]
    assert trace.hops[0].sender == "10.77.0.1"


def test_this_machine_will_not_send(ask: Ask) -> None:
    (trace,), _ = ask(verbs=[("trace", "224.0.0.1", PORT)])
    assert isinstance(trace, PathTrace)
    assert trace.hops == ()
    assert trace.failure is Failure.NO_ROUTE


def test_an_address_of_this_machine_has_no_path(ask: Ask) -> None:
    observations, _ = ask(verbs=[("trace", "10.77.0.1", PORT), ("fence", "::1", PORT), ("trace", "127.9.9.9", PORT)])
    assert all(isinstance(one, NotMeasured) and one.failure is Failure.NOT_MEASURED for one in observations)
    assert [one.subject for one in observations if isinstance(one, NotMeasured)] == [
        "10.77.0.1:4001",
        "[::1]:4001",
        "127.9.9.9:4001",
    ]
