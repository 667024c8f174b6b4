"""The tables of what the figures bear, and of what a choice of the reader changes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd
from markupsafe import Markup

from slm_analysis.display.rendering import Table, addressed, rounded_down
from slm_analysis.display.tables import cells
from slm_analysis.language import _, listing
from slm_analysis.printed.read import Raw
from slm_analysis.printed.reading_rules import RULES
from slm_analysis.results.conclusions import TOGETHER
from slm_analysis.results.inference import EVERY
from slm_analysis.results.specification import AROUND, CHOICES

CHOICE_WORDS = {
    "event_year": "event's own year",
    "window": "window (years)",
    "rule": "reading rule",
    "ranges": "ranges",
    "limits": "limits",
    TOGETHER: "several together",
}


def conclusions(table: pd.DataFrame, raw: Raw) -> Table:
    """Return a line per country and kind of request with what its figures bear.

    The table is as :func:`conclusions.conclusions` returns it.

    Examples
    --------
    >>> from slm_analysis.results.conclusions import conclusions as all_conclusions
    >>> from slm_analysis.results.specification import specifications
    >>> found = all_conclusions(specifications(raw, ["AZE"]), raw, ["AZE"])
    >>> line = conclusions(found, raw).frame.iloc[0]
    >>> print(line["in the print"])
    fell for certain: unanswered (around 2013-12-05; 2014 against 2012)
    >>> print(line["had begun before"])
    yes: unanswered (around 2013-12-05)
    >>> print(line["main caveat"].replace("<br>", "; "))
    chance: unanswered (around 2013-12-05); the number of comparisons: unanswered (2014 against
    2012)
    """
    lines = []
    for (iso3, channel), rows in table.groupby(["iso3", "channel"], sort=False):
        compared = rows[rows["family"] != ""]
        names = dict.fromkeys(map(_compared, compared.itertuples()))
        behind = cells.rows_of(compared["raw_ids"]).explode().unique()
        chance = _told(compared, map(_chance, compared.itertuples()))
        lines.append(
            {
                "country": raw.names[iso3],
                "channel": cells.channel_in_words(channel) if names else "",
                "compared": Markup("<br>").join(names) or _("nothing"),
                "in the print": _told(compared, compared["change"].map(_)),
                "more than chance": addressed(chance, behind),
                "had begun before": _told(compared, compared["begun"].map(_)) or _("not known"),
                "hangs on": _told(compared, compared["choices"].map(_choices)),
                "main caveat": _told(compared, compared["caveat"].map(_)),
            }
        )
    notes = (
        _(
            "Compared: unanswered requests, last printed year against the first; other counts "
            "where the report prints T&O requests, its last two years; and the years before and "
            "after an event. In the print: fell or rose for every count that fits it."
        ),
        _(
            "More than chance: at 5%, for Poisson counts, and up to which dispersion (variance "
            "divided by mean) of counts that vary more. Had begun before: whether the last two "
            "printed years before the event changed in the same direction; not known where there "
            "are no two such years, no event or no direction. Hangs on: choices of reading of "
            "which another value changes the result; several together where none does alone, and "
            "some combination turns a fall into a rise or the reverse."
        ),
        _(
            "Main caveat: the first that takes the result away, of rounding (the print allows no "
            "change, or either), chance, its own ups and downs (its counts in a printed range, if "
            "some year attains each of its ends, may vary more than it bears), a choice of "
            "reading, the number of comparisons (Holm, over all comparisons of counts) and "
            "dispersion, which every result has: how much such counts vary is mostly not printed. "
            "Countries of section 3.2.3 are named for their progress, and no line speaks of a "
            "cause."
        ),
    )
    return Table(pd.DataFrame(lines), _("What the figures bear, country by country"), notes)


def _compared(row: Any) -> str:
    """Name the events, or the two years, of a comparison."""
    if row.family == AROUND:
        return str(row.name)
    return _("{after} against {before}", after=row.years_after, before=row.years_before)


def _when(row: Any) -> str:
    """Name a comparison in short: that around an event by its date."""
    if row.family != AROUND:
        return _compared(row)
    dates = dict.fromkeys(name.split(" ")[-1] for name in row.name.split("; "))
    return _("around {dates}", dates=listing(dates))


def _chance(row: Any) -> str:
    if row.verdict != EVERY:
        return _(row.verdict)
    most = rounded_down(row.breakdown)
    return _(row.verdict) + _(", up to dispersion {most}", most=most)


def _choices(names: str) -> str:
    return listing(_(CHOICE_WORDS[name]) for name in names.split(";") if name)


def _told(rows: pd.DataFrame, values: Iterable[str]) -> Markup:
    """Return each value, and after it the comparisons that have it; empty ones are left out."""
    several = rows["indicator"].duplicated().any()
    when = list(map(_when, rows.itertuples()))
    told = rows.assign(value=list(values), when=when).query("value != ''")
    lines = []
    for value, alike in told.groupby("value", sort=False):
        found = alike.groupby("indicator", sort=False)["when"].agg("; ".join)
        named = [f"{_(what)} ({when})" if several else _(what) for what, when in found.items()]
        lines.append(f"{value}: {', '.join(named)}")
    return Markup("<br>").join(lines)


def specification(table: pd.DataFrame, raw: Raw) -> Table:
    """Return the results that some choice changes, and the pooled ones.

    The table is as :func:`specification.summary` returns it.

    Examples
    --------
    >>> from slm_analysis.results.specification import specifications, summary
    >>> found = specification(summary(specifications(raw)), raw).frame
    >>> row = found[(found["country"] == "Serbia") & (found["indicator"] == "forced")].iloc[0]
    >>> row[["in the print", "in all specifications", "event's own year"]].tolist()
    ['open', 'open: 79, fell for certain: 65', 'out, before']
    """
    pooled = table["iso3"] == ""
    hangs = (table[list(CHOICES)] != "").any(axis=1)
    same = table.loc[~(hangs | pooled), "family"].value_counts()
    shown = table[hangs | pooled]
    words = ["family", "name", "channel", "indicator", "change", "verdict"]
    heads = ["kind", "compared", "channel", "indicator", "in the print", "more than chance"]
    frame = cells.worded(shown[words], raw).set_axis(heads, axis="columns")
    frame.insert(0, "country", shown["iso3"].map(raw.names).fillna(_("pooled")))
    frame["channel"] = frame["channel"].mask(pooled, "")
    frame["in all specifications"] = [
        ", ".join(f"{_(change)}: {count}" for change, count in found.items())
        for found in shown["changes"]
    ]
    for name in CHOICES:
        frame[CHOICE_WORDS[name]] = shown[name].map(cells.each_in_words)
    varied = "; ".join(
        f"{_(CHOICE_WORDS[name])}: {', '.join(map(_, values))}" for name, values in CHOICES.items()
    )
    likely = [_(name) for name, rule in RULES.items() if rule.coherent]
    unchanged = "; ".join(f"{_(family)}: {count}" for family, count in same.items()) or _("none")
    notes = (
        _(
            "Varied, the default first: {varied}. An event's own year and the window apply to "
            "results before and after one, ranges to these and to two years; changes per 100 "
            "requests depend on the reading rule alone. The pooled ratios are varied by their "
            "limits and by the reading rules that have a likelihood ({likely}; the first is their "
            "default). Under the other rules there is none, and no pooled result; ranges do not "
            "touch them, as they compare single years."
        ).format(varied=varied, likely=", ".join(likely)),
        _("No single choice changes the others ({unchanged}).", unchanged=unchanged),
        _(
            "The last columns name the values that, all else at the default, give another change, "
            "another answer on chance, or none at all. In all specifications: the number of "
            "specifications with each change."
        ),
    )
    caption = _(
        "Results that a choice of reading changes: the verdict at the default, and what changes it"
    )
    return Table(frame, caption, notes, data=table)
