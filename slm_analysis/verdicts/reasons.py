"""Why a verdict holds, in sentences: printed bounds, what they come to, and what follows."""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from itertools import groupby
from typing import Any

from babel.dates import format_date

from slm_analysis.language import _, current, decimal, listing
from slm_analysis.printed.read import Raw
from slm_analysis.verdicts.causes import likeliest_cause
from slm_analysis.verdicts.formulas import Cell, Node, Printed, days, written
from slm_analysis.verdicts.intervals import Counts, evaluate
from slm_analysis.verdicts.solver import Decision

REQUESTS = {"LP": "LP requests", "TO": "T&O requests", "nationality": "nationality requests"}
COUNTED = {
    "requests": "{requests}",
    "negative": "negative answers to {requests}",
    "confirmed": "nationalities confirmed on {requests}",
    "issued": "travel documents issued on {requests}",
    "unanswered": "{requests} without an answer",
    "forced": "forced departures",
    "independent": "independent departures",
}
LISTS = {
    "focus_2015": "focus countries",
    "mr_2015": "MR countries",
    "less_cooperative_2013": "countries that cooperated less smoothly",
    "benelux_priority": "Benelux priority list",
    "migration_development": "migration and development list",
}
MOST_NAMES = 12  # of a list, written out


def reason(
    formula: Node,
    decision: Decision,
    counts: Counts,
    raw: Raw,
    parts: Mapping[str, str] | None = None,
) -> str:
    """Return in the current language why a formula has its verdict.

    Parameters
    ----------
    formula
        As :func:`formulas.read_formula` returns it.
    decision
        Its verdict with the certificate.
    counts
        The printed counts under the same rule.
    raw
        For the names of countries and what the rows say.
    parts
        Verdicts by the names of the parts, of a statement that has parts: they are the reason.

    Examples
    --------
    >>> from slm_analysis.verdicts.grammar import read_formula
    >>> from slm_analysis.verdicts.intervals import counts_of
    >>> from slm_analysis.verdicts.solver import Question
    >>> formula = read_formula("BDI.forced[2014] > RWA.forced[2013]", raw.tables, {})
    >>> counts = counts_of(panel)
    >>> reason(formula, Question(formula).decide(counts), counts, raw)
    'Rwanda, forced departures: 0 in 2013 (p. 56). Burundi, forced departures: 1 to 4 in 2014
    (p. 55). So it holds for every count that fits the print.'
    """
    if parts:
        return _of_parts(parts)
    sentences = [
        *_counts(formula.leaves(Cell), counts, raw),
        *_amounts(formula, counts, raw),
        *_look_ups(formula.leaves(Printed), raw),
        *_set_differences(formula, raw),
        _conclusion(formula, decision),
    ]
    return " ".join(dict.fromkeys(sentences))


def _of_parts(parts: Mapping[str, str]) -> str:
    """Return which parts have which verdict: ``Certain: Armenia. Untestable: Azerbaijan.``."""
    by_verdict: dict[str, list[str]] = {}
    for name, verdict in parts.items():
        by_verdict.setdefault(_(verdict).capitalize(), []).append(name)
    return " ".join(f"{verdict}: {listing(names)}." for verdict, names in by_verdict.items())


def _between(lo: float, hi: float, digits: int = 0) -> str:
    """Return bounds in words, the lower rounded down and the upper up."""
    if hi == math.inf:
        least = _rounded(lo, digits, math.floor)
        return _("at least {least}").format(least=least) if lo > 0 else _("not printed")
    least, most = _rounded(lo, digits, math.floor), _rounded(hi, digits, math.ceil)
    return least if least == most else _("{least} to {most}").format(least=least, most=most)


def _rounded(value: float, digits: int, towards: Any) -> str:
    shift = 10**digits
    return decimal(f"{towards(Fraction(value) * shift) / shift:g}")


