"""A page served for real: on loopback, by the real server, in a thread of this process."""

import contextlib
import http.client
import threading
from collections.abc import Callable, Iterator

import pytest
from starlette.types import ASGIApp, Receive, Scope, Send
from tests.render.reports import healthy

from lineclear.catalog import load
from lineclear.model import Report
from lineclear.page.app import app
from lineclear.page.checking import Asked
from lineclear.page.desk import Desk
from lineclear.page.entry import Link
from lineclear.page.guard import Policy
from lineclear.page.serving import listen, make_server

Answer = tuple[int, dict[str, str], bytes]


class Served:
    """A page and its address."""

    def __init__(self, port: int, link: Link, desk: Desk) -> None:
        self.port = port
        self.link = link
        self.desk = desk
        self.origin = f"http://127.0.0.1:{port}"
        self.cookie = ""

    def ask(
        self, path: str, headers: dict[str, str] | None = None, *, method: str = "GET", body: bytes = b"", **more: str
    ) -> Answer:
        """One request; headers as given, or in Python's spelling."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        usual = {"Cookie": self.cookie} if self.cookie else {}
        given = (headers or {}) | {name.replace("_", "-"): value for name, value in more.items()}
        with contextlib.closing(connection):
            connection.putrequest(method, path, skip_host="Host" in given)
            for name, value in {**usual, **given}.items():
                connection.putheader(name, value)
            if "Content-Length" not in given:
                connection.putheader("Content-Length", str(len(body)))
            connection.endheaders(body)
            answer = connection.getresponse()
            return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()

    def enter(self) -> None:
        """Use the link, and keep the cookie."""
        _, headers, _ = self.ask(f"/?token={self.link.token}")
        self.cookie = headers["set-cookie"].partition(";")[0]


@contextlib.contextmanager
def running(make: Callable[[int], ASGIApp]) -> Iterator[int]:
    """Serve what is made for a port, in a thread."""
    listening = listen("127.0.0.1", 0)
    port = listening.getsockname()[1]
    server = make_server(make(port))
    thread = threading.Thread(target=server.run, args=([listening],))
    thread.start()
    try:
        yield port
    finally:
        server.should_exit = True
        thread.join()
        listening.close()


@contextlib.contextmanager
def serving(report: Report) -> Iterator[Served]:
    """The page of a saved report: nothing is measured."""
    made: list[Served] = []

    def make(port: int) -> ASGIApp:
        link, desk = Link(port), Desk(Asked(catalog=load("ibkr")), report, "report.json")
        made.append(Served(port, link, desk))
        application = app(desk, link, Policy(origins=frozenset({made[0].origin}), connects=("https://www.example",)))
        return opened(desk, application)

    with running(make):
        yield made[0]


def opened(desk: Desk, application: ASGIApp) -> ASGIApp:
    """The application, with its desk opened before the first request."""
    ready: list[bool] = []

    async def first(scope: Scope, receive: Receive, send: Send) -> None:
        if not ready:
            ready.append(True)
            await desk.open()
        await application(scope, receive, send)

    return first


@pytest.fixture
def served() -> Iterator[Served]:
    """A page nobody has opened yet."""
    with serving(healthy()) as page:
        yield page


@pytest.fixture(scope="module")
def entered() -> Iterator[Served]:
    """A page opened by its link, shared by tests that change nothing."""
    with serving(healthy()) as page:
        page.enter()
        yield page
