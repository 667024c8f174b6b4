"""Every result under every choice that this project leaves open.

A specification is one value for each choice: where the event's own year counts, how many years on
either side, how the source hides and rounds, how a range of years is read, and of which kind the
limits are (Simonsohn, Simmons and Nelson, *Nature Human Behaviour* 4, 2020, on specification
curves). A choice *changes* a result if another of its values, all else at the default, gives
another verdict. Which choices apply depends on the family of the result:

- *before and after* an event: the event's own year, window, reading rule, ranges;
- *two years*: reading rule, ranges;
- *per 100 requests*: reading rule;
- *pooled*: limits, and those reading rules that have a likelihood; the first of these is its
  default, as the outer bounds have none.
"""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd

from slm_analysis.bounds.arithmetic import Bounds
from slm_analysis.bounds.panel import build_panel
from slm_analysis.printed.read import Raw
from slm_analysis.printed.reading_rules import RULES
from slm_analysis.results import before_after, inference, joint_bounds, response
from slm_analysis.results.coverage import years_from_text
from slm_analysis.results.event_years import EVENT_YEARS
from slm_analysis.results.joint_bounds import SERIES
from slm_analysis.results.pooled import LIMITS, Change, pooled_changes

# the first value of each is the default
CHOICES: dict[str, tuple[str, ...]] = {
    "event_year": EVENT_YEARS,
    "window": ("all", "1", "2"),
    "rule": tuple(RULES),
    "ranges": ("loose", "attained"),
    "limits": (*LIMITS[1:], LIMITS[0]),
}
RESULT = ["family", "iso3", "channel", "indicator", "name"]
AROUND, TWO_YEARS = "before and after", "two years"
NONE = "no comparison"
BEYOND, REFUSED = "yes, by these limits", "limits refuted"
YEARS = ["years_before", "years_after"]


def specifications(raw: Raw, countries: list[str] | None = None) -> pd.DataFrame:
    """Return the verdict on every distinct result under every specification.

    Two events that split a series at the same years whatever the choices are one result, with both
    names.

    Parameters
    ----------
    raw
        The raw tables.
    countries
        ISO codes, for the results of these alone; all, and the pooled ones, if ``None``.

    Returns
    -------
    DataFrame
        ``family``, ``iso3``, ``channel``, ``indicator``, ``name`` (of the event, or the years; of
        what is pooled, where ``iso3`` and ``channel`` are empty); a column for each of
        :data:`CHOICES` (empty where the family does not know it), ``years_before``,
        ``years_after`` (as text), ``change`` (of the pooled: of the total, which is that of the
        ratio) and ``verdict``: whether it is more than chance; of the pooled, :data:`BEYOND` or
        :data:`inference.NO` as the limits leave out 1 or not, :data:`REFUSED` where the dispersion
        refutes them. Empty where there is no comparison; ``change`` is then :data:`NONE`. Before
        and after: each result that has two sides under some specification.

    Examples
    --------
    >>> found = specifications(raw, ["SRB"]).query("family == 'before and after' and "
    ...     "indicator == 'forced' and window == 'all' and rule == 'outer' and ranges == 'loose'")
    >>> found.set_index("event_year")["change"].to_dict()
    {'ten months': 'open', 'out': 'fell for certain', 'before': 'fell for certain', 'after': 'open'}
    """
    panels = {name: build_panel(raw, rule) for name, rule in RULES.items()}
    if countries is not None:
        panels = {name: rows[rows["iso3"].isin(countries)] for name, rows in panels.items()}
    around = _years_compared(panels["outer"], raw).assign(family=AROUND)
    pairs = before_after.years_apart(panels["outer"], raw.years[1]).assign(family=TWO_YEARS)
    results = pd.concat([around, pairs[["family", "name", *inference.CONTRAST]]])
    contrasts = results.loc[results["years_before"] != "", inference.CONTRAST]
    contrasts = contrasts.drop_duplicates(ignore_index=True)
    judged, per_request = [], []
    for name, panel in panels.items():
        attained = joint_bounds.attainable(joint_bounds.attained_ranges(raw, RULES[name]), panel)
        for reading, ranges in zip(CHOICES["ranges"], (None, attained), strict=True):
            found = _verdicts(contrasts, panel, ranges)
            judged.append(found.assign(rule=name, ranges=reading))
        ratios = inference.request_tests(response.per_100_changes(panel))
        per_request.append(ratios.assign(rule=name))
    readings = pd.DataFrame(product(CHOICES["rule"], CHOICES["ranges"]), columns=["rule", "ranges"])
    every = results.merge(readings, how="cross")
    every = every.merge(pd.concat(judged), how="left", on=[*inference.CONTRAST, "rule", "ranges"])
    every = every.fillna({"change": NONE, "verdict": ""})
    ratios = pd.concat(per_request).assign(family="per 100 requests")
    ratios["name"] = ratios["years_before"] + " to " + ratios["years_after"]
    taken_together = pd.DataFrame() if countries is not None else _pooled(raw)
    columns = [*RESULT, *CHOICES, *YEARS, "change", "verdict"]
    table = pd.concat([every, taken_together, ratios], ignore_index=True)
    return table.reindex(columns=columns).astype(object).fillna("")


