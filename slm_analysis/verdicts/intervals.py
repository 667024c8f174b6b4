"""The printed counts, and interval arithmetic on them: what a sum or a ratio of counts comes to."""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction
from typing import Any, NamedTuple

import pandas as pd

from slm_analysis.bounds.panel import cell_name
from slm_analysis.verdicts.formula_tree import Node


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
        name = cell_name(row.iso3, row.year, row.channel, row.indicator)
        counts[name] = Count(row.lo, row.hi, address)
    return counts


def members(node: Node) -> frozenset[str]:
    """Return what a set of a formula holds, as it is printed.

    Examples
    --------
    >>> from slm_analysis.verdicts.formula_language import read_formula
    >>> text = "{ARM, SOM} & set(countries.iso3, mr_2015='yes') == {SOM}"
    >>> sorted(members(read_formula(text, raw.tables, {}).args[0]))
    ['SOM']
    """
    if node.op in ("members", "printed"):
        return node.texts
    left, right = (members(arg) for arg in node.args)
    return {"union": left | right, "both": left & right, "without": left - right}[node.op]


def evaluate(node: Node, counts: Counts) -> tuple[Any, Any]:
    """Return the least and the greatest value of a number of a formula, by interval arithmetic.

    Parameters
    ----------
    node
        The number.
    counts
        The printed counts; a cell that is missing is anything from 0 up.

    Returns
    -------
    tuple
        Sharp where each cell stands once (Moore, *Interval Analysis*, 1966); wider, never narrower,
        elsewhere.

    Examples
    --------
    >>> from slm_analysis.verdicts.formula_language import read_formula
    >>> formula = read_formula("ARM.forced[2014] / ARM.LP.issued[2014] > 1", raw.tables, {})
    >>> ratio = formula.args[1]
    >>> evaluate(ratio, {"ARM 2014 forced": Count(3, 7, ""), "ARM 2014 LP issued": Count(2, 4, "")})
    (Fraction(3, 4), Fraction(7, 2))
    """
    match node.op:
        case "number" | "printed":
            return node.value, node.value
        case "cell":
            return counts.get(node.args[0].name, (0, math.inf))[:2]
        case "size":
            size = len(members(node.args[0]))
            return size, size
        case "abs":
            lo, hi = evaluate(node.args[0], counts)
            return max(lo, -hi, 0), max(hi, -lo)
    (a, b), (c, d) = (evaluate(arg, counts) for arg in node.args)
    match node.op:
        case "+":
            return a + c, b + d
        case "-":
            return a - d, b - c
        case "max":
            return max(a, c), max(b, d)
        case "min":
            return min(a, c), min(b, d)
        case "/":  # a product with what 1 may be divided to, for every divisor above 0
            least = 1 / Fraction(d) if 0 < d < math.inf else 0
            c, d = least, 1 / Fraction(c) if c > 0 else math.inf
    products = [0 if 0 in (x, y) else x * y for x in (a, b) for y in (c, d)]
    return min(products), max(products)
