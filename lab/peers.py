"""What other tools say of the same network: each is asked, of every target, whether it can be reached.

They run on the desktop, a few at a time, with the patience people give them. telnet and nc connect. nmap scans by
connects. mtr follows the path by TCP. curl fetches the web rows, shakes hands on 4001 and connects to 4000.
blackbox_exporter probes as its own examples do, answers below 500 being fine.

They run as root, which some of them need; the check does not.
"""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from xml.etree import ElementTree as ET

from lab.addresses import ADDRESSES, BLOCK_PAGE, HOSTS, ROWS, UNRELATED, Row
from lab.outcome import Said
from lab.world import HOME, World
from lineclear.model import Transport

AT_A_TIME = 24
PATIENCE_S = 3
_LONGEST_S = 45.0
_EXPORTER = "127.0.0.1:9115"
_MODULES = {Transport.TCP: "tcp", Transport.TLS: "tls", Transport.HTTP: "web", Transport.HTTPS: "web"}
_INTERNET = frozenset((*ADDRESSES.values(), *UNRELATED.values(), BLOCK_PAGE))
_WORDS_MOST = 20_000


def ask(world: World, tools: Iterable[str]) -> dict[str, Said]:
    """What some of `TOOLS` say, one after the other."""
    return {name: _ask_one(world, name, TOOLS[name]) for name in tools}


def _ask_one(world: World, name: str, tool: "Tool") -> Said:
    program = _PROGRAMS.get(name, name)
    if shutil.which(program, path=f"{os.environ['PATH']}:/usr/sbin:/sbin") is None:
        return Said(missing=True)
    return tool(world)


# -- one target at a time ----------------------------------------------------------------------------------------------


def _each(world: World, look: Callable[[World, Row], tuple[bool, str]]) -> Said:
    with ThreadPoolExecutor(AT_A_TIME) as pool:
        found = list(zip(ROWS, pool.map(lambda row: look(world, row), ROWS), strict=True))
    words = "\n".join(dict.fromkeys(said for _, (ok, said) in found if not ok))
    return Said(ok=frozenset(row.name for row, (ok, _) in found if ok), words=words[:_WORDS_MOST])


def _telnet(world: World, row: Row) -> tuple[bool, str]:
    said = _run(world, "timeout", str(PATIENCE_S), "telnet", row.host, str(row.port))
    return "Connected to" in said.stdout, said.stdout + said.stderr


def _nc(world: World, row: Row) -> tuple[bool, str]:
    said = _run(world, "nc", "-z", "-v", "-w", str(PATIENCE_S), row.host, str(row.port))
    return said.returncode == 0, said.stderr


def _mtr(world: World, row: Row) -> tuple[bool, str]:
    words = ("-T", "-P", str(row.port), "-r", "-c", "1", "-n", "-G", "2", "-Z", str(PATIENCE_S), "--json", row.host)
    said = _run(world, "mtr", *words)
    try:
        hubs = json.loads(said.stdout)["report"]["hubs"]
    except (ValueError, KeyError):
        return False, said.stderr
    return bool(hubs) and hubs[-1]["host"] in _INTERNET and hubs[-1]["Loss%"] < 100, said.stdout  # noqa: PLR2004


_CURL = ("curl", "-s", "-o", "/dev/null", "--connect-timeout", str(PATIENCE_S), "-m", str(PATIENCE_S + 1))
_TOLD = "%{http_code} %{time_connect} %{time_appconnect} %{ssl_verify_result} %{errormsg}"


def _curl(world: World, row: Row) -> tuple[bool, str]:
    scheme = {Transport.HTTP: "http", Transport.TCP: "telnet"}.get(row.transport, "https")
    url = f"{scheme}://{row.host}:{row.port}"
    said = _run(world, *_CURL, "--cacert", str(HOME / "system.pem"), "-w", _TOLD, url).stdout
    status, connected, secured, verified, words = (*said.split(" ", 4), "", "", "", "", "")[:5]
    if row.transport in (Transport.HTTP, Transport.HTTPS):
        return "200" <= status < "500", words
    if row.transport is Transport.TLS:
        return _seconds(secured) > 0 and verified == "0", words
    return _seconds(connected) > 0, words


