"""Words of the vocabulary, and how a column and a table are described."""

from __future__ import annotations

import re
from typing import Literal

import pandera.pandas as pa

INDICATORS = (
    "requests",
    "negative",
    "confirmed",
    "issued",
    "unanswered",
    "forced",
    "independent",
)
DEPARTURES = ("forced", "independent")
OTHER_INDICATORS = ("returned", "ordered_to_leave")  # of Eurostat, never joined with the above
CHANNELS = ("LP", "TO", "nationality", "")
Verdict = Literal["certain", "possible", "contradicted"]
KINDS = ("exact", "rounded", "suppressed", "range", "zero")
NOTE_MARKS = (
    "general",
    "year inferred",
    "channel inferred",
    "meaning inferred",
    "shared figure",
)
FLAGS = (*NOTE_MARKS[1:], "several years", "intersected")
INSTRUMENTS = (
    "EU readmission agreement",
    "implementing protocol",
    "Benelux readmission agreement",
    "MoU",
    "supplementary arrangement",
    "working arrangement",
    "mobility partnership",
    "CAMM",
    "association agreement",
    "bilateral agreement",
    "migration dialogue",
    "joint committee",
    "third-country clause",
    "joint declaration",
    "undertaking",
    "offer of support",
    "task force",
    "aid cut",
    "freeze",
    "resumption",
)
STAGES = (
    "mandate",
    "sought",
    "in preparation",
    "in negotiation",
    "offered",
    "announced",
    "not concluded",
    "signed",
    "made",
    "in force",
    "not in force",
    "replaced",
    "ended",
    "not listed",
    "named",
    "invited",
    "visit",
    "met",
    "imposed",
)
OUTCOMES = (
    "reached",
    "partly reached",
    "not reached",
    "no result",
    "awaiting implementation",
)
GOALS = ("interim goal", "end goal 1", "end goal 2")
LISTS = (
    "focus_2015",
    "mr_2015",
    "less_cooperative_2013",
    "benelux_priority",
    "migration_development",
)

STATES = ("cell", "fact", "claim", "set aside")

Allowed = tuple[str, ...] | str


def column(meaning: str, allowed: Allowed, unit: str = "", *, unique: bool = False) -> pa.Column:
    """Describe a text column; ``allowed`` is a list of values or a regular expression."""
    check = (
        pa.Check(
            lambda cells: cells.str.fullmatch(allowed, flags=re.ASCII),  # `$` lets a line end by
            error=allowed,
            statistics={"pattern": rf"^(?:{allowed})$"},
        )
        if isinstance(allowed, str)
        else pa.Check.isin(allowed, error=" | ".join(value or "(empty)" for value in allowed))
    )
    return pa.Column(
        str, check, description=meaning, title=unit, unique=unique, required=True, nullable=False
    )


def table(description: str, **columns: pa.Column) -> pa.DataFrameSchema:
    """Describe a table; its columns stand in this order, and no others."""
    return pa.DataFrameSchema(columns, strict=True, ordered=True, description=description)


ANY = r".*"
SOURCE_ID = r"[a-z]+-[a-z0-9]+"
NOTE_MARK = r"(?:^|; )([^;:]+):"  # what stands before a colon at the head of a statement
SOME = r"\S.*"
ISO3 = r"[A-Z]{3}"
YEAR = r"\d{4}"
NUMBER = r"\d+"
YES_NO = ("yes", "no")


def identifier() -> pa.Column:
    """Describe the column that names the rows."""
    return column("Name of the row, used in every address", r"[a-z][a-z0-9-]*", unique=True)


def address() -> dict[str, pa.Column]:
    """Where in the sources a row is printed."""
    return {
        "source_id": column("Source, as in `sources.yml`", SOURCE_ID),
        "page": column("Printed page; empty where the source has no pages", r"\d*", "page"),
        "section": column("Section, footnote or paragraph of the source", SOME),
    }
