"""Findings on what is printed and what follows from it for all counts that fit."""

from __future__ import annotations

from typing import Any

import pandas as pd

from slm_analysis.bounds.arithmetic import CHANGES, OPEN
from slm_analysis.display.rendering import Text, tally
from slm_analysis.display.tables.cells import CHANNEL_WORDS, count_in_words, sides
from slm_analysis.language import _, listing
from slm_analysis.printed.read import Raw
from slm_analysis.results import pre_trends
from slm_analysis.results.before_after import event_names, two_sided
from slm_analysis.results.coverage import rounding_inferred
from slm_analysis.results.inference import CONTRAST


def tally_changes(table: pd.DataFrame) -> str:
    """Count what the print says of some changes: ``2 fell for certain and 1 open``."""
    return tally(table["change"].value_counts().reindex(CHANGES, fill_value=0), "{count} {word}")


def itemised(head: str, items: list[str], *foot: str) -> Text:
    """Return a sentence, a list of items, and what may follow it."""
    return Text("\n".join([head, "", *(f"- {item}" for item in items), *foot]))


def series_name(row: Any, names: dict[str, str]) -> str:
    """Name the series of a row: country, indicator, and kind of request if it has one."""
    return f"{names[row.iso3]} {count_in_words(row)}"


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
    countries = printed.groupby("indicator")["iso3"].nunique()
    text = _(
        "**{printed} of {count} cells are printed** ({kinds}). The first year with requests is "
        "{first}; documents issued are printed for {issued} and departures for {forced} of "
        "{countries} countries.",
        printed=len(printed),
        count=len(cells),
        kinds=tally(printed["kind"].value_counts(), "{count} {word}"),
        first=min(printed.loc[printed["indicator"] == "requests", "year"], default=_("none")),
        issued=countries.get("issued", 0),
        forced=countries.get("forced", 0),
        countries=cells["iso3"].nunique(),
    )
    return Text(text)


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
    channels = inferred["channel"].map(CHANNEL_WORDS).value_counts(sort=False)
    stated = listing(
        f"{_(CHANNEL_WORDS[channel])} ({where})"
        for source in raw.sources.values()
        for channel, where in source.stated_of.items()
    )
    text = _(
        "**Rounding is inferred for {inferred} of {count} cells** ({kinds}). {numbers} of them "
        "are numbers or ranges, all of them multiples of what they are rounded to. It is "
        "stated for {stated}.",
        inferred=len(inferred),
        count=len(panel),
        kinds=tally(channels, "{word} {count}"),
        numbers=inferred["kind"].isin(("rounded", "range")).sum(),
        stated=stated,
    )
    return Text(text)


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
    answers = found["check"] == "answers against requests"
    exceed, short = found["exceeds"] == "certain", found["falls_short"] == "certain"
    text = _(
        "**Answers certainly exceed the requests of the same year** in: {exceed}. They "
        "certainly leave requests unaccounted for in: {short}. Forced departures certainly "
        "exceed the documents issued in: {forced}.",
        exceed=_places(found[answers & exceed], names),
        short=_places(found[answers & short], names),
        forced=_places(found[~answers & exceed], names),
    )
    return Text(text)


def _places(rows: pd.DataFrame, names: dict[str, str]) -> str:
    """List country and year of each row, and what is counted if the rows say so."""
    return listing(
        f"{names[row.iso3]} {row.year}" + (f" ({_(row.indicator)})" if "indicator" in rows else "")
        for row in rows.itertuples()
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
    none = _(
        "**These data have no count of another source beside a departure of the DT&V.** "
        "How to bring Eurostat's is on the page *Other sources* (`docs/5_other_sources.md`)."
    )
    some = _(
        "**Of {count} countries and years, the DT&V's departures are certainly fewer than "
        "Eurostat's returned in {fewer}, certainly more in {more}**, and open in {open}. They "
        "are different counts: Eurostat's also hold departures through the border guard, the "
        "police and the IOM."
    )
    count = len(returned)
    more, fewer = ((returned[name] == "certain").sum() for name in ("more", "fewer"))
    told = some.format(count=count, fewer=fewer, more=more, open=count - more - fewer)
    return Text(told if count else none)


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
        f"{_(change)}: {listing(found.map(names))}"
        for change in CHANGES
        if len(found := table.loc[table["change"] == change, "iso3"])
    ]
    return Text(f"**{_(what)}** {'; '.join(parts) or _('nothing to compare')}.")


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
    text = _("**Of {count} pairs of cells, {first} against {last}:** {counted}.")
    counted = tally_changes(table)
    return Text(text.format(count=len(table), first=first, last=last, counted=counted))


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
    years = table.groupby("iso3")["year"].nunique()
    text = _(
        "**{count} ratios can be formed**, for {countries} countries, {several} of which have "
        "more than one year. Certainly over 100: {certain}. Possibly over 100: {possible}.",
        count=len(table),
        countries=len(years),
        several=(years > 1).sum(),
        certain=_places(table[table["lo"] > 100], names),
        possible=_places(table[(table["lo"] <= 100) & (table["hi"] > 100)], names),
    )
    return Text(text)


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
    text = _("**{country}**: printed cells: {cells}; dated events: {events}.")
    return Text(text.format(country=country, cells=len(panel), events=len(happened)))


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
    text = _(
        "**Table {table} has end goal 2 as reached for {reached} of {count} countries**: "
        "{countries}.",
        table=table,
        reached=len(reached),
        count=cells["iso3"].nunique(),
        countries=listing(reached["iso3"].map(names)),
    )
    return Text(text)


