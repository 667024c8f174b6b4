"""Deciding a formula over all true counts that fit the print, with a proof (z3).

Counts are integers within their bounds, unprinted ones integers from 0 up, and what is looked up
in a table is what it is. Ratios are compared by cross-multiplication; a divisor is more than 0.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, NamedTuple

import z3

from slm_analysis.verdicts.formula_tree import Cell, FormulaError, Node, Printed, days
from slm_analysis.verdicts.intervals import Counts

# steps of the solver, not seconds, so that every machine stops at the same place
MOST_STEPS = 20_000_000


class Pin(NamedTuple):
    """What the print says of one thing: ``ARM 2014 LP unanswered``, ``at most``, 57."""

    what: str
    relation: str
    value: Any


Facts = dict[Pin, z3.BoolRef]  # each pin for the solver
World = dict[str, int | str]  # a count by the name of its cell, a day as people write it


@dataclass(frozen=True)
class Decision:
    """A verdict and its certificate.

    Parameters
    ----------
    verdict
        *certain*, *possible*, *contradicted* or *untestable*.
    core
        For certain and contradicted: a least set of pins that forces it.
    worlds
        For possible and untestable: counts with which it holds, and counts with which it does not;
        none where a divisor is 0 in all counts that fit.
    missing
        Cells of the formula that are not printed, and rows whose date is not.
    """

    verdict: str
    core: tuple[Pin, ...] = ()
    worlds: tuple[World, ...] = ()
    missing: tuple[str, ...] = ()


class Question:
    """A formula put to the solver, under one reading rule or several.

    Examples
    --------
    >>> from slm_analysis.verdicts.formula_language import read_formula
    >>> from slm_analysis.verdicts.intervals import counts_of
    >>> formula = read_formula("ARM.forced[2014] < 31", raw.tables, {})
    >>> decided = Question(formula).decide(counts_of(panel))
    >>> decided.verdict, decided.worlds
    ('possible', ({'ARM 2014 forced': 28}, {'ARM 2014 forced': 31}))
    """

    def __init__(self, formula: Node) -> None:
        self._cells = {cell.name: z3.Int(cell.name) for cell in formula.leaves(Cell)}
        self._solver = z3.Solver()
        self._solver.set(rlimit=MOST_STEPS)
        self._solver.add([variable >= 0 for variable in self._cells.values()])
        self._texts = sorted({text for node in formula.walk() for text in node.texts})
        self._dates: dict[str, z3.ArithRef] = {}
        self._undated: list[str] = []
        self._looked_up: Facts = {}
        for printed in formula.leaves(Printed):
            self._look_up(printed)
        holds = self._truth(formula)
        self._asked = holds, z3.Not(holds)

    def refuse_if_settled(self) -> None:
        """Refuse a formula that holds, or fails, whatever the counts and tables are.

        Raises
        ------
        FormulaError
            Such a formula says nothing.

        Examples
        --------
        >>> from slm_analysis.verdicts.formula_language import read_formula
        >>> formula = read_formula("ARM.forced[2014] >= 0", raw.tables, {})
        >>> Question(formula).refuse_if_settled()
        Traceback (most recent call last):
            ...
        slm_analysis.verdicts.formula_tree.FormulaError: holds whatever is printed; a claim must be
        able to fail
        """
        holds, fails = self._asked
        if not self._possible(fails):
            raise FormulaError("holds whatever is printed; a claim must be able to fail")
        if not self._possible(holds):
            raise FormulaError("cannot hold at all; a claim must be able to hold")

    def verdict(self, counts: Counts) -> str:
        """Return the verdict without its certificate.

        Raises
        ------
        FormulaError
            If the solver does not find out within its steps.
        """
        facts = self._facts(counts).values()
        holds, fails = (self._possible(asked, *facts) for asked in self._asked)
        if holds != fails:
            return "certain" if holds else "contradicted"
        return "possible" if holds and not self._missing(counts) else "untestable"

    def decide(self, counts: Counts) -> Decision:
        """Return the verdict with its certificate.

        Raises
        ------
        FormulaError
            If the solver does not find out within its steps.
        """
        verdict, missing, facts = self.verdict(counts), self._missing(counts), self._facts(counts)
        holds, fails = self._asked
        if verdict in ("certain", "contradicted"):
            core = self._least_core(fails if verdict == "certain" else holds, facts)
            return Decision(verdict, core=core, missing=missing)
        if not self._possible(holds, *facts.values()):
            return Decision(verdict, missing=missing)
        worlds = tuple(self._least_world(asked, facts) for asked in self._asked)
        return Decision(verdict, worlds=worlds, missing=missing)

    def _missing(self, counts: Counts) -> tuple[str, ...]:
        return (*(name for name in self._cells if name not in counts), *self._undated)

    def _facts(self, counts: Counts) -> Facts:
        facts: Facts = {}
        for name, variable in self._cells.items():
            if name in counts:
                lo, hi, _address = counts[name]
                facts[Pin(name, "at least", lo)] = variable >= lo
                facts[Pin(name, "at most", hi)] = variable <= hi
        return facts | self._looked_up

    def _possible(self, *assumed: z3.BoolRef) -> bool:
        found = self._solver.check(*assumed)
        if found == z3.unknown:
            raise FormulaError(
                f"too hard: not decided within {MOST_STEPS} steps of the solver; allowed is a "
                "simpler formula"
            )
        return bool(found == z3.sat)

    @contextmanager
    def _holding(self, asked: z3.BoolRef, facts: Facts) -> Iterator[None]:
        """Hold what is asked and the facts, one upon another: ``pop`` lets go of the last."""
        for held in (asked, *facts.values()):
            self._solver.push()
            self._solver.add(held)
        try:
            yield
        finally:
            self._solver.pop(self._solver.num_scopes())

    def _least_core(self, asked: z3.BoolRef, facts: Facts) -> tuple[Pin, ...]:
        """Return pins none of which can be left out, the later ones given up first.

        All are tried, not those alone that the solver names: what it names hangs on what it was
        asked before.
        """
        core: dict[Pin, z3.BoolRef] = {}
        with self._holding(asked, facts):
            for pin in reversed(facts):
                self._solver.pop()
                if self._possible(*core.values()):
                    core[pin] = facts[pin]
        return tuple(reversed(core))

    def _least_world(self, asked: z3.BoolRef, facts: Facts) -> World:
        """Return the world with the least first count, then the least second, and so on."""
        world: World = {}
        with self._holding(asked, facts):
            for name, variable in (self._cells | self._dates).items():
                self._possible()
                lowest, highest = 0, self._value(variable)
                while lowest < highest:
                    middle = (lowest + highest) // 2
                    if self._possible(variable <= middle):
                        highest = self._value(variable)
                    else:
                        lowest = middle + 1
                self._solver.add(variable == lowest)
                world[name] = _iso(lowest) if name in self._dates else lowest
        return world

    def _value(self, variable: z3.ArithRef) -> int:
        """Return what a variable is in the world that the solver has just found."""
        return int(self._solver.model().eval(variable, model_completion=True).as_long())

    # translation --------------------------------------------------------------------------

    def _look_up(self, printed: Printed) -> None:
        """Keep what a table prints, pin by pin, and what it can be at all."""
        name, value, facts = printed.name, printed.value, self._looked_up
        match printed.kind:
            case "number":
                variable = _printed_number(name)
                self._solver.add(variable >= 0)
                facts[Pin(name, "is", value)] = variable == z3.Q(*value.as_integer_ratio())
            case "date":
                day = self._dates[name] = z3.Int(name)
                self._solver.add(day >= 1)
                if not value:
                    self._undated.append(printed.rows[0])
                    return
                first, last = days(value)
                facts[Pin(name, "not before", _iso(first))] = day >= first
                facts[Pin(name, "not after", _iso(last))] = day <= last
            case "text":
                facts[Pin(name, "is", value)] = z3.Int(name) == self._texts.index(value)
            case "set":
                members, rest = self._printed_set(name)
                self._solver.add(rest >= 0)
                for text, member in members.items():
                    there = text in value
                    facts[Pin(name, "has" if there else "lacks", text)] = member == there
                facts[Pin(name, "has no others", "")] = rest == 0

    def _truth(self, node: Node) -> z3.BoolRef:
        if node.op in ("and", "or", "not"):
            parts = [self._truth(part) for part in node.args]
            return {"and": z3.And, "or": z3.Or, "not": z3.Not}[node.op](*parts)
        left, right = node.args
        if left.kind == "number":
            (a, over), (b, under) = self._number(left), self._number(right)
            return a * under < b * over if node.op == "less" else a * under == b * over
        if left.kind == "date":
            (first, last), (its_first, its_last) = self._date(left), self._date(right)
            within = z3.And(first <= its_last, its_first <= last)
            return last < its_first if node.op == "less" else within
        if left.kind == "text":
            return self._text(left) == self._text(right)
        (members, rest), (others, its_rest) = self._set(left), self._set(right)
        pairs = [(members[text], others[text]) for text in self._texts]
        if node.op == "subset":
            return z3.And(rest <= its_rest, *(z3.Implies(one, other) for one, other in pairs))
        return z3.And(rest == its_rest, *(one == other for one, other in pairs))

    def _number(self, node: Node) -> tuple[z3.ArithRef, z3.ArithRef]:
        """Return a numerator and a denominator, the latter more than 0."""
        one = z3.IntVal(1)
        match node.op:
            case "number":
                value: Fraction = node.value
                return z3.IntVal(value.numerator), z3.IntVal(value.denominator)
            case "cell":
                return self._cells[node.args[0].name], one
            case "printed":
                return _printed_number(node.args[0].name), one
            case "size":
                members, rest = self._set(node.args[0])
                return z3.Sum(rest, *(z3.If(member, 1, 0) for member in members.values())), one
            case "abs":
                a, under = self._number(node.args[0])
                return z3.If(a < 0, -a, a), under
        (a, over), (b, under) = (self._number(arg) for arg in node.args)
        match node.op:
            case "+":
                return a * under + b * over, over * under
            case "-":
                return a * under - b * over, over * under
            case "*":
                return a * b, over * under
            case "/":
                self._solver.add(b > 0)
                return a * under, over * b
        greater = a * under >= b * over
        first = greater if node.op == "max" else z3.Not(greater)
        return z3.If(first, a, b), z3.If(first, over, under)

    def _date(self, node: Node) -> tuple[Any, Any]:
        """Return the first and the last day; of a date that is looked up both are its day."""
        if node.op == "day":
            return days(node.value)
        day = self._dates[node.args[0].name]
        return day, day

    def _text(self, node: Node) -> z3.ArithRef:
        """Return a number that stands for the text."""
        if node.op == "text":
            return z3.IntVal(self._texts.index(node.value))
        return z3.Int(node.args[0].name)

    def _set(self, node: Node) -> tuple[dict[str, z3.BoolRef], z3.ArithRef]:
        """Return who is a member, and the number of further members that the formula names not."""
        if node.op == "members":
            return {t: z3.BoolVal(t in node.value) for t in self._texts}, z3.IntVal(0)
        if node.op == "printed":
            return self._printed_set(node.args[0].name)
        (members, rest), (others, its_rest) = (self._set(arg) for arg in node.args)
        if node.op == "union":
            return {t: z3.Or(members[t], others[t]) for t in self._texts}, rest + its_rest
        if node.op == "both":
            least = z3.If(rest < its_rest, rest, its_rest)
            return {t: z3.And(members[t], others[t]) for t in self._texts}, least
        return {t: z3.And(members[t], z3.Not(others[t])) for t in self._texts}, rest

    def _printed_set(self, name: str) -> tuple[dict[str, z3.BoolRef], z3.ArithRef]:
        members = {text: z3.Bool(f"{text} in {name}") for text in self._texts}
        return members, z3.Int(f"others in {name}")


def _printed_number(name: str) -> z3.ArithRef:
    return z3.Int(name) if name.startswith("count(") else z3.Real(name)


def _iso(day: int) -> str:
    return datetime.date.fromordinal(day).isoformat()
