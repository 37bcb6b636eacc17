"""Which paths are worth following, and with what they are compared."""

from lineclear.model import Endpoint, Failure, Plan, Target, TcpConnect, Transport
from lineclear.plan import again


def target(host: str, port: int = 4001) -> Target:
    return Target(host=host, port=port, transport=Transport.TLS, requirements=(f"{host}/{port}",))


def connect(number: int, host: str, failure: Failure | None = None, port: int = 4001) -> TcpConnect:
    endpoint = Endpoint(address=f"192.0.2.{number}", port=port)
    return TcpConnect(id=f"o{number}", at_ms=0.0, took_ms=1.0, failure=failure, endpoint=endpoint, host=host)


PLAN = Plan(catalog="any", edition="1", targets=tuple(target(f"h{number}.example") for number in range(4)))


def test_one_healthy_sibling_of_the_list_beside_what_failed() -> None:
    observations = [
        connect(1, ""),
        connect(2, "stranger.example"),
        connect(3, "h0.example", Failure.TIMED_OUT),
        connect(4, "h1.example", port=1),
        connect(5, "h2.example"),
        connect(6, "h3.example"),
    ]
    looks = again.failing(PLAN, observations)
    chosen = again.traces(PLAN, looks, observations)
    assert [one.target.host for one in chosen] == ["h0.example", "h2.example"]


def test_nothing_is_followed_where_nothing_failed() -> None:
    observations = [connect(5, "h2.example")]
    assert again.traces(PLAN, again.failing(PLAN, observations), observations) == ()
