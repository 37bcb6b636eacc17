"""The rules, in the order in which causes explain each other away: what lies nearer comes first.

A rule sees only what no earlier finding explained, so one root cause stays one finding. To add one: write a function
`Case -> Iterator[Finding]` in the file of its layer, give its code an entry in `codes`, and put it into the table here.
"""

from . import acceptor, autoconfig, connects, egress, far, filters, machine, names, quality, run, segments, tls, web
from .case import Case, Rule

UP_TO_NAMES: tuple[Rule, ...] = (
    machine.no_link,
    machine.no_route,
    machine.gateway_unreachable,
    machine.exhausted,
    filters.local_refusal,
    run.local_api,
    names.injected,
    web.captive_portal,
    autoconfig.sent_directly,
    web.proxy_only,
    machine.hosts_file,
    names.no_resolver,
    names.sinkholed,
    names.resolvers_fail,
    names.system_refuses,
    names.names_missing,
    names.hijacked,
)
BEYOND_NAMES: tuple[Rule, ...] = (
    connects.nothing_passes,
    tls.clock_wrong,
    tls.interception,
    tls.bad_certificates,
    segments.mtu_hole,
    acceptor.foreign_bytes,
    acceptor.accepted_in_path,
    far.large_lost,
    far.only_known,
    acceptor.application_filter,
    acceptor.closed_at_once,
    tls.no_tls,
    acceptor.broken_web,
    machine.vpn_captures,
    connects.routing_loop,
    connects.rejected,
    connects.port_rules,
    connects.regions,
    connects.allow_list,
    connects.nothing_to_compare,
    connects.whole_hosts,
    connects.single_ports,
    far.never_left,
    acceptor.passed_on,
)
AFTERWARDS: tuple[Rule, ...] = (
    run.stopped_early,
    run.only_once,
    run.unproven,
    connects.burst_only,
    run.families,
    quality.forgotten,
    quality.lossy,
    quality.far,
    quality.jittery,
    names.one_resolver_dead,
    names.aaaa_unanswered,
    names.slow_names,
    machine.hosts_file_differs,
    machine.proxy_dead,
    autoconfig.unreachable,
    autoconfig.broken,
    autoconfig.dead_proxies,
    autoconfig.not_evaluated,
    web.proxy_login,
    web.site_errors,
    web.plain_web,
    tls.clock_skewed,
    egress.pooling,
    egress.families_apart,
    egress.public_addresses,
    far.hello_changed,
    far.request_changed,
    far.made_anew,
    far.answers_lost,
    far.unreached,
    tls.java_lacks_authority,
    tls.java_names,
    run.not_testable,
)
RULES: tuple[Rule, ...] = (*UP_TO_NAMES, *BEYOND_NAMES, *AFTERWARDS)

__all__ = ["AFTERWARDS", "BEYOND_NAMES", "RULES", "UP_TO_NAMES", "Case", "Rule"]
