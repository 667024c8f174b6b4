"""The figure of counts in time, with agreements, the report's judgement, and what they bear."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from slm_analysis.bounds.arithmetic import CHANGES, OPEN
from slm_analysis.bounds.panel import cell_name
from slm_analysis.display.figures.events import MARK, decimal_year, letters, levels, put_event
from slm_analysis.display.figures.style import (
    COLOURS,
    GREY,
    LEADING,
    MARGIN,
    SMALL,
    TEXT,
    TEXT_COLOURS,
    UNPRINTED,
    as_printed,
    draw_bounds,
    draw_nothing,
    first_lines,
    sheet,
    short_year,
    source_line,
    text_height,
    wrapped,
)
from slm_analysis.display.indicators import judgements
from slm_analysis.display.rendering import Drawing, interval
from slm_analysis.display.tables.cells import CHANNEL_WORDS, KIND_WORDS
from slm_analysis.language import _, listing
from slm_analysis.printed.read import Raw
from slm_analysis.printed.schema import INDICATORS
from slm_analysis.results.before_after import events
from slm_analysis.results.inference import EVERY, NO, SOME, rate_tests
from slm_analysis.results.response import trend
from slm_analysis.verdicts.reasons import COUNTED, REQUESTS

MOST_PANELS = 12
PANEL, PLOT, GAP = 4.1, 2.1, 0.4  # cm: least width of a panel, height of its counts, between panels
OLD = 1.15  # cm, the room of an instrument from before the first year
STYLES: dict[str, Any] = {"LP": "-", "TO": (0, (3, 1.5)), "nationality": (0, (1, 1)), "": "-"}
CHANCE = {EVERY: "more than chance", SOME: "perhaps more than chance", NO: "may be chance"}
LANE = 0.18  # of a panel's height, for the name of a procedure
BACKGROUND = {"facecolor": "white", "linewidth": 0, "pad": 0.2}  # of texts over lines
SINGLE = "without two years to compare"  # of series, beside the changes
SERIES = ["iso3", "indicator"]


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
        return draw_nothing(name, "Counts over the years", rows)
    tested = [trend(rows, indicator) for indicator in INDICATORS]
    changes = rate_tests(pd.concat(tested, ignore_index=True))
    alone = rows["iso3"].nunique() == 1
    order = _order(rows, changes, alone)
    shown, part = first_lines(order, MOST_PANELS)
    several = rows["indicator"].nunique() > 1
    series = dict(tuple(rows.groupby(SERIES, sort=False)))
    panels = {key: series[key] for key in shown.itertuples(index=False, name=None)}
    words = [
        (
            _head(cells, raw, alone, several),
            ("" if alone else _judgement(raw, iso3) + "\n")
            + _("Counts: {borne}").format(borne=_borne(changes, iso3, indicator)),
        )
        for (iso3, indicator), cells in panels.items()
    ]
    what = _("counts") if several else _(COUNTED[order["indicator"].iloc[0]])
    what = what.format(requests=_("requests"))
    if alone:
        country = raw.names[order["iso3"].iloc[0]]
        what = country if several else f"{country}, {what}"
    found = changes["change"].value_counts().reindex(CHANGES, fill_value=0)
    found[SINGLE] = len(order) - len(changes.drop_duplicates(SERIES))
    title = _("{what}, first to last printed year: {changes}").format(
        what=what[0].upper() + what[1:],
        changes=listing(f"{count} {_(change)}" for change, count in found.items() if count),
    )
    happened = events(raw)
    happened = happened[happened["iso3"].isin(shown["iso3"]) & (happened["event_year"] <= years[1])]
    told = [
        _(
            "cases per year, each panel on a scale of its own from zero; {count} cells, {panels} "
            "panels"
        ).format(count=len(rows), panels=len(shown))
        + part,
        _judgement(raw, order["iso3"].iloc[0]) if alone else "",
        letters(happened["instrument"]),
        _("‹: before {year}; end goal 2: better cooperation on forced return").format(
            year=years[0]
        ),
    ]
    subtitle = "\n".join(filter(None, told))
    source = source_line(rows, raw)

    def draw(width: float) -> Figure:
        inner = width - 2 * MARGIN
        columns = int(inner // PANEL)
        wide = (inner - GAP * (columns - 1)) / columns
        per_year = wide / (years[1] - years[0] + 1)
        texts = [
            (wrapped(head, wide, TEXT, "semibold"), wrapped(told, wide, SMALL))
            for head, told in words
        ]
        marks = {iso3: list(_places(happened, iso3, years, per_year)) for iso3, _name in panels}
        # heights of what stands above the marks, of the marks, and of what stands below the years
        sizes = np.zeros((-(-len(panels) // columns) * columns, 3))
        for at, ((iso3, _name), (head, foot)) in enumerate(zip(panels, texts, strict=True)):
            rises = 1 + max((rise for *_event, rise in marks[iso3]), default=0)
            sizes[at] = text_height(head, TEXT), MARK * rises, text_height(foot, SMALL)
        tallest = sizes.reshape(-1, columns, 3).max(axis=1)
        lines = tallest.sum(axis=1) + PLOT + 0.65 + GAP
        body = float(lines.sum())
        figure, room = sheet(width, body, title, subtitle, source, _key(rows))
        for at, ((iso3, _name), cells) in enumerate(panels.items()):
            line, column = divmod(at, columns)
            left = MARGIN + column * (wide + GAP)
            top = body - lines[:line].sum()
            above = tallest[line, :2].sum() + 0.15
            places = (top, top - above - PLOT - 0.45)
            for text, y, size in zip(texts[at], places, (TEXT, SMALL), strict=True):
                room.text(
                    left / width, y / body, text, va="top", fontsize=size, linespacing=LEADING,
                    fontweight="semibold" if size == TEXT else "normal",
                )  # fmt: skip
            axis = room.add_axes(
                (left / width, (top - above - PLOT) / body, wide / width, PLOT / body)
            )
            _draw_cells(axis, cells, years)
            for event, x, rise in marks[iso3]:
                height = 1 + (MARK * (rise + 0.5) + 0.1) / PLOT
                put_event(axis, x, height, event, axis.get_xaxis_transform())
                if event.event_year < years[0]:
                    axis.annotate(
                        f"‹{event.event_year}", (x, height), (6.5, 0), va="center_baseline",
                        xycoords=axis.get_xaxis_transform(), textcoords="offset points",
                        fontsize=SMALL, annotation_clip=False,
                    )  # fmt: skip
                elif "-" in event.date:
                    axis.plot(
                        [x, x], [0, height], color="#a0a0a0", linewidth=0.7, zorder=1,
                        transform=axis.get_xaxis_transform(), clip_on=False,
                    )  # fmt: skip
        return figure

    found = "; ".join(
        f"{raw.names[iso3]}, {_(indicator)}: "
        + ", ".join(f"{row.year} {interval(row.lo, row.hi)}" for row in cells.itertuples())
        + f" ({_borne(changes, iso3, indicator)})"
        for (iso3, indicator), cells in series.items()
    )
    alt = _("Bounds in cases per year. {series}. All other years are not printed.")
    return Drawing(draw, name, alt.format(series=found), rows)


def _order(rows: pd.DataFrame, changes: pd.DataFrame, alone: bool) -> pd.DataFrame:
    """Return the series of a figure, those of several countries by their largest certain change."""
    order = rows[SERIES].drop_duplicates()
    if alone:
        return order.sort_values("indicator", key=lambda names: names.map(INDICATORS.index))
    least = np.maximum(
        changes["before_lo"] - changes["after_hi"], changes["after_lo"] - changes["before_hi"]
    )
    sizes = changes[SERIES].assign(
        size=least.clip(0) / changes[["before_hi", "after_hi"]].max(axis=1)
    )
    order = order.merge(sizes.groupby(SERIES, as_index=False).max(), how="left", on=SERIES)
    return order.sort_values("size", ascending=False, kind="stable")[SERIES]


def _head(cells: pd.DataFrame, raw: Raw, alone: bool, several: bool) -> str:
    """Head a panel: the count of the one country, or else the country with its procedure."""
    channels = [channel for channel in cells["channel"].unique() if channel]
    first = cells.iloc[0]
    if alone:
        return _(COUNTED[first["indicator"]]).format(
            requests=listing(_(REQUESTS[channel]) for channel in channels)
        )
    name = ", ".join(
        [raw.names[first["iso3"]], *(_(CHANNEL_WORDS[channel]) for channel in channels)]
    )
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
        (f"{_(CHANNEL_WORDS[row.channel])}, " if len(found) > 1 else "")
        + _("{first} to {last}: {change}").format(
            first=row.first, last=row.last, change=_(row.change)
        )
        + ("" if row.change == OPEN else f", {_(CHANCE[row.verdict])}")
        for row in found.itertuples()
    ) or _("no two years to compare")


def _places(
    happened: pd.DataFrame, iso3: str, years: tuple[int, int], per_year: float
) -> Iterator[tuple[Any, float, int]]:
    """Return the events of a country, the year at which each stands, and its level above the panel.

    Of those before the first year, the last of each instrument stands at the left edge.
    """
    own = happened[happened["iso3"] == iso3]
    old = own[own["event_year"] < years[0]].drop_duplicates("instrument", keep="last")
    new = own[own["event_year"] >= years[0]]
    starts = [OLD * at for at in range(len(old))]
    starts += [(decimal_year(date) - years[0]) * per_year - MARK / 2 for date in new["date"]]
    rooms = [OLD] * len(old) + [MARK] * len(new)
    rises = levels((at, at + room) for at, room in zip(starts, rooms, strict=True))
    for event, at, rise in zip(pd.concat([old, new]).itertuples(), starts, rises, strict=True):
        yield event, years[0] - 0.5 + (at + MARK / 2) / per_year, rise


def _draw_cells(axis: Axes, cells: pd.DataFrame, years: tuple[int, int]) -> None:
    """Draw the counts of one panel: bars, and edges between the bars of neighbouring years."""
    colour, dark = (shades[cells["indicator"].iloc[0]] for shades in (COLOURS, TEXT_COLOURS))
    for year in set(range(years[0], years[1] + 1)) - set(cells["year"]):
        axis.axvspan(year - 0.5, year + 0.5, color=UNPRINTED, linewidth=0, zorder=0)
    twice = cells["year"].duplicated(keep=False)
    for at, (channel, own) in enumerate(cells.groupby("channel")):
        ranges = own["kind"] == "range"
        own = own.assign(
            x=own["year"] + twice[own.index] * (0.5 * at - 0.25),
            half=np.where(ranges, 0.5, 0.25) / (1 + twice[own.index]),
            text=[as_printed(row) for row in own.itertuples()],
            figure=own["raw_ids"].where(ranges, own["year"]),  # a range is labelled once
        )
        for row in own.itertuples():
            draw_bounds(
                axis, row.x, row.lo, row.hi, colour, kind=row.kind, thickness=2 * row.half,
                upright=True, cells=[cell_name(row.iso3, row.year, row.channel, row.indicator)],
            )  # fmt: skip
        for row, then in pairwise(own.itertuples()):
            if then.year == row.year + 1 and "range" not in (row.kind, then.kind):
                axis.plot(
                    [row.x + row.half, then.x - then.half], [[row.lo, row.hi], [then.lo, then.hi]],
                    color=colour, linewidth=0.7, linestyle=STYLES[channel],
                )  # fmt: skip
        for _figure, same in own.groupby("figure", sort=False):
            axis.annotate(
                same["text"].iloc[0], (same["x"].mean(), same["hi"].iloc[0]), (0, 2),
                textcoords="offset points", ha="center", fontsize=SMALL, color=dark, linespacing=1,
                bbox=BACKGROUND, zorder=4,
            )  # fmt: skip
    lanes = _draw_procedures(axis, cells, years) if cells["channel"].nunique() > 1 else 0
    top = max(cells["hi"].max(), 1) / (0.8 - LANE * lanes)  # room for the topmost number
    axis.set(xlim=(years[0] - 0.5, years[1] + 0.5), ylim=(0, top), yticks=[])
    span = range(years[0], years[1] + 1)
    axis.set_xticks(span, map(short_year, span))
    axis.tick_params(length=0)
    axis.grid(visible=False)


def _draw_procedures(axis: Axes, cells: pd.DataFrame, years: tuple[int, int]) -> int:
    """Name the procedures above their years, and return how many lines that takes."""
    spans = cells.groupby("channel")["year"].agg(["min", "max"]).sort_values("min")
    rises = levels((first, last + 1) for _channel, first, last in spans.itertuples())
    for (channel, first, last), rise in zip(spans.itertuples(), rises, strict=True):
        height = 1 - LANE * (rise + 1)
        ends = first - 0.4, last + 0.4
        at, side = (ends[1], "right") if last == years[1] else (ends[0], "left")
        axis.plot(
            ends, [height] * 2, color=GREY, linewidth=1, linestyle=STYLES[channel],
            transform=axis.get_xaxis_transform(),
        )  # fmt: skip
        axis.annotate(
            _(CHANNEL_WORDS[channel]), (at, height), (0, 1), ha=side, va="bottom", fontsize=SMALL,
            xycoords=axis.get_xaxis_transform(), textcoords="offset points",
        )  # fmt: skip
    return max(rises) + 1


def _key(rows: pd.DataFrame) -> list[Artist]:
    """Return the key of those marks that a figure has."""
    looks: dict[str, dict[str, Any]] = {
        "rounded": {"facecolor": GREY},
        "suppressed": {"facecolor": "white", "edgecolor": GREY},
        "range": {"facecolor": GREY, "alpha": 0.3},
    }
    key: list[Artist] = [
        Patch(label=_(KIND_WORDS[kind]), **look)
        for kind, look in looks.items()
        if kind in set(rows["kind"])
    ]
    return [*key, Patch(facecolor=UNPRINTED, label=_("not printed"))]
