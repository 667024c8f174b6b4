"""Reading the register of claims: every field checked, every formula read.

To add a claim, add an entry to ``data/raw/claims.yml``; the codebook has fields and language.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from slm_analysis.errors import DataError
from slm_analysis.language import _, current
from slm_analysis.printed.read import Raw
from slm_analysis.printed.textfiles import read_yaml
from slm_analysis.verdicts.formula_language import read_formula
from slm_analysis.verdicts.formula_tree import Cell, FormulaError, Node, Printed
from slm_analysis.verdicts.solver import Question

FILE = "claims.yml"
NEEDED = ("id", "source_id", "section", "statement", "statement_nl")
OPTIONAL = ("page", "test", "parts", "readings", "touches")
TOUCHES = r"a conclusion \(p\. \d+\)|an argument|a slip|"


class ClaimError(DataError):
    """A claim that cannot be read or decided; the message names it."""

    def __init__(self, claim_id: str, problem: str, value: object = None) -> None:
        super().__init__(problem, file=f"{FILE}, {claim_id}", value=value)


@dataclass(frozen=True)
class Test:
    """One formula of a claim: of the statement, of a part of it, or of another reading.

    Parameters
    ----------
    role, name
        What it is of, and what tells it from others: a country, a clause, or a number.
    says, says_nl
        The statement, or the reading, in words; a part has its name.
    text
        The formula as it stands in the register; of a statement with parts, the parts together.

    Examples
    --------
    >>> formula = read_formula("ARM.forced[2014] > 3", raw.tables, {})
    >>> Test("part", "ARM", "", "", "ARM.forced[2014] > 3", formula).told(raw.names)
    'Armenia'
    """

    role: Literal["statement", "part", "reading"]
    name: str
    says: str
    says_nl: str
    text: str
    formula: Node

    @cached_property
    def question(self) -> Question:
        """The formula, put to the solver."""
        return Question(self.formula)

    @property
    def cells(self) -> list[Cell]:
        """The counts that the formula speaks of."""
        return self.formula.leaves(Cell)

    @property
    def names(self) -> set[str]:
        """The countries that the formula names, and other words of the tables."""
        written = (node.texts for node in self.formula.walk() if node.op != "printed")
        looked_up = (printed.about for printed in self.formula.leaves(Printed))
        return {cell.iso3 for cell in self.cells}.union(*written, *looked_up)

    @property
    def rows(self) -> list[str]:
        """The rows of the raw tables that the formula looks up, as ``facts erin-start``."""
        found = (row for printed in self.formula.leaves(Printed) for row in printed.rows)
        return list(dict.fromkeys(found))

    def told(self, countries: Mapping[str, str]) -> str:
        """Return what it says in the current language, given the names of countries."""
        if self.role == "part":
            return countries.get(self.name) or _(self.name)
        return self.says_nl if current() == "nl" else self.says


@dataclass(frozen=True)
class Claim:
    """A statement of a source with its formulas; the first test is that of the statement."""

    id: str
    source_id: str
    section: str
    tests: tuple[Test, ...]
    page: int | None
    touches: str

    @property
    def names(self) -> set[str]:
        """The countries that any of its formulas names, and other words of the tables."""
        return set().union(*(test.names for test in self.tests))


def numbers_of_words(raw: Raw) -> dict[str, Fraction]:
    """Return the number that each word stands for in formulas.

    Examples
    --------
    >>> numbers_of_words(raw)["constant"]
    Fraction(5, 1)
    """
    rows = raw["formula_words"]
    return dict(zip(rows["word"], rows["number"].map(Fraction), strict=True))


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
        For the first claim that names something unknown.
    DataError
        If ``claims.yml`` is missing, or is not a list of claims.

    Examples
    --------
    >>> from slm_analysis.project import Project
    >>> register = read_claims(raw, Project.current().raw)
    >>> len(register) == len({claim.id for claim in register})
    True
    """
    entries = read_yaml(folder / FILE)
    if not isinstance(entries, list):
        raise DataError("allowed is a list of claims", file=FILE)
    words = numbers_of_words(raw)
    claims = [read_claim(entry, raw, words) for entry in entries]
    for name, times in Counter(claim.id for claim in claims).items():
        if times > 1:
            raise ClaimError(name, "stands more than once")
    return claims


