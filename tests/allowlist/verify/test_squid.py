"""squid.conf line by line: what lets a request pass, what does not, and what cannot be told."""

from pathlib import Path
from typing import Any

import pytest

from lineclear.allowlist.verify import Question, Ruling, format_of, verify
from lineclear.allowlist.verify.requesting import request_steps
from lineclear.allowlist.verify.verifying import Verification
from lineclear.allowlist.verify.walking import Fate, fate
from lineclear.cli import main
from lineclear.errors import UsageError
from lineclear.model import Transport

from ..making import catalog, row, snapshot  # noqa: TID252  the makers of the folder above

PERMITTED, BLOCKED, CANNOT_TELL = Ruling.PERMITTED, Ruling.BLOCKED, Ruling.CANNOT_TELL
TEN = ((4, (0x0A000001, 0x0A000001)),)


def fate_of(text: str, host: str = "a.example", port: int = 443, method: str = "CONNECT", **more: Any) -> Fate:
    addresses = more.pop("addresses", None)
    question = Question(**more)
    steps = request_steps(host, addresses, (port, port), method, question)
    return fate(format_of("squid").read(text, "squid.conf"), list(steps))


@pytest.mark.parametrize(
    ("acl", "expected"),
    [
        ("dstdomain a.example", PERMITTED),
        ("dstdomain A.EXAMPLE", PERMITTED),
        ("dstdomain .example", PERMITTED),
        ("dstdomain .a.example", PERMITTED),
        ("dstdomain example xa.example", BLOCKED),
        ('dstdomain "/etc/squid/names"', CANNOT_TELL),
        ("dstdom_regex ^a", PERMITTED),
        ("dstdom_regex -i ^A", PERMITTED),
        ("dstdom_regex ^A", BLOCKED),
        ("dstdom_regex [[:alpha:]]", CANNOT_TELL),
        (r"dstdom_regex \w", CANNOT_TELL),
        ("dst all", PERMITTED),
        ("dst 192.0.2.0/24", CANNOT_TELL),
        ("dst -n 192.0.2.0/24", CANNOT_TELL),
        ("dst other.example", CANNOT_TELL),
        ("src 10.0.0.0/8", CANNOT_TELL),
        ("src all", PERMITTED),
        ("src office.example", CANNOT_TELL),
        ("port 443", PERMITTED),
        ("port 1-442 444-65535", BLOCKED),
        ("method connect", PERMITTED),
        ("method GET", BLOCKED),
        ("proto HTTP", CANNOT_TELL),
        ("any-of CONNECT manager", PERMITTED),
        ("all-of CONNECT !all", BLOCKED),
        ("proxy_auth REQUIRED", CANNOT_TELL),
        ("time MTWHF 09:00-17:00", CANNOT_TELL),
    ],
)
def test_an_acl(acl: str, expected: Ruling) -> None:
    assert fate_of(f"acl x {acl}\nhttp_access allow x\nhttp_access deny all\n").ruling is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("http_access allow all", PERMITTED),
        ("http_access deny manager\nhttp_access allow CONNECT", PERMITTED),
        ("http_access deny !CONNECT", PERMITTED),
        ("http_access allow !CONNECT", BLOCKED),
        ("acl x port 443", BLOCKED),
        ("acl x port 80\nacl x port 443\nhttp_access allow x \\\n CONNECT\nhttp_access deny all", PERMITTED),
        ("http_access deny to_localhost\nhttp_access deny to_linklocal\nhttp_access allow all  # at last", PERMITTED),
        ("include /etc/squid/conf.d/*.conf\nhttp_access allow all", CANNOT_TELL),
        ("http_access deny all\ninclude /etc/squid/conf.d/*.conf", BLOCKED),
        ("http_access allow all\nhttp_reply_access deny all", CANNOT_TELL),
        ("http_access allow all\nhttp_reply_access allow all", PERMITTED),
        ("http_access allow all\ncache_peer up.example parent 3128 0", CANNOT_TELL),
        ("http_access deny all\ncache_peer up.example parent 3128 0", BLOCKED),
        ("http_access allow all\nacl x at_step SslBump1\nssl_bump peek x\nssl_bump splice all", PERMITTED),
        ("http_access allow all\nssl_bump terminate all", CANNOT_TELL),
        ("http_access allow all\nssl_bump stare all\nssl_bump bump all", CANNOT_TELL),
        ("http_access allow all\nhttp_access2 deny all", CANNOT_TELL),
        ("2026| Processing: include x\n2026| Processing: http_access allow all\nother", PERMITTED),
        ("http_access deny all \\", BLOCKED),
    ],
)
def test_what_lines_decide(text: str, expected: Ruling) -> None:
    assert fate_of(text).ruling is expected


