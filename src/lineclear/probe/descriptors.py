"""How many descriptors this process may have, and the refusal to test with too few.

A run that has used them all can open nothing any more, not even a module that is imported when it is first needed. So
it is refused before anything is sent. Imported before the first questions leave (`headstart`), so nothing slow is.
"""

from lineclear.errors import UsageError

FEWEST = 64
"""Of which a check of a long list can still do: four walks at a time, resolvers, pings and files."""
_MOST = 16_384
_IN_SELECT = 512
"""Sockets Python's `select` takes on Windows, where there are no limits of a process to ask for."""


def allowed() -> int:
    """Descriptors this process may have, after asking for as many as it is allowed to ask for."""
    try:
        import resource  # noqa: PLC0415  not on Windows
    except ImportError:
        return _IN_SELECT
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _MOST if hard == resource.RLIM_INFINITY else min(hard, _MOST)
    if soft == resource.RLIM_INFINITY or soft >= wanted:
        return min(soft, _MOST) if soft != resource.RLIM_INFINITY else _MOST
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    except (OSError, ValueError):  # macOS refuses more than `kern.maxfilesperproc`
        return soft
    return wanted


def demand(what: str, fewest: int = FEWEST) -> None:
    """Make sure that there are `fewest` for `what`, such as “A check”.

    Raises:
        UsageError: there are not.
    """
    number = allowed()
    if number < fewest:
        raise UsageError(
            f"{what} needs {fewest} open files (sockets are files), and this process may have {number}.",
            "Raise the hard limit: `ulimit -n` in the script or shell that starts it, `nofile` in "
            "/etc/security/limits.conf, LimitNOFILE= of a service, or --ulimit nofile= of a container.",
        )
