"""Formulas over true counts and raw tables: Python's grammar, a whitelist, a small kernel.

A formula is read into a tree of :class:`Node`, which the solver and the interval arithmetic both
evaluate; nothing is ever run as Python. The codebook has the language on one page.
"""

from __future__ import annotations

import ast
import calendar
import datetime
import itertools
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from typing import Any, NoReturn, TypeVar

import pandas as pd

from slm_analysis import schema
from slm_analysis.errors import AnalysisError
from slm_analysis.panel import cell_name

MOST_NODES = 400

DATE = re.compile(r"\d{4}(?:-\d{2}(?:-\d{2})?)?")
ARITHMETIC = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}
SETS = {ast.BitOr: "union", ast.BitAnd: "both", ast.Sub: "without"}
TELLING = ("iso3", "instrument", "stage", "goal", "subject", "priority", "recommendation")
LISTS = ("sum", "mean", "largest", "smallest", "each")


class FormulaError(AnalysisError):
    """A formula that cannot be read; the message has the place in it and what is allowed."""


@dataclass(frozen=True)
class Cell:
    """One count: a country, a kind of request (empty for departures), an indicator and a year."""

    iso3: str
    channel: str
    indicator: str
    year: int

    @property
    def name(self) -> str:
        """The cell as the panel names it: ``ARM 2014 LP unanswered``."""
        return cell_name(self.iso3, self.year, self.channel, self.indicator)


@dataclass(frozen=True)
class Printed:
    """What the raw tables print: a number, a text, a set of texts, or the days a date can be.

    ``told`` is the expression; ``rows`` are the rows that it rests on, as ``facts erin-start``;
    ``about`` are the words of the tables that say what it is.
    """

    told: str
    value: Any
    rows: tuple[str, ...]
    about: tuple[str, ...]


Leaf = TypeVar("Leaf", Cell, Printed)


@dataclass(frozen=True)
class Node:
    """A part of a formula: an operation, the kind of its value, and what it works on."""

    op: str
    kind: str
    args: tuple[Any, ...]

    def walk(self) -> Iterator[Node]:
        """Yield this part and all parts of it, from left to right."""
        yield self
        for arg in self.args:
            if isinstance(arg, Node):
                yield from arg.walk()

    def leaves(self, of: type[Leaf]) -> list[Leaf]:
        """Return the different cells, or printed values, of a formula, in order."""
        found = (arg for node in self.walk() for arg in node.args if isinstance(arg, of))
        return list(dict.fromkeys(found))


def days(date: str) -> tuple[int, int]:
    """Return the first and the last day that a date can be, as ordinals; any day if empty.

    Examples
    --------
    >>> [datetime.date.fromordinal(day).isoformat() for day in days("2014-02")]
    ['2014-02-01', '2014-02-28']
    """
    if not date:
        return 1, datetime.date.max.toordinal()
    if "-00" in date:
        raise ValueError(f"{date}: no such month or day")
    year, month, day = [*map(int, date.split("-")), 0, 0][:3]
    last = day or calendar.monthrange(year, month or 12)[1]
    return (
        datetime.date(year, month or 1, day or 1).toordinal(),
        datetime.date(year, month or 12, last).toordinal(),
    )


def written(first: int, last: int) -> str:
    """Return the date that can be the days from ``first`` to ``last``; empty if it can be any.

    Examples
    --------
    >>> written(*days("2014-02")), written(*days(""))
    ('2014-02', '')
    """
    one, other = map(datetime.date.fromordinal, (first, last))
    if one == other:
        return one.isoformat()
    if (one.month, one.year) == (other.month, other.year):
        return f"{one:%Y-%m}"
    return f"{one:%Y}" if one.year == other.year else ""


def number(value: Fraction | int) -> Node:
    """Return a number that stands in a formula."""
    return Node("number", "number", (Fraction(value),))


def conjunction(parts: list[Node]) -> Node:
    """Return the formula that holds where all parts hold."""
    return parts[0] if len(parts) == 1 else Node("and", "truth", tuple(parts))


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
    slm_analysis.claims.formulas.FormulaError: character 1, ARM.forced[2014] < date('2014'): a
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
        pair, turned = (left, right), (right, left)
        ordered = left.kind in ("number", "date")
        found: dict[type[ast.cmpop], Callable[[], Node]] = {
            ast.Eq: lambda: Node("equal", "truth", pair),
            ast.NotEq: lambda: _not(Node("equal", "truth", pair)),
        }
        if ordered:
            found |= {
                ast.Lt: lambda: Node("less", "truth", pair),
                ast.Gt: lambda: Node("less", "truth", turned),
                ast.LtE: lambda: _not(Node("less", "truth", turned)),
                ast.GtE: lambda: _not(Node("less", "truth", pair)),
            }
        elif left.kind == "set":
            found |= {
                ast.LtE: lambda: Node("subset", "truth", pair),
                ast.GtE: lambda: Node("subset", "truth", turned),
                ast.NotIn: lambda: _not(Node("subset", "truth", pair)),
            }
        if type(operator) not in found:
            self.refuse(tree, f"a {left.kind} is compared by == and != alone")
        return found[type(operator)]()

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
        names = _dotted(tree.value)
        iso3, channel, indicator = names if len(names) == 3 else [*names[:1], "", *names[1:]]
        departure = indicator in schema.DEPARTURES
        if len(names) not in (2, 3) or (
            indicator not in schema.INDICATORS
            or departure != (channel == "")
            or channel not in schema.CHANNELS
        ):
            self.refuse(
                tree, "allowed is a count such as ARM.LP.unanswered[2014], ARM.forced[2014]"
            )
        if iso3 not in self.countries:
            self.refuse(tree, f"{iso3}: country not in countries.csv")
        match tree.slice:
            case ast.Constant(value=int() as first):
                last = first
            case ast.Slice(
                lower=ast.Constant(value=int() as first),
                upper=ast.Constant(value=int() as last),
                step=None,
            ):
                pass
            case _:
                self.refuse(tree, "allowed is a year (2014) or a span (2012:2014)")
        if not 1900 <= first <= last <= 2100:
            self.refuse(tree, "allowed are calendar years, the first not after the last")
        return [
            Node("cell", "number", (Cell(iso3, channel, indicator, year),))
            for year in range(first, last + 1)
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
        names = _dotted(what)
        if len(names) == 0 and function == "count" and not tree.keywords:
            return Node("size", "number", (self.of_type(what, "set"),))
        if len(names) != (2 if function == "set" else len(names)) or not 1 <= len(names) <= 2:
            self.refuse(tree, "allowed is table.column, and for a count also a table")
        table = self.table(what, names[0])
        rows, about = table, []
        for keyword in tree.keywords:
            wanted = self.values(keyword)
            about += [keyword.arg or ""] if wanted == ["yes"] else wanted
            known = self.column(tree, table, str(keyword.arg))
            allowed = schema.RAW[names[0]].columns[str(keyword.arg)].checks[0].statistics
            for value in wanted:
                if value not in set(known) and value not in allowed.get("allowed_values", ()):
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


def _not(node: Node) -> Node:
    return Node("not", "truth", (node,))


def _dotted(tree: ast.expr) -> list[str]:
    """Return the names of ``a.b.c``, or none where it is anything else."""
    if isinstance(tree, ast.Name):
        return [tree.id]
    if isinstance(tree, ast.Attribute):
        before = _dotted(tree.value)
        return [*before, tree.attr] if before else []
    return []


def key_of(rows: pd.DataFrame) -> str:
    """Return the column that names the rows of a raw table: countries have no ``id``."""
    return "id" if "id" in rows else "iso3"
