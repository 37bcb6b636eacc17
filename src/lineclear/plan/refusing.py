"""Options that cannot be: found before anything is sent, and not by a socket that was given nonsense."""

import re
from collections.abc import Iterable

from lineclear.model import UsageError

from .networks import is_address, is_network
from .options import Options

_MOST_PORT = 65535
_MOST_IDLE_S = 7500
"""A little more than what a translator must keep a silent connection for (RFC 5382, REQ-5: 2 h 4 min)."""
_DIGEST = re.compile(r"[0-9a-f]{64}")


def refuse_impossible(options: Options) -> None:
    """Look at every option that names a place or a time.

    Raises:
        UsageError: one is no address, no port, no network, or no time.
    """
    if not 0 < options.limits.deadline_s < float("inf"):
        raise UsageError(
            f"A deadline of {options.limits.deadline_s:g} s cannot be kept.", "Give seconds above 0, such as 15."
        )
    if not 0 <= options.idle_s <= _MOST_IDLE_S:
        raise UsageError(
            f"Connections cannot be held silent for {options.idle_s:g} s.", f"Give seconds up to {_MOST_IDLE_S}."
        )
    _refuse_reflecting(options)
    for option, address in _addresses(options):
        if not is_address(address):
            raise UsageError(
                f"{address!r} in {option} is not an address.", "Give the address itself, such as 192.0.2.7; no name."
            )
    for option, port in _ports(options):
        if not 0 <= port <= _MOST_PORT:
            raise UsageError(f"{port} in {option} is not a port.", "Ports are numbers from 1 to 65535.")
    for text in options.expected_networks:
        if not is_network(text):
            raise UsageError(f"{text!r} in --expect-net is not a network.", "Write it as 10.20.0.0/16.")


def _refuse_reflecting(options: Options) -> None:
    if options.reflector_pin and not _DIGEST.fullmatch(options.reflector_pin):
        raise UsageError(
            f"{options.reflector_pin!r} in --reflector-pin is no SHA-256.",
            "Give the 64 hex digits that lineclear reflect prints.",
        )
    if options.reflector_pin and not options.reflectors:
        raise UsageError("--reflector-pin needs a reflector.", "Name it with --reflector HOST.")


def _addresses(options: Options) -> Iterable[tuple[str, str]]:
    yield from (("--resolver", one.address) for one in options.resolvers)
    yield from (("--connect-to or --resolve", one.to_address) for one in options.redirections if one.to_address)
    yield from (("--control", text) for text in options.nobody if "@" not in text)
    yield from (("--reflector", text) for text in options.reflectors)


def _ports(options: Options) -> Iterable[tuple[str, int]]:
    yield from (("--resolver", one.port) for one in options.resolvers)
    yield from (("--connect-to", port) for one in options.redirections for port in (one.port, one.to_port))
