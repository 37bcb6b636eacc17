"""Names against hosts: RFC 9525 sentence by sentence, our one liberty, and OpenSSL as the judge of the rest."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lineclear.model import NameMatch
from lineclear.probe.trust.certnames import best_match, match

if TYPE_CHECKING:
    from tests.probe.tls.conftest import Mint

EXACT, WILDCARD, MISMATCH, NO_NAMES = NameMatch.EXACT, NameMatch.WILDCARD, NameMatch.MISMATCH, NameMatch.NO_NAMES


@pytest.mark.parametrize(
    ("host", "names", "fit"),
    [
        ("www.example.com", ("www.example.com",), EXACT),
        ("WWW.Example.COM", ("www.EXAMPLE.com",), EXACT),
        ("www.example.com.", ("www.example.com",), EXACT),
        ("www.example.com", ("www.example.com.",), EXACT),
        ("www.example.com", ("*.example.com",), WILDCARD),
        ("www.example.com", ("*.example.com", "www.example.com"), EXACT),
        ("www.example.com", ("other.example.com", "*.example.com"), WILDCARD),
        ("www.example.com", (), NO_NAMES),
        # underscores are letters
        ("ndc1_hb1.ibllc.com", ("*.ibllc.com",), WILDCARD),
        ("ndc1_hb1.ibllc.com", ("ndc1_hb1.ibllc.com",), EXACT),
        ("ndc1_hb1.ibllc.com", ("ndc1-hb1.ibllc.com",), MISMATCH),
        ("mcgw1_hb1.ibllc.com.cn", ("*.ibllc.com.cn",), WILDCARD),
        ("mcgw1_hb1.ibllc.com.cn", ("*.ibllc.com",), MISMATCH),
        # a wildcard is one whole left-most label, and is one label
        ("a.b.example.com", ("*.example.com",), MISMATCH),
        ("example.com", ("*.example.com",), MISMATCH),
        (".example.com", ("*.example.com",), MISMATCH),
        ("www.example.com", ("w*.example.com",), MISMATCH),
        ("www.example.com", ("*w.example.com",), MISMATCH),
        ("www.example.com", ("www.*.com",), MISMATCH),
        ("a.b.example.com", ("*.*.example.com",), MISMATCH),
        ("a.b.example.com", ("a.*.example.com",), MISMATCH),
        ("example.com", ("*.com",), MISMATCH),
        ("com", ("*",), MISMATCH),
        ("localhost", ("localhost",), EXACT),
        # A-labels are ASCII like any other
        ("xn--zrich-kva.example.com", ("*.example.com",), WILDCARD),
        ("xn--zrich-kva.example.com", ("XN--ZRICH-KVA.example.com",), EXACT),
        # addresses fit addresses alone
        ("192.0.2.1", ("192.0.2.1",), EXACT),
        ("192.0.2.1", ("DNS:192.0.2.1",), MISMATCH),
        ("192.0.2.1", ("*.0.2.1", "192.0.2.2"), MISMATCH),
        ("2001:db8::1", ("2001:DB8:0:0::1",), EXACT),
        ("2001:db8::1", ("2001:db8::2",), MISMATCH),
        ("www.example.com", ("192.0.2.1",), MISMATCH),
        # nonsense
        ("", ("",), MISMATCH),
        ("www.example.com", ("", ".", "..", "*", "*.", "\0", "www.example.com\0"), MISMATCH),
        ("www..com", ("*.com", "www..com"), MISMATCH),
    ],
)
def test_match(host: str, names: tuple[str, ...], fit: NameMatch) -> None:
    assert match(host, names) is fit


@pytest.mark.parametrize(
    ("hosts", "names", "fit"),
    [
        (("a.example.com", "b.example.com"), ("b.example.com",), EXACT),
        (("a.example.com", "b.example.org"), ("*.example.com",), WILDCARD),
        (("a.example.com",), (), NO_NAMES),
        ((), ("a.example.com",), MISMATCH),
        ((), (), NO_NAMES),
    ],
)
def test_best_match(hosts: tuple[str, ...], names: tuple[str, ...], fit: NameMatch) -> None:
    assert best_match(hosts, names) is fit


LABELS = st.text("ab_-", min_size=1, max_size=3)
HOSTS = st.lists(LABELS, min_size=1, max_size=5).map(".".join)
NAMES = st.lists(st.one_of(LABELS, st.just("*"), st.just("")), min_size=1, max_size=5).map(".".join)


class TestProperties:
    @given(st.text(), st.lists(st.text()))
    def test_match_is_total_and_silent_only_of_no_names(self, host: str, names: list[str]) -> None:
        assert (match(host, names) is NO_NAMES) == (not names)

    @given(HOSTS, NAMES)
    def test_a_wildcard_never_stands_for_two_labels(self, host: str, name: str) -> None:
        if match(host, [name]) in (WILDCARD, EXACT):
            assert host.count(".") == name.removesuffix(".").count(".")

    @given(HOSTS, NAMES)
    def test_a_wildcard_is_only_left_most(self, host: str, name: str) -> None:
        if match(host, [name]) is WILDCARD:
            assert name.startswith("*.")
            assert "*" not in name[1:]
            assert host.split(".")[1:] == name.removesuffix(".").split(".")[1:]

    @given(HOSTS, st.lists(NAMES, min_size=1, max_size=4))
    def test_order_and_case_do_not_matter(self, host: str, names: list[str]) -> None:
        assert match(host.upper(), names[::-1]) is match(host, names)

    @given(HOSTS, st.lists(NAMES, min_size=1, max_size=3), NAMES)
    def test_one_more_name_never_unfits(self, host: str, names: list[str], more: str) -> None:
        order = [MISMATCH, WILDCARD, EXACT]
        assert order.index(match(host, [*names, more])) >= order.index(match(host, names))


def _is_of_the_name(refusal: ssl.SSLCertVerificationError) -> bool:
    if refusal.verify_code not in (62, 64):  # X509_V_ERR_HOSTNAME_MISMATCH, X509_V_ERR_IP_ADDRESS_MISMATCH
        raise refusal
    return False


def openssl_says(mint: Mint, host: str, name: str) -> bool:
    """Whether a verifying OpenSSL client takes a server with this certificate for `host`; in memory."""
    leaf = mint.leaf(name)
    client_context = ssl.create_default_context(cadata=leaf.pem.decode())
    a, b = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = client_context.wrap_bio(a, b, server_hostname=host)
    server = mint.server_context(leaf).wrap_bio(b, a, server_side=True)
    for _ in range(3):
        try:
            client.do_handshake()
        except ssl.SSLWantReadError:
            with pytest.raises(ssl.SSLWantReadError):
                server.do_handshake()
        except ssl.SSLCertVerificationError as refusal:
            return _is_of_the_name(refusal)
        else:
            return True
    raise AssertionError("no end of the handshake")


@pytest.mark.parametrize("host", ["www.example.com", "WWW.example.com", "a.b.example.com", "example.com", "192.0.2.1"])
@pytest.mark.parametrize(
    "name",
    ["www.example.com", "*.example.com", "w*.example.com", "www.*.com", "*.com", "*.b.example.com", "192.0.2.1"],
)
def test_openssl_agrees_where_no_underscore_is(mint: Mint, host: str, name: str) -> None:
    assert (match(host, [name]) in (EXACT, WILDCARD)) == openssl_says(mint, host, name)
