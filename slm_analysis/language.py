"""The language in which people read results: English, or Dutch by one gettext catalogue.

Texts that a Dutch reader sees go through :func:`_`; their Dutch stands in
``locale/nl/LC_MESSAGES/slm_analysis.po``. To add a text, mark it and add its Dutch there: a test
fails while it is missing. Babel is imported where it is needed: finding nothing to do needs it not.
"""

from __future__ import annotations

import datetime
import gettext
import io
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path

from slm_analysis.errors import ParameterError

LANGUAGE_VARIABLE = "SLM_LANGUAGE"
LANGUAGES = {"en": "English", "nl": "Nederlands"}
FOLDERS = {"en": "", "nl": "nl/"}  # where the pages of a language stand
CATALOGUES = Path(__file__).with_name("locale")

_chosen: ContextVar[str | None] = ContextVar("language", default=None)


def current() -> str:
    """Return the language of this context, or else the one that the environment names.

    The variable is :data:`LANGUAGE_VARIABLE`; English where it is not set.

    Raises
    ------
    ParameterError
        If it names a language that there is not.

    Examples
    --------
    >>> with speaking("nl"):
    ...     current()
    'nl'
    """
    named = os.environ.get(LANGUAGE_VARIABLE) or "en"
    if named not in LANGUAGES:
        raise ParameterError(LANGUAGE_VARIABLE, named, f"one of {', '.join(LANGUAGES)}")
    return _chosen.get() or named


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Write texts in a language, one of :data:`LANGUAGES`, within a ``with`` block.

    Examples
    --------
    >>> with speaking("nl"):
    ...     _("requests")
    'aanvragen'
    """
    token = _chosen.set(language)
    try:
        yield
    finally:
        _chosen.reset(token)


def catalogue_path(language: str) -> Path:
    """Return where the texts of a language stand; English has no such file.

    Examples
    --------
    >>> catalogue_path("nl").relative_to(CATALOGUES).as_posix()
    'nl/LC_MESSAGES/slm_analysis.po'
    """
    return CATALOGUES / language / "LC_MESSAGES" / "slm_analysis.po"


@cache
def translations(language: str) -> gettext.NullTranslations:
    """Return the catalogue of a language; that of English is empty.

    Raises
    ------
    FileNotFoundError
        If there is no catalogue of that language.

    Examples
    --------
    >>> translations("nl").gettext("unanswered")
    'niet beantwoord'
    >>> translations("en").gettext("unanswered")
    'unanswered'
    """
    if language == "en":
        return gettext.NullTranslations()
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    compiled = io.BytesIO()
    with catalogue_path(language).open("rb") as lines:
        write_mo(compiled, read_po(lines))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def _(text: str, /, **values: object) -> str:
    """Return a text in the current language, its places filled with values if there are any.

    As it is where the catalogue has none.

    Examples
    --------
    >>> with speaking("nl"):
    ...     _("Table {number} of the report, as printed (in Dutch)", number=1)
    'Tabel 1 van het rapport, zoals vermeld'
    """
    told = translations(current()).gettext(text) if text else text
    return told.format(**values) if values else told


def listing(items: Iterable[str]) -> str:
    """Join items as people do: ``a, b and c``; ``none`` where there are none.

    Examples
    --------
    >>> listing(["Armenia", "Georgia", "Ukraine"]), listing([])
    ('Armenia, Georgia and Ukraine', 'none')
    """
    *others, last = list(items) or [_("none")]
    if not others:
        return last
    return _("{others} and {last}").format(others=", ".join(others), last=last)


def decimal(text: str) -> str:
    """Return a number written with a point with the decimal sign of the current language.

    Examples
    --------
    >>> with speaking("nl"):
    ...     decimal("19.1")
    '19,1'
    """
    from babel.numbers import get_decimal_symbol

    return text.replace(".", get_decimal_symbol(current()))


def date(text: str) -> str:
    r"""Return a date of a table (``2013-12-05``, ``2013-12``, ``2013``) as a language writes it.

    English keeps it as it is. What belongs together is not parted by a line.

    Examples
    --------
    >>> with speaking("nl"):
    ...     date("2013-12-05"), date("2012-09"), date("2005")
    ('5\xa0december\xa02013', 'september\xa02012', '2005')
    """
    if current() == "en" or "-" not in text:
        return text
    from babel.dates import format_date

    pattern = "d\xa0MMMM\xa0y" if text.count("-") == 2 else "MMMM\xa0y"
    first_day = datetime.date.fromisoformat(f"{text}-01"[:10])
    return format_date(first_day, pattern, locale=current())


def alpha2(iso3: str) -> str:
    """Return the code of two letters under which CLDR has a country.

    Examples
    --------
    >>> alpha2("ARM")
    'AM'
    """
    from babel.core import get_global

    code: str = get_global("territory_aliases").get(iso3, [iso3])[0]
    return code


def country_names(english: dict[str, str]) -> dict[str, str]:
    """Return country names by ISO code in the current language (CLDR), given the English ones.

    The catalogue has the names of two together (``Somalia/Somaliland``), which CLDR has not.

    Examples
    --------
    >>> with speaking("nl"):
    ...     country_names({"ARM": "Armenia", "GIN": "Guinea"})
    {'ARM': 'Armenië', 'GIN': 'Guinee'}
    """
    if current() == "en":
        return english
    from babel import Locale

    known = Locale(current()).territories
    return {
        iso3: _(name) if "/" in name else known.get(alpha2(iso3), name)
        for iso3, name in english.items()
    }
