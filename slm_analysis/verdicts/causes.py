"""What may lie behind a contradiction: the least change of print that would make it true."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Any, NamedTuple

from slm_analysis.verdicts.formulas import Cell, Node, Printed, days, written
from slm_analysis.verdicts.intervals import Count, Counts
from slm_analysis.verdicts.solver import Question

NOTHING = Count(0, 0, "")


class Change(NamedTuple):
    """One thing that is printed, what is printed of it, and what would have to be."""

    what: Cell | Printed | None  # None: a number or date of the statement itself
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
    >>> from slm_analysis.verdicts.grammar import read_formula
    >>> formula = read_formula("count(countries, mr_2015='yes') == 8", raw.tables, {})
    >>> likeliest_cause(formula, {})
    Change(what=None, printed='8', instead='9')
    """
    for _size, change, changed, others in sorted(_changes(formula, counts), key=lambda one: one[0]):
        if Question(changed).decide(others, proven=False).verdict != "contradicted":
            return change
    return None


def _changes(formula: Node, counts: Counts) -> Iterator[tuple[float, Change, Node, Counts]]:
    """Yield each change with its size, and the formula and counts as they would be."""
    for node in dict.fromkeys(formula.walk()):
        value: Any = node.args[0] if node.args else None
        if node.op == "number" and len(node.args) == 1:  # words are not printed
            printed = f"{float(value):g}"
            for other in _digits(printed):
                new = Node("number", "number", (Fraction(other),))
                size = float(abs(Fraction(other) - value))
                yield size, Change(None, printed, other), _with(formula, node, new), counts
        elif node.op == "day" or (node.op == "printed" and node.kind == "date"):
            told = None if node.op == "day" else value
            span: tuple[int, int] = node.args if told is None else told.value
            for other in _digits(written(*span)):
                moved = _days_or_none(other)
                if moved:
                    new = (
                        Node("day", "date", moved)
                        if told is None
                        else Node("printed", "date", (replace(told, value=moved),))
                    )
                    size = abs(moved[0] - span[0]) / 365
                    change = Change(told, written(*span), other)
                    yield size, change, _with(formula, node, new), counts
        elif node.op == "printed" and node.kind == "set":
            for member in sorted({t for other in formula.walk() for t in _named(other)}):
                new_value = value.value ^ {member}
                new = Node("printed", "set", (replace(value, value=new_value),))
                pair = ("", member) if member in new_value else (member, "")
                yield 1, Change(value, *pair), _with(formula, node, new), counts
        elif node.op == "cell" and counts.get(value.name, NOTHING).lo > 0:  # not a hidden one
            known = counts[value.name]
            middle = (known.lo + known.hi) // 2
            for other in _digits(str(middle)):
                step = int(other) - middle
                moved_count = known._replace(lo=max(known.lo + step, 0), hi=known.hi + step)
                change = Change(value, str(middle), other)
                yield abs(step), change, formula, {**counts, value.name: moved_count}


def _named(node: Node) -> frozenset[str]:
    """Return the members of a set, written out or printed."""
    if node.op == "members":
        return frozenset(node.args[0])
    is_set = node.op == "printed" and node.kind == "set"
    return node.args[0].value if is_set else frozenset()


def _digits(text: str) -> Iterator[str]:
    """Yield a number or date with one of its digits changed."""
    for at, sign in enumerate(text):
        if sign.isdigit():
            others = (text[:at] + d + text[at + 1 :] for d in "0123456789" if d != sign)
            yield from (other for other in others if not re.match(r"0\d", other))


def _days_or_none(text: str) -> tuple[int, int] | None:
    try:
        return days(text)
    except ValueError:
        return None


def _with(node: Node, old: Node, new: Node) -> Node:
    """Return a formula in which one part is another."""
    if node == old:
        return new
    args: tuple[Any, ...] = tuple(
        _with(arg, old, new) if isinstance(arg, Node) else arg for arg in node.args
    )
    return replace(node, args=args)
