"""Certificates that do not prove what they should."""

import msgspec

from lineclear.model import Verdict
from lineclear.simulate.scene import Scene

from .fault import Fault, certified, inspected, secure, secure_site, tls_gateway

EXPIRED_DAYS = {"from_days": -400.0, "to_days": -30.0}
CLOCK_DAYS = -400.0
FOREIGN_NAMES = ("mail.example.net",)


def _one_expired(scene: Scene) -> Scene:
    first = next((one for one in scene.doors if tls_gateway(one)), None)
    return certified(lambda one: one is first, **EXPIRED_DAYS)(scene)


def _clock_ahead(scene: Scene) -> Scene:
    """The world is 400 days behind: what a machine sees whose own clock is 400 days ahead."""
    shifted = certified(secure, from_days=CLOCK_DAYS - 30, to_days=CLOCK_DAYS + 60)(scene)
    return msgspec.structs.replace(shifted, clock_days=CLOCK_DAYS)


TLS = (
    Fault(
        name="wrong-certificate",
        group="certificates",
        does=f"Every TLS port shows a publicly trusted certificate for {FOREIGN_NAMES[0]}.",
        breaks="the login of every TWS connection and every website",
        telnet="open",
        verdict=Verdict.FAILURE,
        codes=("certificate-wrong-name",),
        change=certified(secure, names=FOREIGN_NAMES),
    ),
    Fault(
        name="expired-certificate",
        group="certificates",
        does="Every certificate ended a month ago; the servers' clocks are right.",
        breaks="the login of every TWS connection and every website",
        telnet="open",
        verdict=Verdict.FAILURE,
        codes=("certificate-expired",),
        change=certified(secure, **EXPIRED_DAYS),
    ),
    Fault(
        name="expired-certificate-one",
        group="certificates",
        does="The certificate of the first gateway on 4001 ended a month ago.",
        breaks="the login of TWS America East, primary",
        telnet="open",
        verdict=Verdict.FAILURE,
        codes=("certificate-expired",),
        change=_one_expired,
    ),
    Fault(
        name="clock-ahead",
        group="certificates",
        does="Certificates and HTTP dates are 400 days behind this machine's clock: the clock here is wrong.",
        breaks="the login of every TWS connection and every website",
        telnet="open",
        verdict=Verdict.FAILURE,
        codes=("clock-wrong",),
        change=_clock_ahead,
    ),
    Fault(
        name="tls-interception-web",
        group="certificates",
        does="A device reads along on 443, with an authority this machine does not trust and one key for all.",
        breaks="every website",
        telnet="open",
        verdict=Verdict.FAILURE,
        codes=("tls-intercepted-untrusted",),
        change=inspected(secure_site),
    ),
    Fault(
        name="tls-interception-web-trusted",
        group="certificates",
        does="The same on 443, with an authority in this machine's trust store.",
        breaks="nothing that trusts the device",
        telnet="open",
        verdict=Verdict.DEGRADED,
        codes=("tls-intercepted",),
        change=inspected(secure_site, trusted=True),
    ),
    Fault(
        name="tls-interception",
        group="certificates",
        does="A device reads along on 443 and 4001, with an authority this machine does not trust.",
        breaks="the login of every TWS connection and every website",
        telnet="open",
        verdict=Verdict.FAILURE,
        codes=("tls-intercepted-untrusted",),
        change=inspected(secure),
    ),
    Fault(
        name="tls-interception-trusted",
        group="certificates",
        does="The same on 443 and 4001, with an authority in this machine's trust store.",
        breaks="the login of TWS, which trusts nobody's authority but the public ones",
        telnet="open",
        verdict=Verdict.FAILURE,
        codes=("tls-intercepted",),
        change=inspected(secure, trusted=True),
    ),
)
