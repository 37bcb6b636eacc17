"""Dialects as other programs that are at hand read them: a JavaScript engine, dnsmasq, nft, sh."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from lineclear.allowlist import rules, write
from lineclear.model import Kind

from .making import addresses_for, catalog, context, listed, row

POLICY = 'function FindProxyForURL(url, host) { return "PROXY proxy.example:8080"; }\n'


def _needs(program: str) -> str:
    found = shutil.which(program)
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


def test_dnsmasq_reads_it(tmp_path: Path) -> None:
    dnsmasq = _needs("dnsmasq")
    file = tmp_path / "lineclear.conf"
    file.write_text(write("dnsmasq", rules(listed()), context()).text)
    ran = subprocess.run([dnsmasq, "--test", f"--conf-file={file}"], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr


@pytest.mark.parametrize("dialect", ["ufw", "firewalld", "iptables"])
def test_a_shell_reads_it(dialect: str) -> None:
    text = write(dialect, rules(listed()), context(snapshot=addresses_for(listed()))).text
    ran = subprocess.run(["sh", "-n"], input=text, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
