"""The dialects: a table of what each can say, and each a plain function that is imported when it is first used."""

from collections.abc import Callable, Sequence
from importlib import import_module

from lineclear.allowlist.capability import Capability
from lineclear.allowlist.context import Context
from lineclear.allowlist.rule import AllowRule
from lineclear.errors import UsageError

from .table import CAPABILITIES

Dialect = Callable[[Sequence[AllowRule], Context], str]


def _late(capability: Capability) -> Dialect:
    module, _, name = capability.function.partition(".")

    def render(rules: Sequence[AllowRule], context: Context) -> str:
        function = getattr(import_module(f"{__name__}.{module}"), name)
        text: str = function(rules, context, capability)
        return text

    return render


DIALECTS: dict[str, Dialect] = {name: _late(capability) for name, capability in CAPABILITIES.items()}
"""Name to function. Give it rules that `fitting.fit` has seen; `making.write` does that."""


def capability_of(name: str) -> Capability:
    """What a dialect can say.

    Raises:
        UsageError: there is none of that name; the fix names the nearest, and all.
    """
    if name in CAPABILITIES:
        return CAPABILITIES[name]
    from difflib import get_close_matches  # noqa: PLC0415  only a mistake needs it

    near = get_close_matches(name.lower(), CAPABILITIES, 1, cutoff=0.5)
    hint = f"Did you mean {near[0]}? " if near else ""
    raise UsageError(f"There is no dialect {name!r}.", f"{hint}There are: {', '.join(CAPABILITIES)}.")


__all__ = ["CAPABILITIES", "DIALECTS", "Dialect", "capability_of"]
