"""Tables of what chance, the reading rule and one more count would change."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from slm_analysis.display import rendering
from slm_analysis.display.rendering import Table, number, rounded_down
from slm_analysis.display.tables import cells
from slm_analysis.display.tables.cells import in_words
from slm_analysis.language import _, decimal
from slm_analysis.printed.read import Raw
from slm_analysis.results.before_after import event_names
from slm_analysis.results.inference import CONTRAST
from slm_analysis.results.joint_bounds import SERIES
from slm_analysis.results.pooled import REFUTED, Change


def tests(table: pd.DataFrame, raw: Raw, dispersion: pd.DataFrame) -> Table:
    """Return the tests over bounds, rounding and sampling apart.

    Parameters
    ----------
    table
        As :func:`inference.rate_tests` returns it, with a column ``name`` (what is compared).
    raw
        For the names of the countries and the notes of the rows.
    dispersion
        As :func:`joint_bounds.range_dispersion` returns it, to stand beside the dispersion that
        a result bears.

    Examples
    --------
    >>> from slm_analysis.results.joint_bounds import attained_ranges, range_dispersion
    >>> from slm_analysis.results.inference import rate_tests
    >>> from slm_analysis.results.response import trend
    >>> tested = rate_tests(trend(panel, "unanswered")).assign(name="last to first printed year")
    >>> own = range_dispersion(attained_ranges(raw), panel)
    >>> row = tests(tested, raw, own).frame.iloc[0]
    >>> row["country"], row["ratio: rounding"].striptags(), row["in the print"]
    ('Armenia', '0.40–0.45', 'fell for certain')
    """
    rows = cells.rows_of(table["raw_ids"])
    ranges = dispersion.assign(text=rendering.intervals(dispersion, "", 1)).groupby(SERIES)["text"]
    series = pd.MultiIndex.from_frame(table[SERIES])
    own = ranges.agg("; ".join).astype(str).reindex(series, fill_value=_("not known"))
    frame = cells.worded(table[["iso3", "indicator", "name"]], raw, name="compared")
    frame["ratio: rounding"] = cells.linked(rendering.ratio_texts(table), rows)
    frame["ratio: outermost 95% limits"] = cells.bounds(table, "limit_", rows, 2)
    frame = frame.join(judged(table))
    frame["dispersion in a printed range"] = cells.linked(own, rows)
    frame = frame.join(cells.origin(table, raw))
    caption = _(
        "Ratio of yearly rates, after to before: what rounding allows, and what chance would add"
    )
    note = _(
        "Dispersion in a printed range: the variance-to-mean ratio over the years for which the "
        "series is printed as a range, if some year attains each of its ends. A result that bears "
        "less is within the ups and downs, or the trend, of its own series."
    )
    notes = (test_note(table), note)
    return Table(frame, caption, notes, data=table, nothing=rendering.NO_COMPARISON)


def ratio_changes(table: pd.DataFrame, raw: Raw) -> Table:
    """Return the changes per 100 requests, with what print and chance allow.

    The table is as :func:`inference.request_tests` returns it, of
    :func:`response.per_100_changes`.

    Examples
    --------
    >>> from slm_analysis.results.inference import request_tests
    >>> from slm_analysis.results.response import per_100_changes
    >>> tested = request_tests(per_100_changes(panel[panel["iso3"] == "SRB"]))
    >>> row = ratio_changes(tested, raw).frame.iloc[0]
    >>> row["outcome"], row["change per 100"].striptags(), row["in the print"]
    ('confirmed', '17–40.3', 'rose for certain')
    """
    frame = cells.worded(table[["iso3", "channel", "indicator"]], raw, indicator="outcome")
    before, after = (
        cells.cells_of(table, years) + cells.cells_of(table, years, "requests")
        for years in (table["years_before"], table["years_after"])
    )
    frame["per 100, earlier"] = cells.over_years(table, "before", before)
    frame["per 100, later"] = cells.over_years(table, "after", after)
    frame["change per 100"] = cells.bounds(table, "difference_", before + after, 1)
    frame = frame.join(judged(table)).join(cells.origin(table, raw))
    caption = _(
        "Outcomes per 100 requests: last year with both against the first, bounds over four counts"
    )
    note = _(
        "Equal rates per request, the requests as exposure, over every combination of the four "
        "counts that fits the print. Were the outcomes those of the same requests, they would vary "
        "less and a test could find more; a year's outcomes need not be."
    )
    notes = (note, test_note(table))
    return Table(frame, caption, notes, data=table, nothing=rendering.NO_COMPARISON)


def judged(table: pd.DataFrame) -> pd.DataFrame:
    """Return columns with what print and chance allow, for readers.

    The table is as :func:`inference.rate_tests` returns it; :func:`test_note` explains the columns.

    Examples
    --------
    >>> from slm_analysis.results.inference import rate_tests
    >>> from slm_analysis.results.response import trend
    >>> found = judged(rate_tests(trend(panel, "unanswered")))
    >>> found["more than chance"][0], found["up to dispersion"][0].striptags()
    ('yes, for every count that fits the print', '7.2')
    """
    rows = cells.rows_of(table["raw_ids"])
    frame = table[["change", "verdict"]].map(_)
    frame.columns = ["in the print", "more than chance"]
    frame["p from"] = cells.linked([p_value(p, up=False) for p in table["p_lo"]], rows)
    frame["p to"] = cells.linked(table["p_hi"].map(p_value), rows)
    frame["p to, Holm"] = cells.linked(table["p_holm"].map(p_value), rows)
    frame["up to dispersion"] = cells.linked([rounded_down(b) for b in table["breakdown"]], rows)
    return frame


def test_note(table: pd.DataFrame) -> str:
    """Say how the columns of :func:`judged` are to be read, and how many comparisons there are.

    Examples
    --------
    >>> from slm_analysis.results.inference import rate_tests
    >>> from slm_analysis.results.response import trend
    >>> print(test_note(rate_tests(trend(panel, "unanswered")))[-76:])
    Holm: the greatest p adjusted for the 9 distinct comparisons in this table.
    """
    return _(
        "More than chance: whether equal rates are rejected at 5% (exact central test; p from the "
        "least to the greatest), for every count that fits the print, for some, or for none. Up to "
        "dispersion: the largest variance-to-mean ratio under which the least favourable counts "
        "still differ so; Poisson counts have 1, counts of people more. Holm: the greatest p "
        "adjusted for the {count} distinct comparisons in this table."
    ).format(count=len(table.drop_duplicates(CONTRAST)))


def pooled(changes: dict[tuple[str, str], Change]) -> Table:
    """Return pooled changes and what speaks against them, a line per comparison and rule.

    Parameters
    ----------
    changes
        As :func:`pooled.pooled_changes` returns them.

    Examples
    --------
    >>> from slm_analysis.results.pooled import pooled_changes
    >>> table = pooled(pooled_changes(raw, "unanswered", ["GEO", "RUS", "UKR"], (2013, 2014)))
    >>> table.frame.iloc[0][["compared", "fell, rose, of"]].tolist()
    ['T&O, 2013 to 2014', '1, 1, 3']
    """
    rows = [
        {"compared": in_words(compared), "rule": _(rule), **_pooled_numbers(change)}
        for (compared, rule), change in changes.items()
    ]
    frame = pd.DataFrame(rows)
    countries = [[unit[:3] for unit in change.units] for change in changes.values()]
    for name in frame.columns[3:]:
        frame[name] = cells.linked(frame[name], countries)
    note = _(
        "Ratio: censored Poisson regression, a level for each series. Dispersion: of the midpoints "
        "about the fitted values, per degree of freedom, and the p-value of Pearson's statistic; "
        "below {level}, the Poisson limits are not shown. Quasi-Poisson: those limits widened by "
        "the root of the dispersion, with a t quantile. Mean ratio: of the series, under random "
        "effects, with Hartung and Knapp's limits. Fell, rose: for certain.",
        level=decimal(f"{REFUTED:g}"),
    )
    series = {compared: change for (compared, _rule), change in changes.items()}
    told = [
        _(
            "{compared}: {units}; left out, as every count may be 0 or a year is not printed: "
            "{dropped}.",
            compared=in_words(compared),
            units=_units(change.units),
            dropped=_units(change.dropped) or _("none"),
        )
        for compared, change in series.items()
    ]
    caption = _(
        "Pooled ratio of unanswered requests, later to earlier, its limits (95%), and what speaks "
        "against one ratio for all series"
    )
    return Table(frame, caption, (note, *told))


def _pooled_numbers(change: Change) -> dict[str, str]:
    about = change.about
    pearson, deviance, q = (number(about[name], 1) for name in ("pearson", "deviance", "q"))
    spread = {
        "dispersion: Pearson, deviance": f"{pearson}, {deviance}",
        "its p": p_value(about["pearson_p"]),
        "Q, its p": f"{q}, {p_value(about['q_p'])}",
        "I²": f"{100 * about['i2']:.0f}%",
    }
    if about["df"] == 0:  # of one series alone
        spread = dict.fromkeys(spread, _("none"))
    return {
        "fell, rose, of": f"{change.fell}, {change.rose}, {len(change.units)}",
        "ratio": number(change.ratio, 2),
        **spread,
        "sign test: p": p_span(change.sign_p_lo, change.sign_p_hi),
        "Poisson limits": _limits(about, "Poisson", _("not shown")),
        "quasi-Poisson limits": _limits(about, "quasi-Poisson", _("none")),
        "mean ratio": number(float(np.exp(about["mean"])), 2),
        "random-effects limits": _limits(about, "random effects", _("none")),
    }


def _units(names: Iterable[str]) -> str:
    """Return country and kind of request of some series."""
    return ", ".join(name[:4] + _(name[4:]) for name in names)


def p_value(value: float, *, up: bool = True) -> str:
    """Write a p-value, rounded up; down where it is the least of several.

    Examples
    --------
    >>> p_value(0.04251), p_value(0.04251, up=False), p_value(0.0004)
    ('0.043', '0.042', '<0.001')
    """
    return decimal("<0.001" if value < 0.001 else f"{rendering.outward(value, value, 3)[up]:.3f}")


def p_span(least: float, greatest: float) -> str:
    """Write the least and the greatest of some p-values, rounded outward.

    Examples
    --------
    >>> p_span(0.0625, 0.0625), p_span(0.0625, 1)
    ('0.063', '0.062–1.000')
    """
    if least == greatest:
        return p_value(greatest)
    return f"{p_value(least, up=False)}–{p_value(greatest)}"


def _limits(about: pd.Series, name: str, missing: str) -> str:
    low, high = np.exp(about[[f"{name}_lo", f"{name}_hi"]].astype(float))
    return missing if np.isnan(low) else rendering.interval(low, high, 2)


def rules(table: pd.DataFrame) -> Table:
    """Return the checks that depend on the reading rule.

    The table is as :func:`sensitivity.checks_under_every_rule` returns it.

    Examples
    --------
    >>> from slm_analysis.results.sensitivity import checks_under_every_rule
    >>> rules(checks_under_every_rule(raw)).frame["result"].iloc[0]
    'Armenia 2014 (LP): answers against requests'
    """
    varies = table[table.drop(columns="result").nunique(axis=1) > 1]
    shown = varies.set_index("result").map(_).reset_index()
    caption = _("Checks between cells that depend on the reading rule")
    return Table(shown, caption, data=varies, nothing="none")


def deciding(table: pd.DataFrame, raw: Raw) -> Table:
    """Return what knowing one cell exactly would decide, a line per open comparison and cell.

    The table is as :func:`sensitivity.what_would_decide` returns it.

    Examples
    --------
    >>> from slm_analysis.results.sensitivity import comparisons, what_would_decide
    >>> serbia = panel[panel["iso3"] == "SRB"]
    >>> table = deciding(what_would_decide(comparisons(serbia, raw, None), serbia), raw)
    >>> print(table.text().splitlines()[2])
    Serbia | unanswered | 2013 to 2014 | 2013 | <5 | 0–4 | all | 5 of 5
    """
    behind = cells.cells_of(table, table["cell"])
    words = table[["iso3", "indicator", "name", "cell"]]
    frame = cells.worded(words, raw, name="open comparison")
    frame["printed"] = cells.linked(table["printed"], behind)
    frame["bounds"] = cells.bounds(table, "", behind)
    frame["its value would decide"] = table["decides"].map(_)
    told = _("{part} of {whole}")
    shares = [told.format(part=row.deciding, whole=row.possible) for row in table.itertuples()]
    frame["for values"] = cells.linked(shares, behind)
    caption = _("Open comparisons: what one exact count would decide")
    return Table(frame, caption, data=table, nothing="none")


def missing_side(table: pd.DataFrame, raw: Raw) -> Table:
    """Return for each one-sided comparison the unprinted means that would leave it open.

    The table is as :func:`sensitivity.missing_side` returns it.

    Examples
    --------
    >>> from slm_analysis.results import before_after, sensitivity
    >>> around = before_after.before_after(panel, before_after.events(raw))
    >>> row = missing_side(sensitivity.missing_side(around), raw).frame.iloc[0]
    >>> row["not printed"], row["would stay open for a mean of"].striptags()
    ('years before', '28–32')
    """
    frame = cells.worded(table[["iso3", "channel", "indicator"]], raw)
    frame.insert(1, "event", event_names(table))
    frame["not printed"] = ("years " + table["side"]).map(_)
    # a side that is known exactly decides against every mean: its own is no change
    means = pd.Series(rendering.intervals(table, "", 1), table.index, str)
    open_means = means.mask(table["lo"] == table["hi"], _("none"))
    rows = cells.rows_of(table["raw_ids"])
    frame["would stay open for a mean of"] = cells.linked(open_means, rows)
    caption = _(
        "One-sided comparisons: the unprinted mean (cases per year) that would decide nothing"
    )
    return Table(frame, caption, data=table, nothing="none")
