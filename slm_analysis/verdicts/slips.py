"""What may lie behind a contradiction: the least change of print that would make it true."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Any, NamedTuple

from slm_analysis.verdicts.formula_tree import Node, days, is_date, plain
from slm_analysis.verdicts.intervals import Counts
from slm_analysis.verdicts.solver import Question


class Change(NamedTuple):
    """What is changed (a *number*, a *date*, a *member* of a list), its print, and another."""

    what: str
    printed: str
    instead: str


def likeliest_cause(formula: Node, counts: Counts) -> Change | None:
    """Return the least change that makes a contradicted formula able to hold, if there is one.

    Tried are one digit of one number, date or count, and one row of one list more or less; the
    change of a number or date that moves it least comes first.

    Parameters
    ----------
    formula
        A formula that no counts make true.
    counts
        The printed counts.

    Examples
    --------
    >>> from slm_analysis.verdicts.formula_language import read_formula
    >>> formula = read_formula("count(countries, mr_2015='yes') == 8", raw.tables, {})
    >>> likeliest_cause(formula, {})
    Change(what='number', printed='8', instead='9')
    """
    for _size, change, changed, others in sorted(_changes(formula, counts), key=lambda one: one[0]):
        if Question(changed).verdict(others) != "contradicted":
            return change
    return None


def _changes(formula: Node, counts: Counts) -> Iterator[tuple[float, Change, Node, Counts]]:
    """Yield each change with its size, and the formula and counts as they would be."""
    members = sorted({text for node in formula.walk() if node.kind == "set" for text in node.texts})
    for node in dict.fromkeys(formula.walk()):
        match node:
            case Node("number", _, (value,)):  # words, which have their name too, are not printed
                shown = plain(value)
                for other in _digits(shown):
                    size = abs(Fraction(other) - value)
                    changed = _with(formula, node, Fraction(other))
                    yield size, Change("number", shown, other), changed, counts
            case Node("day" | "printed", "date"):
                for other in filter(is_date, _digits(node.value)):
                    size = abs(days(other)[0] - days(node.value)[0]) / 365
                    change = Change("date", node.value, other)
                    yield size, change, _with(formula, node, other), counts
            case Node("printed", "set"):
                for member in members:
                    pair = (member, "") if member in node.value else ("", member)
                    changed = _with(formula, node, node.value ^ {member})
                    yield 1, Change("member", *pair), changed, counts
            case Node("cell", _, (cell,)) if cell.name in counts and counts[cell.name].lo > 0:
                known = counts[cell.name]
                middle = (known.lo + known.hi) // 2
                for other in _digits(str(middle)):
                    step = int(other) - middle
                    moved = known._replace(lo=max(known.lo + step, 0), hi=known.hi + step)
                    change = Change("number", str(middle), other)
                    yield abs(step), change, formula, {**counts, cell.name: moved}


def _digits(text: str) -> Iterator[str]:
    """Yield a number or date with one of its digits changed."""
    for at, sign in enumerate(text):
        if sign.isdigit():
            others = (text[:at] + d + text[at + 1 :] for d in "0123456789" if d != sign)
            yield from (other for other in others if not re.match(r"0\d", other))


def _with(formula: Node, part: Node, value: Any) -> Node:
    """Return a formula in which one part is another number, date or set."""
    if formula == part:
        printed = part.op == "printed"
        return replace(part.args[0], value=value).node if printed else replace(part, args=(value,))
    args = (_with(arg, part, value) if isinstance(arg, Node) else arg for arg in formula.args)
    return replace(formula, args=tuple(args))