def _pooled(raw: Raw) -> pd.DataFrame:
    """Return the pooled changes of notebook 3 under every rule with a likelihood, and all limits.

    With a cell on each side of every series the pooled ratio is that of the totals, so its bounds
    over all counts that fit are those of the totals.
    """
    found = pooled_changes(raw, "unanswered", list(raw.names), raw.years)
    return pd.DataFrame(
        {
            "family": "pooled",
            "indicator": "unanswered",
            "name": compared,
            "rule": rule,
            "limits": limits,
            "change": _of_totals(change),
            "verdict": _beyond(*change.about[[f"{limits}_lo", f"{limits}_hi"]]),
        }
        for (compared, rule), change in found.items()
        for limits in CHOICES["limits"]
    )


def _of_totals(change: Change) -> str:
    model = change.result.model
    later = model.exog[:, -1]
    before, after = (Bounds(model.lo @ side, model.hi @ side) for side in (1 - later, later))
    return str(before.change_to(after))


def _beyond(low: float, high: float) -> str:
    if np.isnan(low):
        return REFUSED
    return BEYOND if low > 0 or high < 0 else inference.NO


def _years_compared(panel: pd.DataFrame, raw: Raw) -> pd.DataFrame:
    """Return which years every result compares, per rule of the event's year and window."""
    happened, key = before_after.events(raw), ["event", *SERIES]
    found = []
    for name, window in product(CHOICES["event_year"], CHOICES["window"]):
        most = None if window == "all" else int(window)
        table = before_after.before_after(panel, happened, name, most)
        one_sided = table["change"].isin(before_after.ONE_SIDED)
        table.loc[one_sided, YEARS] = ""
        table["name"] = before_after.event_names(table)
        found.append(table[[*key, *YEARS, "name"]].assign(event_year=name, window=window))
    every = pd.concat(found, ignore_index=True)
    every["splits"] = every["years_before"] + ";" + every["years_after"]
    results = every.groupby(key).agg({"name": "first", "splits": "|".join}).reset_index()
    results = results[results["splits"].str.strip(";|") != ""]
    same = [*SERIES, "splits"]
    results["name"] = results.groupby(same)["name"].transform("; ".join)
    results = results.drop_duplicates(same)[[*key, "name"]]
    return every.drop(columns=["name", "splits"]).merge(results, on=key)


