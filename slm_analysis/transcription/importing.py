"""Putting a transcription into a data directory of one's own: everything checked first.

To add a source, write its record (as in ``data/raw/sources.yml``) and import its figures::

    python -m slm_analysis template series.xlsx --record series.yml
    python -m slm_analysis import series.xlsx --data mydata
    make DATA=mydata OUT=myresults
"""

from __future__ import annotations

import csv
import io
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from slm_analysis.bounds.panel import build_panel, contradictions
from slm_analysis.errors import DataError
from slm_analysis.printed.read import Raw, read_raw
from slm_analysis.printed.schema import RAW
from slm_analysis.printed.sources import Source, read_source
from slm_analysis.printed.textfiles import read_yaml
from slm_analysis.project import HOME
from slm_analysis.transcription.reading import Cell, TranscriptionError, read_transcription
from slm_analysis.transcription.spreadsheets import Problem, workbook_record

COUNTS = "dtv_counts.csv"


@dataclass(frozen=True)
class Plan:
    """What an import would do.

    Parameters
    ----------
    source_id
        The source of the figures.
    added
        Rows new to ``dtv_counts.csv``.
    present
        Number of figures that the source already has in the same form.
    contradictions
        Cells for which two sources exclude each other; they stay out of the panel.
    """

    source_id: str
    added: pd.DataFrame
    present: int
    contradictions: pd.DataFrame

    def lines(self) -> list[str]:
        """Say it, a line each: what is new, then the cells that sources contradict each other on.

        Examples
        --------
        >>> added = raw["dtv_counts"].query("id == 'c005'")
        >>> Plan("acvz-2015", added, present=3, contradictions=contradictions(raw)).lines()
        ['acvz-2015: 1 figures new, 3 already there; countries with new figures: 1']
        """
        told = [
            f"{self.source_id}: {len(self.added)} figures new, {self.present} already there; "
            f"countries with new figures: {self.added['iso3'].nunique()}"
        ]
        told += [
            f"sources contradict each other, left out of the panel: {row.iso3} {row.year} "
            f"{row.indicator}: {row.printed.replace(';', ' and ')} ({row.raw_ids})"
            for row in self.contradictions.itertuples()
        ]
        return told

    def changes(self) -> list[str]:
        """List the new figures, a line each.

        Examples
        --------
        >>> added = raw["dtv_counts"].query("id == 'c005'")
        >>> Plan("acvz-2015", added, present=3, contradictions=contradictions(raw)).changes()
        ['+ ARM 2014 LP requests: 275']
        """
        return [
            f"+ {' '.join(filter(None, (row.iso3, row.year_first, row.channel, row.indicator)))}: "
            f"{row.notation}"
            for row in self.added.itertuples()
        ]


def read_record(path: Path) -> tuple[str, dict[str, Any]]:
    """Read a file with one source record.

    Returns
    -------
    tuple
        The ``source_id`` and the record, as in ``sources.yml``.

    Raises
    ------
    DataError
        If it is not one record under its id, or the record is not allowed.

    Examples
    --------
    >>> known, record = known_record(HOME / "data" / "raw", "acvz-2015")
    >>> with open("series.yml", "w", encoding="utf-8") as file:
    ...     yaml.safe_dump({"series-1": record}, file)
    >>> read_record(Path("series.yml"))[0]
    'series-1'
    """
    found = read_yaml(path)
    if not isinstance(found, dict) or len(found) != 1:
        raise DataError("allowed is one record under its source_id", file=path.name)
    ((source_id, record),) = found.items()
    read_source(str(source_id), record, path.name)
    return str(source_id), record


def known_record(folder: Path, source_id: str) -> tuple[str, dict[str, Any]]:
    """Return a record of ``sources.yml`` as it stands there, under its ``source_id``.

    Parameters
    ----------
    folder
        Where ``sources.yml`` stands: ``raw`` of a data directory.
    source_id
        Of the source.

    Raises
    ------
    DataError
        If there is none of that name.

    Examples
    --------
    >>> name, record = known_record(HOME / "data" / "raw", "acvz-2015")
    >>> name, record["rounding"]
    ('acvz-2015', {'rounded_to': 5, 'suppressed_under': 5, 'zero_in_words': True})
    """
    records = read_yaml(folder / "sources.yml")
    if source_id not in records:
        raise DataError(f"unknown source; allowed are {', '.join(records)}", value=source_id)
    return source_id, records[source_id]


