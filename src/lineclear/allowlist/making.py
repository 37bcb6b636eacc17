"""One output, from rules and context to text: what the dialect cannot say is found out before it speaks."""

import ipaddress
from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from lineclear.errors import UsageError
from lineclear.model import Catalog, Kind

from .context import Context, Remark
from .dialects import DIALECTS, capability_of
from .fitting import fit, needs_addresses, require_some
from .rule import AllowRule, inapplicable, rules


class Written(Struct, frozen=True, kw_only=True):
    """The text of an exception, and what must be said beside it."""

    text: str
    remarks: tuple[Remark, ...] = ()


def write(dialect: str, wanted: Sequence[AllowRule], context: Context) -> Written:
    """The exception in a dialect. Whatever of `wanted` it cannot express is in the remarks, and in the text.

    Raises:
        UsageError: there is no such dialect, or nothing of this can be expressed in it.
    """
    capability = capability_of(dialect)
    kept, remarks = fit(wanted, capability, context)
    gone, _ = fit(context.removed, capability, context) if context.removed else ((), ())
    said = (*context.remarks, *remarks)
    if not gone:
        require_some(kept, capability, said)
    text = DIALECTS[dialect](kept, replace(context, remarks=said))
    return Written(text=text, remarks=said)


def context_of(catalog: Catalog, *, date: str, command: str, sources: Sequence[str] = (), chain: str = "") -> Context:
    """The context of a selected catalog, with a remark for each profile that would add to it.

    Raises:
        UsageError: a source is not a block of addresses.
    """
    left = inapplicable(catalog).items()
    return Context(
        catalog=catalog.id,
        edition=catalog.edition,
        title=catalog.title,
        publisher=catalog.publisher,
        application=catalog.application,
        date=date,
        command=command,
        sources=tuple(dict.fromkeys(_block(one) for one in sources)),
        chain=chain,
        remarks=tuple(Remark(text=f"Left out without --profile {name}", places=places) for name, places in left),
    )


def _block(text: str) -> str:
    try:
        return str(ipaddress.ip_network(text.replace("%", " zone "), strict=False))
    except ValueError:
        raise UsageError(f"--source {text!r} is no block of addresses.", "Write --source 10.20.0.0/16.") from None


def difference(before: Catalog, after: Catalog) -> tuple[tuple[AllowRule, ...], tuple[AllowRule, ...]]:
    """What `after` needs and `before` did not, and what only `before` needed."""
    old, new = rules(before), rules(after)
    old_ends, new_ends = {one.place for one in old}, {one.place for one in new}
    return (
        tuple(one for one in new if one.place not in old_ends),
        tuple(one for one in old if one.place not in new_ends),
    )


def names_to_look_up(dialect: str, wanted: Sequence[AllowRule]) -> tuple[str, ...]:
    """The names this dialect needs addresses for; those for people show the addresses of all that are asked for.

    Raises:
        UsageError: there is no such dialect.
    """
    capability = capability_of(dialect)
    if not capability.blocks:
        return ()
    shown = capability.is_table
    return tuple(
        dict.fromkeys(
            one.host for one in wanted if needs_addresses(one, capability) or (shown and one.kind is Kind.HOST)
        )
    )
