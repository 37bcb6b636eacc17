"""What the kernel measured over the life of one connection: what was sent again, and how long answers took."""

from lineclear.model import NotMeasured, TcpSummary

from .sockets import LINUX, life_of
from .tcp import Connection


def sum_up(connection: Connection) -> None:
    """Record one `TcpSummary` of an open connection; where the system tells nothing, that, once in a run."""
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
                retransmits=life.retransmits,
                rtt_ms=life.rtt_ms,
                rtt_var_ms=life.rtt_var_ms,
                min_rtt_ms=life.min_rtt_ms,
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
