"""Names, texts and certificates: the vendor's stay, the house's become numbers."""

import pytest
from tests.redact.drawn import a_house
from tests.render.measured import address, evidence

from lineclear.model import (
    Certificate,
    Endpoint,
    Judgement,
    NameMatch,
    NotMeasured,
    TlsHandshake,
)
from lineclear.redact import redact


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("ndc1.ibllc.com", "ndc1.ibllc.com"),
        ("NDC1.ibllc.com.", "NDC1.ibllc.com."),
        ("sdc1.ibllc.com", "sdc1.ibllc.com"),
        ("*.ibllc.com", "*.ibllc.com"),
        ("interactivebrokers.com", "interactivebrokers.com"),
        ("bucket.s3.amazonaws.com", "bucket.s3.amazonaws.com"),
        ("acme.elb.amazonaws.com", "n1.n2.amazonaws.com"),
        ("proxy.acme.com.cn", "n1.n2.com.cn"),
        ("ndc1.ibllc.com.office.acme.example", "ndc1.ibllc.com.n1.site-1.invalid"),
        ("wpad", "n1"),
        ("localhost", "localhost"),
        ("", ""),
    ],
)
def test_names(name: str, shown: str) -> None:
    assert a_house().host(name) == shown


def test_what_was_below_a_domain_still_is() -> None:
    house = a_house()
    assert house.host("a.office.acme.example").endswith(f".{house.host('office.acme.example')}")


@pytest.mark.parametrize(
    ("how", "text", "shown"),
    [
        ("text", "HTTP/1.1 403 Forbidden\\r\\nServer: squid/5.7", "HTTP/1.1 403 Forbidden\\r\\nServer: squid/5.7"),
        ("text", "X-User: jdoe@acme.example via 10.1.2.3:3128", "X-User: * via 10.85.85.85:3128"),
        ("text", "Mon, 23 Nov 2026 03:51:00 GMT", "Mon, 23 Nov 2026 03:51:00 GMT"),
        ("text", "2026-11-23T03:00:00Z", "2026-11-23T03:00:00Z"),
        ("text", "<html><title>ACME Login</title>", "<html><title>* Login</title>"),
        ("text", "call 555-123-4567 or U1234567, 12345678", "* * or *, *"),
        ("text", "aa:bb:cc:dd:ee:ff", "*"),
        ("text", "see /home/jdoe/jts.ini and C:\\Users\\jdoe\\x.pem", "see path-1 and path-2"),
        ("text", "/etc/resolv.conf", "/etc/resolv.conf"),
        ("text", "nginx/1.18.0 (Ubuntu)", "nginx/1.18.0 (Ubuntu)"),
        ("text", "12:34:56 fe80::9%eth0", "12:34:56 fe95:5555:5555:5555:5555:5555:5555:5555%eth0"),
        ("text", "M\\xfcller", "*\\xfc*"),
        ("text", "SSH-2.0-OpenSSH_9.2", "SSH-2.0-*.2"),
        ("text", "RFB 003.008", "RFB 003.008"),
        ("text", "* PREAUTH hello", "* PREAUTH *"),
        ("text", "220 mail.acme.example ready", "220 n1.site-1.invalid *"),
        ("url", "http://jdoe:pw@portal.acme.example:8080/login?u=jdoe", "http://n1.site-1.invalid:8080/"),
        ("url", "http://[fd00::1]:3128", "http://[fd55:5555:5555:5555:5555:5555:5555:5555]:3128"),
        ("url", "file:///home/jdoe/proxy.pac", "file:///"),
        ("url", "https://www.interactivebrokers.com/en/x?y=z", "https://www.interactivebrokers.com/"),
        ("url", "", ""),
        ("place", "zdc1.ibllc.com:4001", "zdc1.ibllc.com:4001"),
        ("place", "acme:80", "n1:80"),
        ("place", "acme:password", "n1:*"),
        ("place", "10.1.2.3:80", "10.85.85.85:80"),
        ("pattern", "<local>", "<local>"),
        ("pattern", "*", "*"),
        ("pattern", ".acme.example", ".site-1.invalid"),
        ("pattern", "10.0.0.0/8", "10.0.0.0/8"),
        ("interface", "enp3s0", "enp3s0"),
        ("interface", "enx001122334455", "interface-1"),
        ("interface", "wg-acme", "interface-1"),
        ("table", "51820", "51820"),
        ("table", "acme", "table-1"),
        ("action", "lookup acme", "lookup table-1"),
        ("action", "prohibit", "prohibit"),
        ("path", "", ""),
    ],
)  # fmt: skip
def test_texts(how: str, text: str, shown: str) -> None:
    assert getattr(a_house(), how)(text) == shown