def plan_import(
    path: Path,
    folder: Path,
    source_id: str | None = None,
    record: tuple[str, dict[str, Any]] | None = None,
    *,
    write: bool,
) -> Plan:
    """Check a transcription against a data directory, and write it if all is well.

    Parameters
    ----------
    path
        A workbook or CSV file.
    folder
        A data directory; one that does not exist is begun as a copy of the project's.
    source_id
        A source that the directory knows; by default that of ``record`` or of the workbook.
    record
        A source record to add: its ``source_id``, and the record as in ``sources.yml``.
    write
        Whether to write, or only to say what would change.

    Raises
    ------
    TranscriptionError
        With every problem in the file; then nothing is written.
    DataError
        If the file or the source cannot be read at all, ``folder`` is the project's own, or its
        tables would no longer be allowed; then nothing is written.

    Examples
    --------
    >>> typed = pd.DataFrame({"country": ["Ghana"], "channel": ["LP"], "indicator": ["issued"],
    ...                       "2013": ["<5"], "2014": ["15"], "page": [54]})
    >>> typed.to_csv("typed.csv", index=False)
    >>> plan_import(Path("typed.csv"), Path("mydata"), "acvz-2015", write=False).changes()
    ['+ GHA 2013 LP issued: <5', '+ GHA 2014 LP issued: 15']
    """
    if folder.resolve() == (HOME / "data").resolve():
        raise DataError("these are the project's own data; name a directory of your own")
    origin = folder / "raw" if (folder / "raw").exists() else HOME / "data" / "raw"
    raw = read_raw(origin)
    if record is None and source_id is None:
        record = _record_of_workbook(path)
    name = source_id or (record[0] if record else "")
    if record and record[0] != name:
        raise DataError(f"the record is of {record[0]}", file="source record", value=name)
    source = raw.sources.get(name)
    if record and source is not None and read_source(name, record[1], "source record") != source:
        raise DataError(
            f"{folder} already has another record of this source; change its sources.yml, or give "
            "the source another name",
            file="source record",
            value=name,
        )
    new_record = record if source is None else None
    if new_record:
        source = read_source(name, new_record[1], "source record")
    if source is None:
        raise DataError(
            f"which source? --source for one of {', '.join(raw.sources)}, or --record for another",
            file=path.name,
            value=name or None,
        )
    if source.years is None or source.rounding is None:
        raise DataError("the source record has no years and rounding", file=path.name, value=name)
    cells = read_transcription(path, raw, source)
    added, present = _new_rows(cells, raw, source, path.name)
    with tempfile.TemporaryDirectory() as scratch:
        trial = Path(scratch) / "raw"
        shutil.copytree(origin, trial)
        _append(trial, added, new_record)
        checked = read_raw(trial)
        build_panel(checked)
        plan = Plan(name, added, present, contradictions(checked))
        if write:
            _put(trial, folder / "raw")
    return plan


def _record_of_workbook(path: Path) -> tuple[str, dict[str, Any]] | None:
    if path.suffix.casefold() != ".xlsx":
        return None
    found = workbook_record(path)
    if not found or len(found) != 1:
        return None
    ((source_id, record),) = found.items()
    return str(source_id), record


def _new_rows(cells: list[Cell], raw: Raw, source: Source, file: str) -> tuple[pd.DataFrame, int]:
    """Return rows for the figures that the source does not have yet."""
    counts = raw["dtv_counts"]
    own = counts[(counts["source_id"] == source.source_id) & (counts["year_first"] != "")]
    printed: dict[tuple[str, int, str, str], list[tuple[str, str]]] = {}
    for row in own.itertuples():
        for year in range(int(row.year_first), int(row.year_last) + 1):
            key = (row.iso3, year, row.channel, row.indicator)
            printed.setdefault(key, []).append((row.id, row.notation))
    rows, problems, present = [], [], 0
    taken = set(counts["id"])
    numbers = (f"{source.source_id}-{n:05d}" for n in range(1, 10**6))
    for cell in cells:
        known = printed.get(cell.key, [])
        if any(text == cell.notation for _, text in known):
            present += 1
            continue
        single = [(name, text) for name, text in known if "-" not in text]
        if single:
            name, text = single[0]
            problems.append(
                Problem(file, "", cell.row, str(cell.year), cell.printed,
                        f"{source.source_id} already has {text} for this cell; to correct it, "
                        f"change row {name} of {COUNTS} in the data directory")
            )  # fmt: skip
            continue
        row_id = next(number for number in numbers if number not in taken)
        rows.append(
            (row_id, cell.iso3, str(cell.year), str(cell.year), cell.channel, cell.indicator,
             cell.printed, cell.notation, source.source_id, cell.page, cell.section, cell.note)
        )  # fmt: skip
    if problems:
        raise TranscriptionError(problems)
    return pd.DataFrame(rows, columns=list(RAW["dtv_counts"].columns), dtype=str), present


def _append(folder: Path, added: pd.DataFrame, record: tuple[str, dict[str, Any]] | None) -> None:
    rows = io.StringIO(newline="")
    csv.writer(rows, lineterminator="\n").writerows(added.to_numpy().tolist())
    _add_lines(folder / COUNTS, rows.getvalue())
    if record:
        text = yaml.safe_dump(dict([record]), allow_unicode=True, sort_keys=False)
        _add_lines(folder / "sources.yml", text)


def _add_lines(path: Path, text: str) -> None:
    """Add lines to a file, whether or not its last line is ended."""
    ended = path.read_bytes().endswith(b"\n")
    with path.open("a", encoding="utf-8", newline="") as file:
        file.write(text if ended else f"\n{text}")


def _put(trial: Path, folder: Path) -> None:
    """Put the checked files in place; the source record first, so that no row lacks its source."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in sorted(trial.iterdir(), key=lambda path: path.name == COUNTS):
        target = folder / path.name
        if target.exists() and target.read_bytes() == path.read_bytes():
            continue
        scratch = target.with_name(f".{path.name}.new")
        shutil.copyfile(path, scratch)
        os.replace(scratch, target)
