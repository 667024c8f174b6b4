"""What a formula is made of: counts, what the tables print, and operations on them.

The tree of :class:`Node` is what the solver and the interval arithmetic evaluate.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, TypeVar

import pandas as pd

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
    """What the raw tables print: a *number*, a *date*, a *text* or a *set* of texts.

    ``name`` is the expression; ``rows`` are the rows that it rests on, as ``facts erin-start``;
    ``about`` are the words of the tables that say what it is.
    """

    name: str
    kind: str
    value: Any  # a Fraction, a text (of a date too: ``2014-03``, or empty), a frozenset of texts
    rows: tuple[str, ...]
    about: tuple[str, ...]

    @property
    def node(self) -> Node:
        """The part of a formula that is this alone."""
        return Node("printed", self.kind, (self,))


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

    @property
    def value(self) -> Any:
        """What a part that has no parts is, as it is written out or as a table prints it."""
        first = self.args[0]
        return first.value if isinstance(first, Printed) else first

    @property
    def texts(self) -> frozenset[str]:
        """The texts that this part has, its own parts left aside."""
        if self.op not in ("text", "members", "printed"):
            return frozenset()
        if self.kind == "text":
            return frozenset([self.value])
        return self.value if self.kind == "set" else frozenset()


def days(date: str) -> tuple[int, int]:
    """Return the first and the last day that a date can be, as ordinals; any day if empty.

    Examples
    --------
    >>> [datetime.date.fromordinal(day).isoformat() for day in days("2014-02")]
    ['2014-02-01', '2014-02-28']
    """
    if not date:
        return 1, datetime.date.max.toordinal()
    span = pd.Period(date)
    return span.start_time.toordinal(), span.end_time.toordinal()


def is_date(text: str) -> bool:
    """Tell whether a text is a date: a year, a month or a day.

    Examples
    --------
    >>> is_date("2014-02"), is_date("2014-02-29")
    (True, False)
    """
    try:
        return bool(re.fullmatch(r"\d{4}(-\d{2}){0,2}", text) and days(text))
    except ValueError:
        return False


def number(value: Fraction | int) -> Node:
    """Return a number that stands in a formula."""
    return Node("number", "number", (Fraction(value),))


def plain(value: Fraction | float) -> str:
    """Return a number in figures, with decimals only where it has some.

    Examples
    --------
    >>> plain(Fraction(1234567)), plain(Fraction(3, 2))
    ('1234567', '1.5')
    """
    return str(float(value)).removesuffix(".0")
