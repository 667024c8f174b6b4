"""Findings in a sentence, worded from the data so that they change with it.

Each function takes tidy data and returns a :class:`rendering.Text`.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from slm_analysis.bounds import FELL, OPEN, ROSE, UNCHANGED
from slm_analysis.inference import CONTRAST, EVERY, NO, SOME
from slm_analysis.language import _, listing
from slm_analysis.rendering import Text, rounded_down, year_spans
from slm_analysis.specification import NONE as NO_COMPARISON
from slm_analysis.specification import RESULT
from slm_analysis.tables.cells import CHANNEL_WORDS
from slm_analysis.tables.specification import CHOICE_WORDS

CHANGES = (FELL, ROSE, UNCHANGED, OPEN)


def coverage(cells: pd.DataFrame) -> Text:
    """Say how much is printed, and how, of cells as :func:`coverage.printed_years` returns them.

    Examples
    --------
    >>> from slm_analysis.coverage import printed_years
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


def checks(found: pd.DataFrame, names: dict[str, str]) -> Text:
    """Say where answers certainly exceed the requests or leave some unaccounted for.

    Also where forced departures certainly exceed the documents issued; of a table as
    :func:`checks.check_cells` returns it.

    Examples
    --------
    >>> from slm_analysis.checks import check_cells
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
    >>> from slm_analysis.response import trend
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


def comparisons(table: pd.DataFrame, names: dict[str, str]) -> Text:
    """Say how many comparisons before and after have both sides, and what they say.

    Changes are counted once where two events have the same years before and after. The table is as
    :func:`agreements.before_after` returns it, the one-sided comparisons included.

    Examples
    --------
    >>> from slm_analysis import agreements
    >>> rows = panel[panel["iso3"].isin(["ARM", "SOM"])]
    >>> table = agreements.before_after(rows, agreements.events(raw))
    >>> print(comparisons(table, raw.names).text)
    **2 of 31 comparisons have a printed year on both sides** (distinct ones: 2 fell for certain).
    No comparison at all, for want of a printed year before or after, is possible for:
    Somalia/Somaliland.
    """
    both = table[table["change"].isin(CHANGES)]
    distinct = both.drop_duplicates(CONTRAST)
    one_sided = sorted(set(table["iso3"]) - set(both["iso3"]), key=lambda code: names[code])
    counted = listing(
        f"{(distinct['change'] == change).sum()} {_(change)}"
        for change in CHANGES
        if (distinct["change"] == change).any()
    )
    return Text(
        _(
            "**{both} of {all} comparisons have a printed year on both sides** (distinct ones: "
            "{counted}). No comparison at all, for want of a printed year before or after, is "
            "possible for: {countries}."
        ).format(
            both=len(both),
            all=len(table),
            counted=counted,
            countries=listing(names[code] for code in one_sided),
        )
    )


def event_years(tables: dict[str, pd.DataFrame], names: dict[str, str]) -> Text:
    """Say which comparisons change with the rule for the event's own year.

    Parameters
    ----------
    tables
        As :func:`agreements.before_after` returns them, by name of the rule; the first is the one
        that the others are held against.
    names
        Country names by ISO code.

    Examples
    --------
    >>> from slm_analysis.agreements import before_after, events
    >>> from slm_analysis.event_years import EVENT_YEARS
    >>> happened, guinea = events(raw), panel[panel["iso3"] == "GIN"]
    >>> tables = {name: before_after(guinea, happened, EVENT_YEARS[name])
    ...           for name in ("ten months", "before")}
    >>> print(event_years(tables, raw.names).text)
    **Where the year of the event counts changes what is compared, or the change, for 1 of 1
    comparisons under the rule "ten months":**
    <BLANKLINE>
    - Guinea confirmed (LP), task force, visit 2012: ten months: rose for certain (2009–2011 to
      2014); before: fell for certain (2009–2012 to 2014)
    """
    key = ["event", "channel", "indicator"]
    first, *others = (table.set_index(key) for table in tables.values())
    own = first[first["change"].isin(CHANGES)]
    seen = ["years_before", "years_after", "change"]
    moved = [
        at
        for at in own.index
        if any((other.loc[at, seen] != own.loc[at, seen]).any() for other in others)
    ]
    lines = []
    for at in moved:
        row = own.loc[at]
        told: dict[str, list[str]] = {}
        for name, found in zip(tables, (first, *others), strict=True):
            other = found.loc[at]
            sides = f" ({year_spans(other.years_before)} to {year_spans(other.years_after)})"
            words = other.change + (sides if other.change in CHANGES else "")
            told.setdefault(words, []).append(name)
        channel = f" ({CHANNEL_WORDS[at[1]]})" if at[1] else ""
        lines.append(
            f"- {names[row.iso3]} {at[2]}{channel}, {row.instrument}, {row.stage} {row.date}: "
            + "; ".join(f"{', '.join(rules)}: {words}" for words, rules in told.items())
        )
    return Text(
        f"**Where the year of the event counts changes what is compared, or the change, for "
        f'{len(moved)} of {len(own)} comparisons under the rule "{next(iter(tables))}":**\n\n'
        + "\n".join(lines)
    )


def courses(table: pd.DataFrame, names: dict[str, str]) -> Text:
    """Say of each series around an event whether its change had begun before, and how it went on.

    The table is as :func:`courses.courses` returns it.

    Examples
    --------
    >>> from slm_analysis.agreements import before_after, events
    >>> from slm_analysis.courses import courses as all_courses
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
    rows = table[table["event"] != ""]
    others = table[~table["iso3"].isin(rows["iso3"])]
    line = _("{country} {what}, {event} ({years}): {change}; begun before: {begun}; then: {course}")
    told = [
        "- "
        + line.format(
            country=names[r.iso3],
            what=_(r.indicator) + (f" ({_(CHANNEL_WORDS[r.channel])})" if r.channel else ""),
            event=r.event or _("no event between"),
            years=f"{r.first}, {r.second}, {r.third}",
            change=_(r.change),
            begun=_(r.begun),
            course=_(r.course),
        )
        for r in pd.concat([rows, others]).itertuples()
    ]
    head = _(
        "**Of {count} series with two printed years before an event and one after it, the change "
        "had begun before for certain in {yes}, certainly not in {no}, and is open in {open}.** "
        "Three printed years without such an event: {others}."
    ).format(
        count=len(rows),
        others=listing(others["iso3"].drop_duplicates().map(names)) or _("none"),
        **{word: (rows["begun"] == word).sum() for word in ("yes", "no", OPEN)},
    )
    return Text("\n".join([head, "", *told]))


