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
    days,
    number,
)

MOST_NODES = 400

DATE = re.compile(r"\d{4}(?:-\d{2}(?:-\d{2})?)?")
CELLS = re.compile(
    rf"(\w+)\.(?:({'|'.join(filter(None, schema.CHANNELS))})"
    rf"\.({'|'.join(i for i in schema.INDICATORS if i not in schema.DEPARTURES)})"
    rf"|({'|'.join(schema.DEPARTURES)}))\[(\d+)(?::(\d+))?\]"
)
ARITHMETIC = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}
SETS = {ast.BitOr: "union", ast.BitAnd: "both", ast.Sub: "without"}
TELLING = ("iso3", "instrument", "stage", "goal", "subject", "priority", "recommendation")
# how a comparison is written with three: its operation, whether the sides change, whether denied
EQUAL = {ast.Eq: ("equal", False, False), ast.NotEq: ("equal", False, True)}
ORDERED = EQUAL | {
    ast.Lt: ("less", False, False),
    ast.Gt: ("less", True, False),
    ast.LtE: ("less", True, True),
    ast.GtE: ("less", False, True),
}
CONTAINED = EQUAL | {
    ast.LtE: ("subset", False, False),
    ast.GtE: ("subset", True, False),
    ast.NotIn: ("subset", False, True),
}
OPERATORS: dict[str, dict[Any, tuple[str, bool, bool]]] = {
    "number": ORDERED,
    "date": ORDERED,
    "text": EQUAL,
    "set": CONTAINED,
}
LISTS = ("sum", "mean", "largest", "smallest", "each")


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
            case ast.BoolOp(op=op, values=values):
                parts = tuple(self.of_type(value, "truth") for value in values)
                return Node("and" if isinstance(op, ast.And) else "or", "truth", parts)
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return Node("not", "truth", (self.of_type(operand, "truth"),))
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return Node("-", "number", (number(0), self.of_type(operand, "number")))
            case ast.BinOp():
                return self.arithmetic(tree)
            case ast.Compare():
                return self.comparison(tree)
            case ast.Call():
                return self.call(tree)
            case ast.Constant(value=bool()):
                self.refuse(tree, "allowed are numbers and texts")
            case ast.Constant(value=int() | float() as value):
                return number(Fraction(str(value)))
            case ast.Constant(value=str() as value):
                return Node("text", "text", (value,))
            case ast.Name(id=name) if name in self.words:
                return Node("number", "number", (self.words[name], name))
            case ast.Name(id=name) if name in self.countries:
                return Node("text", "text", (name,))
            case ast.Set(elts=elements):
                found = [self.of_type(element, "text") for element in elements]
                if any(node.op != "text" for node in found):
                    self.refuse(tree, "allowed are texts and country codes")
                return Node("members", "set", (frozenset(node.args[0] for node in found),))
            case ast.Subscript(slice=ast.Slice()):
                self.refuse(tree, f"a span of years stands in one of {', '.join(LISTS)}")
            case ast.Subscript():
                return self.cells(tree)[0]
            case ast.Attribute(value=ast.Subscript(value=ast.Name())):
                return self.look_up(tree)
        self.refuse(
            tree, "allowed are counts, look-ups in tables, numbers, words, and what joins them"
        )

    def of_type(self, tree: ast.expr, wanted: str) -> Node:
        node = self.node(tree)
        if node.kind != wanted:
            self.refuse(tree, f"this is a {node.kind}; allowed is a {wanted}")
        return node

    def arithmetic(self, tree: ast.BinOp) -> Node:
        left, right = self.node(tree.left), self.node(tree.right)
        names: dict[Any, str] = SETS if left.kind == "set" else ARITHMETIC
        allowed = left.kind == right.kind and left.kind in ("number", "set")
        if not allowed or type(tree.op) not in names:
            self.refuse(tree, "allowed are + - * / of numbers, and | & - of sets")
        return Node(names[type(tree.op)], left.kind, (left, right))

    def comparison(self, tree: ast.Compare) -> Node:
        sides = [self.items(side, ("each",)) for side in (tree.left, *tree.comparators)]
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
            left = Node("members", "set", (frozenset(left.args),))
            operator = ast.LtE() if isinstance(operator, ast.In) else ast.NotIn()
        if left.kind != right.kind or left.kind == "truth":
            told = f"a {left.kind} is compared with a {right.kind}; allowed are two of one type"
            self.refuse(tree, told)
        known = OPERATORS[left.kind]
        if type(operator) not in known:
            self.refuse(tree, f"a {left.kind} is compared by == and != alone")
        op, turned, denied = known[type(operator)]
        node = Node(op, "truth", (right, left) if turned else (left, right))
        return Node("not", "truth", (node,)) if denied else node

    def items(self, tree: ast.expr, within: tuple[str, ...] = ()) -> list[Node]:
        """Return what a list function holds, spans opened; of anything else, itself."""
        if isinstance(tree, ast.Call) and getattr(tree.func, "id", "") in within:
            return [node for arg in self.arguments(tree) for node in self.items(arg, ("",))]
        if within == ("",) and isinstance(tree, ast.Subscript):
            return self.cells(tree)
        return [self.node(tree)]

    def arguments(self, tree: ast.Call) -> list[ast.expr]:
        if tree.keywords or not tree.args:
            self.refuse(tree, "allowed are one or more values, without names")
        return tree.args

    def call(self, tree: ast.Call) -> Node:
        name = tree.func.id if isinstance(tree.func, ast.Name) else ""
        if name in ("count", "set"):
            return self.selection(tree, name)
        if name == "date":
            match tree:
                case ast.Call(args=[ast.Constant(value=str() as value)], keywords=[]):
                    if DATE.fullmatch(value):
                        try:
                            return Node("day", "date", days(value))
                        except ValueError:
                            pass
            self.refuse(tree, "allowed is a date such as '2014', '2014-03' or '2014-03-21'")
        if name not in (*LISTS[:-1], "abs"):
            self.refuse(tree, f"allowed are {', '.join((*LISTS, 'abs', 'count', 'set', 'date'))}")
        found = [node for arg in self.arguments(tree) for node in self.items(arg, ("",))]
        if any(node.kind != "number" for node in found):
            self.refuse(tree, "allowed are numbers")
        if name == "abs":
            if len(found) != 1:
                self.refuse(tree, "allowed is one number")
            return Node("abs", "number", tuple(found))
        op = {"largest": "max", "smallest": "min"}.get(name, "+")
        total = reduce(lambda left, right: Node(op, "number", (left, right)), found)
        return Node("/", "number", (total, number(len(found)))) if name == "mean" else total

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

    def table(self, tree: ast.expr, name: str) -> pd.DataFrame:
        known = [each for each, rows in self.tables.items() if {"id", "iso3"} & set(rows)]
        if name not in known:
            self.refuse(tree, f"{name}: allowed are the tables {', '.join(known)}")
        return self.tables[name]

    def column(self, tree: ast.expr, rows: pd.DataFrame, name: str) -> pd.Series:
        if name not in rows:
            self.refuse(tree, f"{name}: allowed are the columns {', '.join(rows)}")
        return rows[name]

    def look_up(self, tree: ast.Attribute) -> Node:
        assert isinstance(tree.value, ast.Subscript)
        assert isinstance(tree.value.value, ast.Name)
        name = tree.value.value.id
        table = self.table(tree, name)
        key = getattr(tree.value.slice, "value", None)
        rows = table[table[key_of(table)] == key]
        if rows.empty:
            self.refuse(tree, f"no such row in {name}.csv")
        value = self.column(tree, rows, tree.attr).iloc[0]
        row = rows.iloc[0]
        about = tuple(row[column] for column in TELLING if column in row)
        about += (tree.attr,) if name == "countries" else ()
        found: tuple[str, Any] = ("text", value)
        if tree.attr == "date" or row.get("unit") in ("date", "month"):
            found = "date", days(value)
        elif re.fullmatch(r"\d+(\.\d+)?", value):
            found = "number", Fraction(value)
        printed = Printed(ast.unparse(tree), found[1], (f"{name} {key}",), about)
        return Node("printed", found[0], (printed,))

    def selection(self, tree: ast.Call, function: str) -> Node:
        if function == "set" and not tree.args and not tree.keywords:
            return Node("members", "set", (frozenset(),))
        if len(tree.args) != 1:
            self.refuse(tree, "allowed is one table, one table.column or one set")
        what = tree.args[0]
        names = ast.unparse(what).split(".")
        whole = not isinstance(what, ast.Name | ast.Attribute)
        if whole and function == "count" and not tree.keywords:
            return Node("size", "number", (self.of_type(what, "set"),))
        if whole or not (function == "set") < len(names) <= 2:
            self.refuse(tree, "allowed is table.column, and for a count also a table")
        table = self.table(what, names[0])
        rows, about = table, []
        for keyword in tree.keywords:
            wanted = self.values(keyword)
            answer = {"yes": "", "no": "no "}.get(wanted[0])  # a list of countries is its column
            about += wanted if answer is None else [f"{answer}{keyword.arg}"]
            known = self.column(tree, table, str(keyword.arg))
            allowed = schema.RAW[names[0]].columns[str(keyword.arg)].values
            for value in wanted:
                if value not in set(known) and value not in allowed:
                    self.refuse(keyword.value, f"{value!r} is not in {names[0]}.csv, {keyword.arg}")
            rows = rows[rows[keyword.arg].isin(wanted)]
        where = tuple(f"{names[0]} {key}" for key in rows[key_of(table)])
        told = ast.unparse(tree)
        if len(names) == 1:
            number_of = Fraction(len(rows))
            return Node("printed", "number", (Printed(told, number_of, where, tuple(about)),))
        found = frozenset(self.column(what, rows, names[1]))
        chosen = Node("printed", "set", (Printed(told, found, where, tuple(about)),))
        return Node("size", "number", (chosen,)) if function == "count" else chosen

    def values(self, keyword: ast.keyword) -> list[str]:
        given = keyword.value
        elements = given.elts if isinstance(given, ast.Tuple) else [given]
        found = [self.node(element) for element in elements]
        if keyword.arg is None or any(node.op != "text" for node in found) or not found:
            self.refuse(given, "allowed is column=value, or column=(value, value)")
        return [node.args[0] for node in found]


def key_of(rows: pd.DataFrame) -> str:
    """Return the column that names the rows of a raw table: countries have no ``id``."""
    return "id" if "id" in rows else "iso3"
