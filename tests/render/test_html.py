"""The HTML report and its parts: what stands in them, under way and finished, and what can never."""

import re
from collections import Counter

import pytest
from msgspec.structs import replace

from lineclear.catalog import load_edition
from lineclear.model import (
    Control,
    ControlKind,
    Depth,
    Endpoint,
    Failure,
    Finding,
    HttpExchange,
    Limits,
    NotMeasured,
    Ping,
    Proxy,
    ProxyScheme,
    Resolver,
    Severity,
    SystemLookup,
    TcpConnect,
    TcpListen,
    TlsHandshake,
    Vantage,
)
from lineclear.render.html import Run, State, fragments, html, planned, row_ids, run_of, state_of, style, style_hash
from lineclear.render.html.about import again, machine, method
from lineclear.render.html.pages import moment
from lineclear.render.html.run import element_id, ping_of
from lineclear.render.html.waterfall import Phase, scale_ms, waterfall

from .measured import address, evidence, targets
from .pages import HOST, PORT, THERE, Page, target, under_way
from .reports import REPORTS


@pytest.mark.parametrize("name", REPORTS)
class TestDocument:
    def test_is_well_formed_and_its_ids_are_its_own(self, name: str) -> None:
        page = Page(html(REPORTS[name]()))
        assert page.open == []
        ids = [one["id"] for _, one in page.elements if "id" in one]
        assert [one for one, times in Counter(ids).items() if times > 1] == []
        wanted = [
            word
            for _, one in page.elements
            for attribute in ("aria-labelledby", "aria-describedby")
            for word in (one.get(attribute) or "").split()
        ]
        linked = [(one.get("href") or "")[1:] for tag, one in page.elements if tag == "a"]
        assert {*wanted, *linked} <= set(ids)

    def test_asks_nobody_and_runs_nothing(self, name: str) -> None:
        page = Page(html(REPORTS[name]()))
        assert {tag for tag, _ in page.elements}.isdisjoint({"script", "iframe", "object", "embed", "img", "form"})
        assert not [one for _, one in page.elements if "src" in one or "style" in one]
        assert not [word for _, one in page.elements for word in one if word.startswith("on")]
        assert {one["href"] for tag, one in page.elements if tag == "link"} == {"data:,"}
        policy = next(one["content"] for _, one in page.elements if one.get("http-equiv") == "Content-Security-Policy")
        assert policy is not None
        assert policy.startswith(f"default-src 'none'; style-src '{style_hash()}';")

    def test_says_the_word_once_and_large(self, name: str) -> None:
        report = REPORTS[name]()
        page = Page(html(report))
        assert [tag for tag, _ in page.elements].count("h1") == 1
        verdict = next(one for _, one in page.elements if one.get("id") == "verdict")
        assert verdict["data-verdict"] == report.diagnosis.verdict.value

    def test_every_target_and_service_is_there(self, name: str) -> None:
        report = REPORTS[name]()
        ids = {one.get("id") for _, one in Page(html(report)).elements}
        assert {element_id("target", one.host, one.port) for one in report.diagnosis.targets} <= ids
        assert {element_id("service", one.id) for one in report.diagnosis.services} <= ids


def test_the_style_sheet_asks_for_nothing_either() -> None:
    assert not re.search(r"url\(|@import|</", style())
    assert all(one.isprintable() for one in style().split("\n"))


def test_a_redacted_report_says_so() -> None:
    report = REPORTS["healthy"]()
    said = "Private addresses and names are replaced."
    assert said in html(replace(report, redacted=True))
    assert said not in html(report)


@pytest.mark.parametrize(
    ("text", "said"),
    [("2026-11-23T05:57:45Z", "2026-11-23 05:57:45 UTC"), ("", ""), ("yesterday", "yesterday"), ("1T2Z", "1T2Z")],
)
def test_a_moment_is_said_as_people_read_it(text: str, said: str) -> None:
    assert moment(text) == said


