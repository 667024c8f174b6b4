"""What the figures show, in five sentences for the front page, each with the cells it rests on."""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd
from markupsafe import Markup

from slm_analysis.bounds.arithmetic import FELL, OPEN, ROSE
from slm_analysis.bounds.panel import cell_name
from slm_analysis.display.rendering import addressed, rounded_down
from slm_analysis.display.tables.cells import cells_of
from slm_analysis.language import _, listing
from slm_analysis.printed.read import Raw
from slm_analysis.results import before_after, inference, response, slopes
from slm_analysis.results.inference import EVERY
from slm_analysis.site.links import with_links

WAY = ("requests", "confirmed", "issued", "forced")


class Headline(NamedTuple):
    """A sentence, the page with its evidence, and the indicators that it speaks of."""

    sentence: Markup
    page: str
    indicators: tuple[str, ...] = ()


def headlines(raw: Raw, panel: pd.DataFrame) -> list[Headline]:
    """Return what the figures show; a sentence that has no cells is left out.

    Parameters
    ----------
    raw, panel
        The raw tables and the bounds.
    """
    around = before_after.before_after(panel, before_after.events(raw))
    found = [
        _unanswered(raw, panel),
        _begun(raw, panel, around),
        _way(raw, panel),
        _departures(raw, panel),
        _agreed(raw, around),
    ]
    return [headline for headline in found if headline]


def _linked(text: object, cells: list[list[str]]) -> Markup:
    """Return a number with a link to all the cells of some rows."""
    every = dict.fromkeys(name for names in cells for name in names)
    return Markup(with_links(addressed(str(text), every), ""))


def _named(rows: pd.DataFrame, raw: Raw) -> str:
    return listing(dict.fromkeys(rows["iso3"].map(raw.names)))


def _unanswered(raw: Raw, panel: pd.DataFrame) -> Headline | None:
    tested = inference.rate_tests(response.trend(panel, "unanswered"))
    if tested.empty:
        return None
    years = tested["years_before"] + ", " + tested["years_after"]
    tested = tested.assign(cells=cells_of(tested, years))
    fell, rose = (tested[tested["change"] == change] for change in (FELL, ROSE))
    chance = fell[fell["verdict"] == EVERY]
    sentence = Markup(
        _(
            "<b>Of requests for a travel document, fewer stayed without an answer in {fell} of "
            "{count} series of counts</b> ({names}; the last printed year against the first), more "
            "in {rose}. These are numbers and no shares: fewer requests would lower them too. In "
            "{chance} of the falls ({sure}) it is more than chance would make, unless such counts "
            "vary by themselves {breakdown} times as much as chance makes them, which is not "
            "printed. Most of these countries stand in the report because they made progress; "
            "they say nothing of others."
        )
    ).format(
        fell=_linked(len(fell), fell["cells"].to_list()),
        count=_linked(len(tested), tested["cells"].to_list()),
        names=_named(fell, raw),
        rose=_linked(len(rose), rose["cells"].to_list()),
        chance=_linked(len(chance), chance["cells"].to_list()),
        sure=_named(chance, raw),
        breakdown=rounded_down(chance["breakdown"].min(), 1),
    )
    return Headline(sentence, "03_lp_response", ("unanswered",))


def _begun(raw: Raw, panel: pd.DataFrame, around: pd.DataFrame) -> Headline | None:
    table = slopes.courses(panel, around)
    if not (table["event"] != "").any():
        return None
    years = table[["first", "second", "third"]].astype(str).agg(", ".join, axis=1)
    table = table.assign(cells=cells_of(table, years))[table["event"] != ""]
    begun, later = (table[table["begun"] == word] for word in (slopes.YES, slopes.NO))
    sentence = Markup(
        _(
            "<b>In {begun} of {count} series around an agreement or other event the change had "
            "certainly begun before it</b> ({names}). In {no} it had certainly not ({others}), and "
            "in {open} rounding leaves it open. This does not say what the event added. Only "
            "series with two printed years before an event and one after it can show even so much."
        )
    ).format(
        count=_linked(len(table), table["cells"].to_list()),
        begun=_linked(len(begun), begun["cells"].to_list()),
        names=_named(begun, raw) or _("none"),
        no=len(later),
        others=_named(later, raw) or _("none"),
        open=(table["begun"] == OPEN).sum(),
    )
    return Headline(sentence, "04_before_after")


