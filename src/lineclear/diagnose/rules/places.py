"""Where names and answers lead: to the vendor, or to somebody else."""

from lineclear.diagnose.view import View
from lineclear.model import HttpExchange

LOGIN_REQUIRED = 511
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


def domain(name: str) -> str:
    """The last two labels of a name."""
    return ".".join(name.split(".")[-2:])


def elsewhere(view: View, step: HttpExchange) -> str:
    """The foreign host an answer leads to; empty when it stays with the vendor or leads nowhere."""
    if step.status == LOGIN_REQUIRED:
        return "(login required)"
    if step.status not in _REDIRECTS:
        return ""
    place = dict(step.headers).get("location", "")
    host = place.partition("://")[2].partition("/")[0].rpartition("@")[2].partition(":")[0]
    ours = {domain(name) for name in view.plan.names} | {step.host}
    return host if host and domain(host) not in ours and host not in ours else ""
