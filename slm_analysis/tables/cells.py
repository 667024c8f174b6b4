"""The cells and raw rows behind the numbers of a table, and the words that tables share."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain
from typing import Any

import pandas as pd
from markupsafe import Markup

from slm_analysis import schema
from slm_analysis.language import _
from slm_analysis.panel import cell_name
from slm_analysis.read import Raw
from slm_analysis.rendering import (
    addressed,
)

CHANNEL_WORDS = {"LP": "LP", "TO": "T&O", "nationality": "nationality", "": "departures"}

KIND_WORDS = {
    "exact": "exact",
    "rounded": "rounded",
    "suppressed": "under five",
    "range": "range of years",
    "zero": "zero, in words",
    "not printed": "not printed",
}


def places_of(row: Any) -> list[tuple[str, str, str]]:
    """Return source, page and section of a row of the panel, each place once."""
    parts = (text.split(";") for text in (row.source_id, row.page, row.section))
    return list(dict.fromkeys(zip(*parts, strict=True)))


def address(rows: pd.DataFrame) -> str:
    """Return the pages and sections of some rows, each once, as a note for readers."""
    places = {place for row in rows.itertuples() for place in places_of(row)}
    texts = [
        _("{source}, p. {page}, section {section}").format(
            source=source, page=page, section=section
        )
        if page
        else f"{source}, {section}"
        for source, page, section in sorted(places)
    ]
    return _("Source: {places}.").format(places="; ".join(texts))


def channels(table: pd.DataFrame) -> pd.Series:
    """Return the kind of request of each row in words."""
    return table["channel"].map(lambda channel: _(CHANNEL_WORDS[channel]))


def linked(texts: Iterable[str], cells: Iterable[Iterable[str]]) -> list[Markup]:
    """Return numbers with the cells behind each, row by row."""
    return [addressed(text, names) for text, names in zip(texts, cells, strict=True)]


def cells_of(table: pd.DataFrame, years: Iterable[object], indicator: str = "") -> list[list[str]]:
    """Return the names of the cells behind each row: those of its years (``2013, 2014``)."""
    return [
        [
            cell_name(row.iso3, year, row.channel, indicator or row.indicator)
            for year in str(listed).split(", ")
            if year
        ]
        for row, listed in zip(table.itertuples(), years, strict=True)
    ]


def together(*cells: list[list[str]]) -> list[list[str]]:
    """Return all the cells behind each row, of several numbers in it."""
    return [list(chain(*names)) for names in zip(*cells, strict=True)]


def rows_of(raw_ids: pd.Series) -> list[list[str]]:
    """Return the names of the raw rows behind each result."""
    return [[f"dtv_counts {name}" for name in ids.split(";")] for ids in raw_ids]


def row_links(raw_ids: pd.Series) -> list[Markup]:
    """Return the ids of raw rows, each with its address."""
    return [
        Markup(", ").join(addressed(name.split(" ")[1], [name]) for name in names)
        for names in rows_of(raw_ids)
    ]


def origin(table: pd.DataFrame, raw: Raw) -> dict[str, list[str] | list[Markup]]:
    """Return columns with the raw rows behind each result, and what in them is inferred."""
    notes = raw["dtv_counts"].set_index("id")["note"]
    found = []
    for ids in table["raw_ids"]:
        text = " ".join(notes[name] for name in ids.split(";"))
        marks = [mark for mark in schema.NOTE_MARKS if f"{mark}:" in text]
        found.append(", ".join(_(mark.removesuffix(" inferred")) for mark in marks) or _("nothing"))
    return {"inferred": found, "rows": row_links(table["raw_ids"])}
