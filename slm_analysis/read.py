"""Strict reading of the raw tables: text in, or an error that names the place.

To add a printed figure, add a row to ``data/raw/dtv_counts.csv``; to add a source, add a record
to ``data/raw/sources.yml``.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from slm_analysis import schema
from slm_analysis.bounds import RULES, ReadingRule, Rounding
from slm_analysis.errors import DataError
from slm_analysis.language import country_names

SOURCE_TEXTS = ("title", "author", "publisher", "published", "citation", "licence")


@dataclass(frozen=True)
class Source:
    """A document, and what its figures can be.

    Parameters
    ----------
    years, pages
        First and last; ``None`` where the source prints no counts, or has no page numbers.
    rounding, reading_rule
        How counts were rounded and hidden, and how to read them; ``None`` without counts.
    """

    source_id: str
    title: str
    author: str
    publisher: str
    published: str
    citation: str
    licence: str
    years: tuple[int, int] | None = None
    pages: tuple[int, int] | None = None
    rounding: Rounding | None = None
    reading_rule: ReadingRule | None = None
    rounding_stated: str = ""


@dataclass(frozen=True)
class Raw:
    """All raw tables, validated, every cell text; keys of ``tables`` as in :data:`schema.RAW`."""

    tables: dict[str, pd.DataFrame]
    sources: dict[str, Source]

    def __getitem__(self, name: str) -> pd.DataFrame:
        return self.tables[name]

    @property
    def names(self) -> dict[str, str]:
        """Country names by ISO code, in the current language."""
        countries = self["countries"]
        return country_names(dict(zip(countries["iso3"], countries["name"], strict=True)))

    @property
    def years(self) -> tuple[int, int]:
        """First and last year for which any source prints counts."""
        spans = [source.years for source in self.sources.values() if source.years]
        return min(first for first, _ in spans), max(last for _, last in spans)


def read_text_table(path: Path, file: str) -> pd.DataFrame:
    """Read a CSV file as text, cell by cell.

    Parameters
    ----------
    path
        File in UTF-8 with a header line, fields parted by commas.
    file
        Name for messages.

    Raises
    ------
    DataError
        If the file is absent, is not UTF-8, or a row has too many or too few fields.
    """
    try:
        with path.open(encoding="utf-8", newline="") as lines:
            rows = list(csv.reader(lines, strict=True))
    except FileNotFoundError:
        raise DataError("file missing", file=file) from None
    except UnicodeDecodeError as error:
        raise DataError(f"not UTF-8 at byte {error.start}", file=file) from None
    except csv.Error as error:
        raise DataError(f"not a CSV file: {error}", file=file) from None
    if not rows:
        raise DataError("empty file; a header line is needed", file=file)
    header, *body = rows
    for number, row in enumerate(body, start=2):
        if len(row) != len(header):
            raise DataError(
                f"{len(row)} fields; the header has {len(header)}", file=file, row=number
            )
    return pd.DataFrame(body, columns=header, dtype=str)


def read_yaml(path: Path) -> Any:
    """Read a YAML file.

    Raises
    ------
    DataError
        If the file is absent, not UTF-8 or not YAML.
    """
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise DataError("file missing", file=path.name) from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise DataError(f"not YAML: {' '.join(str(error).split())}", file=path.name) from None


def read_sources(path: Path) -> dict[str, Source]:
    """Read the source records.

    Raises
    ------
    DataError
        If a record lacks a text, or its years, pages, rounding or rule are not allowed.
    """
    file = path.name
    records = read_yaml(path)
    if not isinstance(records, dict):
        raise DataError("allowed is one record per source_id", file=file)
    return {name: read_source(str(name), record, file) for name, record in records.items()}


def read_source(name: str, record: object, file: str) -> Source:
    """Turn a source record into a source.

    Raises
    ------
    DataError
        If it lacks a text, or its years, pages, rounding or rule are not allowed.
    """
    place = f"{file}, {name}"
    if not re.fullmatch(schema.SOURCE_ID, name):
        raise DataError("allowed as source_id is a name such as acvz-2015", file=file, value=name)
    if not isinstance(record, dict):
        raise DataError("allowed is a record of fields", file=place)
    texts = {}
    for key in SOURCE_TEXTS:
        texts[key] = str(record.get(key, "")).strip()
        if not texts[key]:
            raise DataError("missing; a text is needed", file=place, column=key)
    known = {*SOURCE_TEXTS, "years", "pages", "rounding", "rounding_stated", "reading_rule"}
    for key in record:
        if key not in known:
            raise DataError(
                f"unknown field; allowed are {', '.join(sorted(known))}", file=place, column=key
            )
    rounding = None
    if "rounding" in record:
        try:
            rounding = Rounding(**record["rounding"])
        except TypeError:
            raise DataError(
                "allowed are rounded_to (1 for exact counts), suppressed_under (0 for none) and "
                "zero_in_words (true or false)",
                file=place,
                column="rounding",
                value=record["rounding"],
            ) from None
        _check_rounding(rounding, place)
        rule = record.get("reading_rule", "outer")
        if rule not in RULES:
            raise DataError(
                f"allowed are {', '.join(RULES)}", file=place, column="reading_rule", value=rule
            )
        if "years" not in record:
            raise DataError("missing; a source of counts has years", file=place, column="years")
    return Source(
        source_id=name,
        years=_span(record, "years", place),
        pages=_span(record, "pages", place),
        rounding=rounding,
        reading_rule=RULES[rule] if rounding else None,
        rounding_stated=str(record.get("rounding_stated", "")).strip(),
        **texts,
    )


def _check_rounding(rounding: Rounding, place: str) -> None:
    for column, value, least in (
        ("rounded_to", rounding.rounded_to, 1),
        ("suppressed_under", rounding.suppressed_under, 0),
    ):
        if isinstance(value, bool) or not isinstance(value, int) or value < least:
            allowed = f"allowed is a whole number of {least} or more"
            raise DataError(allowed, file=place, column=column, value=value)
    if not isinstance(rounding.zero_in_words, bool):
        raise DataError(
            "allowed is true or false",
            file=place,
            column="zero_in_words",
            value=rounding.zero_in_words,
        )


def _span(record: dict[str, object], key: str, place: str) -> tuple[int, int] | None:
    value = record.get(key)
    if value is None:
        return None
    if (
        not isinstance(value, list)
        or len(value) != 2
        or not all(isinstance(number, int) for number in value)
        or value[0] > value[1]
    ):
        raise DataError("allowed is [first, last]", file=place, column=key, value=value)
    return value[0], value[1]


def read_raw(folder: Path) -> Raw:
    """Read and check all raw tables and the source records.

    Parameters
    ----------
    folder
        ``data/raw`` or a folder of the same files.

    Raises
    ------
    DataError
        For the first cell that is not allowed.
    """
    if not folder.is_dir():
        raise DataError(f"no data directory: there is no folder {folder}")
    sources = read_sources(folder / "sources.yml")
    tables = {}
    for name, table in schema.RAW.items():
        file = f"{name}.csv"
        tables[name] = schema.validate(read_text_table(folder / file, file), table, file)
    raw = Raw(tables, sources)
    for name in schema.RAW:
        _check_references(raw, name)
    _check_conflicts(raw["agreements"])
    _check_counts(raw)
    return raw


def _refuse(frame: pd.DataFrame, bad: pd.Series, name: str, column: str, allowed: str) -> None:
    """Raise for the first row that is bad; row 1 of a file is its header."""
    if bad.any():
        at = bad.idxmax()
        raise DataError(
            allowed, file=f"{name}.csv", row=int(at) + 2, column=column, value=frame.at[at, column]
        )


def _check_references(raw: Raw, name: str) -> None:
    table = raw[name]
    if name != "countries" and "iso3" in table:
        known = raw["countries"]["iso3"]
        _refuse(table, ~table["iso3"].isin(known), name, "iso3", "not in countries.csv")
    if "source_id" in table:
        _refuse(
            table,
            ~table["source_id"].isin(list(raw.sources)),
            name,
            "source_id",
            f"allowed are {', '.join(raw.sources)}",
        )
        for source_id, rows in table.groupby("source_id"):
            pages = raw.sources[str(source_id)].pages
            if pages is None:
                _refuse(rows, rows["page"] != "", name, "page", f"{source_id} has no page numbers")
            else:
                number = pd.to_numeric(rows["page"], errors="coerce")
                _refuse(
                    rows,
                    ~number.between(*pages),
                    name,
                    "page",
                    f"pages of {source_id} are {pages[0]} to {pages[1]}",
                )


def _check_conflicts(agreements: pd.DataFrame) -> None:
    other = dict(zip(agreements["id"], agreements["conflicts_with"], strict=True))
    named = agreements["conflicts_with"]
    one_sided = (named != "") & (named.map(other) != agreements["id"])
    _refuse(
        agreements,
        one_sided,
        "agreements",
        "conflicts_with",
        "allowed is the id of a row that names this one in turn",
    )


def _check_counts(raw: Raw) -> None:
    counts, name = raw["dtv_counts"], "dtv_counts"
    general = counts["note"].str.startswith("general:")
    for column in ("year_first", "year_last"):
        _refuse(
            counts,
            (counts[column] == "") != general,
            name,
            column,
            "a year is needed, or else a note that begins with 'general:'",
        )
    marks = counts["note"].str.extract(schema.NOTE_MARK)[0]
    _refuse(
        counts,
        marks.notna() & ~marks.isin(schema.NOTE_MARKS),
        name,
        "note",
        f"allowed before a colon: {', '.join(schema.NOTE_MARKS)}",
    )
    departures = counts["indicator"].isin(schema.DEPARTURES)
    _refuse(
        counts,
        departures != (counts["channel"] == ""),
        name,
        "channel",
        "departures have no channel, all else has one",
    )
    for source_id, rows in counts.groupby("source_id"):
        source = raw.sources[str(source_id)]
        if source.years is None or source.rounding is None:
            raise DataError(
                f"{source_id} has no years and rounding in sources.yml, so it prints no counts",
                file=f"{name}.csv",
                row=int(rows.index[0]) + 2,
                column="source_id",
            )
        dated = rows[rows["year_first"] != ""]
        first, last = source.years
        for column in ("year_first", "year_last"):
            _refuse(
                dated,
                ~dated[column].astype(int).between(first, last),
                name,
                column,
                f"years of {source_id} are {first} to {last}",
            )
        _refuse(
            dated,
            dated["year_first"] > dated["year_last"],
            name,
            "year_last",
            "not before year_first",
        )
    same = [
        "iso3",
        "year_first",
        "year_last",
        "channel",
        "indicator",
        "notation",
        "source_id",
        "page",
        "section",
    ]
    twice = counts.duplicated(same) & ~general
    _refuse(counts, twice, name, "id", "the same figure from the same place stands twice")
