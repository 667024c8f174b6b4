"""Findings on what chance, the reading and one more count would change."""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd

from slm_analysis.bounds.arithmetic import CHANGES
from slm_analysis.display.findings.printed import itemised, series_name
from slm_analysis.display.rendering import Text, extent, interval, number, rounded_down, tally
from slm_analysis.display.tables.cells import in_words, sides
from slm_analysis.display.tables.simulation import verdict_on
from slm_analysis.display.tables.specification import CHOICE_WORDS
from slm_analysis.display.tables.uncertainty import p_span
from slm_analysis.language import _, decimal, listing
from slm_analysis.results import pre_trends
from slm_analysis.results.conclusions import CAVEATS, DISPERSION
from slm_analysis.results.inference import CONTRAST, EVERY, NO, SOME
from slm_analysis.results.pooled import LIMITS, REFUTED, Change
from slm_analysis.results.specification import NONE as NO_COMPARISON
from slm_analysis.results.specification import RESULT


def tests(table: pd.DataFrame, names: dict[str, str]) -> Text:
    """Say what the print says of each comparison, and beside it whether that is more than chance.

    A contrast that stands under two events is one comparison. The table is as
    :func:`inference.rate_tests` returns it.

    Examples
    --------
    >>> from slm_analysis.results.inference import rate_tests
    >>> from slm_analysis.results.response import trend
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
    items = []
    for verdict, change in product((EVERY, SOME, NO), CHANGES):
        found = rows[(rows["verdict"] == verdict) & (rows["change"] == change)]
        if len(found):
            told = len(found) if verdict == NO else _tested(found, names)
            items.append(f"{_(change)}; {_(verdict)}: {told}")
    head = _(
        "**Of {count} distinct comparisons, more than chance would make (at 5%) for every count "
        "that fits the print: {sure}**; adjusted for their number (Holm): {holm}. In the print; "
        "more than chance:"
    )
    holm = (sure["p_holm"] < 0.05).sum()
    return itemised(head.format(count=len(rows), sure=len(sure), holm=holm), items)


def _tested(rows: pd.DataFrame, names: dict[str, str]) -> str:
    """List comparisons, each with the dispersion it bears if it is more than chance for certain."""
    bears = _(" (up to dispersion {most})")
    return listing(
        f"{series_name(row, names)}, {sides(row)}"
        + (bears.format(most=rounded_down(row.breakdown)) if row.verdict == EVERY else "")
        for row in rows.itertuples()
    )


def conclusions(table: pd.DataFrame, names: dict[str, str]) -> Text:
    """Say what takes the results away, and which are left.

    A contrast that stands under two events, or under one and as two years, is one result. The table
    is as :func:`conclusions.conclusions` returns it.

    Examples
    --------
    >>> from slm_analysis.results.conclusions import conclusions as all_conclusions
    >>> from slm_analysis.results.specification import specifications
    >>> two = ["AZE", "NGA"]
    >>> print(conclusions(all_conclusions(specifications(raw, two), raw, two), raw.names).text)
    **Of 3 distinct results 1 is left after rounding, chance, their own ups and downs, the choices
    of reading and the number of comparisons**, each for as much dispersion as it bears: Nigeria
    unanswered (LP), 2012 to 2014 (up to dispersion 2.7). Taken away first by: chance (1) and the
    number of comparisons (1). Known not to have begun before an event, of what is left: none.
    """
    rows = table[table["family"] != ""].drop_duplicates(CONTRAST)
    left = rows[rows["caveat"] == DISPERSION]
    taken = rows["caveat"].value_counts().reindex(CAVEATS[:-1], fill_value=0)
    one = _(
        "**Of {count} distinct results 1 is left after rounding, chance, their own ups and "
        "downs, the choices of reading and the number of comparisons**"
    )
    more = _(
        "**Of {count} distinct results {left} are left after rounding, chance, their own ups "
        "and downs, the choices of reading and the number of comparisons**"
    )
    told = _(
        ", each for as much dispersion as it bears: {results}. Taken away first by: {taken}. Known "
        "not to have begun before an event, of what is left: {then}.",
        results=_tested(left, names),
        taken=tally(taken),
        then=_tested(left[left["begun"] == pre_trends.NO], names),
    )
    head = (one if len(left) == 1 else more).format(count=len(rows), left=len(left))
    return Text(head + told)


def selection(table: pd.DataFrame) -> Text:
    """Say how many series look as if they fell when they are chosen for it and nothing changes.

    The table is as :func:`selection_bias.chosen_for_falling` returns it.

    Examples
    --------
    >>> from slm_analysis.results.selection_bias import chosen_for_falling
    >>> print(selection(chosen_for_falling([130, 40, 10], sets=200, multiples=(1, 5))).text[:69])
    **Illustration: without any change, of 3 series chosen among 15 becau
    """
    significant = table.groupby("dispersion")["significant"].agg(["first", "last"])
    told = [
        _(
            "{chosen} look significant on average where the variance is {times} times the mean "
            "({all} without choosing)",
            chosen=decimal(f"{chosen:.1f}"),
            times=decimal(f"{dispersion:g}"),
            all=decimal(f"{without:.1f}"),
        )
        for dispersion, without, chosen in significant.itertuples()
    ]
    text = _(
        "**Illustration: without any change, of {chosen} series chosen among {among} because "
        "they fell most, {told}.**"
    )
    chosen, among = table[["chosen", "among"]].iloc[-1]
    return Text(text.format(chosen=chosen, among=among, told=listing(told)))


def pooled(changes: dict[tuple[str, str], Change]) -> Text:
    """Say how many series fell, and what the pooled ratio bears under every reading rule.

    The changes are as :func:`pooled.pooled_changes` returns them.

    Examples
    --------
    >>> from slm_analysis.results.pooled import pooled_changes
    >>> found = pooled(pooled_changes(raw, "unanswered", ["GEO", "RUS", "UKR"], (2013, 2014)))
    >>> print(found.text.partition(" The pooled ratio")[0])
    **T&O, 2013 to 2014: 1 of 3 series fell for certain, 1 rose for certain** (sign test: p =
    1.000).
    """
    by_comparison: dict[str, list[Change]] = {}
    for (compared, _rule), change in changes.items():
        by_comparison.setdefault(compared, []).append(change)
    caution = _(
        "The series are few and no sample: the countries of section 3.2.3 stand in the report "
        "as examples of progress. No limits speak of other countries, or of a cause."
    )
    parts = [_pooled(compared, fits) for compared, fits in by_comparison.items()]
    return Text("\n\n".join([*parts, caution]))


def _pooled(compared: str, rules: list[Change]) -> str:
    """Return what the fits of one comparison under several rules say together."""
    fits = pd.DataFrame([vars(change) for change in rules])
    about = pd.DataFrame(fits["about"].to_list())
    texts = [
        _(
            "**{compared}: {fell} of {series} series fell for certain, {rose} rose for certain** "
            "(sign test: p = {p}).",
            compared=in_words(compared),
            fell=extent(fits["fell"]),
            series=len(rules[0].units),
            rose=extent(fits["rose"]),
            p=p_span(fits["sign_p_lo"].min(), fits["sign_p_hi"].max()),
        ),
        _("The pooled ratio is {ratio}, by reading rule.", ratio=extent(fits["ratio"], 2)),
    ]
    if (about["df"] == 0).any():
        return " ".join([*texts, _("One series alone cannot show how much such counts vary.")])
    texts.append(
        _(
            "About one ratio for all, the counts vary {dispersion} times as much as Poisson counts "
            "(I² of the ratios: {i2}%)."
        ).format(dispersion=extent(about["pearson"], 1), i2=extent(100 * about["i2"]))
    )
    refuted = about["Poisson_lo"].isna().sum()
    poisson = (
        _(
            "Under {refuted} of {rules} rules that is too much for Poisson limits (p < {level}), "
            "which are not shown."
        )
        if refuted
        else _("That does not refute Poisson limits, which is no proof of them.")
    )
    texts.append(poisson.format(refuted=refuted, rules=len(rules), level=number(REFUTED, 1)))
    _poisson, *allowing = LIMITS
    lows, highs = (about[[f"{name}_{end}" for name in allowing]] for end in ("lo", "hi"))
    ends = zip(np.exp(lows.min()), np.exp(highs.max()), strict=True)
    quasi, random = (interval(low, high, 2) for low, high in ends)
    texts.append(
        _(
            "Limits that allow for it, outermost over the rules: {quasi} (quasi-Poisson), {random} "
            "(random effects)."
        ).format(quasi=quasi, random=random)
    )
    if (highs < 0).all(axis=None):
        texts.append(_("All are below 1: so large a fall is more than such dispersion would make."))
    elif (lows > 0).all(axis=None):
        texts.append(_("All are above 1: so large a rise is more than such dispersion would make."))
    else:
        texts.append(_("They do not say whether these series, taken together, fell or rose."))
    return " ".join(texts)


def simulation(limits: pd.DataFrame, sizes: pd.DataFrame) -> Text:
    """Say which limits keep their promise on the designs that were fitted, and what the test does.

    Parameters
    ----------
    limits, sizes
        As :func:`simulation.simulate_designs` returns them.

    Examples
    --------
    Too few sets for a result, enough for an example:

    >>> from slm_analysis.results.pooled import pooled_changes
    >>> from slm_analysis.results.simulation import simulate_designs
    >>> changes = pooled_changes(raw, "unanswered", ["ARM", "AZE", "NGA"], (2012, 2014))
    >>> print(simulation(*simulate_designs(changes, sets=100)).text.partition(",")[0])
    **Nominal 95% limits cover the truth
    """
    items = []
    for name, rows in limits.groupby("limits", sort=False):
        kind = _("{limits}, where shown") if name == LIMITS[0] else "{limits}"
        covered = [
            f"{_percent(found)} ({verdict_on(found)})"
            for _truth, found in rows.groupby("truth", sort=False)["coverage"]
        ]
        items.append(f"{kind.format(limits=_(name))}: {'; '.join(covered)}")
    truths = limits["truth"].unique()
    poisson = limits[(limits["limits"] == LIMITS[0]) & (limits["truth"] == truths[0])]
    sized = [_percent(found) for _truth, found in sizes.groupby("truth", sort=False)["size"]]
    head = _(
        "**Nominal 95% limits cover the truth, in the least and the most favourable fit "
        "({truths}):**"
    ).format(truths="; ".join(map(_, truths)))
    foot = _(
        "Under {truth} truth the Poisson limits are withheld in {withheld} of the data sets. The "
        "exact test of one series finds a change at 5%, where there is none, in: {sized}."
    ).format(truth=_(truths[0]), withheld=_percent(1 - poisson["shown"]), sized="; ".join(sized))
    return itemised(head, items, "", foot)


def _percent(shares: pd.Series) -> str:
    return extent(100 * shares, 1) + "%"


def rules(table: pd.DataFrame) -> Text:
    """Say how many checks depend on the reading rule, and which rules change them.

    The table is as :func:`sensitivity.checks_under_every_rule` returns it: a column per rule, of
    which ``outer`` is the one that the others are held against.

    Examples
    --------
    >>> table = pd.DataFrame({"result": ["Armenia 2014", "Ukraine 2014"],
    ...                       "outer": ["certainly exceeds", "open"],
    ...                       "round-up": ["certainly exceeds", "certainly exceeds"]})
    >>> print(rules(table).text)
    **1 of 2 checks say the same under every rule.** Checks that differ from those of the outer
    bounds, by rule: round-up (1).
    """
    readings = table.drop(columns="result")
    varies = readings.nunique(axis=1) > 1
    differing = readings.ne(readings["outer"], axis=0).sum()
    text = _(
        "**{same} of {count} checks say the same under every rule.** Checks that differ from "
        "those of the outer bounds, by rule: {moved}."
    )
    same = (~varies).sum()
    return Text(text.format(same=same, count=len(table), moved=tally(differing)))


def specification(table: pd.DataFrame) -> Text:
    """Say which results hang on a choice of reading, and on which.

    The table is as :func:`specification.one_changed` returns it.

    Examples
    --------
    >>> from slm_analysis.results.specification import one_changed, specifications
    >>> print(specification(one_changed(specifications(raw, ["SRB"]))).text.partition(": ano")[0])
    **4 of 11 results hang on one choice of reading** (before and after: 1 of 2, two years: 2 of 6
    and per 100 requests: 1 of 3)
    """
    own = table[table["choice"] == ""]
    possible = own["change"] != NO_COMPARISON
    compared, impossible = own.loc[possible, RESULT], own.loc[~possible, RESULT]
    differing = table[table["differs"]]
    moved = differing.merge(compared, on=RESULT)
    hang = moved.drop_duplicates(RESULT)
    new = differing[differing["change"] != NO_COMPARISON].merge(impossible, on=RESULT)
    choices = moved.drop_duplicates([*RESULT, "choice"])["choice"].value_counts()
    by_family = listing(
        f"{_(family)}: "
        + _("{part} of {whole}", part=(hang["family"] == family).sum(), whole=count)
        for family, count in compared["family"].value_counts(sort=False).items()
    )
    text = _(
        "**{hang} of {count} results hang on one choice of reading** ({families}): another "
        "value of it, all else at the default, gives another change, another answer on chance, "
        "or none at all. By choice: {choices}. {more} more comparisons exist only under "
        "another value.",
        hang=len(hang),
        count=len(compared),
        families=by_family,
        choices=tally(choices.rename(CHOICE_WORDS)),
        more=len(new.drop_duplicates(RESULT)),
    )
    return Text(text)


def deciding(table: pd.DataFrame) -> Text:
    """Say for how many open comparisons one exact count would be enough.

    The table is as :func:`sensitivity.what_would_decide` returns it.

    Examples
    --------
    >>> from slm_analysis.results.sensitivity import comparisons, what_would_decide
    >>> serbia = panel[panel["iso3"] == "SRB"]
    >>> print(deciding(what_would_decide(comparisons(serbia, raw, None), serbia)).text)
    **Of 2 open comparisons, one exact count would decide 1 whatever it is, and 0 for some of
    its values.** The others need two counts or more.
    """
    enough = table.assign(always=table["decides"] == "all", ever=table["deciding"] > 0)
    cells = enough.groupby(["iso3", "channel", "indicator", "name"])[["always", "ever"]]
    comparisons = cells.any()
    always, ever = comparisons.sum()
    text = _(
        "**Of {count} open comparisons, one exact count would decide {always} whatever it is, "
        "and {sometimes} for some of its values.** The others need two counts or more."
    )
    return Text(text.format(count=len(comparisons), always=always, sometimes=ever - always))
