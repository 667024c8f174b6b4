"""What a claim is judged by: counts within bounds and raw tables, each with its address."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd

from slm_analysis.panel import cell_name
from slm_analysis.read import Raw

CELL = re.compile(
    r"(?P<iso3>[A-Z]{3}) (?P<year>\d{4}) "
    r"(?:(?P<channel>LP|TO|nationality) (?P<answer>requests|negative|confirmed|issued|unanswered)"
    r"|(?P<departure>forced|independent))"
)
Spec = Mapping[str, Any]  # a test as it stands in the register


@dataclass(frozen=True)
class Outcome:
    """What holds for all true values, what for some, and how one sees it.

    Parameters
    ----------
    always, sometimes
        Whether the test holds for every, or for some, set of true values.
    arithmetic
        In words and numbers.
    cells
        Cells and rows used, with their addresses.
    missing
        Cells needed that are not printed.
    """

    always: bool
    sometimes: bool
    arithmetic: str
    cells: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()

    @property
    def verdict(self) -> str:
        """``contradicted``, ``certain``, ``untestable`` or ``possible``, the first that applies.

        Examples
        --------
        >>> Outcome(False, True, "at most 4: not printed", missing=("IRQ 2014 forced",)).verdict
        'untestable'
        """
        if not self.sometimes:
            return "contradicted"
        if self.always:
            return "certain"
        return "untestable" if self.missing else "possible"


@dataclass(frozen=True)
class Count:
    """A count within bounds; ``hi`` is infinite where it is not printed."""

    lo: float
    hi: float
    address: str = ""

    @property
    def printed(self) -> bool:
        """Whether the source prints it."""
        return self.hi != float("inf")

    def __str__(self) -> str:
        if not self.printed:
            return "not printed"
        return f"{self.lo:.0f}" if self.lo == self.hi else f"{self.lo:.0f}–{self.hi:.0f}"


@dataclass(frozen=True)
class Evidence:
    """The panel and the raw tables, as claims address them.

    Parameters
    ----------
    counts
        Printed counts (cases) by the name of the cell: ``ARM 2014 LP unanswered``. A cell that is
        asked for and not among them is anything from 0 up.
    tables
        The raw tables by name.
    fixed
        Values (cases) that take the place of bounds, by the name of the cell.
    """

    counts: Mapping[str, Count]
    tables: Mapping[str, pd.DataFrame]
    fixed: Mapping[str, float] = field(default_factory=dict)

    @classmethod
    def of(cls, raw: Raw, panel: pd.DataFrame) -> Evidence:
        """Gather the evidence of a panel as :func:`panel.build_panel` returns it.

        Examples
        --------
        >>> evidence = Evidence.of(raw, panel)
        >>> str(evidence["ARM 2014 LP unanswered"]), evidence["ARM 2014 LP unanswered"].address
        ('53–57', 'c011, p. 54')
        >>> str(evidence["ARM 2009 LP unanswered"])
        'not printed'
        """
        counts = {}
        for row in panel.itertuples():
            name = cell_name(row.iso3, row.year, row.channel, row.indicator)
            pages = ", ".join(dict.fromkeys(row.page.split(";")))
            where = f"{row.raw_ids.replace(';', ', ')}{f', p. {pages}' if pages else ''}"
            counts[name] = Count(row.lo, row.hi, where)
        return cls(counts, raw.tables)

    def __getitem__(self, cell: str) -> Count:
        found = self.counts.get(cell, Count(0, float("inf")))
        if cell in self.fixed:
            return replace(found, lo=self.fixed[cell], hi=self.fixed[cell])
        return found

    def rows(self, table: str, where: Mapping[str, Any]) -> pd.DataFrame:
        """Return the rows of a table whose columns have the given values; a list allows any of it.

        Examples
        --------
        >>> where = {"instrument": "CAMM", "stage": ["signed", "in force"]}
        >>> rows = Evidence.of(raw, panel).rows("agreements", where)
        >>> rows[["iso3", "date"]].to_numpy().tolist()
        [['NGA', '2015-03-12']]
        """
        found = self.tables[table]
        for column, value in where.items():
            wanted = value if isinstance(value, list) else [value]
            found = found[found[column].isin([str(item) for item in wanted])]
        return found

    def row(self, table: str, name: str) -> pd.Series:
        """Return one row by its id, or a country by its code.

        Raises
        ------
        IndexError
            If the table has no such row; :func:`claims.read_claims` lets no such claim through.

        Examples
        --------
        >>> Evidence.of(raw, panel).row("facts", "named-1996-ch1")["value"]
        '1996'
        """
        rows = self.tables[table]
        return rows[rows[key_of(rows)] == name].iloc[0]


def key_of(rows: pd.DataFrame) -> str:
    """Return the column that names the rows of a raw table: countries have no ``id``."""
    return "id" if "id" in rows else "iso3"
