"""The library call: survey, plan, gather, diagnose, report.

    report = check(catalog.load_edition("ibkr", "2022-01"))

`plan_for` says beforehand everything that will be contacted. What comes back is a value: render it, save it, judge it
again next year.
"""

from __future__ import annotations

import os
from _socket import getaddrinfo
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from lineclear import __version__
from lineclear.errors import UsageError
from lineclear.model import AnyObservation, Catalog, Diagnosis, Evidence, Kind, Plan, Report, TrustStore, Vantage
from lineclear.plan import Options, is_address, make_plan
from lineclear.probe import descriptors
from lineclear.probe.gather import gather
from lineclear.probe.headstart import HeadStart, ask_early
from lineclear.probe.loop.reactor import Reactor, cut_on_interrupt
from lineclear.probe.run import Run
from lineclear.probe.survey import survey, with_neighbours
from lineclear.probe.wire import Wire

if TYPE_CHECKING:
    from lineclear.probe.trust.judge import Judge
    from lineclear.probe.trust.roots import Roots

_ASKING_S = 8.0
"""To connect, and to be told after a silence that nobody is there any more."""
_TELLING_S, _MOSTLY = 0.15, 0.9
"""What judging and telling take at the end, and the part of a short time that is left to measuring all the same."""
Watcher = Callable[[AnyObservation], None]


class Trust(Struct, frozen=True, kw_only=True):
    """Which authorities certificates are judged by: files in place of the system's, the public ones and Java's."""

    store: str = ""
    public_roots: str = ""
    java: str = ""


def plan_for(
    catalog: Catalog, options: Options, *, jts: str | None = None, environ: Mapping[str, str] = os.environ
) -> tuple[Vantage, Plan]:
    """This machine, and everything a check of `catalog` would contact from it.

    Nothing is sent, but for the look-up of a reflector that is given by name, which is given up at the deadline.

    Raises:
        UsageError: an option names something that is not there or cannot be.
    """
    _refuse_unreadable(options.echo_urls)
    hosts = tuple(dict.fromkeys(one.host for one in catalog.requirements))
    vantage = survey(environ=environ, names=hosts, jts=jts)
    return vantage, make_plan(catalog, vantage, _with_reflector(options))


def _with_reflector(options: Options) -> Options:
    """The options with the reflector's addresses in place of its names.

    Raises:
        UsageError: this machine does not know a name.
    """
    names = [one for one in options.reflectors if not is_address(one)]
    addresses = (address for one in options.reflectors for address in _addresses_of(one, options.limits.deadline_s))
    return replace(options, reflectors=tuple(dict.fromkeys(addresses)), reflector_name=next(iter(names), ""))


def _addresses_of(reflector: str, patience_s: float) -> tuple[str, ...]:
    if is_address(reflector):
        return (reflector,)
    reactor = Reactor()
    asking = reactor.in_thread(partial(getaddrinfo, reflector.encode(), None), reactor.clock() + patience_s)
    try:
        found = reactor.run(asking) or ()
    except OSError:
        found = ()
    finally:
        reactor.close()
    if not found:
        raise UsageError(f"The reflector {reflector!r} has no address here.", "Give its address, or correct the name.")
    return tuple(dict.fromkeys(str(one[4][0]) for one in found))


def _refuse_unreadable(urls: Iterable[str]) -> None:
    for url in urls:
        from lineclear.probe.far.echo import split_url  # noqa: PLC0415  only when the user names a service

        split_url(url)


def check(
    catalog: Catalog,
    options: Options | None = None,
    *,
    trust: Trust | None = None,
    jts: str | None = None,
    environ: Mapping[str, str] = os.environ,
    watcher: Watcher | None = None,
    on_plan: Callable[[Plan], None] | None = None,
    handle_interrupt: bool = False,
    before_end: Iterable[Callable[[], object]] = (),
    head_start: HeadStart | None = None,
    since: float | None = None,
) -> Report:
    """Test everything `catalog` demands from here, and say what it means.

    Args:
        catalog: what to test, narrowed by `lineclear.catalog.select` if wanted.
        options: how; the defaults are what a user without options gets.
        trust: which authorities to judge certificates by.
        jts: an installation's jts.ini, to mark the gateways it uses.
        environ: where proxies may be set.
        watcher: told of each observation as it is made.
        on_plan: told of the plan before anything is sent.
        handle_interrupt: let Ctrl-C end the run with what is known, instead of raising.
        before_end: what the report will need, such as imports, to be done while nothing but packets is under way.
        head_start: what is under way already (`lineclear.probe.headstart`).
        since: the moment (monotonic) from which the deadline counts; now if None.

    Raises:
        UsageError: an option names something that is not there or cannot be, or this process may open too few files.
            The network raises nothing.
    """
    descriptors.demand("A check")
    reactor = Reactor()
    restore = cut_on_interrupt(reactor) if handle_interrupt else None
    reactor.before_end.extend((_import_diagnose, *before_end))
    began = reactor.clock() if since is None else since
    try:
        head_start = head_start or _ask_early(catalog, options or Options())
        vantage, plan = plan_for(catalog, options or Options(), jts=jts, environ=environ)
        if on_plan is not None:
            on_plan(plan)
        deadline = began + _measuring_s(plan.limits.deadline_s) + _held_s(plan)
        evidence = _measure(
            reactor,
            catalog,
            vantage,
            plan,
            trust or Trust(),
            watcher=watcher,
            head_start=head_start,
            deadline=deadline,
            environ=environ,
        )
        return Report(evidence=evidence, diagnosis=_import_diagnose()(evidence))
    finally:
        reactor.close()
        if restore is not None:
            restore()


