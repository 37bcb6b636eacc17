"""Text from the network or from a file, made safe to show. Every format passes through here, and only here.

A banner, a certificate or a hosts file may hold anything: escape sequences that rewrite a terminal, marks that turn
the reading direction, line ends that forge a line of ours. What is not plain printable text is shown as an escape,
so that a reader sees that it was there.
"""

_BLANKS = frozenset("\u00a0\u202f")
_ASCII = str.maketrans(
    {
        "–": "-",
        "—": "-",
        "‑": "-",
        "−": "-",
        "·": "-",
        "…": "...",
        "→": "->",
        "“": '"',
        "”": '"',
        "‘": "'",
        "’": "'",
        "×": "x",
        "≥": ">=",
        "≤": "<=",
    }
)


def safe(text: str) -> str:
    r"""`text` with every control, escape, bidirectional, invisible or unassigned character shown as `\x1b`, `\u202e`.

    Printable is what Unicode calls so, and the space: categories C and Z are not. Doing it twice changes nothing.
    """
    if text.isprintable():
        return text
    return "".join(one if one.isprintable() else _shown(one) for one in text)


def ascii_only(text: str) -> str:
    r"""Safe text for a stream that knows only ASCII: dashes and quotes in their plain form, the rest as `\u2713`."""
    return text if text.isascii() else text.translate(_ASCII).encode("ascii", "backslashreplace").decode("ascii")


def _shown(one: str) -> str:
    return " " if one in _BLANKS else one.encode("unicode_escape").decode("ascii")
