"""What every output says of itself: whence, when, how made, how to take it back, and what it could not say."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from .capability import Capability
from .context import Context
from .rule import AllowRule
from .wording import comment


def heading(rules: Sequence[AllowRule], context: Context, capability: Capability) -> list[str]:
    """The lines of the head, each safe as a comment in any language, without the mark of a comment."""
    return [comment(line) for line in _lines(rules, context, capability)]


def commented(rules: Sequence[AllowRule], context: Context, capability: Capability) -> str:
    """The head as comment lines of the dialect."""
    return "".join(f"{capability.comment} {line}".rstrip() + "\n" for line in heading(rules, context, capability))


def removal(context: Context, capability: Capability) -> str:
    """How to take it back, in a line of the dialect."""
    return _named(capability.removal, context)


def _named(sentence: str, context: Context) -> str:
    """A sentence of a capability with our names in it."""
    name = context.name()
    under = name.replace("-", "_")
    return sentence.format(name=name, under=under, NAME=under.upper())


def _lines(rules: Sequence[AllowRule], context: Context, capability: Capability) -> Iterator[str]:
    yield f"{context.title} ({context.publisher}), {context.reference}"
    if context.earlier:
        yield f"What {context.reference} adds to {context.earlier}, and what it no longer needs"
        yield "A difference that is loaded later takes the place of this one; the whole exception stays as it is"
    yield f"Exceptions for {context.application} as {capability.title}. Made {context.date} by: {context.command}"
    yield f"To take it back: {removal(context, capability)}"
    yield f"To verify: {context.verify}"
    if capability.notes:
        yield _named(capability.notes, context)
    yield from snapshot_lines(rules, context)
    for remark in context.remarks:
        yield f"Note: {remark.said()}"
    for one in context.removed:
        yield f"No longer needed: {one.place} ({', '.join(one.requirements)})"


def snapshot_lines(rules: Sequence[AllowRule], context: Context) -> Iterator[str]:
    """Which addresses stand for which names; nothing where names stand for themselves."""
    found: defaultdict[str, tuple[str, ...]] = defaultdict(tuple)
    for one in rules:
        if one.addresses:
            found[one.host] = one.addresses
    if not found or not context.snapshot:
        return
    taken = context.snapshot
    life = "TTL not told" if taken.ttl_s is None else f"shortest TTL {taken.ttl_s} s"
    yield f"Addresses as of {taken.taken} from {taken.origin}, {life}; look them up again before {context.expires}"
    for name, addresses in found.items():
        yield f"  {name} = {', '.join(addresses)}"
