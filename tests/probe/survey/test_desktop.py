"""Proxy settings of GNOME and KDE."""

from pathlib import Path

import pytest

from lineclear.model import AutoConfig, Proxy, ProxyScheme, to_json
from lineclear.probe.survey import desktop
from lineclear.probe.survey.parts import Settings

GNOME = """org.gnome.system.proxy autoconfig-url ''
org.gnome.system.proxy ignore-hosts ['localhost', '127.0.0.0/8', "::1", '.o\\'x']
org.gnome.system.proxy mode 'manual'
org.gnome.system.proxy use-same-proxy true
org.gnome.system.proxy.ftp host 'ftp.example'
org.gnome.system.proxy.ftp port 21
org.gnome.system.proxy.http authentication-password 'S3cret'
org.gnome.system.proxy.http authentication-user 'bob'
org.gnome.system.proxy.http enabled false
org.gnome.system.proxy.http host 'proxy.example'
org.gnome.system.proxy.http port 3128
org.gnome.system.proxy.http use-authentication true
org.gnome.system.proxy.https host 'proxy.example'
org.gnome.system.proxy.https port 3128
org.gnome.system.proxy.socks host 'socks.example'
org.gnome.system.proxy.socks port 1080
"""
KDE = """[Proxy Settings][$Version]
update_info=x
[Proxy Settings]
NoProxyFor=localhost,.example.com
Proxy Config Script=http://wpad.example/p.pac
ProxyType=1
httpProxy=http://bob:S3cret@proxy.example 3128
httpsProxy=proxy.example:3128
socksProxy=socks://socks.example 1080
[Other]
ProxyType=2
"""


def test_gnome_manual() -> None:
    told = desktop.from_gsettings(GNOME)
    assert told.proxies[0] == Proxy(
        scheme=ProxyScheme.HTTP,
        host="proxy.example",
        port=3128,
        applies_to=("http", "https"),
        bypass=told.proxies[0].bypass,
        source="GNOME settings",
        had_credentials=True,
    )
    assert told.proxies[0].bypass[:3] == ("localhost", "127.0.0.0/8", "::1")
    assert (told.proxies[1].authority, told.proxies[1].applies_to) == ("socks5://socks.example:1080", ("all",))
    assert len(told.proxies) == 2
    assert b"S3cret" not in to_json(told)
    assert b"bob" not in to_json(told)


@pytest.mark.parametrize(
    ("mode", "url", "expected"),
    [
        ("'none'", "''", ()),
        (
            "'auto'",
            "'http://wpad.example/p.pac'",
            (AutoConfig(url="http://wpad.example/p.pac", source="GNOME settings"),),
        ),
        ("'auto'", "''", (AutoConfig(url="", source="GNOME settings"),)),
        ("", "", ()),
    ],
)
def test_gnome_modes(mode: str, url: str, expected: tuple[AutoConfig, ...]) -> None:
    text = GNOME.replace("mode 'manual'", f"mode {mode}").replace("autoconfig-url ''", f"autoconfig-url {url}")
    told = desktop.from_gsettings(text)
    assert (told.proxies, told.auto_configs) == ((), expected)


def test_kde_manual() -> None:
    told = desktop.from_kde(KDE)
    assert [(one.authority, one.applies_to, one.had_credentials) for one in told.proxies] == [
        ("http://proxy.example:3128", ("http", "https"), True),
        ("socks5://socks.example:1080", ("all",), False),
    ]
    assert told.proxies[0].bypass == ("localhost", ".example.com")
    assert b"S3cret" not in to_json(told)


@pytest.mark.parametrize(
    ("kind", "urls"), [("0", []), ("2", ["http://wpad.example/p.pac"]), ("3", [""]), ("4", []), ("x", [])]
)
def test_kde_kinds(kind: str, urls: list[str]) -> None:
    told = desktop.from_kde(KDE.replace("ProxyType=1", f"ProxyType={kind}"))
    assert (told.proxies, [one.url for one in told.auto_configs]) == ((), urls)


def test_what_is_not_understood_is_not_measured() -> None:
    reversed_list = desktop.from_kde(KDE.replace("ProxyType=1", "ProxyType=1\nReversedException=true"))
    assert (reversed_list.proxies, len(reversed_list.not_measured)) == ((), 1)
    broken = desktop.from_gsettings("org.gnome.system.proxy mode 'manual'\norg.gnome.system.proxy.http host 'p x'\n")
    assert (broken.proxies, len(broken.not_measured)) == ((), 1)
    odd = desktop.from_kde("[Proxy Settings]\nProxyType=2\nProxy Config Script=S3cret\n")
    assert odd.auto_configs == ()
    assert "S3cret" not in odd.not_measured[0]


@pytest.fixture
def session(tmp_path: Path) -> dict[str, str]:
    """A desktop session whose settings database mentions proxies, and a gsettings of our own."""
    (tmp_path / "config/dconf").mkdir(parents=True)
    (tmp_path / "config/dconf/user").write_bytes(b"GVariant\0system/proxy/http\0")
    (tmp_path / "bin").mkdir()
    return {
        "XDG_CONFIG_HOME": str(tmp_path / "config"),
        "XDG_CURRENT_DESKTOP": "GNOME",
        "PATH": f"{tmp_path}/bin",
        "HOME": str(tmp_path),
    }


def gsettings(tmp_path: Path, script: str) -> None:
    program = tmp_path / "bin/gsettings"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)


def test_gsettings_is_asked_in_a_session_that_has_proxy_settings(tmp_path: Path, session: dict[str, str]) -> None:
    (tmp_path / "told").write_text(GNOME)
    gsettings(tmp_path, f'[ "$*" = "list-recursively org.gnome.system.proxy" ] && exec /bin/cat {tmp_path}/told')
    assert desktop.settings("/", session) == desktop.from_gsettings(GNOME)


def test_gsettings_is_not_asked_where_nothing_is_set(tmp_path: Path, session: dict[str, str]) -> None:
    (tmp_path / "config/dconf/user").write_bytes(b"GVariant\0org/gnome/desktop\0")
    gsettings(tmp_path, f"/bin/touch {tmp_path}/asked")
    assert desktop.settings("/", session) == Settings()
    assert not (tmp_path / "asked").exists()
    session["DCONF_PROFILE"] = "/etc/dconf/profile/other"
    desktop.settings("/", session)
    assert (tmp_path / "asked").exists()


def test_a_gsettings_that_hangs_is_left_behind(
    tmp_path: Path, session: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desktop, "_PATIENCE_S", 0.05)
    gsettings(tmp_path, "exec /bin/cat /dev/zero >/dev/null")
    assert desktop.settings("/", session).not_measured == ("proxies: gsettings did not answer",)


def test_no_gsettings_at_all_is_no_gnome(session: dict[str, str]) -> None:
    assert desktop.settings("/", session) == Settings()
