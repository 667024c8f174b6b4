"""The types of test that a claim can be put to, and how they are evaluated.

To add a type, add a function registered with :func:`_on_cells` (it returns whether the test holds
for every and for some set of true counts, and the arithmetic) or :func:`_on_tables`.

The parts of ``all`` and ``any`` are judged jointly: where they share a cell, it has one value in
all of them.
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from slm_analysis.errors import AnalysisError
from slm_analysis.evidence import CELL, Count, Evidence, Outcome

TOLERANCES = (0, 2, 5, 10)
LARGE = 10**6  # stands for a count without an upper bound where a value is needed
MOST_JOINT_VALUES = 200_000
COMPOUND = ("all", "any")
DATE = re.compile(r"\d{4}(?:-\d{2}(?:-\d{2})?)?")
Spec = Mapping[str, Any]

# arguments of tests in which a higher value always helps (1), or a lower one (-1)
HELPS = {
    "falls": {"from": 1, "to": -1},
    "rises": {"from": -1, "to": 1},
    "at_least": {"cells": 1},
    "at_most": {"cells": -1},
    "exceeds": {"left": 1, "right": -1},
    "mean_falls": {"before": 1, "after": -1},
    "mean_rises": {"before": -1, "after": 1},
    "ratio_falls": {
        "numerators.from": 1,
        "numerators.to": -1,
        "denominators.from": -1,
        "denominators.to": 1,
    },
    "ratio_rises": {
        "numerators.from": -1,
        "numerators.to": 1,
        "denominators.from": 1,
        "denominators.to": -1,
    },
}


@dataclass(frozen=True)
class CellTest:
    """A test on counts: its arguments, and what holds always and sometimes."""

    arguments: tuple[str, ...]
    judge: Callable[[Spec, Evidence], tuple[bool, bool, str]]


@dataclass(frozen=True)
class TableTest:
    """A test on raw tables: its arguments, and its outcome."""

    arguments: tuple[str, ...]
    judge: Callable[[Spec, Evidence], Outcome]


CELL_TESTS: dict[str, CellTest] = {}
TABLE_TESTS: dict[str, TableTest] = {}


def _on_cells(*arguments: str) -> Callable[..., Any]:
    def register(judge: Callable[[Spec, Evidence], tuple[bool, bool, str]]) -> Any:
        CELL_TESTS[judge.__name__.strip("_")] = CellTest(arguments, judge)
        return judge

    return register


def _on_tables(*arguments: str) -> Callable[..., Any]:
    def register(judge: Callable[[Spec, Evidence], Outcome]) -> Any:
        TABLE_TESTS[judge.__name__.strip("_")] = TableTest(arguments, judge)
        return judge

    return register


# tests on counts ----------------------------------------------------------------------------


def texts(spec: Any) -> Iterator[str]:
    """Yield every single value in a test, as text."""
    if isinstance(spec, Mapping | list):
        for value in spec.values() if isinstance(spec, Mapping) else spec:
            yield from texts(value)
    else:
        yield str(spec)


def _cells(spec: Any) -> Iterator[str]:
    """Yield every cell address in a test."""
    return filter(CELL.fullmatch, texts(spec))


def _say(cell: str, evidence: Evidence) -> str:
    return f"{cell}: {evidence[cell]}"


def _say_each(cells: Iterable[str], evidence: Evidence, joint: str = ", ") -> str:
    return joint.join(_say(cell, evidence) for cell in cells)


def _times(a: float, b: float) -> float:
    """Multiply bounds; nothing of anything is nothing."""
    return 0 if a == 0 or b == 0 else a * b


@_on_cells("from", "to")
def _falls(spec: Spec, evidence: Evidence) -> tuple[bool, bool, str]:
    to, earlier = evidence[spec["to"]], [evidence[cell] for cell in spec["from"]]
    told = _say_each(spec["from"], evidence)
    return (
        all(to.hi < count.lo for count in earlier),
        all(to.lo < count.hi for count in earlier),
        f"{_say(spec['to'], evidence)} less than each of {told}",
    )


@_on_cells("from", "to")
def _rises(spec: Spec, evidence: Evidence) -> tuple[bool, bool, str]:
    to, earlier = evidence[spec["to"]], [evidence[cell] for cell in spec["from"]]
    told = _say_each(spec["from"], evidence)
    return (
        all(to.lo > count.hi for count in earlier),
        all(to.hi > count.lo for count in earlier),
        f"{_say(spec['to'], evidence)} more than each of {told}",
    )


@_on_cells("cells", "tolerance")
def _constant(spec: Spec, evidence: Evidence) -> tuple[bool, bool, str]:
    counts = [evidence[cell] for cell in spec["cells"]]
    pairs = list(itertools.permutations(counts, 2))
    widest = max(first.hi - second.lo for first, second in pairs)
    least = max(max(first.lo - second.hi for first, second in pairs), 0)
    told = _say_each(spec["cells"], evidence)
    by_tolerance = "; ".join(
        f"{limit}: {'certain' if widest <= limit else 'possible' if least <= limit else 'no'}"
        for limit in sorted({*TOLERANCES, spec["tolerance"]})
    )
    return (
        widest <= spec["tolerance"],
        least <= spec["tolerance"],
        f"differ by at most {spec['tolerance']}: {told}; they differ by {least:.0f} at least"
        + (f" and {widest:.0f} at most" if widest < float("inf") else "")
        + f"; by tolerance {by_tolerance}",
    )


@_on_cells("cells", "lo", "hi")
def _within(spec: Spec, evidence: Evidence) -> tuple[bool, bool, str]:
    counts = [evidence[cell] for cell in spec["cells"]]
    return (
        all(spec["lo"] <= count.lo and count.hi <= spec["hi"] for count in counts),
        all(count.lo <= spec["hi"] and spec["lo"] <= count.hi for count in counts),
        f"within {spec['lo']}–{spec['hi']}: " + _say_each(spec["cells"], evidence),
    )


@_on_cells("cells", "value")
def _at_least(spec: Spec, evidence: Evidence) -> tuple[bool, bool, str]:
    counts = [evidence[cell] for cell in spec["cells"]]
    return (
        all(count.lo >= spec["value"] for count in counts),
        all(count.hi >= spec["value"] for count in counts),
        f"at least {spec['value']}: " + _say_each(spec["cells"], evidence),
    )


@_on_cells("cells", "value")
def _at_most(spec: Spec, evidence: Evidence) -> tuple[bool, bool, str]:
    counts = [evidence[cell] for cell in spec["cells"]]
    return (
        all(count.hi <= spec["value"] for count in counts),
        all(count.lo <= spec["value"] for count in counts),
        f"at most {spec['value']}: " + _say_each(spec["cells"], evidence),
    )


def _ratios(spec: Spec, evidence: Evidence) -> tuple[list[tuple[Count, ...]], str]:
    """Return (numerator, denominator, earlier numerator, earlier denominator) per pair."""
    above, below = spec["numerators"], spec["denominators"]
    to = evidence[above["to"]], evidence[below["to"]]
    earlier = [
        (evidence[top], evidence[bottom])
        for top, bottom in zip(above["from"], below["from"], strict=True)
    ]
    told = ", ".join(
        f"{_say(top, evidence)} of {_say(bottom, evidence)}"
        for top, bottom in zip(
            [above["to"], *above["from"]], [below["to"], *below["from"]], strict=True
        )
    )
    return [(*to, *pair) for pair in earlier], told


@_on_cells("numerators", "denominators")
def _ratio_falls(spec: Spec, evidence: Evidence) -> tuple[bool, bool, str]:
    pairs, told = _ratios(spec, evidence)
    return (
        all(_times(a.hi, d.hi) < _times(c.lo, b.lo) for a, b, c, d in pairs),
        all(_times(a.lo, d.lo) < _times(c.hi, b.hi) for a, b, c, d in pairs),
        f"the first ratio less than each of the others: {told}",
    )


@_on_cells("numerators", "denominators")
def _ratio_rises(spec: Spec, evidence: Evidence) -> tuple[bool, bool, str]:
    pairs, told = _ratios(spec, evidence)
    return (
        all(_times(a.lo, d.lo) > _times(c.hi, b.hi) for a, b, c, d in pairs),
        all(_times(a.hi, d.hi) > _times(c.lo, b.lo) for a, b, c, d in pairs),
        f"the first ratio more than each of the others: {told}",
    )


def _sum(cells: Iterable[str], evidence: Evidence) -> Count:
    counts = [evidence[cell] for cell in cells]
    return Count(sum(count.lo for count in counts), sum(count.hi for count in counts))


@_on_cells("left", "right")
def _exceeds(spec: Spec, evidence: Evidence) -> tuple[bool, bool, str]:
    left, right = _sum(spec["left"], evidence), _sum(spec["right"], evidence)
    told = _say_each(spec["left"], evidence, " + ")
    against = _say_each(spec["right"], evidence, " + ")
    return left.lo > right.hi, left.hi > right.lo, f"{told} = {left}, more than {against} = {right}"


@_on_cells("left", "right")
def _sums_equal(spec: Spec, evidence: Evidence) -> tuple[bool, bool, str]:
    left, right = _sum(spec["left"], evidence), _sum(spec["right"], evidence)
    told = _say_each(spec["left"], evidence, " + ")
    against = _say_each(spec["right"], evidence, " + ")
    return (
        left.lo == left.hi == right.lo == right.hi,
        left.lo <= right.hi and right.lo <= left.hi,
        f"{told} = {left}, equal to {against} = {right}",
    )


def _means(spec: Spec, evidence: Evidence) -> tuple[Count, Count, str]:
    sides = []
    for name in ("before", "after"):
        total, years = _sum(spec[name], evidence), len(spec[name])
        sides.append(Count(total.lo / years, total.hi / years))
    told = "; ".join(
        f"mean {name} of " + _say_each(spec[name], evidence) for name in ("after", "before")
    )
    return sides[0], sides[1], told


@_on_cells("before", "after")
def _mean_falls(spec: Spec, evidence: Evidence) -> tuple[bool, bool, str]:
    before, after, told = _means(spec, evidence)
    return after.hi < before.lo, after.lo < before.hi, f"less after than before: {told}"


@_on_cells("before", "after")
def _mean_rises(spec: Spec, evidence: Evidence) -> tuple[bool, bool, str]:
    before, after, told = _means(spec, evidence)
    return after.lo > before.hi, after.hi > before.lo, f"more after than before: {told}"


# tests on lists, dates, numbers -------------------------------------------------------------


def _settled(holds: bool, arithmetic: str, cells: Iterable[str]) -> Outcome:
    return Outcome(holds, holds, arithmetic, tuple(dict.fromkeys(cells)))


def _named(table: str, rows: pd.DataFrame) -> list[str]:
    key = "id" if "id" in rows else "iso3"
    return [f"{table} {name}" for name in rows[key]]


def _selection(spec: Spec) -> str:
    where = spec.get("where", {})
    told = ", ".join(
        f"{column} {' or '.join(map(str, v)) if isinstance(v, list) else v}"
        for column, v in where.items()
    )
    return f"{spec['table']}" + (f" with {told}" if told else "")


@_on_tables("table", "value")
def _count_equals(spec: Spec, evidence: Evidence) -> Outcome:
    rows = evidence.rows(spec["table"], spec.get("where", {}))
    number = rows[spec["column"]].nunique() if "column" in spec else len(rows)
    what = f"different {spec['column']} in" if "column" in spec else "rows of"
    return _settled(
        number == spec["value"],
        f"{number} {what} {_selection(spec)}; stated {spec['value']}",
        _named(spec["table"], rows),
    )


def _members(spec: Spec, evidence: Evidence) -> tuple[set[str], set[str], list[str]]:
    rows = evidence.rows(spec["table"], spec.get("where", {}))
    found, stated = set(rows[spec["column"]]), {str(value) for value in spec["values"]}
    return found, stated, _named(spec["table"], rows)


def _listed(values: Iterable[str]) -> str:
    return ", ".join(sorted(values)) or "none"


@_on_tables("table", "column", "values")
def _list_equals(spec: Spec, evidence: Evidence) -> Outcome:
    found, stated, cells = _members(spec, evidence)
    arithmetic = (
        f"{spec['column']} of {_selection(spec)}: {_listed(found)}; stated but not there: "
        f"{_listed(stated - found)}; there but not stated: {_listed(found - stated)}"
    )
    return _settled(found == stated, arithmetic, cells)


@_on_tables("table", "column", "values")
def _list_includes(spec: Spec, evidence: Evidence) -> Outcome:
    found, stated, cells = _members(spec, evidence)
    arithmetic = (
        f"{spec['column']} of {_selection(spec)}: {_listed(found)}; stated but not there: "
        f"{_listed(stated - found)}"
    )
    return _settled(stated <= found, arithmetic, cells)


@_on_tables("table", "column", "values")
def _list_excludes(spec: Spec, evidence: Evidence) -> Outcome:
    found, stated, cells = _members(spec, evidence)
    arithmetic = (
        f"{spec['column']} of {_selection(spec)}: {_listed(found)}; said to be absent but there: "
        f"{_listed(stated & found)}"
    )
    return _settled(not stated & found, arithmetic, cells)


@_on_tables("table", "row", "column", "value")
def _text_equals(spec: Spec, evidence: Evidence) -> Outcome:
    found = evidence.row(spec["table"], spec["row"])[spec["column"]]
    return _settled(
        found == str(spec["value"]),
        f"{spec['column']} of {spec['row']}: {found}; stated {spec['value']}",
        [f"{spec['table']} {spec['row']}"],
    )


@_on_tables("row", "value")
def _date_equals(spec: Spec, evidence: Evidence) -> Outcome:
    found, stated = evidence.row("agreements", spec["row"])["date"], str(spec["value"])
    cell = f"agreements {spec['row']}"
    told = f"date of {spec['row']}: {found or 'not printed'}; stated {stated}"
    if not found:
        return Outcome(False, True, told, (cell,), (f"date of {spec['row']}",))
    agree = found.startswith(stated) or stated.startswith(found)
    return Outcome(found.startswith(stated), agree, told, (cell,))


@_on_tables("row", "other")
def _date_before(spec: Spec, evidence: Evidence) -> Outcome:
    dates = [evidence.row("agreements", spec[name])["date"] for name in ("row", "other")]
    cells = tuple(f"agreements {spec[name]}" for name in ("row", "other"))
    told = " before ".join(
        f"{spec[name]} ({date or 'not printed'})"
        for name, date in zip(("row", "other"), dates, strict=True)
    )
    missing = tuple(
        f"date of {spec[name]}"
        for name, date in zip(("row", "other"), dates, strict=True)
        if not date
    )
    if missing:
        return Outcome(False, True, told, cells, missing)
    return Outcome(*_more(dates[1], dates[0]), told, cells)


def _facts(names: Iterable[str], evidence: Evidence) -> list[pd.Series]:
    return [evidence.row("facts", name) for name in names]


def _told(fact: pd.Series) -> str:
    page = f", p. {fact['page']}" if fact["page"] else ""
    return f"{fact['subject']}: {fact['value']} {fact['unit']} ({fact['source_id']}{page})"


def _same(first: str, second: str) -> bool:
    """Compare numbers as numbers and dates at the lesser precision."""
    try:
        return float(first) == float(second)
    except ValueError:
        return first.startswith(second) or second.startswith(first)


@_on_tables("fact", "value")
def _fact_equals(spec: Spec, evidence: Evidence) -> Outcome:
    (fact,) = _facts([spec["fact"]], evidence)
    return _settled(
        _same(fact["value"], str(spec["value"])),
        f"{_told(fact)}; stated {spec['value']}",
        [f"facts {spec['fact']}"],
    )


@_on_tables("facts")
def _facts_equal(spec: Spec, evidence: Evidence) -> Outcome:
    facts = _facts(spec["facts"], evidence)
    return _settled(
        all(_same(facts[0]["value"], fact["value"]) for fact in facts[1:]),
        "the same: " + "; ".join(map(_told, facts)),
        [f"facts {name}" for name in spec["facts"]],
    )


@_on_tables("facts", "total")
def _facts_sum(spec: Spec, evidence: Evidence) -> Outcome:
    facts, (total,) = _facts(spec["facts"], evidence), _facts([spec["total"]], evidence)
    added = sum(_number(fact["value"]) for fact in facts)
    return _settled(
        abs(added - _number(total["value"])) < 1e-9,
        " + ".join(fact["value"] for fact in facts)
        + f" = {added:g}; stated {total['value']} ({_told(total)})",
        [f"facts {name}" for name in (*spec["facts"], spec["total"])],
    )


@_on_tables("left", "right")
def _fact_exceeds(spec: Spec, evidence: Evidence) -> Outcome:
    left, right = _facts([spec["left"], spec["right"]], evidence)
    always, sometimes = _more(left["value"], right["value"])
    return Outcome(
        always,
        sometimes,
        f"{_told(left)}, more or later than {_told(right)}",
        (f"facts {spec['left']}", f"facts {spec['right']}"),
    )


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise AnalysisError(f"{text!r} is not a number") from None


def _day(date: str, rest: str) -> str:
    """Complete a date by the earliest (``-01-01``) or the latest (``-12-31``) day it can be."""
    return date + rest[len(date) - 4 :] if len(date) < 10 else date


def _more(first: str, second: str) -> tuple[bool, bool]:
    """Compare numbers, or dates at the precision printed: always more, sometimes more."""
    if DATE.fullmatch(first) and DATE.fullmatch(second) and "-" in first + second:
        return _day(first, "-01-01") > _day(second, "-12-31"), (
            _day(first, "-12-31") > _day(second, "-01-01")
        )
    holds = _number(first) > _number(second)
    return holds, holds


# putting a claim to its test ---------------------------------------------------------------


def evaluate(test: Spec, evidence: Evidence) -> Outcome:
    """Evaluate a test.

    Parameters
    ----------
    test
        One entry, the name of a test type with its arguments; or ``all`` or ``any`` with a list of
        tests.
    evidence
        The panel and the raw tables.
    """
    ((name, spec),) = test.items()
    if name in COMPOUND:
        return _evaluate_parts(name, spec, evidence)
    if name in TABLE_TESTS:
        return TABLE_TESTS[name].judge(spec, evidence)
    always, sometimes, arithmetic = CELL_TESTS[name].judge(spec, evidence)
    cells = list(dict.fromkeys(_cells(spec)))
    return Outcome(
        always,
        sometimes,
        arithmetic,
        tuple(f"{c} [{evidence[c].address}]" for c in cells if evidence[c].printed),
        tuple(c for c in cells if not evidence[c].printed),
    )


def _evaluate_parts(kind: str, tests: list[Spec], evidence: Evidence) -> Outcome:
    """Evaluate ``all`` or ``any`` of several tests, jointly over the cells that they share."""
    parts = [evaluate(test, evidence) for test in tests]
    choices = list(_values_of_shared_cells(kind, tests, evidence))
    if kind == "all":
        always = all(part.always for part in parts)
        sometimes = all(part.sometimes for part in parts) and any(
            all(evaluate(test, choice).sometimes for test in tests) for choice in choices
        )
    else:
        sometimes = any(part.sometimes for part in parts)
        always = any(part.always for part in parts) or all(
            any(evaluate(test, choice).always for test in tests) for choice in choices
        )
    joint = "; and " if kind == "all" else "; or "
    return Outcome(
        always,
        sometimes,
        joint.join(part.arithmetic for part in parts),
        tuple(dict.fromkeys(cell for part in parts for cell in part.cells)),
        tuple(dict.fromkeys(cell for part in parts for cell in part.missing)),
    )


def _values_of_shared_cells(kind: str, tests: list[Spec], evidence: Evidence) -> Iterator[Evidence]:
    """Yield the evidence with the cells that several tests share set to each of their values.

    Where a higher value of a cell helps in every test, or a lower one does, its best value is
    enough to show that ``all`` is possible, and its worst to show that ``any`` is certain.
    """
    helps: dict[str, set[int]] = {}
    for test in tests:
        for cell, directions in _directions(test).items():
            helps.setdefault(cell, set()).update(directions)
    uses = [set(_cells(test)) for test in tests]
    shared = sorted(
        cell
        for cell in set().union(*uses)
        if sum(cell in used for used in uses) > 1 and cell not in evidence.fixed
    )
    printed = [int(evidence[c].hi) for used in uses for c in used if evidence[c].printed]
    values = []
    for cell in shared:
        count = evidence[cell]
        top = int(count.hi) if count.printed else LARGE
        if helps[cell] in ({1}, {-1}):
            upward = helps[cell] == {1 if kind == "all" else -1}
            values.append([top if upward else int(count.lo)])
        elif count.printed:
            values.append([*range(int(count.lo), top + 1)])
        else:  # beyond every printed sum one large value does for all
            values.append([*range(sum(printed) + 2), LARGE])
    size = math.prod(map(len, values))
    if size > MOST_JOINT_VALUES:
        raise AnalysisError(f"{size} joint values of {', '.join(shared)}: too many to try")
    for choice in itertools.product(*values):
        fixed = dict(evidence.fixed) | dict(zip(shared, choice, strict=True))
        yield replace(evidence, fixed=fixed)


def _directions(test: Spec) -> dict[str, set[int]]:
    """Return for each cell of a test whether a higher (1) or a lower (-1) value helps, or both."""
    ((name, spec),) = test.items()
    found: dict[str, set[int]] = {}
    if name in COMPOUND:
        for part in spec:
            for cell, directions in _directions(part).items():
                found.setdefault(cell, set()).update(directions)
        return found
    for path, direction in HELPS.get(name, {}).items():
        value = spec
        for key in path.split("."):
            value = value[key]
        for cell in _cells(value):
            found.setdefault(cell, set()).add(direction)
    for cell in _cells(spec):
        found.setdefault(cell, {1, -1})
    return found
