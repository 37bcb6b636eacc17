"""A user's desktop in a network of the lab: `lineclear page` and a real Chromium, both behind the same middleboxes.

`python -m tests.page.desktop SCENARIO FOLDER`, in a process that is alone (`lab.alone`), prints what the page said and
leaves its pictures in a folder. Chromium has the proxy of the environment, as on a Linux desktop without settings.
"""

import base64
import json
import os
import re
import subprocess
import sys
import time
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from lab.alone import settle_in, unprivileged
from lab.scenarios import SCENARIOS
from lab.world import HOME, World
from tests.page.chromium import Visit, chromium, save_pictures

_READY_S = 20.0
_ADDRESS = re.compile(r"http://\S+token=\S+")


def main(name: str, folder: str) -> None:
    """Build the network, start the page, and look at it."""
    settle_in()
    with World() as world:
        for change in SCENARIOS[name].changes:
            change(world)
        world.open()
        address = _page(world)
        words = "ip", "netns", "exec", "desktop", sys.executable, "-m", "tests.page.desktop", "visit"
        trusted = ",".join(_trusted(world))
        subprocess.run([*words, name, folder, address, trusted], check=True, env={**os.environ, **world.environ})


def visit(name: str, folder: str, address: str, trusted: str) -> None:
    """In the desktop's namespace: open the page, wait for both columns, say what stands there."""
    with chromium(f"--ignore-certificate-errors-spki-list={trusted}", environ=dict(os.environ)) as browser:
        seen = Visit(browser.new_context(), address)
        told = {"verdict": seen.verdict(), "beside": seen.beside(), "columns": seen.columns(), "trouble": seen.trouble}
        told["cause"] = seen.page.locator("#verdict .cause").inner_text()
        if folder:
            save_pictures(seen, Path(folder), name)
    sys.stdout.write(json.dumps(told))


def _page(world: World) -> str:
    """Start `lineclear page` as an unprivileged user of the desktop; its link."""
    environ = [f"{name}={value}" for name, value in world.environ.items()]
    stores = "--public-roots", str(HOME / "public.pem"), "--trust-store", str(HOME / "system.pem")
    words = "env", f"PYTHONPATH={Path(__file__).parents[2] / 'src'}", *environ, *unprivileged()
    world.start(world.desktop, *words, sys.executable, "-m", "lineclear", "page", "--no-open", *stores)
    until = time.monotonic() + _READY_S
    while time.monotonic() < until:
        found = _ADDRESS.search((HOME / "env.log").read_text())
        if found:
            return found[0]
        time.sleep(0.05)
    raise RuntimeError(f"The page did not start: {(HOME / 'env.log').read_text()}")


def _trusted(world: World) -> list[str]:
    """What Chromium is told to trust: the authorities this desktop trusts, by the digest of their keys."""
    names = ("public", "box") if world.trusts_box else ("public",)
    both = (
        one
        for name in names
        for one in (world.certifier.authorities[name].root, world.certifier.authorities[name].intermediate)
    )
    keys = (one.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo) for one in both)
    return [base64.b64encode(sha256(one).digest()).decode() for one in keys]


if __name__ == "__main__":
    if sys.argv[1] == "visit":
        visit(*sys.argv[2:])
    else:
        main(*sys.argv[1:])
