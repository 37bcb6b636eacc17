"""Words for proxy auto-configurations: `script({"*.ibllc.com:*": "DIRECT", "*": "PROXY p:3128"})`."""

from typing import Any

from msgspec.structs import replace
from tests.diagnose.network import Change, Network, Script, Way

from lineclear.model import AutoConfig, Failure

PAC = "http://192.168.7.8/proxy.pac"
WPAD = "http://wpad.office.example/wpad.dat"


def script(
    says: dict[str, str | Failure] | str = "", *, url: str = PAC, source: str = "GNOME settings", **changes: Any
) -> Change:
    """A proxy auto-configuration is set, and says this of targets: of the first pattern that fits, or of all."""
    table = {"*": says} if isinstance(says, str) else says
    kind = Script(says=tuple(table.items()), **changes)

    def change(network: Network) -> Network:
        auto = AutoConfig(url=url, source=source)
        here = replace(network.vantage, auto_configs=(*network.vantage.auto_configs, auto))
        return replace(network, vantage=here, scripts={**network.scripts, url: kind})

    return change


def discovered(says: dict[str, str | Failure] | str = "", **changes: Any) -> Change:
    """Programs are to detect a proxy by themselves, and find this at `wpad` in the search domain."""
    table = {"*": says} if isinstance(says, str) else says
    kind = Script(says=tuple(table.items()), **changes)

    def change(network: Network) -> Network:
        auto = AutoConfig(url="", source="GNOME settings")
        here = replace(
            network.vantage,
            auto_configs=(*network.vantage.auto_configs, auto),
            search_domains=("office.example",),
        )
        known = {**network.addresses, "wpad.office.example": ("192.168.7.8",)}
        return replace(network, vantage=here, scripts={**network.scripts, WPAD: kind}, addresses=known)

    return change


def no_wpad() -> Change:
    """Programs are to detect a proxy by themselves, and there is none."""
    return lambda network: replace(discovered()(network), addresses={**network.addresses})


def proxy_at(authority: str, *passes: str, **changes: Any) -> Change:
    """What a proxy does that no setting names."""
    way = Way(passes=passes, **changes)
    return lambda network: replace(network, ways={**network.ways, authority: way})


def named(host: str, *addresses: str) -> Change:
    """A name of the office has addresses."""
    return lambda network: replace(network, addresses={**network.addresses, host: addresses})
