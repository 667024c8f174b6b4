"""Reading formulas: Python's grammar, and of it only a whitelist; nothing is run as Python.

The codebook has the language on one page.
"""

from __future__ import annotations

import ast
import itertools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from typing import NoReturn

import pandas as pd

from slm_analysis.printed import codebook
from slm_analysis.verdicts.formula_tree import Cell, FormulaError, Node, Printed, is_date, number

MOST_NODES = 400
CELLS = re.compile(
    rf"(\w+)\.(?:({'|'.join(filter(None, codebook.CHANNELS))})"
    rf"\.({'|'.join(i for i in codebook.INDICATORS if i not in codebook.DEPARTURES)})"
    rf"|({'|'.join(codebook.DEPARTURES)}))\[(\d+)(?::(\d+))?\]"
)
OPERATIONS: dict[str, dict[type, str]] = {
    "number": {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"},
    "set": {ast.BitOr: "union", ast.BitAnd: "both", ast.Sub: "without"},
}
TELLING = ("iso3", "instrument", "stage", "goal", "subject", "priority", "recommendation")
LISTS = {"sum": "+", "mean": "+", "largest": "max", "smallest": "min"}  # what joins their values


def read_formula(
    text: str, tables: Mapping[str, pd.DataFrame], words: Mapping[str, Fraction]
) -> Node:
    """Read a formula.

    Parameters
    ----------
    text
        Such as ``ARM.LP.unanswered[2014] < each(ARM.LP.unanswered[2012:2013])``.
    tables
        The raw tables by name, for what the formula may look up.
    words
        The numbers that words such as *constant* stand for.

    Raises
    ------
    FormulaError
        For whatever is not in the whitelist, names something unknown or compares unlike things.

    Examples
    --------
    >>> formula = read_formula("ARM.forced[2014] + 5 < ARM.independent[2014]", raw.tables, {})
    >>> [cell.name for cell in formula.leaves(Cell)]
    ['ARM 2014 forced', 'ARM 2014 independent']
    >>> read_formula("ARM.forced[2014] < date('2014')", raw.tables, {})
    Traceback (most recent call last):
        ...
    slm_analysis.verdicts.formula_tree.FormulaError: character 1, ARM.forced[2014] < date('2014'): a
    number is compared with a date; allowed are two of one type
    """
    try:
        tree = ast.parse(text.strip(), mode="eval").body
        size = sum(1 for _ in ast.walk(tree))
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        where = getattr(error, "offset", None) or 1
        raise FormulaError(f"character {where}: not a formula") from None
    if size > MOST_NODES:
        raise FormulaError(f"{size} parts; allowed are {MOST_NODES}")
    reader = _Reader(text.strip(), tables, words)
    formula = reader.node(tree)
    if formula.kind != "truth":
        reader.refuse(tree, f"this is a {formula.kind}; allowed is a comparison")
    return formula


@dataclass
class _Reader:
    """One reading of one formula; every method takes a piece of Python's tree."""

    text: str
    tables: Mapping[str, pd.DataFrame]
    words: Mapping[str, Fraction]

    def refuse(self, tree: ast.expr, told: str) -> NoReturn:
        piece = ast.get_source_segment(self.text, tree) or ""
        raise FormulaError(f"character {tree.col_offset + 1}, {piece[:60]}: {told}")

    def node(self, tree: ast.expr) -> Node:
        match tree:
            case ast.BoolOp(op, values):
                parts = tuple(self.of_kind(value, "truth") for value in values)
                return Node("and" if isinstance(op, ast.And) else "or", "truth", parts)
            case ast.UnaryOp(ast.Not(), operand):
                return Node("not", "truth", (self.of_kind(operand, "truth"),))
            case ast.UnaryOp(ast.USub(), operand):
                return Node("-", "number", (number(0), self.of_kind(operand, "number")))
            case ast.BinOp():
                return self.arithmetic(tree)
            case ast.Compare():
                return self.comparison(tree)
            case ast.Call():
                return self.call(tree)
            case ast.Constant(bool()):
                self.refuse(tree, "allowed are numbers and texts")
            case ast.Constant(int() | float() as value):
                return number(Fraction(str(value)))
            case ast.Constant(str() as value):
                return Node("text", "text", (value,))
            case ast.Name(name) if name in self.words:
                return Node("number", "number", (self.words[name], name))
            case ast.Name(name) if name in set(self.tables["countries"]["iso3"]):
                return Node("text", "text", (name,))
            case ast.Set(elements):
                return Node("members", "set", (frozenset(map(self.written, elements)),))
            case ast.Subscript(_, ast.Slice()):
                self.refuse(tree, f"a span of years stands in one of {', '.join(LISTS)}, each")
            case ast.Subscript():
                return self.cells(tree)[0]
            case ast.Attribute(ast.Subscript(ast.Name(table), key), column):
                return self.look_up(tree, table, key, column)
        self.refuse(
            tree, "allowed are counts, look-ups in tables, numbers, words, and what joins them"
        )

    def of_kind(self, tree: ast.expr, wanted: str) -> Node:
        node = self.node(tree)
        if node.kind != wanted:
            self.refuse(tree, f"this is a {node.kind}; allowed is a {wanted}")
        return node

    def written(self, tree: ast.expr) -> str:
        node = self.of_kind(tree, "text")
        if node.op != "text":
            self.refuse(tree, "allowed are texts and country codes")
        return str(node.value)

    def arithmetic(self, tree: ast.BinOp) -> Node:
        left, right = self.node(tree.left), self.node(tree.right)
        op = OPERATIONS.get(left.kind, {}).get(type(tree.op))
        if op is None or left.kind != right.kind:
            self.refuse(tree, "allowed are + - * / of numbers, and | & - of sets")
        return Node(op, left.kind, (left, right))

    def comparison(self, tree: ast.Compare) -> Node:
        sides = [self.each(side) for side in (tree.left, *tree.comparators)]
        parts = [
            self.compare(tree, operator, left, right)
            for (lefts, rights), operator in zip(itertools.pairwise(sides), tree.ops, strict=True)
            for left, right in itertools.product(lefts, rights)
        ]
        return parts[0] if len(parts) == 1 else Node("and", "truth", tuple(parts))

    def compare(self, tree: ast.Compare, operator: ast.cmpop, left: Node, right: Node) -> Node:
        """Return a comparison by what the solver knows: *equal*, *less*, *subset* and *not*."""
        if isinstance(operator, ast.In | ast.NotIn):
            if left.op != "text" or right.kind != "set":
                self.refuse(tree, "allowed on the left of in is a text, on its right a set")
            left = Node("members", "set", (left.texts,))
        if left.kind != right.kind or left.kind == "truth":
            told = f"a {left.kind} is compared with a {right.kind}; allowed are two of one type"
            self.refuse(tree, told)
        if isinstance(operator, ast.Gt | ast.GtE):
            left, right = right, left
        match operator, left.kind:
            case ast.Eq() | ast.NotEq(), _:
                found = Node("equal", "truth", (left, right))
            case ast.Lt() | ast.Gt(), "number" | "date":
                found = Node("less", "truth", (left, right))
            case ast.LtE() | ast.GtE(), "number" | "date":
                return Node("not", "truth", (Node("less", "truth", (right, left)),))
            case ast.LtE() | ast.GtE() | ast.In() | ast.NotIn(), "set":
                found = Node("subset", "truth", (left, right))
            case _:
                self.refuse(tree, f"a {left.kind} is compared by == and != alone")
        negated = isinstance(operator, ast.NotEq | ast.NotIn)
        return Node("not", "truth", (found,)) if negated else found

    def call(self, tree: ast.Call) -> Node:
        match tree:
            case ast.Call(ast.Name("date"), [ast.Constant(str() as date)], []) if is_date(date):
                return Node("day", "date", (date,))
            case ast.Call(ast.Name("date")):
                self.refuse(tree, "allowed is a date such as '2014', '2014-03' or '2014-03-21'")
            case ast.Call(ast.Name("set"), [], []):
                return Node("members", "set", (frozenset(),))
            case ast.Call(ast.Name("set"), [ast.Attribute(ast.Name(table), column)]):
                return self.selection(tree, table, column)
            case ast.Call(ast.Name("count"), [ast.Attribute(ast.Name(table), column)]):
                return Node("size", "number", (self.selection(tree, table, column),))
            case ast.Call(ast.Name("count"), [ast.Name(table)]):
                return self.selection(tree, table)
            case ast.Call(ast.Name("count"), [members], []):
                return Node("size", "number", (self.of_kind(members, "set"),))
            case ast.Call(ast.Name("count" | "set")):
                self.refuse(tree, "allowed is table.column, and for a count also a table or a set")
            case ast.Call(ast.Name("abs"), [value], []):
                return Node("abs", "number", (self.of_kind(value, "number"),))
            case ast.Call(ast.Name("abs")):
                self.refuse(tree, "allowed is one number")
            case ast.Call(ast.Name(name)) if name in LISTS:
                found = self.values(tree)
                if any(node.kind != "number" for node in found):
                    self.refuse(tree, "allowed are numbers")
                joined = reduce(lambda one, other: Node(LISTS[name], "number", (one, other)), found)
                parted = Node("/", "number", (joined, number(len(found))))
                return parted if name == "mean" else joined
        self.refuse(tree, f"allowed are {', '.join(LISTS)}, each, abs, count, set, date")

    def each(self, tree: ast.expr) -> list[Node]:
        """Return what a side of a comparison is: every value of ``each``, or one."""
        match tree:
            case ast.Call(ast.Name("each")):
                return self.values(tree)
        return [self.node(tree)]

    def values(self, tree: ast.Call) -> list[Node]:
        """Return what a function is of, spans of years opened."""
        if tree.keywords or not tree.args:
            self.refuse(tree, "allowed are one or more values, without names")
        found = []
        for arg in tree.args:
            found += self.cells(arg) if isinstance(arg, ast.Subscript) else [self.node(arg)]
        return found

    def cells(self, tree: ast.Subscript) -> list[Node]:
        """Return a count, or those of a span of years."""
        match = CELLS.fullmatch(ast.unparse(tree))
        if match is None:
            allowed = "ARM.LP.unanswered[2014], ARM.forced[2014] or a span ARM.forced[2012:2014]"
            self.refuse(tree, f"allowed is a count such as {allowed}")
        iso3, channel, answer, departure, first, last = match.groups("")
        if iso3 not in set(self.tables["countries"]["iso3"]):
            self.refuse(tree, f"{iso3}: country not in countries.csv")
        years = range(int(first), int(last or first) + 1)
        if not years or years[0] < 1900 or years[-1] > 2100:
            self.refuse(tree, "allowed are calendar years, the first not after the last")
        cells = [Cell(iso3, channel, answer or departure, year) for year in years]
        return [Node("cell", "number", (cell,)) for cell in cells]

    # tables -------------------------------------------------------------------------------

    def table(self, tree: ast.expr, name: str) -> pd.DataFrame:
        """Return a raw table, its rows under their names."""
        known = [each for each, rows in self.tables.items() if {"id", "iso3"} & set(rows)]
        if name not in known:
            self.refuse(tree, f"{name}: allowed are the tables {', '.join(known)}")
        return self.tables[name].set_index(codebook.KEYS.get(name, "id"), drop=False)

    def column(self, tree: ast.expr, rows: pd.DataFrame, name: str) -> pd.Series:
        if name not in rows:
            self.refuse(tree, f"{name}: allowed are the columns {', '.join(rows)}")
        return rows[name]

    def look_up(self, tree: ast.expr, name: str, key: ast.expr, column: str) -> Node:
        table = self.table(tree, name)
        if not isinstance(key, ast.Constant) or key.value not in table.index:
            self.refuse(tree, f"no such row in {name}.csv")
        row, value = table.loc[key.value], self.column(tree, table, column)[key.value]
        about = [row[each] for each in TELLING if each in row]
        if name == "countries":
            about.append(column)
        kind = "text"
        if column == "date" or row.get("unit") in ("date", "month"):
            kind = "date"
        elif re.fullmatch(r"\d+(\.\d+)?", value):
            kind, value = "number", Fraction(value)
        where = f"{name} {row.name}"
        return Printed(ast.unparse(tree), kind, value, (where,), tuple(about)).node

    def selection(self, tree: ast.Call, name: str, column: str = "") -> Node:
        """Return the set of a column in the rows that are asked for; without one, their number."""
        what = tree.args[0]
        table = rows = self.table(what, name)
        about: list[str] = []
        for keyword in tree.keywords:
            given, asked = keyword.value, str(keyword.arg)
            elements = given.elts if isinstance(given, ast.Tuple) else [given]
            if keyword.arg is None or not elements:
                self.refuse(given, "allowed is column=value, or column=(value, value)")
            wanted = [self.written(element) for element in elements]
            known = {*self.column(tree, table, asked), *codebook.RAW[name].columns[asked].values}
            for value in wanted:
                if value not in known:
                    self.refuse(given, f"{value!r} is not in {name}.csv, {asked}")
            answer = {"yes": "", "no": "no "}.get(wanted[0])  # a list of countries is its column
            about += wanted if answer is None else [f"{answer}{asked}"]
            rows = rows[rows[asked].isin(wanted)]
        found = frozenset(self.column(what, rows, column)) if column else Fraction(len(rows))
        kind, where = "set" if column else "number", tuple(f"{name} {key}" for key in rows.index)
        return Printed(ast.unparse(tree), kind, found, where, tuple(about)).node