def comparisons(table: pd.DataFrame, names: dict[str, str]) -> Text:
    """Say how many comparisons before and after have both sides, and what they say.

    Changes are counted once where two events have the same years before and after. The table is as
    :func:`before_after.before_after` returns it, the one-sided comparisons included.

    Examples
    --------
    >>> from slm_analysis.results import before_after
    >>> rows = panel[panel["iso3"].isin(["ARM", "SOM"])]
    >>> table = before_after.before_after(rows, before_after.events(raw))
    >>> print(comparisons(table, raw.names).text)
    **2 of 31 comparisons have a printed year on both sides** (distinct ones: 2 fell for certain).
    No comparison at all, for want of a printed year before or after, is possible for:
    Somalia/Somaliland.
    """
    both = two_sided(table)
    never = set(table["iso3"]) - set(both["iso3"])
    text = _(
        "**{both} of {all} comparisons have a printed year on both sides** (distinct ones: "
        "{counted}). No comparison at all, for want of a printed year before or after, is "
        "possible for: {countries}.",
        both=len(both),
        all=len(table),
        counted=tally_changes(both.drop_duplicates(CONTRAST)),
        countries=listing(sorted(names[iso3] for iso3 in never)),
    )
    return Text(text)


def event_years(tables: dict[str, pd.DataFrame], names: dict[str, str]) -> Text:
    """Say of which comparisons the result changes with the rule for the event's own year.

    Parameters
    ----------
    tables
        As :func:`before_after.before_after` returns them, by name of the rule; the first is the one
        that the others are held against.
    names
        Country names by ISO code.

    Examples
    --------
    >>> from slm_analysis.results.before_after import before_after, events
    >>> from slm_analysis.results.event_years import EVENT_YEARS
    >>> happened, guinea = events(raw), panel[panel["iso3"] == "GIN"]
    >>> tables = {name: before_after(guinea, happened, name)
    ...           for name in ("ten months", "before")}
    >>> print(event_years(tables, raw.names).text)
    **The result of 1 of 1 comparisons under the rule "ten months" hangs on where the year of the
    event counts; the years that are compared, in 1:**
    <BLANKLINE>
    - Guinea confirmed (LP), task force, visit 2012: ten months: rose for certain (2009–2011 to
      2014); before: fell for certain (2009–2012 to 2014)
    """
    every = pd.concat(tables, names=["rule", None]).reset_index("rule")
    under_each_rule = [
        rows
        for _key, rows in every.groupby(["event", "channel", "indicator"], sort=False)
        if rows["change"].iloc[0] in CHANGES
    ]
    moved = [rows for rows in under_each_rule if rows["change"].nunique() > 1]
    years = ["years_before", "years_after"]
    compared = sum((rows[years].nunique() > 1).any() for rows in under_each_rule)
    items = []
    for rows in moved:
        words = [
            _(row.change) + (f" ({sides(row)})" if row.change in CHANGES else "")
            for row in rows.itertuples()
        ]
        told = rows.assign(words=words).groupby("words", sort=False)["rule"]
        results = "; ".join(f"{', '.join(rules.map(_))}: {result}" for result, rules in told)
        items.append(f"{series_name(rows.iloc[0], names)}, {event_names(rows).iloc[0]}: {results}")
    head = _(
        '**The result of {moved} of {count} comparisons under the rule "{rule}" hangs on where the '
        "year of the event counts; the years that are compared, in {compared}:**"
    )
    rule = _(next(iter(tables)))
    return itemised(
        head.format(moved=len(moved), count=len(under_each_rule), rule=rule, compared=compared),
        items,
    )


def courses(table: pd.DataFrame, names: dict[str, str]) -> Text:
    """Say of each series around an event whether its change had begun before, and how it went on.

    The table is as :func:`pre_trends.courses` returns it; series that are open in all are counted.

    Examples
    --------
    >>> from slm_analysis.results.before_after import before_after, events
    >>> from slm_analysis.results.pre_trends import courses as all_courses
    >>> rows = panel[panel["iso3"].isin(["AZE", "NGA"])]
    >>> print(courses(all_courses(rows, before_after(rows, events(raw))), raw.names).text)
    **Of 1 series with two printed years before an event and one after it, the change had begun
    before for certain in 1, certainly not in 0, and is open in 0.** Three printed years without
    such an event: Nigeria.
    <BLANKLINE>
    - Azerbaijan unanswered (LP), mobility partnership, signed 2013-12-05 (2012, 2013, 2014): fell
      for certain; begun before: yes; then: slowed
    - Nigeria unanswered (LP), no event between (2012, 2013, 2014): fell for certain; begun before:
      yes; then: steepened
    """
    around = table[table["event"] != ""]
    others = table[~table["iso3"].isin(around["iso3"])]
    every = pd.concat([around, others])
    vague = (every[["change", "begun", "course"]] == OPEN).all(axis=1)
    item = _("{series}, {event} ({years}): {change}; begun before: {begun}; then: {course}")
    items = [
        item.format(
            series=series_name(row, names),
            event=row.event or _("no event between"),
            years=f"{row.first}, {row.second}, {row.third}",
            change=_(row.change),
            begun=_(row.begun),
            course=_(row.course),
        )
        for row in every[~vague].itertuples()
    ]
    if vague.any():
        items.append(_("open in all: {count}", count=vague.sum()))
    head = _(
        "**Of {count} series with two printed years before an event and one after it, the change "
        "had begun before for certain in {yes}, certainly not in {no}, and is open in {open}.** "
        "Three printed years without such an event: {others}.",
        count=len(around),
        others=listing(others["iso3"].drop_duplicates().map(names)),
        **{word: (around["begun"] == word).sum() for word in (pre_trends.YES, pre_trends.NO, OPEN)},
    )
    return itemised(head, items)
