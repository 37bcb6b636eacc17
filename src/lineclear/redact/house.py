"""One run's pseudonyms: what stands for an address, a name, a path, a certificate or a text of this house."""

import re
from collections.abc import Callable
from typing import Any, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from lineclear.model import (
    Certificate,
    DnsQuery,
    Evidence,
    Kind,
    NameMatch,
    PublicAddress,
    Record,
    Reflection,
    SourceAddress,
    SystemLookup,
    TcpConnect,
    TlsHandshake,
)

from .addresses import Addresses, is_public
from .fields import (
    ACTION,
    DIGEST,
    FIELDS,
    HOST,
    IDENTITY,
    INTERFACE,
    PATH,
    PATTERN,
    PLACE,
    PLACED,
    SAME,
    TABLE,
    TEXT,
    URL,
    WHOLE,
)
from .names import Names
from .words import GONE, MAKERS, words

Value = TypeVar("Value", bound=Struct)

_WELL_KNOWN = frozenset(
    {
        "/etc/hosts",
        "/etc/resolv.conf",
        "/etc/environment",
        "/proc/net/arp",
        "/proc/net/route",
        "/proc/net/ipv6_route",
        "/run/systemd/resolve/resolv.conf",
        "/run/systemd/resolve/stub-resolv.conf",
        "/etc/ssl/certs/ca-certificates.crt",
        "/etc/pki/tls/certs/ca-bundle.crt",
        "/etc/ssl/cert.pem",
        "C:\\Windows\\System32\\drivers\\etc\\hosts",
    }
)
_INTERFACE = re.compile(
    r"(lo|eth|en|em|wlan|wl|tun|tap|wg|ppp|utun|ipsec|docker|virbr|br|bond|veth|bridge|awdl|llw|gif|stf|anpi|ap)\d{0,4}"
    r"|(en|wl|ww)(o\d{1,3}|(P\d{1,3})?p\d{1,3}s\d{1,3}(f\d{1,2})?(d\d{1,2})?|s\d{1,3})"
    r"|(Ethernet|Wi-Fi|Local Area Connection|Loopback Pseudo-Interface)\*? ?\d{0,3}"
)
_PART = r"([\w.]+=)((?:\\.|[^,+\\])*)"
_PART_OF_NAME, _DISTINGUISHED = re.compile(_PART), re.compile(f"{_PART}(?:[,+]{_PART})*")
"""A distinguished name and its parts (RFC 4514)."""
_USUAL_ID = re.compile(r"[a-z]{0,3}\d{1,9}")
_TEXT = re.compile(
    r"""
    (?P<url>   [A-Za-z][A-Za-z0-9+.-]*://[^\s"'<>]* )
  | (?P<mail>  [\w.+-]+@[\w.-]+ )
  | (?P<same>  \\x[0-9a-f]{2} | \\u[0-9a-f]{4} | \\U[0-9a-f]{8} | \\[nrt]
             | \b\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d+)?Z)?\b | \b\d{1,2}\ [A-Z][a-z]{2}\ \d{4}\ \d\d:\d\d:\d\d\ GMT )
  | (?P<mac>   \b[0-9A-Fa-f]{2}([:-][0-9A-Fa-f]{2}){5}\b )
  | (?P<ip>    \d{1,3}(\.\d{1,3}){3}(/\d{1,2})? | [0-9A-Fa-f]*:[0-9A-Fa-f:]*:[0-9A-Fa-f.]*(/\d{1,3}|%\w+)? )
  | (?P<path>  [A-Za-z]:\\\S+ | \\\\[\w.$-]+\\\S* | (?<![\w<:/])/[\w.~-]+(/[\w.~-]*)+ )
  | (?P<name>  \w[\w-]*(\.\w[\w-]*)+ )
  | (?P<gone>  \d+([ -]\d+){2,} )
  | (?P<word>  \w+ )
    """,
    re.VERBOSE,
)


