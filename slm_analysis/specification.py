"""Every result before and after an event under every choice that this project leaves open.

A specification is one value for each choice: where the event's own year counts, how many years on
either side, how the source hides and rounds, and how a range of years is read (Simonsohn, Simmons
and Nelson, *Nature Human Behaviour* 4, 2020, on specification curves). A choice *changes* a result
if another of its values, all else at the default, gives another verdict. Changes per 100 requests
depend on the reading rule alone.
"""

from __future__ import annotations

from itertools import product

import pandas as pd

from slm_analysis import agreements, derived, inference, response
from slm_analysis.derived import SERIES
from slm_analysis.event_years import EVENT_YEARS
from slm_analysis.panel import build_panel
from slm_analysis.read import Raw
from slm_analysis.rules import RULES

# the first value of each is the default
CHOICES: dict[str, tuple[str, ...]] = {
    "event_year": tuple(EVENT_YEARS),
    "window": ("all", "1", "2"),
    "rule": tuple(RULES),
    "ranges": ("loose", "attained"),
}
RESULT = ["family", "iso3", "channel", "indicator", "name"]
NONE = "no comparison"
YEARS = ["years_before", "years_after"]


def specifications(raw: Raw) -> pd.DataFrame:
    """Return the verdict on every distinct result under every specification.

    Two events that split a series at the same years whatever the choices are one result, with both
    names.

    Returns
    -------
    DataFrame
        ``family`` (*before and after* or *per 100 requests*), ``iso3``, ``channel``,
        ``indicator``, ``name`` (of the event, or the years); a column for each of :data:`CHOICES`
        (empty where the family does not know it), ``years_before``, ``years_after`` (as text),
        ``change`` and ``verdict`` (whether it is more than chance, empty where there is no
        comparison; ``change`` is then :data:`NONE`). Before and after: each result that has two
        sides under some specification.

    Examples
    --------
    >>> from dataclasses import replace
    >>> counts = raw["dtv_counts"]
    >>> serbia = replace(raw, tables={**raw.tables, "dtv_counts": counts[counts["iso3"] == "SRB"]})
    >>> found = specifications(serbia).query(
    ...     "indicator == 'forced' and window == 'all' and rule == 'outer' and ranges == 'loose'")
    >>> found[found["name"].str.contains("protocol")].set_index("event_year")["change"].to_dict()
    {'ten months': 'open', 'out': 'fell for certain', 'before': 'fell for certain', 'after': 'open'}
    """
    panels = {name: build_panel(raw, rule) for name, rule in RULES.items()}
    around = _years_compared(panels["outer"], raw)
    contrasts = around[around["years_before"] != ""].drop_duplicates(inference.CONTRAST)
    contrasts = contrasts[inference.CONTRAST].reset_index(drop=True)
    judged, per_request = [], []
    for name, panel in panels.items():
        attained = derived.attainable(derived.attained_ranges(raw, RULES[name]), panel)
        for reading, ranges in zip(CHOICES["ranges"], (None, attained), strict=True):
            found = _verdicts(contrasts, panel, ranges)
            judged.append(found.assign(rule=name, ranges=reading))
        ratios = inference.request_tests(response.per_100_changes(panel))
        per_request.append(ratios.assign(rule=name))
    every = around.merge(pd.DataFrame(product(CHOICES["rule"], CHOICES["ranges"]),
                                      columns=["rule", "ranges"]), how="cross")  # fmt: skip
    every = every.merge(pd.concat(judged), how="left", on=[*inference.CONTRAST, "rule", "ranges"])
    every = every.assign(family="before and after").fillna({"change": NONE, "verdict": ""})
    ratios = pd.concat(per_request)
    ratios = ratios.assign(
        family="per 100 requests", name=ratios["years_before"] + " to " + ratios["years_after"]
    )
    columns = [*RESULT, *CHOICES, *YEARS, "change", "verdict"]
    table = pd.concat([every, ratios], ignore_index=True)[columns]
    return table.fillna(dict.fromkeys(CHOICES, ""))


def _years_compared(panel: pd.DataFrame, raw: Raw) -> pd.DataFrame:
    """Return which years every result compares, per rule of the event's year and window."""
    happened = agreements.events(raw)
    found = []
    for name, window in product(CHOICES["event_year"], CHOICES["window"]):
        most = None if window == "all" else int(window)
        table = agreements.before_after(panel, happened, EVENT_YEARS[name], most)
        one_sided = table["change"].isin(agreements.ONE_SIDED)
        table.loc[one_sided, YEARS] = ""
        found.append(
            table[["event", *SERIES, *YEARS]].assign(
                name=agreements.event_names(table), event_year=name, window=window
            )
        )
    every = pd.concat(found, ignore_index=True)
    every["split"] = every["years_before"] + ";" + every["years_after"]
    key = ["event", *SERIES]
    results = every.groupby(key).agg(name=("name", "first"), split=("split", tuple)).reset_index()
    results = results[[any(split.strip(";") for split in splits) for splits in results["split"]]]
    same = [*SERIES, "split"]
    results["name"] = results.groupby(same)["name"].transform("; ".join)
    results = results.drop_duplicates(same)[[*key, "name"]]
    return every.drop(columns=["name", "split"]).merge(results, on=key)


