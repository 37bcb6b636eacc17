"""Every fault does on the wire what its row says, asked by clients that know nothing of it."""

import datetime as dt
import socket
import ssl
import sys
from collections.abc import Callable
from email.utils import parsedate_to_datetime

import dns.exception
import dns.message
import pytest
from _pytest.mark import ParameterSet
from tests.simulate.conftest import API, SMALL, Client, telnet

from lineclear.model import UsageError
from lineclear.simulate import FAULTS, edge
from lineclear.simulate.faults import apply
from lineclear.simulate.scene import healthy

EAST, BACKUP = "east.gates.example", "east_hb1.gates.example"
EUROPE, EUROPE_BACKUP = "europe.gates.example", "europe_hb1.gates.example"
SITE, S3 = "portal.vendor.example", "s3.amazonaws.com"
NOBODY = "127.78.0.1"

Seen = dict[tuple[str, int], str]

linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux drops when a backlog is full")

TELNET: dict[str, Seen] = {
    "refused": {
        (EAST, 4000): "refused",
        (EAST, 4001): "refused",
        (SITE, 443): "listens",
        (NOBODY, 4000): "refused",
    },
    "refused-4000": {(EAST, 4000): "refused", (EAST, 4001): "listens"},
    "refused-4001": {(EAST, 4000): "listens", (EAST, 4001): "refused"},
    "silent": {
        (EAST, 4000): "times out",
        (EAST, 4001): "times out",
        (SITE, 443): "listens",
        (NOBODY, 4000): "times out",
        (NOBODY, 443): "refused",
    },
    "silent-4000": {(EAST, 4000): "times out", (EAST, 4001): "listens"},
    "silent-4001": {(EAST, 4000): "listens", (EAST, 4001): "times out"},
    "silent-all": {(EAST, 4000): "times out", (SITE, 443): "times out", (SITE, 80): "times out"},
    "web-only": {(EAST, 4000): "times out", (EAST, 4001): "times out", (SITE, 80): "listens", (SITE, 443): "listens"},
    "proxy-web-only": {(EAST, 4000): "refused", (SITE, 443): "refused", (SITE, 80): "refused"},
    "primary-down": {(EAST, 4000): "refused", (EAST, 4001): "refused", (BACKUP, 4000): "listens"},
    "backup-down": {(BACKUP, 4000): "refused", (BACKUP, 4001): "refused", (EAST, 4000): "listens"},
    "region-down": {(EUROPE, 4000): "refused", (EUROPE_BACKUP, 4001): "refused", (EAST, 4000): "listens"},
    "auxiliary-down": {(S3, 443): "refused", (SITE, 443): "listens"},
    "server-speaks-first": {(EAST, 4000): "greets 220", (EAST, 4001): "listens", (NOBODY, 4000): "refused"},
    "plain-on-tls": {(EAST, 4001): "answers unknown", (EAST, 4000): "listens"},
    "reset-on-hello": {(EAST, 4001): "resets when spoken to", (SITE, 443): "resets when spoken to"},
    "accept-close": {
        (EAST, 4000): "closes",
        (EAST, 4001): "closes",
        (NOBODY, 4000): "closes",
        (NOBODY, 443): "refused",
        (SITE, 443): "listens",
    },
    "accept-silent": {
        (EAST, 4000): "listens",
        (EAST, 4001): "listens",
        (NOBODY, 4000): "listens",
        (NOBODY, 4001): "listens",
        (NOBODY, 443): "refused",
    },
    "http-proxy-on-port": {
        (EAST, 4000): "answers HTTP/1.1",
        (EAST, 4001): "answers HTTP/1.1",
        (NOBODY, 4000): "answers HTTP/1.1",
        (SITE, 443): "listens",
    },
    "portal": {
        (EAST, 4000): "listens",
        (EAST, 4001): "answers HTTP/1.1",
        (SITE, 443): "answers HTTP/1.1",
        (NOBODY, 4000): "listens",
        (NOBODY, 443): "answers HTTP/1.1",
    },
    "accept-all": {(EAST, 4000): "listens", (NOBODY, 4000): "closes", (NOBODY, 443): "closes"},
}
HELLO: dict[str, Seen] = {
    "wrong-certificate": {(EAST, 4001): "trusted", (SITE, 443): "trusted"},
    "expired-certificate": {(EAST, 4001): "certificate has expired", (SITE, 443): "certificate has expired"},
    "expired-certificate-one": {(EAST, 4001): "certificate has expired", (BACKUP, 4001): "trusted"},
    "clock-ahead": {(EAST, 4001): "certificate has expired", (SITE, 443): "certificate has expired"},
    "tls-interception-web": {(SITE, 443): "unable to get local issuer certificate", (EAST, 4001): "trusted"},
    "tls-interception-web-trusted": {(SITE, 443): "unable to get local issuer certificate", (EAST, 4001): "trusted"},
    "tls-interception": {
        (SITE, 443): "unable to get local issuer certificate",
        (EAST, 4001): "unable to get local issuer certificate",
    },
    "tls-interception-trusted": {
        (SITE, 443): "unable to get local issuer certificate",
        (EAST, 4001): "unable to get local issuer certificate",
    },
    "accept-all": {(EAST, 4001): "trusted"},
    "accept-silent": {(EAST, 4001): "silent"},
    "http-proxy-on-port": {(EAST, 4001): "not TLS"},
    "portal": {(SITE, 443): "not TLS"},
    "plain-on-tls": {(EAST, 4001): "not TLS"},
    "reset-on-hello": {(EAST, 4001): "reset", (SITE, 443): "reset"},
    "dns-hijack": {(EAST, 4001): "trusted"},
    "slow": {(EAST, 4001): "trusted"},
}
OFF_THE_WIRE = {one.name for one in FAULTS if one.group in ("names", "local")} | {"slow"}
"""Tested below, each in its own way."""


