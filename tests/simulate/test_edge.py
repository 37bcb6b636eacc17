"""A healthy edge, seen by clients that know nothing of it; and that nothing of it stays behind."""

import socket
import ssl
import struct
import sys
import tempfile
import threading
from pathlib import Path

import dns.message
import pytest
from tests.simulate.conftest import API, SMALL, Client, telnet, wait_for

from lineclear.model import UsageError
from lineclear.simulate import edge, places
from lineclear.simulate.conversations import CONVERSATIONS

EAST, BACKUP = "east.gates.example", "east_hb1.gates.example"
END = "\r\n\r\n"
SITE, SHY = "portal.vendor.example", "www.vendor.example"


class TestHealthy:
    def test_a_plain_gateway_waits_for_its_client_and_ignores_what_it_says(self) -> None:
        with edge(catalog=SMALL) as running:
            assert Client(running).telnet(EAST, 4000, b"\r\n") == "listens"
        assert running.log.received(EAST, 4000) == b"\r\n"

    @pytest.mark.parametrize("host", [EAST, BACKUP])
    def test_a_tls_gateway_shows_the_wildcard_of_its_domain(self, host: str) -> None:
        with edge(catalog=SMALL) as running:
            assert Client(running).hello(host, 4001) == "trusted"
            names, _ = Client(running).certificate(host, 4001)
        assert names == ("*.gates.example", "gates.example")
        assert running.log.secured(host, 4001)
        assert {one.text for one in running.log.of(host, 4001, "secured")} == {host}

    def test_gateways_of_one_domain_share_a_key_and_unrelated_hosts_do_not(self) -> None:
        with edge(catalog=SMALL) as running:
            keys = [Client(running).certificate(host, port)[1] for host, port in ((EAST, 4001), (BACKUP, 4001))]
            others = [Client(running).certificate(host, 443)[1] for host in (SITE, SHY, "s3.amazonaws.com")]
        assert len(set(keys)) == 1
        assert len({*keys, *others}) == 4

    def test_a_website_answers_in_full_and_head_without_a_body(self) -> None:
        with edge(catalog=SMALL) as running:
            page = Client(running).get(SITE, 443)
            head = Client(running).get(SITE, 443, method="HEAD")
        assert page.startswith("HTTP/1.1 200 OK\r\n")
        assert page.endswith(f"<h1>{SITE}</h1>\n")
        assert head.startswith("HTTP/1.1 200 OK\r\n")
        assert head.endswith(END)
        assert f"Content-Length: {len(page.partition(END)[2])}\r\n" in page

    def test_one_site_turns_robots_away(self) -> None:
        with edge(catalog=SMALL) as running:
            assert Client(running).get(SHY, 443).startswith("HTTP/1.1 403 Forbidden\r\n")

    def test_plain_http_leads_to_https_of_the_same_host(self) -> None:
        with edge(catalog=SMALL) as running:
            answer = Client(running).get(SITE, 80, secure=False)
        assert answer.startswith("HTTP/1.1 301 ")
        assert f"\r\nLocation: https://{SITE}/\r\n" in answer

    def test_nobody_is_at_the_negative_controls_and_somebody_at_the_positive_one(self) -> None:
        with edge(catalog=SMALL) as running:
            doors = [
                running.places.doors[host, port] for host in running.places.nobody for port in (80, 443, 4000, 4001)
            ]
            assert {telnet(one.address, one.port) for one in doors} == {"refused"}
            assert telnet(running.places.friend.address, running.places.friend.port) == "listens"

    def test_every_target_of_a_healthy_edge_works(self) -> None:
        with edge(catalog=SMALL) as running:
            assert all(running.works(one.host, one.port) for one in SMALL.requirements)

    def test_the_options_name_everything_a_check_needs(self) -> None:
        with edge(catalog=SMALL) as running:
            words = [one.partition("=")[0] for one in running.options]
            assert Path(running.public_roots).read_bytes() == Path(running.trust_store).read_bytes()
        assert words.count("--control") == 3
        assert set(words) == {
            *("--resolver", "--connect-to", "--expect-net", "--public-roots", "--trust-store", "--control"),
        }
        assert {f"--connect-to=:{port}::{running.address(EAST, port)[1]}" for port in (4000, 4001)} <= set(
            running.options
        )