class TestUnderWay:
    def test_before_anything_is_tried(self) -> None:
        run = under_way()
        assert {state_of(run, one) for one in run.report.diagnosis.targets} == {State.WAITING}
        banner = Page(fragments.banner(run))
        assert ("section", {"data-verdict": "measuring"}.items() <= banner.elements[0][1].items()) == ("section", True)
        assert f"0 of {len(targets())} targets tried" in banner.text
        assert "waiting" in fragments.services(run)
        assert "nothing is known" not in fragments.findings(run)
        assert "Causes are named when everything is measured." in fragments.findings(run)
        assert 'id="path" hidden' in fragments.path(run)
        assert "nothing yet" in fragments.target(run, f"{HOST}:{PORT}")

    def test_a_name_alone_is_nothing_yet_and_a_connect_is(self) -> None:
        lookup = SystemLookup(id="o1", at_ms=0.0, took_ms=8.0, name=HOST, addresses=(address(HOST),))
        connect = TcpConnect(id="o2", at_ms=8.0, took_ms=20.0, host=HOST, endpoint=THERE)
        assert state_of(under_way(lookup), target(under_way())) is State.WAITING
        run = under_way(lookup, connect)
        assert state_of(run, target(run)) is State.MEASURING
        assert "no answer" not in fragments.row(run, row_ids(run, HOST)[0])
        assert f"1 of {len(targets())}" in fragments.banner(run)

    @pytest.mark.parametrize(
        ("step", "said"),
        [
            (TcpConnect(id="o2", at_ms=8.0, took_ms=20.0, host=HOST, endpoint=THERE, rtt_ms=19.5), "· answers20 ms"),
            (
                TcpConnect(id="o2", at_ms=8.0, took_ms=2e3, host=HOST, endpoint=THERE, failure=Failure.TIMED_OUT),
                "· no answer",
            ),
            (TcpListen(id="o2", at_ms=8.0, took_ms=20.0, host=HOST, endpoint=THERE), "… measuring"),
        ],
    )
    def test_a_row_fills_in_before_anything_is_judged(self, step: TcpConnect | TcpListen, said: str) -> None:
        run = under_way(step)
        row = Page(fragments.row(run, row_ids(run, HOST)[0])).text
        assert said in " ".join(row.split())
        assert state_of(run, target(run)) is State.MEASURING

    def test_a_plan_says_every_service_and_nothing_of_any(self) -> None:
        told = planned(evidence())
        assert len(told.targets) == len(targets())
        assert {one.applies for one in told.services} == {True, False}
        assert {one.ok for one in told.targets} == {None}

    def test_a_service_that_does_not_apply_is_not_waited_for(self) -> None:
        run = under_way()
        unneeded = next(one for one in run.report.diagnosis.services if not one.applies)
        assert "not needed" in fragments.service(run, unneeded.id)


class TestParts:
    def test_stand_alone_as_in_the_whole(self) -> None:
        report = REPORTS["backup-down"]()
        run, whole = run_of(report), html(report)
        parts = [getattr(fragments, one)(run) for one in ("banner", "path", "services", "findings", "targets", "about")]
        parts += [fragments.service(run, one.id) for one in report.diagnosis.services]
        parts += [fragments.row(run, one) for one in row_ids(run, HOST)]
        parts += [fragments.target(run, one.name) for one in report.diagnosis.targets]
        for part in parts:
            assert part.strip() in whole

    def test_what_is_not_there_is_empty(self) -> None:
        run = run_of(REPORTS["healthy"]())
        assert fragments.service(run, "tws-atlantis") == ""
        assert fragments.row(run, "row-nowhere") == ""
        assert fragments.target(run, "nowhere:1") == ""
        assert row_ids(run, "nowhere") == ()

    def test_a_scale_that_is_given_is_kept(self) -> None:
        connect = TcpConnect(id="o2", at_ms=0.0, took_ms=50.0, host=HOST, endpoint=THERE)
        run = replace(run_of(REPORTS["healthy"]()), evidence=evidence(connect))
        assert 'width="25.00%"' in fragments.target(run, f"{HOST}:{PORT}", scale=200.0)

    def test_a_code_of_another_version_is_told_by_its_name(self) -> None:
        strange = Finding(code="LC999", id="of-tomorrow", severity=Severity.ERROR, targets=(f"{HOST}:{PORT}",))
        report = REPORTS["egress-ports-dropped"]()
        report = replace(report, diagnosis=replace(report.diagnosis, findings=(strange,)))
        assert "of-tomorrow (not known to this version)." in html(report)

    def test_what_is_translated_is_not_marked_as_english(self) -> None:
        report = REPORTS["healthy"]()
        german = html(report, language="de")
        assert '<html lang="de">' in german
        assert "ERFOLG" in german
        assert 'lang="en"' in german
        assert 'lang="en"' not in html(report).replace('<html lang="en">', "")


