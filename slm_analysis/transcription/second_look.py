"""What is allowed and may yet be a slip: figures to look at again, never a refusal.

Distances are logarithms of ratios, of counts and ten more: small counts vary without saying much.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from slm_analysis.bounds.panel import CELL
from slm_analysis.errors import DataError
from slm_analysis.printed.reading_rules import Rounding
from slm_analysis.printed.sources import Source
from slm_analysis.transcription.reading import Cell

MOST = 10  # lines that are told
SERIES = ["iso3", "channel", "indicator"]
ANSWERS = ("negative", "confirmed", "issued", "unanswered")
FAR = np.log(2)  # from the nearer of the years before and after
STEPS = 3  # and so many times the usual step: twice the lower quartile, which no slip reaches
NEARLY = 0.6  # of that, where a slip of digits would explain the figure
SHORT = 3  # steps; with fewer, those of all series
EDGE = 1.5  # so much further where there is a year on one side only
TOLD = ["row", "column", "printed", "score", "told"]


def look_again(
    cells: list[Cell], before: pd.DataFrame, source: Source, file: str
) -> tuple[str, ...]:
    """Rank the typed figures that are new and fit their surroundings badly.

    Parameters
    ----------
    cells
        The typed figures.
    before
        A panel of what else is known.
    source
        Of the typed figures: how it rounds and hides.
    file
        Name of the file, for the lines.

    Returns
    -------
    tuple of str
        At most :data:`MOST` lines with row, column and value, the most doubtful first.

    Examples
    --------
    >>> cells = [Cell("GHA", year, "LP", "issued", count, count, "40", "a", "", 2, str(year))
    ...          for year, count in enumerate(["280", "290", "275", "725", "285", "270"], 2009)]
    >>> look_again(cells, panel, raw.sources["acvz-2015"], "t.xlsx")
    ("t.xlsx, row 2, column 2012: '725': beside 275 in 2011 and 285 in 2013; 275 would fit",)
    """
    typed = pd.DataFrame(cells)
    rounding = source.rounding
    bounds = {text: source.read(text) for text in typed["notation"].unique()}
    typed = typed.join(pd.DataFrame([bounds[text] for text in typed["notation"]]))
    single = before[before["kind"] != "range"]
    others = single[single["source_id"] != source.source_id]
    same = typed.merge(single, "left", [*CELL, "lo", "hi"], indicator="known")["known"] == "both"
    asked = typed.assign(row=typed["row"].where(~same.to_numpy()))  # not what is there already
    known = pd.concat([single[[*CELL, "lo", "hi"]], asked], ignore_index=True)
    known = known.drop_duplicates(CELL, keep="last").sort_values([*SERIES, "year"])
    known["level"] = np.log((known["lo"] + known["hi"]) / 2 + 10)
    doubts = pd.concat([_far(known, rounding), _over_requests(known), _shifted(typed, others)])
    doubts = doubts.sort_values("score", ascending=False, kind="stable")
    told = doubts.drop_duplicates(["row", "column"]).head(MOST)
    return tuple(
        str(DataError(row.told, file=file, row=int(row.row), column=row.column, value=row.printed))
        for row in told.itertuples()
    )


def _far(known: pd.DataFrame, rounding: Rounding) -> pd.DataFrame:
    """Return typed figures far from the years before and after, with what would fit better."""
    series = known.groupby(SERIES, sort=False)
    sides, beside = [], []
    for by in (1, -1):
        other = series[["year", "level", "lo", "hi"]].shift(by)
        other = other.where((known["year"] - other["year"]).abs() <= 2)
        sides.append(known["level"] - other["level"])
        middle = (other["lo"] + other["hi"]) / 2
        text = middle.map("{:.0f} in ".format) + other["year"].map("{:.0f}".format)
        beside.append(text.where(other["year"].notna(), ""))
    left, right = sides
    steps = left.abs().groupby([known[name] for name in SERIES], sort=False)
    own = steps.transform("quantile", 0.25, "lower").where(steps.transform("count") >= SHORT)
    usual = np.fmax(2 * own, left.abs().median())
    between = left * right < 0  # the years before and after lie on either side
    far = np.fmin(left.abs(), right.abs()).where(~between, 0)
    found = known.assign(
        score=far.where(left.notna() & right.notna(), far / EDGE),
        expected=known["level"] - pd.concat(sides, axis=1).mean(axis=1),
        least=np.maximum(FAR, STEPS * usual.fillna(0)),
        told="beside " + (beside[0] + " and " + beside[1]).str.strip(" and"),
    )
    found = found[found["row"].notna() & (found["score"] > NEARLY * found["least"])]
    figures = zip(found["notation"], found["expected"], strict=True)
    fits = [_fitting(notation, expected, rounding) for notation, expected in figures]
    better = pd.Series([f"; {fit} would fit" if fit else "" for fit in fits], found.index, str)
    found = found.assign(told=found["told"] + better)
    return found.loc[(found["score"] > found["least"]) | (better != ""), TOLD]


def _fitting(notation: str, expected: float, rounding: Rounding) -> str:
    """Return the figure with digits exchanged, one less or a 0 more, where it fits far better."""
    if not notation.isdigit():
        return ""
    cut = range(len(notation))
    forms = {notation[:at] + notation[at + 1 :] for at in cut}
    forms |= {notation[:at] + notation[at : at + 2][::-1] + notation[at + 2 :] for at in cut}
    forms |= {f"{notation}0"}
    counts = {int(form) for form in forms if form and form[0] != "0"} - {int(notation)}
    off = {
        abs(np.log(count + 10) - expected): str(count)
        for count in counts
        if count % rounding.rounded_to == 0 and count >= rounding.suppressed_under
    }
    own = abs(np.log(int(notation) + 10) - expected)
    return " or ".join(off[distance] for distance in sorted(off)[:2] if distance < own / 3)


def _over_requests(known: pd.DataFrame) -> pd.DataFrame:
    """Return typed answers, of one kind, that are many more than the requests of their year."""
    place = ["iso3", "year", "channel"]
    requests = known[known["indicator"] == "requests"].set_index(place)["hi"].rename("asked")
    answers = known[known["indicator"].isin(ANSWERS) & known["row"].notna()].join(requests, place)
    score = np.log(answers["lo"] + 10) - np.log(answers["asked"] + 10)
    told = answers["asked"].map("the requests of the year are at most {:.0f}".format)
    return answers.assign(score=score, told=told)[score > FAR][TOLD]


def _shifted(typed: pd.DataFrame, other: pd.DataFrame) -> pd.DataFrame:
    """Return lines that fit what is known only when moved by a year, at their first figure."""
    fits = {}
    for by in (0, 1, -1):
        pairs = typed.assign(year=typed["year"] - by).merge(other, on=CELL, suffixes=("", "_known"))
        same = (pairs["lo"] <= pairs["hi_known"]) & (pairs["lo_known"] <= pairs["hi"])
        fits[by] = same.groupby([pairs[name] for name in SERIES]).agg(["sum", "count"])
    found = []
    for by, told in ((1, "earlier"), (-1, "later")):
        both = fits[by].join(fits[0].add_suffix("_now"), how="inner")
        all_fit = (both["sum"] == both["count"]) & (both["count"] >= 2)
        moved = both[all_fit & (both["sum_now"] <= both["count_now"] / 2)].reset_index()
        first = (
            typed.sort_values("year", kind="stable").drop_duplicates(SERIES).merge(moved, on=SERIES)
        )
        why = f"what is known of this line stands a year {told}: is it one column off?"
        found.append(first.assign(score=first["count"], told=why))
    return pd.concat(found)[TOLD]