class TestNames:
    @pytest.mark.parametrize("tcp", [False, True])
    def test_every_host_has_an_address_of_its_own(self, tcp: bool) -> None:
        hosts = list(dict.fromkeys(one.host for one in SMALL.requirements))
        with edge(catalog=SMALL) as running:
            answers = [Client(running).addresses(host, tcp=tcp) for host in hosts]
        assert [len(one) for one in answers] == [1] * len(hosts)
        assert len({one[0] for one in answers}) == len(hosts)
        assert answers[0] == [running.address(hosts[0], 443)[0]]

    @pytest.mark.parametrize("tcp", [False, True])
    def test_there_is_no_ipv6_and_no_other_name(self, tcp: bool) -> None:
        with edge(catalog=SMALL) as running:
            empty = Client(running).resolve(EAST, "AAAA", tcp=tcp)
            missing = Client(running).resolve("nobody.gates.example", tcp=tcp)
        assert (empty.rcode().name, len(empty.answer), len(empty.authority)) == ("NOERROR", 0, 1)
        assert (missing.rcode().name, len(missing.answer)) == ("NXDOMAIN", 0)

    def test_case_does_not_matter(self) -> None:
        with edge(catalog=SMALL) as running:
            assert Client(running).addresses(EAST.upper()) == [running.address(EAST, 4000)[0]]

    def test_several_questions_fit_one_connection(self) -> None:
        query = dns.message.make_query(EAST, "A").to_wire(prepend_length=True)
        with edge(catalog=SMALL) as running:
            at = running.places.resolver
            with socket.create_connection((at.address, at.port), timeout=2) as sock:
                sock.sendall(query * 2)
                reader = sock.makefile("rb")
                answers = [reader.read(*struct.unpack(">H", reader.read(2))) for _ in range(2)]
                reader.close()
        assert [len(dns.message.from_wire(one).answer) for one in answers] == [1, 1]

    def test_noise_is_not_answered_and_does_no_harm(self) -> None:
        with edge(catalog=SMALL) as running:
            at = running.places.resolver
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
                sock.sendto(b"noise", (at.address, at.port))
            assert Client(running).addresses(EAST) == [running.address(EAST, 4000)[0]]

    def test_every_question_is_on_record(self) -> None:
        with edge(catalog=SMALL) as running:
            Client(running).resolve(EAST)
            Client(running).resolve(EAST, "AAAA", tcp=True)
        assert running.log.asked() == (f"{EAST} A udp", f"{EAST} AAAA tcp")


class TestLocalApi:
    HELLO = b"API\0" + struct.pack(">I", 9) + b"v100..187"

    def test_the_hello_is_answered_with_a_version_and_a_time(self) -> None:
        with edge(catalog=API) as running:
            assert running.address("127.0.0.1", 7497)[0] == "127.0.0.1"
            with socket.create_connection(running.address("127.0.0.1", 7497), timeout=2) as sock:
                sock.sendall(self.HELLO[:5])
                sock.sendall(self.HELLO[5:])
                answer = sock.recv(200)
        assert answer[:4] == struct.pack(">I", len(answer) - 4)
        version, stamp, end = answer[4:].split(b"\0")
        assert (version, end) == (b"187", b"")
        assert stamp.endswith(b" UTC")

    def test_anything_else_is_hung_up_on(self) -> None:
        with edge(catalog=API) as running:
            assert telnet(*running.address("127.0.0.1", 7497)) == "closes when spoken to"

    def test_a_certificate_for_an_address_is_one_for_that_address(self) -> None:
        with edge(catalog=API) as running:
            context = ssl.create_default_context(cafile=running.public_roots)
            with (
                socket.create_connection(running.address("127.0.0.1", 5000), timeout=2) as sock,
                context.wrap_socket(sock, server_hostname="127.0.0.1") as secure,
            ):
                assert secure.version() == "TLSv1.3"


