"""`lineclear reflect`: the far end, to be run outside."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from lineclear.errors import UsageError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable

    from lineclear.reflect import Listener

_EPILOG = """\
examples:
  lineclear reflect                                   on 80, 443, 4000 and 4001 of every address
  lineclear reflect --address 192.0.2.10 --address 192.0.2.11 --empty 192.0.2.12
  lineclear reflect --listen 192.0.2.10:8443/tls --certificate /var/lib/lineclear/reflect.pem

then, inside:
  lineclear check --reflector 192.0.2.10

No addresses are kept or printed unless --log-addresses is given.
"""
_EVERYWHERE = ("0.0.0.0", "::")


def add(commands: argparse._SubParsersAction[Any]) -> None:
    """Adds `reflect` to the parser."""
    parser = commands.add_parser(
        "reflect",
        help="be the far end: tell checks what arrives of them outside",
        description="Listen outside, on the ports of the list, and tell each check what arrived of it.",
        epilog=_EPILOG,
    )
    where = parser.add_argument_group("where")
    where.add_argument("--catalog", default="ibkr", help="listen on the ports of this list; default: ibkr")
    where.add_argument(
        "--address", action="append", default=[], metavar="ADDR", help="on this address only; repeatable"
    )
    where.add_argument(
        "--listen", action="append", default=[], metavar="ADDR:PORT[/tls]", help="here, in place of the list's ports"
    )
    where.add_argument(
        "--announce", action="append", default=[], metavar="ADDR", help="tell checks of this address of ours, as well"
    )
    where.add_argument(
        "--empty", action="append", default=[], metavar="ADDR", help="tell checks that nothing is on this address"
    )
    where.add_argument("--certificate", default="", metavar="FILE", help="certificate and key; made there if absent")
    bounds = parser.add_argument_group("how much")
    bounds.add_argument("--connections", type=int, default=12_000, metavar="N", help="at a time; default: 12000")
    bounds.add_argument("--per-source", type=int, default=128, metavar="N", help="at a time from one source")
    bounds.add_argument("--rate", type=float, default=30.0, metavar="N", help="new ones a second from one source")
    bounds.add_argument("--idle", type=float, default=900.0, metavar="SECONDS", help="silence that ends a connection")
    parser.add_argument("--log-addresses", action="store_true", help="print who connected, one JSON object a line")
    parser.add_argument("--seconds", type=float, metavar="N", help="end after this time")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Reflect until Ctrl-C."""
    from lineclear.reflect import Bounds, Wanted, certificate_in, serve  # noqa: PLC0415  asyncio is only needed here

    listeners = tuple(_listeners(args))
    wanted = Wanted(
        listeners=listeners,
        more=_announced(args, listeners),
        empty=_empty(args, listeners),
        bounds=Bounds(
            connections=_positive("--connections", args.connections),
            per_source=_positive("--per-source", args.per_source),
            per_second=_positive("--rate", args.rate),
            burst=max(150.0, 5 * args.rate),
            idle_s=_positive("--idle", args.idle),
        ),
        pem=certificate_in(args.certificate),
        logs=_print if args.log_addresses else None,
    )
    return serve(wanted, sys.stderr, seconds=args.seconds)


def _print(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _positive(option: str, value: Any) -> Any:
    if not 0 < value < float("inf"):
        raise UsageError(f"{option} {value:g} is not above 0.", "Leave it out for the usual bound.")
    return value


def _listeners(args: argparse.Namespace) -> Iterable[Listener]:
    from lineclear.catalog import load  # noqa: PLC0415  each command imports what it uses
    from lineclear.reflect import Listener, ports_of  # noqa: PLC0415

    if args.listen:
        yield from dict.fromkeys(_listener(text) for text in args.listen)
        return
    speaks = ports_of(load(args.catalog))
    for address in dict.fromkeys(map(_address, args.address)) or _EVERYWHERE:
        for port, tls in speaks.items():
            yield Listener(address=address, port=port, tls=tls)


def _listener(text: str) -> Listener:
    from lineclear.plan import endpoint_from  # noqa: PLC0415
    from lineclear.reflect import Listener  # noqa: PLC0415

    place, slash, kind = text.partition("/")
    if slash and kind != "tls":
        raise UsageError(f"{kind!r} in --listen {text!r} is not tls.", "Write ADDR:PORT or ADDR:PORT/tls.")
    endpoint = endpoint_from(place)
    return Listener(address=endpoint.address, port=endpoint.port, tls=bool(slash))


def _address(text: str) -> str:
    from lineclear.plan import is_address  # noqa: PLC0415

    if not is_address(text):
        raise UsageError(f"{text!r} is not an address.", "Give addresses themselves, such as 192.0.2.10; no names.")
    return text


def _announced(args: argparse.Namespace, listeners: tuple[Listener, ...]) -> tuple[str, ...]:
    own = (one.address for one in listeners if one.address not in _EVERYWHERE)
    return tuple(dict.fromkeys((*own, *map(_address, args.announce))))


def _empty(args: argparse.Namespace, listeners: tuple[Listener, ...]) -> tuple[str, ...]:
    taken = {one.address for one in listeners}
    for text in map(_address, args.empty):
        if text in taken or _EVERYWHERE[":" in text] in taken:
            raise UsageError(
                f"This reflector listens on {text}, so it is not empty.", "Name its addresses with --address."
            )
    return tuple(dict.fromkeys(args.empty))
