"""Templates, and how they are filled: escaped twice, once for the reader by `render.safe`, once for the browser.

Every value passes `safe` before it is escaped, and what comes out holds no character that is not printable but the line
end. So no template and no translation can let one through.
"""

import base64
import hashlib
import re
from functools import cache, partial
from gettext import NullTranslations
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from lineclear.locale import DEFAULT, translation
from lineclear.render.prose import Say
from lineclear.render.safe import safe
from lineclear.render.words import duration

from .run import element_id
from .waterfall import percent

_MOMENT = re.compile(r"\A(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)Z\Z")
DOMAINS = ("report", "findings", "lists")


def filled(template: str, language: str, /, **values: Any) -> str:
    """A template of this folder with its values, in a language."""
    return calm(_environment(language).get_template(template).render(values))


def speaker(language: str) -> Say:
    """What gives our sentences in a language; what is not ours, or empty, stays as it is."""
    say = _words(language).gettext
    return lambda text: say(text) if text else text


def spoken(language: str, text: str) -> str:
    """The language a sentence of ours is said in: English where it is not translated."""
    return language if _words(language).gettext(text) != text else DEFAULT


@cache
def _words(language: str) -> NullTranslations:
    return translation(language, *DOMAINS)


def style() -> str:
    """The one style sheet, of the report and the live page alike."""
    return _packaged("style.css")


def style_hash() -> str:
    """How a Content-Security-Policy allows this style sheet and no other: `sha256-...`."""
    return "sha256-" + base64.b64encode(hashlib.sha256(style().encode()).digest()).decode()


def calm(text: str) -> str:
    r"""`text` with everything a terminal or a reader could be misled by shown as `\x1b`; line ends stay."""
    return "\n".join(map(safe, text.split("\n")))


@cache
def _environment(language: str) -> Environment:
    environment = Environment(
        loader=FunctionLoader(lambda name: _packaged(f"templates/{name}")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        extensions=["jinja2.ext.i18n"],
        finalize=lambda value: safe(value) if isinstance(value, str) and not isinstance(value, Markup) else value,
    )
    environment.install_gettext_translations(_words(language), newstyle=True)  # type: ignore[attr-defined]
    environment.globals.update(
        language=language,
        lang=partial(_attribute, language),
        told=speaker(language),
        spoken=partial(spoken, language),
        element_id=element_id,
        percent=percent,
        duration=duration,
        moment=moment,
    )
    return environment


def moment(text: str) -> str:
    """A time as people read it: `2026-11-23 05:57:45 UTC`; what is none stays as it is."""
    return _MOMENT.sub(r"\1 \2 UTC", text)


def _attribute(language: str, of: str) -> Markup:
    """` lang="en"` for what is said in another language than the page."""
    return Markup("") if of == language else Markup(' lang="{}"').format(of)


@cache
def _packaged(name: str) -> str:
    folder = __file__[: -len("pages.py")]
    with open(f"{folder}{name}", encoding="utf-8") as file:  # noqa: PTH123  as the rest of packaged files
        return file.read()
