"""The transcription workbook: one line per country, procedure and indicator, years as columns."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import yaml
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.table import Table

from slm_analysis.printed.codebook import CHANNELS, DEPARTURES, INDICATORS
from slm_analysis.printed.read import Raw
from slm_analysis.printed.reading_rules import Rounding
from slm_analysis.printed.sources import Source
from slm_analysis.project import whole
from slm_analysis.transcription.importing import figures_of
from slm_analysis.transcription.spreadsheets import COUNTS_SHEET, SOURCE_SHEET

FIXED = ("country", "iso3", "channel", "indicator")
LAST = ("page", "section", "note")
WIDTHS = {"country": 22, "section": 16, "note": 40}  # others 11
GUIDE = (
    "One line per country, procedure and indicator; one column per year.",
    "Type each figure as it is printed: {figures}. Leave a cell empty where nothing is printed.",
    "A point parts thousands (1.160); decimals and commas are not counts.",
    "Lines may be added below for other countries; keep the headings.",
    "Give the printed page and the section in their columns: the address of the figure.",
    "Then: python -m slm_analysis import THIS_FILE --data mydata",
)
HEAD = PatternFill("solid", start_color="DDDDDD")
KNOWN = PatternFill("solid", start_color="EEF5FA")


def write_template(path: Path, raw: Raw, source: Source, record: dict[str, Any]) -> int:
    """Write the workbook for a source.

    Parameters
    ----------
    path
        The ``.xlsx`` file.
    raw
        The focus countries, and the figures of the source that are already known.
    source, record
        A source with years and rounding, and its record as it stands in ``sources.yml``; years,
        pages and rounding decide what the cells accept.

    Returns
    -------
    int
        Number of cells to fill, known ones included.

    Examples
    --------
    >>> from slm_analysis.project import Project
    >>> from slm_analysis.transcription.importing import known_record
    >>> name, record = known_record(Project.current().raw, "acvz-2015")
    >>> write_template(Path("series.xlsx"), raw, raw.sources[name], record)
    3264
    """
    assert source.years is not None
    years = range(source.years[0], source.years[1] + 1)
    book = Workbook()
    sheet = book.active
    sheet.title = COUNTS_SHEET
    header = [*FIXED, *map(str, years), *LAST]
    for line in (header, *_lines(raw, source.source_id, years)):
        sheet.append(line)
    for row in sheet.iter_rows(2, None, len(FIXED) + 1, len(FIXED) + len(years)):
        for cell in row:
            if cell.value is not None:
                cell.fill = KNOWN
    accepted, in_words = _accepted(source.rounding)
    _style(sheet, header)
    _validate(sheet, header, source, accepted, in_words)
    about = book.create_sheet(SOURCE_SHEET)
    about["A1"] = "The source record; it travels with the figures"
    about["A2"] = yaml.safe_dump({source.source_id: record}, allow_unicode=True, sort_keys=False)
    about["A2"].alignment = Alignment(wrap_text=True, vertical="top")
    about.column_dimensions["A"].width = 100
    guide = book.create_sheet("cover", 0)
    guide.append([f"Figures of {source.title}, to type"])
    for text in GUIDE:
        guide.append([text.format(figures=in_words)])
    guide.column_dimensions["A"].width = 110
    with whole(path) as unfinished:
        book.save(unfinished)
    return len(years) * int(sheet.max_row - 1)  # but for the header


def _lines(raw: Raw, source_id: str, years: range) -> Iterator[list[object]]:
    """Yield the lines to type into, in the order of the report, with what is known of them."""
    figures = figures_of(source_id, raw["dtv_counts"])
    figures = figures[figures["single"]].drop_duplicates("cell", keep="last")
    lines = dict(
        list(figures.sort_values("year", kind="stable").groupby(["iso3", "channel", "indicator"]))
    )
    countries = raw["countries"]
    listed = (countries["focus_2015"] == "yes") | countries["iso3"].isin(figures["iso3"])
    for iso3, channel, indicator in product(countries.loc[listed, "iso3"], CHANNELS, INDICATORS):
        if (indicator in DEPARTURES) == bool(channel):
            continue
        line: list[object] = [raw.names[iso3], iso3, channel, indicator]
        if (known := lines.get((iso3, channel, indicator))) is not None:
            last = known.iloc[-1]
            printed = known.set_index("year")["notation"].reindex(years, fill_value="")
            line += [*map(_number, printed), _number(last["page"]), last["section"]]
        yield line


def _number(text: str) -> int | str | None:
    return int(text) if text.isdigit() else text or None


def _accepted(rounding: Rounding) -> tuple[str, str]:
    """Say which figures a source can print: of the first cell as a formula, and in words."""
    base, under = rounding.rounded_to, rounding.suppressed_under
    cell = f"{get_column_letter(len(FIXED) + 1)}2"
    whole_number = f"ISNUMBER({cell}),{cell}=INT({cell})"
    formulas = [f"AND({whole_number},{cell}>={under},MOD({cell},{base})=0)"]
    words = [f"multiples of {base}" if base > 1 else "whole numbers"]
    if under:
        formulas += [f'{cell}="<{under}"', f'{cell}="minder dan {under}"']
        words.append(f"<{under} or minder dan {under} for a hidden count")
    if rounding.zero_in_words:
        formulas.append(f"{cell}=0")
        words.append("0 for none")
    return f"=OR({','.join(formulas)})", ", ".join(words)


def _style(sheet: Any, header: list[str]) -> None:
    for cell in sheet[1]:
        cell.font, cell.fill = Font(bold=True), HEAD
    sheet.freeze_panes = sheet.cell(2, len(FIXED) + 1)
    sheet.add_table(Table(displayName="counts_table", ref=sheet.dimensions))
    for at, name in enumerate(header, start=1):
        sheet.column_dimensions[get_column_letter(at)].width = WIDTHS.get(name, 11)


def _validate(sheet: Any, header: list[str], source: Source, accepted: str, in_words: str) -> None:
    """Let each column accept what the source can print, and nothing else."""
    letter = {name: get_column_letter(at) for at, name in enumerate(header, start=1)}
    years = header[len(FIXED) : -len(LAST)]
    rules = [(years[0], years[-1], "custom", accepted, in_words)]
    for name, values in (("channel", CHANNELS), ("indicator", INDICATORS)):
        words = [word for word in values if word]
        rules.append((name, name, "list", f'"{",".join(words)}"', ", ".join(words)))
    if source.pages:
        (first, last), cell = source.pages, f"{letter['page']}2"
        check = f"=AND(ISNUMBER({cell}),{cell}>={first},{cell}<={last})"
        rules.append(("page", "page", "custom", check, f"pages {first} to {last}"))
    limit = sheet.max_row + 500  # lines that a transcriber may add
    for left, right, kind, formula, allowed in rules:
        sheet.add_data_validation(
            DataValidation(
                kind,
                formula,
                allow_blank=True,
                showErrorMessage=True,
                error=f"Allowed: {allowed}",
                errorTitle="Not a figure of this source",
                sqref=f"{letter[left]}2:{letter[right]}{limit}",
            )
        )
