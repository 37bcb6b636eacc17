"""`lineclear allowlist` as a user types it."""

import json
import socket
import types
from pathlib import Path

import dns.exception
import dns.resolver
import pytest

from lineclear.cli import allowing, main

HOSTS = """\
192.0.2.1 ndc1.ibllc.com  # a comment
2001:db8::1 ndc1.ibllc.com

192.0.2.2 zdc1.ibllc.com ZDC1_HB1.ibllc.com.
"""
OLD = """format = "lineclear.catalog/1"
id = "mine"
edition = "1"
title = "Mine"
publisher = "Me"
application = "it"
[[service]]
id = "all"
label = "ALL"
loses = "All."
ports = ["443/tls"]
hosts = ["kept.example", "gone.example"]
"""


def ran(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = main(["allowlist", *words])
    out = capsys.readouterr()
    return code, out.out, out.err


def test_the_list_names_every_dialect(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = ran(capsys, "--list")
    assert code == 0
    assert "nftables" in out
    assert "change-request-html" in out


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["--format", "iptable"], "There is no dialect 'iptable'. Did you mean iptables?"),
        ([], "--format is missing."),
        (["--format", "nftables"], "Add --resolve now, or --resolve FILE."),
        (["--format", "squid", "--service", "tws-asia-china"], "Add --profile"),
        (["--format", "squid", "--source", "10.0.0.0/8; reboot"], "is no block of addresses"),
        (["--format", "squid", "--source", "fe80::1%eth0"], "is no block of addresses"),
        (
            ["--format", "nftables", "--chain", "inet filter output;", "--resolve", "{hosts}"],
            "is not a chain of nftables",
        ),
        (["--format", "iptables", "--chain", "$(reboot)", "--resolve", "{hosts}"], "is not a chain of iptables"),
        (["--format", "cisco-asa", "--chain", "a b"], "is not a plain word"),
        (["--format", "pf", "--resolve", "{broken}"], "line 1: 'nonsense' is no address"),
        (["--diff", "ibkr", "ibkr", "--format", "csv"], "need the same exceptions"),
    ],
)
def test_bad_input_writes_no_file(
    words: list[str], expected: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "hosts").write_text(HOSTS)
    (tmp_path / "broken").write_text("nonsense name\n")
    files = {"{hosts}": str(tmp_path / "hosts"), "{broken}": str(tmp_path / "broken")}
    filled = [files.get(word, word) for word in words]
    code, out, err = ran(capsys, *filled, "--output", str(tmp_path / "file"))
    assert (code, out) == (2, "")
    assert expected in err
    assert not (tmp_path / "file").exists()


def test_a_file_is_written_over_only_by_force(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "squid.conf"
    file.write_text("mine")
    code, _, err = ran(capsys, "--format", "squid", "--output", str(file))
    assert code == 2
    assert "exists" in err
    assert file.read_text() == "mine"
    assert ran(capsys, "--format", "squid", "--output", str(file), "--force")[0] == 0
    assert "http_access allow" in file.read_text()


def test_addresses_come_from_a_file_in_either_form(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines, document = tmp_path / "hosts", tmp_path / "addresses.json"
    lines.write_text(HOSTS)
    as_json = {
        "ndc1.ibllc.com": ["192.0.2.1", "2001:db8::1"],
        "zdc1.ibllc.com": {"addresses": ["192.0.2.2"], "ttl": 60},
        "zdc1_hb1.ibllc.com": {"addresses": ["192.0.2.2"], "ttl": 300},
    }
    document.write_text(json.dumps(as_json))
    bodies = []
    for file in (lines, document):
        _, out, err = ran(capsys, "--format", "nftables", "--resolve", str(file))
        bodies.append([line for line in out.splitlines() if not line.startswith("#")])
        assert "no usable address of theirs is known" in err
    assert bodies[0] == bodies[1]
    assert "192.0.2.2" in "".join(bodies[0])
    assert "shortest TTL 60 s" in out


def test_now_asks_the_resolver_once_a_name(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    asked = []

    def answer(name: str) -> tuple[str, ...]:
        asked.append(name)
        return ("192.0.2.5",) if name.startswith("zdc1.") else ()

    monkeypatch.setattr(allowing, "_addresses", answer)
    monkeypatch.setattr(allowing, "_life_s", lambda _, found: 60 if found else None)
    _, out, err = ran(capsys, "--format", "nftables", "--resolve", "now", "--service", "tws-europe")
    assert sorted(asked) == ["zdc1.ibllc.com", "zdc1_hb1.ibllc.com"]
    assert "192.0.2.5" in out
    assert "from this machine's resolver, shortest TTL 60 s" in out
    assert "zdc1_hb1.ibllc.com:4000" in err
    asked.clear()
    ran(capsys, "--format", "squid", "--resolve", "now")
    assert asked == []


def test_the_systems_answer_and_its_silence(monkeypatch: pytest.MonkeyPatch) -> None:
    assert allowing._addresses("192.0.2.7") == ("192.0.2.7",)

    def silent(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    monkeypatch.setattr(socket, "getaddrinfo", silent)
    assert allowing._addresses("a.example") == ()


class _Told:
    """An answer of a name server, as dnspython gives it."""

    def __init__(self, addresses: tuple[str, ...], ttl: int) -> None:
        self.rrset = addresses or None
        self.chaining_result = types.SimpleNamespace(minimum_ttl=ttl)


def test_the_name_servers_tell_how_long_addresses_live(monkeypatch: pytest.MonkeyPatch) -> None:
    told = {"A": _Told(("192.0.2.7",), 300), "AAAA": _Told((), 5)}
    monkeypatch.setattr("dns.resolver.resolve", lambda _, kind, **__: told[kind])
    assert allowing._life_s("a.example", ("192.0.2.7",)) == 300
    assert allowing._life_s("a.example", ("198.51.100.7",)) is None
    assert allowing._life_s("a.example", ()) is None

    def silent(*_: object, **__: object) -> None:
        raise dns.exception.Timeout

    monkeypatch.setattr("dns.resolver.resolve", silent)
    assert allowing._life_s("a.example", ("192.0.2.7",)) is None


def test_a_difference_holds_what_changed_and_nothing_else(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old, new = tmp_path / "old.toml", tmp_path / "new.toml"
    old.write_text(OLD)
    new.write_text(OLD.replace("gone", "new").replace('edition = "1"', 'edition = "2"'))
    _, out, _ = ran(capsys, "--diff", str(old), str(new), "--format", "squid")
    acted = "".join(line for line in out.splitlines() if not line.startswith("#"))
    assert "new.example" in acted
    assert "kept.example" not in out
    assert "gone.example" not in acted
    assert "# No longer needed: gone.example:443" in out
    _, out, _ = ran(capsys, "--diff", str(old), str(new), "--format", "csv")
    assert [line.split(",")[:2] for line in out.splitlines()[1:] if not line.startswith("note,")] == [
        ["add", "new.example"],
        ["remove", "gone.example"],
    ]


def test_a_profile_that_was_not_chosen_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, err = ran(capsys, "--format", "squid")
    assert "Left out without --profile mainland-china: mcgw1.ibllc.com.cn:4000" in err
    assert "dstdomain -n mcgw1" not in out
    _, out, _ = ran(capsys, "--format", "squid", "--profile", "mainland-china")
    assert "dstdomain -n mcgw1.ibllc.com.cn" in out


def test_what_it_says_can_be_verified_by_the_command_it_names(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = ran(capsys, "--format", "hosts", "--service", "tws-europe")
    assert "# To verify: lineclear check --service tws-europe\n" in out
