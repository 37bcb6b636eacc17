"""What each format promises its readers."""

import csv
import subprocess
import sys
from xml.etree import ElementTree as ET

import pytest
from msgspec.structs import replace

from lineclear.diagnose import codes
from lineclear.diagnose.codes import Remedy
from lineclear.model import Audience, Finding, Report, ServiceResult, Severity, Suspect, TargetResult, Verdict
from lineclear.render import EXIT, EXIT_INTERRUPTED, EXIT_USAGE, FORMATS, NAGIOS_EXIT
from lineclear.render.markdown import code, plain
from lineclear.render.prose import ask, cause, head, headline, hosts_and_ports, ports_named, requests

from .measured import CATALOG, evidence
from .reports import REPORTS, backup_down, dropped, healthy, inconclusive, interrupted, no_route

pytestmark = pytest.mark.usefixtures("own_codes")
_WORDS = {
    Verdict.SUCCESS: "SUCCESS",
    Verdict.DEGRADED: "DEGRADED",
    Verdict.INCONCLUSIVE: "INCONCLUSIVE",
    Verdict.FAILURE: "FAILURE",
}


def _with(report: Report, **changed: object) -> Report:
    return replace(report, diagnosis=replace(report.diagnosis, **changed))


@pytest.mark.parametrize("name", REPORTS)
def test_the_first_line_is_the_documents_word(name: str) -> None:
    report = REPORTS[name]()
    first = FORMATS["text"](report).split("\n")[0]
    assert first[2:].split(" ")[0] == _WORDS[report.diagnosis.verdict]


@pytest.mark.parametrize("name", REPORTS)
def test_every_target_that_failed_is_named_in_text(name: str) -> None:
    report = REPORTS[name]()
    text = FORMATS["text"](report)
    troubled = [one.host for one in report.diagnosis.targets if one.required and one.ok is not True]
    assert all(host in text for host in troubled) or f"all {len(report.diagnosis.targets)} targets" in text


@pytest.mark.parametrize("format_", sorted(FORMATS))
def test_the_servers_4001_is_never_taken_for_the_local_one(format_: str) -> None:
    local = replace(CATALOG, id="local", place="local API")
    report = replace(dropped(), evidence=replace(dropped().evidence, catalog=local))
    assert "IBKR server" in FORMATS[format_](dropped()) or format_ == "nagios"
    assert "IBKR server" not in FORMATS[format_](report)
    assert "local API" in FORMATS[format_](report) or format_ == "nagios"


def test_success_is_never_headed_by_a_note() -> None:
    note = Finding(code="LC690", id="address-shared", severity=Severity.INFO)
    report = _with(healthy(), findings=(note,))
    assert headline(report).cause.startswith("Every host and port")


def test_the_worst_finding_heads_and_the_first_of_them() -> None:
    mild = Finding(code="LC202", id="resolver-dead", severity=Severity.WARNING)
    grave = Finding(code="LC301", id="egress-port-dropped", severity=Severity.ERROR, facts=(("ports", "4000"),))
    second = Finding(code="LC101", id="no-default-route", severity=Severity.ERROR)
    report = _with(dropped(), findings=(mild, grave, second))
    assert head(report) is grave
    assert headline(report).cause.endswith("(And 2 more causes.)")


def test_what_could_not_be_measured_may_head_an_inconclusive() -> None:
    note = Finding(code="LC690", id="address-shared", severity=Severity.INFO)
    unmeasured = Finding(code="LC901", id="out-of-time", severity=Severity.INFO)
    assert head(_with(inconclusive(), findings=(note, unmeasured))) is unmeasured
    assert head(_with(inconclusive(), findings=(note,))) is None


def test_a_failure_without_a_proven_cause_says_so() -> None:
    report = _with(dropped(), findings=())
    assert headline(report).cause == "10 of 16 required targets failed, and no single cause of it is proven."
    assert headline(report).ask.startswith("Ask the network administrator")


def test_a_stopped_run_says_so() -> None:
    assert "stopped early" in headline(interrupted()).cause
    assert "again" in headline(interrupted()).ask
    assert "(stopped early by the deadline)" in FORMATS["text"](interrupted()).split("\n")[0]


def test_an_inconclusive_without_notes_still_counts() -> None:
    bare = tuple(replace(one, note="") for one in inconclusive().diagnosis.targets)
    assert headline(_with(inconclusive(), targets=bare)).cause == "5 of 16 required targets could not be judged."


def test_a_code_of_a_newer_version_is_shown_by_its_id() -> None:
    newer = Finding(code="LC388", id="box-from-the-future", severity=Severity.ERROR)
    report = _with(dropped(), findings=(newer,))
    assert cause(newer) == "box-from-the-future (not known to this version)."
    for format_ in FORMATS.values():
        format_(report)
    assert headline(report).ask == "See: lineclear explain LC388."


def test_success_without_suspects_asks_for_nothing() -> None:
    assert headline(_with(healthy(), suspects=())).ask == "Nothing to change."


