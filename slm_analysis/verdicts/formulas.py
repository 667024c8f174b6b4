"""What a formula is made of: counts, what the tables print, and operations on them.

The tree of :class:`Node` is what the solver and the interval arithmetic evaluate.
"""

from __future__ import annotations

import calendar
import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, TypeVar

from slm_analysis.bounds.panel import cell_name
from slm_analysis.errors import AnalysisError


class FormulaError(AnalysisError):
    """A formula that cannot be read; the message has the place in it and what is allowed."""


@dataclass(frozen=True)
class Cell:
    """One count: a country, a kind of request (empty for departures), an indicator and a year."""

    iso3: str
    channel: str
    indicator: str
    year: int

    @property
    def name(self) -> str:
        """The cell as the panel names it: ``ARM 2014 LP unanswered``."""
        return cell_name(self.iso3, self.year, self.channel, self.indicator)


@dataclass(frozen=True)
class Printed:
    """What the raw tables print: a number, a text, a set of texts, or the days a date can be.

    ``told`` is the expression; ``rows`` are the rows that it rests on, as ``facts erin-start``;
    ``about`` are the words of the tables that say what it is.
    """

    told: str
    value: Any
    rows: tuple[str, ...]
    about: tuple[str, ...]


Leaf = TypeVar("Leaf", Cell, Printed)


@dataclass(frozen=True)
class Node:
    """A part of a formula: an operation, the kind of its value, and what it works on."""

    op: str
    kind: str
    args: tuple[Any, ...]

    def walk(self) -> Iterator[Node]:
        """Yield this part and all parts of it, from left to right."""
        yield self
        for arg in self.args:
            if isinstance(arg, Node):
                yield from arg.walk()

    def leaves(self, of: type[Leaf]) -> list[Leaf]:
        """Return the different cells, or printed values, of a formula, in order."""
        found = (arg for node in self.walk() for arg in node.args if isinstance(arg, of))
        return list(dict.fromkeys(found))


def days(date: str) -> tuple[int, int]:
    """Return the first and the last day that a date can be, as ordinals; any day if empty.

    Examples
    --------
    >>> [datetime.date.fromordinal(day).isoformat() for day in days("2014-02")]
    ['2014-02-01', '2014-02-28']
    """
    if not date:
        return 1, datetime.date.max.toordinal()
    if "-00" in date:
        raise ValueError(f"{date}: no such month or day")
    year, month, day = [*map(int, date.split("-")), 0, 0][:3]
    last = day or calendar.monthrange(year, month or 12)[1]
    return (
        datetime.date(year, month or 1, day or 1).toordinal(),
        datetime.date(year, month or 12, last).toordinal(),
    )


def written(first: int, last: int) -> str:
    """Return the date that can be the days from ``first`` to ``last``; empty if it can be any.

    Examples
    --------
    >>> written(*days("2014-02")), written(*days(""))
    ('2014-02', '')
    """
    one, other = map(datetime.date.fromordinal, (first, last))
    if one == other:
        return one.isoformat()
    if (one.month, one.year) == (other.month, other.year):
        return f"{one:%Y-%m}"
    return f"{one:%Y}" if one.year == other.year else ""


def number(value: Fraction | int) -> Node:
    """Return a number that stands in a formula."""
    return Node("number", "number", (Fraction(value),))


def conjunction(parts: list[Node]) -> Node:
    """Return the formula that holds where all parts hold."""
    return parts[0] if len(parts) == 1 else Node("and", "truth", tuple(parts))