def _years(years: list[int]) -> str:
    if len(years) == 1:
        return str(years[0])
    if years == list(range(years[0], years[-1] + 1)) and len(years) > 2:
        return _("{first} to {last}").format(first=years[0], last=years[-1])
    return listing(map(str, years))


def _series(cell: Cell, raw: Raw) -> str:
    counted = _(COUNTED[cell.indicator]).format(requests=_(REQUESTS.get(cell.channel, "")))
    return f"{raw.names[cell.iso3]}, {counted}"


def _counts(cells: list[Cell], counts: Counts, raw: Raw) -> Iterator[str]:
    """Yield a sentence for each series: its bounds by year, and the page."""
    series: dict[str, list[Cell]] = {}
    for cell in cells:
        series.setdefault(_series(cell, raw), []).append(cell)
    for name, members in series.items():
        members.sort(key=lambda cell: cell.year)
        told = []
        bounds = [(counts[c.name][:2] if c.name in counts else None, c.year) for c in members]
        for found, years in groupby(bounds, key=lambda pair: pair[0]):
            which = _years([year for _found, year in years])
            words = _("{count} in {years}") if found else _("not printed for {years}")
            told.append(words.format(count=_between(*found) if found else "", years=which))
        pages = [counts[c.name].address.rpartition("p. ")[2] for c in members if c.name in counts]
        where = f" (p. {', '.join(dict.fromkeys(pages))})" if pages else ""
        yield f"{name}: {listing(told)}{where}."


def _amounts(formula: Node, counts: Counts, raw: Raw) -> Iterator[str]:
    """Yield what sums, means, differences and ratios of counts come to."""
    words = {
        "+": _("Together {amount} in {years}."),
        "-": _("A difference of {amount}."),
        "abs": _("They differ by {amount}."),
        "*": _("{factor} times as many would be {amount}."),
        "mean": _("On average {amount} a year in {years}."),
        "/": _("That is {amount} per 100 in {years}."),
        "max": _("The largest is {amount}."),
        "min": _("The smallest is {amount}."),
    }
    bounds = {name: (count.lo, count.hi) for name, count in counts.items()}
    several = len({cell.iso3 for cell in formula.leaves(Cell)}) > 1
    for side in _sides(formula):
        cells = side.leaves(Cell)
        kind = side.op
        if not cells or kind not in words:
            continue
        lo, hi = evaluate(side, bounds)
        factor, digits = "", int(any(node.op == "/" for node in side.walk()))
        if kind == "-" and side.args[0].op == "max" and side.args[1].op == "min":
            kind, lo = "abs", max(lo, 0)
        if kind == "/":
            kind, digits = ("mean" if side.args[1].op == "number" else "/"), 1
            lo, hi = (lo, hi) if kind == "mean" else (100 * lo, 100 * hi)
        if kind == "*":
            numbers = [node.args[0] for node in side.args if node.op == "number"]
            if not numbers:
                continue
            factor, digits = decimal(f"{float(numbers[0]):g}"), 1
        added = kind == "+" and any(node.op == "number" for node in side.walk())
        if added or (hi == math.inf and lo <= 0):
            continue
        years = _years(sorted({cell.year for cell in cells}))
        amount = _between(lo, hi, digits)
        if lo <= 0 < hi:
            amount = _("at most {most}").format(most=_rounded(hi, digits, math.ceil))
        told = words[kind].format(amount=amount, years=years, factor=factor)
        of = {raw.names[cell.iso3] for cell in cells}
        yield f"{of.pop()}: {told[0].lower()}{told[1:]}" if several and len(of) == 1 else told


def _sides(formula: Node) -> Iterator[Node]:
    """Yield both sides of every comparison of numbers."""
    for node in formula.walk():
        if node.op in ("less", "equal") and node.args[0].kind == "number":
            yield from node.args


def _names(values: Iterable[str], raw: Raw) -> str:
    return listing(sorted(raw.names.get(value) or _(value) for value in values))