def _measuring_s(deadline_s: float) -> float:
    """How much of the time there is may be spent measuring: the report is to be there at the end of it."""
    return max(deadline_s - _TELLING_S, deadline_s * _MOSTLY)


def _ask_early(catalog: Catalog, options: Options) -> HeadStart | None:
    """Send the first questions before the survey; nothing where the user redirects, for then fewer may be needed."""
    if options.redirections or options.resolvers:
        return None
    names = (one.host for one in catalog.requirements if one.kind is Kind.HOST and one.testable)
    return ask_early(dict.fromkeys(names))


def _import_diagnose() -> Callable[[Evidence], Diagnosis]:
    from lineclear.diagnose import diagnose  # noqa: PLC0415  7 ms, spent while packets are in flight

    return diagnose


def _measure(
    reactor: Reactor,
    catalog: Catalog,
    vantage: Vantage,
    plan: Plan,
    trust: Trust,
    *,
    watcher: Watcher | None,
    head_start: HeadStart | None,
    deadline: float,
    environ: Mapping[str, str],
) -> Evidence:
    """Carry out a plan and keep what came of it."""
    make_judge = _judge_maker(trust, environ)
    now = reactor.clock()
    began = (head_start.began() if head_start else None) or now
    started = datetime.now(UTC) - timedelta(seconds=now - began)
    run = Run(reactor, plan.limits, redirections=plan.redirections, watcher=watcher, began=began, head_start=head_start)
    try:
        reactor.run(gather(Wire(run, make_judge=make_judge), plan), deadline)
        run.record_lateness()
    finally:
        run.drop_early()
        run.kept.close()
        run.greeted.close()
    return Evidence(
        tool=f"lineclear {__version__}",
        started=started.strftime("%Y-%m-%dT%H:%M:%SZ"),
        took_ms=run.took_ms(run.began),
        interrupted=reactor.is_cut,
        interrupted_by=reactor.cut_by,
        catalog=catalog,
        plan=plan,
        vantage=replace(with_neighbours(vantage), trust_stores=_judged_with(trust, vantage.trust_stores)),
        observations=tuple(run.observations),
    )


def _held_s(plan: Plan) -> float:
    """What holding connections silent takes beyond the deadline of everything else."""
    return plan.idle_s + _ASKING_S if plan.idle_s else 0.0


def _judge_maker(trust: Trust, environ: Mapping[str, str]) -> Callable[[], Judge]:
    """Makes who judges certificates, when the first one is there; files the user names are looked at now.

    Raises:
        UsageError: a named file is missing or holds no certificate.
    """

    def make(stores: tuple[Roots, ...] | None = None) -> Judge:
        from lineclear.probe.trust.judge import Judge  # noqa: PLC0415  slow, and only for TLS

        return Judge(_chosen(trust, environ) if stores is None else stores)

    return partial(make, _chosen(trust, environ)) if trust.store or trust.public_roots or trust.java else make


def _chosen(trust: Trust, environ: Mapping[str, str]) -> tuple[Roots, ...]:
    from lineclear.probe.trust.roots import chosen  # noqa: PLC0415  slow, and only for TLS

    return chosen(trust_store=trust.store, public_roots=trust.public_roots, java=trust.java, environ=environ)


def _judged_with(trust: Trust, found: tuple[TrustStore, ...]) -> tuple[TrustStore, ...]:
    """The stores of this machine, with the files the user named in place of those of their role."""
    named = {"system": trust.store, "public": trust.public_roots, "java": trust.java}
    given = tuple(TrustStore(role=role, path=path) for role, path in named.items() if path)
    kept = (one for one in found if not named.get(one.role) and not (one.role == "java" and trust.store))
    return (*given, *kept)
