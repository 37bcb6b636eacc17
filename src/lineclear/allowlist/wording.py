"""The one place where a catalog's texts become parts of a configuration. Everything passes here, or through `quoting`.

Two rules. A host, a port or a block that is not exactly one is refused: no dialect ever has to escape one. Every other
text is prose, needed by nobody but a reader, so whatever could mean something to any device is taken out of it.
"""

import ipaddress
import re

from lineclear.errors import UsageError
from lineclear.model import Kind, Ports

_NAME = re.compile(
    r"(?=.{1,253}\Z)(?![-.])[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?)*\Z"
)
_QUAD = re.compile(r"(?:(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])(?:\.(?!\Z)|\Z)){4}\Z")
_UNSAFE = re.compile(r"[^A-Za-z0-9 .,:/()+=@_-]")
_UNSAFE_IN_COMMENT = re.compile(r"[^A-Za-z0-9 .,:/()+=@_'!*\[\]~-]")
_REPLACED = str.maketrans(
    {"–": "-", "—": "-", "‑": "-", "’": "", "'": "", '"': "", "“": "", "”": "", "`": "", ";": ","}
)
_NOT_IN_NAMES = re.compile(r"[^a-z0-9]+")
_HIGHEST_PORT = 65535


def checked_host(host: str, kind: Kind) -> str:
    """The host itself, when it is what it says it is.

    Raises:
        UsageError: it is not.
    """
    fitting = {
        Kind.HOST: lambda: bool(_NAME.match(host)),
        Kind.WILDCARD: lambda: host.startswith("*.") and bool(_NAME.match(host[2:])),
        Kind.ADDRESS: lambda: bool(_QUAD.match(host)) or (str(ipaddress.ip_address(host)) == host and "%" not in host),
        Kind.CIDR: lambda: str(ipaddress.ip_network(host)) == host and "%" not in host,
    }
    try:
        fits = fitting[kind]()
    except ValueError:
        fits = False
    if fits:
        return host
    raise UsageError(
        f"{host[:80]!r} is no {kind.value} that a firewall could be told.", "Run `lineclear catalog lint`."
    )


def checked_ports(ports: Ports, host: str) -> Ports:
    """The ports themselves, when they are ports.

    Raises:
        UsageError: they are not.
    """
    if 1 <= ports.first <= ports.last <= _HIGHEST_PORT:
        return ports
    raise UsageError(f"{ports} is not a port of {host}.", "Ports are numbers from 1 to 65535.")


def prose(text: str, longest: int = 0) -> str:
    r"""`text` on one line, of letters, digits, spaces and `.,:/()+=@_-` only; cut at `longest` where that is given.

    That leaves nothing a shell, a device's command line, a quoted string or a markup language acts on: no quotes,
    brackets, backslashes, dollars, semicolons, hashes, percent signs or line ends.
    """
    plain = _UNSAFE.sub("_", " ".join(text.split()).translate(_REPLACED))
    return plain[: longest - 3] + "..." if 0 < longest < len(plain) else plain


def comment(text: str) -> str:
    """`text` on one line, for a comment that ends with its line: as `prose`, and `'!*[]~` besides."""
    kept = " ".join(text.split()).replace("'", "\x00").translate(_REPLACED).replace("\x00", "'")
    return _UNSAFE_IN_COMMENT.sub("_", kept)


def ident(*parts: str, longest: int = 60, between: str = "-") -> str:
    """A name for something of ours on a device: lower-case letters, digits and `between`, beginning with a letter."""
    words = [word for part in parts for word in _NOT_IN_NAMES.split(part.lower()) if word]
    return between.join(words)[:longest].rstrip(between)


def visible(text: str) -> str:
    """`text` on one line, in any script, without controls, marks that turn the reading direction, or other invisibles.

    For formats with an escaper of their own (JSON, CSV, HTML, Markdown), which comes after this.
    """
    return "".join(one if one.isprintable() else "_" for one in " ".join(text.split()))


def word_of(text: str, option: str, example: str) -> str:
    """`text`, when it is one plain word: a name of something that exists on a device.

    Raises:
        UsageError: it is not.
    """
    if re.fullmatch(r"[A-Za-z][A-Za-z0-9_.-]{0,62}", text):
        return text
    raise UsageError(f"{option} {text!r} is not a plain word.", f"Write {option} {example}.")
