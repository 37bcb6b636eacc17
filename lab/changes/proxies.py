"""Proxies: squid explicit, intercepting and opening TLS; haproxy that accepts first; a captive portal."""

import sys
from collections.abc import Iterable
from pathlib import Path

from lab.addresses import DESKTOP, OFFICE, RESOLVER
from lab.changes.filters import redirected
from lab.changes.machine import environment
from lab.changes.names import named, searching
from lab.scenario import Change
from lab.world import HOME, World
from lineclear.simulate.scene import Leaf

SQUID = f"""
http_port 3128
dns_nameservers {RESOLVER}
cache deny all
cache_mem 4 MB
memory_pools off
access_log none
cache_log /dev/null
pid_filename none
shutdown_lifetime 0 seconds
coredump_dir none
visible_hostname proxy.office.example
max_filedescriptors 1024
"""
_OPEN = "http_access allow all\n"
ACCEPTS_FIRST = """
defaults
 mode tcp
 timeout connect 20s
 timeout client {silence_s}s
 timeout server {silence_s}s
 retries 1
listen all
 bind :9999
 server far 0.0.0.0:0
listen ready
 mode http
 bind 127.0.0.1:9997
 http-request return status 200
"""
"""haproxy that goes on to wherever a connection was meant for, once it has accepted it."""
_CERTGEN = "/usr/lib/squid/security_file_certgen"
_DOMAIN = "office.example"
_WPAD = f"wpad.{_DOMAIN}"
_SCRIPTS = f"scripts.{_DOMAIN}"
_GRANTING = str(Path(__file__).parents[1] / "granting.py")
_LEASES = Path("/var/lib/dhcp")
_TO_LOGIN = "redirect location http://login.portal.example/ code 302"


def squid(rules: str = _OPEN, more: str = "") -> Change:
    """Squid on the office router, port 3128."""

    def change(world: World) -> None:
        path = world.file("squid.conf", SQUID + more + rules)
        world.start(world.office, "squid", "-N", "-f", str(path), port=3128)

    return change


def explicit(rules: str = _OPEN, *, port: int = 3128) -> tuple[Change, ...]:
    """squid, and a desktop that is told to use it."""
    url = f"http://{OFFICE}:{port}"
    return squid(rules), environment(http_proxy=url, https_proxy=url)


def granting(after_s: float) -> tuple[Change, ...]:
    """A proxy (`lab.granting`) that says yes to everybody and hangs up after a while; the desktop is told to use it."""
    url = f"http://{OFFICE}:3128"

    def change(world: World) -> None:
        world.start(world.office, sys.executable, _GRANTING, "3128", str(after_s), port=3128)

    return change, environment(http_proxy=url, https_proxy=url)


def squid_intercepting(ports: Iterable[int]) -> tuple[Change, ...]:
    """Squid takes plain connections to some ports, as HTTP."""
    return squid(more="http_port 3129 intercept\n"), redirected(ports, 3129)


def squid_opening(ports: Iterable[int], *, trusted: bool, verifies: bool = True) -> tuple[Change, ...]:
    """Squid opens TLS on some ports with certificates of its own; the desktop trusts their authority, or not.

    `verifies`: whether it looks at the certificates behind it.
    """

    def change(world: World) -> None:
        world.trusts_box = trusted
        world.run(world.office, _CERTGEN, "-c", "-s", str(HOME / "ssl_db"), "-M", "4MB")
        world.run(world.office, "chown", "-R", "proxy", str(HOME / "ssl_db"))
        box = world.box_authority()
        more = (
            f"https_port 3130 intercept ssl-bump tls-cert={box} generate-host-certificates=on "
            "dynamic_cert_mem_cache_size=4MB\n"
            f"sslcrtd_program {_CERTGEN} -s {HOME}/ssl_db -M 4MB\nsslcrtd_children 2\n"
            f"tls_outgoing_options cafile={HOME}/public.pem flags=DONT_VERIFY_{'DOMAIN' if verifies else 'PEER'}\n"
            "acl first at_step SslBump1\nssl_bump peek first\nssl_bump bump all\n"
        )
        squid(more=more)(world)

    return change, redirected(ports, 3130)


def accepting_first(ports: Iterable[int], which: str = "", *, silence_s: int = 60) -> tuple[Change, ...]:
    """Haproxy accepts for everybody on some ports, then tries the far end; hangs up after a silence."""

    def change(world: World) -> None:
        text = ACCEPTS_FIRST.format(silence_s=silence_s)
        world.start(world.office, "haproxy", "-db", "-f", str(world.file("haproxy.cfg", text)), port=9997)

    return change, redirected(ports, 9999, which)


