"""Reading formulas: Python's grammar, and of it only a whitelist; nothing is run as Python.

The codebook has the language on one page.
"""

from __future__ import annotations

import ast
import itertools
import re
from collections.abc import Mapping
from fractions import Fraction
from functools import reduce
from typing import Any, NoReturn

import pandas as pd

from slm_analysis.printed import schema
from slm_analysis.verdicts.formulas import (
    Cell,
    FormulaError,
    Node,
    Printed,
    conjunction,
    is_date,
    number,
    truth,
)

MOST_NODES = 400
CELLS = re.compile(
    rf"(\w+)\.(?:({'|'.join(filter(None, schema.CHANNELS))})"
    rf"\.({'|'.join(i for i in schema.INDICATORS if i not in schema.DEPARTURES)})"
    rf"|({'|'.join(schema.DEPARTURES)}))\[(\d+)(?::(\d+))?\]"
)
ARITHMETIC = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}
SETS = {ast.BitOr: "union", ast.BitAnd: "both", ast.Sub: "without"}
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
    slm_analysis.verdicts.formulas.FormulaError: character 1, ARM.forced[2014] < date('2014'): a
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


class _Reader:
    """One reading of one formula; every method takes a piece of Python's tree."""

    def __init__(
        self, text: str, tables: Mapping[str, pd.DataFrame], words: Mapping[str, Fraction]
    ) -> None:
        self.text, self.tables, self.words = text, tables, words
        self.countries = set(tables["countries"]["iso3"])

    def refuse(self, tree: ast.expr, told: str) -> NoReturn:
        piece = ast.get_source_segment(self.text, tree) or ""
        raise FormulaError(f"character {tree.col_offset + 1}, {piece[:60]}: {told}")

    def node(self, tree: ast.expr) -> Node:
        match tree:
            case ast.BoolOp(op, values):
                parts = [self.of_type(value, "truth") for value in values]
                return truth("and" if isinstance(op, ast.And) else "or", *parts)
            case ast.UnaryOp(ast.Not(), operand):
                return truth("not", self.of_type(operand, "truth"))
            case ast.UnaryOp(ast.USub(), operand):
                return Node("-", "number", (number(0), self.of_type(operand, "number")))
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
            case ast.Name(name) if name in self.countries:
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

    def of_type(self, tree: ast.expr, wanted: str) -> Node:
        node = self.node(tree)
        if node.kind != wanted:
            self.refuse(tree, f"this is a {node.kind}; allowed is a {wanted}")
        return node

    def written(self, tree: ast.expr) -> str:
        node = self.of_type(tree, "text")
        if node.op != "text":
            self.refuse(tree, "allowed are texts and country codes")
        return str(node.value)

    def arithmetic(self, tree: ast.BinOp) -> Node:
        left, right = self.node(tree.left), self.node(tree.right)
        names: dict[Any, str] = SETS if left.kind == "set" else ARITHMETIC
        allowed = left.kind == right.kind and left.kind in ("number", "set")
        if not allowed or type(tree.op) not in names:
            self.refuse(tree, "allowed are + - * / of numbers, and | & - of sets")
        return Node(names[type(tree.op)], left.kind, (left, right))

    def comparison(self, tree: ast.Compare) -> Node:
        sides = []
        for side in (tree.left, *tree.comparators):
            match side:
                case ast.Call(ast.Name("each")):
                    sides.append(self.values(side))
                case _:
                    sides.append([self.node(side)])
        parts = [
            self.compare(tree, operator, left, right)
            for (lefts, rights), operator in zip(itertools.pairwise(sides), tree.ops, strict=True)
            for left, right in itertools.product(lefts, rights)
        ]
        return conjunction(parts)

    def compare(self, tree: ast.Compare, operator: ast.cmpop, left: Node, right: Node) -> Node:
        if isinstance(operator, ast.In | ast.NotIn):
            if left.op != "text" or right.kind != "set":
                self.refuse(tree, "allowed on the left of in is a text, on its right a set")
            left = Node("members", "set", (left.texts,))
        if left.kind != right.kind or left.kind == "truth":
            told = f"a {left.kind} is compared with a {right.kind}; allowed are two of one type"
            self.refuse(tree, told)
        match operator, left.kind:
            case ast.Eq(), _:
                return truth("equal", left, right)
            case ast.NotEq(), _:
                return truth("not", truth("equal", left, right))
            case ast.Lt(), "number" | "date":
                return truth("less", left, right)
            case ast.Gt(), "number" | "date":
                return truth("less", right, left)
            case ast.LtE(), "number" | "date":
                return truth("not", truth("less", right, left))
            case ast.GtE(), "number" | "date":
                return truth("not", truth("less", left, right))
            case ast.LtE() | ast.In(), "set":
                return truth("subset", left, right)
            case ast.GtE(), "set":
                return truth("subset", right, left)
            case ast.NotIn(), "set":
                return truth("not", truth("subset", left, right))
        self.refuse(tree, f"a {left.kind} is compared by == and != alone")

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
                return Node("size", "number", (self.of_type(members, "set"),))
            case ast.Call(ast.Name("count" | "set")):
                self.refuse(tree, "allowed is table.column, and for a count also a table or a set")
            case ast.Call(ast.Name("abs" | "sum" | "mean" | "largest" | "smallest" as name)):
                return self.calculation(tree, name)
        self.refuse(tree, f"allowed are {', '.join(LISTS)}, each, abs, count, set, date")

    def calculation(self, tree: ast.Call, name: str) -> Node:
        found = self.values(tree)
        if any(node.kind != "number" for node in found):
            self.refuse(tree, "allowed are numbers")
        if name == "abs":
            if len(found) != 1:
                self.refuse(tree, "allowed is one number")
            return Node("abs", "number", (found[0],))
        total = reduce(lambda left, right: Node(LISTS[name], "number", (left, right)), found)
        return Node("/", "number", (total, number(len(found)))) if name == "mean" else total

    def values(self, tree: ast.Call) -> list[Node]:
        """Return what a function is of, spans of years opened."""
        if tree.keywords or not tree.args:
            self.refuse(tree, "allowed are one or more values, without names")
        found = []
        for arg in tree.args:
            found += self.cells(arg) if isinstance(arg, ast.Subscript) else [self.node(arg)]
        return found

    # counts -------------------------------------------------------------------------------

    def cells(self, tree: ast.Subscript) -> list[Node]:
        match = CELLS.fullmatch(ast.unparse(tree))
        if match is None:
            allowed = "ARM.LP.unanswered[2014], ARM.forced[2014] or a span ARM.forced[2012:2014]"
            self.refuse(tree, f"allowed is a count such as {allowed}")
        iso3, channel, answer, departure, first, last = match.groups()
        if iso3 not in self.countries:
            self.refuse(tree, f"{iso3}: country not in countries.csv")
        if not 1900 <= int(first) <= int(last or first) <= 2100:
            self.refuse(tree, "allowed are calendar years, the first not after the last")
        return [
            Node("cell", "number", (Cell(iso3, channel or "", answer or departure, year),))
            for year in range(int(first), int(last or first) + 1)
        ]

    # tables -------------------------------------------------------------------------------

    def table(self, tree: ast.expr, name: str) -> tuple[pd.DataFrame, str]:
        """Return a raw table and the column that names its rows; countries have no ``id``."""
        known = [each for each, rows in self.tables.items() if {"id", "iso3"} & set(rows)]
        if name not in known:
            self.refuse(tree, f"{name}: allowed are the tables {', '.join(known)}")
        return self.tables[name], "id" if "id" in self.tables[name] else "iso3"

    def column(self, tree: ast.expr, rows: pd.DataFrame, name: str) -> pd.Series:
        if name not in rows:
            self.refuse(tree, f"{name}: allowed are the columns {', '.join(rows)}")
        return rows[name]

    def look_up(self, tree: ast.expr, name: str, key: ast.expr, column: str) -> Node:
        table, named_by = self.table(tree, name)
        rows = table[table[named_by] == (key.value if isinstance(key, ast.Constant) else None)]
        if rows.empty:
            self.refuse(tree, f"no such row in {name}.csv")
        row, value = rows.iloc[0], self.column(tree, rows, column).iloc[0]
        about = [row[each] for each in TELLING if each in row]
        if name == "countries":
            about.append(column)
        kind = "text"
        if column == "date" or row.get("unit") in ("date", "month"):
            kind = "date"
        elif re.fullmatch(r"\d+(\.\d+)?", value):
            kind, value = "number", Fraction(value)
        where = f"{name} {row[named_by]}"
        return Printed(ast.unparse(tree), kind, value, (where,), tuple(about)).node

    def selection(self, tree: ast.Call, name: str, column: str = "") -> Node:
        """Return the set of a column in the rows that are asked for; without one, their number."""
        what = tree.args[0]
        table, named_by = self.table(what, name)
        rows = table
        about: list[str] = []
        for keyword in tree.keywords:
            wanted = self.wanted(keyword)
            known = self.column(tree, table, str(keyword.arg))
            allowed = schema.RAW[name].columns[str(keyword.arg)].values
            for value in wanted:
                if value not in {*known, *allowed}:
                    self.refuse(keyword.value, f"{value!r} is not in {name}.csv, {keyword.arg}")
            answer = {"yes": "", "no": "no "}.get(wanted[0])  # a list of countries is its column
            about += wanted if answer is None else [f"{answer}{keyword.arg}"]
            rows = rows[rows[keyword.arg].isin(wanted)]
        where = tuple(f"{name} {key}" for key in rows[named_by])
        kind, found = (
            ("set", frozenset(self.column(what, rows, column)))
            if column
            else ("number", Fraction(len(rows)))
        )
        return Printed(ast.unparse(tree), kind, found, where, tuple(about)).node

    def wanted(self, keyword: ast.keyword) -> list[str]:
        given = keyword.value
        elements = given.elts if isinstance(given, ast.Tuple) else [given]
        if keyword.arg is None or not elements:
            self.refuse(given, "allowed is column=value, or column=(value, value)")
        return [self.written(element) for element in elements]
