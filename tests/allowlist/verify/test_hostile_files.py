"""Whatever a file holds, it is read or refused with line and column, and what is shown of it is harmless."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lineclear.allowlist import rules
from lineclear.allowlist.verify import FORMS, Question, format_of, verify
from lineclear.allowlist.verify.formats import FORMATS
from lineclear.errors import UsageError

from ..making import catalog, row, snapshot  # noqa: TID252  the makers of the folder above
from .asked import ACCEPT, ANSWERS, DROP, match, meta, nft_text, payload
from .drawn import Draw
from .drawn_iptables import script
from .drawn_squid import rules as squid_rules
from .test_nftables import SETS

ROWS = rules(catalog(row("a.example", 443, proxy_capable=True), row("b.example", 80, proxy_capable=True)))
KNOWN = snapshot({"a.example": ("192.0.2.1",), "b.example": ("2001:db8::1",)})
ODD = st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=6), st.just([]), st.just({}), st.just("@web"))
NFT = json.loads(
    nft_text(
        ANSWERS,
        [match(payload("ip daddr"), "@web"), match(payload("tcp dport"), {"set": [80, {"range": [1, 9]}]}), ACCEPT],
        [match({"&": [payload("tcp flags"), ["syn", "ack"]]}, "syn"), {"jump": {"target": "side"}}],
        [match(meta("oifname"), "wan*"), {"vmap": {"key": payload("tcp dport"), "data": {"set": [[443, DROP]]}}}],
        [match({"concat": [payload("ip6 daddr"), payload("tcp dport")]}, {"set": [{"concat": ["::1", 1]}]}), DROP],
        more=SETS,
    )
)


def tried(name: str, text: str) -> None:
    try:
        found = verify(
            (text, "a\x1b[2Jfile"), format_of(name), ROWS, catalog="t:1", question=Question(), snapshot=KNOWN
        )
    except UsageError as told:
        said = str(told)
        assert "line " in said
        assert "column " in said
    else:
        said = "".join(form(found) for form in FORMS.values())
    assert all(one == "\n" or one.isprintable() for one in said)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, one in inner for place in places(one, (*path, key)))]


PLACES = places(NFT)[1:]


def put(value: Any, path: tuple[Any, ...], odd: Any) -> Any:
    if not path:
        return odd
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = put(value[path[0]], path[1:], odd)
    return copy


@settings(max_examples=400, deadline=None)
@given(path=st.sampled_from(PLACES), odd=ODD)
def test_an_nftables_file_with_something_odd_anywhere(path: tuple[Any, ...], odd: Any) -> None:
    tried("nftables", json.dumps(put(NFT, path, odd)))


@pytest.mark.parametrize("name", ["iptables", "squid"])
@settings(max_examples=150, deadline=None)
@given(seed=st.integers(0, 50), at=st.floats(0, 1), odd=st.text(max_size=5), length=st.integers(0, 9))
def test_lines_with_something_odd_anywhere(name: str, seed: int, at: float, odd: str, length: int) -> None:
    draw = Draw(seed)
    text = saved(draw) if name == "iptables" else squid_rules(draw, doubtful=True)
    place = int(at * len(text))
    tried(name, text[:place] + odd + text[place + length :])


def saved(draw: Draw) -> str:
    """What the script gives to iptables-restore, as iptables-save prints it."""
    whole = script(draw, doubtful=True)
    parts = [part.partition("END\n")[0] for part in whole.split("<<'END'\n")[2:]]
    return "".join(parts[:2])


@pytest.mark.parametrize("name", FORMATS)
@settings(max_examples=60, deadline=None)
@given(text=st.text(max_size=60))
def test_any_text_at_all(name: str, text: str) -> None:
    tried(name, text)
