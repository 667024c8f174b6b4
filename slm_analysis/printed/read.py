"""Strict reading of the raw tables: text in, or an error that names the place.

To add a printed figure, add a row to ``data/raw/dtv_counts.csv``.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from slm_analysis.errors import DataError
from slm_analysis.language import country_names
from slm_analysis.printed import schema
from slm_analysis.printed.rules import notation
from slm_analysis.printed.sources import Source, read_sources
from slm_analysis.printed.textfiles import read_text_table


@dataclass(frozen=True)
class Raw:
    """All raw tables, validated, every cell text; keys of ``tables`` as in :data:`schema.RAW`.

    Examples
    --------
    >>> raw["dtv_counts"].set_index("id").loc["c005", ["iso3", "year_first", "printed"]].to_dict()
    {'iso3': 'ARM', 'year_first': '2014', 'printed': '275'}
    >>> raw.names["ARM"], raw.years
    ('Armenia', (2009, 2014))
    """

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
        """First and last year for which any source prints counts of the panel."""
        others = set(self["other_counts"]["source_id"])
        spans = [
            source.years
            for name, source in self.sources.items()
            if source.years and name not in others
        ]
        return min(first for first, _ in spans), max(last for _, last in spans)


def read_raw(folder: Path) -> Raw:
    """Read and check all raw tables and the source records.

    Parameters
    ----------
    folder
        ``data/raw`` or a folder of the same files.

    Raises
    ------
    DataError
        If the folder or one of its files is missing, or for the first cell that is not allowed.

    Examples
    --------
    >>> from slm_analysis.project import Project
    >>> list(read_raw(Project.current().raw).tables)[:4]
    ['dtv_counts', 'agreements', 'table1', 'table2']
    """
    if not folder.is_dir():
        raise DataError(f"no data directory: there is no folder {folder}")
    sources = read_sources(folder / "sources.yml")
    tables = {}
    for name, table in schema.RAW.items():
        file = f"{name}.csv"
        if name in schema.OPTIONAL and not (folder / file).exists():
            tables[name] = pd.DataFrame(columns=list(table.columns), dtype=str)
            continue
        tables[name] = schema.validate(read_text_table(folder / file, file), table, file)
    raw = Raw(tables, sources)
    for name in schema.RAW:
        _check_references(raw, name)
    _check_conflicts(raw["agreements"])
    for name in ("dtv_counts", "other_counts"):
        _check_counts(raw, name)
    _check_totals(raw)
    _check_tokens(raw["dtv_counts"], "dtv_counts")
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


def _refuse_years(
    raw: Raw, rows: pd.DataFrame, source_id: str, name: str, columns: tuple[str, ...]
) -> None:
    """Raise unless a source prints counts, and of the years that some rows have."""
    source = raw.sources[source_id]
    if source.years is None or source.rounding is None:
        raise DataError(
            f"{source_id} has no years and rounding in sources.yml, so it prints no counts",
            file=f"{name}.csv",
            row=int(rows.index[0]) + 2,
            column="source_id",
        )
    first, last = source.years
    dated = rows[rows[columns[0]] != ""]
    for column in columns:
        _refuse(
            dated,
            ~dated[column].astype(int).between(first, last),
            name,
            column,
            f"years of {source_id} are {first} to {last}",
        )


def _check_counts(raw: Raw, name: str) -> None:
    counts = raw[name]
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
    departures = counts["indicator"].isin((*schema.DEPARTURES, *schema.OTHER_INDICATORS))
    _refuse(
        counts,
        departures != (counts["channel"] == ""),
        name,
        "channel",
        "departures have no channel, all else has one",
    )
    for source_id, rows in counts.groupby("source_id"):
        _refuse_years(raw, rows, str(source_id), name, ("year_first", "year_last"))
        dated = rows[rows["year_first"] != ""]
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


def _check_totals(raw: Raw) -> None:
    totals, name = raw["totals"], "totals"
    countries = totals["countries"].str.split(";").explode()
    known = [*raw["countries"]["iso3"], "all"]
    bad = ~countries.isin(known)
    _refuse(countries[bad].to_frame(), bad[bad], name, "countries", "not in countries.csv")
    indicators = totals["indicators"].str.split(";").explode()
    departures = indicators.isin(schema.DEPARTURES).groupby(level=0)
    _refuse(
        totals,
        (departures.any() != departures.all()) | (departures.any() != (totals["channels"] == "")),
        name,
        "channels",
        "departures have no kind of request, all else has one, and they are not added up together",
    )
    for source_id, rows in totals.groupby("source_id"):
        _refuse_years(raw, rows, str(source_id), name, ("year",))


def _check_tokens(counts: pd.DataFrame, name: str) -> None:
    """Hold each printed token against its normal form; words may say that there was one."""
    forms = {}
    for token in counts["printed"].unique():
        try:
            forms[token] = notation(token)
        except DataError as error:
            _refuse(counts, counts["printed"] == token, name, "printed", str(error))
    normal = counts["printed"].map(forms)
    other = (counts["notation"] != normal) & (counts["notation"] != ">0" + normal)
    if other.any():
        allowed = normal[other].iloc[0]
        _refuse(counts, other, name, "notation", f"allowed is {allowed}, as is printed")