class House:
    """The private values of one evidence, and what stands for them."""

    def __init__(self, evidence: Evidence) -> None:
        self._evidence = evidence
        self._names = Names(evidence.catalog)
        self._addresses = Addresses(self._kept())
        self._others: dict[tuple[str, str], str] = {}
        self._ids = _new_ids(evidence)

    def without_secrets(self) -> Evidence:
        """The evidence with every private value replaced."""
        return self._struct(self._evidence)

    def _kept(self) -> set[str]:
        """Addresses that may stay: those the list holds, and public ones its names gave that are not our own."""
        rows = self._evidence.catalog.requirements
        listed = {one.host for one in rows if one.kind is Kind.ADDRESS}
        return listed | {one for one in self._answers() if is_public(one)} - self._own()

    def _answers(self) -> set[str]:
        found: set[str] = set()
        for one in self._evidence.observations:
            if isinstance(one, SystemLookup) and self._names.is_kept(one.name):
                found.update(one.addresses)
            elif isinstance(one, DnsQuery) and self._names.is_kept(one.name):
                found.update(record.value for records in (one.records, *one.other_answers) for record in records)
        return found

    def _own(self) -> set[str]:
        seen = self._evidence.observations
        return {
            *(text.partition("/")[0] for one in self._evidence.vantage.interfaces for text in one.addresses),
            *(one.local.address for one in seen if isinstance(one, TcpConnect) and one.local),
            *(one.local for one in seen if isinstance(one, SourceAddress)),
            *(one.address for one in seen if isinstance(one, PublicAddress)),
            *(one.seen.source.address for one in seen if isinstance(one, Reflection) and one.seen),
        }

    def _struct(self, value: Value) -> Value:
        if isinstance(value, TlsHandshake):
            chain = tuple(self._certificate(one, at, value) for at, one in enumerate(value.chain))
            value = replace(value, chain=chain)
        how = FIELDS[type(value)]
        if isinstance(value, Record) and value.type in _NAMING:
            how = {**how, "value": HOST}
        changed = {name: self._any(getattr(value, name), how.get(name, TEXT)) for name in value.__struct_fields__}
        return replace(value, **changed)

    def _any(self, value: Any, how: str) -> Any:
        if isinstance(value, str):
            return _TREATMENTS[how](self, value)
        if isinstance(value, tuple):
            return tuple(self._any(one, how) for one in value)
        return self._struct(value) if isinstance(value, Struct) and type(value) not in WHOLE else value

    def identity(self, text: str) -> str:
        """An observation's id: nobody says what an imported file made of it."""
        return self._ids[text]

    def same(self, text: str) -> str:
        """Text that says nothing of the house: our own words, and the list's."""
        return text

    def host(self, text: str) -> str:
        """A name or an address, with an interface's zone perhaps."""
        plain, percent, zone = text.partition("%")
        address = self._addresses.replaced(plain)
        if address is None:
            return self._names.replaced(text)
        return f"{address}%{self.interface(zone)}" if percent else address

    def placed(self, text: str) -> str:
        """An interface's address, the same as elsewhere, with the length of its network."""
        plain, slash, length = text.partition("/")
        return self.host(plain) + slash + self._addresses.length(plain.partition("%")[0], length)

    def place(self, text: str) -> str:
        """`host:port`, `[address]:port`, or a host alone."""
        if self._addresses.replaced(text.partition("%")[0]) is not None or ":" not in text:
            return self.host(text)
        host, _, port = text.rpartition(":")
        bare = host.removeprefix("[").removesuffix("]")
        inside = self.host(bare)
        return f"[{inside}]:{_port(port)}" if bare != host else f"{inside}:{_port(port)}"

    def pattern(self, text: str) -> str:
        """An entry of a proxy's bypass list: a name, `.below`, `*.below`, an address or a network."""
        stars = text[: len(text) - len(text.lstrip("*."))]
        return stars + self.place(text[len(stars) :]) if text.strip("*.") else text

    def url(self, text: str) -> str:
        """An address of the web without user, path and query: what is after the host may hold anything."""
        scheme, separator, rest = text.partition("://")
        if not separator:
            return self.text(text)
        authority = re.split(r"[/?#\\]", rest, maxsplit=1)[0].rpartition("@")[2]
        return f"{words(scheme)}://{self.place(authority)}" + ("/" if len(rest) > len(authority) else "")

    def path(self, text: str) -> str:
        """A file's place, unless every machine of the kind has it there."""
        return text if not text or text in _WELL_KNOWN else self._other("path", text)

    def interface(self, text: str) -> str:
        """An interface's name, unless a kernel would give it."""
        return text if not text or _INTERFACE.fullmatch(text) else self._other("interface", text)

    def table(self, text: str) -> str:
        """A routing table: a number, one of the three that every Linux has, or somebody's word for it."""
        return text if text.isdigit() or text in ("", "main", "local", "default") else self._other("table", text)

    def action(self, text: str) -> str:
        """What a policy rule does: `prohibit`, or `lookup` and a table."""
        verb, blank, table = text.partition(" ")
        return f"{words(verb)}{blank}{self.table(table)}"

    def digest(self, text: str) -> str:
        """A certificate's fingerprint: public logs would lead from it to the name."""
        return f"{int(self._other('', text)):064x}" if text else ""

    def text(self, text: str) -> str:
        """Free text: known words, short numbers, and pseudonyms for addresses, names and paths."""
        return _TEXT.sub(self._token, text)

    def _token(self, found: re.Match[str]) -> str:
        kind, text = found.lastgroup, found[0]
        if kind in (URL, PATH):
            return _TREATMENTS[kind](self, text)
        if kind == "ip":
            return self.host(text) if self._addresses.replaced(text.partition("%")[0]) else words(text)
        if kind == "name" and text.rpartition(".")[2].isalpha() and words(text) != text:
            return self._names.replaced(text)
        return text if kind == "same" else GONE if kind in ("mail", "mac", "gone") else words(text)

    def _certificate(self, one: Certificate, at: int, shake: TlsHandshake) -> Certificate:
        """A certificate of the vendor's stays whole; of others, what public authorities are called."""
        public = bool(shake.trusted_by("public"))
        if public and (at > 0 or shake.name_match in (NameMatch.EXACT, NameMatch.WILDCARD)):
            return one
        return replace(
            one,
            subject=self._distinguished(one.subject),
            issuer=one.issuer if public else self._distinguished(one.issuer),
            names=tuple(map(self.host, one.names)),
            sha256=self.digest(one.sha256),
            spki_sha256=self.digest(one.spki_sha256),
        )

    def _distinguished(self, name: str) -> str:
        """A distinguished name with the vendor's names, and makers' names, and numbers for everything else."""
        if not _DISTINGUISHED.fullmatch(name):
            return self._authority(name) if name else ""
        return _PART_OF_NAME.sub(lambda found: found[1] + self._authority(found[2]), name)

    def _authority(self, value: str) -> str:
        if self._names.is_kept(value):
            return value
        number = self._other("authority", value)
        told = words(value)
        return f"{told} {number}" if MAKERS & set(told.lower().split()) else number

    def _other(self, kind: str, text: str) -> str:
        """`kind-1` for the first text of a kind, and so on."""
        alike = sum(one == kind for one, _ in self._others)
        return self._others.setdefault((kind, text), f"{kind}-{alike + 1}" if kind else str(alike + 1))


def _port(text: str) -> str:
    return text if text.isdigit() and len(text) <= 5 else GONE  # noqa: PLR2004 - 65535


def _new_ids(evidence: Evidence) -> dict[str, str]:
    """Old id to new: the same where all are ours; else numbered in the order in which a diagnosis reads them."""
    seen = sorted(evidence.observations, key=lambda one: (one.at_ms, one.id))
    ours = all(_USUAL_ID.fullmatch(one.id) for one in seen)
    return {one.id: one.id if ours else f"o{at:06d}" for at, one in enumerate(seen)}


_NAMING = frozenset({"A", "AAAA", "CNAME", "DNAME", "NS", "PTR"})

_TREATMENTS: dict[str, Callable[[House, str], str]] = {
    SAME: House.same,
    IDENTITY: House.identity,
    HOST: House.host,
    PLACED: House.placed,
    PLACE: House.place,
    PATTERN: House.pattern,
    URL: House.url,
    PATH: House.path,
    INTERFACE: House.interface,
    TABLE: House.table,
    ACTION: House.action,
    TEXT: House.text,
    DIGEST: House.digest,
}