def _verdicts(
    contrasts: pd.DataFrame, panel: pd.DataFrame, ranges: pd.DataFrame | None
) -> pd.DataFrame:
    """Return change and verdict of each contrast that the panel has whole.

    Where sources exclude each other under one reading rule alone, its panel lacks their cell.
    """
    table = contrasts.copy()
    whole = pd.Series(True, table.index)
    for side in ("before", "after"):
        years = table[f"years_{side}"].str.split(", ")
        cells = table[SERIES].assign(contrast=table.index, year=years).explode("year")
        cells = cells.astype({"year": int}).merge(panel, on=[*SERIES, "year"])
        totals = derived.sums(cells, [*SERIES, "contrast"], panel, ranges)
        totals = totals.droplevel(SERIES)
        table[f"exposure_{side}"] = years.map(len)
        found = cells.groupby("contrast").size().reindex(table.index, fill_value=0)
        whole &= found == table[f"exposure_{side}"]
        for end in ("lo", "hi"):
            table[f"{side}_{end}"] = totals[end] / table[f"exposure_{side}"]
    table = table[whole]
    joint = derived.joint_totals(table, panel, ranges)
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
    >>> from dataclasses import replace
    >>> counts = raw["dtv_counts"]
    >>> armenia = replace(raw, tables={**raw.tables, "dtv_counts": counts[counts["iso3"] == "ARM"]})
    >>> found = one_changed(specifications(armenia))
    >>> found["value"].head(4).tolist(), found["differs"].any()
    (['', 'attained', 'suppress-then-round', 'round-then-suppress'], np.False_)
    """
    moved = pd.DataFrame(
        {name: ~table[name].isin([values[0], ""]) for name, values in CHOICES.items()}
    )
    rows = table[moved.sum(axis=1) <= 1].copy()
    moved = moved.loc[rows.index]
    rows["choice"] = moved.idxmax(axis=1).where(moved.any(axis=1), "")
    rows["value"] = [row[row["choice"]] if row["choice"] else "" for row in rows.to_dict("records")]
    judged = ["change", "verdict"]
    own = rows[rows["choice"] == ""].set_index(RESULT)[judged]
    rows = rows[pd.MultiIndex.from_frame(rows[RESULT]).isin(own.index)]  # others have no default
    against = own.loc[pd.MultiIndex.from_frame(rows[RESULT])].to_numpy()
    return rows.assign(differs=(rows[judged].to_numpy() != against).any(axis=1))


def summary(table: pd.DataFrame) -> pd.DataFrame:
    """Say per result which verdicts occur, and which choice changes them.

    Parameters
    ----------
    table
        As :func:`specifications` returns it.

    Returns
    -------
    DataFrame
        A row per result: ``family``, ``iso3``, ``channel``, ``indicator``, ``name``, ``change``
        and ``verdict`` under the defaults; ``changes`` and ``verdicts`` (dictionaries from each
        that occurs to the number of specifications); and per choice the values that give another
        change or verdict, all else at the default, as text (``out, before``).

    Examples
    --------
    >>> from dataclasses import replace
    >>> counts = raw["dtv_counts"]
    >>> serbia = replace(raw, tables={**raw.tables, "dtv_counts": counts[counts["iso3"] == "SRB"]})
    >>> found = summary(specifications(serbia)).set_index("indicator").loc["forced"]
    >>> found[["change", "event_year", "window"]].tolist()
    ['open', 'out, before', '']
    """
    single = one_changed(table)
    counted = table.groupby(RESULT, sort=False).agg(
        changes=("change", lambda found: found.value_counts().to_dict()),
        verdicts=("verdict", lambda found: found.value_counts().to_dict()),
    )
    found = single[single["choice"] == ""].set_index(RESULT)[["change", "verdict"]].join(counted)
    moved = single[single["differs"]].groupby([*RESULT, "choice"])["value"].agg(", ".join)
    moved = moved.unstack("choice").reindex(index=found.index, columns=list(CHOICES))
    return found.join(moved.astype(object).fillna("")).reset_index()
