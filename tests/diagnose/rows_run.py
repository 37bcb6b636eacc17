"""The run itself, the local API, and lists of other vendors."""

from tests.diagnose.rows import ALL, FAILURE, INCONCLUSIVE, SUCCESS, Row, row
from tests.diagnose.words import catalog, cut_after, depth, doors, refused, silent, unknown_issuer
from tests.diagnose.words_names import unresolved

from lineclear.catalog import load, parse_toml, select
from lineclear.model import Depth, Failure

_API = ("*:7496", "*:7497", "*:4001", "*:4002")
_OTHERS = ("!*:7497",)


def _list(services: str) -> str:
    return f"""
format = "lineclear.catalog/1"
id = "other"
edition = "1"
title = "Another vendor"
publisher = "Another vendor"
application = "a program"
{services}
"""


_FEED = """
[[service]]
id = "feed"
label = "FEED"
name = "Feed"
ports = ["6121/tls", "443/https"]
hosts = ["fix.vendor.example"]
any_of = "feed"
"""
_BLOCK = """
[[service]]
id = "block"
label = "BLOCK"
name = "Block"
ports = ["8194/tcp"]
hosts = ["198.51.100.0/28"]
"""
_WAYS = parse_toml(_list(f"{_FEED}{_BLOCK}required = false"), "ways.toml")
_DEMANDING = parse_toml(_list(f"{_FEED}{_BLOCK}"), "demanding.toml")
_PRICES = (
    '[[service]]\nid = "prices"\nlabel = "P"\nname = "Prices"\nports = ["48129/udp"]\nhosts = ["fix.vendor.example"]'
)
_OR_BY_UDP = parse_toml(_list(f'{_FEED}{_PRICES}\nany_of = "feed"'), "udp.toml")

_FOR_CHINA = select(load("ibkr"), services=("tws-asia-china",))

