"""Squid that takes connections on the way and asks a name server of its own: its host-forgery check."""

from collections.abc import Iterable

from lab.addresses import RESOLVER
from lab.changes.filters import redirected
from lab.changes.proxies import SQUID
from lab.scenario import Change
from lab.world import HOME, World

_CERTGEN = "/usr/lib/squid/security_file_certgen"
_OWN_RESOLVER = "127.0.0.53"
"""Where the proxy asks for names: a place of the office that the desktop does not know."""
_PASSES = "splice"
_OPENS = "bump"


def proxy_names(*options: str) -> Change:
    """Dnsmasq for the proxy alone; the desktop goes on asking the provider's resolver."""

    def change(world: World) -> None:
        words = ("--no-daemon", "--no-resolv", "--no-hosts", f"--server={RESOLVER}", "--user=root", "--pid-file=")
        own = ("--bind-interfaces", f"--listen-address={_OWN_RESOLVER}")
        world.start(world.office, "dnsmasq", *words, *own, *options, port=53, at=_OWN_RESOLVER)

    return change


def squid_checking(
    *,
    web: Iterable[int] = (),
    tls: Iterable[int] = (),
    opens: bool = False,
    strict: bool = False,
    own: bool = True,
    denied: Iterable[str] = (),
) -> tuple[Change, ...]:
    """Squid takes plain web on some ports and TLS on others, which it `opens` or passes on unopened.

    `own`: it asks its own name server (`proxy_names`) instead of the desktop's; `strict`: it refuses plain requests
    too whose name does not lead to where they go; `denied`: hosts it does not let anybody see.
    """

    def change(world: World) -> None:
        world.trusts_box = opens
        world.run(world.office, _CERTGEN, "-c", "-s", str(HOME / "ssl_db"), "-M", "4MB")
        world.run(world.office, "chown", "-R", "proxy", str(HOME / "ssl_db"))
        text = SQUID.replace(RESOLVER, _OWN_RESOLVER) if own else SQUID
        text += (
            f"http_port 3129 intercept\nhost_verify_strict {'on' if strict else 'off'}\n"
            f"https_port 3130 intercept ssl-bump tls-cert={world.box_authority()} generate-host-certificates=on "
            "dynamic_cert_mem_cache_size=4MB\n"
            f"sslcrtd_program {_CERTGEN} -s {HOME}/ssl_db -M 4MB\nsslcrtd_children 2\n"
            f"tls_outgoing_options cafile={HOME}/public.pem flags=DONT_VERIFY_DOMAIN\n"
            f"acl first at_step SslBump1\nssl_bump peek first\nssl_bump {_OPENS if opens else _PASSES} all\n"
            f"{_denying(denied)}http_access allow all\n"
        )
        world.start(world.office, "squid", "-N", "-f", str(world.file("squid.conf", text)), port=3128)

    taken = ((web, 3129), (tls, 3130))
    return change, *(redirected(ports, to) for ports, to in taken if tuple(ports))


def _denying(hosts: Iterable[str]) -> str:
    """Rules of squid: by the name in a request, and in the greeting of TLS."""
    names = " ".join(hosts)
    if not names:
        return ""
    return (
        f"acl host dstdomain -n {names}\nacl greeted ssl::server_name {names}\n"
        "http_access deny host\nhttp_access deny greeted\n"
    )