def read_claim(entry: object, raw: Raw, words: Mapping[str, Fraction]) -> Claim:
    """Read one entry of the register; the raw tables and words are what its formulas may name.

    Raises
    ------
    ClaimError
        As :func:`read_claims` does.
    """
    if not isinstance(entry, dict):
        raise DataError("allowed is a claim with fields", file=FILE, value=entry)
    name = str(entry.get("id", "without id"))
    for fits, allowed, value in _checks(entry, raw):
        if not fits:
            raise ClaimError(name, allowed, value)

    def formula(place: str, text: object) -> tuple[str, Node]:
        if not isinstance(text, str):
            raise ClaimError(name, f"{place}: allowed is a formula", text)
        try:
            return text, read_formula(text, raw.tables, words)
        except FormulaError as error:
            raise ClaimError(name, f"{place}: {error}") from None

    parts = [
        Test("part", str(part), "", "", *formula(f"parts, {part}", text))
        for part, text in entry.get("parts", {}).items()
    ]
    if parts:
        together = " and ".join(f"({part.text})" for part in parts)
        whole = together, Node("and", "truth", tuple(part.formula for part in parts))
    else:
        whole = formula("test", entry["test"])
    readings = [
        Test("reading", str(number), reading["says"], reading["says_nl"],
             *formula(f"readings, {number}", reading["test"]))
        for number, reading in enumerate(entry.get("readings", []), start=1)
    ]  # fmt: skip
    statement = Test("statement", "", entry["statement"], entry["statement_nl"], *whole)
    return Claim(
        name, entry["source_id"], entry["section"], (statement, *parts, *readings),
        entry.get("page"), entry.get("touches", ""),
    )  # fmt: skip


Check = tuple[bool, str, object]  # whether it is right, what is allowed, and what there is


def _checks(entry: dict[Any, Any], raw: Raw) -> Iterator[Check]:
    """Yield the checks of an entry, save its formulas; each rests on those before."""
    yield from _check_fields(entry, NEEDED, OPTIONAL)
    source_id, page = entry["source_id"], entry.get("page")
    yield source_id in raw.sources, f"source_id: allowed are {', '.join(raw.sources)}", source_id
    if pages := raw.sources[source_id].pages:
        fits = type(page) is int and pages[0] <= page <= pages[1]
        yield fits, f"page: those of {source_id} are {pages[0]} to {pages[1]}", page
    else:
        yield page is None, f"page: {source_id} has no page numbers", page
    touches = entry.get("touches", "")
    told = "touches: allowed are a conclusion (p. NN), an argument, a slip"
    yield re.fullmatch(TOUCHES, str(touches)) is not None, told, touches
    yield ("test" in entry) != ("parts" in entry), "allowed is a test, or else parts", None
    if "parts" in entry:
        parts = entry["parts"]
        told = "parts: allowed are two names or more, each with a formula"
        yield isinstance(parts, dict) and len(parts) > 1, told, parts
    readings = entry.get("readings", [])
    yield isinstance(readings, list), "readings: allowed is a list", readings
    for reading in readings:
        yield isinstance(reading, dict), "readings: allowed are says, says_nl and test", reading
        yield from _check_fields(reading, ("says", "says_nl", "test"))


def _check_fields(
    entry: dict[Any, Any], needed: tuple[str, ...], optional: tuple[str, ...] = ()
) -> Iterator[Check]:
    allowed = (*needed, *optional)
    for key in entry:
        yield key in allowed, f"allowed fields are {', '.join(allowed)}", key
    for key in needed:
        value = entry.get(key)
        yield isinstance(value, str) and value.strip() != "", f"{key}: allowed is a text", value
