"""Tables of what the sources print: the report's own tables, counts, statements, instruments."""

from __future__ import annotations

import pandas as pd
from markupsafe import Markup

from slm_analysis.bounds.panel import cell_name
from slm_analysis.display.rendering import (
    Table,
    addressed,
    interval,
    number,
    stacked,
    year_spans,
)
from slm_analysis.display.tables.cells import (
    CHANNEL_WORDS,
    address,
    channels,
    linked,
    row_links,
    rows_of,
)
from slm_analysis.language import _, date, listing
from slm_analysis.printed import schema
from slm_analysis.printed.read import Raw
from slm_analysis.results.coverage import rounding_inferred

HRT = "returns with the reintegration scheme HRT"
YEAR_LISTS = {"years", "before", "printed_before", "after", "printed_after"}


def general_statements(raw: Raw) -> Table:
    """Return the statements without a year, which stay out of the panel.

    Examples
    --------
    >>> print(general_statements(raw).text().splitlines()[2])
    Afghanistan | LP | issued | geen | 31 | 1.4 | c001 |
    a country said to issue no LPs, no year printed
    """
    rows = raw["dtv_counts"].query("year_first == ''")
    frame = pd.DataFrame(
        {
            "country": rows["iso3"].map(raw.names),
            "channel": channels(rows),
            "indicator": rows["indicator"].map(_),
            "printed": linked(rows["printed"], rows_of(rows["id"])),
            "page": rows["page"],
            "section": rows["section"],
            "row": row_links(rows["id"], raw),
            "note": rows["note"].map(_).str.replace(r"^\w+: ", "", regex=True),
        }
    )
    return Table(frame, _("Statements without a year; they are in no table or figure of counts"))


def report_table(raw: Raw, name: str) -> Table:
    """Return table 1 or table 2 of the report; MR countries are bold, as in print.

    One row per country, one column per goal, in the report's order; ``name`` is ``table1`` or
    ``table2``.

    Examples
    --------
    >>> print(report_table(raw, "table1").text().splitlines()[2])
    Algeria | Bereikt | Niet bereikt | Niet bereikt
    """
    cells, lists = raw[name], raw["countries"].set_index("iso3")
    notes = [note for note in dict.fromkeys(cells["footnote"]) if note]
    numbers = cells["footnote"].str.partition(":")[0]
    marked = [
        addressed(
            Markup("{}<sup>{}</sup>").format(printed, mark) if mark else printed, [f"{name} {row}"]
        )
        for printed, mark, row in zip(cells["printed"], numbers, cells["id"], strict=True)
    ]
    wide = (
        cells.assign(marked=marked)
        .pivot(index="iso3", columns="goal", values="marked")
        .reindex(index=cells["iso3"].unique(), columns=list(schema.GOALS))
    )
    names = [
        Markup("<b>{}</b>").format(raw.names[iso3])
        if lists.at[iso3, "mr_2015"] == "yes"
        else raw.names[iso3]
        for iso3 in wide.index
    ]
    wide.insert(0, "country", names)
    return Table(
        wide.reset_index(drop=True),
        _("Table {number} of the report, as printed (in Dutch)").format(
            number=name.removeprefix("table")
        ),
        (
            *(_("Note {note}.").format(note=_(note)) for note in notes),
            _(
                "Bold: MR country (bold in print; taken from the list of nine in section 1.2.4, "
                "because the text extraction has lost the type)."
            ),
            address(cells),
        ),
    )


