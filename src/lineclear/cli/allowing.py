"""What writing exceptions and verifying them share: what they refuse, and where addresses come from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lineclear.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lineclear.allowlist import AllowRule, Snapshot

_PATIENCE_S = 2.0


def require_format(dialect: str) -> None:
    """Refuse to go on without a format.

    Raises:
        UsageError: none is named.
    """
    if not dialect:
        raise UsageError("--format is missing.", "Name a dialect; --list prints them.")


def require_any(wanted: Sequence[AllowRule], diff: Sequence[str] = ()) -> None:
    """Refuse to go on with nothing; of a difference, its two sides are named.

    Raises:
        UsageError: nothing applies.
    """
    if not wanted and diff:
        raise UsageError(f"{diff[0]} and {diff[1]} need the same exceptions.", "Nothing has to be changed.")
    if not wanted:
        raise UsageError("Nothing of this selection applies.", "Add --profile, or choose other rows.")


def snapshot_of(resolve: str, names: Sequence[str]) -> Snapshot | None:
    """The addresses --resolve asks for; nothing where it says never, or where no name needs one.

    Raises:
        UsageError: a file of addresses cannot be read.
    """
    from lineclear.allowlist import read_snapshot  # noqa: PLC0415

    if resolve == "never":
        return None
    if resolve != "now":
        from .output import read_file  # noqa: PLC0415

        return read_snapshot(read_file(resolve).decode(errors="replace"), origin=resolve, taken=today())
    return _looked_up(names) if names else None


def _looked_up(names: Sequence[str]) -> Snapshot:
    """Ask this machine's resolver for every name, a few at a time."""
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415  only where names are looked up

    from lineclear.allowlist import Snapshot  # noqa: PLC0415

    with ThreadPoolExecutor(8) as pool:
        found = dict(zip(names, pool.map(_addresses, names), strict=True))
        lives = [one for one in pool.map(_life_s, found, found.values()) if one is not None]
    shortest = min(lives, default=None)
    return Snapshot(taken=today(), origin="this machine's resolver", addresses=found, ttl_s=shortest)


def _addresses(name: str) -> tuple[str, ...]:
    """What the system says of a name; nothing when it has no answer, which `fitting` then says."""
    import socket  # noqa: PLC0415  only where names are looked up

    try:
        answers = socket.getaddrinfo(name.encode("ascii"), None, type=socket.SOCK_STREAM)
    except OSError:
        return ()
    found = dict.fromkeys(str(answer[4][0]) for answer in answers)
    return tuple(one for one in found if "%" not in one)  # a zone is known to this machine only


def _life_s(name: str, addresses: Sequence[str]) -> int | None:
    """How long these addresses may be kept, which the system does not tell: its name servers are asked once more.

    None where they say something else, as where a hosts file decides, or nothing in time.
    """
    import dns.exception  # noqa: PLC0415  only where names are looked up
    import dns.resolver  # noqa: PLC0415

    lives: list[int] = []
    told: set[str] = set()
    for kind in ("A", "AAAA") if addresses else ():
        try:
            answer = dns.resolver.resolve(name, kind, lifetime=_PATIENCE_S, raise_on_no_answer=False, search=False)
        except dns.exception.DNSException:
            return None
        told |= {str(one) for one in answer.rrset or ()}
        lives += [answer.chaining_result.minimum_ttl] if answer.rrset else []
    return min(lives, default=None) if set(addresses) & told else None


def today() -> str:
    """The date, as everything here writes it."""
    import datetime as dt  # noqa: PLC0415

    return dt.datetime.now(dt.UTC).date().isoformat()