def test_suspects_come_only_where_the_diagnosis_names_them() -> None:
    assert "it is not the network" in FORMATS["text"](healthy())
    assert "it is not the network" not in FORMATS["text"](dropped())


@pytest.mark.parametrize(
    ("targets", "most", "said"),
    [
        ((), 0, ""),
        (("a:1",), 0, "port 1 of a"),
        (("a:1", "a:2", "b:1", "b:2", "c:2"), 0, "ports 1 and 2 of a, b; port 2 of c"),
        (("a:1", "a:2", "a:3"), 0, "ports 1, 2 and 3 of a"),
        (("a:443", "a:80"), 0, "ports 80 and 443 of a"),
        (("[::1]:4001",), 0, "port 4001 of [::1]"),
        (tuple(f"h{at}:1" for at in range(6)), 3, "port 1 of h0, h1, h2 and 3 more"),
        (tuple(f"h{at}:1" for at in range(4)), 3, "port 1 of h0, h1, h2, h3"),
        (("a:1", "b:2"), 3, "port 1 of a; port 2 of b"),
        ((*(f"h{at}:1" for at in range(6)), "a:2", "a:3"), 3, "port 1 of 6 hosts and ports 2 and 3 of a"),
    ],
)
def test_hosts_and_ports(targets: tuple[str, ...], most: int, said: str) -> None:
    assert hosts_and_ports(targets, most) == said


@pytest.mark.parametrize(("ports", "said"), [((), ""), ((4001,), "port 4001"), ((4000, 4001), "ports 4000 and 4001")])
def test_ports_named(ports: tuple[int, ...], said: str) -> None:
    assert ports_named(ports) == said


def test_a_list_of_hosts_is_short_in_a_sentence_and_whole_in_a_ticket(monkeypatch: pytest.MonkeyPatch) -> None:
    code = replace(
        codes.BY_LABEL["LC101"],
        title="It is {hosts}.",
        remedies=(Remedy(who=Audience.NETWORK, text="Let {hosts} out."),),
    )
    monkeypatch.setitem(codes.BY_LABEL, "LC101", code)
    names = tuple(f"h{at}" for at in range(6))
    finding = Finding(
        code="LC101",
        id="no-default-route",
        severity=Severity.ERROR,
        facts=(("hosts", f"{', '.join(names[:-1])} and {names[-1]}"), ("more", "x, y, z, u and v")),
    )
    assert cause(finding) == "It is h0, h1, h2 and 3 more."
    assert ask(finding) == "Ask the network administrator: Let h0, h1, h2 and 3 more out."
    assert requests(finding, whole=True) == ("Ask the network administrator: Let h0, h1, h2, h3, h4 and h5 out.",)


def test_targets_of_no_service_are_shown_too() -> None:
    extra = TargetResult(host="extra.example", port=9, transport="tcp", ok=False, verdict=Verdict.FAILURE)
    report = _with(dropped(), targets=(*dropped().diagnosis.targets, extra))
    text = FORMATS["text"](report)
    assert "Further targets: FAILED" in text
    assert "extra.example" in text


def test_a_service_with_many_ports_is_listed_by_port() -> None:
    many = tuple(TargetResult(host="h.example", port=one, transport="tcp", ok=False) for one in range(8190, 8200))
    report = _with(dropped(), targets=(*many, *dropped().diagnosis.targets))
    assert "8190 FAILED, 8191 FAILED" in FORMATS["text"](report)


def test_services_of_one_port_each_share_a_table() -> None:
    several = tuple(
        TargetResult(host="127.0.0.1", port=port, transport="tws-api", ok=port == 7497, verdict=Verdict.SUCCESS)
        for port in (7496, 7497)
    )
    named = tuple(
        ServiceResult(id=f"s{one.port}", name=f"API {one.port}", verdict=Verdict.SUCCESS, targets=(one.name,))
        for one in several
    )
    rows = FORMATS["text"](_with(healthy(), targets=several, services=named)).split("\n")[6:9]
    assert [one.split() for one in rows] == [
        ["IBKR", "server", "port"],
        ["✓", "API", "7496", "127.0.0.1", "7496", "FAILED"],
        ["✓", "API", "7497", "127.0.0.1", "7497", "ok"],
    ]


def test_degraded_targets_are_not_shown_as_ok() -> None:
    hurt = tuple(replace(one, verdict=Verdict.DEGRADED) for one in healthy().diagnosis.targets)
    worse = tuple(replace(one, verdict=Verdict.DEGRADED) for one in healthy().diagnosis.services)
    text = FORMATS["text"](_with(healthy(), verdict=Verdict.DEGRADED, targets=hurt, services=worse))
    assert " ok " not in text


def test_without_services_and_targets_there_is_still_a_report() -> None:
    report = _with(no_route(), services=(), targets=())
    assert all(format_(report) for format_ in FORMATS.values())


