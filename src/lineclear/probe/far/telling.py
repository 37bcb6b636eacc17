"""What a reflector tells, made fit to be kept: a stranger's text is escaped and cut, and addresses are addresses."""

from msgspec.structs import replace

from lineclear.model import Header, HelloFacts, Reflection, RequestFacts, Seen, SynFacts, Told
from lineclear.plan import is_address
from lineclear.probe.errors import escape

_MOST_TOLD = 8
_MOST_HEADERS = 32
_MOST_OPTIONS = 40


def with_told(so_far: Reflection, told: Told) -> Reflection:
    """A conversation with what the reflector told of it."""
    return replace(
        so_far,
        seen=_tamed(told.seen) if told.seen is not None else None,
        tls_sha256=_said(told.tls_sha256),
        more=tuple(filter(is_address, told.more[:_MOST_TOLD])),
        empty=tuple(filter(is_address, told.empty[:_MOST_TOLD])),
    )


def _tamed(seen: Seen) -> Seen | None:
    """What a stranger says, with every text escaped and cut; None where an address is none."""
    if not is_address(seen.source.address) or not is_address(seen.local.address):
        return None
    return Seen(
        source=seen.source,
        local=seen.local,
        at=_said(seen.at),
        syn=_tamed_syn(seen.syn) if seen.syn else None,
        hello=_tamed_hello(seen.hello) if seen.hello else None,
        request=_tamed_request(seen.request) if seen.request else None,
    )


def _tamed_syn(syn: SynFacts) -> SynFacts:
    return replace(syn, options=tuple(map(_said, syn.options[:_MOST_OPTIONS])))


def _tamed_hello(hello: HelloFacts) -> HelloFacts:
    return HelloFacts(
        sha256=_said(hello.sha256),
        ja4=_said(hello.ja4),
        server_name=_said(hello.server_name),
        alpn=tuple(map(_said, hello.alpn[:_MOST_TOLD])),
    )


def _tamed_request(request: RequestFacts) -> RequestFacts:
    headers = tuple(Header(name=_said(one.name), value=_said(one.value)) for one in request.headers[:_MOST_HEADERS])
    return RequestFacts(line=_said(request.line), headers=headers)


def _said(text: str) -> str:
    return escape(text.encode())
