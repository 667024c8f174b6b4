"""Strict reading of the raw tables: text in, or an error that names the place.

To add a printed figure, add a row to ``data/raw/dtv_counts.csv``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from slm_analysis.errors import DataError
from slm_analysis.language import country_names
from slm_analysis.printed import codebook
from slm_analysis.printed.reading_rules import Reading, ReadingRule, notation
from slm_analysis.printed.sources import Source, read_sources
from slm_analysis.printed.textfiles import read_text_table


@dataclass(frozen=True)
class Raw:
    """All raw tables, validated, every cell text; keys of ``tables`` as in :data:`codebook.RAW`.

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
        counted = [source for name, source in self.sources.items() if name not in others]
        spans = [source.years for source in counted if source.years]
        return min(first for first, _ in spans), max(last for _, last in spans)

    def readings(self, name: str, rule: ReadingRule | None = None) -> pd.DataFrame:
        """Return the dated figures of a table with what each stands for: ``kind``, ``lo``, ``hi``.

        Parameters
        ----------
        name
            ``dtv_counts``, ``other_counts`` or ``totals``.
        rule
            How to read the print; by default each source's own rule.

        Raises
        ------
        DataError
            If a figure cannot be printed by its source.

        Examples
        --------
        >>> raw.readings("dtv_counts").set_index("id").loc["c005", ["lo", "hi"]].to_dict()
        {'lo': 273, 'hi': 277}
        """
        rows, figure = self[name], ["source_id", "notation"]
        if "year_first" in rows:
            rows = rows[rows["year_first"] != ""]
        different = rows.drop_duplicates(figure)
        found = []
        for row in different.itertuples():
            try:
                found.append(self.sources[row.source_id].read(row.notation, rule))
            except DataError as error:
                raise DataError(
                    str(error), file=f"{name}.csv", row=row.Index + 2, column="notation"
                ) from None
        read = pd.DataFrame(found, different.index, columns=Reading._fields)
        return rows.merge(different[figure].join(read), on=figure, how="left")


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
    for name, described in codebook.RAW.items():
        path = folder / f"{name}.csv"
        if name in codebook.OPTIONAL and not path.exists():
            tables[name] = pd.DataFrame(columns=list(described.columns), dtype=str)
        else:
            tables[name] = codebook.validate(read_text_table(path), described, path.name)
    raw = Raw(tables, sources)
    for name, table in tables.items():
        for column, wrong, allowed in _checks(raw, name):
            codebook.refuse(table, wrong, f"{name}.csv", column, allowed)
    return raw


Check = tuple[str, pd.Series, str]  # column, which rows are wrong, what is allowed or wrong


def _checks(raw: Raw, name: str) -> Iterator[Check]:
    """Yield the checks of a table that no single cell can fail; each rests on those before it."""
    table = raw[name]
    if "iso3" in table:
        yield "iso3", ~table["iso3"].isin(raw["countries"]["iso3"]), "not in countries.csv"
    if "source_id" in table:
        yield from _check_sources(table, raw)
    if name == "agreements":
        other = table["conflicts_with"].map(table.set_index("id")["conflicts_with"])
        one_sided = (table["conflicts_with"] != "") & (other != table["id"])
        allowed = "allowed is the id of a row that names this one in turn"
        yield "conflicts_with", one_sided, allowed
    if name in ("dtv_counts", "other_counts"):
        yield from _check_counts(table)
        yield from _check_years(table, raw, ["year_first", "year_last"])
    if name == "dtv_counts":
        yield from _check_tokens(table)
    if name == "totals":
        yield from _check_totals(table, raw)
        yield from _check_years(table, raw, ["year"])


def _check_sources(table: pd.DataFrame, raw: Raw) -> Iterator[Check]:
    known = list(raw.sources)
    yield "source_id", ~table["source_id"].isin(known), f"allowed are {', '.join(known)}"
    for source_id, rows in table.groupby("source_id"):
        pages = raw.sources[str(source_id)].pages
        if pages is None:
            yield "page", rows["page"] != "", f"{source_id} has no page numbers"
        else:
            outside = ~pd.to_numeric(rows["page"], errors="coerce").between(*pages)
            yield "page", outside, f"pages of {source_id} are {pages[0]} to {pages[1]}"


def _check_years(table: pd.DataFrame, raw: Raw, columns: list[str]) -> Iterator[Check]:
    spans = {name: source.years for name, source in raw.sources.items() if source.years}
    no_counts = "has no years and rounding in sources.yml, so it prints no counts"
    yield "source_id", ~table["source_id"].isin(list(spans)), no_counts
    for source_id, rows in table.groupby("source_id"):
        first, last = spans[str(source_id)]
        for column in columns:
            dated = rows.loc[rows[column] != "", column].astype(int)
            allowed = f"years of {source_id} are {first} to {last}"
            yield column, ~dated.between(first, last), allowed


def _check_counts(counts: pd.DataFrame) -> Iterator[Check]:
    general = counts["note"].str.startswith("general:")
    for column in ("year_first", "year_last"):
        needed = "a year is needed, or else a note that begins with 'general:'"
        yield column, (counts[column] == "") != general, needed
    yield "year_last", counts["year_first"] > counts["year_last"], "not before year_first"
    marks = counts["note"].str.findall(codebook.NOTE_MARK)
    known = marks.map(set(codebook.NOTE_MARKS).issuperset).astype(bool)
    yield "note", ~known, f"allowed before a colon: {', '.join(codebook.NOTE_MARKS)}"
    departures = counts["indicator"].isin([*codebook.DEPARTURES, *codebook.OTHER_INDICATORS])
    allowed = "departures have no channel, all else has one"
    yield "channel", departures != (counts["channel"] == ""), allowed
    twice = counts.duplicated(list(counts.columns.drop(["id", "printed", "note"]))) & ~general
    yield "id", twice, "the same figure from the same place stands twice"


def _check_totals(totals: pd.DataFrame, raw: Raw) -> Iterator[Check]:
    countries = totals["countries"].str.split(";").explode()
    unknown = ~countries.isin([*raw["countries"]["iso3"], "all"]).groupby(level=0).all()
    yield "countries", unknown, "not in countries.csv"
    indicators = totals["indicators"].str.split(";").explode()
    departures = indicators.isin(codebook.DEPARTURES).groupby(level=0)
    mixed = departures.any() != departures.all()
    allowed = (
        "departures have no kind of request, all else has one, and they are not added up together"
    )
    yield "channels", mixed | (departures.any() != (totals["channels"] == "")), allowed


def _check_tokens(counts: pd.DataFrame) -> Iterator[Check]:
    """Hold each printed token against its normal form; words may say that there was one."""
    for token, rows in counts.groupby("printed"):
        try:
            normal = notation(token)
        except DataError as error:
            yield "printed", rows["printed"] == token, str(error)
        else:
            other = ~rows["notation"].isin([normal, f">0{normal}"])
            yield "notation", other, f"allowed is {normal}, as is printed"
