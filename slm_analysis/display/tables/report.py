"""Tables of what the sources print: the report's own tables, counts, statements, instruments."""

from __future__ import annotations

import pandas as pd
from markupsafe import Markup

from slm_analysis.display.rendering import Table, addressed, intervals, number, stacked
from slm_analysis.display.tables import cells
from slm_analysis.language import _, listing
from slm_analysis.printed import codebook
from slm_analysis.printed.read import Raw
from slm_analysis.results.coverage import rounding_inferred

SIGNS = {"success": "+", "failure": "−", "both": "±"}
HRT = "returns with the reintegration scheme HRT"


def general_statements(raw: Raw) -> Table:
    """Return the statements without a year, which stay out of the panel.

    Examples
    --------
    >>> print(general_statements(raw).text().splitlines()[2])
    Afghanistan | LP | issued | geen | 31 | 1.4 | c001 |
    a country said to issue no LPs, no year printed
    """
    rows = raw["dtv_counts"].query("year_first == ''")
    shown = ["iso3", "channel", "indicator", "printed", "page", "section", "id", "note"]
    frame = cells.worded(rows[shown], raw, id="row")
    frame["printed"] = cells.linked(rows["printed"], cells.rows_of(rows["id"]))
    frame["row"] = cells.row_links(rows["id"], raw)
    frame["note"] = frame["note"].str.replace(r"^\w+: ", "", regex=True)
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
    printed, marks = raw[name], raw[name]["footnote"].str.partition(":")[0]
    marked = [
        Markup("{}<sup>{}</sup>").format(cell, mark) if mark else cell
        for cell, mark in zip(printed["printed"], marks, strict=True)
    ]
    shown = printed.assign(shown=cells.linked(marked, cells.rows_of(printed["id"], name)))
    wide = shown.pivot(index="iso3", columns="goal", values="shown")
    wide = wide.reindex(index=printed["iso3"].unique(), columns=list(codebook.GOALS))
    bold = raw["countries"].query("mr_2015 == 'yes'")["iso3"]
    names = raw.names | {iso3: Markup("<b>{}</b>").format(raw.names[iso3]) for iso3 in bold}
    wide.insert(0, "country", wide.index.map(names))
    caption = _("Table {number} of the report, as printed (in Dutch)", number=name[-1])
    explained = _(
        "Bold: MR country (bold in print; taken from the list of nine in section 1.2.4, because "
        "the text extraction has lost the type)."
    )
    notes = [_("Note {note}.", note=_(note)) for note in printed["footnote"].unique() if note]
    notes += [explained, cells.address(printed)]
    return Table(wide.reset_index(drop=True), caption, tuple(notes))


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
    caption = _("{country}: cases per year, printed over bounds", country=raw.names[iso3])
    rows = panel[panel["iso3"] == iso3]
    if rows.empty:
        return Table(pd.DataFrame(), caption)
    counts = map(stacked, rows["printed"].str.replace(";", "; "), intervals(rows))
    shown = rows.assign(shown=cells.linked(counts, cells.cells_of(rows, rows["year"])))
    wide = shown.pivot(index=["indicator", "channel"], columns="year", values="shown")
    wide = wide.reindex(codebook.INDICATORS, level="indicator")
    years = range(rows["year"].min(), rows["year"].max() + 1)
    wide = wide.reindex(columns=years).astype(object).fillna(_("not printed"))
    wide = wide.rename(columns=str).reset_index()
    series = ["indicator", "channel"]
    wide[series] = cells.worded(wide[series], raw)
    ids = sorted(rows["raw_ids"].str.split(";").explode().unique())
    noted = raw["dtv_counts"].set_index("id").loc[ids, "note"]
    notes = [
        f"{', '.join(same.index)}: {_(note)}."
        for note, same in noted.groupby(noted, sort=False)
        if note
    ]
    inferred = rows.loc[rounding_inferred(rows, raw), "channel"].unique()
    if len(inferred):
        told = _("That counts are rounded is inferred, not stated, for: {kinds}.")
        notes.append(told.format(kinds=listing(map(cells.channel_in_words, inferred))))
    told = _("Rows of dtv_counts.csv: {ids}.", ids=", ".join(ids))
    return Table(wide, caption, (*notes, f"{told} {cells.address(rows)}"), data=panel)


def recommendations(raw: Raw) -> Table:
    """Return the recommendations and the cabinet's answers, paraphrased.

    Examples
    --------
    >>> recommendations(raw).frame["in a word"].tolist()
    ['agrees in part', 'declines in part', 'agrees', 'agrees']
    """
    table = raw["recommendations"]
    heads = {"answer": "answer of the cabinet", "stance": "in a word"}
    frame = cells.worded(table[["recommendation", *heads]], raw, **heads)
    ranks = map(str, range(1, len(table) + 1))
    frame.insert(0, "nr", cells.linked(ranks, cells.rows_of(table["id"], "recommendations")))
    caption = _(
        "The four recommendations and the cabinet's answer, paraphrased; the last column is ours"
    )
    return Table(frame, caption, (cells.address(table),))


