"""`lineclear allowlist verify` as a user types it."""

import json
from pathlib import Path
from typing import Any

import pytest

from lineclear.cli import main

from .asked import ACCEPT, ANSWERS, DROP, match, meta, nft_text, payload

PORT = payload("tcp dport")
EUROPE = ("--service", "tws-europe")
HOSTS = "192.0.2.1 zdc1.ibllc.com\n192.0.2.2 zdc1_hb1.ibllc.com\n"

LIST = """format = "lineclear.catalog/1"
id = "mine"
edition = "1"
title = "Mine"
publisher = "Me"
application = "it"
[[service]]
id = "all"
label = "ALL"
loses = "All."
ports = ["53/udp", "443/tls"]
hosts = ["*.wild.example", "192.0.2.9"]
"""


class Typed:
    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self._capsys = folder, capsys
        (folder / "hosts").write_text(HOSTS)

    def __call__(self, text: str, *words: str, form: str = "nftables") -> tuple[int, str, str]:
        (self.folder / "rules").write_text(text)
        hosts = () if "--resolve" in words else ("--resolve", str(self.folder / "hosts"))
        code = main(["allowlist", "verify", "--format", form, *EUROPE, *hosts, *words, str(self.folder / "rules")])
        out = self._capsys.readouterr()
        return code, out.out, out.err

    def json(self, text: str, *words: str) -> tuple[int, Any]:
        code, out, _ = self(text, "--form", "json", *words)
        return code, json.loads(out)


@pytest.fixture
def typed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Typed:
    return Typed(tmp_path, capsys)


def test_all_permitted(typed: Typed) -> None:
    both = {"set": [4000, 4001]}
    to = match(payload("ip daddr"), {"set": ["192.0.2.1", "192.0.2.2"]})
    code, out, _ = typed(nft_text(ANSWERS, [to, match(PORT, both), ACCEPT]))
    assert code == 0
    assert "Nothing is known to be opened beyond need." in out
    assert out.endswith("4 destinations: 0 blocked, 0 cannot tell, 4 permitted.\n")
    assert "  inet t c, handle 2: ip daddr { 192.0.2.1, 192.0.2.2 } tcp dport { 4000, 4001 } accept" in out


def test_blocked_by_a_line_and_by_the_policy(typed: Typed) -> None:
    rules = nft_text(ANSWERS, [match(payload("ip daddr"), "192.0.2.2"), DROP], [match(PORT, 4001), ACCEPT])
    code, out, _ = typed(rules)
    assert code == 1
    assert "  the request: inet t c, handle 2: ip daddr 192.0.2.2 drop\n    zdc1_hb1.ibllc.com:4000\n" in out
    assert "  the request: inet t c, policy drop\n    zdc1.ibllc.com:4000\n" in out
    assert "3 blocked, 0 cannot tell, 1 permitted" in out
    assert "    tcp 4001 to every other IPv4 address\n" in out
    code, read = typed.json(rules)
    assert (code, read["ruling"], read["schema"]) == (1, "blocked", "lineclear.allowlist.verify/1")
    assert [one["ruling"] for one in read["answers"]] == ["blocked", "permitted", "blocked", "blocked"]
    assert read["answers"][2]["addresses"][0]["rule"] == "ip daddr 192.0.2.2 drop"


def test_all_but_some_is_more_than_is_needed(typed: Typed) -> None:
    rules = nft_text(ANSWERS, [match(payload("ip daddr"), {"set": ["192.0.2.9"]}, "!="), ACCEPT])
    code, read = typed.json(rules)
    assert code == 0
    excess = {(one["protocol"], *one["to"]): one["ports"] for one in read["beyond_need"]}
    assert excess["udp", "every other IPv4 address"] == ["every port"]
    assert not any("192.0.2.9" in to for _, *to in excess)