def portal(
    ports: Iterable[int], answer: str = _TO_LOGIN, *, over_tls: Iterable[int] = (), named: str = "", which: str = ""
) -> tuple[Change, ...]:
    """A captive portal: every web request gets its answer; other ports it takes answer HTTP too.

    Ports `over_tls` shake hands with one certificate for everybody, of nobody trusted or of the portal's own public
    name, and answer the same. Connections of one kind only, if nft's words for it are given as `which`.
    """

    def change(world: World) -> None:
        pem = world.file("portal.pem", world.certifier.pem(Leaf(names=(named,)))) if named else world.box_authority()
        text = (
            "defaults\n mode http\n timeout client 20s\n timeout server 5s\n timeout connect 5s\n"
            f"listen portal\n bind :::9998 v4v6\n bind :9996 ssl crt {pem}\n http-request {answer}\n"
        )
        world.start(world.office, "haproxy", "-db", "-f", str(world.file("portal.cfg", text)), port=9998)

    secure = (redirected(over_tls, 9996, which),) if over_tls else ()
    return change, redirected(ports, 9998, which), *secure


def socks() -> Change:
    """A SOCKS proxy (microsocks) on the office router, port 1080."""

    def change(world: World) -> None:
        world.start(world.office, "microsocks", "-i", "0.0.0.0", "-p", "1080", port=1080)

    return change


def script_served(script: str, *, name: str = _WPAD, status: int = 200) -> Change:
    """A web server of the office (haproxy) gives out a proxy auto-configuration script, whatever path is asked for."""

    def change(world: World) -> None:
        path = world.file("wpad.dat", script)
        gives = f"http-request return status {status} content-type application/x-ns-proxy-autoconfig file {path}"
        text = (
            "defaults\n mode http\n timeout client 20s\n timeout server 5s\n timeout connect 5s\n"
            f"listen scripts\n bind {OFFICE}:80\n {gives}\n"
        )
        world.start(world.office, "haproxy", "-db", "-f", str(world.file("scripts.cfg", text)), port=80, at=OFFICE)
        named(name, OFFICE)(world)

    return change


def found_by_name(script: str) -> tuple[Change, ...]:
    """The script is where programs look that search for one by themselves: http://wpad.DOMAIN/wpad.dat (WPAD)."""
    return script_served(script), searching(_DOMAIN), desktop_setting("3")


def found_by_dhcp(script: str, *, obeyed: bool = True) -> tuple[Change, ...]:
    """The script's address is what DHCP announces (option 252): dnsmasq of the office to dhclient of the desktop.

    `obeyed`: whether the desktop is set to detect its proxy, without which nobody asks.
    """

    def change(world: World) -> None:
        wants = world.file("dhclient.conf", "option wpad code 252 = text;\nrequest subnet-mask, routers, wpad;\n")
        own = ("--no-daemon", "--no-ping", "--port=0", "--user=root", "--pid-file=", f"--dhcp-leasefile={HOME}/given")
        given = (f"--dhcp-range={DESKTOP},{DESKTOP}", f"--dhcp-option=252,http://{_SCRIPTS}/proxy.pac")
        world.start(world.office, "dnsmasq", *own, *given)
        world.run(world.desktop, "mount", "-t", "tmpfs", "-o", "mode=755", "none", str(_LEASES))
        lease = _LEASES / "dhclient.leases"
        words = ("-d", "-1", "-cf", str(wants), "-lf", str(lease), "-pf", f"{HOME}/dhclient.pid", "-sf", "/bin/true")
        world.start(world.desktop, "dhclient", *words, "to-office", ready=lease)

    usual = (script_served(script, name=_SCRIPTS), change)
    return (*usual, desktop_setting("3")) if obeyed else usual


def found_by_setting(script: str, *, status: int = 200) -> tuple[Change, ...]:
    """The desktop is set to a script by its address."""
    url = f"http://{_SCRIPTS}/proxy.pac"
    return script_served(script, name=_SCRIPTS, status=status), desktop_setting("2", url)


def desktop_setting(kind: str, url: str = "", *more: str) -> Change:
    """KDE's: kind 1 is proxies line by line, 2 a script by its address, 3 the search for one."""

    def change(world: World) -> None:
        lines = (f"ProxyType={kind}", *((f"Proxy Config Script={url}",) if url else ()), *more)
        world.home_files[".config/kioslaverc"] = "\n".join(("[Proxy Settings]", *lines, ""))

    return change
