"""Eurostat's counts of people returned and ordered to leave, in its own two layouts.

They come from the Netherlands whole (police, border guard, IOM), where the report's are those of
the DT&V alone (section 1.4), so they are other indicators, in a table of their own.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterator
from pathlib import Path
from typing import NamedTuple

from slm_analysis.errors import DataError
from slm_analysis.language import alpha2
from slm_analysis.printed.read import Raw
from slm_analysis.printed.sources import Source
from slm_analysis.transcription.reading import Cell, Key, TranscriptionError
from slm_analysis.transcription.spreadsheets import csv_lines

TABLE = "other_counts"
DATASETS = {"migr_eirtn": "returned", "migr_eiord": "ordered_to_leave"}
DATASET = re.compile(r"(?<![a-z])migr_ei(?:rtn|ord)(?![a-z0-9])")
HEADER = re.compile(r"\ufeff?(?:DATAFLOW,|[\w,]+\\TIME_PERIOD\t)")
KEPT = {"age": "TOTAL", "freq": "A", "geo": "NL", "sex": "T", "unit": "PER"}  # others: TOTAL
FLAT = ("DATAFLOW", "TIME_PERIOD", "OBS_VALUE", "OBS_FLAG", "CONF_STATUS", "LAST UPDATE")
REASONS = (
    f"kept is {', '.join(map(' '.join, KEPT.items()))}; of anything else, skipped",
    "no countries, skipped",
    "not in countries.csv, skipped",
    "not available (:), so no figure and no zero",
    "confidential, and the source record has no limit (suppressed_under), so left out",
)
NAMED = REASONS[1:3]  # for these the citizenships are told, for others their number
CODES = {"GRC": "EL", "GBR": "UK", "XKX": "XK"}  # where Eurostat's are not those of ISO
FLAGS = {"b": "break in series", "c": "confidential", "e": "estimated", "p": "provisional"}


class Observation(NamedTuple):
    """One value: its row and column, data set, dimensions, period, and what is printed."""

    row: int
    column: str
    dataset: str
    key: dict[str, str]
    period: str
    value: str
    flags: str


def recognised(path: Path) -> bool:
    r"""Say whether a file begins as Eurostat's do, SDMX-CSV 1.0 or TSV.

    Examples
    --------
    >>> _ = Path("estat_migr_eirtn.tsv").write_text("freq,citizen,geo\\TIME_PERIOD\t2014\n")
    >>> recognised(Path("estat_migr_eirtn.tsv"))
    True
    """
    if not path.is_file():
        return False
    with path.open(encoding="utf-8", errors="replace") as lines:
        return bool(HEADER.match(lines.readline(10_000)))


def read_eurostat(path: Path, raw: Raw, source: Source) -> tuple[list[Cell], list[str]]:
    r"""Read a file of ``migr_eirtn`` or ``migr_eiord``, or refuse it with all that is wrong.

    Parameters
    ----------
    path
        SDMX-CSV 1.0, or TSV, unpacked; a TSV has the data set in its name only.
    raw
        For the countries: citizenships that are not in ``countries.csv`` are skipped.
    source
        With years and rounding, which Eurostat's files do not state.

    Returns
    -------
    tuple
        The counts for the Netherlands of all ages and both sexes, per citizenship and year, and
        what was skipped, a line each. ``:`` is no figure and no zero. A confidential count is one
        under the limit of the source record, and without a limit nothing bounds it.

    Raises
    ------
    TranscriptionError
        With every figure that cannot be one of this source.
    DataError
        If the file is of another data set or layout, or has no figure of these in it.

    Examples
    --------
    >>> from dataclasses import replace
    >>> text = "freq,citizen,age,sex,unit,geo\\TIME_PERIOD\t2013 \t2014 \n"
    >>> text += "A,AM,TOTAL,T,PER,NL\t: c\t20 b\n"
    >>> _ = Path("estat_migr_eirtn.tsv").write_text(text)
    >>> source = replace(raw.sources["acvz-2015"], source_id="eurostat-1", pages=None)
    >>> cells, told = read_eurostat(Path("estat_migr_eirtn.tsv"), raw, source)
    >>> [(cell.iso3, cell.year, cell.notation, cell.note) for cell in cells]
    [('ARM', 2013, '<5', 'flag c (confidential)'), ('ARM', 2014, '20', 'flag b (break in series)')]
    """
    countries = {CODES.get(iso3) or alpha2(iso3): iso3 for iso3 in raw["countries"]["iso3"]}
    found: dict[Key, Cell] = {}
    problems = []
    skipped: dict[str, Counter[str]] = {reason: Counter() for reason in REASONS}
    for seen in _observations(path):
        citizen = seen.key["citizen"]
        reason = _skipped(seen, countries, source)
        if reason:
            skipped[reason][citizen] += 1
            continue
        try:
            cell = _cell(seen, countries[citizen], source)
            if cell.key in found:
                raise DataError(f"stands in row {found[cell.key].row} too", value=citizen)
            found[cell.key] = cell
        except DataError as error:
            told = str(error)
            problems.append(DataError(told, file=path.name, row=seen.row, column=seen.column))
    if problems:
        raise TranscriptionError(problems)
    if not found:
        raise DataError(f"no figure in it ({REASONS[0]}: all)", file=path.name)
    lines = [
        f"{reason}: {', '.join(sorted(which)) if reason in NAMED else which.total()}"
        for reason, which in skipped.items()
        if which
    ]
    numbers = [int(cell.notation) for cell in found.values() if cell.notation.isdigit()]
    if source.rounding.rounded_to == 1 and all(number % 5 == 0 for number in numbers):
        lines.append(
            "caution: all figures are multiples of 5, and the source record says rounded_to: 1"
        )
    return list(found.values()), lines


def _observations(path: Path) -> Iterator[Observation]:
    """Yield the values of a file in either layout."""
    flat = next(csv_lines(path, ","))[0] == "DATAFLOW"
    header, *lines = csv_lines(path, "," if flat else "\t")
    names = header if flat else header[0].partition("\\")[0].split(",")
    for name in ("citizen", *KEPT, *(FLAT[:3] if flat else ())):
        if name not in names:
            raise DataError(f"no column {name}", file=path.name, row=1)
    for row, line in enumerate(lines, start=2):
        codes = line if flat else ",".join(line[:1]).split(",")
        if len(line) != len(header) or len(codes) != len(names):
            told = "allowed are as many fields, and codes in the first, as in the header"
            raise DataError(told, file=path.name, row=row, value=",".join(line[:1]))
        dataset = DATASET.search((line[0] if flat else path.name).casefold())
        if not dataset:
            told = f"allowed are {', '.join(DATASETS)}, in the name of a TSV or in DATAFLOW"
            raise DataError(told, file=path.name, row=row)
        # a code alone, or with its label (AM:Armenia)
        bare = [code.partition(":")[0].strip() for code in codes]
        record = dict(zip(names, bare, strict=True))
        key = {name: code for name, code in record.items() if name not in FLAT}
        figures = list(zip(header[1:], line[1:], strict=True))
        if flat:
            flags = record.get("OBS_FLAG", "")
            if record.get("CONF_STATUS", "") not in ("", "F") and "c" not in flags:
                flags += "c"
            figures = [(record["TIME_PERIOD"], f"{record['OBS_VALUE'] or ':'} {flags}")]
        for period, printed in figures:
            value, _, flags = printed.strip().partition(" ")
            column = "OBS_VALUE" if flat else period.strip()
            yield Observation(row, column, dataset[0], key, period.strip(), value, flags.strip())


def _skipped(seen: Observation, countries: Container[str], source: Source) -> str:
    """Return why an observation is no figure of a country, of :data:`REASONS`, or nothing."""
    citizen, missing = seen.key["citizen"], seen.value == ":"
    reasons = (
        any(seen.key[name] != KEPT.get(name, "TOTAL") for name in seen.key if name != "citizen"),
        not re.fullmatch("[A-Z]{2}", citizen),
        citizen not in countries,
        missing and "c" not in seen.flags,
        missing and not source.rounding.suppressed_under,
    )
    return next((told for told, holds in zip(REASONS, reasons, strict=True) if holds), "")


def _cell(seen: Observation, iso3: str, source: Source) -> Cell:
    """Return the cell of an observation, held against what the source can print."""
    printed = f"{seen.value} {seen.flags}".strip()
    notation = f"<{source.rounding.suppressed_under}" if seen.value == ":" else seen.value
    first, last = source.years or (0, 9999)
    if not (re.fullmatch("[0-9]{4}", seen.period) and first <= int(seen.period) <= last):
        raise DataError(f"years of {source.source_id} are {first} to {last}", value=seen.period)
    if not re.fullmatch("<?[0-9]{1,15}", notation):
        raise DataError("allowed is a count, or : where there is none", value=printed)
    source.read(notation)
    return Cell(
        iso3, int(seen.period), "", DATASETS[seen.dataset], printed, notation, page="",
        section=f"{seen.dataset} {'.'.join(seen.key.values())}",
        note="; ".join(f"flag {flag} ({FLAGS.get(flag, 'see Eurostat')})" for flag in seen.flags),
        row=seen.row, column=seen.column,
    )  # fmt: skip