def _rows(table: dict[str, Seen]) -> list[ParameterSet]:
    needs = {one.name for one in FAULTS if one.linux_only}
    return [pytest.param(name, seen, id=name, marks=[linux] if name in needs else []) for name, seen in table.items()]


@pytest.mark.parametrize(("fault", "expected"), _rows(TELNET))
def test_telnet_sees_what_the_row_says(fault: str, expected: Seen) -> None:
    with edge((fault,), catalog=SMALL) as running:
        seen = Client(running).each(Client(running).telnet, expected)
    assert seen == expected


@pytest.mark.parametrize(("fault", "expected"), _rows(HELLO))
def test_a_tls_client_sees_what_the_row_says(fault: str, expected: Seen) -> None:
    with edge((fault,), catalog=SMALL) as running:
        seen = Client(running).each(Client(running).hello, expected)
    assert seen == expected


def test_no_fault_goes_untested() -> None:
    assert {one.name for one in FAULTS} == TELNET.keys() | HELLO.keys() | OFF_THE_WIRE


class TestCertificates:
    def test_a_wrong_certificate_is_genuine_and_for_another_name(self) -> None:
        with edge(("wrong-certificate",), catalog=SMALL) as running:
            assert Client(running).certificate(EAST, 4001)[0] == ("mail.example.net",)

    def test_an_inspecting_device_has_one_key_for_all_it_forges_and_the_right_names(self) -> None:
        with edge(("tls-interception",), catalog=SMALL) as running:
            shown = {
                host: Client(running).certificate(host, port) for host, port in ((EAST, 4001), (SITE, 443), (S3, 443))
            }
        assert len({key for _, key in shown.values()}) == 1
        assert shown[SITE][0] == (SITE,)

    def test_a_trusted_device_is_in_the_trust_store_and_not_among_the_public_roots(self) -> None:
        with edge(("tls-interception-web-trusted",), catalog=SMALL) as running:
            seen = Client(running)
            assert seen.hello(SITE, 443, running.trust_store) == "trusted"
            assert seen.hello(SITE, 443, running.public_roots) != "trusted"

    def test_an_untrusted_device_is_in_neither(self) -> None:
        with edge(("tls-interception",), catalog=SMALL) as running:
            assert Client(running).hello(SITE, 443, running.trust_store) != "trusted"

    def test_a_site_behind_the_device_still_answers(self) -> None:
        with edge(("tls-interception-web-trusted",), catalog=SMALL) as running:
            page = Client(running).get(S3, 443, roots=running.trust_store)
        assert page.startswith("HTTP/1.1 200 ")

    @pytest.mark.parametrize(("fault", "behind"), [("expired-certificate", False), ("clock-ahead", True)])
    def test_only_a_wrong_clock_shows_in_the_dates_of_http(self, fault: str, behind: bool) -> None:
        with edge((fault,), catalog=SMALL) as running:
            answer = Client(running).get(SITE, 80, secure=False)
        date = parsedate_to_datetime(answer.partition("Date: ")[2].partition("\r\n")[0])
        assert (dt.datetime.now(dt.UTC) - date > dt.timedelta(days=300)) is behind


