"""`make demo`: a telnet test and Lineclear look at the same trap. No root, no network, nothing but loopback.

Ends with 0 only if both checks came out as promised: Success on the healthy edge, Failure with its cause on the other.
"""

import socket
import subprocess
import sys

from lineclear.catalog import load
from lineclear.diagnose.codes import ALL

from .edge import Running, edge
from .faults import BY_NAME
from .session import environment, options

CATALOG = "ibkr"
TRAP = BY_NAME["accept-silent"]
GATEWAY = ("ndc1.ibllc.com", 4000)
PATIENCE_S = 2.0

_INTRODUCTION = """\
Lineclear demo: everything below happens on this machine's loopback addresses. No root, no network.

1. A simulated edge of the IBKR list of January 2022: every host of it, with a name server, plain gateways on port 4000,
   TLS gateways on 4001, websites, and a certificate authority made just now. All of it is healthy.
"""
_TRAP = """\
2. The same edge, but a box in the path accepts ports 4000 and 4001 for every address, and the servers behind it are
   dead. This is what a telnet test makes of it, tried just now with a plain socket:
"""
_PROMISED = f"""\
As promised: Success where everything works; Failure, and why, where a telnet test is fooled.

To see a whole report:    {sys.executable} -m lineclear simulate --fault {TRAP.name} -- check
What else can be broken:  {sys.executable} -m lineclear simulate --list-faults
"""


def main() -> int:
    """Run both acts and tell; 0 if both ended as promised."""
    _say(_INTRODUCTION)
    healthy = _healthy()
    _say(_TRAP)
    trapped = _trapped()
    if healthy and trapped:
        _say(_PROMISED)
        return 0
    _say("This is NOT what the demo promises; please report it with the output above.\n")
    return 1


def _healthy() -> bool:
    with edge(catalog=load(CATALOG)) as running:
        code, said = _check(running)
    return code == 0 and "SUCCESS" in said.partition("\n")[0]


def _trapped() -> bool:
    with edge((TRAP.name,), catalog=load(CATALOG)) as running:
        opened = _telnet(*running.address(*GATEWAY))
        _say(f"   $ telnet {GATEWAY[0]} {GATEWAY[1]}\n   {opened}\n\n   And Lineclear:\n")
        code, said = _check(running)
    return opened == OPEN and code == 1 and "FAILURE" in said.partition("\n")[0] and _label(TRAP.codes[0]) in said


OPEN = "Connected.   <- the port is open, says telnet"


def _telnet(address: str, port: int) -> str:
    """What a telnet test would say, and no more than it would look at."""
    try:
        with socket.create_connection((address, port), timeout=PATIENCE_S):
            return OPEN
    except OSError as problem:
        return f"{problem.strerror or problem}."


def _check(running: Running) -> tuple[int, str]:
    """Run the real program as a user would; its output is shown and returned with its exit code."""
    words = (sys.executable, "-m", "lineclear", "check", *options(CATALOG, running))
    _say(f"   $ lineclear check   (with {len(words) - 4} options that point it at the simulated edge)\n")
    ended = subprocess.run(words, env=environment(running), stdout=subprocess.PIPE, text=True, check=False)  # noqa: S603
    _say(f"{_head(ended.stdout)}\n   exit code {ended.returncode}\n")
    return ended.returncode, ended.stdout


def _label(code_id: str) -> str:
    return next(one.label for one in ALL if one.id == code_id)


def _head(report: str) -> str:
    """The first lines of a report: the verdict, the cause in a sentence, and what to ask of whom."""
    head, _, rest = report.partition("\n\n")
    lines = [f"   | {line}".rstrip() for line in head.splitlines()]
    return "\n".join((*lines, f"   | ... and {len(rest.splitlines())} lines of services, proof and remedies", ""))


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main())
