import ssl
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.reflect.hellos import BROWSER, alpn, extension, hello, numbers, records, server_name, signatures, versions

from lineclear.reflect.hello import Incomplete, facts_of, message_of


class TestMessage:
    def test_comes_out_of_one_record(self) -> None:
        assert message_of(records(BROWSER)) == BROWSER

    def test_records_cut_anew_are_the_same_message(self) -> None:
        assert message_of(records(BROWSER, 50)) == BROWSER

    def test_what_follows_it_is_not_part_of_it(self) -> None:
        assert message_of(records(BROWSER + b"\x01\x02")) == BROWSER

    @pytest.mark.parametrize("size", [1, 5, 7, 100, len(records(BROWSER)) - 1])
    def test_more_is_waited_for(self, size: int) -> None:
        with pytest.raises(Incomplete):
            message_of(records(BROWSER)[:size])

    @pytest.mark.parametrize(
        "heard",
        [
            b"\x17\x03\x01\0\x01\0",
            b"\x16\x03\x01\0\0",
            records(b"\x02" + BROWSER[1:]),
            records(b"\x01\xff\xff\xff" + BROWSER),
        ],
        ids=["application data", "an empty record", "a ServerHello", "longer than any hello"],
    )
    def test_nothing_else_is_one(self, heard: bytes) -> None:
        assert message_of(heard) is None

    def test_crumbs_are_not_read_for_ever(self) -> None:
        long = hello(numbers(0x1301), extension(0x0015, bytes(300)))
        assert message_of(records(long, 2)) == long
        assert message_of(records(long, 1)) is None
        with pytest.raises(Incomplete):
            message_of(records(long, 1)[:300])

    def test_a_record_of_three_bytes_is_not_the_end(self) -> None:
        with pytest.raises(Incomplete):
            message_of(records(BROWSER[:3]))


class TestFacts:
    def test_the_published_example_has_its_published_fingerprint(self) -> None:
        told = facts_of(BROWSER)
        assert told is not None
        assert told.ja4 == "t13d1516h2_8daaf6152771_e5627efa2ab1"
        assert told.server_name == "www.example.com"
        assert told.alpn == ("h2", "http/1.1")
        assert told.sha256 == sha256(BROWSER).hexdigest()

    def test_a_hello_without_extensions_is_told_all_the_same(self) -> None:
        told = facts_of(hello(b"", None))
        assert told is not None
        assert told.ja4 == "t12i000000_000000000000_000000000000"

    @pytest.mark.parametrize(
        ("name", "ends"), [(b"h3", "h3"), (b"x", "xx"), (b"\xab", "ab"), (b"\x30\xab", "3b"), (b"", "00")]
    )
    def test_the_ends_of_the_first_protocol(self, name: bytes, ends: str) -> None:
        told = facts_of(hello(numbers(0x1301), alpn(name)))
        assert told is not None
        assert told.ja4.partition("_")[0] == f"t12i0101{ends}"

    def test_a_version_nobody_knows(self) -> None:
        told = facts_of(hello(numbers(0x1301), versions(0x7F1C)))
        assert told is not None
        assert told.ja4.startswith("t00i")

    def test_only_versions_that_mean_nothing(self) -> None:
        told = facts_of(hello(numbers(0x1301), versions(0x1A1A) + server_name(b"a")))
        assert told is not None
        assert told.ja4.startswith("t00d")

    def test_what_means_nothing_changes_no_fingerprint(self) -> None:
        plain = hello(numbers(0x1301), versions(0x0304) + signatures(0x0403))
        greased = hello(
            numbers(0xFAFA, 0x1301),
            extension(0x0A0A) + versions(0xBABA, 0x0304) + signatures(0x1A1A, 0x0403),
        )
        told, again = facts_of(plain), facts_of(greased)
        assert told is not None
        assert again is not None
        assert told.ja4 == again.ja4
        assert told.sha256 != again.sha256

    @pytest.mark.parametrize(
        "broken",
        [
            b"",
            BROWSER[:60],
            hello(b"\x13", b""),
            hello(b"", extension(0x002B, b"\x05")),
            hello(b"", b"\0\x2b\0"),
            hello(b"", b"\0\x2b\0\x02\x03"),
        ],
    )
    def test_what_breaks_the_grammar_is_none(self, broken: bytes) -> None:
        assert facts_of(broken) is None

    def test_a_hello_of_openssl(self) -> None:
        context = ssl.create_default_context()
        context.set_alpn_protocols(["http/1.1"])
        incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        tls = context.wrap_bio(incoming, outgoing, server_hostname="a.example")
        with pytest.raises(ssl.SSLWantReadError):
            tls.do_handshake()
        message = message_of(outgoing.read())
        assert message is not None
        told = facts_of(message)
        assert told is not None
        assert told.ja4.startswith("t13d")
        assert told.ja4.partition("_")[0].endswith("h1")
        assert told.server_name == "a.example"

    @given(st.binary(max_size=300))
    def test_no_bytes_are_too_strange(self, heard: bytes) -> None:
        facts_of(heard)
        facts_of(BROWSER[:45] + heard)
        try:
            message = message_of(b"\x16" + heard)
        except Incomplete:
            return
        assert message is None or message[0] == 1