def test_the_line_that_decides_is_named() -> None:
    text = "acl x port 80\n\nhttp_access allow x\nhttp_access deny CONNECT\n"
    assert fate_of(text).by.said() == "line 4: http_access deny CONNECT"
    assert fate_of(text, method="GET").by.said() == "no line decides, and the last one is line 4"
    assert fate_of("acl x port 80").by.said() == "there is no http_access line"
    assert len(fate_of(f"acl x port 80\nhttp_access deny all {'# x' * 90}").by.text) < 170


def test_acls_made_of_others_without_end() -> None:
    lines = ["acl x0 port 443", *(f"acl x{one} any-of x{one - 1} manager" for one in range(1, 2000))]
    found = fate_of("\n".join([*lines, "http_access allow x1999", "http_access deny all"]))
    assert (found.ruling, found.why) == (CANNOT_TELL, "it is made of others, too deep")
    few = "\n".join([*lines[:9], "http_access allow x8", "http_access deny all"])
    assert fate_of(few).ruling is PERMITTED


def test_clients_and_addresses_that_are_known() -> None:
    ours = "acl x src 10.0.0.0/8 fc00::/7\nhttp_access allow x\nhttp_access deny all"
    assert fate_of(ours, sources=TEN).ruling is PERMITTED
    assert fate_of(ours, sources=((4, (1, 1)),)).ruling is BLOCKED
    assert fate_of(ours).why == "it depends on the source; name it by --source"
    there = "acl x dst 192.0.2.0/24 2001:db8::1-2001:db8::9 ipv6\nhttp_access allow x\nhttp_access deny all"
    assert fate_of(there, addresses=("192.0.2.7",)).ruling is PERMITTED
    assert fate_of(there, addresses=("198.51.100.7",)).ruling is BLOCKED
    assert fate_of(there, addresses=("198.51.100.7", "2001:db8::2")).ruling is PERMITTED
    assert fate_of(there, addresses=()).ruling is BLOCKED
    assert fate_of(there).why == "it depends on where the name leads; add --resolve"


def test_an_address_may_be_looked_up_by_name() -> None:
    for kind, expected in (("dstdomain", CANNOT_TELL), ("dstdomain -n", BLOCKED)):
        found = fate_of(f"acl x {kind} a.example\nhttp_access allow x\nhttp_access deny all", host="192.0.2.1")
        assert found.ruling is expected
    like = "acl x dstdom_regex example\nhttp_access allow x\nhttp_access deny all"
    assert fate_of(like, host="192.0.2.1").why == "the proxy would look up a name for this address"
    plain = "acl x proto HTTP\nhttp_access allow x\nhttp_access deny all"
    assert fate_of(plain, method="GET").ruling is PERMITTED


ROWS = catalog(
    row("a.example", 443, transport=Transport.HTTPS, proxy_capable=True),
    row("a.example", 80, transport=Transport.HTTP, proxy_capable=True),
    row("*.wild.example", 443, transport=Transport.HTTPS, proxy_capable=True),
    row("192.0.2.7", 443, transport=Transport.TLS, proxy_capable=True),
    row("direct.example", 4000, transport=Transport.TCP),
)


def verified(text: str, **more: Any) -> Verification:
    from lineclear.allowlist import rules  # noqa: PLC0415

    usual: dict[str, Any] = {
        "catalog": "test:1",
        "question": Question(),
        "snapshot": snapshot({"a.example": ("192.0.2.1",)}),
    }
    return verify((text, "squid.conf"), format_of("squid"), rules(ROWS), **{**usual, **more})


