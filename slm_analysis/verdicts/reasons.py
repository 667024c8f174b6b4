"""Why a verdict holds, in sentences: printed bounds, what they come to, and what follows."""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from fractions import Fraction
from itertools import chain, groupby

from babel.dates import format_date

from slm_analysis.language import _, current, decimal, listing
from slm_analysis.printed.read import Raw
from slm_analysis.verdicts.formula_tree import Cell, Node, Printed, days, plain
from slm_analysis.verdicts.intervals import Count, Counts, evaluate, members
from slm_analysis.verdicts.slips import likeliest_cause
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


def reason(formula: Node, decision: Decision, counts: Counts, raw: Raw) -> str:
    """Return in the current language why a formula has its verdict.

    Parameters
    ----------
    formula
        As :func:`formula_language.read_formula` returns it.
    decision
        Its verdict with the certificate.
    counts
        The printed counts under the same rule.
    raw
        For the names of countries and what the rows say.

    Examples
    --------
    >>> from slm_analysis.verdicts.formula_language import read_formula
    >>> from slm_analysis.verdicts.intervals import counts_of
    >>> from slm_analysis.verdicts.solver import Question
    >>> formula = read_formula("BDI.forced[2014] > RWA.forced[2013]", raw.tables, {})
    >>> counts = counts_of(panel)
    >>> reason(formula, Question(formula).decide(counts), counts, raw)
    'Rwanda, forced departures: 0 in 2013 (p. 56). Burundi, forced departures: 1 to 4 in 2014
    (p. 55). So it holds for every count that fits the print.'
    """
    sentences = [
        *_counts(formula.leaves(Cell), counts, raw),
        *_amounts(formula, counts, raw),
        *_look_ups(formula.leaves(Printed), raw),
        *_set_differences(formula, raw),
        _conclusion(formula, decision),
    ]
    return " ".join(dict.fromkeys(sentences))


def reason_of_parts(verdicts: Mapping[str, str]) -> str:
    """Return which parts of a statement have which verdict, given the verdicts by their names.

    Examples
    --------
    >>> reason_of_parts({"Armenia": "certain", "Guinea": "untestable", "Rwanda": "certain"})
    'Certain: Armenia and Rwanda. Untestable: Guinea.'
    """
    told = []
    for verdict in dict.fromkeys(verdicts.values()):
        names = listing(name for name, its_own in verdicts.items() if its_own == verdict)
        told.append(f"{_(verdict).capitalize()}: {names}.")
    return " ".join(told)


def _between(least: str, most: str) -> str:
    return least if least == most else _("{least} to {most}").format(least=least, most=most)


def _rounded(value: float, digits: int, towards: Callable[[Fraction], int]) -> str:
    shift = 10**digits
    return decimal(plain(towards(Fraction(value) * shift) / shift))


def _years(years: list[int]) -> str:
    if years == list(range(years[0], years[-1] + 1)) and len(years) > 2:
        return _("{first} to {last}").format(first=years[0], last=years[-1])
    return listing(map(str, years))


def _counts(cells: list[Cell], counts: Counts, raw: Raw) -> Iterator[str]:
    """Yield a sentence for each series: its bounds by year, and the page."""
    series: dict[str, list[tuple[int, Count | None]]] = {}
    for cell in cells:
        counted = _(COUNTED[cell.indicator]).format(requests=_(REQUESTS.get(cell.channel, "")))
        name = f"{raw.names[cell.iso3]}, {counted}"
        series.setdefault(name, []).append((cell.year, counts.get(cell.name)))
    for name, found in series.items():
        found.sort(key=lambda pair: pair[0])
        told = []
        for bounds, alike in groupby(found, key=lambda pair: pair[1] and pair[1][:2]):
            words = _("{count} in {years}") if bounds else _("not printed for {years}")
            count = _between(*map(str, bounds)) if bounds else ""
            told.append(words.format(count=count, years=_years([year for year, _count in alike])))
        pages = [count.address.partition(", p. ")[2] for _year, count in found if count]
        where = f" (p. {', '.join(dict.fromkeys(filter(None, pages)))})" if any(pages) else ""
        yield f"{name}: {listing(told)}{where}."


def _amounts(formula: Node, counts: Counts, raw: Raw) -> Iterator[str]:
    """Yield what the sums, means, differences and ratios that are compared come to."""
    several = len({cell.iso3 for cell in formula.leaves(Cell)}) > 1
    compared = (node.args for node in formula.walk() if node.op in ("less", "equal"))
    for side in chain.from_iterable(compared):
        cells, ops = side.leaves(Cell), {node.op for node in side.walk()}
        if not cells:
            continue
        lo, hi = evaluate(side, counts)
        digits, factor = int("/" in ops), ""
        match side:
            case Node("+") if "number" not in ops:
                words = _("Together {amount} in {years}.")
            case Node("abs") | Node("-", _, (Node("max"), Node("min"))):
                words, lo = _("They differ by {amount}."), max(lo, 0)
            case Node("-"):
                words = _("A difference of {amount}.")
            case Node("/", _, (_, Node("number"))):
                words = _("On average {amount} a year in {years}.")
            case Node("/"):
                words = _("That is {amount} per 100 in {years}.")
                lo, hi = 100 * lo, 100 * hi
            case Node("*", _, (Node("number") as times, _) | (_, Node("number") as times)):
                words = _("{factor} times as many would be {amount}.")
                factor, digits = decimal(plain(times.value)), 1
            case Node("max"):
                words = _("The largest is {amount}.")
            case Node("min"):
                words = _("The smallest is {amount}.")
            case _:
                continue
        amount = _amount(lo, hi, digits)
        if amount:
            years = _years(sorted({cell.year for cell in cells}))
            told = words.format(amount=amount, years=years, factor=factor)
            of = {raw.names[cell.iso3] for cell in cells}
            yield f"{of.pop()}: {told[0].lower()}{told[1:]}" if several and len(of) == 1 else told