def spending(raw: Raw) -> Table:
    """Return the spending of 2010 with the sum recomputed.

    Examples
    --------
    >>> spending(raw).notes[0]
    'Sum of the printed amounts: 5.8 million euro.'
    """
    table = raw["spending_2010"]
    frame = cells.worded(table[["priority"]], raw)
    amounts = cells.linked(table["printed"], cells.rows_of(table["id"], "spending_2010"))
    frame["million euro, as printed"] = amounts
    total = pd.to_numeric(table.loc[table["priority"] != "total", "notation"]).sum()
    told = _("Sum of the printed amounts: {total} million euro.", total=number(total, 1))
    caption = _("Spending on migration and development, 2010")
    return Table(frame, caption, (told, cells.address(table)))


def hrt_returns(raw: Raw) -> Table:
    """Return the returns with the scheme HRT, which are no count of the DT&V.

    One row per printed figure; the unit stands beside it.

    Examples
    --------
    >>> hrt_returns(raw).frame["printed"].map(lambda cell: Markup(cell).striptags()).tolist()
    ['1018', '1160', 'about 50']
    """
    rows = raw["facts"][raw["facts"]["subject"].str.startswith(HRT)]
    frame = cells.worded(rows[["subject", "unit"]], raw, subject="figure")
    values = rows["value"].str.replace("about", _("about"))
    frame.insert(1, "printed", cells.linked(values, cells.rows_of(rows["id"], "facts")))
    told = _(
        "Money for former asylum seekers who return of their own accord, by way of the "
        "International Organization for Migration; it is none of the seven indicators, and no "
        "count of the DT&V is set against it."
    )
    caption = _("Returns with the scheme HRT (Herintegratie Regeling Terugkeer)")
    return Table(frame, caption, (told, cells.address(rows)))


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
    span, indicators = years[1] - years[0] + 1, len(codebook.INDICATORS)
    countries = len(counts) - 1  # the last row is all
    frame = counts.astype(str).apply(cells.linked, cells=[[code] for code in counts.index])
    frame.insert(0, "country", counts.index.map(raw.names | {"all": _("all")}))
    each = span * indicators
    told = _(
        "With {indicators} indicators a country has {each} cells, the {countries} countries shown "
        "have {all}."
    ).format(indicators=indicators, each=each, countries=countries, all=each * countries)
    caption = _("Cells printed, of {span} years ({first}–{last}) per country and indicator")
    caption = caption.format(span=span, first=years[0], last=years[1])
    return Table(frame, caption, (told,), data=counts)


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
    return Table(cells.worded(table, raw, **heads), _(caption), data=table)


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
    shown = ["iso3", "date", "party", "instrument", "stage", "source_id", "page", "section"]
    heads = {"source_id": "source", "conflicts_with": "says otherwise", "id": "row"}
    frame = cells.worded(happened[[*shown, "conflicts_with", "id"]], raw, **heads)
    frame["date"] = cells.linked(frame["date"], cells.rows_of(happened["id"], "agreements"))
    return Table(frame, _("What happened and when, as printed"), data=happened)


def indicator_matrix(evidence: pd.DataFrame, raw: Raw) -> Table:
    """Return for each of the report's indicators and judged countries whether anything is printed.

    One row per indicator, one column per country, successes first.

    Parameters
    ----------
    evidence
        As :func:`effect_indicators.evidence` returns it.
    raw
        For the names of the countries.

    Examples
    --------
    >>> evidence = pd.DataFrame(
    ...     [("GEO", "success", "national", "task forces", ["agreements geo-task-force"]),
    ...      ("GHA", "failure", "national", "task forces", [])],
    ...     columns=["iso3", "judged", "level", "indicator", "evidence"])
    >>> indicator_matrix(evidence, raw).text().splitlines()[2]
    'task forces | national | yes | –'
    """
    found = [addressed(_("yes"), names) if names else "–" for names in evidence["evidence"]]
    wide = evidence.assign(found=found).pivot(index="indicator", columns="iso3", values="found")
    judged = evidence.set_index("iso3")["judged"].to_dict()
    countries = sorted(judged, key=lambda iso3: (judged[iso3] != "success", iso3))
    rows = evidence[["indicator", "level"]].drop_duplicates(ignore_index=True)
    frame = rows.map(_)
    for iso3 in countries:
        frame[stacked(iso3, SIGNS[judged[iso3]])] = wide.loc[rows["indicator"], iso3].to_numpy()
    note = _(
        "yes: evidence is printed; –: none. + success, − failure and ± both are the report's "
        "judgements (section 3.2.3, section 3.2.4, tables 1 and 2). The Cotonou agreement (p. 35) "
        "has a return clause too; which countries it binds is not printed, so that no column has "
        "it. {countries}"
    ).format(countries=", ".join(f"{iso3} {raw.names[iso3]}" for iso3 in countries) + ".")
    caption = _("The report's indicators of effect (section 1.2.3): is evidence printed?")
    return Table(frame, caption, (note,), data=evidence)
