"""Findings on what is printed and what follows from it for all counts that fit."""

from __future__ import annotations

import pandas as pd

from slm_analysis.bounds.arithmetic import FELL, OPEN, ROSE, UNCHANGED
from slm_analysis.display.rendering import Text
from slm_analysis.display.tables.cells import CHANNEL_WORDS
from slm_analysis.language import _, listing
from slm_analysis.printed.read import Raw
from slm_analysis.results.coverage import rounding_inferred

CHANGES = (FELL, ROSE, UNCHANGED, OPEN)


def coverage(cells: pd.DataFrame) -> Text:
    """Say how much is printed, and how, of cells as :func:`coverage.printed_years` returns them.

    Examples
    --------
    >>> from slm_analysis.results.coverage import printed_years
    >>> print(coverage(printed_years(panel, ["ARM", "GEO"], (2009, 2014))).text)
    **21 of 84 cells are printed** (20 rounded and 1 suppressed). The first year with requests is
    2013; documents issued are printed for 1 and departures for 2 of 2 countries.
    """
    printed = cells[cells["kind"] != "not printed"]
    kinds = printed["kind"].value_counts()
    return Text(
        _(
            "**{printed} of {count} cells are printed** ({kinds}). The first year with requests is "
            "{first}; documents issued are printed for {issued} and departures for {forced} of "
            "{countries} countries."
        ).format(
            printed=len(printed),
            count=len(cells),
            kinds=listing(f"{count} {_(kind)}" for kind, count in kinds.items()),
            first=_first_year(printed, "requests"),
            issued=_countries(printed, "issued"),
            forced=_countries(printed, "forced"),
            countries=cells["iso3"].nunique(),
        )
    )


def _first_year(printed: pd.DataFrame, indicator: str) -> str:
    years = printed.loc[printed["indicator"] == indicator, "year"]
    return str(years.min()) if len(years) else _("none")


def _countries(printed: pd.DataFrame, indicator: str) -> int:
    return int(printed.loc[printed["indicator"] == indicator, "iso3"].nunique())


def rounding(panel: pd.DataFrame, raw: Raw) -> Text:
    """Say of which cells the rounding is stated, and of which it is inferred.

    Examples
    --------
    >>> print(rounding(panel, raw).text)
    **Rounding is inferred for 86 of 118 cells** (LP 32, departures 50 and nationality 4). 75 of
    them are numbers or ranges, all of them multiples of what they are rounded to. It is stated for
    T&O (p. 61).
    """
    inferred = panel[rounding_inferred(panel, raw)]
    kinds = listing(
        f"{_(CHANNEL_WORDS[channel])} {count}"
        for channel, count in inferred.groupby("channel", sort=False).size().items()
    )
    numbers = inferred["kind"].isin(("rounded", "range")).sum()
    stated = listing(
        f"{_(CHANNEL_WORDS[channel])} ({where})"
        for source in raw.sources.values()
        for channel, where in source.stated_of.items()
    )
    return Text(
        _(
            "**Rounding is inferred for {inferred} of {count} cells** ({kinds}). {numbers} of them "
            "are numbers or ranges, all of them multiples of what they are rounded to. It is "
            "stated for {stated}."
        ).format(
            inferred=len(inferred), count=len(panel), kinds=kinds, numbers=numbers, stated=stated
        )
    )


def checks(found: pd.DataFrame, names: dict[str, str]) -> Text:
    """Say where answers certainly exceed the requests or leave some unaccounted for.

    Also where forced departures certainly exceed the documents issued; of a table as
    :func:`checks.check_cells` returns it.

    Examples
    --------
    >>> from slm_analysis.results.checks import check_cells
    >>> print(checks(check_cells(panel[panel["iso3"] == "SRB"]), raw.names).text)
    **Answers certainly exceed the requests of the same year** in: Serbia 2014. They certainly leave
    requests unaccounted for in: Serbia 2013. Forced departures certainly exceed the documents
    issued in: none.
    """
    answers = found[found["check"] == "answers against requests"]
    exceed, short = (
        listing(_places(answers[answers[column] == "certain"], names))
        for column in ("exceeds", "falls_short")
    )
    forced = found[(found["check"] == "forced against issued") & (found["exceeds"] == "certain")]
    return Text(
        _(
            "**Answers certainly exceed the requests of the same year** in: {exceed}. They "
            "certainly leave requests unaccounted for in: {short}. Forced departures certainly "
            "exceed the documents issued in: {forced}."
        ).format(exceed=exceed, short=short, forced=listing(_places(forced, names)))
    )


def beside_departures(table: pd.DataFrame) -> Text:
    """Say how departures stand to Eurostat's returned; or that such counts were not brought.

    Of a table as :func:`other_sources.beside_departures` returns it.

    Examples
    --------
    >>> from slm_analysis.results.other_sources import beside_departures as found
    >>> print(beside_departures(found(panel, panel.head(0))).text)
    **These data have no count of another source beside a departure of the DT&V.** How to bring
    Eurostat's is on the page *Other sources* (`docs/5_other_sources.md`).
    """
    returned = table[table["indicator"] == "returned"]
    if returned.empty:
        return Text(
            _(
                "**These data have no count of another source beside a departure of the DT&V.** "
                "How to bring Eurostat's is on the page *Other sources* "
                "(`docs/5_other_sources.md`)."
            )
        )
    more, fewer = ((returned[name] == "certain").sum() for name in ("more", "fewer"))
    return Text(
        _(
            "**Of {count} countries and years, the DT&V's departures are certainly fewer than "
            "Eurostat's returned in {fewer}, certainly more in {more}**, and open in {open}. They "
            "are different counts: Eurostat's also hold departures through the border guard, the "
            "police and the IOM."
        ).format(count=len(returned), fewer=fewer, more=more, open=len(returned) - more - fewer)
    )


