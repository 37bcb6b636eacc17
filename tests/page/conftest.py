"""A page served for real: on loopback, by the real server, in a thread of this process."""

import contextlib
import http.client
import threading
from collections.abc import Callable, Iterable, Iterator
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import pytest
from starlette.types import ASGIApp, Receive, Scope, Send
from tests.render.reports import healthy

from lineclear.catalog import load
from lineclear.cli import page
from lineclear.cli.page import asked_for
from lineclear.cli.parser import build
from lineclear.model import Redirection, Report, Resolver
from lineclear.page.app import app
from lineclear.page.checking import Asked
from lineclear.page.columns import origin, web_rows
from lineclear.page.desk import Desk
from lineclear.page.entry import Link
from lineclear.page.guard import Policy
from lineclear.page.serving import listen, make_server
from lineclear.plan import Options

if TYPE_CHECKING:
    from playwright.sync_api import Browser
    from tests.page.chromium import Visit

NOWHERE = "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1"
"""A browser with it finds no name: nothing leaves this machine."""
SITES = tuple(origin(host, port) for host, port in web_rows(load("ibkr")))
NOBODY = Options(
    resolvers=(Resolver(address="127.0.0.1", port=1),), redirections=(Redirection(to_address="127.0.0.1", to_port=1),)
)
"""Options of a check that, were it ever begun, would leave this machine with nothing."""
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
            connection.putrequest(method, path, skip_host="Host" in given, skip_accept_encoding=True)
            for name, value in {**usual, **given}.items():
                connection.putheader(name, value)
            if "Content-Length" not in given:
                connection.putheader("Content-Length", str(len(body)))
            connection.endheaders(body)
            answer = connection.getresponse()
            return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()

    def begin(self, service: str = "") -> None:
        """Run again."""
        body = f"service={service}".encode()
        assert self.ask("/run", method="POST", body=body, Origin=self.origin)[0] == HTTPStatus.SEE_OTHER

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
def serving(report: Report | None, name: str = "report.json", asked: Asked | None = None) -> Iterator[Served]:
    """The page of a saved report, or of a check. A report without a name is shown as if it was measured just now."""
    made: list[Served] = []

    def make(port: int) -> ASGIApp:
        link, desk = Link(port), Desk(asked or Asked(catalog=load("ibkr")), report, name)
        made.append(Served(port, link, desk))
        return begun(desk, app(desk, link, Policy(origins=frozenset({made[0].origin}), connects=SITES)))

    with running(make):
        yield made[0]


@contextlib.contextmanager
def checking(options: Iterable[str]) -> Iterator[Served]:
    """The page of a check with options as on the command line."""
    asked = asked_for(build({"page": page}).parse_args(["page", *options]))
    with serving(None, "", asked) as served:
        yield served


def opened(browser: "Browser", served: Served, **options: Any) -> "Visit":
    """The page in a window of its own, by the cookie its link gave; every site answers that browser."""
    from tests.page.chromium import Visit  # noqa: PLC0415  where there is no browser, other tests run all the same

    context = browser.new_context(**options)
    name, _, value = served.cookie.partition("=")
    context.add_cookies([{"name": name, "value": value, "url": served.origin}])
    context.route("https://**", lambda route: route.fulfill(status=204))
    return Visit(context, f"{served.origin}/")


def begun(desk: Desk, application: ASGIApp) -> ASGIApp:
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
    with serving(healthy(), asked=Asked(catalog=load("ibkr"), options=NOBODY)) as page:
        yield page


@pytest.fixture(scope="module")
def entered() -> Iterator[Served]:
    """A page opened by its link, shared by tests that change nothing."""
    with serving(healthy(), asked=Asked(catalog=load("ibkr"), options=NOBODY)) as page:
        page.enter()
        yield page
