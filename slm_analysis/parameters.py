"""The parameters of notebooks and commands: text in, checked values out.

A notebook's ``parameters`` cell gives defaults as text; its next cell turns them into values with
the functions below, each of which raises :class:`errors.ParameterError` for a text that is not
allowed. :data:`CHECKS` lets the command line refuse a wrong value before a kernel starts. To add a
parameter, add its function here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from typing import Literal, TypeVar, cast

from slm_analysis.errors import ParameterError
from slm_analysis.printed.read import Raw
from slm_analysis.printed.reading_rules import RULES, ReadingRule
from slm_analysis.results.event_years import EVENT_YEARS

Ranges = Literal["loose", "attained"]
RANGES = ("loose", "attained")
Value = TypeVar("Value")

CHECKS: dict[str, Callable[[str | int, Raw], object]] = {}  # by the name of the parameter


def _parameter(parameter: Callable[[str, Raw], Value]) -> Callable[[str | int, Raw], Value]:
    """Note a parameter; it may be a whole number, which papermill's command line makes unasked."""

    @wraps(parameter)
    def checked(value: str | int, raw: Raw) -> Value:
        if isinstance(value, bool) or not isinstance(value, str | int):
            raise ParameterError(parameter.__name__, value, "text, such as 'all'")
        return parameter(str(value), raw)

    CHECKS[parameter.__name__] = checked
    return checked


def _one_of(words: Sequence[str], name: str, value: str) -> str:
    if value not in words:
        raise ParameterError(name, value, ", ".join(words))
    return value


@_parameter
def countries(value: str, raw: Raw) -> list[str]:
    """Return ISO codes: ``all`` countries with figures, or the ones named (``ARM,NGA``), each once.

    Examples
    --------
    >>> countries("nga, ARM", raw)
    ['NGA', 'ARM']
    >>> len(countries("all", raw))
    11
    """
    counts = raw["dtv_counts"]
    known = sorted(counts.loc[counts["year_first"] != "", "iso3"].unique())
    if value == "all":
        return known
    chosen = [code.strip().upper() for code in value.split(",")]
    if set(chosen) <= set(known) and len(set(chosen)) == len(chosen):
        return chosen
    raise ParameterError("countries", value, f"all, or codes among {', '.join(known)}, each once")


@_parameter
def country(value: str, raw: Raw) -> str:
    """Return the ISO code of one country with figures.

    Examples
    --------
    >>> country("arm", raw)
    'ARM'
    """
    found = countries(value, raw) if value != "all" else []
    if len(found) == 1:
        return found[0]
    raise ParameterError("country", value, "one code of a country with figures, such as ARM")


@_parameter
def years(value: str, raw: Raw) -> tuple[int, int]:
    """Return first and last year: ``all``, one year (``2014``) or a span (``2012-2014``).

    Examples
    --------
    >>> years("2012-2014", raw)
    (2012, 2014)
    >>> years("all", raw)
    (2009, 2014)
    """
    first, last = raw.years
    if value == "all":
        return first, last
    match = re.fullmatch(r"(\d{4})(?:-(\d{4}))?", value)
    if match:
        chosen = int(match[1]), int(match[2] or match[1])
        if first <= chosen[0] <= chosen[1] <= last:
            return chosen
    raise ParameterError("years", value, f"all, or a year or span within {first}-{last}")


@_parameter
def rule(value: str, raw: Raw) -> ReadingRule | None:
    """Return a reading rule by name; ``source`` (``None``) leaves each source its own.

    Examples
    --------
    >>> rule("round-down", raw).name
    'round-down'
    >>> rule("source", raw) is None
    True
    """
    return RULES.get(_one_of(["source", *RULES], "rule", value))


@_parameter
def event_year(value: str, raw: Raw) -> str:
    """Return the rule for where the own year of an event counts.

    Examples
    --------
    >>> event_year("ten months", raw)
    'ten months'
    >>> event_year("own", raw)
    Traceback (most recent call last):
        ...
    slm_analysis.errors.ParameterError: parameter event_year: 'own': allowed is ten months, out,
    before, after
    """
    return _one_of(EVENT_YEARS, "event_year", value)


@_parameter
def window(value: str, raw: Raw) -> int | None:
    """Return how many years on either side of an event count: ``all`` (``None``) or 1 to 99.

    Examples
    --------
    >>> window("2", raw)
    2
    >>> window("all", raw) is None
    True
    """
    if value == "all":
        return None
    if re.fullmatch(r"[1-9]\d?", value):
        return int(value)
    raise ParameterError("window", value, "all, or a number of years from 1 to 99")


@_parameter
def ranges(value: str, raw: Raw) -> Ranges:
    """Return how a range of years is read: ``loose``, or ``attained`` at both ends.

    Examples
    --------
    >>> ranges("attained", raw)
    'attained'
    """
    return cast(Ranges, _one_of(RANGES, "ranges", value))


@_parameter
def sets(value: str, raw: Raw) -> int:
    """Return a number of simulated data sets, 100 to 100000.

    Examples
    --------
    >>> sets("2000", raw)
    2000
    """
    if re.fullmatch(r"\d{3,6}", value) and 100 <= int(value) <= 100_000:
        return int(value)
    raise ParameterError("sets", value, "a number from 100 to 100000")


def check(given: Mapping[str, str], known: Mapping[str, str], raw: Raw) -> None:
    """Refuse a parameter that a notebook does not have, or a value that is not allowed.

    Parameters
    ----------
    given
        Parameters by name, as text.
    known
        The notebook's parameters and their defaults.
    raw
        The raw tables, which bound countries and years.

    Raises
    ------
    ParameterError
        For the first parameter that is not allowed.

    Examples
    --------
    >>> check({"years": "2012-2014"}, known={"years": "all", "rule": "source"}, raw=raw)
    >>> check({"year": "2014"}, known={"years": "all", "rule": "source"}, raw=raw)
    Traceback (most recent call last):
        ...
    slm_analysis.errors.ParameterError: parameter year: '2014': allowed is one of the parameters
    years, rule
    """
    for name, value in given.items():
        if name not in known:
            raise ParameterError(name, value, f"one of the parameters {', '.join(known)}")
        if name not in CHECKS:
            raise ParameterError(name, value, f"one that the library checks: {', '.join(CHECKS)}")
        CHECKS[name](value, raw)
