"""What the options of `check` and `plan` become: a catalog narrowed down, and the choices of a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lineclear.model import Depth, Limits, Redirection, Resolver, UsageError
from lineclear.plan import Options, endpoint_from

if TYPE_CHECKING:
    import argparse

    from lineclear.model import Catalog

_PARTS = 4
_DNS = 53


def chosen_catalog(args: argparse.Namespace) -> Catalog:
    """The catalog the options name, narrowed to what they ask for.

    Raises:
        UsageError: there is no such catalog, edition, service, region, profile or requirement.
    """
    from lineclear.catalog import load, select  # noqa: PLC0415  after the arguments are known to be right

    name = f"{args.catalog}:{args.edition}" if args.edition else args.catalog
    return select(
        load(name),
        services=args.service,
        regions=args.region,
        profile=args.profile,
        only=args.only,
        skip=args.skip,
    )


def chosen_options(args: argparse.Namespace) -> Options:
    """The options of the run.

    Raises:
        UsageError: one of them cannot be read.
    """
    controls = [_control(text) for text in args.control]
    return Options(
        depth=Depth(args.depth),
        limits=Limits(deadline_s=args.deadline, nudge=not args.no_nudge),
        profile=tuple(args.profile),
        resolvers=tuple(_resolver(text) for text in args.resolver),
        redirections=(*map(_connect_to, args.connect_to), *map(_resolve, args.resolve)),
        nobody=tuple(place for kind, place in controls if kind == "nobody"),
        answering=tuple(place for kind, place in controls if kind == "answers"),
        expected_networks=tuple(args.expect_net),
        echo_urls=tuple(args.echo_url),
        reflectors=tuple(dict.fromkeys(one for text in args.reflector for one in text.split(",") if one)),
        reflector_pin=args.reflector_pin.replace(":", "").lower(),
        idle_s=args.idle,
    )


def _control(text: str) -> tuple[str, str]:
    kind, equals, place = text.partition("=")
    if not equals or kind not in ("nobody", "answers"):
        raise UsageError(f"--control {text!r} is neither nobody=… nor answers=….", "Write nobody=192.0.2.1.")
    return kind, place


def _resolver(text: str) -> Resolver:
    if text.count(":") == 1 or text.startswith("["):
        endpoint = endpoint_from(text if not text.endswith("]") else f"{text}:{_DNS}")
        return Resolver(address=endpoint.address, port=endpoint.port, source="--resolver")
    return Resolver(address=text, source="--resolver")


def _resolve(text: str) -> Redirection:
    host, colon, address = text.partition(":")
    if not colon or not host or not address:
        raise UsageError(f"--resolve {text!r} is not HOST:ADDRESS.", "Write --resolve ndc1.ibllc.com:192.0.2.7.")
    return Redirection(host=host.lower(), to_address=address.removeprefix("[").removesuffix("]"))


def _connect_to(text: str) -> Redirection:
    host, port, address, to_port = _split(text)
    return Redirection(host=host.lower(), port=_port(port, text), to_address=address, to_port=_port(to_port, text))


def _split(text: str) -> list[str]:
    """The four parts; an IPv6 address in brackets may hold colons of its own."""
    outside, bracket, rest = text.partition("[")
    if bracket:
        address, _, port = rest.partition("]:")
        parts = [*outside.rstrip(":").split(":"), address, port]
    else:
        parts = text.split(":")
    if len(parts) != _PARTS:
        raise UsageError(
            f"--connect-to {text!r} has not four parts.", "Write HOST:PORT:ADDRESS:PORT; a part may be left empty."
        )
    return parts


def _port(text: str, whole: str) -> int:
    if text and not (text.isascii() and text.isdecimal()):
        raise UsageError(f"{text!r} in --connect-to {whole!r} is no port.", "Ports are numbers from 1 to 65535.")
    return int(text or 0)
