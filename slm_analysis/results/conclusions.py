"""What the figures bear of each change: past rounding, chance, the choices and their number.

A change is no stronger than the first of these that takes it away, in this order:

- *rounding*: the print allows no change, or one in either direction;
- *chance*: not all counts that fit differ by more than Poisson counts would;
- *its own ups and downs*: in the years for which the series is printed as a range, counts that fit
  vary more than the least favourable pair of counts bears (:func:`joint_bounds.range_dispersion`);
- *a choice of reading* changes it, all else at the default, or several together turn it round
  (:mod:`specification`);
- the *number* of comparisons: not at 5% after Holm's adjustment for all of them;
- *dispersion*: counts that vary more than it bears (:func:`inference.breakdown`), which nothing
  printed shows. Every result has this one at the least.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from slm_analysis.bounds.arithmetic import FELL, OPEN, ROSE
from slm_analysis.bounds.panel import build_panel
from slm_analysis.printed.read import Raw
from slm_analysis.printed.reading_rules import DEFAULT_RULE
from slm_analysis.results import before_after, joint_bounds, sensitivity, specification
from slm_analysis.results.inference import CONTRAST, EVERY
from slm_analysis.results.joint_bounds import SERIES
from slm_analysis.results.pre_trends import NO, YES, courses

ROUNDING, CHANCE, OWN = "rounding", "chance", "its own ups and downs"
CHOICE, NUMBER, DISPERSION = "a choice of reading", "the number of comparisons", "dispersion"
TOGETHER = "together"
CAVEATS = (ROUNDING, CHANCE, OWN, CHOICE, NUMBER, DISPERSION)


def conclusions(every: pd.DataFrame, raw: Raw, countries: list[str]) -> pd.DataFrame:
    """Return every comparison of two years or around an event with what it bears.

    At the default of every choice. The adjustment for their number is for all comparisons,
    whichever countries are asked for.

    Parameters
    ----------
    every
        As :func:`specification.specifications` returns it, of these countries or more.
    raw
        The raw tables.
    countries
        ISO codes.

    Returns
    -------
    DataFrame
        A row per result, as :func:`specification.summary` has them: ``iso3``, ``channel``,
        ``indicator``, ``family``, ``name`` (of the event, or the years), ``years_before``,
        ``years_after``, ``change``, ``verdict`` (whether it is more than chance), ``breakdown``
        (variance-to-mean ratio), ``p_holm``, ``own_hi`` (greatest such ratio over the years of a
        printed range, NaN where there is none), ``begun`` (whether a change in the same direction
        had begun before the event: ``yes``, ``no`` or ``open``; empty where two printed years
        before it, or an event, or a direction is wanting), ``choices`` (those of
        :data:`specification.CHOICES` that change it, parted by ``;``; :data:`TOGETHER` where no
        single one does, and several together turn a fall into a rise or the reverse), ``caveat``
        (one of :data:`CAVEATS`) and ``raw_ids``. A country without a comparison has one row, of
        which all but ``iso3`` is empty.

    Raises
    ------
    AnalysisError
        As :func:`sensitivity.comparisons` does.

    Examples
    --------
    >>> from slm_analysis.results.specification import specifications
    >>> found = conclusions(specifications(raw, ["AZE"]), raw, ["AZE"]).set_index("family")
    >>> found.loc["two years", ["change", "caveat"]].tolist()
    ['fell for certain', 'the number of comparisons']
    >>> found.loc["before and after", ["begun", "choices", "caveat"]].tolist()
    ['yes', 'event_year;window', 'chance']
    """
    panel = build_panel(raw, DEFAULT_RULE)
    tested = sensitivity.comparisons(panel, raw, None)
    tested = tested[[*CONTRAST, "breakdown", "p_holm", "raw_ids"]]
    compared = every["family"].isin((specification.AROUND, specification.TWO_YEARS))
    found = specification.summary(every[compared])
    found = found[found["iso3"].isin(countries) & (found["change"] != specification.NONE)]
    found = found.merge(tested, on=CONTRAST)
    within = panel[panel["iso3"].isin(countries)]
    ranges = joint_bounds.attainable(joint_bounds.attained_ranges(raw, DEFAULT_RULE), within)
    own = joint_bounds.range_dispersion(ranges, within).groupby(SERIES)["hi"].max().rename("own_hi")
    found = found.join(own, on=SERIES)
    found["begun"] = _begun(found, within, raw)
    found["choices"] = [
        ";".join(name for name in specification.CHOICES if row[name])
        or (TOGETHER if {FELL, ROSE} <= set(row["changes"]) else "")
        for row in found.to_dict("records")
    ]
    takes_away = {
        ROUNDING: ~found["change"].isin((FELL, ROSE)),
        CHANCE: found["verdict"] != EVERY,
        OWN: found["own_hi"] > found["breakdown"],
        CHOICE: found["choices"] != "",
        NUMBER: found["p_holm"] >= 0.05,
    }
    found["caveat"] = np.select(list(takes_away.values()), list(takes_away), DISPERSION)
    columns = [*SERIES, "family", "name", *CONTRAST[3:], "change", "verdict", "breakdown",
               "p_holm", "own_hi", "begun", "choices", "caveat", "raw_ids"]  # fmt: skip
    table = found.merge(pd.DataFrame({"iso3": countries}), how="right")[columns]
    words = [name for name in columns if name not in ("breakdown", "p_holm", "own_hi")]
    table[words] = table[words].astype(object).fillna("")
    return table.sort_values(["iso3", "channel"], kind="stable", ignore_index=True)


def _begun(found: pd.DataFrame, panel: pd.DataFrame, raw: Raw) -> list[str]:
    """Say of each result whether the last two years before its event changed the same way."""
    around = before_after.before_after(panel, before_after.events(raw))
    earlier = {
        (row.iso3, row.channel, row.indicator, name): row
        for row in courses(panel, around).itertuples()
        for name in row.event.split("; ")
    }
    begun = []
    for row in found.itertuples():
        keys = [(row.iso3, row.channel, row.indicator, name) for name in row.name.split("; ")]
        before = next((earlier[key] for key in keys if key in earlier), None)
        if before is None or row.change not in (FELL, ROSE):
            begun.append("")
        elif row.change == FELL:
            begun.append(YES if before.earlier_hi < 0 else NO if before.earlier_lo >= 0 else OPEN)
        else:
            begun.append(YES if before.earlier_lo > 0 else NO if before.earlier_hi <= 0 else OPEN)
    return begun