def _way(raw: Raw, panel: pd.DataFrame) -> Headline | None:
    """Take the country and year with most requests of those that have the whole way printed."""
    counts = panel[panel["indicator"].isin(WAY) & (panel["kind"] != "range")]
    whole = [
        rows.drop_duplicates("indicator").set_index("indicator")
        for _place, rows in counts.groupby(["iso3", "year"])
        if set(rows["indicator"]) == set(WAY)
    ]
    if not whole:
        return None
    rows = max(whole, key=lambda found: found.loc["requests", "lo"])
    first = rows.iloc[0]
    numbers = {
        row.Index: _linked(row.printed, [[cell_name(row.iso3, row.year, row.channel, row.Index)]])
        for row in rows.itertuples()
    }
    sentence = Markup(
        _(
            "<b>{country} in {year}, rounded as printed: {requests} requests, {confirmed} "
            "confirmed nationalities, {issued} documents issued, {forced} forced departures.</b> "
            "None is a share of another: they need not concern the same people, there may be "
            "several requests for one person, and people leave on other documents too."
        )
    ).format(country=raw.names[first["iso3"]], year=first["year"], **numbers)
    return Headline(sentence, "03_lp_response", WAY)


def _departures(raw: Raw, panel: pd.DataFrame) -> Headline | None:
    last = raw.years[1]
    left = panel[panel["indicator"].isin(["forced", "independent"]) & (panel["year"] == last)]
    both = left.pivot(index="iso3", columns="indicator", values=["lo", "hi"]).dropna()
    if both.empty:
        return None
    fewer = both[both["hi"]["forced"] < both["lo"]["independent"]].reset_index()
    table = before_after.compare_years(panel[panel["indicator"] == "forced"], last - 1, last)
    cells = cells_of(table, [f"{last - 1}, {last}"] * len(table))
    fell, rose = ((table["change"] == change).sum() for change in (FELL, ROSE))
    sentence = Markup(
        _(
            "<b>In {year} fewer people left by force than independently for {fewer} of {count} "
            "countries.</b> Of the {pairs} with forced departures printed for {before} too, these "
            "certainly fell for {fell} and certainly rose for {rose}. That rules out rounding, not "
            "chance; and fewer by force may be more who leave by themselves."
        )
    ).format(
        year=last,
        before=last - 1,
        fewer=len(fewer),
        count=_linked(
            len(both), [[cell_name(row.iso3, last, "", row.indicator)] for row in left.itertuples()]
        ),
        fell=_linked(fell, cells),
        pairs=len(table),
        rose=rose,
    )
    return Headline(sentence, "04_before_after", ("forced", "independent"))


def _agreed(raw: Raw, around: pd.DataFrame) -> Headline | None:
    of_agreement = around[around["instrument"] == "EU readmission agreement"]
    both = before_after.two_sided(of_agreement)
    if of_agreement.empty:
        return None
    sentence = Markup(
        _(
            "<b>For {both} of {count} countries with an EU readmission agreement of known date a "
            "count is printed both before and after it</b> ({names}), and a difference is no proof "
            "of what the agreement did. For the others the figures say nothing of it."
        )
    ).format(
        count=of_agreement["iso3"].nunique(),
        both=_linked(
            both["iso3"].nunique(),
            cells_of(both, both["years_before"] + ", " + both["years_after"]),
        ),
        names=_named(both, raw),
    )
    return Headline(sentence, "04_before_after")
