"""Options that `check` and `plan` share: what to test, from where, and how. Words only, so that help comes at once."""

from __future__ import annotations

TYPE_CHECKING = False  # `typing` takes 3 ms, and the first questions leave before it
if TYPE_CHECKING:
    import argparse

DEPTHS = ("names", "tcp", "tls", "full")
_DEADLINE_S = 15.0


def add_selection(parser: argparse.ArgumentParser) -> None:
    """What to test."""
    what = parser.add_argument_group("what to test")
    what.add_argument(
        "--catalog", default="ibkr", metavar="NAME|FILE", help="a built-in list (ibkr, local) or a TOML file"
    )
    what.add_argument("--edition", default="", metavar="EDITION", help="of a built-in list; default: the newest")
    what.add_argument("--service", action="append", default=[], metavar="ID", help="only this service; repeatable")
    what.add_argument("--region", action="append", default=[], metavar="REGION", help="only this region; repeatable")
    what.add_argument(
        "--profile", action="append", default=[], metavar="ID", help="what applies to you, such as mainland-china"
    )
    what.add_argument("--only", action="append", default=[], metavar="ID", help="only these requirements")
    what.add_argument("--skip", action="append", default=[], metavar="ID", help="all but these requirements")


def add_network(parser: argparse.ArgumentParser) -> None:
    """How to test."""
    how = parser.add_argument_group("how to test")
    how.add_argument("--deadline", type=float, default=_DEADLINE_S, metavar="S", help="seconds at most; default 15")
    how.add_argument(
        "--depth",
        choices=DEPTHS,
        default=DEPTHS[-1],
        help="how far to walk: short of full, nothing can be proven on port 4000",
    )
    how.add_argument(
        "--no-nudge", action="store_true", help="never send the CR LF of the telnet test; port 4000 then stays unproven"
    )
    how.add_argument(
        "--idle",
        type=float,
        default=0.0,
        metavar="S",
        help="also hold a few connections silent, for up to S seconds beyond the deadline: which timer ends them?",
    )
    how.add_argument("--jts", metavar="PATH", help="the jts.ini of your TWS, to mark the gateways it uses")
    how.add_argument("--public-roots", default="", metavar="PEM", help="public authorities instead of the shipped ones")
    how.add_argument("--trust-store", default="", metavar="PEM", help="authorities instead of the system's")
    how.add_argument("--java-store", default="", metavar="FILE", help="authorities instead of those of TWS's Java")
    how.add_argument("--echo-url", action="append", default=[], metavar="URL", help="asks what our public address is")
    how.add_argument(
        "--reflector", action="append", default=[], metavar="HOST[,HOST]", help="your own far end: lineclear reflect"
    )
    how.add_argument("--reflector-pin", default="", metavar="SHA256", help="the certificate it must show")
    how.add_argument(
        "--resolver", action="append", default=[], metavar="ADDRESS[:PORT]", help="instead of the system's"
    )
    how.add_argument("--resolve", action="append", default=[], metavar="HOST:ADDRESS", help="do not look HOST up")
    how.add_argument(
        "--connect-to", action="append", default=[], metavar="HOST:PORT:ADDRESS:PORT", help="dial elsewhere; as in curl"
    )
    how.add_argument(
        "--control",
        action="append",
        default=[],
        metavar="KIND=ADDRESS",
        help="nobody=ADDRESS: no host has it; answers=ADDRESS:PORT: somebody does",
    )
    how.add_argument("--expect-net", action="append", default=[], metavar="CIDR", help="where answers may well lie")
