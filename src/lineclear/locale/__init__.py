"""What the program says of itself, in the reader's language: gettext catalogues, and which of them a reader wants.

A domain is one room's words: `report`, `page`, `findings`, `lists`. Its sources are `LANGUAGE/LC_MESSAGES/DOMAIN.po`,
beside them the `.mo` that `python -m lineclear.locale.compile` makes of each. What is not translated is English.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gettext import NullTranslations

DEFAULT = "en"
LANGUAGES: dict[str, str] = {"en": "English", "de": "Deutsch", "zh-Hans": "简体中文", "ja": "日本語"}
"""Tag (BCP 47) to the language's own name."""

_ALSO = {"zh": "zh-Hans", "zh-cn": "zh-Hans", "zh-sg": "zh-Hans", "zh-my": "zh-Hans"}
"""Tags that mean one of ours without saying so; other Chinese (`zh-TW`, `zh-Hant`) is another script, and not ours."""


def N_(text: str) -> str:  # noqa: N802 - the name by which extractors know a string that is translated later
    """`text`, marked for translation."""
    return text


def translation(language: str, *domains: str) -> NullTranslations:
    """The words of some domains in a language, the first domain first; English where there is no catalogue."""
    from gettext import NullTranslations  # noqa: PLC0415  a run that prints text in English needs none of it

    found = NullTranslations()
    for domain in reversed(domains):
        more = _catalogue(language, domain)
        if more is not None:
            more.add_fallback(found)
            found = more
    return found


def wanted(preferences: str) -> str:
    """The best of our languages for `Accept-Language`, a tag, or the value of LANG; English when none fits.

    `de-CH,fr;q=0.8` is `de`, `zh_CN.UTF-8` is `zh-Hans`, `C` is `en`.
    """
    weighed = sorted((_weighed(one) for one in preferences.split(",")), key=lambda one: -one[0])
    return next((found for weight, tag in weighed if weight > 0 and (found := _ours(tag))), DEFAULT)


def _weighed(one: str) -> tuple[float, str]:
    tag, _, weight = one.strip().partition(";")
    try:
        return float(weight.strip().removeprefix("q=") or 1), tag.strip()
    except ValueError:
        return 0.0, tag


def _ours(tag: str) -> str:
    plain = tag.partition(".")[0].partition("@")[0].replace("_", "-").lower()
    exact = {one.lower(): one for one in LANGUAGES}
    found = exact.get(plain) or _ALSO.get(plain)
    if found or plain.startswith("zh-han"):
        return found or next((one for low, one in exact.items() if plain.startswith(f"{low}-")), "")
    return exact.get(plain.partition("-")[0], "")


def _catalogue(language: str, domain: str) -> NullTranslations | None:
    if language not in LANGUAGES or language == DEFAULT:
        return None
    from gettext import GNUTranslations  # noqa: PLC0415
    from io import BytesIO  # noqa: PLC0415

    folder = __file__[: -len("__init__.py")]
    try:
        with open(f"{folder}{language}/LC_MESSAGES/{domain}.mo", "rb") as file:  # noqa: PTH123  as the rest of packaged files
            return GNUTranslations(BytesIO(file.read()))
    except FileNotFoundError:
        return None


__all__ = ["DEFAULT", "LANGUAGES", "N_", "translation", "wanted"]
