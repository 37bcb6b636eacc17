"""Runs scenarios, several at a time, each in a process of its own that dies with this one."""

import os
import subprocess
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from pathlib import Path

import msgspec

from lab import mitmproxy
from lab.alone import command, lifeline
from lab.outcome import Outcome
from lab.scenario import Scenario
from lab.world import missing

LIMIT_S = 60.0
"""Longer than any scenario may take: what is not done by then is broken."""
PEERS_LIMIT_S = 240.0
"""The same where other tools are asked too, which wait one after the other."""
_ROOT = Path(__file__).parents[1]


def run_all(scenarios: Iterable[Scenario], jobs: int, *, peers: tuple[str, ...] = ()) -> Iterator[Outcome]:
    """Outcomes as they come in."""
    with ThreadPoolExecutor(jobs) as pool:
        under_way: list[Future[Outcome]] = [pool.submit(run_one, one, peers=peers) for one in scenarios]
        try:
            for done in as_completed(under_way):
                yield done.result()
        finally:
            pool.shutdown(cancel_futures=True)


def run_one(scenario: Scenario, *, peers: tuple[str, ...] = ()) -> Outcome:
    """Run one scenario; whatever happens is an outcome."""
    lacking = why_missing(scenario.needs)
    if lacking:
        return Outcome(name=scenario.name, skipped=lacking)
    began = time.monotonic()
    words = command(scenario.name, *(("--peers", *peers) if peers else ()))
    limit_s = PEERS_LIMIT_S if peers else LIMIT_S
    try:
        with lifeline() as (end, more):
            ran = subprocess.run(
                words,
                cwd=_ROOT,
                env={**_environ(), **more},
                pass_fds=(end,),
                capture_output=True,
                timeout=limit_s,
                check=False,
            )
    except subprocess.TimeoutExpired:
        return Outcome(name=scenario.name, broken=f"not done after {limit_s:g} s")
    if ran.returncode:
        last = ran.stderr.decode(errors="replace").strip().splitlines()[-1:]
        return Outcome(name=scenario.name, broken="".join(last) or f"ended with {ran.returncode}")
    outcome = msgspec.json.decode(ran.stdout, type=Outcome)
    return msgspec.structs.replace(outcome, took_s=time.monotonic() - began)


def why_missing(needs: tuple[str, ...]) -> str:
    """Why a scenario that needs some programs cannot run here; empty: it can. mitmproxy is made where it is not yet."""
    lacking = missing(tuple(one for one in needs if one != "mitmproxy"))
    if lacking:
        return f"no {', '.join(lacking)} on this machine"
    problem = mitmproxy.why_not() if "mitmproxy" in needs else ""
    return f"mitmproxy cannot be had: {problem}" if problem else ""


def _environ() -> dict[str, str]:
    """This process's own, without what a desktop's user might have set."""
    proxies = {one for one in os.environ if one.lower().endswith("_proxy")}
    kept = {name: value for name, value in os.environ.items() if name not in proxies}
    return {**kept, "PYTHONPATH": os.pathsep.join((str(_ROOT / "src"), str(_ROOT)))}
