"""`lineclear plan`: print what a check would contact, and contact nothing."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from .arguments import add_network, add_selection

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from lineclear.model import Plan, Reflecting

_KINDS = {
    "nobody-there": "nobody has this address; whoever accepts is in the path",
    "gateway": "this machine's own router",
    "answers": "you say somebody answers here",
}


def add(commands: argparse._SubParsersAction[Any]) -> None:
    """Adds `plan` to the parser."""
    parser = commands.add_parser(
        "plan",
        help="print what a check would contact, and contact nothing",
        description="Print everything a check with the same options would contact. Nothing is sent.",
        epilog="examples:\n  lineclear plan\n  lineclear plan --region asia --format json\n",
    )
    add_selection(parser)
    add_network(parser)
    parser.add_argument("--format", choices=("text", "json"), default="text")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print the plan."""
    from lineclear.check import plan_for  # noqa: PLC0415  each command imports what it uses

    from .selection import chosen_catalog, chosen_options  # noqa: PLC0415  each command imports what it uses

    _, plan = plan_for(chosen_catalog(args), chosen_options(args), jts=args.jts)
    if args.format == "json":
        from lineclear.model import to_json  # noqa: PLC0415

        sys.stdout.write(to_json(plan).decode())
    else:
        sys.stdout.writelines(f"{line}\n" for line in _lines(plan))
    return 0


def _lines(plan: Plan) -> Iterator[str]:
    yield f"{plan.catalog} {plan.edition}, depth {plan.depth.value}, at most {plan.limits.deadline_s:g} s"
    yield ""
    yield f"Names to look up ({len(plan.names)}), at: {_resolvers(plan)}"
    yield from (f"  {name}" for name in plan.names)
    yield f"Targets to connect to ({len(plan.targets)}):"
    for target in plan.targets:
        extra = "" if target.required else "  not required here"
        yield f"  {target.name:<44} {target.transport.value:<8}{extra}"
    yield f"Controls, whose answer is known beforehand ({len(plan.controls)}):"
    yield from (f"  {one.endpoint!s:<44} {_KINDS[one.kind.value]}" for one in plan.controls)
    if plan.proxies:
        yield "Proxies asked for a way through:"
        yield from (f"  {one.authority:<44} {one.source}" for one in plan.proxies)
    if plan.auto_configs:
        yield "Proxy auto-configurations fetched, and asked what they say about each target:"
        yield from (f"  {one.url:<44} {one.source}" for one in plan.auto_configs)
        yield "  Names they look up are asked of the operating system; proxies they name are asked for a way through."
    if plan.idle_s:
        yield f"Silent connections, to one server of each kind that accepts: {_ages(plan)}"
    if plan.echo_urls:
        yield "Services asked for our public address:"
        yield from (f"  {one}" for one in plan.echo_urls)
    if plan.reflector is not None:
        yield from _reflector(plan.reflector, plan)
    yield "Nothing else is contacted."


def _ages(plan: Plan) -> str:
    from lineclear.plan.holding import ages  # noqa: PLC0415  only when the user asks for it

    return ", ".join(f"{one:g} s" for one in ages(plan.idle_s))


def _reflector(reflector: Reflecting, plan: Plan) -> Iterator[str]:
    from lineclear.plan.reflecting import fine_ages, first_calls  # noqa: PLC0415  only with a reflector

    calls = len(first_calls(reflector, plan.redirections))
    silent = fine_ages(plan.idle_s)
    idle = f" and {2 * len(silent)} left silent for up to {silent[0]:g} s" if silent else ""
    yield f"Your reflector, about {calls} connections to the first address{idle}:"
    yield from (f"  {one}" for one in reflector.addresses)
    yield "  and at most 4 more addresses that it tells of, and 1 that it says is empty"


def _resolvers(plan: Plan) -> str:
    named = [one.address if one.port == 53 else f"{one.address}:{one.port}" for one in plan.resolvers]  # noqa: PLR2004
    return ", ".join([*(["the operating system"] if plan.ask_system else []), *named]) or "nobody: none is configured"