def test_each_row_is_asked_as_its_application_asks() -> None:
    found = verified("acl x port 443\nhttp_access allow CONNECT x\nhttp_access deny all")
    assert [one.ruling for one in found.answers] == [PERMITTED, BLOCKED, PERMITTED, PERMITTED]
    assert found.answers[1].fates[0][1].step == "GET requests"
    assert [one.said() for one in found.remarks] == [
        "Not a matter of a proxy, for the application reaches these without one: direct.example:4000."
    ]


def test_what_is_opened_beyond_need() -> None:
    acls = "acl x dstdomain .wild.example a.example\nacl p port 443 8443\n"
    found = verified(f"{acls}http_access allow CONNECT x p\nhttp_access deny all").excess
    assert found is not None
    told = {(one.protocol, to, ports) for one in found for to in one.to for ports in one.ports}
    assert told == {
        ("CONNECT", "a.example", "8443"),
        ("CONNECT", "*.wild.example", "8443"),
        ("CONNECT", "wild.example", "443"),
        ("CONNECT", "wild.example", "8443"),
    }
    but = verified("acl x dstdomain a.example\nhttp_access allow !x\nhttp_access deny all").excess
    assert but is not None
    assert not any("a.example" in one.to for one in but)
    everything = verified("http_access allow all").excess
    assert everything is not None
    assert ("every other host",) in {one.to for one in everything}
    assert any(one.ports == ("every port",) for one in everything)


def test_too_many_combinations(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lineclear.allowlist.verify.requesting.MOST_CELLS", 3)
    assert verified("http_access allow all").excess is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "line 1, column 1: expected acl and http_access lines, and there is nothing."),
        ("http_port 3128\n", "line 1, column 1: expected acl and http_access lines, and there is nothing."),
        ('{"a": 1}', "line 1, column 1: expected a directive of Squid, not"),
        ("acl\n", "line 1, column 4: expected acl NAME TYPE VALUE, and there is nothing."),
        ("acl x port\n", "line 1, column 11: expected acl NAME TYPE VALUE, and there is nothing."),
        ("acl x port 1\nacl x src all\n", "line 2, column 7: expected the type port, which x has above, not 'src'"),
        ("acl x port https\n", "line 1, column 12: expected a port or a range of ports, not 'https'"),
        ("acl x src 10.0.0.9-10.0.0.1\n", "line 1, column 11: expected an address, a block or a range of addresses"),
        ("acl x src 300.0.0.1\n", "line 1, column 11: expected an address, a block or a range of addresses, not"),
        ("acl x dstdom_regex (a\n", "line 1, column 20: expected an expression, not '(a'"),
        ("http_access\n", "line 1, column 12: expected allow or deny, and there is nothing."),
        ("http_access permit all\n", "line 1, column 13: expected allow or deny, not 'permit'"),
        ("http_access allow\n", "line 1, column 18: expected an ACL, and there is nothing."),
        ("http_access allow !gone\n", "line 1, column 19: expected an ACL that was defined above, not 'gone'"),
    ],
)
def test_what_is_no_such_file_is_told_by_line_and_column(text: str, expected: str) -> None:
    with pytest.raises(UsageError) as told:
        format_of("squid").read(text, "squid.conf")
    assert expected in str(told.value)
    assert "squid -k parse" in str(told.value)


def test_a_list_without_a_row_for_a_proxy(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "squid.conf").write_text("http_access allow all\n")
    words = ("--format", "squid", "--service", "tws-europe", str(tmp_path / "squid.conf"))
    assert main(["allowlist", "verify", *words]) == 2
    assert "Nothing of this selection goes through a proxy." in capsys.readouterr().err


def test_our_own_fragment_permits_all_and_opens_nothing_more(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "squid.conf"
    assert main(["allowlist", "--format", "squid", "--source", "10.1.0.0/16", "--output", str(file)]) == 0
    file.write_text(f"{file.read_text()}http_access deny all\n")
    assert main(["allowlist", "verify", "--format", "squid", "--source", "10.1.2.0/24", str(file)]) == 0
    out = capsys.readouterr().out
    assert "requests of its clients" in out
    assert "Nothing is known to be opened beyond need." in out
    assert main(["allowlist", "verify", "--format", "squid", "--source", "10.2.0.0/24", str(file)]) == 1