ROWS: tuple[Row, ...] = (
    row("the local API, all of it", catalog("local"), verdict=SUCCESS),
    row(
        "one local API of five",
        catalog("local"),
        refused("*"),
        lambda network: network.with_doors("*:7497", connect=None),
        verdict=SUCCESS,
        dead=(*ALL, *_OTHERS),
    ),
    row(
        "nothing listens",
        catalog("local"),
        refused("*"),
        verdict=FAILURE,
        errors=("local-api-not-listening",),
        dead=ALL,
    ),
    row(
        "another program listens",
        catalog("local"),
        refused("*"),
        lambda network: network.with_doors("*:7497", connect=None, hello=Failure.NOT_THE_API, said="HTTP/1.1 400"),
        verdict=FAILURE,
        errors=("local-api-other-program",),
        dead=ALL,
    ),
    row(
        "the API does not trust this client",
        catalog("local"),
        refused("*"),
        lambda network: network.with_doors("*:7497", connect=None, hello=Failure.API_UNTRUSTED),
        verdict=FAILURE,
        errors=("local-api-client-not-trusted",),
        dead=ALL,
    ),
    row(
        "one API does not trust this client, and another does",
        catalog("local"),
        refused("*:5000", "*:4001", "*:4002"),
        doors("*:7497", hello=Failure.API_UNTRUSTED),
        verdict=SUCCESS,
        notes=("local-api-client-not-trusted",),
        dead=(*ALL, "!*:7496"),
    ),
    row(
        "the Client Portal Gateway, with the certificate it comes with",
        catalog("local"),
        refused(*_API),
        unknown_issuer("*:5000"),
        verdict=SUCCESS,
        dead=_API,
    ),
    row("no more than connects", depth(Depth.TCP), verdict=INCONCLUSIVE, notes=("reachable-but-unproven",), unsure=ALL),
    row(
        "no more than connects, and one port is dropped",
        depth(Depth.TCP),
        silent("*:4000"),
        verdict=FAILURE,
        errors=("egress-port-dropped",),
        notes=("reachable-but-unproven",),
        dead=("*:4000",),
        unsure=(*ALL, "!*:4000"),
    ),
    row(
        "no more than TLS",
        depth(Depth.TLS),
        verdict=INCONCLUSIVE,
        notes=("reachable-but-unproven",),
        unsure=("*:4000", "*:80"),
    ),
    row("no more than names", depth(Depth.NAMES), verdict=INCONCLUSIVE, notes=("not-tried",), unsure=ALL),
    row(
        "no more than names, and one is denied",
        depth(Depth.NAMES),
        unresolved("zdc1.ibllc.com"),
        verdict=FAILURE,
        errors=("name-unknown",),
        notes=("not-tried",),
        dead=("zdc1.ibllc.com:*",),
        unsure=(*ALL, "!zdc1.ibllc.com:*"),
    ),
    row(
        "no more than names, and all lead nowhere",
        depth(Depth.NAMES),
        lambda network: network.with_answers(kind="A", addresses=("0.0.0.0",)),
        verdict=FAILURE,
        errors=("names-sinkholed",),
        dead=ALL,
    ),
    row("cut before anything began", cut_after(0.5), verdict=INCONCLUSIVE, notes=("stopped-early",), unsure=ALL),
    row(
        "cut before anything answered",
        cut_after(10.0),
        verdict=INCONCLUSIVE,
        notes=("stopped-early",),
        unsure=ALL,
    ),
    row(
        "cut before the second look, when a port was silent",
        silent("*:4001"),
        cut_after(1500.0),
        verdict=INCONCLUSIVE,
        notes=("stopped-early",),
        unsure=("*:4001",),
    ),
    row(
        "cut in the second look, before any of it had waited long enough",
        silent("*:4001"),
        cut_after(2500.0),
        verdict=INCONCLUSIVE,
        notes=("stopped-early",),
        unsure=("*:4001",),
    ),
    row(
        "cut in the second look, when what was seen is enough",
        silent("*:4001"),
        cut_after(5000.0),
        verdict=FAILURE,
        errors=("egress-port-dropped",),
        dead=("*:4001",),
    ),
    row("nothing of the list applies", catalog(_FOR_CHINA), verdict=INCONCLUSIVE),
    row("either of two ways", catalog(_WAYS), verdict=SUCCESS, notes=("not-testable",)),
    row(
        "all that can be tried works, and a block of addresses is needed besides",
        catalog(_DEMANDING),
        verdict=INCONCLUSIVE,
        warnings=("not-testable",),
    ),
    row(
        "what can be tried is blocked, and a block of addresses is needed besides",
        catalog(_DEMANDING),
        refused("*"),
        verdict=FAILURE,
        errors=("refused-by-the-server",),
        warnings=("not-testable",),
        dead=ALL,
    ),
    row(
        "one of several ways works, and another is by UDP",
        catalog(_OR_BY_UDP),
        verdict=SUCCESS,
        notes=("not-testable",),
    ),
    row(
        "the ways that can be tried are blocked, and another is by UDP",
        catalog(_OR_BY_UDP),
        refused("*"),
        verdict=INCONCLUSIVE,
        warnings=("refused-by-the-server", "not-testable"),
        dead=ALL,
    ),
    row(
        "one way of two is blocked",
        catalog(_WAYS),
        silent("*:6121"),
        verdict=SUCCESS,
        notes=("not-testable",),
        dead=("*:6121",),
    ),
    row(
        "one way of two is blocked, and the other is answered by a stranger",
        catalog(_WAYS),
        silent("*:6121"),
        unknown_issuer("*:443"),
        verdict=FAILURE,
        errors=("certificate-untrusted",),
        notes=("not-testable",),
        dead=ALL,
    ),
    row(
        "one way of two is blocked, and nobody can tell of the other",
        catalog(_WAYS),
        silent("*:6121"),
        doors("*:443", codes=(("system", 0),)),
        verdict=INCONCLUSIVE,
        notes=("not-testable", "reachable-but-unproven"),
        dead=("*:6121",),
        unsure=("*:443",),
    ),
    row(
        "both ways are blocked",
        catalog(_WAYS),
        refused("*"),
        verdict=FAILURE,
        errors=("refused-by-the-server",),
        notes=("not-testable",),
        dead=ALL,
    ),
)
