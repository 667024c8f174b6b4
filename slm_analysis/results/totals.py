"""Totals that a source prints over cells of the panel, and what they say of their parts.

A total is a row like others and changes no bound by itself. Whether it agrees with its parts is a
check; the bounds that totals and parts leave one another are found on request, by integer
programming, as are the feasible intervals of disclosure control.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import product
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import optimize

from slm_analysis.bounds.arithmetic import Bounds
from slm_analysis.bounds.panel import CELL, cell_name
from slm_analysis.errors import AnalysisError
from slm_analysis.printed.read import Raw
from slm_analysis.printed.reading_rules import ReadingRule

Cell = tuple[str, int, str, str]
Ends = tuple[float, float]

ANYTHING: Ends = (0, np.inf)  # what an unprinted cell may be


class Total(NamedTuple):
    """A total: its row, the cells that it is of, its bounds, and whether it has other parts too."""

    name: str
    parts: frozenset[Cell]
    lo: int
    hi: int
    others: bool


def check_totals(panel: pd.DataFrame, raw: Raw, rule: ReadingRule | None = None) -> pd.DataFrame:
    """Compare each printed total with the sum of its parts.

    Parameters
    ----------
    panel
        As :func:`panel.build_panel` returns it.
    raw
        With the table ``totals``.
    rule
        How to read the print; by default each source's own rule.

    Returns
    -------
    DataFrame
        A row per total: ``id``, ``parts`` (printed ones), ``missing`` (parts that are not printed,
        parted by ``;``), ``parts_lo``, ``parts_hi`` (missing where a part is not printed), ``lo``,
        ``hi`` (of the total; cases) and ``equals``: certain, possible or contradicted.

    Raises
    ------
    DataError
        If a total cannot be printed by its source.

    Examples
    --------
    At present no source prints a total over cells of the panel:

    >>> len(check_totals(panel, raw))
    0
    """
    printed, totals = _read(panel, raw, rule)
    rows = []
    for total in totals:
        missing = [cell_name(*part) for part in sorted(total.parts - printed.keys())]
        missing += ["other countries"] if total.others else []
        ends = [printed[part] for part in total.parts & printed.keys()]
        lo, hi = np.sum([*ends, ANYTHING if missing else (0, 0)], axis=0)
        equals = Bounds(lo, hi).equal(Bounds(total.lo, total.hi)).item()
        sums = (len(ends), ";".join(missing), lo, hi)
        rows.append((total.name, *sums, total.lo, total.hi, equals))
    columns = ["id", "parts", "missing", "parts_lo", "parts_hi", "lo", "hi", "equals"]
    return _whole(pd.DataFrame(rows, columns=columns), "parts_lo", "parts_hi")


def tighten(panel: pd.DataFrame, raw: Raw, rule: ReadingRule | None = None) -> pd.DataFrame:
    """Return the cells whose bounds are narrower once totals and parts have to agree.

    Parameters
    ----------
    panel
        As :func:`panel.build_panel` returns it.
    raw
        With the table ``totals``.
    rule
        How to read the print; by default each source's own rule.

    Returns
    -------
    DataFrame
        The columns of a cell, ``lo``, ``hi`` (as printed; 0 and missing where nothing is),
        ``tight_lo``, ``tight_hi`` (least and greatest count of all that fit cells and totals;
        cases), ``owes_lo`` and ``owes_hi``: totals without which the bound would not hold, parted
        by ``;``, empty where the bound is as printed.

    Raises
    ------
    AnalysisError
        If no counts fit some parts and totals together.
    DataError
        If a total cannot be printed by its source.

    Examples
    --------
    >>> len(tighten(panel, raw))
    0
    """
    printed, totals = _read(panel, raw, rule)
    rows = []
    for cell in sorted(set().union(*(total.parts for total in totals))):
        linked, before = _linked(cell, totals), printed.get(cell, ANYTHING)
        lo, owes_lo = _tightest(cell, linked, printed, 1)
        hi, owes_hi = _tightest(cell, linked, printed, -1)
        if (lo, hi) != before:
            rows.append((*cell, *before, lo, hi, owes_lo, owes_hi))
    columns = [*CELL, "lo", "hi", "tight_lo", "tight_hi", "owes_lo", "owes_hi"]
    return _whole(pd.DataFrame(rows, columns=columns), "lo", "hi", "tight_lo", "tight_hi")


def _whole(table: pd.DataFrame, *columns: str) -> pd.DataFrame:
    """Make whole numbers of ends; one without limit is missing."""
    ends = table[[*columns]].astype(float).replace(np.inf, np.nan)
    return table.assign(**ends.astype("Int64"))


def _read(
    panel: pd.DataFrame, raw: Raw, rule: ReadingRule | None
) -> tuple[dict[Cell, Ends], list[Total]]:
    """Return every printed cell with its bounds, and the totals with theirs.

    A total of all countries has printed cells as parts.
    """
    rows = panel[[*CELL, "lo", "hi"]].itertuples(index=False, name=None)
    printed = {row[:4]: row[4:] for row in rows}
    totals = []
    for row in raw.readings("totals", rule).itertuples():
        kinds = (row.channels.split(";"), row.indicators.split(";"))
        everywhere = row.countries == "all"
        countries = {cell[0] for cell in printed} if everywhere else row.countries.split(";")
        parts = frozenset(product(countries, [int(row.year)], *kinds))
        parts = parts.intersection(printed) if everywhere else parts
        totals.append(Total(row.id, parts, row.lo, row.hi, everywhere))
    return printed, totals


def _linked(cell: Cell, totals: Iterable[Total]) -> list[Total]:
    """Return the totals that can say something of a cell: those of it, and of their parts."""
    reached, found = {cell}, set[Total]()
    while near := {total for total in totals if total.parts & reached} - found:
        found |= near
        reached = reached.union(*(total.parts for total in near))
    return sorted(found)


def _tightest(
    cell: Cell, totals: list[Total], printed: dict[Cell, Ends], sign: int
) -> tuple[float, str]:
    """Return the least (``sign`` 1) or greatest count (-1) of a cell, and what it owes it to."""
    best = _extreme(cell, totals, printed, sign)
    needed = totals
    for total in totals:  # drop each in turn that the bound does not need
        fewer = [other for other in needed if other is not total]
        if _extreme(cell, fewer, printed, sign) == best:
            needed = fewer
    return best, ";".join(total.name for total in needed)


def _extreme(cell: Cell, totals: list[Total], printed: dict[Cell, Ends], sign: int) -> float:
    """Return the least or greatest count of a cell that fits all cells and some totals."""
    if not any(cell in total.parts for total in totals):
        return printed.get(cell, ANYTHING)[0 if sign == 1 else 1]
    cells = sorted(frozenset().union(*(total.parts for total in totals)))
    lo, hi = np.array([printed.get(part, ANYTHING) for part in cells]).T
    sums = np.array([[part in total.parts for part in cells] for total in totals], float)
    least = [-np.inf if total.others else total.lo for total in totals]
    solved = optimize.milp(
        sign * np.array([part == cell for part in cells], float),
        integrality=np.ones(len(cells)),
        bounds=optimize.Bounds(lo, hi),
        constraints=optimize.LinearConstraint(sums, least, [total.hi for total in totals]),
        options={"mip_rel_gap": 0},  # by default it stops when nearly there
    )
    if not solved.success:
        names = ", ".join(total.name for total in totals)
        raise AnalysisError(f"parts and totals {names} exclude one another: {solved.message}")
    return float(sign * round(solved.fun))


def lines(checked: pd.DataFrame) -> list[str]:
    """Say what :func:`check_totals` found, a line each.

    Examples
    --------
    >>> lines(check_totals(panel, raw))
    ['no totals: raw/totals.csv has none']
    """
    return [
        f"{row.id}: parts {_span(row.parts_lo, row.parts_hi)}, total {_span(row.lo, row.hi)}: "
        f"{row.equals}; not printed: {row.missing.replace(';', ', ') or 'none'}"
        for row in checked.itertuples()
    ] or ["no totals: raw/totals.csv has none"]


def tightened_lines(tightened: pd.DataFrame) -> list[str]:
    """Say what :func:`tighten` found, a line each.

    Examples
    --------
    >>> tightened_lines(tighten(panel, raw))
    ['no bound becomes narrower']
    """
    told = []
    for row in tightened.itertuples():
        owed = (("at least", row.tight_lo, row.owes_lo), ("at most", row.tight_hi, row.owes_hi))
        why = ", ".join(f"{word} {end} by {ids}" for word, end, ids in owed if ids)
        cell = cell_name(row.iso3, row.year, row.channel, row.indicator)
        tight = _span(row.tight_lo, row.tight_hi)
        told.append(f"{cell}: {_span(row.lo, row.hi)} becomes {tight} ({why})")
    return told or ["no bound becomes narrower"]


def _span(lo: int, hi: int) -> str:
    return f"{lo} or more" if pd.isna(hi) else f"{lo} to {hi}"
