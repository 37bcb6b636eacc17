"""Passwords of a help desk: a file of `name:hash` lines, made by `lineclear page --new-password NAME`.

A guess costs 16 MiB and some tens of milliseconds (scrypt, RFC 7914), is made in a thread, one at a time, and a client
that guesses wrong has to wait.
"""

import asyncio
import hashlib
import secrets
import time
from base64 import b64decode, b64encode
from binascii import Error
from collections import OrderedDict
from collections.abc import Callable
from hmac import compare_digest

from lineclear.model import UsageError

_COST = {"n": 2**14, "r": 8, "p": 1}
_SALT_BYTES = 16
_MEMORY_MOST = 64 * 2**20
_WRONG_MOST = 8
"""Wrong passwords a client may give in `_WRONG_S`."""
_WRONG_S = 60.0
_REMEMBERED = 1024
"""Clients and right passwords kept in mind."""


def new_line(name: str, password: str) -> str:
    """A line for the file.

    Raises:
        UsageError: a name or a password that cannot be used.
    """
    if not name or ":" in name or not name.isprintable():
        raise UsageError(f"{name!r} is no name for a password.", "Use letters and digits, without a colon.")
    if not password:
        raise UsageError("The password is empty.", "Type one.")
    salt = secrets.token_bytes(_SALT_BYTES)
    return f"{name}:scrypt${b64encode(salt).decode()}${b64encode(_hash(password, salt)).decode()}"


def read_lines(text: str, where: str) -> dict[str, tuple[bytes, bytes]]:
    """Name to salt and hash.

    Raises:
        UsageError: the file holds something else.
    """
    found: dict[str, tuple[bytes, bytes]] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        name, _, rest = line.strip().partition(":")
        try:
            kind, salt, known = rest.split("$")
            found[name] = b64decode(salt, validate=True), b64decode(known, validate=True)
        except (ValueError, Error):
            kind = ""
        if kind != "scrypt" or not name:
            raise UsageError(
                f"Line {number} of {where} is not NAME:scrypt$SALT$HASH.", "Make it by lineclear page --new-password."
            )
    if not found:
        raise UsageError(f"{where} holds no password.", "Add one by lineclear page --new-password NAME.")
    return found


class Passwords:
    """Says whether a password is right, slowly enough for guessing to be hopeless."""

    def __init__(self, known: dict[str, tuple[bytes, bytes]], clock: Callable[[], float] = time.monotonic) -> None:
        self._known = known
        self._clock = clock
        self._nobody = secrets.token_bytes(_SALT_BYTES), b""
        self._one_at_a_time = asyncio.Semaphore(1)
        self._wrong: OrderedDict[str, list[float]] = OrderedDict()
        self._right: OrderedDict[bytes, None] = OrderedDict()
        self._secret = secrets.token_bytes(_SALT_BYTES)

    async def match(self, name: str, password: str, client: str) -> bool:
        """Whether `client` gave a right password; False too while it has to wait."""
        if not name or self._waits(client):
            return False
        seen = hashlib.blake2b(f"{name}:{password}".encode(), key=self._secret).digest()
        if seen in self._right:
            return True
        salt, known = self._known.get(name, self._nobody)
        async with self._one_at_a_time:
            made = await asyncio.to_thread(_hash, password, salt)
        if compare_digest(made, known):
            _keep(self._right, seen, None)
            return True
        _keep(self._wrong, client, [*self._wrong.get(client, []), self._clock()][-_WRONG_MOST:])
        return False

    def _waits(self, client: str) -> bool:
        wrong = self._wrong.get(client, [])
        return len(wrong) >= _WRONG_MOST and wrong[0] > self._clock() - _WRONG_S


def _keep(table: OrderedDict, key: object, value: object) -> None:  # type: ignore[type-arg]  # two tables, one bound
    table[key] = value
    table.move_to_end(key)
    while len(table) > _REMEMBERED:
        table.popitem(last=False)


def _hash(password: str, salt: bytes) -> bytes:
    return hashlib.scrypt(password.encode(), salt=salt, maxmem=_MEMORY_MOST, **_COST)