def _shake(*chain: Certificate, public: bool, match: NameMatch = NameMatch.WILDCARD) -> TlsHandshake:
    seen = evidence(
        TlsHandshake(
            id="o1",
            at_ms=0,
            took_ms=1,
            endpoint=Endpoint(address=address("ndc1.ibllc.com"), port=4001),
            host="ndc1.ibllc.com",
            chain=chain,
            judgements=(Judgement(store="public", trusted=public, reason="self-signed certificate"),),
            name_match=match,
        )
    )
    (shake,) = redact(seen).of(TlsHandshake)
    return shake


def _certificate(subject: str, issuer: str, *names: str) -> Certificate:
    return Certificate(subject=subject, issuer=issuer, names=names, sha256="ab" * 32, spki_sha256="cd" * 32)


def test_the_vendors_certificate_stays_whole() -> None:
    leaf = _certificate("CN=*.ibllc.com", "CN=A Public CA,O=Somebody", "*.ibllc.com", "other.example")
    assert _shake(leaf, public=True).chain == (leaf,)


def test_a_private_authority_becomes_a_number_and_the_forged_name_stays() -> None:
    leaf = _certificate(
        "CN=ndc1.ibllc.com", "CN=ACME Inspection CA,O=ACME Bank,C=CH", "ndc1.ibllc.com", "pc7.acme.example"
    )
    (told,) = _shake(leaf, public=False).chain
    assert told.subject == "CN=ndc1.ibllc.com"
    assert told.issuer == "CN=authority-1,O=authority-2,C=authority-3"
    assert told.names == ("ndc1.ibllc.com", "n1.site-1.invalid")
    assert told.sha256 != leaf.sha256
    assert len(told.spki_sha256) == 64


def test_the_maker_of_a_box_is_proof_and_stays() -> None:
    leaf = _certificate("CN=ndc1.ibllc.com", "CN=Zscaler Root CA (acme.zscaler),O=Zscaler Inc.")
    assert (
        _shake(leaf, public=False).chain[0].issuer
        == "CN=Zscaler Root CA (*.zscaler) authority-1,O=Zscaler Inc. authority-2"
    )


def test_a_portal_with_a_public_certificate_is_not_named() -> None:
    leaf = _certificate("CN=wifi.hotel.example", "CN=R3,O=A Public CA", "wifi.hotel.example")
    above = _certificate("CN=R3,O=A Public CA", "CN=Root,O=A Public CA")
    told = _shake(leaf, above, public=True, match=NameMatch.MISMATCH).chain
    assert told[0].subject == "CN=authority-1"
    assert told[0].names == ("n1.n2.site-1.invalid",) or told[0].names == ("n1.site-1.invalid",)
    assert told[0].issuer == leaf.issuer
    assert told[1] == above


@pytest.mark.parametrize("name", ["no name at all", "garbage, CN=x", ""])
def test_what_is_no_distinguished_name_goes_whole(name: str) -> None:
    told = _shake(_certificate(name, name), public=False).chain[0].issuer
    assert told == ("authority-1" if name else "")


def test_ids_of_strangers_are_numbered_in_the_order_of_reading() -> None:
    steps = [NotMeasured(id=name, at_ms=at, took_ms=0, verb="path") for name, at in (("jdoe-2", 5.0), ("jdoe-1", 1.0))]
    assert [one.id for one in redact(evidence(*steps)).observations] == ["o000001", "o000000"]
