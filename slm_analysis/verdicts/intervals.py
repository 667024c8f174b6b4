"""Formulas evaluated by interval arithmetic: what a comparison amounts to, without a solver."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import pandas as pd

from slm_analysis.verdicts.formulas import Cell, Node, Printed


class Count(NamedTuple):
    """The bounds of a printed count and the address of its print."""

    lo: int
    hi: int
    address: str


Counts = Mapping[str, Count]  # by the name of the cell; what is missing is not printed


def counts_of(panel: pd.DataFrame) -> dict[str, Count]:
    """Return the printed counts of a panel by the names of their cells.

    Examples
    --------
    >>> counts_of(panel)["ARM 2014 LP unanswered"]
    Count(lo=53, hi=57, address='c011, p. 54')
    """
    counts = {}
    for row in panel.itertuples():
        pages = ", ".join(dict.fromkeys(row.page.split(";")))
        address = f"{row.raw_ids.replace(';', ', ')}{f', p. {pages}' if pages else ''}"
        name = Cell(row.iso3, row.channel, row.indicator, int(row.year)).name
        counts[name] = Count(row.lo, row.hi, address)
    return counts


def evaluate(node: Node, counts: Mapping[str, tuple[float, float]]) -> Any:
    """Evaluate a formula, or a part, by interval arithmetic; no solver.

    Parameters
    ----------
    node
        A formula, or a number in it.
    counts
        Least and greatest count by the name of the cell; a cell that is missing is anything from
        0 up. Also days, by the expression of a date.

    Returns
    -------
    tuple
        Of a number the least and the greatest value; of a formula whether it always and whether it
        sometimes holds. Sharp where each cell stands once (Moore, *Interval Analysis*, 1966);
        wider, never narrower, elsewhere.

    Examples
    --------
    >>> from slm_analysis.verdicts.grammar import read_formula
    >>> formula = read_formula("ARM.forced[2014] / ARM.LP.issued[2014] > 1", raw.tables, {})
    >>> evaluate(formula, {"ARM 2014 forced": (28, 32), "ARM 2014 LP issued": (18, 22)})
    (True, True)
    """
    match node.op:
        case "number":
            return node.args[0], node.args[0]
        case "cell":
            return counts.get(node.args[0].name, (0, float("inf")))
        case "day" | "text" | "members":
            return node.args if node.op == "day" else node.args[0]
        case "printed":
            printed: Printed = node.args[0]
            if node.kind == "number":
                return printed.value, printed.value
            return counts.get(printed.told, printed.value) if node.kind == "date" else printed.value
    found = [evaluate(arg, counts) for arg in node.args]
    match node.op:
        case "not":
            always, sometimes = found[0]
            return not sometimes, not always
        case "and" | "or":
            every = all if node.op == "and" else any
            return every(a for a, _ in found), every(s for _, s in found)
        case "size":
            return len(found[0]), len(found[0])
        case "abs":
            lo, hi = found[0]
            return max(lo, -hi, 0), max(hi, -lo)
    left, right = found
    if node.args[0].kind == "set":
        operations: dict[str, Any] = {
            "union": left | right,
            "both": left & right,
            "without": left - right,
            "equal": (left == right,) * 2,
            "subset": (left <= right,) * 2,
        }
        return operations[node.op]
    if node.args[0].kind == "text":
        return (left == right,) * 2
    (a, b), (c, d) = left, right
    match node.op:
        case "less":
            return b < c, a < d
        case "equal":  # a date that is written out stands for each of its days
            inside = c <= a and b <= d if node.args[1].op == "day" else a == b == c == d
            if node.args[0].op == "day":
                inside = a <= c and d <= b
            return inside, a <= d and c <= b
        case "+":
            return a + c, b + d
        case "-":
            return a - d, b - c
        case "max" | "min":
            pick = max if node.op == "max" else min
            return pick(a, c), pick(b, d)
        case "/":
            c, d = (0 if end <= 0 else 1 / end if end != float("inf") else 0 for end in (d, c))
            d = d or float("inf")
    products = [0 if 0 in (x, y) else x * y for x in (a, b) for y in (c, d)]
    return min(products), max(products)