def country_paragraph(panel: pd.DataFrame, raw: Raw, iso3: str) -> Table:
    """Return a country's figures: printed over bounds, by indicator and year.

    Parameters
    ----------
    panel
        As :func:`panel.build_panel` returns it, or some of its rows.
    raw
        For the country's name and the notes of the rows.
    iso3
        The country.

    Examples
    --------
    >>> table = country_paragraph(panel, raw, "GEO")
    >>> for line in table.text().splitlines()[:3]:
    ...     print(line)
    Georgia: cases per year, printed over bounds
    indicator | channel | 2013 | 2014
    requests | T&O | 70 68–72 | 55 53–57
    """
    caption = _("{country}: cases per year, printed over bounds").format(country=raw.names[iso3])
    rows = panel[panel["iso3"] == iso3]
    if rows.empty:
        return Table(pd.DataFrame(), caption)
    years = range(rows["year"].min(), rows["year"].max() + 1)
    cells = {
        (channel, indicator, year): addressed(
            stacked(printed.replace(";", "; "), interval(lo, hi)),
            [cell_name(iso3, year, channel, indicator)],
        )
        for channel, indicator, year, printed, lo, hi in zip(
            rows["channel"],
            rows["indicator"],
            rows["year"],
            rows["printed"],
            rows["lo"],
            rows["hi"],
            strict=True,
        )
    }
    lines = rows[["channel", "indicator"]].drop_duplicates()
    lines = lines.sort_values(
        "indicator", key=lambda names: names.map(schema.INDICATORS.index), kind="stable"
    )
    table = pd.DataFrame(
        [
            {
                "indicator": _(indicator),
                "channel": _(CHANNEL_WORDS[channel]),
                **{
                    str(year): cells.get((channel, indicator, year), _("not printed"))
                    for year in years
                },
            }
            for channel, indicator in lines.itertuples(index=False)
        ]
    )
    ids = sorted({name for text in rows["raw_ids"] for name in text.split(";")})
    noted = raw["dtv_counts"].set_index("id").loc[ids, "note"]
    notes = [
        f"{', '.join(same.index)}: {_(note)}."
        for note, same in noted.groupby(noted, sort=False)
        if note
    ]
    inferred = channels(rows[rounding_inferred(rows, raw)]).unique()
    if len(inferred):
        told = _("That counts are rounded is inferred, not stated, for: {kinds}.")
        notes.append(told.format(kinds=listing(inferred)))
    told = _("Rows of dtv_counts.csv: {ids}.").format(ids=", ".join(ids))
    return Table(table, caption, (*notes, f"{told} {address(rows)}"), data=panel)


def recommendations(raw: Raw) -> Table:
    """Return the recommendations and the cabinet's answers, paraphrased.

    Examples
    --------
    >>> recommendations(raw).frame["in a word"].tolist()
    ['agrees in part', 'declines in part', 'agrees', 'agrees']
    """
    table = raw["recommendations"]
    return Table(
        pd.DataFrame(
            {
                "nr": linked(
                    map(str, range(1, len(table) + 1)),
                    [[f"recommendations {name}"] for name in table["id"]],
                ),
                "recommendation": table["recommendation"].map(_),
                "answer of the cabinet": table["answer"].map(_),
                "in a word": table["stance"].map(_),
            }
        ),
        _(
            "The four recommendations and the cabinet's answer, paraphrased; the last column is "
            "ours"
        ),
        (address(table),),
    )


def spending(raw: Raw) -> Table:
    """Return the spending of 2010 with the sum recomputed.

    Examples
    --------
    >>> spending(raw).notes[0]
    'Sum of the printed amounts: 5.8 million euro.'
    """
    table = raw["spending_2010"]
    parts = table[table["priority"] != "total"]
    total = pd.to_numeric(parts["notation"]).sum()
    amounts = linked(table["printed"], [[f"spending_2010 {name}"] for name in table["id"]])
    return Table(
        pd.DataFrame({"priority": table["priority"].map(_), "million euro, as printed": amounts}),
        _("Spending on migration and development, 2010"),
        (
            _("Sum of the printed amounts: {total} million euro.").format(total=number(total, 1)),
            address(table),
        ),
    )


def hrt_returns(raw: Raw) -> Table:
    """Return the returns with the scheme HRT, which are no count of the DT&V.

    One row per printed figure; the unit stands beside it.

    Examples
    --------
    >>> hrt_returns(raw).frame["printed"].map(lambda cell: Markup(cell).striptags()).tolist()
    ['1018', '1160', 'about 50']
    """
    rows = raw["facts"][raw["facts"]["subject"].str.startswith(HRT)]
    printed = linked(
        rows["value"].str.replace("about", _("about")), [[f"facts {name}"] for name in rows["id"]]
    )
    return Table(
        pd.DataFrame(
            {
                "figure": rows["subject"].map(_),
                "printed": printed,
                "unit": rows["unit"].map(_),
            }
        ),
        _("Returns with the scheme HRT (Herintegratie Regeling Terugkeer)"),
        (
            _(
                "Money for former asylum seekers who return of their own accord, by way of the "
                "International Organization for Migration; it is none of the seven indicators, and "
                "no count of the DT&V is set against it."
            ),
            address(rows),
        ),
    )


