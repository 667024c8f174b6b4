"""From printed text to the least and the greatest true count.

A count that is rounded or suppressed in print stands for an interval of true counts. Which one
depends on how the source rounds (:class:`Rounding`) and on how one reads it
(:class:`ReadingRule`): a rule prints true counts, and reads a print by inverting that.
"""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from itertools import product
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from slm_analysis.errors import AnalysisError, DataError
from slm_analysis.printed.textfiles import one_line

Integers = npt.NDArray[np.int64]

NOTATION = re.compile(
    r"(?P<some>>0)?(?P<hidden><[0-9]{1,15})|(?P<first>[0-9]{1,15})(?:-(?P<last>[0-9]{1,15}))?"
)

MOST = 1_000_000  # a greater count, of people of one country in a year, is a slip

WHOLE = r"(0|[1-9][0-9]{0,14}|[1-9][0-9]{0,2}(?:\.[0-9]{3}){1,4})"  # a point parts thousands

PRINTED = (
    (re.compile(WHOLE), "{}"),
    (re.compile(r"(?:geen|geen enkele|nihil|nul|none|no|zero)"), "0"),
    (re.compile(rf"(?:<|minder dan|fewer than|less than) ?{WHOLE}"), "<{}"),
    (re.compile(rf">0<{WHOLE}"), ">0<{}"),  # hidden, and the words around it exclude zero
    (re.compile(rf"(?:tussen |between )?{WHOLE} ?(?:-|–|en|and|tot) ?{WHOLE}"), "{}-{}"),
)


def notation(value: object) -> str:
    """Return the normal form of a figure as people and spreadsheets write it.

    Parameters
    ----------
    value
        A number, or text such as ``1.160``, ``minder dan 5``, ``geen``, ``tussen 90 en 120``.

    Raises
    ------
    DataError
        With what is allowed.

    Notes
    -----
    Whether a source can print the figure is not checked here, nor that a range rises:
    :meth:`ReadingRule.read` does that.

    Examples
    --------
    >>> notation("1.160"), notation("minder dan 5"), notation("tussen 90 en 120"), notation("geen")
    ('1160', '<5', '90-120', '0')
    >>> notation(">0<5")  # some, fewer than five
    '>0<5'
    """
    if isinstance(value, bool):
        raise DataError("allowed is a count, not a truth value")
    if isinstance(value, datetime.date | datetime.time | datetime.timedelta):
        raise DataError("the spreadsheet made a date of it; type the figure as text")
    if isinstance(value, int | float):
        if not 0 <= value <= MOST or value != int(value):
            raise DataError(f"allowed are whole numbers from 0 to {MOST:,}")
        return str(int(value))
    text = "" if value is None else one_line(value).casefold()
    if text[:1] in tuple("=+@") or re.match(r"-\D", text):
        raise DataError("a formula; allowed is a figure as printed")
    for form, normal in PRINTED:
        if match := form.fullmatch(text):
            numbers = [number.replace(".", "") for number in match.groups()]
            if any(int(number) > MOST for number in numbers):
                raise DataError(f"allowed are counts up to {MOST:,}")
            return normal.format(*numbers)
    raise DataError("allowed is a figure such as 275, 1.160, <5, 90-120 or geen")


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
        Whether a true zero is printed as such (``geen``, 0) rather than hidden; where small counts
        are hidden, a printed 0 then stands for 0 alone.

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

    kind: Literal["exact", "rounded", "suppressed", "range", "zero"]
    lo: int
    hi: int


