"""The figure of counts in time, with agreements, the report's judgement, and what they bear."""

from __future__ import annotations

from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from slm_analysis.bounds.arithmetic import CHANGES, OPEN
from slm_analysis.display.effect_indicators import judgements
from slm_analysis.display.figures import instruments, style
from slm_analysis.display.rendering import Drawing, intervals, tally
from slm_analysis.display.tables.cells import KIND_WORDS, channel_in_words
from slm_analysis.language import _, listing
from slm_analysis.printed.read import Raw
from slm_analysis.results import before_after
from slm_analysis.results.inference import EVERY, NO, SOME, rate_tests
from slm_analysis.results.response import first_and_last
from slm_analysis.verdicts.reasons import COUNTED, REQUESTS

MOST_PANELS = 12
PANEL, PLOT, GAP = 4.1, 2.1, 0.4  # cm: least width of a panel, height of its counts, between panels
OLD = 1.15  # cm, the room of an instrument from before the first year
STYLES: dict[str, Any] = {"LP": "-", "TO": (0, (3, 1.5)), "nationality": (0, (1, 1)), "": "-"}
CHANCE = {EVERY: "more than chance", SOME: "perhaps more than chance", NO: "may be chance"}
LANE = 0.18  # of a panel's height, for the name of a procedure
SINGLE = "without two years to compare"  # of series, beside the changes
SERIES = ["iso3", "indicator"]


class Panel(NamedTuple):
    """The cells and events of a country and indicator, and what is said above and below them."""

    cells: pd.DataFrame
    happened: pd.DataFrame
    head: str
    foot: str


def counts(rows: pd.DataFrame, raw: Raw, years: tuple[int, int], name: str) -> Drawing:
    """Draw counts over the years with the dates of agreements, and what is said and borne of them.

    A panel per country and indicator: bounds as bars, the letters of the country's instruments at
    their dates above them, the report's own judgement, and the change from the first to the last
    printed year. The panels with the largest certain change come first; those of one country stand
    in the order of the indicators.

    Parameters
    ----------
    rows
        Rows of the panel: some countries and indicators.
    raw
        The raw tables, for names, sources, instruments and judgements.
    years
        First and last year of the horizontal axis.
    name
        Of the figure.

    Examples
    --------
    >>> rows = panel[(panel["iso3"] == "GEO") & (panel["indicator"] == "unanswered")]
    >>> print(counts(rows, raw, raw.years, "georgia").alt)
    Bounds in cases per year. Georgia, unanswered: 2013 0–4, 2014 8–12 (2013 to 2014: rose for
    certain, perhaps more than chance). All other years are not printed.
    """
    if rows.empty:
        return style.draw_nothing(name, _("Counts over the years"), rows)
    changes = rate_tests(
        first_and_last(rows).sort_values("channel", ignore_index=True, kind="stable")
    )
    alone = rows["iso3"].nunique() == 1
    series = dict(iter(rows.groupby(SERIES, sort=False)))
    borne = {key: _borne(changes, *key) for key in series}
    shown, part = style.first_lines(_order(rows, changes, alone), MOST_PANELS)
    happened = _events(raw, shown["iso3"], years)
    measured = _(
        "cases per year, each panel on a scale of its own from zero; {count} cells, {panels} panels"
    )
    before = _("‹: before {year}; end goal 2: better cooperation on forced return")
    told = [
        measured.format(count=len(rows), panels=len(shown)) + part,
        _judgement(raw, shown["iso3"].iloc[0]) if alone else "",
        instruments.letters(happened["instrument"]),
        before.format(year=years[0]),
    ]
    texts = _title(rows, changes, raw), "\n".join(filter(None, told)), style.source_line(rows, raw)
    panels = []
    for iso3, indicator in shown.itertuples(index=False):
        cells = series[iso3, indicator]
        foot = _("Counts: {borne}").format(borne=borne[iso3, indicator])
        if not alone:
            foot = f"{_judgement(raw, iso3)}\n{foot}"
        head = _head(cells, raw, alone, rows["indicator"].nunique() > 1)
        panels.append(Panel(_placed(cells), happened[happened["iso3"] == iso3], head, foot))

    def draw(width: float) -> Figure:
        return _draw_panels(width, panels, years, texts, _key(rows))

    bounds = rows["year"].astype(str) + " " + intervals(rows)
    found = "; ".join(
        f"{raw.names[iso3]}, {_(indicator)}: {', '.join(told)} ({borne[iso3, indicator]})"
        for (iso3, indicator), told in bounds.groupby([rows[name] for name in SERIES], sort=False)
    )
    alt = _("Bounds in cases per year. {series}. All other years are not printed.")
    return Drawing(draw, name, alt.format(series=found), rows)


