"""From Failure to Success by one generated file: `python -m lab.excepting nftables|iptables|squid`, run alone.

The office is a box that denies all but names. The desktop's check says Failure; `lineclear allowlist` writes the
exception, which is loaded into the box; the same check says Success. Before and after, `lineclear allowlist verify`
reads what the box says of itself. Every step is printed as JSON: its name, what was run, how it ended, what it said.

Squid alone can never bring Success: TWS speaks to no proxy. So the router of that box lets 4000 and 4001 out, and the
proxy, the only way to the web, denies everything.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

from lab.addresses import OFFICE, OFFICE_NETWORK
from lab.alone import settle_in
from lab.changes.proxies import SQUID
from lab.trial import check_words
from lab.world import HOME, World

_EXCEPTION = HOME / "out" / "exception"
_DENYING = """
table inet filter {{
  chain forward {{
    type filter hook forward priority 0; policy drop;
    ct state established,related accept
    meta l4proto {{ tcp, udp }} th dport {{ {ports} }} accept
    reject with icmpx admin-prohibited
  }}
}}
"""
_DENYING_BY_IPTABLES = """
for program in iptables ip6tables; do
  $program -P FORWARD DROP
  $program -A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
  $program -A FORWARD -p udp --dport 53 -j ACCEPT
  $program -A FORWARD -p tcp --dport 53 -j ACCEPT
  $program -A FORWARD -j REJECT
done
"""
_PORT = 3128


class _Nftables:
    """How it denies, how an exception is loaded into it, and what its administrator would give to `verify`."""

    needs = ("nft",)

    def deny(self, world: World) -> None:
        world.run(world.office, "nft", "-f", "-", stdin=_DENYING.format(ports="53"))

    def load(self, world: World) -> None:
        world.run(world.office, "nft", "-f", str(_EXCEPTION))

    def shown(self, world: World) -> str:
        return world.run(world.office, "nft", "-j", "list", "ruleset")


class _Iptables:
    needs = ("iptables", "ip6tables", "ipset")

    def deny(self, world: World) -> None:
        world.run(world.office, "sh", "-eu", stdin=_DENYING_BY_IPTABLES)

    def load(self, world: World) -> None:
        world.run(world.office, "sh", str(_EXCEPTION))

    def shown(self, world: World) -> str:
        return world.run(world.office, "sh", "-eu", stdin="ipset save\niptables-save\nip6tables-save\n")


class _Squid:
    needs = ("nft", "squid")

    def deny(self, world: World) -> None:
        world.run(world.office, "nft", "-f", "-", stdin=_DENYING.format(ports="53, 4000, 4001"))
        self._start(world, "")
        url = f"http://{OFFICE}:{_PORT}"
        world.environ.update(http_proxy=url, https_proxy=url)

    def load(self, world: World) -> None:
        self._squid.kill()
        self._squid.wait()
        self._start(world, f"include {_EXCEPTION}\n")

    def shown(self, world: World) -> str:
        return world.run(world.office, "sh", "-c", f"squid -k parse -f {self._path} 2>&1")

    def _start(self, world: World, exception: str) -> None:
        self._path = world.file("squid.conf", f"{SQUID}{exception}http_access deny all\n")
        words = "squid", "-N", "-f", str(self._path)
        self._squid: subprocess.Popen[str] = world.start(world.office, *words, port=_PORT)


Box = _Nftables | _Iptables | _Squid
BOXES: dict[str, type[Box]] = {"nftables": _Nftables, "iptables": _Iptables, "squid": _Squid}


def main(name: str) -> None:
    """Take every step, and print them."""
    settle_in()
    with World() as world:
        world.open()
        json.dump(list(_steps(world, name, BOXES[name]())), sys.stdout)


def _steps(world: World, name: str, box: Box) -> Iterator[dict[str, Any]]:
    box.deny(world)
    yield _ran(world, "check", *check_words())
    yield _verified(world, name, box)
    words = "allowlist", "--format", name, "--source", OFFICE_NETWORK, "--resolve", "now"
    yield _ran(world, "allowlist", sys.executable, "-m", "lineclear", *words, "--output", str(_EXCEPTION))
    box.load(world)
    yield _verified(world, name, box)
    yield _ran(world, "check", *check_words())


def _verified(world: World, name: str, box: Box) -> dict[str, Any]:
    words = "allowlist", "verify", "--format", name, "--source", OFFICE_NETWORK, "--resolve", "now", "--form", "json"
    return _ran(world, "verify", sys.executable, "-m", "lineclear", *words, "-", stdin=box.shown(world))


def _ran(world: World, name: str, *words: str, stdin: str = "") -> dict[str, Any]:
    ran = world.client(*words, stdin=stdin)
    said = json.loads(ran.stdout) if ran.stdout.startswith("{") else None
    return {"name": name, "words": words, "code": ran.returncode, "said": said, "err": ran.stderr}


if __name__ == "__main__":
    main(sys.argv[1])