def _seconds(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0


# -- a whole list at a time --------------------------------------------------------------------------------------------


def _nmap(world: World) -> Said:
    ports = ",".join(str(one) for one in sorted({row.port for row in ROWS}))
    said = _run(world, "nmap", "-sT", "-Pn", "-n", "--reason", "-p", ports, "-oX", "-", *HOSTS)
    try:
        hosts = list(ET.fromstring(said.stdout).iter("host"))  # noqa: S314  nmap's own
    except ET.ParseError:
        return Said(words=said.stderr[:_WORDS_MOST])
    found = [
        (f"{name.get('name')}:{port.get('portid')}", state)
        for host in hosts
        for name in host.iter("hostname")
        for port in host.iter("port")
        for state in port.iter("state")
    ]
    names = frozenset(row.name for row in ROWS)
    opened = frozenset(name for name, state in found if state.get("state") == "open")
    other = {ET.tostring(state).decode() for name, state in found if name in names - opened}
    return Said(ok=opened & names, words="\n".join([*sorted(other), said.stderr])[:_WORDS_MOST])


def _blackbox(world: World) -> Said:
    web = {"valid_status_codes": list(range(200, 500)), "no_follow_redirects": True, "preferred_ip_protocol": "ip4"}
    pem = {"ca_file": str(HOME / "system.pem")}
    plain = {"preferred_ip_protocol": "ip4"}
    modules = {
        "web": {"prober": "http", "timeout": "3s", "http": {**web, "tls_config": pem}},
        "tcp": {"prober": "tcp", "timeout": "3s", "tcp": plain},
        "tls": {"prober": "tcp", "timeout": "3s", "tcp": {**plain, "tls": True, "tls_config": pem}},
    }
    config = world.file("blackbox.yml", json.dumps({"modules": modules}))
    words = (f"--config.file={config}", f"--web.listen-address={_EXPORTER}")
    world.start(world.desktop, "prometheus-blackbox-exporter", *words, port=9115)
    return _each(world, _probe)


def _probe(world: World, row: Row) -> tuple[bool, str]:
    module = _MODULES[row.transport]
    scheme = {Transport.HTTP: "http://", Transport.HTTPS: "https://"}.get(row.transport, "")
    url = f"http://{_EXPORTER}/probe?debug=true&module={module}&target={scheme}{row.name}"
    said = _run(world, "curl", "-s", "--noproxy", "*", "-m", str(PATIENCE_S + 2), url).stdout
    return "\nprobe_success 1" in said, "\n".join(re.findall(r'\b(?:err|error)=("(?:[^"\\]|\\.)*"|\S+)', said))


def _run(world: World, *words: str) -> "subprocess.CompletedProcess[str]":
    environ = {"PATH": f"{os.environ['PATH']}:/usr/sbin:/sbin", "HOME": "/run", "LANG": "C.UTF-8", **world.environ}
    command = ["ip", "netns", "exec", "desktop", *words]
    try:
        return subprocess.run(
            command,
            env=environ,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_LONGEST_S,
            check=False,
        )
    except subprocess.TimeoutExpired as problem:
        said = problem.stdout or b""
        return subprocess.CompletedProcess(command, -1, said.decode(errors="replace"), "")


Tool = Callable[[World], Said]
_PROGRAMS = {"blackbox_exporter": "prometheus-blackbox-exporter", "nmap -sT": "nmap", "mtr -T": "mtr", "nc -z": "nc"}
TOOLS: dict[str, Tool] = {
    "telnet": lambda world: _each(world, _telnet),
    "nc -z": lambda world: _each(world, _nc),
    "nmap -sT": _nmap,
    "mtr -T": lambda world: _each(world, _mtr),
    "curl": lambda world: _each(world, _curl),
    "blackbox_exporter": _blackbox,
}
