"""Files of this machine as text: bounded, without waiting, and with trouble as a value."""

import os
from collections.abc import Mapping

from msgspec import Struct

MOST = 1 << 20
"""Bytes of one file that are read. Settings are small; what is larger is not a settings file."""
_PIECE = 1 << 16
_FLAGS = os.O_RDONLY | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
"""Non-blocking, because a path the user names may be a pipe nobody writes to."""


class Reading(Struct, frozen=True, kw_only=True):
    """What a file gave. `trouble` says in a few words why it gave nothing, or not all."""

    text: str = ""
    exists: bool = True
    trouble: str = ""


_ABSENT = Reading(exists=False)


def under(root: str, path: str) -> str:
    """`path` as seen from `root`."""
    return path if root == "/" else root.rstrip("/") + path


def read_text(path: str, most: int = MOST) -> Reading:
    """The file as text: bytes that are not UTF-8 replaced, a byte order mark dropped, at most `most` bytes."""
    try:
        data = read_at_most(path, most + 1)
    except (FileNotFoundError, NotADirectoryError):
        return _ABSENT
    except OSError as problem:
        return Reading(trouble=f"{printable(path)}: {(problem.strerror or 'unreadable').lower()}")
    trouble = f"{printable(path)}: only its first {most} bytes were read" if len(data) > most else ""
    return Reading(text=data[:most].decode("utf-8", "replace").removeprefix("\ufeff"), trouble=trouble)


def read_bytes(path: str, most: int) -> bytes:
    """At most `most` bytes of a file; none when it is not there or may not be read."""
    try:
        return read_at_most(path, most)
    except OSError:
        return b""


def names_in(folder: str) -> tuple[str, ...]:
    """The sorted names in a folder; none when it is not there or may not be read."""
    try:
        return tuple(sorted(os.listdir(folder)))  # noqa: PTH208  importing pathlib costs as much as the survey
    except OSError:
        return ()


def is_folder(path: str) -> bool:
    """Whether a folder stands there and may be seen."""
    return os.path.isdir(path)  # noqa: PTH112  the same


def is_file(path: str) -> bool:
    """Whether a file stands there and may be seen."""
    return os.path.isfile(path)  # noqa: PTH113  the same


def home(environ: Mapping[str, str]) -> str:
    """The user's own folder; empty when the environment does not say."""
    return (environ.get("HOME") or environ.get("USERPROFILE") or "").rstrip("/\\")


def config_home(environ: Mapping[str, str]) -> str:
    """Where programs of a desktop keep their settings."""
    return environ.get("XDG_CONFIG_HOME") or f"{home(environ)}/.config"


def shortened(path: str, environ: Mapping[str, str]) -> str:
    """A path fit to be shown and saved, without the name of the user: the home folder is `~`."""
    folder = home(environ)
    own = folder and path.startswith((f"{folder}/", f"{folder}\\"))
    return printable(f"~{path[len(folder) :]}" if own else path)


def printable(text: str) -> str:
    """The text with `?` for whatever cannot be shown: control characters, bytes that are no text."""
    return text if text.isprintable() else "".join(one if one.isprintable() else "?" for one in text)


def read_at_most(path: str, most: int) -> bytes:
    """The first `most` bytes of a file.

    Raises:
        OSError: it is not there, or may not be read.
    """
    handle = os.open(path, _FLAGS)
    try:
        pieces = []
        while most > 0 and (piece := os.read(handle, min(most, _PIECE))):
            pieces.append(piece)
            most -= len(piece)
        return b"".join(pieces)
    finally:
        os.close(handle)