class TestServices:
    def test_many_ports_stand_in_one_cell(self) -> None:
        report = REPORTS["healthy"]()
        many = tuple(replace(target(run_of(report)), port=port, requirements=()) for port in range(1, 7))
        service = replace(report.diagnosis.services[0], targets=tuple(one.name for one in many))
        run = run_of(replace(report, diagnosis=replace(report.diagnosis, services=(service,), targets=many)))
        shown = Page(fragments.services(run))
        assert [one.get("id") for tag, one in shown.elements if tag == "table"] == ["table-1-2-3-4-5-6"]
        assert "Ports" in shown.text
        assert fragments.row(run, row_ids(run, HOST)[0]).count("<td") == 2

    def test_a_host_that_an_installation_uses_is_marked(self) -> None:
        report = REPORTS["healthy"]()
        used = tuple(replace(one, in_use=one.host == HOST) for one in report.diagnosis.targets)
        run = run_of(replace(report, diagnosis=replace(report.diagnosis, targets=used)))
        assert "in use here" in fragments.row(run, row_ids(run, HOST)[0])

    def test_ping_is_told_apart(self) -> None:
        answered = Ping(id="o1", at_ms=0.0, took_ms=21.0, address="203.0.113.1", host=HOST, rtt_ms=20.5)
        silent = Ping(id="o2", at_ms=0.0, took_ms=900.0, address="203.0.113.1", host=HOST, failure=Failure.TIMED_OUT)
        for sent, said in (((), "not sent"), ((silent,), "no answer"), ((silent, answered), "answers")):
            run = replace(run_of(REPORTS["healthy"]()), evidence=evidence(*sent))
            assert said in fragments.row(run, row_ids(run, HOST)[0])
        assert ping_of(evidence(silent, answered), HOST) is answered
        catalog = run.evidence.catalog
        deaf = tuple(
            replace(one, requirements=tuple(replace(row, pingable=False) for row in one.requirements))
            for one in catalog.services
        )
        run = replace(run, evidence=replace(evidence(), catalog=replace(catalog, services=deaf)))
        assert "not expected" in fragments.row(run, row_ids(run, HOST)[0])


class TestWaterfall:
    def test_each_phase_begins_where_the_last_ended(self) -> None:
        steps = (
            SystemLookup(id="o1", at_ms=0.0, took_ms=8.0, name=HOST, addresses=(address(HOST),)),
            SystemLookup(id="o0", at_ms=0.0, took_ms=1.0, name=HOST, failure=Failure.DNS_NXDOMAIN),
            TcpConnect(id="o2", at_ms=9.0, took_ms=20.0, host=HOST, endpoint=THERE),
            TlsHandshake(id="o3", at_ms=30.0, took_ms=22.0, host=HOST, endpoint=THERE),
            HttpExchange(id="o4", at_ms=60.0, took_ms=25.0, host=HOST, endpoint=THERE, scheme="https", status=200),
        )
        fall = waterfall(under_way(*steps), target(under_way()))
        assert [(one.phase, one.start_ms, one.took_ms, one.failed) for one in fall.bars] == [
            (Phase.NAME, 0.0, 8.0, ""),
            (Phase.CONNECT, 8.0, 20.0, ""),
            (Phase.TLS, 28.0, 22.0, ""),
            (Phase.BYTE, 50.0, 25.0, ""),
        ]
        assert fall.end_ms == 75.0
        assert len(fall.lines) == len(steps)
        assert scale_ms((fall,)) == 75.0

    def test_what_fails_says_why_and_does_not_set_the_scale(self) -> None:
        refused = TcpConnect(
            id="o2", at_ms=0.0, took_ms=900.0, host=HOST, endpoint=THERE, failure=Failure.CONNECTION_REFUSED
        )
        foreign = TlsHandshake(id="o3", at_ms=0.0, took_ms=9.0, host=HOST, endpoint=THERE, foreign="SSH-2.0")
        run = under_way(refused, foreign)
        fall = waterfall(run, target(run))
        assert [one.failed for one in fall.bars] == ["refused", "the answer was not TLS"]
        assert scale_ms((fall,)) == 50.0
        assert scale_ms(()) == 50.0
        assert 'class="bar failed"' in fragments.target(run, f"{HOST}:{PORT}")

    def test_what_fails_has_room_beside_what_went_well(self) -> None:
        lookup = SystemLookup(id="o1", at_ms=0.0, took_ms=80.0, name=HOST, addresses=(address(HOST),))
        lost = TcpConnect(id="o2", at_ms=80.0, took_ms=900.0, host=HOST, endpoint=THERE, failure=Failure.TIMED_OUT)
        assert scale_ms((waterfall(under_way(lookup, lost), target(under_way())),)) == 100.0

    def test_silence_is_said_where_silence_is_right(self) -> None:
        silent = TcpListen(id="o2", at_ms=0.0, took_ms=350.0, host=HOST, endpoint=THERE)
        run = under_way(silent)
        assert waterfall(run, target(run)).silent
        assert "none unasked" in fragments.target(run, f"{HOST}:{PORT}")
        assert not waterfall(under_way(replace(silent, spoke="220")), target(run)).silent