def test_one_address_of_two_is_named(typed: Typed) -> None:
    (typed.folder / "hosts").write_text(HOSTS + "2001:db8::1 zdc1.ibllc.com\n")
    code, out, _ = typed(nft_text([match(meta("nfproto"), "ipv4"), ACCEPT]))
    assert code == 1
    assert "    zdc1.ibllc.com:4000 at 2001:db8::1\n" in out


def test_what_cannot_be_told(typed: Typed) -> None:
    code, out, _ = typed(nft_text(ANSWERS, [match(meta("mark"), 1), ACCEPT]))
    assert code == 3
    assert "handle 2: meta mark 1 accept (it depends on meta mark)" in out
    code, out, _ = typed(nft_text(policy="accept"), "--source", "2001:db8::/32")
    assert code == 3
    assert "no network of this version of IP was named as a source" in out


def test_sources_of_one_version_of_ip_are_asked_for_its_addresses(typed: Typed) -> None:
    (typed.folder / "hosts").write_text(HOSTS + "2001:db8::1 zdc1.ibllc.com\n")
    four = nft_text([match(meta("nfproto"), "ipv4"), ACCEPT], hook="forward")
    code, out, _ = typed(four, "--source", "10.0.0.0/8")
    assert code == 0
    assert "so some addresses were not asked for: zdc1.ibllc.com:4000, zdc1.ibllc.com:4001.\n" in out
    assert typed(four, "--source", "10.0.0.0/8", "--source", "fd00::/8")[0] == 1


def test_ipv6_needs_its_neighbours(typed: Typed) -> None:
    (typed.folder / "hosts").write_text("2001:db8::1 zdc1.ibllc.com\n2001:db8::2 zdc1_hb1.ibllc.com\n")
    ours = [match(PORT, {"set": [4000, 4001]}), ACCEPT]
    code, out, _ = typed(nft_text(ANSWERS, ours))
    assert code == 3
    assert "  inet t c, policy drop (it stops neighbour discovery, without which IPv6 works on no Ethernet)\n" in out
    discovery = [match(meta("l4proto"), "ipv6-icmp"), ACCEPT]
    by_kind = [match(payload("icmpv6 type"), {"set": ["nd-neighbor-solicit", "nd-neighbor-advert"]}), ACCEPT]
    for lets in (discovery, by_kind):
        assert typed(nft_text(ANSWERS, ours, lets))[0] == 0
    assert typed(nft_text(ANSWERS))[0] == 1


def test_a_name_without_an_address_is_told_what_holds_for_every_address(typed: Typed) -> None:
    by_port = nft_text(ANSWERS, [match(PORT, 4001), ACCEPT])
    code, read = typed.json(by_port, "--resolve", "never")
    assert code == 1
    assert [one["ruling"] for one in read["answers"]] == ["blocked", "permitted"] * 2
    one_host = nft_text(ANSWERS, [match(payload("ip daddr"), "192.0.2.1"), match(PORT, 4001), ACCEPT])
    code, out, _ = typed(one_host, "--resolve", "never")
    assert code == 1
    assert "no address of this name is known" in out
    assert "2 blocked, 2 cannot tell, 0 permitted" in out
    four_alone = nft_text([match(meta("nfproto"), "ipv4"), ACCEPT])
    assert typed(four_alone, "--resolve", "never")[0] == 3  # it may have an IPv6 address alone
    assert typed(four_alone, "--resolve", "never", "--source", "10.0.0.0/8")[0] == 0


def test_what_passes_through_is_asked_with_a_source(typed: Typed) -> None:
    home = match(payload("ip saddr"), {"prefix": {"addr": "10.1.0.0", "len": 16}})
    forward = nft_text(ANSWERS, [home, match(meta("oifname"), "wan0"), ACCEPT], hook="forward")
    assert typed(forward, "--source", "10.1.2.0/24", "--out", "wan0")[0] == 0
    assert typed(forward, "--source", "10.1.2.0/24", "--out", "dmz0")[0] == 1
    assert typed(forward, "--source", "10.2.0.0/16", "--source", "10.1.2.0/24", "--out", "wan0")[0] == 1
    assert typed(forward, "--source", "10.0.0.0/8", "--out", "wan0")[0] == 3
    assert "what passes through" in typed(forward, "--source", "10.1.2.0/24")[1]


