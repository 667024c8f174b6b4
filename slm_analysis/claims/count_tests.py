"""The types of test on counts: whether one holds for every, and for some, set of true counts.

To add a type, add a function registered with :func:`_on_cells`; it returns both answers and the
arithmetic in words. A cell that is not printed is anything from 0 up.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from slm_analysis.claims.arguments import (
    CELLS,
    NUMBER,
    ONE_CELL,
    RATIO_PART,
    SEVERAL_CELLS,
    Arguments,
)
from slm_analysis.claims.evidence import CELL, Count, Evidence, Spec

TOLERANCES = (0, 2, 5, 10)

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

    arguments: Arguments
    judge: Callable[[Spec, Evidence], tuple[bool, bool, str]]


CELL_TESTS: dict[str, CellTest] = {}


def _on_cells(arguments: Arguments) -> Callable[..., Any]:
    def register(judge: Callable[[Spec, Evidence], tuple[bool, bool, str]]) -> Any:
        CELL_TESTS[judge.__name__.strip("_")] = CellTest(arguments, judge)
        return judge

    return register


def texts(spec: Any) -> Iterator[str]:
    """Yield every single value in a test, as text.

    Examples
    --------
    >>> list(texts({"at_most": {"cells": ["IRQ 2014 forced"], "value": 4}}))
    ['IRQ 2014 forced', '4']
    """
    if isinstance(spec, Mapping | list):
        for value in spec.values() if isinstance(spec, Mapping) else spec:
            yield from texts(value)
    else:
        yield str(spec)


def cells_in(spec: Any) -> Iterator[str]:
    """Yield every cell address in a test.

    Examples
    --------
    >>> list(cells_in({"at_most": {"cells": ["IRQ 2014 forced"], "value": 4}}))
    ['IRQ 2014 forced']
    """
    return filter(CELL.fullmatch, texts(spec))


def _say(cell: str, evidence: Evidence) -> str:
    return f"{cell}: {evidence[cell]}"


def _say_each(cells: Iterable[str], evidence: Evidence, joint: str = ", ") -> str:
    return joint.join(_say(cell, evidence) for cell in cells)


def _times(a: float, b: float) -> float:
    """Multiply bounds; nothing of anything is nothing."""
    return 0 if a == 0 or b == 0 else a * b


@_on_cells({"from": CELLS, "to": ONE_CELL})
def _falls(spec: Spec, evidence: Evidence) -> tuple[bool, bool, str]:
    to, earlier = evidence[spec["to"]], [evidence[cell] for cell in spec["from"]]
    told = _say_each(spec["from"], evidence)
    return (
        all(to.hi < count.lo for count in earlier),
        all(to.lo < count.hi for count in earlier),
        f"{_say(spec['to'], evidence)} less than each of {told}",
    )


@_on_cells({"from": CELLS, "to": ONE_CELL})
def _rises(spec: Spec, evidence: Evidence) -> tuple[bool, bool, str]:
    to, earlier = evidence[spec["to"]], [evidence[cell] for cell in spec["from"]]
    told = _say_each(spec["from"], evidence)
    return (
        all(to.lo > count.hi for count in earlier),
        all(to.hi > count.lo for count in earlier),
        f"{_say(spec['to'], evidence)} more than each of {told}",
    )


@_on_cells({"cells": SEVERAL_CELLS, "tolerance": NUMBER})
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


@_on_cells({"cells": CELLS, "lo": NUMBER, "hi": NUMBER})
def _within(spec: Spec, evidence: Evidence) -> tuple[bool, bool, str]:
    counts = [evidence[cell] for cell in spec["cells"]]
    return (
        all(spec["lo"] <= count.lo and count.hi <= spec["hi"] for count in counts),
        all(count.lo <= spec["hi"] and spec["lo"] <= count.hi for count in counts),
        f"within {spec['lo']}–{spec['hi']}: " + _say_each(spec["cells"], evidence),
    )


@_on_cells({"cells": CELLS, "value": NUMBER})
def _at_least(spec: Spec, evidence: Evidence) -> tuple[bool, bool, str]:
    counts = [evidence[cell] for cell in spec["cells"]]
    return (
        all(count.lo >= spec["value"] for count in counts),
        all(count.hi >= spec["value"] for count in counts),
        f"at least {spec['value']}: " + _say_each(spec["cells"], evidence),
    )


@_on_cells({"cells": CELLS, "value": NUMBER})
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


@_on_cells({"numerators": RATIO_PART, "denominators": RATIO_PART})
def _ratio_falls(spec: Spec, evidence: Evidence) -> tuple[bool, bool, str]:
    pairs, told = _ratios(spec, evidence)
    return (
        all(_times(a.hi, d.hi) < _times(c.lo, b.lo) for a, b, c, d in pairs),
        all(_times(a.lo, d.lo) < _times(c.hi, b.hi) for a, b, c, d in pairs),
        f"the first ratio less than each of the others: {told}",
    )


@_on_cells({"numerators": RATIO_PART, "denominators": RATIO_PART})
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


@_on_cells({"left": CELLS, "right": CELLS})
def _exceeds(spec: Spec, evidence: Evidence) -> tuple[bool, bool, str]:
    left, right = _sum(spec["left"], evidence), _sum(spec["right"], evidence)
    told = _say_each(spec["left"], evidence, " + ")
    against = _say_each(spec["right"], evidence, " + ")
    return left.lo > right.hi, left.hi > right.lo, f"{told} = {left}, more than {against} = {right}"


@_on_cells({"left": CELLS, "right": CELLS})
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


@_on_cells({"before": CELLS, "after": CELLS})
def _mean_falls(spec: Spec, evidence: Evidence) -> tuple[bool, bool, str]:
    before, after, told = _means(spec, evidence)
    return after.hi < before.lo, after.lo < before.hi, f"less after than before: {told}"


@_on_cells({"before": CELLS, "after": CELLS})
def _mean_rises(spec: Spec, evidence: Evidence) -> tuple[bool, bool, str]:
    before, after, told = _means(spec, evidence)
    return after.lo > before.hi, after.hi > before.lo, f"more after than before: {told}"
