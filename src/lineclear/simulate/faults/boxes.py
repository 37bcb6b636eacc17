"""Something in the path, or the server itself, accepts a connection and then is not what it should be."""

from lineclear.model import Transport, Verdict
from lineclear.simulate.scene import Door, Opening, Scene, is_control, is_server

from .fault import Fault, behind_box, gateway, misbehaving, plain_gateway, secure, tls_gateway

SLOW_S = 0.3


def _accept_all(scene: Scene) -> Scene:
    """Whoever is called, the box picks up, and then does as the far side: hangs up, or says nothing."""
    accepted = _accept_dead(scene, Opening.REFUSE, says="close")
    return _accept_dead(accepted, Opening.SILENT, says="listen")


def _accept_dead(scene: Scene, opening: Opening, *, says: str) -> Scene:
    def where(door: Door) -> bool:
        return door.opening is opening and (is_server(door) or is_control(door))

    return scene.change(where, opening=Opening.ANSWER, says=says, leaf=None, by="box", works=False)


def _portal(scene: Scene) -> Scene:
    plain = behind_box(is_server, says="http-error")(scene)
    web = behind_box(lambda one: is_server(one) and one.transport is Transport.HTTP, says="login-redirect")(plain)
    return behind_box(plain_gateway, says="listen")(web)


def _slow(scene: Scene) -> Scene:
    return scene.change(is_server, delay_s=SLOW_S).rename(delay_s=SLOW_S)


BOXES = (
    Fault(
        name="server-speaks-first",
        group="servers",
        does="Port 4000 greets with a banner, which no gateway of the list does.",
        breaks="market data of every TWS connection: another program stands there",
        telnet="open, with a greeting",
        verdict=Verdict.FAILURE,
        codes=("foreign-bytes",),
        change=misbehaving(plain_gateway, says="banner"),
    ),
    Fault(
        name="plain-on-tls",
        group="servers",
        does="Port 4001 answers a TLS hello in plain text.",
        breaks="the login of every TWS connection",
        telnet="open",
        verdict=Verdict.FAILURE,
        codes=("not-tls",),
        change=misbehaving(tls_gateway, says="plain-answer", leaf=None),
    ),
    Fault(
        name="reset-on-hello",
        group="servers",
        does="Every TLS hello, on 443 and 4001, is answered with a reset.",
        breaks="the login of every TWS connection and every website",
        telnet="open",
        verdict=Verdict.FAILURE,
        codes=("tls-reset",),
        change=misbehaving(secure, says="reset-on-words", leaf=None),
    ),
    Fault(
        name="slow",
        group="pace",
        does=f"Every answer, of servers and of the name server, leaves {SLOW_S:g} s late.",
        breaks="nothing",
        telnet="open",
        verdict=Verdict.SUCCESS,
        change=_slow,
    ),
    Fault(
        name="accept-close",
        group="box",
        does="A box accepts 4000 and 4001 for every address and hangs up at once.",
        breaks="every TWS connection and IB CAM",
        telnet="open, then closed",
        verdict=Verdict.FAILURE,
        codes=("accepted-by-a-box-in-the-path",),
        change=behind_box(gateway, says="close"),
    ),
    Fault(
        name="accept-silent",
        group="box",
        does="A box accepts 4000 and 4001 for every address, dead servers too, and never answers.",
        breaks="every TWS connection and IB CAM",
        telnet="open",
        verdict=Verdict.FAILURE,
        codes=("accepted-by-a-box-in-the-path",),
        change=behind_box(gateway, says="listen"),
    ),
    Fault(
        name="http-proxy-on-port",
        group="box",
        does="A web proxy accepts 4000 and 4001 for every address and answers HTTP 400 to whatever is said.",
        breaks="every TWS connection and IB CAM",
        telnet="open",
        verdict=Verdict.FAILURE,
        codes=("foreign-bytes",),
        change=behind_box(gateway, says="http-error"),
    ),
    Fault(
        name="portal",
        group="box",
        does="A captive portal: 80 leads to its login page, 443 and 4001 answer in plain HTTP, 4000 accepts.",
        breaks="everything",
        telnet="open everywhere",
        verdict=Verdict.FAILURE,
        codes=("captive-portal",),
        change=_portal,
    ),
    Fault(
        name="accept-all",
        group="box",
        does="A proxy accepts every address and port, and puts through to servers that live.",
        breaks="nothing, but 4000 can no longer be proven",
        telnet="open everywhere, for dead addresses too",
        verdict=Verdict.INCONCLUSIVE,
        codes=("unproven-behind-a-box",),
        change=_accept_all,
    ),
)
