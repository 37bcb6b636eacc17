"""Dialects as the programs that are at hand read them: JavaScript engines, dnsmasq, unbound, nft, iptables, sh."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from lineclear.allowlist import rules, write
from lineclear.model import Kind

from .making import addresses_for, catalog, context, listed, row

ROWS = catalog(row("a.example", 443), row("192.0.2.0/24", 443), row("a.example", 8194, 8198))
POLICY = 'function FindProxyForURL(url, host) { return "PROXY proxy.example:8080"; }\n'


def _needs(program: str) -> str:
    found = shutil.which(program, path=f"{os.environ['PATH']}:/usr/sbin:/sbin")
    if found is None:
        pytest.skip(f"{program} is not installed")
    return found


def _evaluated(pac: str, urls: list[tuple[str, str]]) -> list[str]:
    asks = f"\nconsole.log(JSON.stringify({json.dumps(urls)}.map(([url, host]) => FindProxyForURL(url, host))));\n"
    ran = subprocess.run([_needs("node"), "-"], input=pac + asks, capture_output=True, text=True, check=True)
    answers: list[str] = json.loads(ran.stdout)
    return answers


def test_every_host_goes_direct_and_its_neighbours_do_not() -> None:
    hosts = [one for one in listed().requirements if one.kind is Kind.HOST and not one.condition]
    pac = POLICY + write("pac", rules(listed()), context()).text
    wanted = [(f"https://{one.host}:{one.port}/", one.host) for one in hosts]
    near = [(f"https://{one.host}:4005/", one.host) for one in hosts]
    near += [(f"https://x{one.host}:{one.port}/", f"x{one.host}") for one in hosts]
    near += [(f"https://{one.host}.evil.example:{one.port}/", f"{one.host}.evil.example") for one in hosts]
    assert set(_evaluated(pac, wanted)) == {"DIRECT"}
    assert set(_evaluated(pac, near)) == {"PROXY proxy.example:8080"}


def test_words_of_the_language_wildcards_and_usual_ports() -> None:
    found = catalog(row("__proto__", 443), row("*.wild.example", 443), row("web.example", 80))
    pac = POLICY + write("pac", rules(found), context()).text
    urls = [
        ("https://__proto__/", "__proto__"),
        ("https://a.b.wild.example/path", "a.b.wild.example"),
        ("http://WEB.example./", "WEB.example."),
        ("https://wild.example/", "wild.example"),
        ("https://constructor/", "constructor"),
        ("https://web.example/", "web.example"),
        ("http://web.example@other.example/", "other.example"),
        ("nonsense", "web.example"),
    ]
    proxy = "PROXY proxy.example:8080"
    assert _evaluated(pac, urls) == ["DIRECT"] * 3 + [proxy] * 5


def test_alone_it_changes_nothing() -> None:
    pac = write("pac", rules(listed()), context()).text
    assert _evaluated(pac, [("https://other.example/", "other.example")]) == ["DIRECT"]


def test_the_engine_of_browsers_says_the_same(tmp_path: Path) -> None:
    """SpiderMonkey, by pacparser, as the check itself evaluates such files."""
    pacparser = pytest.importorskip("pacparser")
    file = tmp_path / "proxy.pac"
    file.write_text(POLICY + write("pac", rules(listed()), context()).text)
    hosts = [one for one in listed().requirements if one.kind is Kind.HOST and not one.condition]
    asked = [(f"https://{one.host}:{one.port}/", one.host) for one in hosts]
    asked += [(f"https://x{one.host}:{one.port}/", f"x{one.host}") for one in hosts]
    script = f"import json, pacparser\npacparser.init()\npacparser.parse_pac_file({str(file)!r})\n"
    script += f"print(json.dumps([pacparser.find_proxy(*one) for one in {asked!r}]))\n"
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert pacparser
    assert json.loads(ran.stdout) == ["DIRECT"] * len(hosts) + ["PROXY proxy.example:8080"] * len(hosts)


@pytest.mark.parametrize(("chain", "family"), [("inet filter output", "inet"), ("ip6 mine out", "ip6")])
def test_nft_checks_it(chain: str, family: str) -> None:
    text = write("nftables", rules(listed()), context(snapshot=addresses_for(listed()), chain=chain)).text
    table, name = chain.split()[1:]
    hook = "{ type filter hook output priority 0; policy drop; }"
    there = f"add table {family} {table}\nadd chain {family} {table} {name} {hook}\n"
    ran = _alone([_needs("nft"), "-c", "-f", "-"], there + text)
    assert ran.returncode == 0, ran.stderr


def test_iptables_restore_tests_it() -> None:
    for program in ("iptables", "ip6tables", "ipset"):
        _needs(program)
    text = write("iptables", rules(listed()), context(snapshot=addresses_for(listed()))).text
    lines = [line for line in text.splitlines() if not re.match(r"ip6?tables -C ", line)]
    tested = "\n".join(lines).replace("-restore --noflush", "-restore --noflush --test")
    assert tested.count("--test") == 2
    ran = _alone(["sh", "-eu"], f"{tested}\n")
    assert ran.returncode == 0, ran.stderr


def _alone(words: list[str], text: str) -> "subprocess.CompletedProcess[str]":
    if os.geteuid() != 0:
        pytest.skip("namespaces need root")
    return subprocess.run(["unshare", "--net", *words], input=text, capture_output=True, text=True, check=False)


def test_unbound_checks_its_zones(tmp_path: Path) -> None:
    """Debian's unbound is built without the ipset module, so the zones are checked under a type it knows."""
    unbound = _needs("unbound-checkconf")
    text = write("unbound", rules(listed()), context()).text
    zones, _, sets = text.partition("ipset:\n")
    assert re.fullmatch(r'  name-v4: "[a-z0-9-]+"\n  name-v6: "[a-z0-9-]+"\n', sets)
    file = tmp_path / "unbound.conf"
    file.write_text(re.sub(r'" ipset$', '" transparent', zones, flags=re.MULTILINE))
    ran = subprocess.run([unbound, str(file)], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr


def test_dnsmasq_reads_it(tmp_path: Path) -> None:
    dnsmasq = _needs("dnsmasq")
    file = tmp_path / "lineclear.conf"
    file.write_text(write("dnsmasq", rules(listed()), context()).text)
    ran = subprocess.run([dnsmasq, "--test", f"--conf-file={file}"], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr


@pytest.mark.parametrize("sources", [(), ("10.20.0.0/16", "2001:db8:5::/48")])
def test_ufw_reads_it(sources: tuple[str, ...]) -> None:
    _needs("ufw")
    text = write("ufw", rules(ROWS), context(snapshot=addresses_for(ROWS), sources=sources)).text
    dry = re.sub(r"^ufw ", "ufw --dry-run ", text, flags=re.MULTILINE)
    ran = _alone(["sh"], dry)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.count("Rules updated") == dry.count("--dry-run")


@pytest.mark.parametrize("sources", [(), ("10.20.0.0/16", "2001:db8:5::/48")])
def test_firewalld_reads_it(sources: tuple[str, ...], tmp_path: Path) -> None:
    """By the command that works on files alone; it takes the same options as firewall-cmd."""
    offline = _needs("firewall-offline-cmd")
    (tmp_path / "firewalld.conf").write_text("DefaultZone=public\n")
    text = write("firewalld", rules(ROWS), context(catalog="test", snapshot=addresses_for(ROWS), sources=sources)).text
    on_files = text.replace("firewall-cmd --permanent", f"{offline} --system-config={tmp_path}")
    ran = subprocess.run(
        ["sh"], input=on_files.replace("\nfirewall-cmd --reload\n", "\n"), capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
    policy = (tmp_path / "policies" / "lineclear-test.xml").read_text()
    assert policy.count("<accept/>") == 5
    assert policy.count('name="ANY"') == (2 if sources else 1)
    sets = [file.read_text() for file in sorted((tmp_path / "ipsets").glob("*.xml"))]
    assert sum(one.count("<entry>") for one in sets) == 3


@pytest.mark.parametrize("dialect", ["ufw", "firewalld", "iptables"])
def test_a_shell_reads_it(dialect: str) -> None:
    text = write(dialect, rules(listed()), context(snapshot=addresses_for(listed()))).text
    ran = subprocess.run(["sh", "-n"], input=text, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
