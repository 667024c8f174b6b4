"""The data as typed frames, one call each: what ``import slm_analysis as slm`` offers.

>>> import slm_analysis as slm
>>> slm.panel(countries="ARM", years=2014).set_index("indicator").loc["requests", ["lo", "hi"]]
lo    273
hi    277
Name: requests, dtype: Int64
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from slm_analysis import parameters, verdicts
from slm_analysis.bounds.panel import build_panel
from slm_analysis.errors import ParameterError
from slm_analysis.printed import codebook
from slm_analysis.printed.read import read_raw
from slm_analysis.project import Project
from slm_analysis.results.coverage import select

Countries = str | Iterable[str]
Years = str | int | tuple[int, int]


def panel(
    *,
    rule: str = "source",
    countries: Countries = "all",
    years: Years = "all",
    data: Path | str | None = None,
) -> pd.DataFrame:
    """Return the bounds of every printed count, a row per country, year, channel and indicator.

    Parameters
    ----------
    rule
        How prints are read: ``source`` leaves each source its own, or a name in
        :data:`reading_rules.RULES`.
    countries
        ``all``, or ISO codes: ``"ARM,NGA"`` or a list.
    years
        ``all``, a year, a span ``"2012-2014"`` or its ends ``(2012, 2014)``.
    data
        The folder that holds ``raw/``; without it the project's own.

    Returns
    -------
    DataFrame
        Columns as in the codebook: ``lo`` and ``hi`` in cases per year, ``year`` as nullable
        integers, vocabularies as categories, the rest as text; what is empty is missing.

    Raises
    ------
    ParameterError, DataError
        For a value that is not allowed, and for data that cannot be read.

    Examples
    --------
    >>> import slm_analysis as slm
    >>> len(slm.panel(countries=["GEO"], years=(2013, 2014)))
    12
    """
    raw = read_raw(_folder(data))
    chosen = parameters.countries(_text(countries, ","), raw)
    span = parameters.years(_text(years, "-"), raw)
    rows = select(build_panel(raw, parameters.rule(rule, raw)), chosen, span)
    return typed(rows, codebook.PROCESSED["panel"])


def counts(
    *, countries: Countries = "all", years: Years = "all", data: Path | str | None = None
) -> pd.DataFrame:
    """Return what is printed, a row per figure, before any rule has read it.

    Parameters as those of :func:`panel`; a figure of several years is in where one of them is.

    Examples
    --------
    >>> counts(countries="ARM", years=2014).set_index("id").loc["c005", "printed"]
    '275'
    """
    raw = read_raw(_folder(data))
    chosen = parameters.countries(_text(countries, ","), raw)
    first, last = parameters.years(_text(years, "-"), raw)
    rows = typed(raw["dtv_counts"], codebook.RAW["dtv_counts"])
    within = (rows["year_first"] <= last) & (rows["year_last"] >= first)
    return rows[rows["iso3"].isin(chosen) & within.fillna(False)]


def agreements(*, countries: Countries = "all", data: Path | str | None = None) -> pd.DataFrame:
    """Return the instruments with countries of origin, a row per instrument and stage.

    Parameters as those of :func:`panel`; of countries without figures too.

    Examples
    --------
    >>> agreements(countries="ARM")["instrument"].cat.categories[:3].tolist()
    ['EU readmission agreement', 'implementing protocol', 'Benelux readmission agreement']
    """
    raw = read_raw(_folder(data))
    rows = typed(raw["agreements"], codebook.RAW["agreements"])
    if countries == "all":
        return rows
    text = _text(countries, ",")
    codes = text.upper().split(",")
    if not set(codes) <= set(raw.names):
        raise ParameterError("countries", text, "all, or ISO codes of countries.csv")
    return rows[rows["iso3"].isin(codes)]


def claims(*, rule: str = "source", data: Path | str | None = None) -> pd.DataFrame:
    """Return the report's statements with their verdicts, a row per statement and reading.

    Parameters as those of :func:`panel`.

    Examples
    --------
    >>> claims()["verdict"].cat.categories.tolist()
    ['certain', 'possible', 'contradicted', 'untestable']
    """
    folder = _folder(data)
    raw = read_raw(folder)
    register = verdicts.read_claims(raw, folder)
    judged = verdicts.judge_all(register, raw, parameters.rule(rule, raw))
    return typed(judged, codebook.PROCESSED["claims"])


def passages(*, data: Path | str | None = None) -> pd.DataFrame:
    """Return what several passages say of one datum, and whether they agree.

    Parameters as those of :func:`panel`.

    Examples
    --------
    >>> passages()["result"].cat.categories.tolist()
    ['agree', 'differ']
    """
    return typed(verdicts.compare_passages(read_raw(_folder(data))), codebook.PROCESSED["passages"])


def typed(rows: pd.DataFrame, described: codebook.Table) -> pd.DataFrame:
    """Give the columns of a table of text the types that the codebook allows.

    Examples
    --------
    >>> table = typed(raw["table1"], codebook.RAW["table1"])
    >>> table.dtypes[["page", "outcome", "note"]].astype(str).tolist()
    ['Int64', 'category', 'str']
    """
    done = rows.reset_index(drop=True).replace("", None)
    for name, column in described.columns.items():
        if column.values:
            done[name] = pd.Categorical(done[name], [word for word in column.values if word])
        elif column.whole:
            done[name] = pd.to_numeric(done[name]).astype("Int64")
    return done


def _folder(data: Path | str | None) -> Path:
    return Project.current().raw if data is None else Path(data) / "raw"


def _text(value: str | int | Iterable[str | int], separator: str) -> str:
    return str(value) if isinstance(value, str | int) else separator.join(map(str, value))
