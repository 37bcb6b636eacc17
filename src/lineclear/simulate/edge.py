r"""The edge comes to life: sockets on loopback, served by a thread of their own, gone without a trace at the end.

Example:
    with edge(faults=("accept-silent",), catalog=catalog) as running:
        print(*running.options, sep="\n")
"""

import contextlib
import sys
import tempfile
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from msgspec import Struct

from lineclear.model import Catalog, UsageError

from .authority import Certifier
from .faults import apply, find
from .log import Log
from .places import Places, ground, only_one_address
from .scene import Scene, healthy
from .service import Service


class Running(Struct, frozen=True, kw_only=True):
    """A living edge: how to point `lineclear check` at it, and the truth about it."""

    scene: Scene
    places: Places
    log: Log
    public_roots: Path
    """PEM: the authority everybody knows."""
    trust_store: Path
    """PEM: what this machine is said to trust; with an inspecting device it may hold that one's authority too."""
    options: tuple[str, ...]
    """For `check` and `plan`, one argument each: `--resolver=127.77.0.53:20053` and so on."""
    environment: dict[str, str]
    """Variables a check must see: the explicit proxy, where the scene has one."""

    def works(self, host: str, port: int) -> bool:
        """Whether software that connects directly and verifies reaches the real server of a target."""
        return self.scene.works(host, port)

    def address(self, host: str, port: int) -> tuple[str, int]:
        """Where a target really stands."""
        endpoint = self.places.doors[host, port]
        return endpoint.address, endpoint.port


@contextlib.contextmanager
def edge(faults: Iterable[str] = (), *, catalog: Catalog, one_address: bool | None = None) -> Iterator[Running]:
    """Start the edge of a catalog with the named faults; stop it and clean up at the end.

    Args:
        faults: names out of `FAULTS`.
        catalog: the list whose hosts and ports are served.
        one_address: everything on 127.0.0.1; None: only where the system has no other loopback address.

    Raises:
        UsageError: an unknown fault, two that exclude one another, one that needs more than this system has, or no
            free ports.
    """
    single = only_one_address() if one_address is None else one_address
    names = tuple(faults)
    scene = apply(names, healthy(catalog))
    _refuse_impossible(names, single=single)
    with contextlib.ExitStack() as held:
        stands = held.enter_context(ground(scene, single=single))
        folder = Path(held.enter_context(tempfile.TemporaryDirectory(prefix="lineclear-edge-")))
        certifier, log = Certifier(), Log()
        _write_roots(folder, certifier, scene)
        held.enter_context(_served(Service(scene, stands, certifier, log)))
        yield Running(
            scene=scene,
            places=stands.places,
            log=log,
            public_roots=folder / "public-roots.pem",
            trust_store=folder / "trust-store.pem",
            options=_options(stands.places, folder),
            environment=_environment(scene, stands.places),
        )


def _refuse_impossible(names: Iterable[str], *, single: bool) -> None:
    for fault in find(names):
        if fault.linux_only and sys.platform != "linux":
            raise UsageError(f"{fault.name} needs Linux: only there a full backlog is silent.", "Choose another fault.")
        if fault.many_addresses and single:
            raise UsageError(
                f"{fault.name} needs more than one loopback address.",
                "Leave out --one-address, or add addresses such as 127.77.0.1 to the loopback interface.",
            )


def _write_roots(folder: Path, certifier: Certifier, scene: Scene) -> None:
    public, box = (certifier.authorities[name].pem for name in ("public", "box"))
    (folder / "public-roots.pem").write_bytes(public)
    (folder / "trust-store.pem").write_bytes(public + box if scene.trusts_box else public)


def _options(places: Places, folder: Path) -> tuple[str, ...]:
    return (
        f"--resolver={places.resolver}",
        *(f"--connect-to={rule}" for rule in places.rules),
        f"--expect-net={places.network}",
        f"--public-roots={folder / 'public-roots.pem'}",
        f"--trust-store={folder / 'trust-store.pem'}",
        *(f"--control=nobody={place}" for place in places.nobody),
        f"--control=answers={places.friend}",
    )


def _environment(scene: Scene, places: Places) -> dict[str, str]:
    if not scene.web_proxy:
        return {}
    return {"http_proxy": f"http://{places.proxy}", "https_proxy": f"http://{places.proxy}"}


@contextlib.contextmanager
def _served(service: Service) -> Iterator[None]:
    """Serve in a thread of its own. An error of ours in there is raised here, at the end."""
    with ThreadPoolExecutor(1, thread_name_prefix="lineclear-edge") as threads:
        served = threads.submit(service.run)
        service.wait_until_ready()
        try:
            yield
        finally:
            service.stop()
            served.result()
