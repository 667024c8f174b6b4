"""Putting a claim to its test.

The parts of ``all`` and ``any`` are judged jointly: where they share a cell, it has one value in
all of them.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import replace

from slm_analysis.claims.count_tests import CELL_TESTS, HELPS, cells_in
from slm_analysis.claims.evidence import Evidence, Outcome, Spec
from slm_analysis.claims.table_tests import TABLE_TESTS
from slm_analysis.errors import AnalysisError

LARGE = 10**6  # stands for a count without an upper bound where a value is needed

MOST_JOINT_VALUES = 200_000

COMPOUND = ("all", "any")


def evaluate(test: Spec, evidence: Evidence) -> Outcome:
    """Evaluate a test.

    Parameters
    ----------
    test
        One entry, the name of a test type with its arguments; or ``all`` or ``any`` with a list of
        tests.
    evidence
        The panel and the raw tables.

    Raises
    ------
    AnalysisError
        If the cells that the parts share have too many joint values to try, or a word is compared
        as a number.

    Notes
    -----
    A test is not checked here; :func:`claims.read_claims` does that for those of the register.

    Examples
    --------
    >>> evidence = Evidence.of(raw, panel)
    >>> evaluate({"at_least": {"cells": ["ARM 2014 LP unanswered"], "value": 55}}, evidence).verdict
    'possible'
    >>> cell = "ARM 2014 LP unanswered"
    >>> parts = [{"at_least": {"cells": [cell], "value": 55}},
    ...          {"at_most": {"cells": [cell], "value": 54}}]
    >>> evaluate({"all": parts}, evidence).verdict, evaluate({"any": parts}, evidence).verdict
    ('contradicted', 'certain')
    """
    ((name, spec),) = test.items()
    if name in COMPOUND:
        return _evaluate_parts(name, spec, evidence)
    if name in TABLE_TESTS:
        return TABLE_TESTS[name].judge(spec, evidence)
    always, sometimes, arithmetic = CELL_TESTS[name].judge(spec, evidence)
    cells = list(dict.fromkeys(cells_in(spec)))
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
    uses = [set(cells_in(test)) for test in tests]
    shared = sorted(
        cell
        for cell in set().union(*uses)
        if sum(cell in used for used in uses) > 1 and cell not in evidence.fixed
    )
    unprinted = sum(not evidence[cell].printed for cell in shared)
    reach = _reach(tests, evidence, unprinted)
    values: list[Sequence[int]] = []
    for cell in shared:
        count = evidence[cell]
        top = int(count.hi) if count.printed else max(LARGE, reach)
        if helps[cell] in ({1}, {-1}):
            upward = helps[cell] == {1 if kind == "all" else -1}
            values.append([top if upward else int(count.lo)])
        elif count.printed:
            values.append(range(int(count.lo), top + 1))
        else:
            values.append(range(reach + 1))
    size = math.prod(map(len, values))
    if size > MOST_JOINT_VALUES:
        raise AnalysisError(f"{size} joint values of {', '.join(shared)}: too many to try")
    for choice in itertools.product(*values):
        fixed = dict(evidence.fixed) | dict(zip(shared, choice, strict=True))
        yield replace(evidence, fixed=fixed)


def _reach(tests: list[Spec], evidence: Evidence, unprinted: int) -> int:
    """Return a count beyond which an unprinted cell changes no test any more.

    A test on sums turns at a count no greater than all printed counts and stated numbers together;
    a mean multiplies that by a number of years, a ratio by a printed count, and each further
    unprinted cell can do so once more.
    """
    leaves = [leaf for test in tests for leaf in _leaves(test)]
    # a cell that is named three times counts three times: so a register says "three times as many"
    cells = [cell for _, spec in leaves for cell in cells_in(spec)]
    counts = [int(evidence[cell].hi) for cell in cells if evidence[cell].printed]
    stated = [
        abs(value)
        for name, spec in leaves
        if name in CELL_TESTS
        for value in spec.values()
        if isinstance(value, int | float)
    ]
    factor = 2 if unprinted > 1 else 1
    for name, spec in leaves:
        if name.startswith("mean"):
            factor = max(factor, len(spec["before"]), len(spec["after"]))
        elif name.startswith("ratio"):
            factor = max(factor, *counts, 1)
    furthest: int = (sum(counts) + math.ceil(sum(stated)) + 2) * factor ** max(unprinted, 1)
    return furthest


def _leaves(test: Spec) -> Iterator[tuple[str, Spec]]:
    """Yield name and arguments of every test that a test is made of, ``all`` and ``any`` opened."""
    ((name, spec),) = test.items()
    if name in COMPOUND:
        for part in spec:
            yield from _leaves(part)
    else:
        yield name, spec


def _directions(test: Spec) -> dict[str, set[int]]:
    """Return for each cell of a test whether a higher (1) or a lower (-1) value helps, or both."""
    found: dict[str, set[int]] = {}
    for name, spec in _leaves(test):
        if name not in CELL_TESTS:
            continue
        one_way: set[str] = set()
        for path, direction in HELPS.get(name, {}).items():
            value = spec
            for key in path.split("."):
                value = value[key]
            for cell in cells_in(value):
                found.setdefault(cell, set()).add(direction)
                one_way.add(cell)
        for cell in set(cells_in(spec)) - one_way:
            found.setdefault(cell, set()).update({1, -1})
    return found
