"""A platform nobody wrote a reader for: it says so, part by part, and resolv.conf is tried."""

from collections.abc import Mapping, Sequence

from .parts import Neighbours, Network, Readers, Resolving, Settings
from .reading import read_text, under
from .resolvers import resolving

_WHY = "no reader for this platform"


def _network(root: str) -> Network:
    del root
    return Network(not_measured=(f"interfaces: {_WHY}", f"routes: {_WHY}"))


def _neighbours(root: str) -> Neighbours:
    del root
    return (), _WHY


def _resolving(root: str, names: Sequence[str]) -> Resolving:
    del names
    return resolving(lambda path: read_text(under(root, path)))


def _settings(root: str, environ: Mapping[str, str]) -> Settings:
    del root, environ
    return Settings(not_measured=(f"proxies of the system: {_WHY}",))


READERS = Readers(network=_network, neighbours=_neighbours, resolving=_resolving, settings=_settings)
