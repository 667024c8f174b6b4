"""What tables are made of: columns in words, and numbers with the cells or raw rows behind them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

import pandas as pd
from markupsafe import Markup

from slm_analysis.bounds.panel import cell_name
from slm_analysis.display import rendering
from slm_analysis.display.rendering import addressed, year_spans
from slm_analysis.language import _, date
from slm_analysis.printed import codebook
from slm_analysis.printed.read import Raw
from slm_analysis.results.coverage import years_from_text

CHANNEL_WORDS = {"LP": "LP", "TO": "T&O", "nationality": "nationality", "": "departures"}

KIND_WORDS = {
    "exact": "exact",
    "rounded": "rounded",
    "suppressed": "under five",
    "range": "range of years",
    "zero": "zero, in words",
    "not printed": "not printed",
}


PAIR = re.compile(r"(?:([^,;]+), )?(\d{4}) to (\d{4})")


def in_words(name: str) -> str:
    """Return the name of a comparison of two years in the current language, as events have it.

    Examples
    --------
    >>> from slm_analysis.language import speaking
    >>> with speaking("nl"):
    ...     in_words("LP and nationality, 2012 to 2014"), in_words("2013 to 2014")
    ('LP en nationaliteit, van 2012 op 2014', 'van 2013 op 2014')
    """

    def told(found: re.Match[str]) -> str:
        what, before, after = found.groups()
        years = _("{before} to {after}", before=before, after=after)
        return f"{_(what)}, {years}" if what else years

    return PAIR.sub(told, name)


def sides(row: Any) -> str:
    """Name the years before and after of a comparison.

    Examples
    --------
    >>> sides(pd.Series({"years_before": "2009, 2010, 2011", "years_after": "2014"}))
    '2009–2011 to 2014'
    """
    return _(
        "{before} to {after}",
        before=year_spans(row.years_before),
        after=year_spans(row.years_after),
    )


def places_of(row: Any) -> list[tuple[str, str, str]]:
    """Return source, page and section of a row of the panel, each place once.

    Examples
    --------
    >>> places_of(next(panel.itertuples()))
    [('acvz-2015', '54', '3.2.3')]
    """
    parts = (text.split(";") for text in (row.source_id, row.page, row.section))
    return list(dict.fromkeys(zip(*parts, strict=True)))


def address(rows: pd.DataFrame) -> str:
    """Return the pages and sections of some rows, each once, as a note for readers.

    Examples
    --------
    >>> address(panel[panel["iso3"] == "GEO"])
    'Source: acvz-2015, p. 61, section 3.3.1.'
    """
    places = {place for row in rows.itertuples() for place in places_of(row)}
    paged = _("{source}, p. {page}, section {section}")
    texts = [
        paged.format(source=source, page=page, section=_(section))
        if page
        else f"{source}, {_(section)}"
        for source, page, section in sorted(places)
    ]
    return _("Source: {places}.", places="; ".join(texts))


def channel_in_words(channel: str) -> str:
    """Return a kind of request in words; departures, which have none, as such.

    Examples
    --------
    >>> channel_in_words("TO"), channel_in_words("")
    ('T&O', 'departures')
    """
    return _(CHANNEL_WORDS[channel])


def count_in_words(row: Any) -> str:
    """Return what a row counts: the indicator, and the kind of request if it has one.

    Examples
    --------
    >>> count_in_words(panel.iloc[0])
    'unanswered (LP)'
    """
    return _(row.indicator) + (f" ({channel_in_words(row.channel)})" if row.channel else "")


def each_in_words(listed: str) -> str:
    """Return words parted by ``;`` or commas, each in the current language.

    Examples
    --------
    >>> from slm_analysis.language import speaking
    >>> with speaking("nl"):
    ...     each_in_words("negative;confirmed")
    'negatief, bevestigd'
    """
    return ", ".join(map(_, re.split(";|, ", listed)))


# how the cells of a column are written, by its name; those of any other are a word each
WRITTEN: dict[str, Callable[[Any], str]] = {
    **dict.fromkeys(["printed", "page", "party", "source_id", "id", "conflicts_with"], str),
    **dict.fromkeys(["year", "cell"], str),
    **dict.fromkeys(["indicator", "missing", "possible"], each_in_words),
    **dict.fromkeys(["years", "before", "printed_before", "after", "printed_after"], year_spans),
    "channel": channel_in_words,
    "name": in_words,
    "date": date,
}


def worded(table: pd.DataFrame, raw: Raw, **heads: str) -> pd.DataFrame:
    """Return a table as people read it in the current language, with the names of countries.

    Parameters
    ----------
    table
        Columns of codes, numbers and words of the vocabulary: :data:`WRITTEN` says which is what.
    raw
        For the names of the countries.
    heads
        What stands over a column, by its name, where that is not the name.

    Examples
    --------
    >>> worded(panel[["iso3", "year", "channel"]], raw, channel="kind of request").iloc[0].to_dict()
    {'country': 'Armenia', 'year': '2012', 'kind of request': 'LP'}
    """
    written = WRITTEN | {"iso3": raw.names.__getitem__}
    words = {name: table[name].map(written.get(name, _)) for name in table}
    return pd.DataFrame(words).rename(columns={"iso3": "country", **heads})


def linked(texts: Iterable[str], cells: Iterable[Iterable[str]]) -> list[Markup]:
    """Return numbers with the cells behind each, row by row.

    Examples
    --------
    >>> print(linked(["18–22"], [["GEO 2014 forced"]])[0])
    <data value="GEO 2014 forced">18–22</data>
    """
    return [addressed(text, names) for text, names in zip(texts, cells, strict=True)]


def bounds(
    table: pd.DataFrame, prefix: str, cells: Iterable[Iterable[str]], digits: int = 0
) -> list[Markup]:
    """Return the bounds in two columns of a table with the cells behind them, row by row.

    Parameters
    ----------
    table, prefix, digits
        As of :func:`rendering.intervals`.
    cells
        Those of each row.

    Examples
    --------
    >>> table = pd.DataFrame({"own_lo": [18], "own_hi": [22]})
    >>> print(bounds(table, "own_", [["GEO 2014 forced"]])[0])
    <data value="GEO 2014 forced">18–22</data>
    """
    return linked(rendering.intervals(table, prefix, digits), cells)


def over_years(table: pd.DataFrame, side: str, cells: Iterable[Iterable[str]]) -> list[Markup]:
    """Return the bounds of one side of each comparison over its years, with the cells behind them.

    Parameters
    ----------
    table
        With the columns ``before_lo``, ``before_hi`` and ``years_before``, or those of ``after``.
    side
        ``before`` or ``after``.
    cells
        Those of each row.

    Examples
    --------
    >>> table = pd.DataFrame({"before_lo": [18], "before_hi": [22], "years_before": "2012, 2013"})
    >>> print(over_years(table, "before", [["GEO 2012 forced"]])[0])
    <data value="GEO 2012 forced">18–22<br><small>2012–2013</small></data>
    """
    years = table[f"years_{side}"].map(year_spans)
    return linked(map(rendering.stacked, rendering.intervals(table, f"{side}_", 1), years), cells)


def cells_of(table: pd.DataFrame, years: Iterable[object], indicator: str = "") -> pd.Series:
    """Return the names of the cells behind each row: those of its years (``2013, 2014``).

    Parameters
    ----------
    table
        With columns ``iso3`` and ``channel``, and ``indicator`` unless one is given.
    years
        For each row a year, or years as text.
    indicator
        Of all rows; by default that of each row.

    Examples
    --------
    >>> table = pd.DataFrame({"iso3": ["GEO"], "channel": ["TO"], "indicator": ["unanswered"]})
    >>> cells_of(table, ["2013, 2014"]).tolist()
    [['GEO 2013 TO unanswered', 'GEO 2014 TO unanswered']]
    """
    found = [
        [
            cell_name(row.iso3, year, row.channel, indicator or row.indicator)
            for year in years_from_text(str(listed))
        ]
        for row, listed in zip(table.itertuples(), years, strict=True)
    ]
    return pd.Series(found, table.index, object)


def rows_of(ids: pd.Series, table: str = "dtv_counts") -> pd.Series:
    """Return the names of the rows of a raw table behind each result.

    Examples
    --------
    >>> rows_of(pd.Series(["c011;c013"])).tolist()
    [['dtv_counts c011', 'dtv_counts c013']]
    """
    found = [[f"{table} {name}" for name in listed.split(";")] for listed in ids]
    return pd.Series(found, ids.index, object)


def row_links(raw_ids: pd.Series, raw: Raw) -> list[Markup]:
    """Return the ids of raw rows, each with its address and a link to its line in the raw table.

    Examples
    --------
    >>> print(row_links(pd.Series(["c011"]), raw)[0])
    <data value="dtv_counts c011"><a href="../data/raw/dtv_counts.csv#L12">c011</a></data>
    """
    lines = {name: line for line, name in enumerate(raw["dtv_counts"]["id"], start=2)}
    link = Markup('<a href="../data/raw/dtv_counts.csv#L{}">{}</a>')
    return [
        Markup(", ").join(
            addressed(link.format(lines[name], name), [f"dtv_counts {name}"])
            for name in ids.split(";")
        )
        for ids in raw_ids
    ]


def origin(table: pd.DataFrame, raw: Raw) -> pd.DataFrame:
    """Return columns with the raw rows behind each result, and what in them is inferred.

    Parameters
    ----------
    table
        With a column ``raw_ids``, parted by ``;``.
    raw
        For the notes, whose marks (:func:`codebook.marks`) say what is inferred.

    Examples
    --------
    >>> found = origin(panel[(panel["iso3"] == "GEO") & (panel["indicator"] == "negative")], raw)
    >>> found["inferred"].tolist(), [rows.striptags() for rows in found["rows"]]
    (['channel', 'channel'], ['c057', 'c056'])
    """
    notes = raw["dtv_counts"].set_index("id")["note"]
    found = []
    for ids in table["raw_ids"]:
        text = " ".join(notes[name] for name in ids.split(";"))
        marks = [_(mark.removesuffix(" inferred")) for mark in codebook.marks(text)]
        found.append(", ".join(marks) or _("nothing"))
    rows = row_links(table["raw_ids"], raw)
    return pd.DataFrame({"inferred": found, "rows": rows}, table.index)