@dataclass(frozen=True)
class ReadingRule:
    """A way in which a source prints its counts, and so the way to read them.

    Parameters
    ----------
    name
        What people write to choose it.
    direction
        Whether counts are rounded to the nearest multiple, down, up, or at random to one of the two
        around them: each with the probability that makes the print right on average.
    hidden
        Whether small counts are hidden ``first``, before rounding; ``last``, on the rounded
        count; or ``either``, which bounds both and is therefore not coherent.

    Notes
    -----
    A rule is *coherent* when each true count has exactly one print (:meth:`printed`), so that a
    likelihood can be built on it. A print stands for every count that may be printed so. The outer
    bounds stand for all ways together to round to the nearest multiple (halves up or down) and to
    hide small counts before or after, zeros with them or not; so they contain every reading of the
    coherent rules that round to the nearest. They do not contain those of random rounding, under
    which a print may be almost a whole multiple off (Fellegi, *Survey Methodology* 1, 1975); the
    probabilities of its prints would give a likelihood too, but not one of bounds alone.

    Examples
    --------
    >>> {name: tuple(rule.read("5", Rounding(5, 5)))[1:] for name, rule in RULES.items()}
    {'outer': (3, 7), 'suppress-then-round': (5, 7), 'round-then-suppress': (3, 7),
     'round-down': (5, 9), 'round-up': (5, 5), 'random-rounding': (1, 9)}
    """

    name: str
    direction: Literal["nearest", "down", "up", "random"] = "nearest"
    hidden: Literal["first", "last", "either"] = "either"

    @property
    def coherent(self) -> bool:
        """Whether each true count has exactly one print."""
        return self.hidden != "either" and self.direction != "random"

    def printed(
        self,
        counts: npt.ArrayLike,
        rounding: Rounding,
        random: np.random.Generator | None = None,
    ) -> npt.NDArray[np.str_]:
        """Return the notations under which true counts are printed.

        Parameters
        ----------
        counts
            Of any shape.
        rounding
            How the source rounds and hides.
        random
            Generator of the random numbers, for a rule that rounds at random.

        Raises
        ------
        AnalysisError
            For the outer bounds, and for random rounding without a generator.

        Examples
        --------
        >>> RULES["suppress-then-round"].printed([277, 4], Rounding(5, 5)).tolist()
        ['275', '<5']
        >>> random = np.random.default_rng(1)
        >>> RULES["random-rounding"].printed([277] * 4, Rounding(5, 5), random).tolist()
        ['275', '275', '280', '280']
        """
        counts, base = np.asarray(counts), rounding.rounded_to
        if self.coherent:
            added: Integers | int = self._added(base)[0]
        elif self.direction == "random" and random is not None:
            added = random.integers(0, base, counts.shape)
        else:
            drawn = "; a generator draws one" if self.direction == "random" else ""
            raise AnalysisError(f"rule {self.name}: one true count may have several prints{drawn}")
        return _prints(counts, rounding, added, self.hidden, rounding.zero_in_words)

    def read_back(
        self,
        counts: npt.ArrayLike,
        rounding: Rounding,
        random: np.random.Generator | None = None,
    ) -> Integers:
        """Return the bounds in which true counts are read once they are :meth:`printed`.

        Returns
        -------
        array
            Least and greatest count, of the shape of ``counts`` and one dimension of 2 more.

        Examples
        --------
        >>> RULES["suppress-then-round"].read_back([277, 4], Rounding(5, 5)).tolist()
        [[273, 277], [1, 4]]
        """
        prints, at = np.unique(self.printed(counts, rounding, random), return_inverse=True)
        return np.array([self.read(str(text), rounding)[1:] for text in prints])[at]

    def read(self, notation: str, rounding: Rounding) -> Reading:
        """Return the kind and the bounds of one printed figure.

        Parameters
        ----------
        notation
            Normal form of the print: ``275``, ``<5``, ``0`` or ``90-120``; ``>0<5`` where the words
            around a hidden count say that there was one.
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
        >>> RULES["outer"].read(">0<5", Rounding(5, 5))
        Reading(kind='suppressed', lo=1, hi=4)
        """
        match = NOTATION.fullmatch(notation)
        if match is None:
            raise DataError(
                "allowed is a number (275), a suppressed count (<5; >0<5 where the words exclude "
                "zero) or a range (90-120)",
                value=notation,
            )
        if match["hidden"]:
            lo, hi = self._ends(match["hidden"], notation, rounding)
            return Reading("suppressed", max(lo, 1) if match["some"] else lo, hi)
        lo, hi = self._ends(match["first"], notation, rounding)
        if match["last"]:
            if int(match["first"]) >= int(match["last"]):
                raise DataError("a range rises from its first number to its last", value=notation)
            return Reading("range", lo, self._ends(match["last"], notation, rounding)[1])
        if hi == 0 and rounding.zero_in_words:
            return Reading("zero", lo, hi)
        return Reading("exact" if rounding.rounded_to == 1 else "rounded", lo, hi)

    def _ends(self, text: str, notation: str, rounding: Rounding) -> tuple[int, int]:
        """Return the least and the greatest count that is printed so in some way of this rule."""
        base, under = rounding.rounded_to, rounding.suppressed_under
        if text.startswith("<"):
            allowed = f"<{under}" if under else "no suppressed count"
            if text != allowed:
                told = f"the source cannot print this: it prints {allowed}"
                raise DataError(told, value=notation)
            counts = np.arange(under + base)
            why = f"cannot be printed under the rule {self.name}"
        else:
            number = int(text)
            text = str(number)  # without noughts before it
            counts = np.arange(max(number - base, 0), number + base)
            limit = (
                f"rounds to multiples of {base}" if number % base else f"hides counts under {under}"
            )
            why = f"the source cannot print this: it {limit}"
        hidden, zero_in_words = [self.hidden], [rounding.zero_in_words]
        if self.hidden == "either":
            hidden, zero_in_words = ["first", "last"], [rounding.zero_in_words, False]
        ways = product(self._added(base), hidden, zero_in_words)
        printed_so = [_prints(counts, rounding, *way) == text for way in ways]
        fitting = counts[np.any(printed_so, axis=0)]
        if not len(fitting):
            raise DataError(why, value=notation)
        return int(fitting[0]), int(fitting[-1])

    def _added(self, base: int) -> list[int]:
        """Return what may be added to a count before it is rounded down; at random, the ends."""
        nearest = [base // 2, (base - 1) // 2] if self.hidden == "either" else [base // 2]
        extremes = {"down": [0], "up": [base - 1], "random": [0, base - 1]}
        return extremes.get(self.direction, nearest)


def _prints(
    counts: Integers, rounding: Rounding, added: Integers | int, hidden: str, zero_in_words: bool
) -> npt.NDArray[np.str_]:
    """Return what is printed for true counts: multiples, or that the count is hidden.

    A count is rounded down once something is ``added``: half the base gives the nearest multiple.
    """
    values = (counts + added) // rounding.rounded_to * rounding.rounded_to
    unseen = (counts if hidden == "first" else values) < rounding.suppressed_under
    if zero_in_words:
        unseen &= counts > 0
    return np.where(unseen, f"<{rounding.suppressed_under}", values.astype(str))


RULES: dict[str, ReadingRule] = {
    rule.name: rule
    for rule in (
        ReadingRule("outer"),
        ReadingRule("suppress-then-round", hidden="first"),
        ReadingRule("round-then-suppress", hidden="last"),
        ReadingRule("round-down", direction="down", hidden="first"),
        ReadingRule("round-up", direction="up", hidden="first"),
        ReadingRule("random-rounding", direction="random", hidden="last"),
    )
}

DEFAULT_RULE = RULES["outer"]
EXACT = Rounding()
