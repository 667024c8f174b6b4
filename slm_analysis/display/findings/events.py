"""Findings on what changed around events."""

from __future__ import annotations

import pandas as pd

from slm_analysis.bounds.arithmetic import OPEN
from slm_analysis.display.findings.printed import CHANGES
from slm_analysis.display.rendering import Text
from slm_analysis.display.tables.cells import CHANNEL_WORDS, sides
from slm_analysis.language import _, date, listing
from slm_analysis.results.inference import CONTRAST


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
    >>> tables = {name: before_after(guinea, happened, EVENT_YEARS[name])
    ...           for name in ("ten months", "before")}
    >>> print(event_years(tables, raw.names).text)
    **The result of 1 of 1 comparisons under the rule "ten months" hangs on where the year of the
    event counts; the years that are compared, in 1:**
    <BLANKLINE>
    - Guinea confirmed (LP), task force, visit 2012: ten months: rose for certain (2009–2011 to
      2014); before: fell for certain (2009–2012 to 2014)
    """
    key = ["event", "channel", "indicator"]
    first, *others = (table.set_index(key) for table in tables.values())
    own = first[first["change"].isin(CHANGES)]
    differ = [other.loc[own.index] != own for other in others]
    moved = sum(each["change"] for each in differ) > 0
    compared = sum(each[["years_before", "years_after"]].any(axis=1) for each in differ) > 0
    lines = []
    for at in own.index[moved]:
        row = own.loc[at]
        told: dict[str, list[str]] = {}
        for name, found in zip(tables, (first, *others), strict=True):
            other = found.loc[at]
            words = _(other.change)
            if other.change in CHANGES:
                words += f" ({sides(other)})"
            told.setdefault(words, []).append(_(name))
        channel = f" ({_(CHANNEL_WORDS[at[1]])})" if at[1] else ""
        lines.append(
            f"- {names[row.iso3]} {_(at[2])}{channel}, {_(row.instrument)}, {_(row.stage)} "
            f"{date(row.date)}: "
            + "; ".join(f"{', '.join(rules)}: {words}" for words, rules in told.items())
        )
    head = _(
        '**The result of {moved} of {count} comparisons under the rule "{rule}" hangs on where the '
        "year of the event counts; the years that are compared, in {compared}:**"
    ).format(moved=moved.sum(), count=len(own), rule=_(next(iter(tables))), compared=compared.sum())
    return Text("\n".join([head, "", *lines]))


def courses(table: pd.DataFrame, names: dict[str, str]) -> Text:
    """Say of each series around an event whether its change had begun before, and how it went on.

    The table is as :func:`slopes.courses` returns it; series that are open in all are counted.

    Examples
    --------
    >>> from slm_analysis.results.before_after import before_after, events
    >>> from slm_analysis.results.slopes import courses as all_courses
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
    every = pd.concat([rows, others])
    vague = (every[["change", "begun", "course"]] == OPEN).all(axis=1)
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
        for r in every[~vague].itertuples()
    ]
    if vague.any():
        told.append("- " + _("open in all: {count}").format(count=vague.sum()))
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
