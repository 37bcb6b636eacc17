"""What each trust store says of a captured chain, offline, in OpenSSL's own codes, the name aside.

The handshake believes nobody; believing is asked for afterwards, once per store, of the chain as it was presented:
no certificate is fetched (AIA), none is borrowed from another chain, and a non-root in a store is no anchor. Name and
chain are separate questions: error 62 never hides an expired chain here (`certnames.py` answers for the name).
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING

from lineclear.model import Judgement

from .roots import Roots, Where, certificates_of

if TYPE_CHECKING:
    from OpenSSL import crypto

_SLOW = (
    "cryptography.exceptions",
    "cryptography.hazmat.primitives.serialization",
    "cryptography.x509",
    "OpenSSL.crypto",
)
"""The libraries, from below: each brings what the next one needs, so that none takes long."""
_KEPT = 256
_UNREADABLE = Judgement(store="", trusted=False, code=1, reason="a certificate of the chain cannot be read")
"""X509_V_ERR_UNSPECIFIED."""
_WRONG_PURPOSE = Judgement(store="", trusted=False, code=26, reason="unsuitable certificate purpose")
"""X509_V_ERR_INVALID_PURPOSE, as a TLS client says it of a leaf that is for something else."""

Chain = tuple[bytes, ...]


class Judge:
    """Judges chains by the stores it was given; a store is read when first needed, a verdict is kept for a minute."""

    def __init__(self, stores: Iterable[Roots]) -> None:
        self.stores = tuple(stores)
        self._known: dict[str, list[crypto.X509]] = {}
        self._kept: dict[tuple[Chain, int], tuple[Judgement, ...]] = {}

    def judge(self, chain: Iterable[bytes], at: datetime) -> tuple[Judgement, ...]:
        """What each store says of a chain of DER certificates (leaf first) at an instant (UTC); nothing of none.

        Never raises for what the chain holds.
        """
        presented = tuple(chain)
        if not presented:
            return ()
        key = (presented, int(at.timestamp()) // 60)
        kept = self._kept.get(key)
        if kept is None:
            if len(self._kept) >= _KEPT:
                self._kept.clear()
            kept = self._kept[key] = self._judge(presented, at)
        return kept

    def preload(self) -> tuple[Callable[[], object], ...]:
        """What is slow at the first chain, in pieces for idle moments: imports and each store."""
        imports = (partial(import_module, one) for one in _SLOW)
        return (*imports, *(partial(self._authorities, roots) for roots in self.stores))

    def _judge(self, chain: Chain, at: datetime) -> tuple[Judgement, ...]:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the library warns of odd certificates on the user's terminal
            parsed = _parsed(chain)
            found = []
            for roots in self.stores:
                if roots.where is not Where.DIRECTORY and not self._authorities(roots):
                    continue  # nothing could be read of it: "not asked" is honest, "not trusted" is not
                verdict = _verdict(self._store(roots, at), parsed) if parsed else _UNREADABLE
                found.append(_said_by(roots.role, verdict))
        return tuple(found)

    def _store(self, roots: Roots, at: datetime) -> crypto.X509Store:
        """A fresh store for each judgement, 0.1 ms: OpenSSL takes the instant of a store once and for all."""
        from OpenSSL import crypto  # noqa: PLC0415  slow to import

        store = crypto.X509Store()
        for authority in self._authorities(roots):
            store.add_cert(authority)
        if roots.where is Where.DIRECTORY:
            store.load_locations(None, roots.path)
        store.set_time(at)
        return store

    def _authorities(self, roots: Roots) -> list[crypto.X509]:
        known = self._known.get(roots.role)
        if known is None:
            known = self._known[roots.role] = _read(roots)
        return known


def _said_by(role: str, verdict: Judgement) -> Judgement:
    return Judgement(
        store=role, trusted=verdict.trusted, code=verdict.code, reason=verdict.reason, at_depth=verdict.at_depth
    )


def _parsed(chain: Chain) -> list[crypto.X509]:
    """The chain as OpenSSL holds it; empty if any of it cannot be read."""
    from OpenSSL import crypto  # noqa: PLC0415  slow to import

    try:
        return [crypto.load_certificate(crypto.FILETYPE_ASN1, der) for der in chain]
    except (crypto.Error, ValueError):
        return []


def _verdict(store: crypto.X509Store, chain: list[crypto.X509]) -> Judgement:
    from OpenSSL import crypto  # noqa: PLC0415  slow to import

    try:
        crypto.X509StoreContext(store, chain[0], chain[1:]).verify_certificate()
    except crypto.X509StoreContextError as refusal:
        code, depth, reason = refusal.errors
        return Judgement(store="", trusted=False, code=code, reason=reason, at_depth=depth)
    return Judgement(store="", trusted=True) if _is_for_servers(chain[0]) else _WRONG_PURPOSE


def _is_for_servers(leaf: crypto.X509) -> bool:
    """Whether the leaf may identify a server (RFC 5280 section 4.2.1.12); the offline verifier does not ask this.

    As in OpenSSL's own TLS client, `anyExtendedKeyUsage` alone does not say so.
    """
    from cryptography import x509  # noqa: PLC0415  slow to import
    from cryptography.x509.oid import ExtendedKeyUsageOID  # noqa: PLC0415

    try:
        usage = leaf.to_cryptography().extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except (x509.ExtensionNotFound, x509.DuplicateExtension, ValueError):
        return True
    return ExtendedKeyUsageOID.SERVER_AUTH in usage


def _read(roots: Roots) -> list[crypto.X509]:
    """The authorities of a store; those of a directory are left to OpenSSL, which opens what it needs.

    One that the library cannot read is passed over: platforms keep a few such.
    """
    from OpenSSL import crypto  # noqa: PLC0415  slow to import

    found = []
    for der in () if roots.where is Where.DIRECTORY else certificates_of(roots):
        try:
            found.append(crypto.load_certificate(crypto.FILETYPE_ASN1, der))
        except crypto.Error:
            continue
    return found
