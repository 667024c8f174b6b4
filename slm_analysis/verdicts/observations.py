"""Changes in the printed counts that no statement of the register speaks of."""

from __future__ import annotations

from itertools import product

import pandas as pd

from slm_analysis.bounds.arithmetic import FELL, ROSE
from slm_analysis.verdicts.formula_tree import Cell
from slm_analysis.verdicts.register import Claim


def unmentioned_changes(panel: pd.DataFrame, claims: list[Claim]) -> pd.DataFrame:
    """Return the certain changes between printed years that no formula compares.

    Parameters
    ----------
    panel
        As :func:`panel.build_panel` returns it.
    claims
        The register.

    Returns
    -------
    DataFrame
        ``iso3``, ``channel``, ``indicator``, ``first`` and ``last`` (the last printed year and the
        one before it), the bounds ``first_lo`` to ``last_hi`` (cases) and ``change`` (*fell* or
        *rose for certain*); the greatest relative change first.

    Examples
    --------
    >>> found = unmentioned_changes(panel[panel["iso3"] == "GIN"], [])
    >>> found[["indicator", "first", "last", "change"]].to_numpy().tolist()
    [['confirmed', 2012, 2014, 'fell for certain']]
    """
    compared = {
        frozenset((one.name, other.name))
        for claim in claims
        for test in claim.tests
        for node in test.formula.walk()
        if node.op in ("less", "equal", "-") and node.args[0].kind == "number"
        for one, other in product(*(side.leaves(Cell) for side in node.args))
    }
    found = []
    for (iso3, channel, indicator), rows in panel.groupby(["iso3", "channel", "indicator"]):
        if len(rows) < 2:
            continue
        before, after = rows.sort_values("year", kind="stable").tail(2).itertuples()
        up, down = after.lo > before.hi, after.hi < before.lo
        cells = (Cell(iso3, channel, indicator, row.year).name for row in (before, after))
        if (up or down) and frozenset(cells) not in compared:
            least = (after.lo / max(before.hi, 1)) if up else (before.lo / max(after.hi, 1))
            change = ROSE if up else FELL
            years = before.year, after.year
            bounds = before.lo, before.hi, after.lo, after.hi
            found.append((iso3, channel, indicator, *years, *bounds, change, least))
    columns = ["iso3", "channel", "indicator", "first", "last"]
    columns += ["first_lo", "first_hi", "last_lo", "last_hi", "change", "least"]
    table = pd.DataFrame(found, columns=columns)
    return table.sort_values("least", ascending=False, kind="stable").drop(columns="least")