def years_compared(table: pd.DataFrame, first: int, last: int) -> Text:
    """Say how many pairs of cells certainly changed between two years.

    The table is as :func:`agreements.compare_years` returns it for these years.

    Examples
    --------
    >>> from slm_analysis.agreements import compare_years
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
    >>> from slm_analysis.response import per_100_requests
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
    >>> from slm_analysis.agreements import events
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


def tests(table: pd.DataFrame, names: dict[str, str]) -> Text:
    """Say what the print says of each comparison, and beside it whether that is more than chance.

    A contrast that stands under two events is one comparison. The table is as
    :func:`inference.rate_tests` returns it.

    Examples
    --------
    >>> from slm_analysis.inference import rate_tests
    >>> from slm_analysis.response import trend
    >>> georgia_and_armenia = panel[panel["iso3"].isin(["ARM", "GEO"])]
    >>> print(tests(rate_tests(trend(georgia_and_armenia, "unanswered")), raw.names).text)
    **Of 2 distinct comparisons, more than chance would make (at 5%) for every count that fits the
    print: 1**; adjusted for their number (Holm): 1. In the print; more than chance:
    <BLANKLINE>
    - fell for certain; yes, for every count that fits the print: Armenia unanswered (LP), 2012 to
      2014 (up to dispersion 7.2)
    - rose for certain; for some: Georgia unanswered (T&O), 2013 to 2014
    """
    rows = table.drop_duplicates(CONTRAST)
    sure = rows[rows["verdict"] == EVERY]
    lines = [
        f"- {change}; {verdict}: "
        + (
            str(len(found))
            if verdict == NO
            else listing(_tested(r, names) for r in found.itertuples())
        )
        for verdict in (EVERY, SOME, NO)
        for change in CHANGES
        if len(found := rows[(rows["verdict"] == verdict) & (rows["change"] == change)])
    ]
    return Text(
        f"**Of {len(rows)} distinct comparisons, more than chance would make (at 5%) for every "
        f"count that fits the print: {len(sure)}**; adjusted for their number (Holm): "
        f"{(sure['p_holm'] < 0.05).sum()}. In the print; more than chance:\n\n" + "\n".join(lines)
    )


def _tested(row: Any, names: dict[str, str]) -> str:
    channel = f" ({CHANNEL_WORDS[row.channel]})" if row.channel else ""
    years = f"{year_spans(row.years_before)} to {year_spans(row.years_after)}"
    bears = f" (up to dispersion {rounded_down(row.breakdown, 1)})" if row.verdict == EVERY else ""
    return f"{names[row.iso3]} {row.indicator}{channel}, {years}{bears}"


def selection(table: pd.DataFrame) -> Text:
    """Say how many series look as if they fell when they are chosen for it and nothing changes.

    The table is as :func:`selection.chosen_for_falling` returns it.

    Examples
    --------
    >>> from slm_analysis.selection import chosen_for_falling
    >>> print(selection(chosen_for_falling([130, 40, 10], sets=200, multiples=(1, 5))).text[:69])
    **Illustration: without any change, of 3 series chosen among 15 becau
    """
    told = [
        f"{rows['significant'].iloc[-1]:.1f} look significant on average where the variance is "
        f"{dispersion:g} times the mean ({rows['significant'].iloc[0]:.1f} without choosing)"
        for dispersion, rows in table.groupby("dispersion")
    ]
    most = table.iloc[-1]
    return Text(
        f"**Illustration: without any change, of {most['chosen']:.0f} series chosen among "
        f"{most['among']:.0f} because they fell most, {listing(told)}.**"
    )


def simulation(table: pd.DataFrame) -> Text:
    """Say where nominal 95% limits keep their promise, and what censoring buys.

    The table is as :func:`simulation.simulate_truths` returns it: the methods *censored* and
    *midpoint* under two truths, Poisson first. Limits keep their promise where they cover the true
    ratio in 93 to 97% of the data sets.

    Examples
    --------
    Too few sets for a result, enough for an example:

    >>> from slm_analysis.rules import RULES
    >>> from slm_analysis.panel import build_panel
    >>> from slm_analysis.simulation import simulate_truths
    >>> rule, rounding = RULES["suppress-then-round"], raw.sources["acvz-2015"].rounding
    >>> rows = build_panel(raw, rule).query("indicator == 'unanswered'")
    >>> rows = rows.assign(later=(rows["year"] == 2014).astype(int))
    >>> print(simulation(simulate_truths(rows, "later", rule, rounding, sets=20)).text[:67])
    **Under Poisson truth, nominal 95% limits cover 93 to 97% for: none
    """
    sentences = []
    for truth, rows in table.groupby("truth", sort=False):
        inside = rows[rows["coverage"].between(0.93, 0.97)]
        outside = rows.drop(inside.index)
        sentences.append(
            f"Under {truth} truth, nominal 95% limits cover 93 to 97% for: "
            f"{listing(inside['method'])}; not for: "
            f"{listing(_covered(row) for row in outside.itertuples())}"
        )
    by = table.set_index(["truth", "method"])
    first, last = table["truth"].iloc[[0, -1]]
    censored, midpoint = by.loc[(first, "censored")], by.loc[(first, "midpoint")]
    return Text(
        f"**{'. '.join(sentences)}.** Under {first} truth the censored model is off by "
        f"{abs(censored['bias']):.4f} on the log scale and the midpoint model by "
        f"{abs(midpoint['bias']):.4f}, where the limits are {censored['width']:.3f} and "
        f"{midpoint['width']:.3f} wide: what censoring corrects is "
        f"{abs(midpoint['bias']) / midpoint['width']:.0%} of what chance leaves open. The coverage "
        "of the midpoint model differs from the censored one's by "
        f"{100 * abs(midpoint['coverage'] - censored['coverage']):.1f} points there, and from one "
        "truth to the other by "
        f"{100 * abs(midpoint['coverage'] - by.loc[(last, 'midpoint'), 'coverage']):.1f}."
    )


def _covered(row: Any) -> str:
    return f"{row.method} ({100 * row.coverage:.1f}%)"


def rules(table: pd.DataFrame) -> Text:
    """Say how many results depend on the reading rule, and which rules change them.

    The table is as :func:`sensitivity.under_every_rule` returns it: a column per reading, of which
    ``outer`` is the one that the others are held against.

    Examples
    --------
    >>> table = pd.DataFrame({"family": "trend", "result": ["Armenia", "Ukraine"],
    ...                       "outer": ["fell for certain", "open"],
    ...                       "round-up": ["fell for certain", "fell for certain"]})
    >>> print(rules(table).text)
    **1 of 2 results are the same under every reading.** Results that differ from those of the outer
    bounds, by rule: round-up (1).
    """
    readings = table.drop(columns=["family", "result"])
    varies = readings.nunique(axis=1) > 1
    against = readings[varies].ne(readings.loc[varies, "outer"], axis=0).sum()
    moved = listing(f"{name} ({count})" for name, count in against.items() if count)
    return Text(
        f"**{(~varies).sum()} of {len(table)} results are the same under every reading.** "
        f"Results that differ from those of the outer bounds, by rule: {moved}."
    )


def specification(table: pd.DataFrame) -> Text:
    """Say which results hang on a choice of reading, and on which.

    The table is as :func:`specification.one_changed` returns it.

    Examples
    --------
    >>> from slm_analysis.specification import one_changed, specifications
    >>> print(specification(one_changed(specifications(raw))).text.partition(":")[0])
    **7 of 24 results hang on one choice of reading**
    """
    own = table[table["choice"] == ""]
    compared = own.loc[own["change"] != NO_COMPARISON, RESULT]
    moved = table[table["differs"]].merge(compared, on=RESULT)
    others = table[table["differs"] & ~table["change"].eq(NO_COMPARISON)]
    more = others.merge(own.loc[own["change"] == NO_COMPARISON, RESULT], on=RESULT)
    counted = moved.drop_duplicates([*RESULT, "choice"])["choice"].value_counts()
    told = listing(f"{CHOICE_WORDS[name]} ({count})" for name, count in counted.items())
    return Text(
        f"**{len(moved.drop_duplicates(RESULT))} of {len(compared)} results hang on one choice of "
        f"reading**: another value of it, all else at the default, gives another change, another "
        f"answer on chance, or no comparison. By choice: {told}. "
        f"{len(more.drop_duplicates(RESULT))} more comparisons exist only under another value."
    )


def deciding(table: pd.DataFrame) -> Text:
    """Say for how many open comparisons one exact count would be enough.

    The table is as :func:`sensitivity.what_would_decide` returns it.

    Examples
    --------
    >>> from slm_analysis.sensitivity import comparisons, what_would_decide
    >>> serbia = panel[panel["iso3"] == "SRB"]
    >>> print(deciding(what_would_decide(comparisons(serbia, raw, None), serbia)).text)
    **Of 2 open comparisons, one exact count would decide 1 whatever it is, and 0 for some of
    its values.** The others need two counts or more.
    """
    comparison = table.groupby(["iso3", "channel", "indicator", "name"])
    best, values = comparison["deciding"].max(), comparison["decides"].agg(set)
    always = values.map(lambda found: "all" in found).sum()
    sometimes = (best > 0).sum() - always
    return Text(
        f"**Of {len(best)} open comparisons, one exact count would decide {always} "
        f"whatever it is, and {sometimes} for some of its values.** "
        "The others need two counts or more."
    )


def _places(rows: pd.DataFrame, names: dict[str, str]) -> list[str]:
    return [
        f"{names[iso3]} {year}" + (f" ({indicator})" if indicator else "")
        for iso3, year, indicator in zip(
            rows["iso3"], rows["year"], rows.get("indicator", [""] * len(rows)), strict=True
        )
    ]