class TestOneAddress:
    def test_everything_stands_on_127_0_0_1(self) -> None:
        with edge(catalog=SMALL, one_address=True) as running:
            seen = Client(running)
            assert seen.telnet(EAST, 4000) == "listens"
            assert seen.hello(BACKUP, 4001) == "trusted"
            assert seen.get(SITE, 443).startswith("HTTP/1.1 200 ")
            assert seen.addresses(EAST) == ["127.0.0.1"]
            assert {one.address for one in running.places.doors.values()} == {"127.0.0.1"}

    def test_every_target_has_a_rule_and_a_port_of_its_own(self) -> None:
        with edge(catalog=SMALL, one_address=True) as running:
            rules = [one.partition("=")[2] for one in running.options if one.startswith("--connect-to=")]
        targets = {(one.host, one.port) for one in SMALL.requirements}
        assert {tuple(rule.split(":")[:2]) for rule in rules} == {(host, str(port)) for host, port in targets}
        assert len({rule.split(":")[3] for rule in rules}) == len(targets)

    def test_the_negative_controls_have_a_place_for_each_port(self) -> None:
        with edge(("accept-silent",), catalog=SMALL, one_address=True) as running:
            places = [one.partition("=nobody=")[2] for one in running.options if "=nobody=" in one]
            heard = {place.split("@")[0]: telnet(*_endpoint(place.split("@")[1])) for place in places}
        assert heard == {"80": "refused", "443": "refused", "4000": "listens", "4001": "listens"}

    def test_it_is_found_out_where_there_is_no_other_address(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(places, "RESOLVER", "192.0.2.1")  # nobody can bind it, as 127.77.0.53 on macOS
        with edge(catalog=SMALL) as running:
            assert running.address(EAST, 4000)[0] == "127.0.0.1"

    def test_a_fault_that_needs_linux_says_so(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sys, "platform", "darwin")
        with pytest.raises(UsageError, match="silent needs Linux"), edge(("silent",), catalog=SMALL):
            pass

    def test_a_fault_that_needs_more_addresses_says_so(self) -> None:
        with (
            pytest.raises(UsageError, match="more than one loopback address"),
            edge(("dns-hijack",), catalog=SMALL, one_address=True),
        ):
            pass


class TestNothingStays:
    @pytest.mark.skipif(sys.platform != "linux", reason="counts descriptors in /proc")
    def test_after_fifty_edges_nothing_is_left(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

        def left() -> tuple[int, int, int]:
            folders = len(list(tmp_path.iterdir()))
            return len(list(Path("/proc/self/fd").iterdir())), threading.active_count(), folders

        with edge(catalog=SMALL):
            pass
        before = left()
        for _ in range(50):
            with edge(("silent-4000",), catalog=SMALL) as running:
                Client(running).addresses(SITE)
                with socket.create_connection(running.address(EAST, 4001), timeout=2):
                    pass
        assert left() == before

    def test_connections_under_way_are_closed_at_the_end(self) -> None:
        with edge(catalog=SMALL) as running:
            sock = socket.create_connection(running.address(EAST, 4000), timeout=2)
            wait_for(lambda: running.log.reached(EAST, 4000))
        with sock:
            assert sock.recv(1) == b""

    def test_its_authorities_die_with_it(self) -> None:
        with edge(catalog=SMALL) as running:
            assert running.public_roots.exists()
        assert not running.public_roots.parent.exists()

    def test_an_error_of_ours_is_not_swallowed(self, monkeypatch: pytest.MonkeyPatch) -> None:
        async def stumble(_line: object, _stage: object) -> None:
            raise ZeroDivisionError

        monkeypatch.setitem(CONVERSATIONS, "listen", stumble)
        with pytest.raises(ExceptionGroup) as problem:
            _visit(EAST, 4000)
        assert problem.group_contains(ZeroDivisionError)

    def test_two_edges_do_not_meet(self) -> None:
        with edge(("refused-4000",), catalog=SMALL) as broken, edge(catalog=SMALL) as whole:
            assert telnet(*broken.address(EAST, 4000)) == "refused"
            assert telnet(*whole.address(EAST, 4000)) == "listens"
            assert broken.places.resolver != whole.places.resolver


def _visit(host: str, port: int) -> None:
    with edge(catalog=SMALL) as running:
        socket.create_connection(running.address(host, port), timeout=2).close()
        wait_for(lambda: running.log.reached(host, port))


def _endpoint(text: str) -> tuple[str, int]:
    address, _, port = text.rpartition(":")
    return address, int(port)
