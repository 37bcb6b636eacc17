"""This machine as a `Vantage`: what it would use, what it may do, what it cannot tell. Sends nothing.

One file per part, each a pure parser with a thin reader. A part is added to the vantage so far by one function of
`_PARTS`; what it could not learn it adds to `not_measured`.
"""

import os
import sys
from collections.abc import Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from lineclear.model import Vantage

from . import hosts, jts, machine, neighbours, trust
from .parts import Readers, joined
from .proxies import from_environment
from .reading import Reading, read_text, under
from .trust import SYSTEM_BUNDLES

__all__ = ["SYSTEM_BUNDLES", "survey", "with_neighbours"]


class _Here(Struct, frozen=True, kw_only=True):
    """What the parts are told: where to look and for what."""

    root: str
    platform: str
    environ: Mapping[str, str]
    names: Sequence[str]
    jts: str | None
    readers: Readers

    def read(self, path: str) -> Reading:
        """The text of an absolute path below the root."""
        return read_text(under(self.root, path))


def survey(
    *,
    environ: Mapping[str, str],
    names: Sequence[str] = (),
    jts: str | None = None,
    root: str | os.PathLike[str] = "/",
    platform: str = sys.platform,
) -> Vantage:
    """Look at this machine. Nothing is sent, and nothing secret is kept.

    What a part cannot tell stands in `not_measured`; a part that is empty and does not stand there is a "none".

    Args:
        environ: the environment of this process.
        names: the hosts whose lines in the hosts file matter.
        jts: the jts.ini the user named; without one the usual places are looked at.
        root: the folder that stands for `/`. With another than `/`, only files below it are read.
        platform: as `sys.platform` names it.

    Raises:
        UsageError: `jts` names no readable jts.ini.
    """
    here = _Here(
        root=os.fspath(root), platform=platform, environ=environ, names=names, jts=jts, readers=_readers(platform)
    )
    vantage = Vantage(platform=platform)
    for part in _PARTS:
        vantage = part(here, vantage)
    return with_neighbours(vantage, root=here.root)


def with_neighbours(vantage: Vantage, *, root: str = "/") -> Vantage:
    """The vantage with what the link layer knows at this moment of the gateways and resolvers.

    Called once more after the probes it tells more: an entry that failed is there only after somebody tried.
    """
    entries, trouble = _readers(vantage.platform).neighbours(root)
    note = f"neighbours: {trouble}"
    told = vantage.not_measured if not trouble or note in vantage.not_measured else (*vantage.not_measured, note)
    found = neighbours.of_interest(entries, vantage.routes, vantage.resolvers, all_known=not trouble)
    return replace(vantage, neighbours=found, not_measured=told)


def _readers(platform: str) -> Readers:
    """The readers of a platform; those of an unknown one say that they cannot."""
    if platform == "linux":
        from . import linux  # noqa: PLC0415  only the platform at hand

        return linux.READERS
    if platform == "darwin":
        from . import macos  # noqa: PLC0415

        return macos.READERS
    if platform == "win32":
        from . import windows  # noqa: PLC0415

        return windows.READERS
    from . import elsewhere  # noqa: PLC0415

    return elsewhere.READERS


def _add_machine(here: _Here, so_far: Vantage) -> Vantage:
    clock, why = machine.clock_synchronised(here.root, here.platform)
    return replace(
        so_far,
        system=machine.system_name(here.platform, here.read),
        python=machine.python_version(),
        container=machine.container(here.environ, here.read),
        privileges=machine.privileges(here.platform, here.read),
        utc=machine.utc_now(),
        clock_synchronised=clock,
        not_measured=(*so_far.not_measured, *((f"clock: {why}",) if why else ())),
    )


def _add_network(here: _Here, so_far: Vantage) -> Vantage:
    found = here.readers.network(here.root)
    return replace(
        so_far,
        interfaces=found.interfaces,
        routes=found.routes,
        policy_rules=found.policy_rules,
        ipv4=found.ipv4,
        ipv6=found.ipv6,
        not_measured=(*so_far.not_measured, *found.not_measured),
    )


def _add_names(here: _Here, so_far: Vantage) -> Vantage:
    found = here.readers.resolving(here.root, here.names)
    path = hosts.place(here.platform, here.environ)
    listed = read_text(under(here.root, path), hosts.MOST)
    return replace(
        so_far,
        resolvers=found.resolvers,
        search_domains=found.search_domains,
        resolver_options=found.options,
        hosts_entries=hosts.parse_hosts(listed.text, here.names, path),
        not_measured=(
            *so_far.not_measured,
            *found.not_measured,
            *((f"hosts file: {listed.trouble}",) if listed.trouble else ()),
        ),
    )


def _add_proxies(here: _Here, so_far: Vantage) -> Vantage:
    found = joined((from_environment(here.environ), here.readers.settings(here.root, here.environ)))
    return replace(
        so_far,
        proxies=found.proxies,
        auto_configs=found.auto_configs,
        not_measured=(*so_far.not_measured, *found.not_measured),
    )


def _add_trust(here: _Here, so_far: Vantage) -> Vantage:
    found, notes = trust.stores(here.root, here.environ, here.platform)
    return replace(so_far, trust_stores=found, not_measured=(*so_far.not_measured, *notes))


def _add_installations(here: _Here, so_far: Vantage) -> Vantage:
    if here.jts is not None:
        return replace(so_far, gateway_use=(jts.read_given(here.jts, here.environ),))
    found, notes = jts.find(here.root, here.environ, here.platform)
    return replace(so_far, gateway_use=found, not_measured=(*so_far.not_measured, *notes))


_PARTS = (_add_machine, _add_network, _add_names, _add_proxies, _add_trust, _add_installations)
