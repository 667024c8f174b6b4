"""Tables of what chance, the reading rule and one more count would change."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from slm_analysis.display.rendering import (
    NO_COMPARISON,
    Table,
    addressed,
    interval,
    intervals,
    number,
    ratio_texts,
    stacked,
)
from slm_analysis.display.tables.cells import (
    cells_of,
    channels,
    in_words,
    judged,
    linked,
    origin,
    p_value,
    rows_of,
    test_note,
    together,
)
from slm_analysis.language import _, decimal
from slm_analysis.printed.read import Raw
from slm_analysis.results.before_after import event_names
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
    rows = rows_of(table["raw_ids"])
    ranges = dispersion.assign(text=intervals(dispersion, "", 1)).groupby(SERIES)["text"]
    own = ranges.agg("; ".join).reindex(pd.MultiIndex.from_frame(table[SERIES]))
    frame = pd.DataFrame(
        {
            "country": table["iso3"].map(raw.names),
            "indicator": table["indicator"].map(_),
            "compared": table["name"].map(in_words),
            "ratio: rounding": linked(ratio_texts(table), rows),
            "ratio: outermost 95% limits": linked(intervals(table, "limit_", 2), rows),
            **judged(table),
            "dispersion in a printed range": linked(own.fillna(_("not known")), rows),
            **origin(table, raw),
        }
    )
    return Table(
        frame,
        _(
            "Ratio of yearly rates, after to before: what rounding allows, and what chance would "
            "add"
        ),
        (
            test_note(table),
            _(
                "Dispersion in a printed range: the variance-to-mean ratio over the years for "
                "which the series is printed as a range, if some year attains each of its ends. A "
                "result that bears less is within the ups and downs, or the trend, of its own "
                "series."
            ),
        ),
        data=table,
        nothing=NO_COMPARISON,
    )


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
    cells = {
        side: together(
            cells_of(table, table[f"years_{side}"]),
            cells_of(table, table[f"years_{side}"], "requests"),
        )
        for side in ("before", "after")
    }
    frame = pd.DataFrame(
        {
            "country": table["iso3"].map(raw.names),
            "channel": channels(table),
            "outcome": table["indicator"].map(_),
            **{
                column: linked(
                    map(stacked, intervals(table, f"{side}_", 1), table[f"years_{side}"]),
                    cells[side],
                )
                for side, column in (("before", "per 100, earlier"), ("after", "per 100, later"))
            },
            "change per 100": linked(intervals(table, "difference_", 1), together(*cells.values())),
            **judged(table),
            **origin(table, raw),
        }
    )
    return Table(
        frame,
        _(
            "Outcomes per 100 requests: last year with both against the first, bounds over four "
            "counts"
        ),
        (
            _(
                "Equal rates per request, the requests as exposure, over every combination of the "
                "four counts that fits the print. Were the outcomes those of the same requests, "
                "they would vary less and a test could find more; a year's outcomes need not be."
            ),
            test_note(table),
        ),
        data=table,
        nothing=NO_COMPARISON,
    )


SPREAD = ("dispersion: Pearson, deviance", "its p", "Q, its p", "I²")


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
    rows = []
    for (compared, rule), change in changes.items():
        about = change.about
        countries = [unit.split(" ")[0] for unit in change.units]
        spread = (
            f"{number(about['pearson'], 1)}, {number(about['deviance'], 1)}",
            p_value(about["pearson_p"]),
            f"{number(about['q'], 1)}, {p_value(about['q_p'])}",
            f"{100 * about['i2']:.0f}%",
        )
        numbers = {
            "ratio": number(change.ratio, 2),
            **dict(zip(SPREAD, spread if about["df"] > 0 else [_("none")] * 4, strict=True)),
            "sign test: p": p_span(change.sign_p_lo, change.sign_p_hi),
            "Poisson limits": _limits(about, "Poisson", _("not shown")),
            "quasi-Poisson limits": _limits(about, "quasi-Poisson", _("none")),
            "mean ratio": number(float(np.exp(about["mean"])), 2),
            "random-effects limits": _limits(about, "random effects", _("none")),
        }
        rows.append(
            {
                "compared": in_words(compared),
                "rule": _(rule),
                "fell, rose, of": f"{change.fell}, {change.rose}, {len(change.units)}",
                **{name: addressed(text, countries) for name, text in numbers.items()},
            }
        )
    series = {compared: change for (compared, _rule), change in changes.items()}
    return Table(
        pd.DataFrame(rows),
        _(
            "Pooled ratio of unanswered requests, later to earlier, its limits (95%), and what "
            "speaks against one ratio for all series"
        ),
        (
            _(
                "Ratio: censored Poisson regression, a level for each series. Dispersion: of the "
                "midpoints about the fitted values, per degree of freedom, and the p-value of "
                "Pearson's statistic; below {level}, the Poisson limits are not shown. "
                "Quasi-Poisson: those limits widened by the root of the dispersion, with a t "
                "quantile. Mean ratio: of the series, under random effects, with Hartung and "
                "Knapp's limits. Fell, rose: for certain."
            ).format(level=decimal(f"{REFUTED:g}")),
            *(
                _(
                    "{compared}: {units}; left out, as every count may be 0 or a year is not "
                    "printed: {dropped}."
                ).format(
                    compared=in_words(compared),
                    units=_units(change.units),
                    dropped=_units(change.dropped) or _("none"),
                )
                for compared, change in series.items()
            ),
        ),
    )


def _units(names: Iterable[str]) -> str:
    """Return country and kind of request of some series."""
    return ", ".join(name[:4] + _(name[4:]) for name in names)


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
    return missing if np.isnan(low) else interval(low, high, 2)


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
    shown = varies.drop(columns="result").map(_)
    shown.insert(0, "result", varies["result"])
    return Table(
        shown,
        _("Checks between cells that depend on the reading rule"),
        data=varies,
        nothing="none",
    )


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
    cells = cells_of(table, table["cell"])
    frame = pd.DataFrame(
        {
            "country": table["iso3"].map(raw.names),
            "indicator": table["indicator"].map(_),
            "open comparison": table["name"].map(in_words),
            "cell": table["cell"].astype(str),
            "printed": linked(table["printed"], cells),
            "bounds": linked(intervals(table), cells),
            "its value would decide": table["decides"].map(_),
            "for values": linked(
                [
                    _("{part} of {whole}").format(part=part, whole=whole)
                    for part, whole in zip(table["deciding"], table["possible"], strict=True)
                ],
                cells,
            ),
        }
    )
    return Table(
        frame, _("Open comparisons: what one exact count would decide"), data=table, nothing="none"
    )


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
    # a side that is known exactly decides against every mean: its own is no change
    open_means = [
        _("none") if known else text
        for known, text in zip(table["lo"] == table["hi"], intervals(table, "", 1), strict=True)
    ]
    frame = pd.DataFrame(
        {
            "country": table["iso3"].map(raw.names),
            "event": event_names(table),
            "channel": channels(table),
            "indicator": table["indicator"].map(_),
            "not printed": ("years " + table["side"]).map(_),
            "would stay open for a mean of": linked(open_means, rows_of(table["raw_ids"])),
        }
    )
    return Table(
        frame,
        _("One-sided comparisons: the unprinted mean (cases per year) that would decide nothing"),
        data=table,
        nothing="none",
    )
