"""The page's own templates, filled as those of the report are: in the reader's language, and hostile text made safe."""

from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FunctionLoader
from markupsafe import Markup, escape

from lineclear.locale import translation
from lineclear.render.html.pages import calm
from lineclear.render.safe import safe

DOMAINS = ("page", "report")
_FOLDER = Path(__file__).parent


def filled(template: str, language: str, /, **values: Any) -> str:
    """A template of this room with its values, in a language."""
    return calm(_environment(language).get_template(template).render(values))


def plain(text: str) -> Markup:
    """Text of several lines, its line ends kept."""
    return escape(calm(text))


def in_words(language: str, message: str, /, **values: object) -> str:
    """A marked message in a language, with its values."""
    return translation(language, *DOMAINS).gettext(message) % values


@cache
def static(name: str) -> bytes:
    """A file that is served as it is."""
    return (_FOLDER / "static" / name).read_bytes()


@cache
def _environment(language: str) -> Environment:
    environment = Environment(
        loader=FunctionLoader(lambda name: (_FOLDER / "templates" / name).read_text(encoding="utf-8")),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
        finalize=lambda value: safe(value) if isinstance(value, str) and not isinstance(value, Markup) else value,
    )
    words = translation(language, *DOMAINS)
    environment.install_gettext_translations(words, newstyle=True)  # type: ignore[attr-defined]
    environment.globals.update(language=language)
    return environment
