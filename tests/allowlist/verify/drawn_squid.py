"""Configurations of Squid as a person writes them, and requests to ask them about."""

from .drawn import Draw
from .squid_rig import CLIENTS, HOSTS, PORTS

Request = tuple[str, str, str, int]
"""Client, method, host, port."""
_DOMAINS = (*HOSTS, ".a.example", ".example", ".b.a.example", ".other.test", "nobody.test")
_EXPRESSIONS = (r"\.example$", "^x", r"^.+\.a\.example$", "a", r"^(b|c)\.", r"[0-9]+\.other", "^OTHER")
_BLOCKS = ("192.0.2.0/24", "192.0.2.1", "198.51.100.0-203.0.113.77", "192.0.2.128/25 203.0.113.78", "0.0.0.0/0")
_SOURCES = ("10.1.0.0/24", "10.1.0.2", "10.0.0.0/8", "10.1.0.128/25 127.0.0.1", "10.1.0.1-10.1.0.9")
_PORTS = ("443", "80 443", "4000-4001", "1-1023", "8443 563 80", "1025-65535")
_DOUBTFUL = ("time 00:00-23:59", "browser Mozilla", "url_regex -i secret", "maxconn 500", "random 0.5")
_BUILT_IN = ("all", "localhost", "to_localhost", "CONNECT", "manager")


def rules(draw: Draw, *, doubtful: bool) -> str:
    """Acl and http_access lines."""
    lines, names = [], []
    for number in range(draw.number(3, 7)):
        name = f"n{number}"
        names.append(name)
        kind, values = _acl(draw)
        if number > 3 and draw.chance(20):
            kind, values = (
                draw.one(("any-of", "all-of")),
                " ".join((_sign(draw) + draw.one(names[:-1]), draw.one(names[:-1]))),
            )
        if doubtful and draw.chance(20):
            kind, _, values = draw.one(_DOUBTFUL).partition(" ")
        lines.append(f"acl {name} {kind} {values}")
        if draw.chance(15) and kind == "port":
            lines.append(f"acl {name} port {draw.one(PORTS)}  # one more")
    for _ in range(draw.number(1, 6)):
        asked = " ".join(_sign(draw) + one for one in draw.some((*names, *_BUILT_IN), 3))
        lines.append(f"http_access {draw.one(('allow', 'allow', 'deny'))} {asked}")
    if draw.chance(70):
        lines.append(f"http_access {draw.one(('deny', 'deny', 'allow'))} all")
    return "\n".join(lines) + "\n"


def _acl(draw: Draw) -> tuple[str, str]:
    return draw.one(
        (
            (f"dstdomain{draw.one(('', ' -n'))}", " ".join(_apart(draw))),
            (f"dstdom_regex{draw.one(('', ' -i', ' -n'))}", " ".join(draw.some(_EXPRESSIONS, 2))),
            ("dst", draw.one(_BLOCKS)),
            ("src", draw.one(_SOURCES)),
            ("port", draw.one(_PORTS)),
            ("port", draw.one(_PORTS)),
            ("method", draw.one(("CONNECT", "GET", "GET POST"))),
        )
    )


def _apart(draw: Draw) -> list[str]:
    """Domains of which none lies within another, which Squid would refuse or warn of."""
    kept: list[str] = []
    for one in draw.some(_DOMAINS, 3):
        if not any(one.endswith(each) or each.endswith(one) for each in kept):
            kept.append(one)
    return kept


def _sign(draw: Draw) -> str:
    return "!" if draw.chance(20) else ""


def requests(draw: Draw, count: int) -> list[Request]:
    """Requests by name, and now and then by address."""
    places = (*HOSTS, *HOSTS, *HOSTS.values())
    return [
        (draw.one(CLIENTS), draw.one(("CONNECT", "CONNECT", "GET")), draw.one(places), draw.one(PORTS))
        for _ in range(count)
    ]
