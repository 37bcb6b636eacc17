"""Proxy settings of GNOME (and what follows its schema) and of KDE.

GNOME's are asked of `gsettings`, which takes tens of milliseconds. So it is asked only in a desktop session, and only
when the settings database mentions proxies at all: an untouched setting means "none".
"""

from collections.abc import Iterator, Mapping

from msgspec.structs import replace

from lineclear.model import AutoConfig

from .parts import Settings, joined
from .proxies import merged, parse_auto_config, parse_bypass, parse_proxy, unreadable
from .reading import config_home, names_in, read_bytes, read_text, under

_PATIENCE_S = 0.5
_SCHEMA = "org.gnome.system.proxy"
_GNOME = "GNOME settings"
_GNOME_KEYS = frozenset({"mode", "autoconfig-url", "ignore-hosts", "host", "port", "use-authentication"})
_SYSTEM_DATABASES = "/etc/dconf/db"
_DATABASE_MOST = 8 << 20

_KDE = "KDE settings"
_KDE_KEYS = frozenset(
    {"ProxyType", "Proxy Config Script", "httpProxy", "httpsProxy", "socksProxy", "NoProxyFor", "ReversedException"}
)
_KDE_MANUAL, _KDE_PAC, _KDE_WPAD = "1", "2", "3"


def settings(root: str, environ: Mapping[str, str]) -> Settings:
    """What the desktop of this session tells programs to use."""
    config = config_home(environ)
    kde = from_kde(read_text(under(root, f"{config}/kioslaverc")).text)
    if root != "/" or not _mentions_proxies(config, environ):
        return kde
    return joined((kde, _ask_gsettings(environ)))


def from_gsettings(text: str) -> Settings:
    """What `gsettings list-recursively org.gnome.system.proxy` printed, its credentials passed over."""
    told = dict(_gnome_keys(text))
    mode = _unquoted(told.get(".mode", ""))
    if mode == "auto":
        return _automatic(_unquoted(told.get(".autoconfig-url", "")), _GNOME)
    if mode != "manual":
        return Settings()
    bypass = parse_bypass(" ".join(_quoted(told.get(".ignore-hosts", ""))))
    authenticates = told.get(".http.use-authentication") == "true"
    places = {
        scheme: f"{_unquoted(told.get(f'.{part}.host', ''))}:{told.get(f'.{part}.port', '')}"
        for part, scheme in (("http", "http"), ("https", "https"), ("socks", "all"))
    }
    return _manual(places, bypass, _GNOME, had_credentials=authenticates)


def from_kde(text: str) -> Settings:
    """What a kioslaverc says."""
    told = dict(_kde_keys(text))
    kind = told.get("ProxyType")
    if kind in (_KDE_PAC, _KDE_WPAD):
        return _automatic(told.get("Proxy Config Script", "") if kind == _KDE_PAC else "", _KDE)
    if kind != _KDE_MANUAL:
        return Settings()
    if told.get("ReversedException") == "true":
        return Settings(not_measured=("proxies: KDE settings use a proxy for the listed hosts only; not understood",))
    places = {
        scheme: told.get(key, "").strip().replace(" ", ":")  # written as `http://host port`
        for key, scheme in (("httpProxy", "http"), ("httpsProxy", "https"), ("socksProxy", "all"))
    }
    return _manual(places, parse_bypass(told.get("NoProxyFor", "")), _KDE)


def _manual(
    places: Mapping[str, str], bypass: tuple[str, ...], source: str, *, had_credentials: bool = False
) -> Settings:
    found, unread = [], []
    for scheme, place in places.items():
        if not place.strip(":"):
            continue
        proxy = parse_proxy(place, default="socks5" if scheme == "all" else "")
        if proxy is None:
            unread.append(unreadable(source))
            continue
        had = had_credentials or proxy.had_credentials
        found.append(replace(proxy, applies_to=(scheme,), bypass=bypass, source=source, had_credentials=had))
    return Settings(proxies=merged(found), not_measured=tuple(dict.fromkeys(unread)))


def _automatic(url: str, source: str) -> Settings:
    """A PAC address, or discovery when there is none."""
    if not url:
        return Settings(auto_configs=(AutoConfig(url="", source=source),))
    auto = parse_auto_config(url, source)
    return Settings(auto_configs=(auto,)) if auto else Settings(not_measured=(unreadable(source),))


def _mentions_proxies(config: str, environ: Mapping[str, str]) -> bool:
    """Whether a settings database holds anything about proxies. One that is not there holds nothing."""
    if environ.get("DCONF_PROFILE"):
        return True
    files = [f"{config}/dconf/user", *(f"{_SYSTEM_DATABASES}/{name}" for name in names_in(_SYSTEM_DATABASES))]
    return any(b"proxy" in read_bytes(path, _DATABASE_MOST) for path in files)


def _ask_gsettings(environ: Mapping[str, str]) -> Settings:
    import subprocess  # noqa: PLC0415  costs 10 ms, and only some desktops need it

    command = ("gsettings", "list-recursively", _SCHEMA)
    try:
        answer = subprocess.run(  # noqa: S603  a fixed command
            command, capture_output=True, timeout=_PATIENCE_S, check=False, env=dict(environ), stdin=subprocess.DEVNULL
        )
    except FileNotFoundError:
        return Settings()  # no GNOME here
    except (OSError, subprocess.TimeoutExpired):
        return Settings(not_measured=("proxies: gsettings did not answer",))
    return from_gsettings(answer.stdout.decode("utf-8", "replace"))


def _gnome_keys(text: str) -> Iterator[tuple[str, str]]:
    """Keys without the schema's name, such as `.http.host`, and their values; only those we read."""
    for line in text.split("\n"):
        schema, _, rest = line.strip().partition(" ")
        key, _, value = rest.partition(" ")
        if schema.startswith(_SCHEMA) and key in _GNOME_KEYS:
            yield f"{schema.removeprefix(_SCHEMA)}.{key}", value.strip()


def _kde_keys(text: str) -> Iterator[tuple[str, str]]:
    section = ""
    for line in text.split("\n"):
        stripped = line.strip()
        if stripped.startswith("["):
            section = stripped
        elif section == "[Proxy Settings]":
            key, _, value = stripped.partition("=")
            if key.strip() in _KDE_KEYS:
                yield key.strip(), value.strip()


def _quoted(text: str) -> Iterator[str]:
    """The strings of a printed list, such as `['localhost', '127.0.0.0/8']`."""
    mark = ""
    word = ""
    for one in text:
        if not mark:
            mark, word = (one, "") if one in "'\"" else ("", "")
        elif one == mark:
            yield word
            mark = ""
        else:
            word += one


def _unquoted(text: str) -> str:
    return next(_quoted(text), "")
