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
    parts = listing(f"{count} {kind}" for kind, count in kinds.items())
    return Text(
        f"**{len(printed)} of {len(cells)} cells are printed** "
        f"({parts}). The first year with requests is {_first_year(printed, 'requests')}; "
        f"documents issued are printed for {_countries(printed, 'issued')} and departures for "
        f"{_countries(printed, 'forced')} of {cells['iso3'].nunique()} countries."
    )


def _first_year(printed: pd.DataFrame, indicator: str) -> str:
    years = printed.loc[printed["indicator"] == indicator, "year"]
    return str(years.min()) if len(years) else "none"


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
        f"{CHANNEL_WORDS[channel]} {count}"
        for channel, count in inferred.groupby("channel", sort=False).size().items()
    )
    numbers = inferred["kind"].isin(("rounded", "range")).sum()
    stated = listing(
        f"{CHANNEL_WORDS[channel]} ({where})"
        for source in raw.sources.values()
        for channel, where in source.stated_of.items()
    )
    return Text(
        f"**Rounding is inferred for {len(inferred)} of {len(panel)} cells** ({kinds}). {numbers} "
        "of them are numbers or ranges, all of them multiples of what they are rounded to. It is "
        f"stated for {stated}."
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
        f"**Answers certainly exceed the requests of the same year** in: {exceed}. "
        f"They certainly leave requests unaccounted for in: {short}. "
        f"Forced departures certainly exceed the documents issued in: "
        f"{listing(_places(forced, names))}."
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
            "**These data have no count of another source beside a departure of the DT&V.** How to "
            "bring Eurostat's is on the page *Other sources* (`docs/5_other_sources.md`)."
        )
    more, fewer = ((returned[name] == "certain").sum() for name in ("more", "fewer"))
    return Text(
        f"**Of {len(returned)} countries and years, the DT&V's departures are certainly fewer than "
        f"Eurostat's returned in {fewer}, certainly more in {more}**, and open in "
        f"{len(returned) - more - fewer}. They are different counts: Eurostat's also hold "
        "departures through the border guard, the police and the IOM."
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

    The table is as :func:`agreements.compare_years` returns it for these years.

    Examples
    --------
    >>> from slm_analysis.results.agreements import compare_years
    >>> georgia = panel[panel["iso3"] == "GEO"]
    >>> print(years_compared(compare_years(georgia, 2013, 2014), 2013, 2014).text)
    **Of 6 pairs of cells, 2013 against 2014:** 4 fell for certain, 1 rose for certain and 1 open.
    """
    counted = listing(
        f"{(table['change'] == change).sum()} {change}"
        for change in CHANGES
        if (table["change"] == change).any()
    )
    return Text(f"**Of {len(table)} pairs of cells, {first} against {last}:** {counted}.")


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
        f"**{len(table)} ratios can be formed**, for {table['iso3'].nunique()} countries, "
        f"{several} of which have more than one year. "
        f"Certainly over 100: {listing(certain)}. Possibly over 100: {listing(possible)}."
    )


def profile(panel: pd.DataFrame, happened: pd.DataFrame, country: str) -> Text:
    """Say how much is known of one country.

    Parameters
    ----------
    panel
        The rows of the country, of the panel.
    happened
        The rows of the country, of :func:`agreements.events`.
    country
        Its name.

    Examples
    --------
    >>> from slm_analysis.results.agreements import events
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
        f"**Table {table} has end goal 2 as reached for {len(reached)} of "
        f"{cells['iso3'].nunique()} countries**: {listing(reached['iso3'].map(names))}."
    )


def _places(rows: pd.DataFrame, names: dict[str, str]) -> list[str]:
    return [
        f"{names[iso3]} {year}" + (f" ({indicator})" if indicator else "")
        for iso3, year, indicator in zip(
            rows["iso3"], rows["year"], rows.get("indicator", [""] * len(rows)), strict=True
        )
    ]