def changes(table: pd.DataFrame, names: dict[str, str], what: str) -> Text:
    """Say in which countries something fell, rose or stayed for certain, or is open.

    Parameters
    ----------
    table
        As :func:`response.trend` returns it, or another with columns ``iso3`` and ``change``.
    names
        Country names by ISO code.
    what
        How the sentence begins.

    Examples
    --------
    >>> from slm_analysis.results.response import trend
    >>> print(changes(trend(panel, "unanswered"), raw.names, "Unanswered requests:").text)
    **Unanswered requests:** fell for certain: Armenia, Azerbaijan, Burundi, Nigeria, Russian
    Federation and Rwanda; rose for certain: Georgia; open: Serbia and Ukraine.
    """
    parts = [
        f"{_(change)}: {listing(table.loc[table['change'] == change, 'iso3'].map(names))}"
        for change in CHANGES
        if (table["change"] == change).any()
    ]
    return Text(f"**{_(what)}** {'; '.join(parts) if parts else _('nothing to compare')}.")


def years_compared(table: pd.DataFrame, first: int, last: int) -> Text:
    """Say how many pairs of cells certainly changed between two years.

    The table is as :func:`before_after.compare_years` returns it for these years.

    Examples
    --------
    >>> from slm_analysis.results.before_after import compare_years
    >>> georgia = panel[panel["iso3"] == "GEO"]
    >>> print(years_compared(compare_years(georgia, 2013, 2014), 2013, 2014).text)
    **Of 6 pairs of cells, 2013 against 2014:** 4 fell for certain, 1 rose for certain and 1 open.
    """
    counted = listing(
        f"{(table['change'] == change).sum()} {_(change)}"
        for change in CHANGES
        if (table["change"] == change).any()
    )
    return Text(
        _("**Of {count} pairs of cells, {first} against {last}:** {counted}.").format(
            count=len(table), first=first, last=last, counted=counted
        )
    )


def ratios(table: pd.DataFrame, names: dict[str, str]) -> Text:
    """Say which ratios may or must exceed 100 (cases per 100 requests).

    The table is as :func:`response.per_100_requests` returns it.

    Examples
    --------
    >>> from slm_analysis.results.response import per_100_requests
    >>> print(ratios(per_100_requests(panel), raw.names).text)
    **37 ratios can be formed**, for 8 countries, 4 of which have more than one year. Certainly over
    100: none. Possibly over 100: Serbia 2014 (confirmed).
    """
    certain = _places(table[table["lo"] > 100], names)
    possible = _places(table[(table["lo"] <= 100) & (table["hi"] > 100)], names)
    several = (table.groupby("iso3")["year"].nunique() > 1).sum()
    return Text(
        _(
            "**{count} ratios can be formed**, for {countries} countries, {several} of which have "
            "more than one year. Certainly over 100: {certain}. Possibly over 100: {possible}."
        ).format(
            count=len(table),
            countries=table["iso3"].nunique(),
            several=several,
            certain=listing(certain),
            possible=listing(possible),
        )
    )


def profile(panel: pd.DataFrame, happened: pd.DataFrame, country: str) -> Text:
    """Say how much is known of one country.

    Parameters
    ----------
    panel
        The rows of the country, of the panel.
    happened
        The rows of the country, of :func:`before_after.events`.
    country
        Its name.

    Examples
    --------
    >>> from slm_analysis.results.before_after import events
    >>> happened = events(raw)
    >>> armenia = panel[panel["iso3"] == "ARM"], happened[happened["iso3"] == "ARM"]
    >>> profile(*armenia, "Armenia").text
    '**Armenia**: printed cells: 9; dated events: 4.'
    """
    return Text(
        _("**{country}**: printed cells: {cells}; dated events: {events}.").format(
            country=country, cells=len(panel), events=len(happened)
        )
    )


def goals(cells: pd.DataFrame, names: dict[str, str], table: str) -> Text:
    """Say for which countries the table has end goal 2 as reached.

    Parameters
    ----------
    cells
        ``raw["table1"]`` or ``raw["table2"]``.
    names
        Country names by ISO code.
    table
        Number of the table in the report.

    Examples
    --------
    >>> print(goals(raw["table2"], raw.names, "2").text)
    **Table 2 has end goal 2 as reached for 4 of 8 countries**: Armenia, Azerbaijan, Georgia and
    Nigeria.
    """
    reached = cells[(cells["goal"] == "end goal 2") & (cells["outcome"] == "reached")]
    return Text(
        _(
            "**Table {table} has end goal 2 as reached for {reached} of {count} countries**: "
            "{countries}."
        ).format(
            table=table,
            reached=len(reached),
            count=cells["iso3"].nunique(),
            countries=listing(reached["iso3"].map(names)),
        )
    )


def _places(rows: pd.DataFrame, names: dict[str, str]) -> list[str]:
    return [
        f"{names[iso3]} {year}" + (f" ({_(indicator)})" if indicator else "")
        for iso3, year, indicator in zip(
            rows["iso3"], rows["year"], rows.get("indicator", [""] * len(rows)), strict=True
        )
    ]
