"""jts.ini, the trading desktop's own settings: which gateways this installation really uses.

The file also holds user names, in a scrambled form, and devices of the second factor. It is read line by line, only
the keys named here are looked at, and of their values only what has the form of a host and port, a word or a switch.
"""

from collections.abc import Iterator, Mapping

from lineclear.model import GatewayUse, Presence, UsageError

from .proxies import host_and_port
from .reading import home, is_folder, read_text, shortened, under

_SECTIONS = ("[logon]", "[communication]", "[ibgateway]")
_KEYS = frozenset({"peer", "region", "supportsssl", "usessl", "remotehostorderrouting", "remoteportorderrouting"})
_FIX = "Name the jts.ini of the installation, usually ~/Jts/jts.ini or C:\\Jts\\jts.ini."
_DOORS_MOST = 64
_REGION_MOST = 16
_YES = frozenset({"true", "yes", "1"})
_NO = frozenset({"false", "no", "0", "none", ""})
_ONLY_A_NOTICE = "displayedproxymsg"
"""Whether a notice about proxies was shown, not whether one is set."""


def find(root: str, environ: Mapping[str, str], platform: str) -> tuple[tuple[GatewayUse, ...], tuple[str, ...]]:
    """The installations found in the usual places, and notes on files that could not be read."""
    found, notes = [], []
    for path in _usual_places(environ, platform):
        told = read_text(under(root, path))
        if told.text:
            found.append(parse_jts(told.text, shortened(path, environ)))
        if told.trouble:
            notes.append(f"jts.ini: {told.trouble}")
    return tuple(found), tuple(notes)


def read_given(path: str, environ: Mapping[str, str]) -> GatewayUse:
    """The installation whose jts.ini, or whose folder, the user named.

    Raises:
        UsageError: there is no such file, it cannot be read, or it is something else.
    """
    told = read_text(path)
    if told.trouble and not told.text and is_folder(path):
        path = f"{path.rstrip('/')}/jts.ini"
        told = read_text(path)
    if not told.exists:
        raise UsageError(f"There is no file {path}.", _FIX)
    if told.trouble and not told.text:
        raise UsageError(f"Cannot read {told.trouble}.", "Check its permissions, or run as the user who owns it.")
    if not any(section in told.text.lower() for section in _SECTIONS):
        raise UsageError(f"{path} is not a jts.ini: it has none of its sections.", _FIX)
    return parse_jts(told.text, shortened(path, environ))


def parse_jts(text: str, path: str) -> GatewayUse:
    """What the file says of gateways; parts that make no sense are left out."""
    told = dict(_settings(text))
    doors = [entry.partition(",")[0] for entry in told.get("supportsssl", "").split(";")]
    routing = f"{told.get('remotehostorderrouting', '')}:{told.get('remoteportorderrouting', '')}"
    region = told.get("region", "")
    known = [door for door in map(_door, (*doors, routing)) if door]
    return GatewayUse(
        path=path,
        peer=_door(told.get("peer", "")),
        known=tuple(dict.fromkeys(known))[:_DOORS_MOST],
        use_ssl=_switch(told.get("usessl")),
        region=region if region.isalpha() and len(region) <= _REGION_MOST else "",
        proxy=_proxy(told),
    )


def _settings(text: str) -> Iterator[tuple[str, str]]:
    """The keys we read, in lower case, and their values. Of the proxy keys only `set` or `unset`."""
    for line in text.split("\n"):
        key, separator, value = line.strip().partition("=")
        key, value = key.strip().lower(), value.strip()
        if not separator:
            continue
        if key in _KEYS:
            yield key, value
        elif "proxy" in key and key != _ONLY_A_NOTICE and value.lower() not in _NO:
            yield "proxy", "set"


def _door(text: str) -> str:
    host, port = host_and_port(text.strip())
    return f"{host.lower()}:{port}" if port and ":" not in host else ""


def _switch(value: str | None) -> Presence:
    if value is None:
        return Presence.UNKNOWN
    word = value.lower()
    return Presence.YES if word in _YES else Presence.NO if word in _NO else Presence.UNKNOWN


def _proxy(told: Mapping[str, str]) -> Presence:
    """Set, not set in a file that says something, or nothing said at all."""
    if "proxy" in told:
        return Presence.YES
    return Presence.NO if told else Presence.UNKNOWN


def _usual_places(environ: Mapping[str, str], platform: str) -> tuple[str, ...]:
    own = home(environ)
    if platform == "win32":
        drive = environ.get("SYSTEMDRIVE", "C:")
        folders = [f"{drive}\\Jts", f"{own}\\Jts" if own else ""]
        return tuple(f"{folder}\\jts.ini" for folder in folders if folder)
    folders = [environ.get("TWS_SETTINGS_PATH", ""), f"{own}/Jts" if own else ""]
    if platform == "darwin" and own:
        folders.append(f"{own}/Library/Application Support/Jts")
    return tuple(dict.fromkeys(f"{folder.rstrip('/')}/jts.ini" for folder in folders if folder.startswith("/")))
