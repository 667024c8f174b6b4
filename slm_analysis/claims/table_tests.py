"""The types of test on lists, dates and numbers of the raw tables.

To add a type, add a function registered with :func:`_on_tables`; it returns an :class:`Outcome`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from slm_analysis.claims.arguments import NUMBER, SELECTION, TEXT, TEXTS, VALUE, VALUES, Arguments
from slm_analysis.claims.evidence import Evidence, Outcome, Spec, key_of
from slm_analysis.errors import AnalysisError

DATE = re.compile(r"\d{4}(?:-\d{2}(?:-\d{2})?)?")


@dataclass(frozen=True)
class TableTest:
    """A test on raw tables: its arguments, those that it can do without, and its outcome."""

    arguments: Arguments
    optional: Arguments
    judge: Callable[[Spec, Evidence], Outcome]


TABLE_TESTS: dict[str, TableTest] = {}


def _on_tables(arguments: Arguments, optional: Arguments | None = None) -> Callable[..., Any]:
    def register(judge: Callable[[Spec, Evidence], Outcome]) -> Any:
        TABLE_TESTS[judge.__name__.strip("_")] = TableTest(arguments, optional or {}, judge)
        return judge

    return register


def _settled(holds: bool, arithmetic: str, cells: Iterable[str]) -> Outcome:
    return Outcome(holds, holds, arithmetic, tuple(dict.fromkeys(cells)))


def _named(table: str, rows: pd.DataFrame) -> list[str]:
    return [f"{table} {name}" for name in rows[key_of(rows)]]


def _selection(spec: Spec) -> str:
    where = spec.get("where", {})
    told = ", ".join(
        f"{column} {' or '.join(map(str, v)) if isinstance(v, list) else v}"
        for column, v in where.items()
    )
    return f"{spec['table']}" + (f" with {told}" if told else "")


@_on_tables({"table": TEXT, "value": NUMBER}, {"column": TEXT, "where": SELECTION})
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


@_on_tables({"table": TEXT, "column": TEXT, "values": VALUES}, {"where": SELECTION})
def _list_equals(spec: Spec, evidence: Evidence) -> Outcome:
    found, stated, cells = _members(spec, evidence)
    arithmetic = (
        f"{spec['column']} of {_selection(spec)}: {_listed(found)}; stated but not there: "
        f"{_listed(stated - found)}; there but not stated: {_listed(found - stated)}"
    )
    return _settled(found == stated, arithmetic, cells)


@_on_tables({"table": TEXT, "column": TEXT, "values": VALUES}, {"where": SELECTION})
def _list_includes(spec: Spec, evidence: Evidence) -> Outcome:
    found, stated, cells = _members(spec, evidence)
    arithmetic = (
        f"{spec['column']} of {_selection(spec)}: {_listed(found)}; stated but not there: "
        f"{_listed(stated - found)}"
    )
    return _settled(stated <= found, arithmetic, cells)


@_on_tables({"table": TEXT, "column": TEXT, "values": VALUES}, {"where": SELECTION})
def _list_excludes(spec: Spec, evidence: Evidence) -> Outcome:
    found, stated, cells = _members(spec, evidence)
    arithmetic = (
        f"{spec['column']} of {_selection(spec)}: {_listed(found)}; said to be absent but there: "
        f"{_listed(stated & found)}"
    )
    return _settled(not stated & found, arithmetic, cells)


@_on_tables({"table": TEXT, "row": TEXT, "column": TEXT, "value": VALUE})
def _text_equals(spec: Spec, evidence: Evidence) -> Outcome:
    found = evidence.row(spec["table"], spec["row"])[spec["column"]]
    return _settled(
        found == str(spec["value"]),
        f"{spec['column']} of {spec['row']}: {found}; stated {spec['value']}",
        [f"{spec['table']} {spec['row']}"],
    )


@_on_tables({"row": TEXT, "value": VALUE})
def _date_equals(spec: Spec, evidence: Evidence) -> Outcome:
    found, stated = evidence.row("agreements", spec["row"])["date"], str(spec["value"])
    cell = f"agreements {spec['row']}"
    told = f"date of {spec['row']}: {found or 'not printed'}; stated {stated}"
    if not found:
        return Outcome(False, True, told, (cell,), (f"date of {spec['row']}",))
    agree = found.startswith(stated) or stated.startswith(found)
    return Outcome(found.startswith(stated), agree, told, (cell,))


@_on_tables({"row": TEXT, "other": TEXT})
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


@_on_tables({"fact": TEXT, "value": VALUE})
def _fact_equals(spec: Spec, evidence: Evidence) -> Outcome:
    (fact,) = _facts([spec["fact"]], evidence)
    return _settled(
        _same(fact["value"], str(spec["value"])),
        f"{_told(fact)}; stated {spec['value']}",
        [f"facts {spec['fact']}"],
    )


@_on_tables({"facts": TEXTS})
def _facts_equal(spec: Spec, evidence: Evidence) -> Outcome:
    facts = _facts(spec["facts"], evidence)
    return _settled(
        all(_same(facts[0]["value"], fact["value"]) for fact in facts[1:]),
        "the same: " + "; ".join(map(_told, facts)),
        [f"facts {name}" for name in spec["facts"]],
    )


@_on_tables({"facts": TEXTS, "total": TEXT})
def _facts_sum(spec: Spec, evidence: Evidence) -> Outcome:
    facts, (total,) = _facts(spec["facts"], evidence), _facts([spec["total"]], evidence)
    added = sum(_number(fact["value"]) for fact in facts)
    return _settled(
        abs(added - _number(total["value"])) < 1e-9,
        " + ".join(fact["value"] for fact in facts)
        + f" = {added:g}; stated {total['value']} ({_told(total)})",
        [f"facts {name}" for name in (*spec["facts"], spec["total"])],
    )


@_on_tables({"left": TEXT, "right": TEXT})
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