class TestNames:
    @pytest.mark.parametrize(("fault", "rcode"), [("dns-nxdomain", "NXDOMAIN"), ("dns-refused", "REFUSED")])
    def test_a_name_server_that_says_no(self, fault: str, rcode: str) -> None:
        with edge((fault,), catalog=SMALL) as running:
            answers = [Client(running).resolve(EAST, tcp=tcp).rcode().name for tcp in (False, True)]
        assert answers == [rcode, rcode]

    @linux
    def test_a_name_server_that_is_dead(self) -> None:
        with edge(("dns-silent",), catalog=SMALL) as running:
            with pytest.raises(dns.exception.Timeout):
                Client(running).resolve(EAST, timeout=0.2)
            assert telnet(running.places.resolver.address, running.places.resolver.port) == "times out"

    def test_a_name_server_that_does_not_run(self) -> None:
        with edge(("dns-down",), catalog=SMALL) as running:
            at = running.places.resolver
            with _udp_to(at.address, at.port) as sock:
                sock.send(b"question")
                with pytest.raises(ConnectionRefusedError):
                    sock.recv(10)
            assert telnet(at.address, at.port) == "refused"

    def test_a_sinkhole(self) -> None:
        with edge(("dns-sinkhole",), catalog=SMALL) as running:
            assert Client(running).addresses(EAST) == ["0.0.0.0"]
            assert Client(running).resolve("nobody.example").rcode().name == "NXDOMAIN"

    def test_a_hijacker_sends_all_names_to_one_host_that_is_somebody_else(self) -> None:
        with edge(("dns-hijack",), catalog=SMALL) as running:
            seen = Client(running)
            assert seen.addresses(EAST) == seen.addresses(SITE) == ["127.77.0.66"]
            blocked = running.places.doors["blocked.filter.example", 4000]
            assert telnet(blocked.address, blocked.port) == "listens"
            assert seen.certificate("blocked.filter.example", 4001)[0] == ("blocked.filter.example",)

    def test_a_forger_is_faster_than_the_truth(self) -> None:
        with edge(("dns-injected",), catalog=SMALL) as running:
            at = running.places.resolver
            with _udp_to(at.address, at.port) as sock:
                sock.send(dns.message.make_query(EAST, "A").to_wire())
                answers = [dns.message.from_wire(sock.recv(4096)) for _ in range(2)]
        assert [one.answer[0][0].to_text() for one in answers] == ["127.77.0.66", running.address(EAST, 4000)[0]]
        assert len({one.id for one in answers}) == 1

    def test_names_with_an_underscore_are_refused_and_only_those(self) -> None:
        with edge(("dns-underscore",), catalog=SMALL) as running:
            assert Client(running).resolve(BACKUP).rcode().name == "REFUSED"
            assert Client(running).addresses(EAST) == [running.address(EAST, 4000)[0]]
            assert [running.works(host, 4000) for host in (EAST, BACKUP)] == [True, False]

    def test_a_slow_name_server_answers_late_and_right(self) -> None:
        with edge(("dns-slow",), catalog=SMALL) as running:
            with pytest.raises(dns.exception.Timeout):
                Client(running).resolve(EAST, timeout=0.2)
            assert Client(running).addresses(EAST) == [running.address(EAST, 4000)[0]]

    def test_ipv6_questions_are_ignored(self) -> None:
        with edge(("dns-aaaa-silent",), catalog=SMALL) as running:
            assert Client(running).addresses(EAST) == [running.address(EAST, 4000)[0]]
            with pytest.raises(dns.exception.Timeout):
                Client(running).resolve(EAST, "AAAA", timeout=0.2)


