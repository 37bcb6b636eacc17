"""A help desk: who is let in, and what a visitor is told."""

import asyncio
import base64
import json
import subprocess
import sys
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path

import pytest
from tests.page.conftest import SITES, Served, running

from lineclear.catalog import load
from lineclear.model import UsageError
from lineclear.page import passwords, public, visitors
from lineclear.page.entry import Basic, Link
from lineclear.page.guard import Policy
from lineclear.page.passwords import Passwords, new_line, read_lines
from lineclear.page.visitors import HelpDesk

DESK = HelpDesk(catalog=load("ibkr"), command="lineclear check", reflector="http://127.0.0.1:1")
HOSTS = [one.removeprefix("https://") for one in SITES]


class Help(Served):
    """A help desk and its address."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.origin = f"http://127.0.0.1:{port}"
        self.cookie = ""

    def told(self, **more: object) -> tuple[int, str]:
        status, _, body = self.ask("/browser", method="POST", body=json.dumps(more).encode(), Origin=self.origin)
        return status, body.decode()


@pytest.fixture(scope="module")
def desk() -> Iterator[Help]:
    """One that asks nobody."""

    def make(port: int) -> object:
        policy = Policy(origins=frozenset({f"http://127.0.0.1:{port}"}), connects=visitors.connects(DESK))
        return visitors.app(DESK, None, policy)

    with running(make) as port:  # type: ignore[arg-type]  # an ASGI application
        yield Help(port)


@pytest.fixture(scope="module")
def locked() -> Iterator[Help]:
    """One that asks for a password."""
    lines = "\n".join(("# people", new_line("alice", "correct horse"), "", new_line("bob", "päss:wörd")))

    def make(port: int) -> object:
        entry = Basic(Passwords(read_lines(lines, "people")))
        return visitors.app(DESK, entry, Policy(origins=frozenset({f"http://127.0.0.1:{port}"})))

    with running(make) as port:  # type: ignore[arg-type]
        yield Help(port)


def site(host: str, outcome: str = "answered") -> dict[str, object]:
    return {"host": host, "port": 443, "outcome": outcome, "took_ms": 12.0}


def test_it_says_that_it_proves_nothing_and_what_does(desk: Help) -> None:
    _, headers, body = desk.ask("/")
    page = body.decode()
    assert "This is not a proof for Trader Workstation" in page
    assert "lineclear check" in page
    assert "data-waiting" in page
    assert all(f'data-origin="{one}"' in page for one in SITES)
    assert f"connect-src 'self' {' '.join(SITES)} http://127.0.0.1:1" in headers["content-security-policy"]


@pytest.mark.parametrize(
    ("outcomes", "style", "reached"),
    [(["answered"] * 15, "good", 15), (["answered", *["failed"] * 14], "doubt", 1), (["timed-out"] * 15, "bad", 0)],
)
def test_what_the_browser_reaches_is_counted(desk: Help, outcomes: list[str], style: str, reached: int) -> None:
    status, page = desk.told(sites=list(map(site, HOSTS, outcomes)))
    assert status == HTTPStatus.OK
    assert f'class="meaning {style}"' in page
    assert f"Your browser reaches {reached} of the 15 sites." in page
    assert "This is not a proof for Trader Workstation" in page
    assert "Not a proof for Trader Workstation: lineclear check" in page
    assert "data-waiting" not in page


def test_what_a_reflector_saw_stands_beside_what_is_seen_here(desk: Help) -> None:
    headers = [["Host", "192.0.2.10"], ["Via", "1.1 proxy.office.example"]]
    _, page = desk.told(sites=[], reflected={"source": "198.51.100.7", "line": "GET / HTTP/1.1", "headers": headers})
    assert "as this help desk sees it</dt><dd>127.0.0.1<" in page
    assert "as the reflector outside sees it</dt><dd>198.51.100.7<" in page
    assert "A proxy is in your browser's way" in page
    assert "Via: 1.1 proxy.office.example" in page
    assert "Host: 192.0.2.10" not in page


def test_a_reflector_that_is_silent_is_said_to_be(desk: Help) -> None:
    _, page = desk.told(sites=[], reflected={})
    assert "the reflector did not answer your browser" in page
    assert "A proxy is in" not in page


def test_a_proxy_in_the_way_to_the_help_desk_shows_itself(desk: Help) -> None:
    _, _, body = desk.ask("/", {"Via": "1.1 cache", "X-Forwarded-For": "10.0.0.9"})
    assert b"via: 1.1 cache" in body
    assert b"x-forwarded-for: 10.0.0.9" in body


def test_what_a_visitor_sends_is_text(desk: Help) -> None:
    evil = "<script>alert(1)</script>\x1b[2J"
    _, page = desk.told(sites=[], reflected={"source": evil, "headers": [["Via", evil]]})
    assert "<script>" not in page
    assert "\x1b" not in page


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"sites": [site("evil.example")]},
        {"sites": [site(HOSTS[0]) | {"port": 80}]},
        {"sites": [], "more": 1},
        {"sites": [], "reflected": {"source": "x" * 601}},
        {"sites": [], "reflected": {"headers": [["a", "b"]] * 65}},
        {"sites": [], "reflected": {"headers": [["a", "b", "c"]]}},
    ],
)
def test_what_does_not_fit_is_refused(desk: Help, told: dict[str, object]) -> None:
    assert desk.told(**told)[0] == HTTPStatus.BAD_REQUEST


def basic(name: str, password: str) -> dict[str, str]:
    return {"Authorization": f"Basic {base64.b64encode(f'{name}:{password}'.encode()).decode()}"}


def test_a_password_lets_in(locked: Help) -> None:
    assert locked.ask("/", basic("alice", "correct horse"))[0] == HTTPStatus.OK
    assert locked.ask("/", basic("bob", "päss:wörd"))[0] == HTTPStatus.OK


@pytest.mark.parametrize(
    "headers",
    [
        {},
        basic("alice", "wrong"),
        basic("alice", ""),
        basic("", "correct horse"),
        basic("nobody", "correct horse"),
        {"Authorization": "Basic ???"},
        {"Authorization": "Basic /w=="},
        {"Authorization": "Bearer correct horse"},
    ],
)
def test_anything_else_does_not(locked: Help, headers: dict[str, str]) -> None:
    status, answered, _ = locked.ask("/", headers)
    assert status == HTTPStatus.UNAUTHORIZED
    assert answered["www-authenticate"].startswith("Basic realm=")


def test_guessing_stops_after_a_few(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    made: list[str] = []
    right = passwords._hash

    def counted(password: str, salt: bytes) -> bytes:
        made.append(password)
        return right(password, salt)

    monkeypatch.setattr(passwords, "_hash", counted)
    known = read_lines(new_line("alice", "right"), "people")

    async def guess() -> None:
        door = Passwords(known, clock=lambda: now[0])
        for number in range(20):
            assert not await door.match("alice", f"{number}", "192.0.2.1")
        assert len(made) == 1 + 8
        assert not await door.match("alice", "right", "192.0.2.1")
        assert await door.match("alice", "right", "192.0.2.2")
        now[0] += 61
        assert await door.match("alice", "right", "192.0.2.1")
        assert len(made) == 1 + 8 + 1

    asyncio.run(guess())


@pytest.mark.parametrize(
    "text", ["", "# only this", "alice", "alice:plain$a$b", "alice:scrypt$?$?", ":scrypt$YQ==$YQ=="]
)
def test_a_file_of_passwords_that_is_none(text: str) -> None:
    with pytest.raises(UsageError, match="--new-password"):
        read_lines(text, "people")


@pytest.mark.parametrize(("name", "password"), [("", "x"), ("a:b", "x"), ("a\nb", "x"), ("alice", "")])
def test_a_line_that_cannot_be(name: str, password: str) -> None:
    with pytest.raises(UsageError):
        new_line(name, password)


def served(**more: object) -> public.Served:
    return public.Served(**({"desk": DESK, "address": "127.0.0.1", "port": 8080} | more))  # type: ignore[arg-type]


class TestServing:
    def test_nobody_is_let_in_unasked_from_outside(self) -> None:
        for address in ("0.0.0.0", "192.0.2.1", "::", "2001:db8::1"):
            with pytest.raises(UsageError, match="--auth"):
                public.run(served(address=address), str)

    def test_names_under_which_it_is_reached(self) -> None:
        assert public._origins(served(), 8080) == ("http://127.0.0.1:8080",)
        assert public._origins(served(address="::1"), 80) == ("http://[::1]",)
        named = served(address="0.0.0.0", names=("help.example", "help.example:8443"), certificate="c")
        assert public._origins(named, 443) == ("https://help.example", "https://help.example:8443")
        with pytest.raises(UsageError, match="--name"):
            public._origins(served(address="0.0.0.0"), 8080)

    def test_who_asks_at_the_door(self, tmp_path: Path) -> None:
        assert public._entry("", 1) is None
        link = public._entry("token", 1)
        assert isinstance(link, Link)
        assert len(link.token) > 40
        file = tmp_path / "file"
        file.write_text("a-token-of-our-own-choice\n")
        chosen = public._entry(f"token:{file}", 1)
        assert isinstance(chosen, Link)
        assert chosen.token == "a-token-of-our-own-choice"
        file.write_text(new_line("alice", "x"))
        assert isinstance(public._entry(f"basic:{file}", 1), Basic)

    @pytest.mark.parametrize("auth", ["basic", "basic:", "basic:/nowhere", "digest:x", "token:/nowhere"])
    def test_words_for_the_door_that_are_none(self, auth: str) -> None:
        with pytest.raises(UsageError):
            public._entry(auth, 1)

    def test_a_token_that_could_be_guessed(self, tmp_path: Path) -> None:
        (tmp_path / "short").write_text("1234\n")
        with pytest.raises(UsageError, match="shorter"):
            public._entry(f"token:{tmp_path / 'short'}", 1)

    def test_a_certificate_that_is_none(self) -> None:
        with pytest.raises(UsageError, match="certificate"):
            public.run(served(port=0, certificate="/nowhere", key="/nowhere"), str)


def test_a_link_of_a_help_desk_works_for_everybody() -> None:
    link = Link(1, once=False)

    def make(port: int) -> object:
        return visitors.app(DESK, link, Policy(origins=frozenset({f"http://127.0.0.1:{port}"})))

    with running(make) as port:  # type: ignore[arg-type]
        for _ in range(2):
            one = Help(port)
            assert one.ask("/")[0] == HTTPStatus.FORBIDDEN
            _, headers, _ = one.ask(f"/?token={link.token}")
            one.cookie = headers["set-cookie"].partition(";")[0]
            assert one.ask("/")[0] == HTTPStatus.OK


def test_the_command_makes_a_line_for_the_file() -> None:
    words = [sys.executable, "-m", "lineclear", "page", "--new-password", "alice"]
    ran = subprocess.run(words, input="secret word\n", capture_output=True, text=True, check=True)
    assert set(read_lines(ran.stdout, "people")) == {"alice"}
    assert "secret" not in ran.stdout