def _look_ups(found: list[Printed], raw: Raw) -> Iterator[str]:
    """Yield what the raw tables print of each thing that is looked up, with its pages."""
    for printed in found:
        words = [_worded(word, raw) for word in printed.about if word]
        about = ", ".join(words) or _("all rows of the table")
        value = printed.value
        if isinstance(value, frozenset):
            told = _names(value, raw) if len(value) <= MOST_NAMES else str(len(value))
        elif isinstance(value, tuple):
            told = _dated(*value)
        elif isinstance(value, Fraction):
            told = decimal(f"{float(value):g}")
        else:
            told = _(value)
        yield f"{about[:1].upper()}{about[1:]}: {told}{_pages(printed, raw)}."


def _worded(word: str, raw: Raw) -> str:
    """Return what tells a look-up in words: a country, a list or none of it, a value."""
    if word.startswith("no "):
        return _("not: {list}").format(list=_(LISTS[word.removeprefix("no ")]))
    return raw.names.get(word) or _(LISTS.get(word, word))


def _dated(first: int, last: int) -> str:
    """Return a date in words, at the precision printed."""
    date = written(first, last)
    if len(date) <= 4:
        return date or _("undated")
    pattern = "d MMMM y" if len(date) == 10 else "MMMM y"
    return format_date(datetime.date.fromordinal(first), pattern, locale=current())


def _pages(printed: Printed, raw: Raw) -> str:
    """Return the pages of the rows that a look-up rests on, where they are few."""
    found: list[str] = []
    for name in printed.rows:
        table, _space, key = name.partition(" ")
        if "page" in raw[table]:
            row = raw[table].set_index("id").loc[key]
            found.append(
                _("p. {page}").format(page=row["page"])
                if row["page"]
                else f"{row['source_id']}, {_(row['section'])}"
            )
    found = list(dict.fromkeys(found))
    return f" ({', '.join(found)})" if 0 < len(found) <= 3 else ""


def _set_differences(formula: Node, raw: Raw) -> Iterator[str]:
    """Yield what stands in one of two compared lists and not in the other."""
    for node in formula.walk():
        if node.op in ("equal", "subset") and node.args[0].kind == "set":
            left, right = (evaluate(side, {}) for side in node.args)
            odd = left - right if node.op == "subset" else left ^ right
            if odd:
                yield _("In one list and not in the other: {names}.").format(names=_names(odd, raw))


def _conclusion(formula: Node, decision: Decision) -> str:
    counted = bool(formula.leaves(Cell))
    if decision.verdict == "certain":
        return (
            _("So it holds for every count that fits the print.") if counted else _("So it holds.")
        )
    if decision.verdict == "contradicted":
        return (
            _("No count that fits the print makes it true.")
            if counted
            else _("So it does not hold.")
        )
    if not decision.worlds:
        return _("It cannot be tested: there is nothing to divide by.")
    if decision.verdict == "untestable":
        return _("It cannot be tested without what is not printed.")
    return _("What is printed fits both: that it holds, and that it does not.")


def cause(formula: Node, counts: Counts, raw: Raw) -> str:
    """Return what least change of print would make a contradicted formula true, or nothing.

    Parameters
    ----------
    formula, counts, raw
        As for :func:`reason`.

    Examples
    --------
    >>> from slm_analysis.verdicts.grammar import read_formula
    >>> cause(read_formula("count(countries, mr_2015='yes') == 8", raw.tables, {}), {}, raw)
    'With 9 in the place of 8 it could hold.'
    """
    change = likeliest_cause(formula, counts)
    if change is None:
        return ""
    if isinstance(change.what, Printed) and isinstance(change.what.value, frozenset):
        told = _("With {name} in the list") if change.instead else _("Without {name} in the list")
        name = _names([change.instead or change.printed], raw)
        return _("{change} it could hold.").format(change=told.format(name=name))
    printed, instead = (
        _dated(*days(text)) if "-" in text else decimal(text) for text in change[1:]
    )
    return _("With {instead} in the place of {printed} it could hold.").format(
        instead=instead, printed=printed
    )
