"""Where names and answers lead: to the vendor, or to somebody else."""

import re

from lineclear.diagnose.view import View
from lineclear.model import HttpExchange
from lineclear.plan.wpad import may_be_owned

LOGIN_REQUIRED = 511
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


def domain(name: str) -> str:
    """The part of a name that belongs to somebody: two labels, or three under a registry such as `co.uk`."""
    labels = name.split(".")
    return ".".join(labels[-2:] if may_be_owned(labels[-2:]) else labels[-3:])


def title(step: HttpExchange) -> str:
    """The title of a page, in quotes, as far as its start shows one; else where it leads."""
    found = re.search(r"<title[^>]*>(.*?)(</title|$)", step.body_start, re.IGNORECASE)
    place = dict(step.headers).get("location", "")
    return f"“{found[1].strip()}”" if found and found[1].strip() else place or "untitled"


def elsewhere(view: View, step: HttpExchange) -> str:
    """The foreign host an answer leads to, or that a login is asked for (RFC 6585); empty: the vendor's, or nowhere."""
    if step.status == LOGIN_REQUIRED:
        return "login"
    if step.status not in _REDIRECTS:
        return ""
    place = dict(step.headers).get("location", "")
    host = place.partition("://")[2].partition("/")[0].rpartition("@")[2].partition(":")[0]
    ours = {domain(name) for name in view.plan.names} | {step.host}
    return host if host and domain(host) not in ours and host not in ours else ""
