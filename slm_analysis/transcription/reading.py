"""Reading transcriptions: long or wide, Dutch or English, all problems at once.

A file is read to cells (:class:`Cell`) or refused with every problem in it.
"""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from slm_analysis.errors import AnalysisError, DataError
from slm_analysis.printed import schema
from slm_analysis.printed.read import Raw
from slm_analysis.printed.rules import DEFAULT_RULE, Rounding
from slm_analysis.printed.sources import Source
from slm_analysis.transcription import names
from slm_analysis.transcription.spreadsheets import (
    COUNTS_SHEET,
    Problem,
    Row,
    csv_rows,
    workbook_rows,
)

HEADERS = {
    "country": ("country", "land", "iso3", "iso", "landcode", "country code"),
    "year": ("year", "jaar"),
    "channel": ("channel", "kanaal", "soort", "procedure"),
    "indicator": ("indicator",),
    "printed": ("printed", "value", "count", "waarde", "aantal", "cijfer"),
    "page": ("page", "pagina", "blz", "bladzijde"),
    "section": ("section", "paragraaf", "sectie"),
    "note": ("note", "opmerking", "noot", "toelichting"),
}

INDICATORS = {
    "requests": ("requests", "aanvragen", "lp aanvragen", "verzoeken", "t o verzoeken"),
    "negative": ("negative", "negatief", "negatief antwoord"),
    "confirmed": ("confirmed", "bevestigd", "nationaliteit bevestigd"),
    "issued": ("issued", "afgegeven", "reisdocument afgegeven"),
    "unanswered": ("unanswered", "geen antwoord", "onbeantwoord"),
    "forced": ("forced", "gedwongen", "gedwongen vertrek"),
    "independent": ("independent", "zelfstandig", "zelfstandig vertrek"),
}

CHANNELS = {
    "LP": ("lp", "laissez passer"),
    "TO": ("to", "t o", "eu t o", "eu to"),
    "nationality": ("nationality", "nationaliteit", "nationaliteitsvaststelling"),
    "": ("", "departures", "vertrek"),
}

ZERO_WORDS = {"geen", "geen enkele", "nihil", "none", "no", "zero", "nul"}

THOUSANDS = re.compile(r"\d{1,3}(?:\.\d{3})+")

UNDER = re.compile(r"(?:<|minder dan|fewer than|less than) ?(\d+)")
SOME_UNDER = re.compile(r">0<(\d{1,15})")  # hidden, and the words around it exclude zero

SPAN = re.compile(r"(?:tussen |between )?(\d+) ?(?:-|–|en|and|tot) ?(\d+)")


