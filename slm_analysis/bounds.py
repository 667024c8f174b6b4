"""From printed text to intervals, and arithmetic on them.

A count that is rounded or suppressed in print stands for an interval of true counts. Which one
depends on how the source rounds (:class:`Rounding`) and on how one reads it
(:class:`ReadingRule`). Results computed from intervals are intervals again (:class:`Bounds`),
as in Moore, *Interval Analysis* (1966) and Manski, *Partial Identification of Probability
Distributions* (2003).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from slm_analysis.errors import AnalysisError, DataError

Kind = Literal["exact", "rounded", "suppressed", "range", "zero"]
Verdict = Literal["certain", "possible", "contradicted"]
Floats = npt.NDArray[np.float64]

NOTATION = re.compile(r"(?P<number>\d+)|<(?P<under>\d+)|(?P<first>\d+)-(?P<last>\d+)")
NOTATION_ALLOWED = "a number (275), a suppressed count (<5) or a range (90-120)"


@dataclass(frozen=True)
class Rounding:
    """How a source makes its counts unrecognisable; a property of the source.

    Parameters
    ----------
    rounded_to
        Counts are printed as multiples of this number; 1 for exact counts.
    suppressed_under
        Counts under this number are printed only as ``<number``; 0 where none is hidden.
    zero_in_words
        Whether a true zero is printed as such (``geen``, 0) rather than hidden or rounded; a
        printed 0 then stands for 0 alone.

    Examples
    --------
    The report rounds to fives, hides counts under five and prints zeros in words:

    >>> RULES["outer"].read("90-120", Rounding(rounded_to=5, suppressed_under=5))
    Reading(kind='range', lo=88, hi=122)
    """

    rounded_to: int = 1
    suppressed_under: int = 0
    zero_in_words: bool = True


class Reading(NamedTuple):
    """What one printed figure stands for: a kind and the least and greatest true count."""

    kind: Kind
    lo: int
    hi: int


@dataclass(frozen=True)
class ReadingRule:
    """A way to read a source's printed counts.

    Parameters
    ----------
    name
        What people write to choose it.
    title
        What people read.
    direction
        Whether counts are rounded to the nearest multiple, down or up.
    hidden
        Whether small counts are hidden ``first``, before rounding; ``last``, on the rounded
        count; or ``either``, which bounds both and is therefore not coherent.

    Notes
    -----
    A rule is *coherent* when each true count has exactly one print (:meth:`printed`), so that a
    likelihood can be built on it. The outer bounds contain every reading of the coherent rules
    that round to the nearest multiple, if counts are hidden under a multiple of the number to
    which they are rounded (fives, and under five, in the report). They can be wider: ``<5`` may
    be 0 even where the source prints zeros in words.

    Examples
    --------
    >>> {name: tuple(rule.read("5", Rounding(5, 5)))[1:] for name, rule in RULES.items()}
    {'outer': (3, 7), 'suppress-then-round': (5, 7), 'round-then-suppress': (3, 7),
     'round-down': (5, 9), 'round-up': (5, 5)}
    """

    name: str
    title: str
    direction: Literal["nearest", "down", "up"] = "nearest"
    hidden: Literal["first", "last", "either"] = "either"

    @property
    def coherent(self) -> bool:
        """Whether each true count has exactly one print."""
        return self.hidden != "either"

    def printed(self, count: int, rounding: Rounding) -> str:
        """Return the notation under which a true count is printed.

        Raises
        ------
        AnalysisError
            For a rule that is not coherent.

        Examples
        --------
        >>> RULES["suppress-then-round"].printed(277, Rounding(5, 5))
        '275'
        """
        if not self.coherent:
            raise AnalysisError(f"rule {self.name}: one true count may have several prints")
        under = rounding.suppressed_under
        if count == 0 and rounding.zero_in_words:
            return "0"
        if self.hidden == "first" and count < under:
            return f"<{under}"
        base = rounding.rounded_to
        value = {
            "nearest": (count + base // 2) // base * base,
            "down": count // base * base,
            "up": -(-count // base) * base,
        }[self.direction]
        if self.hidden == "last" and value < under:
            return f"<{under}"
        return str(value)

    def read(self, notation: str, rounding: Rounding) -> Reading:
        """Return the kind and the bounds of one printed figure.

        Parameters
        ----------
        notation
            Normal form of the print: ``275``, ``<5``, ``0`` or ``90-120``.
        rounding
            How the source rounds and hides.

        Raises
        ------
        DataError
            If the notation is unreadable or the source cannot print it.

        Examples
        --------
        >>> RULES["outer"].read("275", Rounding(5, 5))
        Reading(kind='rounded', lo=273, hi=277)
        >>> RULES["outer"].read("<5", Rounding(5, 5))
        Reading(kind='suppressed', lo=0, hi=4)
        """
        match = NOTATION.fullmatch(notation)
        if match is None:
            raise DataError(f"allowed is {NOTATION_ALLOWED}", value=notation)
        if match["under"] is not None:
            return Reading("suppressed", *self._hidden(int(match["under"]), notation, rounding))
        if match["first"] is not None:
            first, last = int(match["first"]), int(match["last"])
            if first >= last:
                raise DataError("a range rises from its first number to its last", value=notation)
            return Reading(
                "range",
                self._number(first, notation, rounding).lo,
                self._number(last, notation, rounding).hi,
            )
        return self._number(int(match["number"]), notation, rounding)

    def _hidden(self, under: int, notation: str, rounding: Rounding) -> tuple[int, int]:
        if under != rounding.suppressed_under:
            allowed = (
                f"<{rounding.suppressed_under}"
                if rounding.suppressed_under
                else "no suppressed count"
            )
            raise DataError(f"the source cannot print this: it prints {allowed}", value=notation)
        least = 1 if self.coherent and rounding.zero_in_words else 0
        if self.hidden == "last":
            # hidden are the counts that round to a multiple under the threshold
            multiples = (under - 1) // rounding.rounded_to * rounding.rounded_to
            most = multiples + _slack(rounding.rounded_to, self.direction, closed=False)[1]
            if most < least:
                raise DataError(f"cannot be printed under the rule {self.name}", value=notation)
            return least, most
        return least, under - 1

    def _number(self, number: int, notation: str, rounding: Rounding) -> Reading:
        if number == 0 and rounding.zero_in_words:
            return Reading("zero", 0, 0)
        if number % rounding.rounded_to:
            raise DataError(
                f"the source cannot print this: it rounds to multiples of {rounding.rounded_to}",
                value=notation,
            )
        if number < rounding.suppressed_under:
            raise DataError(
                f"the source cannot print this: it hides counts under {rounding.suppressed_under}",
                value=notation,
            )
        down, up = _slack(rounding.rounded_to, self.direction, closed=not self.coherent)
        lo, hi = max(number - down, 0), number + up
        if self.hidden == "first":
            lo = max(lo, rounding.suppressed_under)
        return Reading("exact" if rounding.rounded_to == 1 else "rounded", lo, hi)


def _slack(base: int, direction: str, *, closed: bool) -> tuple[int, int]:
    """How far below and above a printed multiple the true count may lie.

    ``closed`` keeps both ends of a tie, which an even base has; otherwise halves go up.
    """
    if direction == "down":
        return 0, base - 1
    if direction == "up":
        return base - 1, 0
    half = base // 2
    return half, half if closed or base % 2 else half - 1


RULES: dict[str, ReadingRule] = {
    rule.name: rule
    for rule in (
        ReadingRule("outer", "outer bounds"),
        ReadingRule("suppress-then-round", "suppress, then round", hidden="first"),
        ReadingRule("round-then-suppress", "round, then suppress", hidden="last"),
        ReadingRule("round-down", "round down", direction="down", hidden="first"),
        ReadingRule("round-up", "round up", direction="up", hidden="first"),
    )
}
DEFAULT_RULE = RULES["outer"]


@dataclass(frozen=True, eq=False)
class Bounds:
    """Intervals, vectorised: for each element a least and a greatest possible value.

    Arithmetic treats the operands as independent, so every result is sharp where each operand
    occurs once.

    Parameters
    ----------
    lo, hi
        Arrays that broadcast to one shape, ``lo <= hi``; ``hi`` may be infinite.

    Raises
    ------
    AnalysisError
        If an element has no value at all (``lo > hi``, or not a number).

    Examples
    --------
    >>> Bounds([273], [277]) - Bounds([88], [92])
    Bounds([181], [189])
    """

    lo: Floats
    hi: Floats

    def __init__(self, lo: npt.ArrayLike, hi: npt.ArrayLike) -> None:
        low, high = (np.array(end, float) for end in np.broadcast_arrays(lo, hi))
        if not np.all(low <= high):
            at = np.argwhere(~np.atleast_1d(low <= high))[0]
            raise AnalysisError(
                f"empty bounds at element {', '.join(map(str, at))}: "
                f"{np.atleast_1d(low)[tuple(at)]:g} to {np.atleast_1d(high)[tuple(at)]:g}"
            )
        object.__setattr__(self, "lo", low)
        object.__setattr__(self, "hi", high)

    @classmethod
    def of(cls, frame: pd.DataFrame, prefix: str = "") -> Bounds:
        """Return the bounds in the columns ``lo`` and ``hi`` of a table.

        Parameters
        ----------
        frame
            A panel, or any table with bounds.
        prefix
            Of the two columns: ``before_`` for ``before_lo`` and ``before_hi``.

        Examples
        --------
        >>> Bounds.of(panel[(panel["iso3"] == "ARM") & (panel["indicator"] == "unanswered")])
        Bounds([128, 88, 53], [132, 92, 57])
        """
        return cls(frame[f"{prefix}lo"].to_numpy(float), frame[f"{prefix}hi"].to_numpy(float))

    def __repr__(self) -> str:
        low, high = (
            np.array2string(
                np.atleast_1d(end), separator=", ", formatter={"float_kind": "{:g}".format}
            )
            for end in (self.lo, self.hi)
        )
        return f"Bounds({low}, {high})"

    def __add__(self, other: Bounds) -> Bounds:
        return Bounds(self.lo + other.lo, self.hi + other.hi)

    def __sub__(self, other: Bounds) -> Bounds:
        return Bounds(self.lo - other.hi, self.hi - other.lo)

    def __mul__(self, factor: float) -> Bounds:
        if factor < 0:
            raise AnalysisError(f"factor {factor:g}: allowed is 0 or more")
        return Bounds(self.lo * factor, self.hi * factor)

    def __truediv__(self, other: Bounds) -> Bounds:
        """Ratio of counts; where the divisor may be zero the ratio has no upper bound."""
        if np.any(self.lo < 0) or np.any(other.lo < 0):
            raise AnalysisError("a ratio of bounds needs counts of 0 or more")
        with np.errstate(divide="ignore", invalid="ignore"):
            low = np.where(other.hi > 0, self.lo / other.hi, 0.0)
            high = np.where(other.lo > 0, self.hi / other.lo, np.inf)
        return Bounds(low, high)

    def intersect(self, other: Bounds) -> Bounds:
        """Return what both allow; an empty intersection is an error.

        Raises
        ------
        AnalysisError
            If no value of some element fits both.

        Examples
        --------
        >>> Bounds([88], [122]).intersect(Bounds([103], [137]))
        Bounds([103], [122])
        """
        return Bounds(np.maximum(self.lo, other.lo), np.minimum(self.hi, other.hi))

    def contains(self, values: npt.ArrayLike) -> npt.NDArray[np.bool_]:
        """Return whether each value lies within its bounds, both ends included.

        Examples
        --------
        >>> Bounds([273, 88], [277, 92]).contains([277, 93]).tolist()
        [True, False]
        """
        given = np.asarray(values, float)
        return (self.lo <= given) & (given <= self.hi)

    def above(self, other: Bounds) -> npt.NDArray[np.str_]:
        """Return the verdict on ``self > other``, element by element.

        Examples
        --------
        >>> Bounds([8, 8, 3], [12, 12, 7]).above(Bounds([3, 8, 8], [7, 12, 12])).tolist()
        ['certain', 'possible', 'contradicted']
        """
        return verdict(self.lo > other.hi, self.hi > other.lo)

    def equal(self, other: Bounds) -> npt.NDArray[np.str_]:
        """Return the verdict on ``self == other``, element by element.

        Two figures that are printed alike are equal for certain only where both are exact.

        Examples
        --------
        >>> Bounds([0, 8, 8], [0, 12, 12]).equal(Bounds([0, 8, 3], [0, 12, 7])).tolist()
        ['certain', 'possible', 'contradicted']
        """
        return verdict(
            (self.lo == self.hi) & (other.lo == other.hi) & (self.lo == other.lo),
            (self.lo <= other.hi) & (other.lo <= self.hi),
        )

    def change_to(self, later: Bounds) -> npt.NDArray[np.str_]:
        """Name the change from these values to later ones, element by element.

        ``certainly up``, ``certainly down`` and ``certainly unchanged`` hold for every set of true
        values; all else is ``undecided``.

        Examples
        --------
        >>> Bounds([128, 8], [132, 12]).change_to(Bounds([53, 8], [57, 12])).tolist()
        ['certainly down', 'undecided']
        """
        return np.select(
            [later.lo > self.hi, later.hi < self.lo, self.equal(later) == "certain"],
            ["certainly up", "certainly down", "certainly unchanged"],
            "undecided",
        )


def verdict(always: npt.ArrayLike, sometimes: npt.ArrayLike) -> npt.NDArray[np.str_]:
    """Name what holds for every set of true values, for some, or for none.

    Parameters
    ----------
    always, sometimes
        Boolean arrays of one shape; ``always`` implies ``sometimes``.

    Returns
    -------
    array
        ``certain``, ``possible`` or ``contradicted``, in the shape of the arrays.

    Examples
    --------
    >>> verdict([True, False, False], [True, True, False]).tolist()
    ['certain', 'possible', 'contradicted']
    """
    return np.where(always, "certain", np.where(sometimes, "possible", "contradicted"))
