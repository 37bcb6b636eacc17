import pytest

from lineclear.diagnose import codes

from .prose import CODES


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--rewrite-goldens", action="store_true", help="write the goldens of tests/render again")


@pytest.fixture
def rewrite_goldens(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--rewrite-goldens", default=False))


@pytest.fixture
def own_codes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests' own prose in place of the product's."""
    for code in CODES:
        monkeypatch.setitem(codes.BY_LABEL, code.label, code)