def _events(raw: Raw, countries: pd.Series, years: tuple[int, int]) -> pd.DataFrame:
    """Return what happened up to the last year, and whether before the first (``old``).

    Of an instrument's events from before the first year, the last stands at the left edge.
    """
    happened = before_after.events(raw)
    happened = happened[happened["iso3"].isin(countries) & (happened["event_year"] <= years[1])]
    happened = happened.assign(old=happened["event_year"] < years[0])
    again = happened.duplicated(["iso3", "instrument", "old"], keep="last")
    return happened[~(happened["old"] & again)]


def _placed(cells: pd.DataFrame) -> pd.DataFrame:
    """Return the cells of a panel, each with the middle of its bar and half its width, in years."""
    ranges = cells["kind"] == "range"
    twice = cells["year"].duplicated(keep=False)
    procedure = cells.groupby("channel").ngroup()
    return style.marks(cells).assign(
        x=cells["year"] + twice * (0.5 * procedure - 0.25),
        half=np.where(ranges, 0.5, 0.25) / (1 + twice),
        figure=cells["raw_ids"].where(ranges, cells["year"]),  # a range is labelled once
    )


def _order(rows: pd.DataFrame, changes: pd.DataFrame, alone: bool) -> pd.DataFrame:
    """Return the series of a figure, those of several countries by their largest certain change."""
    order = rows[SERIES].drop_duplicates()
    if alone:
        return style.ordered(order)
    least = np.maximum(changes["difference_lo"], -changes["difference_hi"]).clip(lower=0)
    changes = changes.assign(size=least / changes[["before_hi", "after_hi"]].max(axis=1))
    order = order.join(changes.groupby(SERIES)["size"].max(), on=SERIES)
    return order.sort_values("size", ascending=False, kind="stable")[SERIES]


def _title(rows: pd.DataFrame, changes: pd.DataFrame, raw: Raw) -> str:
    """Say what is counted and how many of the series changed."""
    indicators, countries = rows["indicator"].unique(), rows["iso3"].unique()
    names = [raw.names[countries[0]]] if len(countries) == 1 else []
    if len(indicators) == 1:
        names.append(_(COUNTED[indicators[0]]).format(requests=_("requests")))
    what = ", ".join(names) or _("counts")
    found = changes["change"].value_counts().reindex(CHANGES, fill_value=0)
    found[SINGLE] = len(rows[SERIES].drop_duplicates()) - len(changes[SERIES].drop_duplicates())
    return _("{what}, first to last printed year: {changes}").format(
        what=what[0].upper() + what[1:], changes=tally(found, "{count} {word}")
    )


def _head(cells: pd.DataFrame, raw: Raw, alone: bool, several: bool) -> str:
    """Head a panel: the count of the one country, or else the country with its procedure."""
    channels = [channel for channel in cells["channel"].unique() if channel]
    first = cells.iloc[0]
    if alone:
        requests = listing(_(REQUESTS[channel]) for channel in channels)
        return _(COUNTED[first["indicator"]]).format(requests=requests)
    name = ", ".join([raw.names[first["iso3"]], *map(channel_in_words, channels)])
    return f"{name}: {_(first['indicator'])}" if several else name


