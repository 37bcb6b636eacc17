"""Where a `host:port` of the list is really dialled, when the user redirects it."""

from collections.abc import Sequence

from lineclear.model import Endpoint, Redirection


def dial(redirections: Sequence[Redirection], host: str, port: int, address: str) -> Endpoint:
    """The endpoint for `host:port` at `address`: the first redirection that fits decides, else it is unchanged."""
    rule = _first(redirections, host, port)
    if rule is None:
        return Endpoint(address=address, port=port)
    return Endpoint(address=rule.to_address or address, port=rule.to_port or port)


def dialled_port(redirections: Sequence[Redirection], host: str, port: int) -> int:
    """The port that stands for `host:port` in observations."""
    rule = _first(redirections, host, port)
    return (rule.to_port if rule else 0) or port


def dialled_address(redirections: Sequence[Redirection], host: str) -> str:
    """The address every port of `host` is sent to by a redirection; empty when names must be looked up."""
    rule = next((one for one in redirections if one.host in ("", host) and one.port == 0 and one.to_address), None)
    return rule.to_address if rule else ""


def _first(redirections: Sequence[Redirection], host: str, port: int) -> Redirection | None:
    return next((one for one in redirections if one.host in ("", host) and one.port in (0, port)), None)