class TranscriptionError(AnalysisError):
    """Everything that is wrong with a transcription, a line each."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__("\n".join(map(str, problems)))


@dataclass(frozen=True)
class Cell:
    """One transcribed figure and where it stands in the file."""

    iso3: str
    year: int
    channel: str
    indicator: str
    printed: str
    notation: str
    page: str
    section: str
    note: str
    row: int

    @property
    def key(self) -> tuple[str, int, str, str]:
        """Country, year, channel and indicator.

        Examples
        --------
        >>> Cell("ARM", 2014, "LP", "requests", "1.160", "1160", "54", "3.2.3", "", row=2).key
        ('ARM', 2014, 'LP', 'requests')
        """
        return self.iso3, self.year, self.channel, self.indicator


def notation(value: object) -> str:
    """Return the normal form of a figure as people and spreadsheets write it.

    Parameters
    ----------
    value
        A number, or text such as ``1.160``, ``minder dan 5``, ``geen``, ``tussen 90 en 120``.

    Raises
    ------
    DataError
        With what is allowed.

    Notes
    -----
    Whether a source can print the figure is not checked here, nor that a range rises:
    :meth:`rules.ReadingRule.read` does that.

    Examples
    --------
    >>> notation("1.160"), notation("minder dan 5"), notation("tussen 90 en 120"), notation("geen")
    ('1160', '<5', '90-120', '0')
    >>> notation(">0<5")  # some, fewer than five
    '>0<5'
    """
    if isinstance(value, bool):
        raise DataError("allowed is a count, not a truth value")
    if isinstance(value, datetime.date | datetime.time):
        raise DataError("the spreadsheet made a date of it; type the figure as text")
    if isinstance(value, int | float):
        if not math.isfinite(value) or value < 0 or value != int(value):
            raise DataError("allowed are whole numbers of 0 or more")
        return str(int(value))
    text = " ".join(str(value).replace("\u00a0", " ").replace("\u202f", " ").split()).casefold()
    if text[:1] in tuple("=+@") or re.match(r"-\D", text):
        raise DataError("a formula; allowed is a figure as printed")
    if text in ZERO_WORDS:
        return "0"
    if match := UNDER.fullmatch(text):
        return f"<{int(match[1])}"
    if match := SOME_UNDER.fullmatch(text):
        return f">0<{int(match[1])}"
    if THOUSANDS.fullmatch(text):
        return str(int(text.replace(".", "")))
    if text.isascii() and text.isdigit():
        return str(int(text))
    if match := SPAN.fullmatch(text):
        return f"{int(match[1])}-{int(match[2])}"
    raise DataError("allowed is a figure such as 275, <5, 90-120 or geen")


def read_transcription(path: Path, raw: Raw, source: Source | None = None) -> list[Cell]:
    """Read a transcription, or refuse it with everything that is wrong.

    Parameters
    ----------
    path
        A workbook (``.xlsx``) or a CSV file; long (a column ``year``) or wide (years as columns).
    raw
        For the countries.
    source
        What its source can print; unchecked if ``None``.

    Returns
    -------
    list of Cell
        In the order of the file; places without a figure are left out.

    Raises
    ------
    TranscriptionError
        With every problem in the file.
    DataError
        If the file cannot be read at all, or has no figure in it.

    Examples
    --------
    >>> import pandas as pd
    >>> typed = pd.DataFrame({"land": ["Armenië"], "kanaal": ["LP"], "indicator": ["aanvragen"],
    ...                       "2013": ["minder dan 5"], "2014": ["1.160"]})
    >>> typed.to_csv("typed.csv", index=False)
    >>> [(cell.key, cell.notation) for cell in read_transcription(Path("typed.csv"), raw)]
    [(('ARM', 2013, 'LP', 'requests'), '<5'), (('ARM', 2014, 'LP', 'requests'), '1160')]
    """
    if not path.is_file():
        raise DataError("file missing", file=path.name)
    problems: list[Problem] = []
    sheet = ""
    if path.suffix.casefold() in (".xlsx", ".xlsm", ".xls"):
        rows, problems = workbook_rows(path)
        sheet = COUNTS_SHEET
    else:
        rows = csv_rows(path)
    if not rows:
        raise DataError("empty; a header line is needed", file=path.name)
    reader = _Reader(path.name, sheet, raw, source, problems)
    cells = reader.cells(rows[0], rows[1:])
    if reader.problems:
        raise TranscriptionError(reader.problems)
    if not cells:
        raise DataError("no figure in it", file=path.name)
    return cells


class _Reader:
    """Turns rows into cells and gathers problems."""

    def __init__(
        self, file: str, sheet: str, raw: Raw, source: Source | None, problems: list[Problem]
    ) -> None:
        self.file, self.sheet, self.source, self.raw = file, sheet, source, raw
        self.names = names.known_names(raw)
        self.problems = problems
        self.seen: dict[tuple[str, int, str, str], int] = {}

    def problem(self, row: int | None, column: str, value: object, allowed: str) -> None:
        self.problems.append(Problem(self.file, self.sheet, row, column, value, allowed))

    def cells(self, header: Row, rows: list[Row]) -> list[Cell]:
        fields, years = self._columns(header)
        needed = {"country", "indicator"} | (set() if years else {"year", "printed"})
        for name in sorted(needed - set(fields)):
            aliases = ", ".join(HEADERS[name])
            self.problem(header.number, "", None, f"no column {name}; it may be headed {aliases}")
        if needed - set(fields):
            return []
        found = []
        for row in rows:
            if any(value not in (None, "") for value in row.values):
                found += list(self._row(row, fields, years))
        return found

    def _columns(self, header: Row) -> tuple[dict[str, int], dict[int, int]]:
        """Return the column of each field, and of each year in a wide table."""
        known = {alias: field for field, aliases in HEADERS.items() for alias in aliases}
        fields: dict[str, int] = {}
        years: dict[int, int] = {}
        for at, value in enumerate(header.values):
            text = names.plain(str(value if value is not None else ""))
            if re.fullmatch(r"(19|20)\d\d", text):
                if int(text) in years:
                    self.problem(header.number, "", value, "the year stands twice")
                years[int(text)] = at
            elif text in known:
                fields.setdefault(known[text], at)
            elif text:
                allowed = ", ".join(sorted(HEADERS))
                self.problem(
                    header.number, "", value, f"unknown column; allowed are {allowed}, years"
                )
        return fields, years

    def _row(self, row: Row, fields: dict[str, int], years: dict[int, int]) -> Iterator[Cell]:
        value = {
            field: row.values[at] if at < len(row.values) else None for field, at in fields.items()
        }
        if years:
            figures = {
                year: row.values[at] if at < len(row.values) else None for year, at in years.items()
            }
            figures = {year: figure for year, figure in figures.items() if figure not in (None, "")}
            if not figures:
                return  # nothing transcribed in this row
        else:
            year = self._year(row.number, value["year"])
            if value["printed"] in (None, ""):
                return
            figures = {year: value["printed"]} if year is not None else {}
        iso3 = self._country(row.number, value["country"])
        indicator = self._among(row.number, "indicator", value["indicator"], INDICATORS)
        channel = self._channel(row.number, value.get("channel"), indicator)
        page = self._page(row.number, value.get("page"))
        section = str(value.get("section") or f"{self.file}, row {row.number}").strip()
        note = self._note(row.number, value.get("note"))
        for year, figure in figures.items():
            column = str(year) if years else "printed"
            text = self._figure(row.number, column, figure)
            self._in_years(row.number, column if years else "year", year)
            if iso3 is None or indicator is None or channel is None or page is None or text is None:
                continue
            cell = Cell(iso3, year, channel, indicator, str(figure).strip(), text, page, section,
                        note, row.number)  # fmt: skip
            if cell.key in self.seen:
                told = " ".join(str(part) for part in cell.key if part != "")
                self.problem(row.number, column, figure,
                             f"{told} stands in row {self.seen[cell.key]} too")  # fmt: skip
                continue
            self.seen[cell.key] = row.number
            yield cell

    def _country(self, row: int, value: object) -> str | None:
        code = self.names.get(names.plain(str(value or "")))
        if code is None:
            near = names.suggest(str(value or ""), self.names, self.raw)
            hint = f"; nearest is {near}" if near else ""
            self.problem(row, "country", value, f"not a country of countries.csv{hint}")
        return code

    def _year(self, row: int, value: object) -> int | None:
        text = str(value).strip().removesuffix(".0") if value is not None else ""
        if isinstance(value, datetime.date) or not re.fullmatch(r"(19|20)\d\d", text):
            self.problem(row, "year", value, "allowed is a calendar year such as 2014")
            return None
        return int(text)

    def _in_years(self, row: int, column: str, year: int) -> None:
        if self.source is not None and self.source.years is not None:
            first, last = self.source.years
            if not first <= year <= last:
                self.problem(row, column, year,
                             f"years of {self.source.source_id} are {first} to {last}")  # fmt: skip

    def _among(
        self, row: int, column: str, value: object, known: dict[str, tuple[str, ...]]
    ) -> str | None:
        text = names.plain(str(value or ""))
        for name, aliases in known.items():
            if text in aliases:
                return name
        allowed = ", ".join(name for name in known if name)
        self.problem(row, column, value, f"allowed are {allowed}")
        return None

    def _channel(self, row: int, value: object, indicator: str | None) -> str | None:
        channel = self._among(row, "channel", value, CHANNELS)
        if channel is None or indicator is None:
            return channel
        if (indicator in schema.DEPARTURES) != (channel == ""):
            self.problem(
                row, "channel", value, f"{indicator}: departures have none, all else has one"
            )
            return None
        return channel

    def _page(self, row: int, value: object) -> str | None:
        text = str(value if value is not None else "").strip().removesuffix(".0")
        pages = self.source.pages if self.source else None
        if self.source is None or (not text and pages is None):
            return text
        if pages is None:
            self.problem(row, "page", value, f"{self.source.source_id} has no page numbers")
            return None
        if not text:
            allowed = f"empty; a page from {pages[0]} to {pages[1]} is needed"
            self.problem(row, "page", None, allowed)
            return None
        if not (text.isascii() and text.isdigit() and pages[0] <= int(text) <= pages[1]):
            self.problem(row, "page", value, f"pages are {pages[0]} to {pages[1]}")
            return None
        return text

    def _note(self, row: int, value: object) -> str:
        text = " ".join(str(value or "").split())
        marks = set(re.findall(schema.NOTE_MARK, text)) - set(schema.NOTE_MARKS[1:])
        if marks:
            allowed = ", ".join(schema.NOTE_MARKS[1:])
            self.problem(row, "note", value, f"allowed before a colon are {allowed}")
        return text

    def _figure(self, row: int, column: str, value: object) -> str | None:
        try:
            text = notation(value)
            if self.source is not None:
                rule = self.source.reading_rule or DEFAULT_RULE
                rule.read(text, self.source.rounding or Rounding())
        except DataError as error:
            told = str(error).split(": ", 1)[-1] if str(error).startswith("'") else str(error)
            self.problem(row, column, value, told)
            return None
        return text
