"""The Squid fragment, by Squid's own parser."""

import shutil
import subprocess
from pathlib import Path

import pytest

from lineclear.allowlist import rules, write
from lineclear.model import Catalog

from .making import catalog, context, listed, row

WIDE = catalog(
    row("*.a.example", 443),
    row("b.a.example", 443),
    row("192.0.2.0/24", 80),
    row("2001:db8::1", 80),
    row("x_y.example", 80, 90),
)


@pytest.mark.parametrize("found", [listed(), WIDE])
@pytest.mark.parametrize("sources", [(), ("10.20.0.0/16", "2001:db8:5::/48")])
def test_squid_parses_it(found: Catalog, sources: tuple[str, ...], tmp_path: Path) -> None:
    if shutil.which("squid") is None:
        pytest.skip("squid is not installed")
    fragment = tmp_path / "lineclear.conf"
    fragment.write_text(write("squid", rules(found), context(sources=sources)).text)
    whole = tmp_path / "squid.conf"
    whole.write_text(f"include {fragment}\nhttp_access deny all\nhttp_port 127.0.0.1:3128\n")
    ran = subprocess.run(["squid", "-k", "parse", "-f", str(whole)], capture_output=True, text=True, check=False)
    said = ran.stdout + ran.stderr
    assert ran.returncode == 0, said
    assert not [line for line in said.splitlines() if "WARNING" in line or "ERROR" in line or "FATAL" in line]
