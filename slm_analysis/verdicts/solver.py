"""Deciding a formula over all true counts that fit the print, with a proof (z3).

Counts are integers within their bounds, unprinted ones integers from 0 up, and what is looked up
in a table is what it is. Ratios are compared by cross-multiplication; a divisor is more than 0.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, NamedTuple

import z3

from slm_analysis.verdicts.formulas import Cell, FormulaError, Node, Printed, days
from slm_analysis.verdicts.intervals import Counts

# steps of the solver, not seconds, so that every machine stops at the same place
MOST_STEPS = 20_000_000


class Pin(NamedTuple):
    """What the print says of one thing: ``ARM 2014 LP unanswered``, ``at most``, 57."""

    what: Cell | Printed
    relation: str
    value: Any


World = dict[str, int]  # a count, or the day of a date, by its name


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
    >>> from slm_analysis.verdicts.grammar import read_formula
    >>> from slm_analysis.verdicts.intervals import counts_of
    >>> formula = read_formula("ARM.forced[2014] < 31", raw.tables, {})
    >>> decided = Question(formula).decide(counts_of(panel))
    >>> decided.verdict, decided.worlds
    ('possible', ({'ARM 2014 forced': 28}, {'ARM 2014 forced': 31}))
    """

    def __init__(self, formula: Node) -> None:
        self.formula = formula
        self._cells = {cell: z3.Int(cell.name) for cell in formula.leaves(Cell)}
        self._solver = z3.Solver()
        self._solver.set(rlimit=MOST_STEPS)
        self._solver.add([variable >= 0 for variable in self._cells.values()])
        self._pins: list[tuple[Pin, z3.BoolRef]] = []
        self._dates: dict[str, Any] = {}
        self._undated: list[str] = []
        self._texts = sorted(
            {text for each in formula.walk() for text in _texts_of(each)}  # and one that is none
        )
        self._printed: dict[Printed, Any] = {}
        self._known: dict[tuple[object, ...], Decision] = {}
        holds = self._truth(formula)
        self._asked = {True: z3.Bool("it holds"), False: z3.Bool("it does not")}
        self._solver.add(z3.Implies(self._asked[True], holds))
        self._solver.add(z3.Implies(self._asked[False], z3.Not(holds)))

    def refuse_if_settled(self) -> None:
        """Refuse a formula that holds, or fails, whatever the counts and tables are.

        Raises
        ------
        FormulaError
            Such a formula says nothing.

        Examples
        --------
        >>> from slm_analysis.verdicts.grammar import read_formula
        >>> formula = read_formula("ARM.forced[2014] >= 0", raw.tables, {})
        >>> Question(formula).refuse_if_settled()
        Traceback (most recent call last):
            ...
        slm_analysis.verdicts.formulas.FormulaError: holds whatever is printed; a claim must be able
        to fail
        """
        for holds, told in ((False, "holds whatever is printed"), (True, "cannot hold at all")):
            if not self._check(self._asked[holds]):
                able = "to fail" if not holds else "to hold"
                raise FormulaError(f"{told}; a claim must be able {able}")

    def decide(self, counts: Counts, *, proven: bool = True) -> Decision:
        """Return the verdict, with a certificate where it is to be proven.

        Raises
        ------
        FormulaError
            If the solver does not find out within its steps.
        """
        key = (tuple(counts.get(cell.name) for cell in self._cells), proven)
        if key not in self._known:
            self._known[key] = self._decide(counts, proven)
        return self._known[key]

    def _decide(self, counts: Counts, proven: bool) -> Decision:
        missing = tuple(cell.name for cell in self._cells if cell.name not in counts)
        missing += tuple(self._undated)
        bounds = [
            (Pin(cell, relation, value), constraint)
            for cell, variable in self._cells.items()
            if cell.name in counts
            for relation, value, constraint in (
                ("at least", counts[cell.name].lo, variable >= counts[cell.name].lo),
                ("at most", counts[cell.name].hi, variable <= counts[cell.name].hi),
            )
        ]
        pins = bounds + self._pins
        names = [z3.Bool(f"pin {at}") for at in range(len(pins))]
        self._solver.push()
        self._solver.add([z3.Implies(n, pin[1]) for n, pin in zip(names, pins, strict=True)])
        try:
            return self._decided(pins, names, missing, proven)
        finally:
            self._solver.pop()

    def _decided(
        self,
        pins: list[tuple[Pin, z3.BoolRef]],
        names: list[z3.BoolRef],
        missing: tuple[str, ...],
        proven: bool,
    ) -> Decision:
        able, core = {}, {}
        for holds, asked in self._asked.items():
            able[holds] = self._check(asked, *names)
            if proven and not able[holds]:
                core[holds] = self._least_core(asked, names)
        if not any(able.values()):  # a ratio over nothing, which is neither
            return Decision("untestable")
        if all(able.values()):
            verdict = "untestable" if missing else "possible"
            worlds = [self._least_world(asked, names) for asked in self._asked.values() if proven]
            return Decision(verdict, (), tuple(worlds), missing)
        verdict = "certain" if able[True] else "contradicted"
        found = tuple(pins[at][0] for at in core.get(not able[True], ()))
        return Decision(verdict, found, (), missing)

    def _check(self, *assumed: Any) -> bool:
        found = self._solver.check(*assumed)
        if found == z3.unknown:
            raise FormulaError(
                f"too hard: not decided within {MOST_STEPS} steps of the solver; allowed is a "
                "simpler formula"
            )
        return bool(found == z3.sat)

    def _least_core(self, asked: z3.BoolRef, names: list[z3.BoolRef]) -> list[int]:
        """Return places of pins none of which can be left out, the later ones given up first.

        All are tried, not those alone that the solver names: what it names hangs on what it was
        asked before. Halves are tried at once (QuickXplain; Junker, *AAAI* 2004).
        """

        def least(kept: list[int], doubtful: list[int]) -> list[int]:
            if not doubtful or not self._check(asked, *(names[at] for at in kept)):
                return []
            if len(doubtful) == 1:
                return doubtful
            half = len(doubtful) // 2
            first, second = doubtful[:half], doubtful[half:]
            found = least(kept + first, second)
            return least(kept + found, first) + found

        return least([], list(range(len(names))))

    def _least_world(self, asked: z3.BoolRef, names: list[z3.BoolRef]) -> World:
        """Return the world with the least first count, then the least second, and so on."""
        variables = {cell.name: var for cell, var in self._cells.items()} | self._dates
        world = {}
        self._solver.push()
        for name, variable in variables.items():
            self._check(asked, *names)
            highest = self._solver.model().eval(variable, model_completion=True).as_long()
            lowest = 0
            while lowest < highest:
                middle = (lowest + highest) // 2
                self._solver.push()
                self._solver.add(variable <= middle)
                if self._check(asked, *names):
                    model = self._solver.model()
                    highest = model.eval(variable, model_completion=True).as_long()
                else:
                    lowest = middle + 1
                self._solver.pop()
            self._solver.add(variable == lowest)
            world[name] = lowest
        self._solver.pop()
        return world

    # translation --------------------------------------------------------------------------

    def _truth(self, node: Node) -> Any:
        if node.op in ("and", "or", "not"):
            parts = [self._truth(part) for part in node.args]
            return {"and": z3.And, "or": z3.Or, "not": z3.Not}[node.op](*parts)
        left, right = node.args
        if left.kind == "number":
            (a, over), (b, under) = self._number(left), self._number(right)
            return a * under < b * over if node.op == "less" else a * under == b * over
        if left.kind == "date":
            (first, last), (other, its_last) = self._date(left), self._date(right)
            if node.op == "less":
                return last < other
            return z3.And(first <= its_last, other <= last)
        if left.kind == "text":
            return self._text(left) == self._text(right)
        (members, rest), (others, its_rest) = self._set(left), self._set(right)
        if node.op == "subset":
            return z3.And(
                rest <= its_rest, *(z3.Implies(members[t], others[t]) for t in self._texts)
            )
        return z3.And(rest == its_rest, *(members[text] == others[text] for text in self._texts))

    def _number(self, node: Node) -> tuple[Any, Any]:
        """Return a numerator and a denominator, the latter more than 0."""
        match node.op:
            case "number":
                value: Fraction = node.args[0]
                return z3.IntVal(value.numerator), z3.IntVal(value.denominator)
            case "cell":
                return self._cells[node.args[0]], z3.IntVal(1)
            case "printed":
                return self._look_up(node.args[0], self._printed_number), z3.IntVal(1)
            case "size":
                members, rest = self._set(node.args[0])
                return z3.Sum(rest, *(z3.If(members[t], 1, 0) for t in self._texts)), z3.IntVal(1)
            case "abs":
                a, under = self._number(node.args[0])
                return z3.If(a < 0, -a, a), under
        (a, over), (b, under) = self._number(node.args[0]), self._number(node.args[1])
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
        first = a * under >= b * over if node.op == "max" else a * under <= b * over
        return z3.If(first, a, b), z3.If(first, over, under)

    def _date(self, node: Node) -> tuple[Any, Any]:
        if node.op == "day":
            return node.args
        day = self._look_up(node.args[0], self._printed_date)
        return day, day

    def _text(self, node: Node) -> Any:
        """Return a number that stands for the text; -1 stands for all that are not named."""
        if node.op == "text":
            return z3.IntVal(self._texts.index(node.args[0]))
        return self._look_up(node.args[0], self._printed_text)

    def _set(self, node: Node) -> tuple[Mapping[str, Any], Any]:
        """Return who is a member, and the number of further members that the formula names not."""
        if node.op == "members":
            return {t: z3.BoolVal(t in node.args[0]) for t in self._texts}, z3.IntVal(0)
        if node.op == "printed":
            found: tuple[Mapping[str, Any], Any] = self._look_up(node.args[0], self._printed_set)
            return found
        (members, rest), (others, its_rest) = self._set(node.args[0]), self._set(node.args[1])
        if node.op == "union":
            return {t: z3.Or(members[t], others[t]) for t in self._texts}, rest + its_rest
        if node.op == "both":
            least = z3.If(rest < its_rest, rest, its_rest)
            return {t: z3.And(members[t], others[t]) for t in self._texts}, least
        return {t: z3.And(members[t], z3.Not(others[t])) for t in self._texts}, rest

    def _look_up(self, printed: Printed, make: Any) -> Any:
        if printed not in self._printed:
            self._printed[printed] = make(printed)
        return self._printed[printed]

    def _pin(self, printed: Printed, relation: str, value: Any, constraint: z3.BoolRef) -> None:
        self._pins.append((Pin(printed, relation, value), constraint))

    def _printed_number(self, printed: Printed) -> Any:
        value: Fraction = printed.value
        whole = printed.told.startswith("count(")
        variable = z3.Int(printed.told) if whole else z3.Real(printed.told)
        self._solver.add(variable >= 0)
        self._pin(printed, "is", value, variable == z3.Q(value.numerator, value.denominator))
        return variable

    def _printed_date(self, printed: Printed) -> Any:
        variable = z3.Int(printed.told)
        first, last = printed.value
        self._solver.add(variable >= 1)
        if printed.value == days(""):
            self._undated.append(printed.rows[0])
        else:
            self._pin(printed, "not before", first, variable >= first)
            self._pin(printed, "not after", last, variable <= last)
        self._dates[printed.told] = variable
        return variable

    def _printed_text(self, printed: Printed) -> Any:
        variable = z3.Int(printed.told)
        code = self._texts.index(printed.value)
        self._solver.add(variable >= -1)
        self._pin(printed, "is", printed.value, variable == code)
        return variable

    def _printed_set(self, printed: Printed) -> tuple[Mapping[str, Any], Any]:
        members = {text: z3.Bool(f"{text} in {printed.told}") for text in self._texts}
        rest = z3.Int(f"others in {printed.told}")
        self._solver.add(rest >= 0)
        for text, member in members.items():
            there = text in printed.value
            self._pin(printed, "has" if there else "lacks", text, member == there)
        self._pin(printed, "has no others", "", rest == 0)
        return members, rest


def _texts_of(node: Node) -> Iterable[str]:
    match node.op:
        case "text":
            return node.args
        case "members":
            found: Iterable[str] = node.args[0]
            return found
        case "printed" if node.kind == "text":
            return (node.args[0].value,)
        case "printed" if node.kind == "set":
            values: Iterable[str] = node.args[0].value
            return values
    return ()