def test_too_many_combinations_are_said(typed: Typed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lineclear.allowlist.verify.beyond.MOST_CELLS", 3)
    code, out, _ = typed(nft_text(policy="accept"))
    assert code == 0
    assert "Opened beyond need: not looked at" in out
    assert typed.json(nft_text(policy="accept"))[1]["beyond_need"] is None


def test_wildcards_and_addresses_of_a_list(typed: Typed, capsys: pytest.CaptureFixture[str]) -> None:
    (typed.folder / "list.toml").write_text(LIST)
    (typed.folder / "rules").write_text(nft_text(ANSWERS, [match(payload("udp dport"), 53), ACCEPT]))
    words = ("--catalog", str(typed.folder / "list.toml"), "--form", "json", str(typed.folder / "rules"))
    assert main(["allowlist", "verify", "--format", "nftables", *words]) == 1
    read = json.loads(capsys.readouterr().out)
    whys = {one["place"]: (one["ruling"], one["addresses"][0]["why"]) for one in read["answers"]}
    assert whys == {
        "*.wild.example:53/udp": ("cannot tell", "a wildcard has no address to ask for"),
        "192.0.2.9:53/udp": ("permitted", ""),
        "192.0.2.9:443": ("blocked", ""),
        "*.wild.example:443": ("cannot tell", "a wildcard has no address to ask for"),
    }


def test_much_is_cut(typed: Typed) -> None:
    many = [match(payload("ip daddr"), {"set": [f"198.51.100.{one}" for one in range(0, 60, 2)]}), ACCEPT]
    _, out, _ = typed(nft_text(ANSWERS, many))
    assert " and 18 more\n" in out
    code = main(["allowlist", "verify", "--format", "nftables", str(typed.folder / "rules")])
    assert code == 3


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("--format", ""), "--format is missing."),
        (("--format", "nftable"), "'nftable' cannot be verified. Did you mean nftables?"),
        (("--format", "zzz"), "'zzz' cannot be verified. There are: nftables"),
        (("--service", "none"), "no service 'none'"),
        (("--source", "here"), "is no block of addresses"),
        (("--resolve", "/nowhere"), "cannot be read"),
        (("--sorce", "x"), "Did you mean --source?"),
    ],
)
def test_bad_input(typed: Typed, words: tuple[str, ...], expected: str) -> None:
    code, out, err = typed(nft_text(), *words)
    assert (code, out) == (2, "")
    assert expected in err


def test_a_list_of_which_nothing_applies(capsys: pytest.CaptureFixture[str]) -> None:
    words = ("--format", "nftables", "--service", "tws-asia-china", "/nowhere")
    assert main(["allowlist", "verify", *words]) == 2
    assert "Nothing of this selection applies. Add --profile" in capsys.readouterr().err


def test_a_file_is_written_over_only_by_force(typed: Typed) -> None:
    (typed.folder / "out").write_text("mine")
    words = ("--output", str(typed.folder / "out"))
    assert typed(nft_text(policy="accept"), *words)[0] == 2
    assert (typed.folder / "out").read_text() == "mine"
    assert typed(nft_text(policy="accept"), *words, "--force")[0] == 0
    assert "4 permitted" in (typed.folder / "out").read_text()


def test_standard_input(typed: Typed, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    import io  # noqa: PLC0415
    import sys  # noqa: PLC0415

    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(nft_text(policy="accept").encode())))
    hosts = str(typed.folder / "hosts")
    assert main(["allowlist", "verify", "--format", "nftables", *EUROPE, "--resolve", hosts, "-"]) == 0
    assert "nftables, standard input" in capsys.readouterr().out
