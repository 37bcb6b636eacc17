"""How findings tell what they found: in the order of the list, and as a person would quote it."""

import pytest

from lab import evidence
from lineclear.diagnose import diagnose
from lineclear.model import Finding, Report, evidence_from_json
from lineclear.render.prose import cause
from lineclear.render.steps import cited
from lineclear.render.text import text


def found(name: str) -> Finding:
    """The one finding above a note in the kept evidence of a scenario."""
    diagnosis = diagnose(evidence_from_json(evidence.load(name), name))
    (one,) = (finding for finding in diagnosis.findings if finding.severity.value == "error")
    return one


@pytest.mark.parametrize("name", ["reject-office-admin", "reject-provider-admin", "routing-loop", "reset-office"])
def test_targets_are_told_in_the_order_of_the_list(name: str) -> None:
    plan = evidence_from_json(evidence.load(name), name).plan
    order = [one.name for one in plan.targets]
    told = found(name).targets
    assert sorted(told, key=order.index) == list(told)


@pytest.mark.parametrize("name", ["foreign-greeting", "not-tls"])
def test_a_greeting_is_quoted_without_the_end_of_its_line(name: str) -> None:
    assert dict(found(name).facts)["said"] == "“220 mail.elsewhere.example ESMTP”"


def test_of_a_long_answer_the_first_line_is_quoted() -> None:
    assert dict(found("greets-as-a-web-server").facts)["said"] == "“HTTP/1.1 400 Bad Request”"


@pytest.mark.parametrize(
    ("name", "page"), [("portal-says-so", "status 511: login required"), ("portal-all-ports", "login.portal.example")]
)
def test_a_portal_is_told_as_a_person_would(name: str, page: str) -> None:
    assert cause(found(name)) == f"This network wants you to log in first: web requests lead to its page ({page})."


@pytest.mark.parametrize(("name", "part"), [("rule-prohibits", "policy_rules"), ("prohibit-route", "routes")])
def test_what_forbids_stands_in_the_proof(name: str, part: str) -> None:
    told = found(name)
    lines = dict(cited(evidence_from_json(evidence.load(name), name), told.because))
    assert "prohibit" in lines[f"this machine: {part.replace('_', ' ')}"]


def test_the_route_into_a_vpn_stands_in_the_proof() -> None:
    told = found("vpn-takes-everything")
    lines = dict(cited(evidence_from_json(evidence.load("vpn-takes-everything"), ""), told.because))
    assert "0.0.0.0/1 by tun0" in lines["this machine: routes"]


def test_the_round_trip_of_a_host_is_not_that_of_the_box_which_opens_one_of_its_ports() -> None:
    seen = evidence_from_json(evidence.load("gateways-opened-untrusted"), "")
    lines = text(Report(evidence=seen, diagnosis=diagnose(seen))).splitlines()
    (row,) = (one for one in lines if "zdc1.ibllc.com (primary)" in one)
    ok, _, took, unit = row.split()[-4:]
    assert (ok, unit) == ("ok", "ms")
    assert float(took) > 100


@pytest.mark.parametrize(
    ("name", "whose"),
    [("issuer-expired", "CN=Lineclear Simulated Second Issuing CA"), ("certificate-expired", "CN=zdc1.ibllc.com")],
)
def test_the_certificate_that_is_out_of_date_is_named_with_its_dates(name: str, whose: str) -> None:
    told = found(name)
    seen = evidence_from_json(evidence.load(name), name)
    assert told.subject == whose
    assert dict(told.facts)["until"] < seen.started[:10]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("clock-ahead", ", dated "),
        ("opened-and-two-sites-denied", "status 403 (X-Squid-Error: ERR_ACCESS_DENIED)"),
        ("passed-on-and-two-sites-denied", "HTTP/1.1 403 Forbidden.. (X-Squid-Error: ERR_ACCESS_DENIED)"),
    ],
)
def test_what_was_read_stands_in_the_proof(name: str, words: str) -> None:
    seen = evidence_from_json(evidence.load(name), name)
    assert sum(words in came for _, came in cited(seen, found(name).because)) > 1


@pytest.mark.parametrize(
    ("name", "where"),
    [
        ("gateways-opened-by-ipv4-alone", "and 8 more by IPv4 with certificates"),
        ("web-opened-by-ipv4-alone", "and 12 more by IPv4: the certificates"),
        ("web-opened-untrusted", "and 12 more with certificates"),
    ],
)
def test_what_one_ip_version_alone_suffers_is_told_of_that_version(name: str, where: str) -> None:
    told = diagnose(evidence_from_json(evidence.load(name), name)).findings
    (one,) = (cause(finding) for finding in told if "opens the encrypted connections" in cause(finding))
    assert where in one
