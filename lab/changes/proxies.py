"""Proxies: squid explicit, intercepting and opening TLS; haproxy that accepts first; a captive portal."""

from collections.abc import Iterable

from lab.addresses import OFFICE, RESOLVER
from lab.changes.filters import redirected
from lab.changes.machine import environment
from lab.scenario import Change
from lab.world import HOME, World

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
_CERTGEN = "/usr/lib/squid/security_file_certgen"
_PORTAL = "http://login.portal.example/"


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


def squid_intercepting(ports: Iterable[int]) -> tuple[Change, ...]:
    """Squid takes plain connections to some ports, as HTTP."""
    return squid(more="http_port 3129 intercept\n"), redirected(ports, 3129)


def squid_opening(ports: Iterable[int], *, trusted: bool) -> tuple[Change, ...]:
    """Squid opens TLS on some ports with certificates of its own; the desktop trusts their authority, or not."""

    def change(world: World) -> None:
        world.trusts_box = trusted
        world.run(world.office, _CERTGEN, "-c", "-s", str(HOME / "ssl_db"), "-M", "4MB")
        world.run(world.office, "chown", "-R", "proxy", str(HOME / "ssl_db"))
        box = world.box_authority()
        more = (
            f"https_port 3130 intercept ssl-bump tls-cert={box} generate-host-certificates=on "
            "dynamic_cert_mem_cache_size=4MB\n"
            f"sslcrtd_program {_CERTGEN} -s {HOME}/ssl_db -M 4MB\nsslcrtd_children 2\n"
            f"tls_outgoing_options cafile={HOME}/public.pem flags=DONT_VERIFY_DOMAIN\n"
            "acl first at_step SslBump1\nssl_bump peek first\nssl_bump bump all\n"
        )
        squid(more=more)(world)

    return change, redirected(ports, 3130)


def accepting_first(ports: Iterable[int]) -> tuple[Change, ...]:
    """Haproxy accepts for everybody on some ports, then tries the far end."""

    def change(world: World) -> None:
        text = (
            "defaults\n mode tcp\n timeout connect 20s\n timeout client 60s\n timeout server 60s\n retries 1\n"
            "listen all\n bind :9999\n server far 0.0.0.0:0\n"
            "listen ready\n mode http\n bind 127.0.0.1:9997\n http-request return status 200\n"
        )
        world.start(world.office, "haproxy", "-db", "-f", str(world.file("haproxy.cfg", text)), port=9997)

    return change, redirected(ports, 9999)


def portal(ports: Iterable[int]) -> tuple[Change, ...]:
    """A captive portal: every plain web request is sent to its login page; other ports it takes answer HTTP too."""

    def change(world: World) -> None:
        text = (
            "defaults\n mode http\n timeout client 20s\n timeout server 5s\n timeout connect 5s\n"
            f"listen portal\n bind :9998\n http-request redirect location {_PORTAL} code 302\n"
        )
        world.start(world.office, "haproxy", "-db", "-f", str(world.file("portal.cfg", text)), port=9998)

    return change, redirected(ports, 9998)
