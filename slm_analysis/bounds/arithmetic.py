"""Arithmetic on intervals, and what holds for all, some or none of the values within them.

Results computed from intervals are intervals again (:class:`Bounds`), as in Moore, *Interval
Analysis* (1966) and Manski, *Partial Identification of Probability Distributions* (2003).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from slm_analysis.errors import AnalysisError

# what the print says of a change, whatever the true counts
FELL = "fell for certain"
ROSE = "rose for certain"
UNCHANGED = "unchanged for certain"
OPEN = "open"
CHANGES = (FELL, ROSE, UNCHANGED, OPEN)

Floats = npt.NDArray[np.float64]


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

    def columns(self, name: str) -> dict[str, Floats]:
        """Return the bounds as two columns of a table, for :meth:`pandas.DataFrame.assign`.

        Examples
        --------
        >>> pd.DataFrame(Bounds([181], [189]).columns("fall")).to_dict("records")
        [{'fall_lo': 181.0, 'fall_hi': 189.0}]
        """
        return {f"{name}_lo": self.lo, f"{name}_hi": self.hi}

    def __repr__(self) -> str:
        low, high = ([f"{end:g}" for end in np.ravel(ends)] for ends in (self.lo, self.hi))
        return f"Bounds([{', '.join(low)}], [{', '.join(high)}])"

    def __add__(self, other: Bounds) -> Bounds:
        return Bounds(self.lo + other.lo, self.hi + other.hi)

    def __sub__(self, other: Bounds) -> Bounds:
        return Bounds(self.lo - other.hi, self.hi - other.lo)

    def __mul__(self, factor: float) -> Bounds:
        if factor < 0:
            raise AnalysisError(f"factor {factor:g}: allowed is 0 or more")
        return Bounds(self.lo * factor, self.hi * factor)

    def __truediv__(self, other: Bounds) -> Bounds:
        """Ratio of counts, for every divisor above zero; no upper bound where it may be zero.

        Nothing has no ratio to exactly nothing: a divisor that can only be zero is an error. A zero
        divided by what may be zero is zero wherever there is a ratio.
        """
        if np.any(self.lo < 0) or np.any(other.lo < 0):
            raise AnalysisError("a ratio of bounds needs counts of 0 or more")
        if np.any(other.hi == 0):
            raise AnalysisError("a ratio of bounds needs a divisor that may be above 0")
        with np.errstate(divide="ignore", invalid="ignore"):
            high = np.where(other.lo > 0, self.hi / other.lo, np.where(self.hi > 0, np.inf, 0))
        return Bounds(self.lo / other.hi, high)

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

        :data:`FELL`, :data:`ROSE` and :data:`UNCHANGED` hold for every set of true values; all else
        is :data:`OPEN`.

        Examples
        --------
        >>> Bounds([128, 8], [132, 12]).change_to(Bounds([53, 8], [57, 12])).tolist()
        ['fell for certain', 'open']
        """
        return np.select(
            [later.lo > self.hi, later.hi < self.lo, self.equal(later) == "certain"],
            [ROSE, FELL, UNCHANGED],
            OPEN,
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
