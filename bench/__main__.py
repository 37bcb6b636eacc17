"""The benches: `python -m bench` lists them, `python -m bench p6` runs one, `python -m bench all` every one.

Root on Linux, a C compiler and the project's Python are needed; traffic stays in namespaces made for the run.
Options: `--rounds N` (7 unless said; the best counts).
"""

import argparse
import importlib
import sys

from bench.measure import ROUNDS
from bench.world import alone

BENCHES = {
    "p1": ("checking", 120, "the whole command against the physical floor"),
    "p2": ("checking", 120, "the library call against the physical floor"),
    "p6": ("sweeping", 300, "CPU per TCP probe against a bare C epoll loop"),
    "p11": ("sweeping", 300, "growth of that with the number of endpoints"),
    "p12": ("sweeping", 120, "memory of a probe in flight"),
    "p3": ("silence", 300, "black holes and loss: the time of the verdict"),
    "p4": ("silence", 900, "black holes and loss: false failures"),
    "p5": ("silence", 300, "loss on the way to the resolver"),
    "p7": ("exporter", 300, "CPU per probe against blackbox_exporter"),
    "p8": ("shaking", 200, "a verified TLS handshake against C OpenSSL"),
    "p14": ("checking", 120, "what starting costs"),
    "p17": ("tracing", 300, "a path trace, in round trips"),
    "page": ("paging", 120, "the page in Chromium: bytes, first paint, long tasks"),
    "soak": ("paging", 1800, "a thousand runs of the page: memory and descriptors"),
    "p13": ("sweeping", 120, "reported round trips under load"),
    "a1": ("writing", 300, "the allowlist of 10,000 hosts in every dialect"),
    "deadline": ("leaving", 900, "how long after its deadline a check still runs"),
    "interrupt": ("leaving", 600, "how long after Ctrl-C a check still runs"),
    "r1": ("reflecting", 300, "memory of a reflector with 10,000 idle connections"),
    "r2": ("reflecting", 240, "requests a second that a reflector answers"),
}
"""Module, seconds it may take at most, what it measures."""


def main() -> None:
    """Run what is asked for."""
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measure Lineclear against its goals.")
    parser.add_argument("name", nargs="?", choices=[*BENCHES, "all"])
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    asked = parser.parse_args()
    names = list(BENCHES) if asked.name == "all" else [asked.name] if asked.name else []
    if not names:
        for name, (_, _, what) in BENCHES.items():
            print(f"{name:9} {what}")
        return
    alone(sum(BENCHES[name][1] for name in names))
    for name in names:
        module = importlib.import_module(f"bench.{BENCHES[name][0]}")
        getattr(module, name)(asked.rounds)
    sys.stdout.flush()


if __name__ == "__main__":
    main()
