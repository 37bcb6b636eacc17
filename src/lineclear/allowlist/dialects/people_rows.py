"""What the dialects for people can say."""

from lineclear.allowlist.capability import Capability

_PARSED = "read back by a parser"

ROWS = (
    Capability(
        name="hosts",
        title="a list of hosts and ports",
        function="people.hosts",
        wildcards=True,
        is_table=True,
        proof=_PARSED,
    ),
    Capability(
        name="csv",
        title="a spreadsheet",
        function="people.csv",
        wildcards=True,
        is_table=True,
        comment="",
        ending="csv",
        proof=_PARSED,
    ),
    Capability(
        name="json",
        title="JSON for programs",
        function="people.json",
        wildcards=True,
        is_table=True,
        comment="",
        ending="json",
        proof=_PARSED,
    ),
    Capability(
        name="markdown",
        title="a table for a ticket",
        function="people.markdown",
        wildcards=True,
        is_table=True,
        comment="",
        ending="md",
        proof=_PARSED,
    ),
    Capability(
        name="change-request",
        title="a change request in Markdown",
        function="request.markdown",
        wildcards=True,
        is_table=True,
        comment="",
        ending="md",
        proof=_PARSED,
    ),
    Capability(
        name="change-request-html",
        title="a change request in HTML",
        function="request.html",
        wildcards=True,
        is_table=True,
        comment="",
        ending="html",
        proof=_PARSED,
    ),
)