def _verdicts(
    contrasts: pd.DataFrame, panel: pd.DataFrame, ranges: pd.DataFrame | None
) -> pd.DataFrame:
    """Return change and verdict of each contrast that the panel has whole.

    Where sources exclude each other under one reading rule alone, its panel lacks their cell.
    """
    table, whole = contrasts, pd.Series(True, contrasts.index)
    for side in ("before", "after"):
        years = table[f"years_{side}"].map(years_from_text)
        cells = table[SERIES].assign(contrast=table.index, year=years).explode("year")
        cells = cells.astype({"year": int}).merge(panel, on=[*SERIES, "year"])
        totals = joint_bounds.sums(cells, [*SERIES, "contrast"], panel, ranges).droplevel(SERIES)
        table = table.join(joint_bounds.means(totals, side))
        whole &= table[f"exposure_{side}"] == years.map(len)
    table = table[whole]
    joint = joint_bounds.joint_totals(table, panel, ranges)
    tested = inference.rate_tests(response.compare(table), joint=joint)
    return tested[[*inference.CONTRAST, "change", "verdict"]]


def one_changed(table: pd.DataFrame) -> pd.DataFrame:
    """Return each result at the default, and with one choice changed at a time.

    Parameters
    ----------
    table
        As :func:`specifications` returns it.

    Returns
    -------
    DataFrame
        Rows of the table with ``choice`` (the one of :data:`CHOICES` that is changed, empty at the
        default), ``value`` of it, and ``differs``: whether change or verdict are not those of the
        default.

    Examples
    --------
    >>> found = one_changed(specifications(raw, ["ARM"]))
    >>> found["value"].head(4).tolist(), found["differs"].any()
    (['', 'attained', 'suppress-then-round', 'round-then-suppress'], np.False_)
    """
    places = pd.DataFrame(
        {name: pd.Index(values).get_indexer(table[name]) for name, values in CHOICES.items()},
        table.index,
    )
    # a family that does not have the first value of a choice has its own default
    moved = places > places.groupby(table["family"]).transform("min")
    rows = table[moved.sum(axis=1) <= 1].copy()
    moved = moved.loc[rows.index]
    rows["choice"] = moved.idxmax(axis=1).where(moved.any(axis=1), "")
    rows["value"] = [row[row["choice"]] if row["choice"] else "" for row in rows.to_dict("records")]
    own = rows.loc[rows["choice"] == "", [*RESULT, "change", "verdict"]]
    rows = rows.merge(own, on=RESULT, suffixes=("", "_own"))  # others have no default
    other_change = rows["change"] != rows.pop("change_own")
    other_verdict = rows["verdict"] != rows.pop("verdict_own")
    return rows.assign(differs=other_change | other_verdict)


def summary(table: pd.DataFrame) -> pd.DataFrame:
    """Say per result which verdicts occur, and which choice changes them.

    Parameters
    ----------
    table
        As :func:`specifications` returns it.

    Returns
    -------
    DataFrame
        A row per result: ``family``, ``iso3``, ``channel``, ``indicator``, ``name``,
        ``years_before``, ``years_after``, ``change`` and ``verdict`` under the defaults;
        ``changes`` and ``verdicts`` (dictionaries from each that occurs to the number of
        specifications); and per choice the values that give another change or verdict, all else at
        the default, as text (``out, before``).

    Examples
    --------
    >>> found = summary(specifications(raw, ["SRB"]))
    >>> found = found[found["family"] == "before and after"].set_index("indicator")
    >>> found.loc["forced", ["change", "event_year", "window"]].tolist()
    ['open', 'out, before', '']
    """
    single = one_changed(table)
    counted = table.groupby(RESULT, sort=False).agg(
        changes=("change", lambda found: found.value_counts().to_dict()),
        verdicts=("verdict", lambda found: found.value_counts().to_dict()),
    )
    found = (
        single[single["choice"] == ""]
        .set_index(RESULT)[[*YEARS, "change", "verdict"]]
        .join(counted)
    )
    moved = single[single["differs"]].groupby([*RESULT, "choice"])["value"].agg(", ".join)
    moved = moved.unstack("choice").reindex(index=found.index, columns=list(CHOICES))
    return found.join(moved.astype(object).fillna("")).reset_index()
