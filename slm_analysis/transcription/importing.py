"""Putting a transcription into a data directory of one's own: everything checked first.

To add a source, write its record (as in ``data/raw/sources.yml``) and import its figures::

    python -m slm_analysis template series.xlsx --record series.yml
    python -m slm_analysis import series.xlsx --data mydata
    make DATA=mydata OUT=myresults
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from itertools import count, starmap
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
import yaml

from slm_analysis.bounds.panel import CELL, build_panel, cell_name, contradictions
from slm_analysis.errors import DataError, short
from slm_analysis.printed.read import Raw, read_raw
from slm_analysis.printed.sources import Source, read_source
from slm_analysis.printed.textfiles import read_yaml, write_csv
from slm_analysis.project import HOME
from slm_analysis.transcription import eurostat, spreadsheets
from slm_analysis.transcription.country_names import country_row
from slm_analysis.transcription.reading import Cell, TranscriptionError, read_transcription
from slm_analysis.transcription.second_look import look_again


class Change(NamedTuple):
    """A figure, old and new (empty where there is none), and the address of the old one."""

    cell: str
    old: str
    new: str
    address: str = ""

    def __str__(self) -> str:
        if not self.old:
            return f"+ {self.cell}: {self.new}"
        becomes = f" becomes {self.new}" if self.new else ""
        return f"{'~' if self.new else '-'} {self.cell}: {self.old}{becomes} ({self.address})"


@dataclass(frozen=True)
class Plan:
    """What an import would do.

    Parameters
    ----------
    source_id
        The source of the figures.
    counts
        The new table ``dtv_counts`` or ``other_counts``.
    altered
        Figures that are new, are replaced or taken out.
    present
        Number of figures that the source already has in the same form.
    gone
        Figures that the source has and the file has not; they stay.
    contradictions
        Cells for which two sources exclude each other; they stay out of the panel.
    doubts
        What to look at again, a line each.
    skipped
        What of the file is no figure of a country, a line each.
    """

    source_id: str
    counts: pd.DataFrame
    altered: tuple[Change, ...]
    present: int
    gone: tuple[Change, ...] = ()
    contradictions: pd.DataFrame = field(default_factory=pd.DataFrame)
    doubts: Sequence[str] = ()
    skipped: Sequence[str] = ()

    def lines(self) -> list[str]:
        """Say it, a line each: what is new, what sources contradict each other on, what to check.

        Examples
        --------
        >>> Plan("x-1", raw["dtv_counts"], (Change("ARM 2013 forced", "", "275"),), 3).lines()
        ['x-1: 1 figures new, 3 already there; countries with new figures: 1']
        """
        new = [change for change in self.altered if not change.old]
        told = [
            f"{self.source_id}: {len(new)} figures new, {self.present} already there; "
            f"countries with new figures: {len({change.cell[:3] for change in new})}"
        ]
        told += self.skipped
        if self.gone:
            some = ", ".join(f"{change.cell} ({change.address})" for change in self.gone[:3])
            told += [
                f"{len(self.gone)} figures of {self.source_id} are not in this file and stay, such "
                f"as {some}; --replace {self.source_id} takes them out"
            ]
        told += [
            f"sources contradict each other, left out of the panel: {row.iso3} {row.year} "
            f"{row.indicator}: {row.printed.replace(';', ' and ')} ({row.raw_ids})"
            for row in self.contradictions.itertuples()
        ]
        told += ["look at these again:", *self.doubts] if self.doubts else []
        return [short(line) for line in told]

    def changes(self) -> list[str]:
        """List the changes, a line each: what is new (+), replaced (~) or taken out (-).

        Examples
        --------
        >>> Plan("x-1", raw["dtv_counts"], (Change("ARM 2013 forced", "", "275"),), 3).changes()
        ['+ ARM 2013 forced: 275']
        """
        return [str(change) for change in self.altered]


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
    return spreadsheets.one_record(read_yaml(path), path.name)


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
    replacing: str | None = None,
    countries: Sequence[str] = (),
    tell: Callable[[Plan], None] = lambda plan: None,
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
    replacing
        The source whose figures for single years, and record, the file replaces.
    countries
        Codes of countries that are new to the directory.
    tell
        Is given the plan before anything is written.

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
    target = (folder / "raw").resolve()
    origin = target if target.exists() else HOME / "data" / "raw"
    raw = read_raw(origin)
    known = raw["countries"]
    added = [country_row(code) for code in countries if code not in set(known["iso3"])]
    listed = pd.concat([known, pd.DataFrame(added, columns=known.columns)], ignore_index=True)
    raw = replace(raw, tables=raw.tables | {"countries": listed})
    own = spreadsheets.workbook_record(path) if path.suffix.casefold() == ".xlsx" else None
    records = [given for given in (record, own) if given]
    source, new_record = _source(path.name, folder, raw, source_id, records, replacing)
    if eurostat.recognised(path):
        table = eurostat.TABLE
        cells, skipped = eurostat.read_eurostat(path, raw, source)
        doubts: tuple[str, ...] = ()
    else:
        table = "dtv_counts"
        cells, skipped = read_transcription(path, raw, source), []
        doubts = look_again(cells, build_panel(raw), source, path.name)
    plan = _plan(cells, raw[table], source.source_id, path.name, replacing is not None)
    beside = next(place for place in target.parents if place.exists()) if write else None
    with tempfile.TemporaryDirectory(prefix=".import-", dir=beside) as scratch:
        trial = Path(scratch) / "raw"
        shutil.copytree(origin, trial)
        write_csv(plan.counts, trial / f"{table}.csv")
        write_csv(listed, trial / "countries.csv")
        if new_record:
            _write_record(trial / "sources.yml", source.source_id, new_record)
        excluded = contradictions(read_raw(trial), table=table)
        plan = replace(plan, contradictions=excluded, doubts=doubts, skipped=skipped)
        tell(plan)
        if write:
            _put(trial, target)
    return plan


def _source(
    file: str,
    folder: Path,
    raw: Raw,
    source_id: str | None,
    records: list[tuple[str, dict[str, Any]]],
    replacing: str | None,
) -> tuple[Source, dict[str, Any] | None]:
    """Return the source of the figures, and its record if that is to be written."""
    name, place = source_id or (records[0][0] if records else ""), "source record"
    for other, _ in records:
        if other != name:
            raise DataError(f"the record is of {other}", file=place, value=name)
    if replacing not in (None, name):
        raise DataError(f"the figures are of {name or 'no source'}", file=file, value=replacing)
    known = raw.sources.get(name)
    sources = [read_source(name, record, place) for _, record in records]
    if known and not (replacing and sources):
        sources.append(known)
    if not sources:
        allowed = ", ".join(raw.sources)
        told = f"which source? --source for one of {allowed}, or --record for another"
        raise DataError(told, file=file, value=name or None)
    source = sources[0]
    if any(other != source for other in sources):
        told = (
            f"{folder} already has another record of this source; --replace {name} puts this "
            "one in its place, or give the source another name"
        )
        raise DataError(told, file=place, value=name)
    if source.years is None:
        raise DataError("the source record has no years and rounding", file=file, value=name)
    return source, records[0][1] if source != known else None


def figures_of(source_id: str, counts: pd.DataFrame) -> pd.DataFrame:
    """Return the figures of a source, once for every year that each speaks of.

    Beside the columns of the table: ``year``; ``cell``, its name; ``address``; and ``single``,
    whether it is a figure of that cell (a range over several years is a figure of none).

    Examples
    --------
    >>> found = figures_of("acvz-2015", raw["dtv_counts"]).set_index("id")
    >>> found.loc[["c032", "c078"], ["notation", "year", "single"]].to_numpy().tolist()
    [['<5', 2009, True], ['<5', 2010, True], ['90-120', 2009, False], ['90-120', 2010, False],
     ['90-120', 2011, False], ['90-120', 2012, False]]
    """
    rows = counts[(counts["source_id"] == source_id) & (counts["year_first"] != "")]
    first, last = rows["year_first"].astype(int), rows["year_last"].astype(int)
    rows = rows.assign(
        year=[range(*ends) for ends in zip(first, last + 1, strict=True)],
        single=(first == last) | ~rows["notation"].str.contains("-"),
        address=rows["id"] + (", p. " + rows["page"]).where(rows["page"] != "", ""),
    )
    rows = rows.explode("year", ignore_index=True)
    return rows.assign(cell=[cell_name(*key) for key in rows[CELL].to_numpy()])


def _plan(
    cells: list[Cell], counts: pd.DataFrame, source_id: str, file: str, replacing: bool
) -> Plan:
    """Hold typed cells against what the source has; figures over several years stay as they are."""
    typed = pd.DataFrame(cells).assign(cell=[cell_name(*cell.key) for cell in cells])
    typed["new"] = typed["notation"]
    held = figures_of(source_id, counts).rename(columns={"notation": "old"})
    held = held.merge(typed[["cell", "new"]], "left", on="cell")
    same = held["old"] == held["new"]
    # a figure for several years is replaced whole
    dropped = replacing & held["single"] & ~same.groupby(held["id"]).transform("all")
    other = held[dropped if replacing else held["single"] & ~same]
    other = other.drop_duplicates("cell", keep="last")
    fresh = typed[~typed["cell"].isin(held.loc[same & ~dropped, "cell"])]
    columns = ["cell", "id", "old", "address", "year_first", "year_last"]
    fresh = fresh.merge(other[columns], "left", on="cell").fillna("")
    refused = fresh[(fresh["address"] != "") & (not replacing)]
    if len(refused):
        told = (
            "{0} already has {1} for this cell ({2}); to correct the source, import a workbook of "
            "all its figures (command template) with --replace {0}"
        )
        raise TranscriptionError([
            DataError(
                told.format(source_id, row.old, row.address),
                file=file, row=row.row, column=str(row.year), value=row.printed,
            )
            for row in refused.itertuples()
        ])  # fmt: skip
    taken = set(counts["id"])
    free = (name for n in count(1) if (name := f"{source_id}-{n:05d}") not in taken)
    own = fresh["id"].where(fresh["year_first"] == fresh["year_last"], "")
    year = fresh["year"].astype(str)
    ids = [name or next(free) for name in own]
    added = fresh.assign(id=ids, source_id=source_id, year_first=year, year_last=year)
    stay = counts[~counts["id"].isin(held.loc[dropped, "id"])]
    altered, gone = (
        tuple(starmap(Change, rows[list(Change._fields)].to_numpy()))
        for rows in (fresh[fresh["old"] != fresh["new"]], other[other["new"].isna()].fillna(""))
    )
    return Plan(
        source_id,
        pd.concat([stay, added[counts.columns]]),
        altered + gone if replacing else altered,
        len(typed) - len(fresh),
        () if replacing else gone,
    )


def _write_record(path: Path, name: str, record: dict[str, Any]) -> None:
    """Add a record at the end, or put it in the place of the one of that name."""
    records, added = read_yaml(path), {name: record}
    before = f"{path.read_text(encoding='utf-8').rstrip()}\n"
    if name in records:
        before, added = "", records | added
    text = before + yaml.safe_dump(added, allow_unicode=True, sort_keys=False)
    path.write_text(text, encoding="utf-8")


def _put(trial: Path, target: Path) -> None:
    """Put the checked tables in place as a whole, or leave what was there."""
    old = trial.with_name("old")
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.exists():
        target.rename(old)
    try:
        trial.rename(target)
    except BaseException:
        if old.exists():
            old.rename(target)
        raise
