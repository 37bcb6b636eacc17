"""Whether a certificate's names fit a host: RFC 9525, with underscores taken as the letters they are.

Why our own. `ndc1_hb1.ibllc.com` against `*.ibllc.com` is refused by OpenSSL (error 62) and by Java for the
underscore alone, and accepted by curl, Go, GnuTLS and Node. To call that a forged certificate would be wrong on half
of the gateways. RFC 9525 section 6.3 compares labels; it does not ask what they are made of.

Names are those of the subjectAltName extension as `chain.py` writes them: dNSName entries as they stand, iPAddress
entries as address literals. The common name is never looked at (RFC 9525 section 2).
"""

from _socket import inet_pton
from collections.abc import Iterable

from lineclear.model import NameMatch
from lineclear.probe.sockets import AF_INET, AF_INET6

NOT_AN_ADDRESS = "DNS:"
"""Put before a dNSName that looks like an address, so that it is never taken for an iPAddress entry."""
_BEST_FIRST = (NameMatch.EXACT, NameMatch.WILDCARD, NameMatch.MISMATCH, NameMatch.NO_NAMES)
_LABELS_UNDER_A_WILDCARD = 2


def match(host: str, names: Iterable[str]) -> NameMatch:
    """How the best of `names` fits `host`. Never raises, whatever the strings are.

    An address fits only the same address. A name fits itself, in any case and with or without a final dot. A
    wildcard is a whole left-most label and stands for exactly one label; under it at least two labels must follow,
    as browsers and OpenSSL ask (`*.com` fits nothing).
    """
    presented = tuple(names)
    if not presented:
        return NameMatch.NO_NAMES
    address = packed(host)
    if address is not None:
        same = any(packed(name) == address for name in presented)
        return NameMatch.EXACT if same else NameMatch.MISMATCH
    labels = _labels(host)
    if not all(labels):
        return NameMatch.MISMATCH
    fits = {_fit(labels, _labels(name)) for name in presented}
    return next(fit for fit in _BEST_FIRST if fit in fits)


def best_match(hosts: Iterable[str], names: Iterable[str]) -> NameMatch:
    """The best of `match` over all names a host may go by."""
    presented = tuple(names)
    fits = {match(host, presented) for host in hosts} or {match("", presented)}
    return next(fit for fit in _BEST_FIRST if fit in fits)


def packed(text: str) -> bytes | None:
    """An address literal as the bytes of the address, so that spellings do not matter; None for anything else."""
    for family in (AF_INET, AF_INET6):
        try:
            return inet_pton(family, text)
        except (OSError, ValueError, UnicodeError):
            continue
    return None


def _labels(name: str) -> list[str]:
    return name.removesuffix(".").lower().split(".")


def _fit(host: list[str], name: list[str]) -> NameMatch:
    if host == name:
        return NameMatch.EXACT
    beneath = name[1:]
    if name[0] == "*" and len(beneath) >= _LABELS_UNDER_A_WILDCARD and host[1:] == beneath:
        return NameMatch.WILDCARD
    return NameMatch.MISMATCH
