"""What goes wrong on the way to the API of a TWS on this machine."""

from lineclear.model import Verdict
from lineclear.simulate.scene import is_server

from .fault import Change, Fault, local_api, misbehaving, refused


def _on_api_ports(**manners: object) -> Change:
    """The API ports misbehave, and no other port of the list makes up for them."""
    return lambda scene: misbehaving(local_api, **manners)(
        refused(lambda one: is_server(one) and not local_api(one))(scene)
    )


LOCAL = (
    Fault(
        name="api-off",
        group="local",
        does="Nothing listens: neither TWS nor a gateway runs, or the API is off.",
        breaks="every program that uses the local API",
        telnet="connection refused",
        verdict=Verdict.FAILURE,
        codes=("local-api-not-listening",),
        change=refused(is_server),
        catalog="local",
    ),
    Fault(
        name="not-the-api",
        group="local",
        does="Another program stands on the API ports and answers the hello in plain text; port 5000 is closed.",
        breaks="every program that uses the local API",
        telnet="open",
        verdict=Verdict.FAILURE,
        codes=("local-api-other-program",),
        change=_on_api_ports(says="plain-answer"),
        catalog="local",
    ),
    Fault(
        name="api-untrusted",
        group="local",
        does="The API takes the hello and hangs up: this client is not on its list. Port 5000 is closed.",
        breaks="every program that uses the local API",
        telnet="open",
        verdict=Verdict.FAILURE,
        codes=("local-api-client-not-trusted",),
        change=_on_api_ports(says="api-untrusted"),
        catalog="local",
    ),
)