def _amount(lo: float, hi: float, digits: int) -> str:
    """Return bounds in words, rounded outwards; nothing where they say nothing."""
    if hi == math.inf:
        if lo <= 0:
            return ""
        return _("at least {least}").format(least=_rounded(lo, digits, math.floor))
    most = _rounded(hi, digits, math.ceil)
    if lo <= 0 < hi or lo == -math.inf:
        return _("at most {most}").format(most=most)
    return _between(_rounded(lo, digits, math.floor), most)


def _names(values: Iterable[str], raw: Raw) -> str:
    return listing(sorted(raw.names.get(value) or _(value) for value in values))


def _look_ups(found: list[Printed], raw: Raw) -> Iterator[str]:
    """Yield what the raw tables print of each thing that is looked up, with its pages."""
    for printed in found:
        words = [_worded(word, raw) for word in printed.about if word]
        about = ", ".join(words) or _("all rows of the table")
        value = printed.value
        if printed.kind == "set":
            told = _names(value, raw) if len(value) <= MOST_NAMES else str(len(value))
        elif printed.kind == "date":
            told = _dated(value)
        elif printed.kind == "number":
            told = decimal(plain(value))
        else:
            told = _(value)
        yield f"{about[:1].upper()}{about[1:]}: {told}{_pages(printed, raw)}."


def _worded(word: str, raw: Raw) -> str:
    """Return what tells a look-up in words: a country, a list or none of it, a value."""
    if word.startswith("no "):
        return _("not: {list}").format(list=_(LISTS[word.removeprefix("no ")]))
    return raw.names.get(word) or _(LISTS.get(word, word))


def _dated(date: str) -> str:
    """Return a date in words, at the precision printed."""
    if "-" not in date:
        return date or _("undated")
    pattern = "d MMMM y" if len(date) == 10 else "MMMM y"
    first, _last = days(date)
    return format_date(datetime.date.fromordinal(first), pattern, locale=current())


def _pages(printed: Printed, raw: Raw) -> str:
    """Return the pages of the rows that a look-up rests on, where they are few."""
    places = []
    for name in printed.rows:
        table, _space, key = name.partition(" ")
        if "page" in raw[table]:
            row = raw[table].set_index("id").loc[key]
            page = _("p. {page}").format(page=row["page"])
            places.append(page if row["page"] else f"{row['source_id']}, {_(row['section'])}")
    places = list(dict.fromkeys(places))
    return f" ({', '.join(places)})" if 0 < len(places) <= 3 else ""


def _set_differences(formula: Node, raw: Raw) -> Iterator[str]:
    """Yield what stands in one of two compared lists and not in the other."""
    for node in formula.walk():
        if node.op in ("equal", "subset") and node.args[0].kind == "set":
            left, right = map(members, node.args)
            odd = left - right if node.op == "subset" else left ^ right
            if odd:
                yield _("In one list and not in the other: {names}.").format(names=_names(odd, raw))


def _conclusion(formula: Node, decision: Decision) -> str:
    counted = bool(formula.leaves(Cell))
    match decision.verdict:
        case "certain" if counted:
            return _("So it holds for every count that fits the print.")
        case "certain":
            return _("So it holds.")
        case "contradicted" if counted:
            return _("No count that fits the print makes it true.")
        case "contradicted":
            return _("So it does not hold.")
        case "possible":
            return _("What is printed fits both: that it holds, and that it does not.")
    if decision.worlds:
        return _("It cannot be tested without what is not printed.")
    return _("It cannot be tested: there is nothing to divide by.")


def cause(formula: Node, counts: Counts, raw: Raw) -> str:
    """Return what least change of print would make a contradicted formula true, or nothing.

    Parameters
    ----------
    formula, counts, raw
        As for :func:`reason`.

    Examples
    --------
    >>> from slm_analysis.verdicts.formula_language import read_formula
    >>> cause(read_formula("count(countries, mr_2015='yes') == 8", raw.tables, {}), {}, raw)
    'With 9 in the place of 8 it could hold.'
    """
    change = likeliest_cause(formula, counts)
    if change is None:
        return ""
    what, printed, instead = change
    if what == "member":
        told = _("With {name} in the list") if instead else _("Without {name} in the list")
        name = _names([instead or printed], raw)
        return _("{change} it could hold.").format(change=told.format(name=name))
    worded = _dated if what == "date" else decimal
    return _("With {instead} in the place of {printed} it could hold.").format(
        instead=worded(instead), printed=worded(printed)
    )
