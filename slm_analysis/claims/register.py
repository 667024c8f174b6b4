"""The report's statements against its own figures, each with a verdict that is computed.

A claim stands in ``data/raw/claims.yml`` with a test in declarative form (:mod:`count_tests`,
:mod:`table_tests`). To add one, add an entry there. A test on counts is judged over all true
counts that fit the print; a count that is not printed is anything from 0 up.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from slm_analysis import schema
from slm_analysis.claims.count_tests import CELL_TESTS, texts
from slm_analysis.claims.evaluation import COMPOUND, evaluate
from slm_analysis.claims.evidence import CELL, Evidence, Spec
from slm_analysis.claims.table_tests import TABLE_TESTS
from slm_analysis.errors import AnalysisError, DataError
from slm_analysis.panel import build_panel
from slm_analysis.read import Raw
from slm_analysis.rules import RULES, ReadingRule
from slm_analysis.textfiles import read_yaml

FILE = "claims.yml"


class ClaimError(DataError):
    """A claim that cannot be read or evaluated; the message names it."""

    def __init__(self, claim_id: str, problem: str, value: object = None) -> None:
        super().__init__(problem, file=f"{FILE}, {claim_id}", value=value)


@dataclass(frozen=True)
class Claim:
    """A statement of a source and the test that it is put to; see the codebook for the fields."""

    id: str
    source_id: str
    section: str
    statement: str
    countries: tuple[str, ...]
    indicators: tuple[str, ...]
    years: tuple[int, ...]
    test: Spec
    page: int | None = None
    reading_of: str = ""
    contradicts: str = ""


def judge_all(claims: list[Claim], raw: Raw, rule: ReadingRule | None = None) -> pd.DataFrame:
    """Evaluate every claim, also under every other reading rule.

    Parameters
    ----------
    claims
        As :func:`read_claims` returns them, or some of them.
    raw
        The raw tables; the panel is built from them once per reading rule.
    rule
        How to read the print; by default each source's own rule.

    Returns
    -------
    DataFrame
        Columns of :data:`schema.PROCESSED` ``["claims"]``, one row per claim, in the order of the
        register; all is text, lists are parted by ``;``. ``stable`` is *yes* where every rule gives
        the same verdict; ``otherwise`` lists the rules that give another.

    Raises
    ------
    ClaimError
        For a claim whose test cannot be evaluated, such as one that compares a word as a number.

    Examples
    --------
    >>> test = {"falls": {"from": ["ARM 2012 LP unanswered"], "to": "ARM 2014 LP unanswered"}}
    >>> claim = Claim("arm-fewer", "acvz-2015", "3.2.3", "Armenia left fewer requests unanswered",
    ...               ("ARM",), ("unanswered",), (2012, 2014), test, page=54)
    >>> judged = judge_all([claim], raw)
    >>> judged[["verdict", "stable", "arithmetic"]].iloc[0].tolist()
    ['certain', 'yes',
     'ARM 2014 LP unanswered: 53–57 less than each of ARM 2012 LP unanswered: 128–132']
    """
    evidence = Evidence.of(raw, build_panel(raw, rule))
    others = {name: Evidence.of(raw, build_panel(raw, other)) for name, other in RULES.items()}
    rows = []
    for claim in claims:
        try:
            outcome = evaluate(claim.test, evidence)
            verdicts = {name: evaluate(claim.test, other).verdict for name, other in others.items()}
        except AnalysisError as error:
            raise ClaimError(claim.id, str(error)) from None
        rows.append(
            {
                "claim_id": claim.id,
                "source_id": claim.source_id,
                "page": "" if claim.page is None else str(claim.page),
                "section": claim.section,
                "statement": claim.statement,
                "countries": ";".join(claim.countries),
                "indicators": ";".join(claim.indicators),
                "years": ";".join(map(str, claim.years)),
                "test": json.dumps(claim.test, ensure_ascii=False),
                "verdict": outcome.verdict,
                "arithmetic": outcome.arithmetic,
                "cells": ";".join(outcome.cells),
                "missing": ";".join(outcome.missing),
                "stable": "yes" if set(verdicts.values()) == {outcome.verdict} else "no",
                "otherwise": ";".join(
                    f"{name}: {verdict}"
                    for name, verdict in verdicts.items()
                    if verdict != outcome.verdict
                ),
            }
        )
    return pd.DataFrame(rows, columns=list(schema.PROCESSED["claims"].columns))


# reading the register -----------------------------------------------------------------------


def read_claims(raw: Raw, folder: Path) -> list[Claim]:
    """Read and check the register.

    Parameters
    ----------
    raw
        The raw tables to which claims refer.
    folder
        Where ``claims.yml`` stands.

    Returns
    -------
    list of Claim
        In the order of the file.

    Raises
    ------
    ClaimError
        For the first claim that names something unknown or lacks an argument.
    DataError
        If ``claims.yml`` is missing, or is not a list of claims.

    Examples
    --------
    >>> from slm_analysis.project import Project
    >>> register = read_claims(raw, Project.current().raw)
    >>> register[0].id, register[0].page, register[0].test
    ('problem-named-1996', 9, {'facts_equal': {'facts': ['named-1996-summary', 'named-1996-ch1']}})
    """
    entries = read_yaml(folder / FILE)
    if not isinstance(entries, list):
        raise DataError("allowed is a list of claims", file=FILE)
    claims = [_claim(entry, raw) for entry in entries]
    by_id: dict[str, Claim] = {}
    for claim in claims:
        if claim.id in by_id:
            raise ClaimError(claim.id, "stands more than once")
        by_id[claim.id] = claim
    for claim in claims:
        if claim.reading_of and claim.reading_of not in by_id:
            raise ClaimError(claim.id, "reading_of: no such claim", claim.reading_of)
        if claim.contradicts and (
            claim.contradicts not in by_id or by_id[claim.contradicts].contradicts != claim.id
        ):
            raise ClaimError(
                claim.id,
                "contradicts: allowed is a claim that names this one in turn",
                claim.contradicts,
            )
    return claims


NEEDED = ("id", "source_id", "section", "statement", "countries", "indicators", "years", "test")
OPTIONAL = ("page", "reading_of", "contradicts")


def _claim(entry: object, raw: Raw) -> Claim:
    if not isinstance(entry, dict):
        raise DataError("allowed is a claim with fields", file=FILE, value=entry)
    name = str(entry.get("id", "without id"))
    for key in NEEDED:
        if key not in entry:
            raise ClaimError(name, f"{key}: missing")
    for key in entry:
        if key not in (*NEEDED, *OPTIONAL):
            raise ClaimError(
                name, f"unknown field; allowed are {', '.join(NEEDED + OPTIONAL)}", key
            )
    source = raw.sources.get(entry["source_id"])
    if source is None:
        raise ClaimError(
            name, f"source_id: allowed are {', '.join(raw.sources)}", entry["source_id"]
        )
    page = entry.get("page")
    if source.pages is None and page is not None:
        raise ClaimError(name, f"page: {source.source_id} has no page numbers", page)
    if source.pages and not (isinstance(page, int) and source.pages[0] <= page <= source.pages[1]):
        raise ClaimError(
            name,
            f"page: those of {source.source_id} are {source.pages[0]} to {source.pages[1]}",
            page,
        )
    for key, known in (
        ("countries", set(raw["countries"]["iso3"])),
        ("indicators", set(schema.INDICATORS)),
    ):
        for value in entry[key]:
            if value not in known:
                raise ClaimError(name, f"{key}: unknown", value)
    if not all(isinstance(year, int) and 1900 <= year <= 2100 for year in entry["years"]):
        raise ClaimError(name, "years: allowed are calendar years", entry["years"])
    _check_test(name, entry["test"], raw)
    return Claim(
        **{key: tuple(v) if isinstance(v, list) else v for key, v in entry.items()}  # type: ignore[arg-type]
    )


def _check_test(name: str, test: object, raw: Raw) -> None:
    """Refuse a test of an unknown type, with missing arguments, or that names unknown things."""
    if not isinstance(test, dict) or len(test) != 1:
        raise ClaimError(name, "test: allowed is one test type with its arguments", test)
    ((kind, spec),) = test.items()
    if kind in COMPOUND:
        if not isinstance(spec, list) or len(spec) < 2:
            raise ClaimError(name, f"{kind}: allowed is a list of two tests or more", spec)
        for part in spec:
            _check_test(name, part, raw)
        return
    known = CELL_TESTS | TABLE_TESTS
    if kind not in known:
        raise ClaimError(
            name, f"unknown test; allowed are all, any, {', '.join(sorted(known))}", kind
        )
    if isinstance(spec, dict):
        optional = ("where", "column") if kind in TABLE_TESTS else ()
        allowed_here = (*known[kind].arguments, *optional)
        for argument in spec:
            if argument not in allowed_here:
                told = f"{kind}: unknown argument; allowed are {', '.join(allowed_here)}"
                raise ClaimError(name, told, argument)
    for argument in known[kind].arguments:
        if not isinstance(spec, dict) or argument not in spec:
            raise ClaimError(name, f"{kind}: argument {argument!r} missing")
    if kind in CELL_TESTS:
        _check_cells(name, kind, spec, raw)
    else:
        _check_rows(name, kind, spec, raw)


def _check_cells(name: str, kind: str, spec: Spec, raw: Raw) -> None:
    numbers = ("tolerance", "lo", "hi", "value")
    named = {key: value for key, value in spec.items() if key not in numbers}
    for key in numbers:
        if key in spec and not isinstance(spec[key], int | float):
            raise ClaimError(name, f"{kind}: {key}: allowed is a number", spec[key])
    countries = set(raw["countries"]["iso3"])
    found = list(texts(named))
    if not found:
        raise ClaimError(name, f"{kind}: no cell named")
    for cell in found:
        match = CELL.fullmatch(cell)
        if match is None:
            raise ClaimError(
                name,
                f"{kind}: allowed is a cell such as ARM 2014 LP unanswered, or ARM 2014 forced",
                cell,
            )
        if match["iso3"] not in countries:
            raise ClaimError(name, f"{kind}: country not in countries.csv", cell)
    if kind == "constant" and len(spec["cells"]) < 2:
        raise ClaimError(name, "constant: allowed are two cells or more", spec["cells"])


def _check_rows(name: str, kind: str, spec: Spec, raw: Raw) -> None:
    table = spec.get("table", "facts" if "fact" in kind else "agreements")
    if table not in raw.tables:
        raise ClaimError(name, f"{kind}: table: allowed are {', '.join(raw.tables)}", table)
    rows = raw[table]
    columns = [*spec.get("where", {}), *([spec["column"]] if "column" in spec else [])]
    for column in columns:
        if column not in rows:
            raise ClaimError(name, f"{kind}: {table} has the columns {', '.join(rows)}", column)
    for column, value in spec.get("where", {}).items():
        for item in value if isinstance(value, list) else [value]:
            if column in ("subject", "list") and str(item) not in set(rows[column]):
                raise ClaimError(name, f"{kind}: not in {table}.csv, column {column}", item)
    ids = []
    for key in ("row", "other", "fact", "left", "right", "total", "facts"):
        value = spec.get(key, [])
        ids += value if isinstance(value, list) else [value]
    for row in ids:
        if row not in set(rows["id"]):
            raise ClaimError(name, f"{kind}: no such row in {table}.csv", row)
