"""An ICMP echo."""

from lineclear.model import NotMeasured

from .run import Run


async def ping(run: Run, *, address: str, host: str) -> None:
    """Record that no echo was sent."""
    now = run.now()
    run.record(
        NotMeasured(id=run.new_id(), at_ms=run.at_ms(now), took_ms=0.0, verb="ping", subject=address, why=f"for {host}")
    )