class TestProxy:
    def test_the_web_goes_through_it_and_gateways_do_not(self) -> None:
        with edge(("proxy-web-only",), catalog=SMALL) as running:
            answers = Client(running).each(_status_of(Client(running)), [(SITE, 443), (EAST, 4000), ("a.example", 443)])
            assert running.environment["https_proxy"] == f"http://{running.places.proxy}"
        assert list(answers.values()) == ["HTTP/1.1 200", "HTTP/1.1 403", "HTTP/1.1 403"]

    def test_behind_the_tunnel_stands_the_real_site(self) -> None:
        with edge(("proxy-web-only",), catalog=SMALL) as running:
            context = ssl.create_default_context(cafile=running.public_roots)
            with Client(running).through_proxy(SITE, 443) as sock:
                assert sock.recv(200).startswith(b"HTTP/1.1 200 ")
                with context.wrap_socket(sock, server_hostname=SITE) as secure:
                    secure.sendall(b"GET / HTTP/1.1\r\n\r\n")
                    assert secure.recv(200).startswith(b"HTTP/1.1 200 OK")
            assert running.log.secured(SITE, 443)
            assert not running.works(SITE, 443)


class TestPortal:
    def test_plain_http_leads_to_the_login_page(self) -> None:
        with edge(("portal",), catalog=SMALL) as running:
            answer = Client(running).get(SITE, 80, secure=False)
        assert answer.startswith("HTTP/1.1 302 ")
        assert "portal.hotel.example" in answer


class TestSlow:
    def test_answers_are_late_and_right(self) -> None:
        with edge(("slow",), catalog=SMALL) as running:
            assert Client(running).get(SITE, 443).startswith("HTTP/1.1 200 ")
            said = running.log.of(SITE, 443)
        assert said[-1].at_s - said[0].at_s >= 0.6


class TestLocal:
    HELLO = b"API\0\0\0\0\x09v100..187"

    @pytest.mark.parametrize(
        ("fault", "expected"),
        [
            ("api-off", "refused"),
            ("not-the-api", "answers unknown"),
            ("api-untrusted", "closes when spoken to"),
        ],
    )
    def test_the_api_does_what_the_row_says(self, fault: str, expected: str) -> None:
        with edge((fault,), catalog=API) as running:
            assert Client(running).telnet("127.0.0.1", 7497, self.HELLO) == expected
            assert Client(running).telnet("127.0.0.1", 5000) == "refused"


class TestTogether:
    def test_a_box_stands_in_front_of_what_is_broken_behind_it(self) -> None:
        with edge(("accept-all", "primary-down"), catalog=SMALL) as running:
            assert Client(running).telnet(EAST, 4000) == "closes"
            assert Client(running).telnet(BACKUP, 4000) == "listens"
            assert (running.works(EAST, 4000), running.works(BACKUP, 4000)) == (False, True)

    def test_the_order_of_names_does_not_matter(self) -> None:
        names = ("accept-all", "primary-down", "dns-slow")
        assert apply(names, healthy(SMALL)) == apply(names[::-1], healthy(SMALL))

    @pytest.mark.parametrize(
        ("faults", "message"),
        [
            (("dns-slow", "dns-refused"), "exclude one another"),
            (("accept-close", "portal"), "exclude one another"),
            (("acept-close",), "no fault called acept-close"),
            (("api-off",), "nothing to break"),
            (("api-off", "not-the-api"), "exclude one another"),
            (("api-untrusted",), "nothing to break"),
        ],
    )
    def test_what_makes_no_sense_is_refused(self, faults: tuple[str, ...], message: str) -> None:
        with pytest.raises(UsageError, match=message), edge(faults, catalog=SMALL):
            pass

    def test_a_misspelt_name_gets_the_nearest(self) -> None:
        with pytest.raises(UsageError) as problem, edge(("acept-close",), catalog=SMALL):
            pass
        assert "Did you mean accept-close?" in problem.value.fix


class TestTable:
    def test_names_are_unique_and_every_row_is_complete(self) -> None:
        assert len({one.name for one in FAULTS}) == len(FAULTS)
        for one in FAULTS:
            assert one.does.endswith(".")
            assert one.breaks
            assert one.telnet
            assert one.codes or one.verdict.value == "success"


def _status_of(client: Client) -> Callable[[str, int], str]:
    def status(host: str, port: int) -> str:
        with client.through_proxy(host, port) as sock:
            return sock.recv(200)[:12].decode()

    return status


def _udp_to(address: str, port: int) -> socket.socket:
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.settimeout(2)
    sock.connect((address, port))
    return sock
