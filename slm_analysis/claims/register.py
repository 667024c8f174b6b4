"""Reading the register of claims: every field and argument checked, the claim named in the message.

A claim stands in ``data/raw/claims.yml`` with a test in declarative form (:mod:`count_tests`,
:mod:`table_tests`). To add one, add an entry there.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from slm_analysis import schema
from slm_analysis.claims.arguments import LIST, MAPPING, NUMBER, TEXT, TEXTS_IF_ANY, Arguments
from slm_analysis.claims.count_tests import CELL_TESTS, texts
from slm_analysis.claims.evaluation import COMPOUND
from slm_analysis.claims.evidence import CELL, Spec, key_of
from slm_analysis.claims.table_tests import TABLE_TESTS
from slm_analysis.errors import DataError
from slm_analysis.language import current
from slm_analysis.read import Raw
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
    statement_nl: str = ""
    reading_of: str = ""
    contradicts: str = ""

    @property
    def told(self) -> str:
        """The statement in the current language; in English where its Dutch is not given."""
        return (current() == "nl" and self.statement_nl) or self.statement


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


NEEDED = {
    "id": TEXT,
    "source_id": TEXT,
    "section": TEXT,
    "statement": TEXT,
    "countries": TEXTS_IF_ANY,
    "indicators": TEXTS_IF_ANY,
    "years": LIST,
    "test": MAPPING,
}

OPTIONAL = {"page": NUMBER, "statement_nl": TEXT, "reading_of": TEXT, "contradicts": TEXT}


def _claim(entry: object, raw: Raw) -> Claim:
    if not isinstance(entry, dict):
        raise DataError("allowed is a claim with fields", file=FILE, value=entry)
    name = str(entry.get("id", "without id"))
    _check_shapes(name, "", entry, NEEDED, OPTIONAL)
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
    if not isinstance(spec, dict):
        raise ClaimError(name, f"{kind}: allowed are arguments with their values", spec)
    optional = TABLE_TESTS[kind].optional if kind in TABLE_TESTS else {}
    _check_shapes(name, f"{kind}: ", spec, known[kind].arguments, optional)
    if kind in CELL_TESTS:
        _check_cells(name, kind, spec, raw)
    else:
        _check_rows(name, kind, spec, raw)


def _check_shapes(
    name: str, place: str, given: dict[Any, Any], needed: Arguments, optional: Arguments
) -> None:
    """Refuse what is missing, unknown or of another shape."""
    known = {**needed, **optional}
    for key in given:
        if key not in known:
            told = f"{place}unknown argument or field; allowed are {', '.join(known)}"
            raise ClaimError(name, told, key)
    for key in needed:
        if key not in given:
            raise ClaimError(name, f"{place}{key}: missing")
    for key, argument in known.items():
        if key in given and not argument.check(given[key]):
            raise ClaimError(name, f"{place}{key}: allowed is {argument.allowed}", given[key])


def _check_cells(name: str, kind: str, spec: Spec, raw: Raw) -> None:
    countries = set(raw["countries"]["iso3"])
    arguments = CELL_TESTS[kind].arguments
    for cell in texts({key: v for key, v in spec.items() if arguments[key] is not NUMBER}):
        match = CELL.fullmatch(cell)
        if match is None:
            raise ClaimError(
                name,
                f"{kind}: allowed is a cell such as ARM 2014 LP unanswered, or ARM 2014 forced",
                cell,
            )
        if match["iso3"] not in countries:
            raise ClaimError(name, f"{kind}: country not in countries.csv", cell)
    if kind == "within" and spec["lo"] > spec["hi"]:
        raise ClaimError(name, "within: lo: allowed is a number up to hi", spec["lo"])
    if "numerators" in spec and len(spec["numerators"]["from"]) != len(
        spec["denominators"]["from"]
    ):
        told = f"{kind}: allowed are as many numerators as denominators"
        raise ClaimError(name, told, spec["denominators"]["from"])


def _check_rows(name: str, kind: str, spec: Spec, raw: Raw) -> None:
    table = spec.get("table", "facts" if "fact" in kind else "agreements")
    if table not in raw.tables:
        raise ClaimError(name, f"{kind}: table: allowed are {', '.join(raw.tables)}", table)
    rows = raw[table]
    wanted = {
        column: value if isinstance(value, list) else [value]
        for column, value in spec.get("where", {}).items()
    }
    for column in (*wanted, *([spec["column"]] if "column" in spec else [])):
        if column not in rows:
            raise ClaimError(name, f"{kind}: {table} has the columns {', '.join(rows)}", column)
    for column, values in wanted.items():
        known = _known_values(raw, table, column)
        for value in values:
            if known is not None and str(value) not in known:
                raise ClaimError(name, f"{kind}: not in {table}.csv, column {column}", value)
    ids = []
    for key in ("row", "other", "fact", "left", "right", "total", "facts"):
        value = spec.get(key, [])
        ids += value if isinstance(value, list) else [value]
    for row in ids:
        if row not in set(rows[key_of(rows)]):
            raise ClaimError(name, f"{kind}: no such row in {table}.csv", row)


def _known_values(raw: Raw, table: str, column: str) -> set[str] | None:
    """Return what a selection can ask of a column; ``None`` where it may be anything."""
    if column == "iso3":
        return set(raw["countries"]["iso3"])
    if column == "subject":
        return set(raw[table]["subject"])
    check = schema.RAW[table].columns[column].checks[0].statistics
    return set(check["allowed_values"]) if "allowed_values" in check else None
