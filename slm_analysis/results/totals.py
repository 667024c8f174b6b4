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
from slm_analysis.printed.rules import ReadingRule

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
    own = _ends(panel)
    rows = []
    for total in _totals(own, raw, rule):
        known = [own[part] for part in total.parts if part in own]
        missing = [cell_name(*part) for part in sorted(total.parts - own.keys())]
        missing += ["other countries"] if total.others else []
        hi = float("inf") if missing else sum(hi for _lo, hi in known)
        parts = Bounds([sum(lo for lo, _hi in known)], [hi])
        equals = parts.equal(Bounds([total.lo], [total.hi]))[0]
        rows.append(
            (total.name, len(known), ";".join(missing), int(parts.lo[0]),
             None if missing else int(hi), total.lo, total.hi, equals)
        )  # fmt: skip
    columns = ["id", "parts", "missing", "parts_lo", "parts_hi", "lo", "hi", "equals"]
    return pd.DataFrame(rows, columns=columns).astype({"parts_hi": "Int64"})


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
    own = _ends(panel)
    totals = _totals(own, raw, rule)
    rows = []
    for cell in sorted(set().union(*(total.parts for total in totals))):
        before = own.get(cell, ANYTHING)
        linked = _linked(cell, totals)
        lo, owes_lo = _tightest(cell, linked, own, 1)
        hi, owes_hi = _tightest(cell, linked, own, -1)
        if (lo, hi) != before:
            printed_hi = None if np.isinf(before[1]) else int(before[1])
            rows.append(
                (*cell, int(before[0]), printed_hi, int(lo), int(hi), owes_lo, owes_hi)
            )  # fmt: skip
    columns = [*CELL, "lo", "hi", "tight_lo", "tight_hi", "owes_lo", "owes_hi"]
    return pd.DataFrame(rows, columns=columns).astype({"hi": "Int64"})


def _ends(panel: pd.DataFrame) -> dict[Cell, Ends]:
    """Return the bounds of every printed cell."""
    cells = panel[CELL].itertuples(index=False, name=None)
    return dict(zip(cells, zip(panel["lo"], panel["hi"], strict=True), strict=True))


def _totals(own: dict[Cell, Ends], raw: Raw, rule: ReadingRule | None) -> list[Total]:
    """Return the totals with their bounds; one of all countries has printed cells as parts."""
    found = []
    for row in raw.readings("totals", rule).itertuples():
        kinds = (row.channels.split(";"), row.indicators.split(";"))
        everywhere = row.countries == "all"
        countries = {cell[0] for cell in own} if everywhere else row.countries.split(";")
        parts = frozenset(product(countries, [int(row.year)], *kinds))
        parts = parts.intersection(own) if everywhere else parts
        found.append(Total(row.id, parts, row.lo, row.hi, everywhere))
    return found


def _linked(cell: Cell, totals: Iterable[Total]) -> list[Total]:
    """Return the totals that can say something of a cell: those of it, and of their parts."""
    reached, found = {cell}, set[Total]()
    while near := {total for total in totals if total.parts & reached} - found:
        found |= near
        reached = reached.union(*(total.parts for total in near))
    return sorted(found)


def _tightest(
    cell: Cell, totals: list[Total], own: dict[Cell, Ends], sign: int
) -> tuple[float, str]:
    """Return the least (``sign`` 1) or greatest count (-1) of a cell, and what it owes it to."""
    best = _extreme(cell, totals, own, sign)
    needed = totals
    for total in totals:  # drop each in turn that the bound does not need
        fewer = [other for other in needed if other is not total]
        if _extreme(cell, fewer, own, sign) == best:
            needed = fewer
    return best, ";".join(total.name for total in needed)


def _extreme(cell: Cell, totals: list[Total], own: dict[Cell, Ends], sign: int) -> float:
    """Return the least or greatest count of a cell that fits all cells and some totals."""
    if not any(cell in total.parts for total in totals):
        return own.get(cell, ANYTHING)[0 if sign == 1 else 1]
    cells = sorted(frozenset().union(*(total.parts for total in totals)))
    lo, hi = np.array([own.get(part, ANYTHING) for part in cells]).T
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
