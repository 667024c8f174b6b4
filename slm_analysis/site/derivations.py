"""How a number is made of its cells, found again by trying what tables make of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce
from itertools import combinations
from operator import add, sub
from typing import Any

from slm_analysis.bounds.arithmetic import Bounds
from slm_analysis.display.rendering import interval
from slm_analysis.language import _


@dataclass(frozen=True)
class Term:
    """Bounds with the formula that gave them, which grows as one calculates."""

    formula: str
    bounds: Bounds

    def __add__(self, other: Term) -> Term:
        return Term(f"{self.formula} + {other.formula}", self.bounds + other.bounds)

    def __sub__(self, other: Term) -> Term:
        return Term(f"{self.formula} − {other.formula}", self.bounds - other.bounds)

    def __rmul__(self, factor: int) -> Term:
        return Term(f"{factor} × {self.formula}", self.bounds * factor)

    def __truediv__(self, other: Term) -> Term:
        return Term(f"{self.formula} ÷ {other.formula}", self.bounds / other.bounds)


def derivation(shown: str, cells: list[Any]) -> str:
    """Return how a number is made of its cells; empty where no way or more than one gives it.

    Parameters
    ----------
    shown
        The number as people read it.
    cells
        Rows of the panel, in the order in which the number names them.
    """
    ways = set()
    for way in _ways(cells):
        lo, hi = float(way.bounds.lo), float(way.bounds.hi)
        if shown in {interval(lo, hi, digits) for digits in range(3)}:
            ways.add(f"{way.formula} = {shown}")
    return ways.pop() if len(ways) == 1 else ""


def _ways(cells: list[Any]) -> Iterator[Term]:
    """Yield what tables make of cells: mean, change, ratio, outcomes per 100 requests, rest."""
    if len(cells) < 2:
        return
    terms = [_count(cell) for cell in cells]
    series = {(cell.iso3, cell.channel, cell.indicator) for cell in cells}
    years = {(cell.iso3, cell.year) for cell in cells}
    if len(series) == 1:
        yield _mean(terms)
        halves = [(_mean(terms[:at]), _mean(terms[at:])) for at in range(1, len(terms))]
        for before, after in [*halves, *combinations(terms, 2)]:
            yield after - before
            if before.bounds.hi > 0:
                yield after / before
        if len(terms) == 3:  # by how much the second step differs from the first
            first, second, third = terms
            yield third - 2 * second + first
    elif len(years) == 1:
        yield reduce(sub, terms)
        yield reduce(add, terms[:-1]) - terms[-1]
        if len(terms) == 2 and terms[1].bounds.hi > 0:
            yield 100 * terms[0] / terms[1]
    elif len(terms) == 4 and len(series) == len(years) == 2:
        before, requests_before, after, requests_after = terms
        if requests_before.bounds.hi > 0 < requests_after.bounds.hi:
            yield 100 * after / requests_after - 100 * before / requests_before


def _count(cell: Any) -> Term:
    told = interval(cell.lo, cell.hi)
    return Term(f"[{told}]" if "–" in told else told, Bounds(cell.lo, cell.hi))


def _mean(terms: list[Term]) -> Term:
    if len(terms) == 1:
        return terms[0]
    listed = "; ".join(term.formula for term in terms)
    return Term(f"{_('mean')}({listed})", reduce(add, terms).bounds * (1 / len(terms)))