def _judgement(raw: Raw, iso3: str) -> str:
    """Say what the report says of the result with a country."""
    told = judgements(raw)
    said = "; ".join(
        _("{goal} {outcome} (p.\u00a0{pages})").format(
            goal=_(row.goal), outcome=_(row.outcome), pages=row.page
        )
        for row in told[told["iso3"] == iso3].itertuples()
    )
    return _("Report: {said}").format(said=said or _("no judgement of the result"))


def _borne(changes: pd.DataFrame, iso3: str, indicator: str) -> str:
    """Say how a count changed for certain, and whether by more than chance would make."""
    found = changes[(changes["iso3"] == iso3) & (changes["indicator"] == indicator)]
    return "; ".join(
        (f"{channel_in_words(row.channel)}, " if len(found) > 1 else "")
        + _("{first} to {last}: {change}").format(
            first=row.first, last=row.last, change=_(row.change)
        )
        + ("" if row.change == OPEN else f", {_(CHANCE[row.verdict])}")
        for row in found.itertuples()
    ) or _("no two years to compare")


def _draw_panels(
    width: float,
    panels: list[Panel],
    years: tuple[int, int],
    texts: style.Texts,
    key: list[Patch],
) -> Figure:
    """Draw panels in lines, the plots of a line at one height."""
    inner = width - 2 * style.MARGIN
    columns = int(inner // PANEL)
    wide = (inner - GAP * (columns - 1)) / columns
    per_year = wide / (years[1] - years[0] + 1)
    heads = [style.wrapped(panel.head, wide, style.TEXT, "semibold") for panel in panels]
    feet = [style.wrapped(panel.foot, wide) for panel in panels]
    marks = [_raised(panel.happened, years[0], per_year) for panel in panels]
    sizes = pd.DataFrame(
        {
            "head": [style.text_height(head, style.TEXT) for head in heads],
            "marks": [instruments.MARK * (1 + max(own["rise"], default=0)) for own in marks],
            "foot": [style.text_height(foot) for foot in feet],
        }
    )
    lines = sizes.groupby(sizes.index // columns).max()
    lines["top"] = (lines.sum(axis=1) + PLOT + 0.65 + GAP)[::-1].cumsum()
    body = lines["top"].iloc[0]
    figure, room = style.sheet(width, body, texts, key)
    for at, panel in enumerate(panels):
        line = lines.loc[at // columns]
        left = (style.MARGIN + at % columns * (wide + GAP)) / width
        bottom = line["top"] - line["head"] - line["marks"] - 0.15 - PLOT
        style.put_text(room, left, line["top"] / body, heads[at], style.TEXT, weight="semibold")
        style.put_text(room, left, (bottom - 0.45) / body, feet[at])
        axis = room.add_axes((left, bottom / body, wide / width, PLOT / body))
        _draw_cells(axis, panel.cells, years)
        _draw_events(axis, marks[at])
    return figure


def _raised(happened: pd.DataFrame, first: int, per_year: float) -> pd.DataFrame:
    """Return events with the year at which each stands, and its level above the panel."""
    old = happened["old"]
    dates = happened["date"].map(instruments.decimal_year)
    starts = np.where(
        old, OLD * np.arange(len(old)), (dates - first) * per_year - instruments.MARK / 2
    )
    ends = starts + np.where(old, OLD, instruments.MARK)
    return happened.assign(
        x=first - 0.5 + (starts + instruments.MARK / 2) / per_year,
        rise=instruments.levels(starts, ends),
    )


def _draw_events(axis: Axes, marks: pd.DataFrame) -> None:
    """Draw the letters of events above a panel, each with a line at its date or its year."""
    above = axis.get_xaxis_transform()
    for event in marks.itertuples():
        height = 1 + (instruments.MARK * (event.rise + 0.5) + 0.1) / PLOT
        instruments.put_event(axis, event.x, height, event, above)
        if event.old:
            told, at = f"‹{event.event_year}", (event.x, height)
            style.write(axis, told, at, (6.5, 0), va="center_baseline", xycoords=above)
        elif "-" in event.date:
            axis.plot(
                [event.x, event.x], [0, height], color="#a0a0a0", linewidth=0.7, zorder=1,
                transform=above, clip_on=False,
            )  # fmt: skip


def _draw_cells(axis: Axes, cells: pd.DataFrame, years: tuple[int, int]) -> None:
    """Draw the counts of one panel: bars, and edges between the bars of neighbouring years."""
    colour, dark = style.SHADES[cells["indicator"].iloc[0]]
    span = range(years[0], years[1] + 1)
    for year in set(span) - set(cells["year"]):
        axis.axvspan(year - 0.5, year + 0.5, color=style.UNPRINTED, linewidth=0, zorder=0)
    cells = cells.sort_values("channel", kind="stable")
    for row in cells.itertuples():
        style.draw_bounds(axis, row.x, row, colour, 2 * row.half, upright=True)
    for row, then in pairwise(cells.itertuples()):
        follows = then.channel == row.channel and then.year == row.year + 1
        if follows and "range" not in (row.kind, then.kind):
            axis.plot(
                [row.x + row.half, then.x - then.half], [[row.lo, row.hi], [then.lo, then.hi]],
                color=colour, linewidth=0.7, linestyle=STYLES[row.channel],
            )  # fmt: skip
    for _figure, same in cells.groupby(["channel", "figure"], sort=False):
        style.write(
            axis, same["text"].iloc[0], (same["x"].mean(), same["hi"].iloc[0]), (0, 2), ha="center",
            color=dark, zorder=4, linespacing=1,
            bbox={"facecolor": "white", "linewidth": 0, "pad": 0.2},
        )  # fmt: skip
    lanes = _draw_procedures(axis, cells, years) if cells["channel"].nunique() > 1 else 0
    top = max(cells["hi"].max(), 1) / (0.8 - LANE * lanes)  # room for the topmost number
    axis.set(xlim=(years[0] - 0.5, years[1] + 0.5), ylim=(0, top), yticks=[])
    axis.set_xticks(span, map(style.short_year, span))
    axis.tick_params(length=0)


def _draw_procedures(axis: Axes, cells: pd.DataFrame, years: tuple[int, int]) -> int:
    """Name the procedures above their years, and return how many lines that takes."""
    spans = cells.groupby("channel")["year"].agg(["min", "max"]).sort_values("min", kind="stable")
    rises = instruments.levels(spans["min"], spans["max"] + 1)
    above = axis.get_xaxis_transform()
    for (channel, first, last), rise in zip(spans.itertuples(), rises, strict=True):
        height = 1 - LANE * (rise + 1)
        ends = first - 0.4, last + 0.4
        at, side = (ends[1], "right") if last == years[1] else (ends[0], "left")
        axis.plot(
            ends, [height] * 2, color=style.GREY, linewidth=1, linestyle=STYLES[channel],
            transform=above,
        )  # fmt: skip
        style.write(
            axis, channel_in_words(channel), (at, height), (0, 1), ha=side, va="bottom",
            xycoords=above,
        )  # fmt: skip
    return max(rises) + 1


def _key(rows: pd.DataFrame) -> list[Patch]:
    """Return the key of those marks that a figure has."""
    looks: dict[str, dict[str, Any]] = {
        "rounded": {"facecolor": style.GREY},
        "suppressed": {"facecolor": "white", "edgecolor": style.GREY},
        "range": {"facecolor": style.GREY, "alpha": 0.3},
        "not printed": {"facecolor": style.UNPRINTED},
    }
    there = looks.keys() & {"not printed", *rows["kind"]}
    return [Patch(label=_(KIND_WORDS[kind]), **looks[kind]) for kind in looks if kind in there]
