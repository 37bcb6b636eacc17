"""What goes wrong on the way to the API of a TWS on this machine."""

from lineclear.model import Verdict
from lineclear.simulate.scene import Opening, Scene, is_server

from .fault import Change, Fault, local_api, misbehaving, refused


def _alone(change: Change) -> Change:
    """Where there are API ports, everything else is closed first, so that no other port makes up for them."""

    def alone(scene: Scene) -> Scene:
        if not any(local_api(one) for one in scene.doors):
            return scene
        return change(refused(is_server)(scene).change(local_api, opening=Opening.ANSWER))

    return alone


LOCAL = (
    Fault(
        name="api-off",
        group="local",
        does="Nothing listens: neither TWS nor a gateway runs, or the API is off.",
        breaks="every program that uses the local API",
        telnet="connection refused",
        verdict=Verdict.FAILURE,
        codes=("local-api-not-listening",),
        change=_alone(refused(local_api)),
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
        change=_alone(misbehaving(local_api, says="plain-answer")),
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
        change=_alone(misbehaving(local_api, says="api-untrusted")),
        catalog="local",
    ),
)
