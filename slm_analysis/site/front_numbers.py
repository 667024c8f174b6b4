"""The front page, and the numbers in its sentences, each with its cells.

The sentences stand in the page's template.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import pandas as pd
from markupsafe import Markup

from slm_analysis.bounds.arithmetic import FELL, OPEN, ROSE
from slm_analysis.display import figures
from slm_analysis.display.rendering import addressed, rounded_down
from slm_analysis.display.tables import claims as claim_tables
from slm_analysis.display.tables.cells import cells_of, linked
from slm_analysis.language import _, listing
from slm_analysis.printed.read import Raw
from slm_analysis.printed.sources import REPORT, citation
from slm_analysis.results import before_after, inference, pre_trends, response
from slm_analysis.site import inline_figures, notebooks, pages
from slm_analysis.verdicts import compare_passages

WAY = ("requests", "confirmed", "issued", "forced")

Numbers = dict[str, object]  # by their names in a sentence; none where it has no cells


def front_page(raw: Raw, panel: pd.DataFrame, judged: pd.DataFrame, figures_folder: Path) -> Markup:
    """Return the front page, and write the figures on it.

    Parameters
    ----------
    raw, panel
        The raw tables and the bounds.
    judged
        As :func:`claims.judge_all` returns it.
    figures_folder
        Receives the figures.
    """
    first = claim_tables.statements(judged)
    about_counts = first[first["indicators"] != ""]
    untestable = about_counts["verdict"] == "untestable"
    passages = compare_passages(raw).drop_duplicates("subject")
    unanswered = panel[panel["indicator"] == "unanswered"]
    drawings = {  # those that matter most, by the page with the rest
        "03_lp_response": figures.counts(unanswered, raw, raw.years, "unanswered"),
        "04_before_after": figures.departures(panel, raw, raw.years[1]),
    }
    for drawing in drawings.values():
        drawing.write_svg(figures_folder)
    return pages.fill(
        "front.html.j2",
        shown=front_numbers(raw, panel),
        markdown=notebooks.markdown,
        tested=about_counts[~untestable],
        in_short=in_short,
        all=len(first),
        about=len(about_counts),
        untestable=untestable.sum(),
        missing=about_counts.loc[untestable, "missing"].str.split(";").explode().nunique(),
        differ=(passages["result"] == "differ").sum(),
        subjects=len(passages),
        raw=raw,
        panel=panel,
        drawings=drawings,
        drawn=inline_figures.drawn,
        folder=figures_folder,
        citation=citation(),
        report=raw.sources[REPORT],
    )


def front_numbers(raw: Raw, panel: pd.DataFrame) -> dict[str, Numbers]:
    """Return the numbers of each sentence, by the name that the template of the page gives it.

    Parameters
    ----------
    raw, panel
        The raw tables and the bounds.
    """
    around = before_after.before_after(panel, before_after.events(raw))
    return {
        "unanswered": _unanswered(raw, panel),
        "begun": _begun(raw, panel, around),
        "way": _way(raw, panel),
        "departures": _departures(panel, raw.years[1]),
        "agreed": _agreed(raw, around),
    }


def _with_cells(compared: pd.DataFrame) -> pd.DataFrame:
    """Add the cells of both sides to each comparison."""
    years = compared["years_before"] + ", " + compared["years_after"]
    return compared.assign(cells=cells_of(compared, years))


def _linked(number: object, cells: Iterable[list[str]]) -> Markup:
    """Return a number with all the cells of some rows."""
    return addressed(str(number), dict.fromkeys(name for names in cells for name in names))


def _counted(rows: pd.DataFrame) -> Markup:
    return _linked(len(rows), rows["cells"])


def _named(rows: pd.DataFrame, raw: Raw) -> str:
    return listing(dict.fromkeys(rows["iso3"].map(raw.names)))


def _unanswered(raw: Raw, panel: pd.DataFrame) -> Numbers:
    tested = inference.rate_tests(response.trend(panel, "unanswered"))
    if tested.empty:
        return {}
    tested = _with_cells(tested)
    fell = tested[tested["change"] == FELL]
    chance = fell[fell["verdict"] == inference.EVERY]
    return {
        "fell": _counted(fell),
        "count": _counted(tested),
        "names": _named(fell, raw),
        "rose": _counted(tested[tested["change"] == ROSE]),
        "chance": _counted(chance),
        "sure": _named(chance, raw),
        "breakdown": rounded_down(chance["breakdown"].min()),
    }


def _begun(raw: Raw, panel: pd.DataFrame, around: pd.DataFrame) -> Numbers:
    table = pre_trends.courses(panel, around)
    table = table[table["event"] != ""]
    if table.empty:
        return {}
    years = table[["first", "second", "third"]].astype(str).agg(", ".join, axis=1)
    table = table.assign(cells=cells_of(table, years))
    begun, later = (table[table["begun"] == word] for word in (pre_trends.YES, pre_trends.NO))
    return {
        "count": _counted(table),
        "begun": _counted(begun),
        "names": _named(begun, raw),
        "no": len(later),
        "others": _named(later, raw),
        "open": (table["begun"] == OPEN).sum(),
    }


def _way(raw: Raw, panel: pd.DataFrame) -> Numbers:
    """Take the country and year with most requests of those that have the whole way printed."""
    counts = panel[panel["indicator"].isin(WAY) & (panel["kind"] != "range")]
    counts = counts.drop_duplicates(["iso3", "year", "indicator"])
    whole = [rows for _at, rows in counts.groupby(["iso3", "year"]) if len(rows) == len(WAY)]
    if not whole:
        return {}
    rows = max(whole, key=lambda found: found.set_index("indicator").loc["requests", "lo"])
    iso3, year = rows[["iso3", "year"]].iloc[0]
    counts = linked(rows["printed"], cells_of(rows, rows["year"]))
    numbers = dict(zip(rows["indicator"], counts, strict=True))
    return {"country": raw.names[iso3], "year": year} | numbers


def _departures(panel: pd.DataFrame, last: int) -> Numbers:
    forced = panel[panel["indicator"] == "forced"]
    left = panel[panel["indicator"].isin(["forced", "independent"]) & (panel["year"] == last)]
    both = forced[forced["year"] == last].merge(
        left[left["indicator"] == "independent"], on="iso3", suffixes=("", "_independent")
    )
    if both.empty:
        return {}
    compared = _with_cells(before_after.compare_years(forced, last - 1, last))
    return {
        "year": last,
        "before": last - 1,
        "fewer": (both["hi"] < both["lo_independent"]).sum(),
        "count": _linked(len(both), cells_of(left, left["year"])),
        "fell": _linked((compared["change"] == FELL).sum(), compared["cells"]),
        "pairs": len(compared),
        "rose": (compared["change"] == ROSE).sum(),
    }


def _agreed(raw: Raw, around: pd.DataFrame) -> Numbers:
    of_agreement = around[around["instrument"] == "EU readmission agreement"]
    if of_agreement.empty:
        return {}
    both = _with_cells(before_after.two_sided(of_agreement))
    return {
        "count": of_agreement["iso3"].nunique(),
        "both": _linked(both["iso3"].nunique(), both["cells"]),
        "names": _named(both, raw),
    }


def in_short(says: str) -> str:
    """Return a statement without brackets and how it is read; what is not tested comes first."""
    short = re.sub(r"\s*\([^()]*\)", "", says).partition(_("; read as"))[0]
    tested, _mark, untested = short.rpartition("; ")
    if tested and _("not tested") in untested:
        return f"{untested[0].upper()}{untested[1:]}. {tested}"
    return short
