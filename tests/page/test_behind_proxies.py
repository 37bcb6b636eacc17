"""The two columns in networks of the lab: real Chromium, and real squid and nftables between it and the sites.

Root on Linux, in namespaces that end with the test: nothing leaves this machine.
"""

import json
import subprocess
from typing import Any

import pytest

pytest.importorskip("playwright", reason="Playwright drives the browser")
from lab.alone import why_not
from lab.scenarios import SCENARIOS
from lab.world import missing
from tests.page.chromium import CHROMIUM

from lab import alone

pytestmark = [
    pytest.mark.skipif(not CHROMIUM, reason="no Chromium on this machine"),
    pytest.mark.skipif(bool(why_not()), reason=why_not() or "the lab runs here"),
    pytest.mark.skipif(bool(missing(("squid",))), reason="no squid on this machine"),
]
PROXY = "http://10.77.0.1:3128"
TRAP = "A test page in a browser would say Success here."
ANSWERED, FAILED = "answered", "failed"
SAYS = {
    "healthy": ("SUCCESS", ("so do direct connections",), (ANSWERED, "ok")),
    "drop-office": ("FAILURE", ("connections that no browser can try", TRAP), (ANSWERED, "ok")),
    "everything-opened-trusted": (
        "FAILURE",
        ("connections that no browser can try, and 9 of these 18 fail (port 4001)", TRAP),
        (ANSWERED, "ok"),
    ),
    "backup-silent": (
        "DEGRADED",
        ("connections that no browser can try, and 2 of these 18 fail (ports 4000 and 4001)",),
        (ANSWERED, "ok"),
    ),
    "proxy-only-way-out": (
        "FAILURE",
        (f"through the proxy {PROXY}; Trader Workstation does not use it", "got through that proxy", TRAP),
        (ANSWERED, "FAILED"),
    ),
    "web-by-proxy-tws-direct": (
        "SUCCESS",
        (f"through the proxy {PROXY}, the only way to them", "is reached directly, without it"),
        (ANSWERED, "FAILED"),
    ),
    "dead-proxy-set": (
        "DEGRADED",
        (
            "reach sites that your browser does not reach",
            f"set to go through the proxy {PROXY}",
            "could not get through",
        ),
        (FAILED, "ok"),
    ),
    "web-opened-untrusted": (
        "FAILURE",
        ("neither your browser nor a direct connection accepts it",),
        (FAILED, "FAILED"),
    ),
}
"""Verdict; what is said of both columns; the words of every site in each."""


def seen_in(name: str) -> dict[str, Any]:
    words = [*alone.command("x")]
    words = [*words[: words.index("-m")], "-m", "tests.page.desktop", name, ""]
    ran = subprocess.run(words, capture_output=True, text=True, timeout=150, check=False)
    assert ran.returncode == 0, ran.stderr[-3000:]
    told: dict[str, Any] = json.loads(ran.stdout)
    return told


@pytest.mark.parametrize("name", SAYS)
def test_what_both_columns_say(name: str) -> None:
    verdict, sentences, words = SAYS[name]
    told = seen_in(name)
    assert told["verdict"] == verdict
    assert SCENARIOS[name].verdict == verdict.lower()
    for one in sentences:
        assert one in told["beside"]
    assert (TRAP in told["beside"]) == (TRAP in sentences)
    columns = told["columns"].values()
    assert len(columns) == 15
    for column, word in enumerate(words):
        assert all(word in one[column] for one in columns), column