def printed_counts(counts: pd.DataFrame, raw: Raw, years: tuple[int, int]) -> Table:
    """Return how many cells are printed, per country and indicator.

    Parameters
    ----------
    counts
        As :func:`coverage.count_printed` returns it.
    raw
        For the names of the countries.
    years
        First and last year that were counted.

    Examples
    --------
    >>> from slm_analysis.results.coverage import count_printed, printed_years
    >>> counts = count_printed(printed_years(panel, ["ARM", "GEO"], (2009, 2014)))
    >>> table = printed_counts(counts, raw, (2009, 2014))
    >>> [Markup(cell).striptags() for cell in table.frame["all"]]
    ['9', '12', '21']
    """
    span = years[1] - years[0] + 1
    per_country = span * len(schema.INDICATORS)
    countries = len(counts) - 1
    table = pd.DataFrame(
        {
            name: linked(counts[name].astype(str), ([code] for code in counts.index))
            for name in counts
        }
    )
    table.insert(0, "iso3", counts.index.map(raw.names | {"all": _("all")}))
    return Table(
        table.rename(columns={"iso3": "country"}),
        _("Cells printed, of {span} years ({first}–{last}) per country and indicator").format(
            span=span, first=years[0], last=years[1]
        ),
        (
            _(
                "With {indicators} indicators a country has {each} cells, the {countries} "
                "countries shown have {all}."
            ).format(
                indicators=len(schema.INDICATORS),
                each=per_country,
                countries=countries,
                all=per_country * countries,
            ),
        ),
        data=counts,
    )


def needed(table: pd.DataFrame, raw: Raw, caption: str, heads: dict[str, str]) -> Table:
    """Return a table of cells that would be needed, with heads for readers.

    Parameters
    ----------
    table
        As :func:`coverage.needed_for_ratios` or :func:`coverage.needed_for_agreements` returns it.
    raw
        For the names of the countries.
    caption
        Of the table.
    heads
        What readers see over a column, by its name.

    Examples
    --------
    >>> from slm_analysis.results.coverage import needed_for_ratios
    >>> table = needed(needed_for_ratios(panel), raw, "Lacking", {"indicator": "answer"})
    >>> table.frame.iloc[0].tolist()
    ['Armenia', 'LP', 'unanswered', '2012–2013']
    """
    shown = table.assign(iso3=table["iso3"].map(raw.names))
    for column in YEAR_LISTS.intersection(shown):
        shown[column] = shown[column].map(year_spans)
    if "date" in shown:
        shown["date"] = shown["date"].map(date)
    if "channel" in shown:
        shown["channel"] = channels(shown)
    shown["indicator"] = [", ".join(map(_, text.split(", "))) for text in shown["indicator"]]
    return Table(shown.rename(columns={"iso3": "country", **heads}), _(caption), data=table)


def timeline(happened: pd.DataFrame, raw: Raw) -> Table:
    """Return the dated instruments with their addresses, and rows that say otherwise.

    One row per row of ``happened``, as :func:`before_after.events` returns it.

    Examples
    --------
    >>> from slm_analysis.results.before_after import events
    >>> table = timeline(events(raw).query("iso3 == 'GEO'"), raw)
    >>> table.frame[["instrument", "stage", "page"]].iloc[0].tolist()
    ['mobility partnership', 'signed', '65']
    """
    frame = pd.DataFrame(
        {
            "country": happened["iso3"].map(raw.names),
            "date": linked(
                happened["date"].map(date), [[f"agreements {name}"] for name in happened["id"]]
            ),
            "party": happened["party"],
            "instrument": happened["instrument"].map(_),
            "stage": happened["stage"].map(_),
            "source": happened["source_id"],
            "page": happened["page"],
            "section": happened["section"].map(_),
            "says otherwise": happened["conflicts_with"],
            "row": happened["id"],
        }
    )
    return Table(frame, _("What happened and when, as printed"), data=happened)
