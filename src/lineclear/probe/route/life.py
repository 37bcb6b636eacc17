"""What the kernel measured over the life of one connection: what was sent again, and how long answers took."""

import struct
from _socket import socket

from msgspec import Struct

from lineclear.model import NotMeasured, TcpSummary
from lineclear.probe.sockets import IPPROTO_TCP, LINUX, TCP_INFO
from lineclear.probe.tcp import Connection

_LIFE = struct.Struct("=68xII24xI44xI4xI64xI")
"""Of `struct tcp_info`: `tcpi_rtt`, `tcpi_rttvar`, `tcpi_total_retrans`, `tcpi_min_rtt`, `tcpi_data_segs_out`,
`tcpi_rcv_ooopack`."""
_LIFE_BEFORE_5_4 = 160
"""Bytes in which older kernels tell all but the last."""


class Life(Struct, frozen=True, kw_only=True, gc=False):
    """What an open connection went through; times in milliseconds."""

    rtt_ms: float
    rtt_var_ms: float
    retransmits: int
    min_rtt_ms: float
    data_segments: int
    """Sent with data, repeats included."""
    out_of_order: int
    """Segments that came before one sent earlier."""


def sum_up(connection: Connection) -> None:
    """Record one `TcpSummary` of an open connection; where the system tells nothing, that, once in a run.

    Without its SYNs, which the kernel counts too: those that were sent again are in its `TcpConnect`.
    """
    run = connection.run
    life = life_of(connection.sock)
    if life is not None:
        run.record(
            TcpSummary(
                id=run.new_id(),
                at_ms=run.at_ms(run.now()),
                took_ms=0.0,
                endpoint=connection.endpoint,
                host=connection.host,
                data_segments=life.data_segments,
                retransmits=max(0, life.retransmits - connection.syn_repeats),
                rtt_ms=life.rtt_ms,
                rtt_var_ms=life.rtt_var_ms,
                min_rtt_ms=life.min_rtt_ms,
                out_of_order=life.out_of_order,
            )
        )
    elif not LINUX and TcpSummary not in run.shared:
        run.shared[TcpSummary] = "said"
        run.record(
            NotMeasured(
                id=run.new_id(),
                at_ms=run.at_ms(run.now()),
                took_ms=0.0,
                verb="tcp-summary",
                why="this platform does not tell what a connection lost",
            )
        )


def life_of(sock: socket) -> Life | None:
    """What the kernel measured over the life of a connection; None elsewhere, or where it tells less."""
    if not LINUX:
        return None
    try:
        told = sock.getsockopt(IPPROTO_TCP, TCP_INFO, _LIFE.size)
    except OSError:
        return None
    if len(told) < _LIFE_BEFORE_5_4:
        return None
    rtt_us, var_us, retransmits, min_us, segments, out_of_order = _LIFE.unpack(told.ljust(_LIFE.size, b"\0"))
    return Life(
        rtt_ms=rtt_us / 1000.0,
        rtt_var_ms=var_us / 1000.0,
        retransmits=retransmits,
        min_rtt_ms=min_us / 1000.0,
        data_segments=segments,
        out_of_order=out_of_order,
    )