class TestAbout:
    def test_the_command_names_what_was_asked(self) -> None:
        told = evidence()
        whole = replace(told, catalog=replace(told.catalog, id="mine", edition="1"))
        assert again(whole) == "lineclear check --catalog mine.toml"
        some = replace(told.plan, profile=("mainland-china",), depth=Depth.TCP, limits=Limits(nudge=False))
        command = again(replace(whole, plan=some))
        assert command.endswith("--profile mainland-china --depth tcp --no-nudge")

    def test_a_part_of_a_built_in_list_is_named_by_its_services(self) -> None:
        told = evidence()
        ibkr, local, seen = load_edition("ibkr"), load_edition("local"), load_edition("ibkr", "observed")
        assert again(replace(told, catalog=ibkr)) == "lineclear check"
        assert again(replace(told, catalog=local)) == "lineclear check --catalog local"
        assert again(replace(told, catalog=seen)) == "lineclear check --catalog ibkr --edition observed"
        part = replace(ibkr, services=ibkr.services[:1])
        assert again(replace(told, catalog=part)) == f"lineclear check --service {ibkr.services[0].id}"

    def test_says_what_was_tried_and_what_was_not(self) -> None:
        told = evidence(NotMeasured(id="o1", at_ms=0.0, took_ms=0.0, verb="ping", subject="all", why="no ping here"))
        proxy = Proxy(scheme=ProxyScheme.HTTP, host="proxy.example", port=3128)
        control = Control(kind=ControlKind.GATEWAY, endpoint=Endpoint(address="10.0.0.1", port=80))
        row = told.catalog.requirements[0]
        plan = replace(
            told.plan,
            proxies=(proxy,),
            resolvers=(Resolver(address="10.0.0.53"),),
            controls=(*told.plan.controls, control),
            untestable=(row.id, "of-another-list"),
            depth=Depth.TCP,
            limits=Limits(nudge=False),
        )
        run = Run(evidence=replace(told, plan=plan, vantage=replace(told.vantage, container="docker")))
        how = method(run.evidence)
        assert how.controls == 1
        assert how.left_out == ("ping all: no ping here", f"{row.host}:{row.ports}")
        shown = fragments.about(run)
        for said in ("http://proxy.example:3128", "and of 10.0.0.53", "tcp", "CR LF", "no ping here", "(docker)"):
            assert said in shown

    def test_a_machine_nobody_knows_is_its_platform(self) -> None:
        bare = machine(replace(evidence(), vantage=Vantage(platform="win32", not_measured=("clock: no",))))
        assert (bare.system, bare.clock, bare.not_measured) == ("win32", "", ("clock: no",))
        assert ("interfaces", "none") in bare.parts
        assert "hosts_entries" not in dict(bare.parts)
