"""The panel: one row of bounds per country, year, channel and indicator."""

from __future__ import annotations

import pandas as pd

from slm_analysis.errors import DataError
from slm_analysis.printed.codebook import INDICATORS, OTHER_INDICATORS, PROCESSED, marks
from slm_analysis.printed.read import Raw
from slm_analysis.printed.reading_rules import ReadingRule

CELL = ["iso3", "year", "channel", "indicator"]
TEXTS = ("printed", "raw_ids", "source_id", "page", "section")


def cell_name(iso3: str, year: int | str, channel: str, indicator: str) -> str:
    """Return the name of a cell, such as ``ARM 2014 LP unanswered`` or ``ARM 2014 forced``.

    Examples
    --------
    >>> cell_name("ARM", 2014, "LP", "unanswered")
    'ARM 2014 LP unanswered'
    >>> cell_name("ARM", 2014, "", "forced")
    'ARM 2014 forced'
    """
    return " ".join(filter(None, (iso3, str(year), channel, indicator)))


def build_panel(
    raw: Raw, rule: ReadingRule | None = None, table: str = "dtv_counts"
) -> pd.DataFrame:
    """Turn printed figures into bounds.

    A figure for several years bounds each of them. Where several figures speak of one cell their
    bounds are intersected and every id is kept.

    Parameters
    ----------
    raw
        The raw tables.
    rule
        How to read the print; by default each source's own rule.
    table
        Which of them: the counts of the DT&V, or ``other_counts``.

    Returns
    -------
    DataFrame
        Columns of :data:`codebook.PROCESSED` ``["panel"]``; ``year``, ``lo`` and ``hi`` are
        integers (cases per calendar year). Sorted by country, year, channel and indicator, the
        indicators in the order of :data:`codebook.INDICATORS`.

    Raises
    ------
    DataError
        If a figure cannot be printed by its source, or two figures of one source exclude each
        other. Figures of different sources that do so are left out (:func:`contradictions`).

    Examples
    --------
    >>> cells = build_panel(raw)
    >>> print(cells[["iso3", "year", "indicator", "printed", "lo", "hi"]].head(2).to_string())
      iso3  year   indicator printed   lo   hi
    0  ARM  2012  unanswered     130  128  132
    1  ARM  2013  unanswered      90   88   92

    Under another reading rule:

    >>> from slm_analysis.printed.reading_rules import RULES
    >>> down = build_panel(raw, RULES["round-down"])
    >>> down[["lo", "hi"]].iloc[0].tolist()
    [130, 134]
    """
    cells = _cells(raw, rule, table)
    panel = cells[cells["lo"] <= cells["hi"]]
    order = panel["indicator"].map((INDICATORS + OTHER_INDICATORS).index)
    panel = panel.assign(order=order).sort_values(["iso3", "year", "channel", "order"])
    return panel[list(PROCESSED["panel"].columns)].reset_index(drop=True)


def contradictions(
    raw: Raw, rule: ReadingRule | None = None, table: str = "dtv_counts"
) -> pd.DataFrame:
    """Return the cells for which two sources exclude each other; they are not in the panel.

    Returns
    -------
    DataFrame
        Columns of :data:`codebook.PROCESSED` ``["contradictions"]``; neither source is preferred.

    Raises
    ------
    DataError
        As :func:`build_panel` does.

    Examples
    --------
    At present one source prints counts, so there is none:

    >>> len(contradictions(raw))
    0
    """
    cells = _cells(raw, rule, table)
    empty = cells[cells["lo"] > cells["hi"]].sort_values(CELL, kind="stable")
    return empty[list(PROCESSED["contradictions"].columns)].reset_index(drop=True)


def _cells(raw: Raw, rule: ReadingRule | None, table: str) -> pd.DataFrame:
    """Return every cell with the intersection of its figures, empty ones included."""
    rows = _by_year(raw.readings(table, rule)).rename(columns={"id": "raw_ids"})
    width = rows["hi"] - rows["lo"]
    # the figure that binds most says how the cell was printed
    kind = rows.loc[width.sort_values(kind="stable").index].groupby(CELL)["kind"].first()
    shared = rows.duplicated(CELL, keep=False)
    several = rows[shared].groupby(CELL, sort=False)
    together = several.agg(
        lo=("lo", "max"),
        hi=("hi", "min"),
        **{name: (name, ";".join) for name in TEXTS},
        sources=("source_id", "nunique"),
        flags=("flags", _joined),
    )
    together = together.join(kind).reset_index()
    for cell in together.query("lo > hi and sources == 1").itertuples():
        raise DataError(
            f"rows {cell.raw_ids.replace(';', ' and ')} exclude each other for "
            f"{cell.iso3} {cell.year} {cell.indicator}: printed "
            f"{cell.printed.replace(';', ' and ')}",
            file=f"{table}.csv",
        )
    return pd.concat([rows[~shared], together], ignore_index=True)


def _by_year(figures: pd.DataFrame) -> pd.DataFrame:
    """Return each figure, with its cautions, once for every year that it speaks of."""
    years, flags = [], []
    for row in figures.itertuples():
        years.append(range(int(row.year_first), int(row.year_last) + 1))
        flags.append(";".join(marks(row.note) + ["several years"] * (len(years[-1]) > 1)))
    spread = figures.assign(year=years, flags=flags).explode("year", ignore_index=True)
    return spread.astype({"year": int})


def _joined(flags: pd.Series) -> str:
    """Return each flag once, in the order of appearance, and that several figures bind the cell."""
    given = [flag for flag in ";".join(flags).split(";") if flag]
    return ";".join([*dict.fromkeys(given), "intersected"])
