"""A second evaluation of formulas, by Python itself on counts that are given: no solver, no parser.

What is evaluated is the project's own register and what tests write.
"""

import ast
import calendar
import datetime
import itertools
from fractions import Fraction


class Countable:
    """A country, or a country and a kind of request: ``ARM.LP.unanswered[2014]``."""

    def __init__(self, names, counts):
        self.names, self.counts = names, counts

    def __getattr__(self, name):
        return Countable((*self.names, name), self.counts)

    def __getitem__(self, year):
        iso3, *what = self.names
        if isinstance(year, slice):
            return [self[each] for each in range(year.start, year.stop + 1)]
        return Fraction(self.counts[" ".join((iso3, str(year), *what))])

    def __eq__(self, other):
        return str(self) == str(other)

    def __hash__(self):
        return hash(str(self))

    def __str__(self):
        return self.names[0]


class Day:
    """The first and the last day that a date can be."""

    def __init__(self, text):
        year, month, day = [*map(int, text.split("-")), 0, 0][:3]
        last = day or calendar.monthrange(year, month or 12)[1]
        self.first = datetime.date(year, month or 1, day or 1).toordinal()
        self.last = datetime.date(year, month or 12, last).toordinal()

    @classmethod
    def at(cls, ordinal):
        return cls(datetime.date.fromordinal(ordinal).isoformat())

    def __lt__(self, other):
        return self.last < other.first

    def __gt__(self, other):
        return other < self

    def __le__(self, other):
        return not other < self

    def __ge__(self, other):
        return not self < other

    def __eq__(self, other):
        return self <= other <= self

    __hash__ = None


class Each:
    def __init__(self, *values):
        self.values = flat(values)

    def _all(self, other, compare):
        others = other.values if isinstance(other, Each) else [other]
        return all(compare(a, b) for a, b in itertools.product(self.values, others))

    def __lt__(self, other):
        return self._all(other, lambda a, b: a < b)

    def __gt__(self, other):
        return self._all(other, lambda a, b: a > b)

    def __le__(self, other):
        return self._all(other, lambda a, b: a <= b)

    def __ge__(self, other):
        return self._all(other, lambda a, b: a >= b)

    def __eq__(self, other):
        return self._all(other, lambda a, b: a == b)

    def __ne__(self, other):
        return self._all(other, lambda a, b: a != b)

    __hash__ = None


def flat(values):
    return [
        item for value in values for item in (flat(value) if isinstance(value, list) else [value])
    ]


class Rows:
    """A raw table: ``agreements.iso3``, ``facts['erin-start'].value``."""

    def __init__(self, frame, days, told, column=None):
        self.frame, self.days, self.told, self.column = frame, days, told, column

    def __getattr__(self, column):
        return Rows(self.frame, self.days, self.told, column)

    def __getitem__(self, key):
        name = "id" if "id" in self.frame else "iso3"
        row = self.frame[self.frame[name] == key].iloc[0]
        return Row(row, self.days, f"{self.told}[{key!r}]")

    def where(self, wanted):
        found = self.frame
        for column, value in wanted.items():
            values = value if isinstance(value, tuple) else (value,)
            found = found[found[column].isin([str(each) for each in values])]
        return found


class Row:
    def __init__(self, row, days, told):
        self.row, self.days, self.told = row, days, told

    def __getattr__(self, column):
        value = self.row[column]
        if column == "date" or self.row.get("unit") in ("date", "month"):
            name = f"{self.told}.{column}"
            return Day.at(self.days[name]) if name in self.days else Day(value)
        try:
            return Fraction(value)
        except ValueError:
            return value


class Codes(frozenset):
    """A set of texts; countries count as their codes."""

    def __new__(cls, values=()):
        return super().__new__(cls, map(str, values))

    def __contains__(self, value):
        return super().__contains__(str(value))


class Literal(ast.NodeTransformer):
    """Written sets of countries are compared by their codes, and decimals are exact."""

    def visit_Set(self, node):
        return ast.Call(ast.Name("Codes", ast.Load()), [ast.List(node.elts, ast.Load())], [])

    def visit_Constant(self, node):
        if not isinstance(node.value, float):
            return node
        parts = Fraction(str(node.value))
        top = ast.Call(ast.Name("exact", ast.Load()), [ast.Constant(parts.numerator)], [])
        return ast.BinOp(top, ast.Div(), ast.Constant(parts.denominator))


def _set(rows=None, **wanted):
    if not isinstance(rows, Rows):
        return Codes(rows or ())
    return Codes(rows.where(wanted)[rows.column])


def _count(rows, **wanted):
    whole = isinstance(rows, Rows) and rows.column is None
    return Fraction(len(rows.where(wanted) if whole else _set(rows, **wanted)))


def oracle(text, tables, words):
    """Return a function of counts and days, by name, that says whether a formula holds."""
    tree = ast.fix_missing_locations(Literal().visit(ast.parse(text.strip(), mode="eval")))
    code = compile(tree, "formula", "eval")
    counts = {}
    names = {
        **{iso3: Countable((iso3,), counts) for iso3 in tables["countries"]["iso3"]},
        **{name: Rows(table, counts, name) for name, table in tables.items()},
        **words,
        "each": Each,
        "sum": lambda *values: sum(flat(values)),
        "mean": lambda *values: Fraction(sum(flat(values)), len(flat(values))),
        "largest": lambda *values: max(flat(values)),
        "smallest": lambda *values: min(flat(values)),
        "abs": abs,
        "count": _count,
        "set": _set,
        "date": Day,
        "Codes": Codes,
        "exact": Fraction,
        "__builtins__": {},
    }

    def holds(world):
        counts.clear()
        counts.update(world)
        return bool(eval(code, names))

    return holds