def test_nagios_speaks_the_guidelines() -> None:
    line = FORMATS["nagios"](backup_down())
    text, _, numbers = line.partition(" | ")
    assert text.startswith("LINECLEAR WARNING: DEGRADED, ")
    assert "'failed'=2;;;0;16" in numbers
    assert "'zdc1.ibllc.com:4001'=0.034000s;;;0" in numbers


def test_exit_codes_of_both_worlds() -> None:
    assert set(EXIT) == set(NAGIOS_EXIT) == set(Verdict)
    assert sorted(NAGIOS_EXIT.values()) == [0, 1, 2, 3]
    assert not {EXIT_USAGE, EXIT_INTERRUPTED} & set(EXIT.values())


_JUNIT = {
    "testsuites": ({"name", "tests", "failures", "errors", "skipped", "time"}, {"testsuite"}),
    "testsuite": (
        {"name", "tests", "failures", "errors", "skipped", "time", "timestamp"},
        {"properties", "testcase"},
    ),
    "properties": (set(), {"property"}),
    "property": ({"name", "value"}, set()),
    "testcase": ({"classname", "name", "time"}, {"failure", "skipped"}),
    "failure": ({"message", "type"}, set()),
    "skipped": ({"message"}, set()),
}
"""Elements, their attributes and children, as build servers accept them."""


@pytest.mark.parametrize("name", REPORTS)
def test_junit_has_the_common_structure(name: str) -> None:
    root = _parsed(FORMATS["junit"](REPORTS[name]()))
    for element in root.iter():
        attributes, children = _JUNIT[element.tag]
        assert set(element.attrib) == attributes
        assert {one.tag for one in element} <= children
    for suite in root:
        assert suite.get("tests") == str(len(suite.findall("testcase")))


def test_junit_says_why() -> None:
    root = _parsed(FORMATS["junit"](dropped()))
    failure = root.find(".//testcase[@name='IBKR server zdc1.ibllc.com:4001']/failure")
    assert failure is not None
    assert failure.get("type") == "LC301"
    assert "dropped in silence" in failure.attrib["message"]
    assert "zdc1.ibllc.com): no answer to 5 SYNs" in (failure.text or "")
    skipped = _parsed(FORMATS["junit"](inconclusive())).find(".//skipped")
    assert skipped is not None
    assert skipped.get("message") == "could not tell: Port 4000 answers, but nothing tells who did."


def test_csv_tells_services_and_roles() -> None:
    rows = list(csv.DictReader(FORMATS["csv"](backup_down()).split("\n")))
    backup = next(one for one in rows if one["host"] == "zdc1_hb1.ibllc.com" and one["port"] == "4001")
    assert (backup["services"], backup["roles"], backup["result"]) == ("tws-europe", "backup", "FAILED")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a_b*c", "a_b\\*c"),
        ("_a_ b_", "\\_a\\_ b\\_"),
        ("<img src=x>", "\\<img src=x\\>"),
        ("@everyone", "(at)everyone"),
        ("see http://x/", "see http\\://x/"),
        ("[a](b)", "\\[a\\](b)"),
    ],
)
def test_markdown_text_is_only_text(text: str, shown: str) -> None:
    assert plain(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"), [("a", "`a`"), ("a`b", "``a`b``"), ("`", "`` ` ``"), ("a|b", "`a\\|b`"), ("", "` `")]
)
def test_markdown_code_holds_any_text(text: str, shown: str) -> None:
    assert code(text) == shown


def test_a_suspect_is_told_with_its_hint() -> None:
    report = _with(healthy(), suspects=(Suspect(id="x", title="T.", hint="H."),))
    assert "– T. H." in FORMATS["text"](report)


def test_the_profile_is_named() -> None:
    plan = replace(evidence().plan, profile=("mainland-china",))
    report = replace(healthy(), evidence=replace(healthy().evidence, plan=plan), redacted=True)
    text = " ".join(FORMATS["text"](report).split())
    assert "profile mainland-china" in text
    assert "Private addresses and names are replaced." in text


def test_text_alone_imports_no_other_format() -> None:
    program = (
        "import sys, lineclear.diagnose.codes; before = set(sys.modules);"
        "from lineclear.render import FORMATS; import lineclear.render.text;"
        "print(*sorted(set(sys.modules) - before))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    own = ("exits", "far_steps", "layout", "parts", "prose", "safe", "said", "steps", "tables", "text", "view", "words")
    assert done.stdout.split() == ["lineclear.locale", "lineclear.render", *(f"lineclear.render.{one}" for one in own)]


def _parsed(text: str) -> ET.Element:
    return ET.fromstring(text)  # noqa: S314 - our own text


def test_a_service_without_a_target_is_a_line_all_the_same() -> None:
    report = healthy()
    first, *rest = report.diagnosis.services
    bare = replace(first, targets=())
    diagnosis = replace(report.diagnosis, services=(bare, *rest))
    assert bare.name in FORMATS["text"](replace(report, diagnosis=diagnosis), width=100)
