"""Tables of the claims for readers: tally, lists, pairs, missing cells, and cells to claims."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import numpy as np
import pandas as pd
from markupsafe import Markup

from slm_analysis.claims import Claim
from slm_analysis.language import _
from slm_analysis.rendering import Table, Text, addressed, stacked
from slm_analysis.sources import REPORT

# first page of each part of the report, from its table of contents
PARTS = {
    9: "summary",
    17: "1",
    33: "2",
    39: "3.1",
    41: "3.2",
    58: "3.3",
    79: "4",
    97: "5",
}

VERDICTS = ("certain", "possible", "contradicted", "untestable")


def note() -> str:
    """Say what the verdicts mean.

    Examples
    --------
    >>> note().partition(";")[0]
    'certain: true for all true counts that fit the print'
    """
    return _(
        "certain: true for all true counts that fit the print; possible: for some; contradicted: "
        "for none, or against another passage; untestable: it needs what is not printed."
    )


def tally(judged: pd.DataFrame) -> Table:
    """Return the number of claims by source and chapter, and verdict.

    One row per place (:func:`places`), and a last one for all of ``judged``, a table as
    :func:`claims.judge_all` returns it. A number leads to its claims (:func:`chosen_claims`).

    Examples
    --------
    The verdicts of the project's claims stand in ``claims.csv``:

    >>> from slm_analysis.project import Project
    >>> path = Project.current().processed / "claims.csv"
    >>> judged = pd.read_csv(path, dtype=str, keep_default_na=False)
    >>> print(tally(judged[judged["claim_id"] == "arm-unanswered-2014-below-2012"]).text())
    Claims by place and verdict
    place | certain | possible | contradicted | untestable | all
    report, 3.2 | 1 | 0 | 0 | 0 | 1
    all | 1 | 0 | 0 | 0 | 1
    certain: true for all true counts that fit the print; possible: for some; contradicted: for
    none, or against another passage; untestable: it needs what is not printed.
    """
    counted = pd.crosstab(places(judged), judged["verdict"].to_numpy()).reindex(
        columns=list(VERDICTS), fill_value=0
    )
    counted.loc["all"] = counted.sum()
    counted["all"] = counted.sum(axis=1)
    shown = {
        verdict: [
            addressed(str(count), [chosen_claims(place, verdict)])
            for place, count in counted[verdict].items()
        ]
        for verdict in counted
    }
    return Table(
        pd.DataFrame({"place": counted.index} | shown), "Claims by place and verdict", (note(),)
    )


def places(judged: pd.DataFrame) -> np.ndarray:
    """Return the source of each claim, and for the report its part.

    The part of the report is told by the page (:data:`PARTS`).

    Examples
    --------
    >>> judged = pd.DataFrame({"source_id": ["acvz-2015", "letter-2013"], "page": ["54", ""]})
    >>> places(judged).tolist()
    ['report, 3.2', 'letter-2013']
    """
    return np.array(
        [
            f"report, {_part(int(row.page))}" if row.source_id == REPORT else row.source_id
            for row in judged.itertuples()
        ]
    )


def _part(page: int) -> str:
    return PARTS[max(first for first in PARTS if first <= page)]


def chosen_claims(place: str, verdict: str) -> str:
    """Return the address of the claims of a place with a verdict; ``all`` leaves either open.

    Examples
    --------
    >>> chosen_claims("letter-2013", "certain"), chosen_claims("all", "possible")
    ('claims?place=letter-2013&verdict=certain', 'claims?verdict=possible')
    """
    chosen = {"place": place, "verdict": verdict}
    return "claims?" + urlencode({key: value for key, value in chosen.items() if value != "all"})


def summary(judged: pd.DataFrame, claims: list[Claim]) -> Text:
    """Say the tally in a sentence.

    Parameters
    ----------
    judged
        As :func:`claims.judge_all` returns it.
    claims
        The claims that were judged; they tell which contradict one another.

    Examples
    --------
    >>> from slm_analysis.claims import judge_all
    >>> test = {"falls": {"from": ["ARM 2012 LP unanswered"], "to": "ARM 2014 LP unanswered"}}
    >>> claim = Claim("arm-fewer", "acvz-2015", "3.2.3", "Armenia left fewer requests unanswered",
    ...               ("ARM",), ("unanswered",), (2012, 2014), test, page=54)
    >>> print(summary(judge_all([claim], raw), [claim]).text)
    **Of 1 statements 1 certain, 0 possible, 0 contradicted, 0 untestable.** Of the 1 about DT&V
    counts, 1 certain, 0 possible, 0 contradicted, 0 untestable. 0 pairs of statements contradict
    one another. 1 verdicts are the same under every reading rule.
    """
    counts = judged["verdict"].value_counts()
    pairs = sum(bool(claim.contradicts) for claim in claims) // 2
    stable = (judged["stable"] == "yes").sum()
    told = ", ".join(f"{counts.get(verdict, 0)} {verdict}" for verdict in VERDICTS)
    about = judged["indicators"] != ""
    on_counts = judged.loc[about, "verdict"].value_counts()
    told_counts = ", ".join(f"{on_counts.get(verdict, 0)} {verdict}" for verdict in VERDICTS)
    return Text(
        f"**Of {len(judged)} statements {told}.** Of the {about.sum()} about DT&V counts, "
        f"{told_counts}. {pairs} pairs of statements contradict one another. {stable} verdicts are "
        f"the same under every reading rule."
    )


def listing(judged: pd.DataFrame, claims: list[Claim], caption: str) -> Table:
    """Return claims with verdict and arithmetic, in the order of the register.

    Parameters
    ----------
    judged
        As :func:`claims.judge_all` returns it, or some of its rows.
    claims
        The register, with every claim of ``judged``.
    caption
        Of the table.

    Examples
    --------
    >>> from slm_analysis.claims import judge_all
    >>> test = {"falls": {"from": ["ARM 2012 LP unanswered"], "to": "ARM 2014 LP unanswered"}}
    >>> claim = Claim("arm-fewer", "acvz-2015", "3.2.3", "Armenia left fewer requests unanswered",
    ...               ("ARM",), ("unanswered",), (2012, 2014), test, page=54)
    >>> print(listing(judge_all([claim], raw), [claim], "Armenia").text().splitlines()[2])
    p. 54 3.2.3 | Armenia left fewer requests unanswered arm-fewer | certain | ARM 2014 LP
    unanswered: 53–57 less than each of ARM 2012 LP unanswered: 128–132 ARM 2012 LP unanswered
    [c013, p. 54]; ARM 2014 LP unanswered [c011, p. 54]
    """
    by_id = {claim.id: claim for claim in claims}
    frame = pd.DataFrame(
        {
            "page": [_place(row) for row in judged.itertuples()],
            "statement": [
                stacked(
                    by_id[row.claim_id].told,
                    Markup("; ").join([claim_link(row.claim_id), *relations(by_id[row.claim_id])]),
                )
                for row in judged.itertuples()
            ],
            "verdict": [
                _(row.verdict)
                if row.stable == "yes"
                else stacked(_(row.verdict), _("depends on the rule"))
                for row in judged.itertuples()
            ],
            "arithmetic": [
                stacked(row.arithmetic, evidence_links(row.cells) or _("no printed cell"))
                for row in judged.itertuples()
            ],
        }
    )
    return Table(frame, _(caption), (note(),))


def evidence_links(cells: str) -> Markup:
    """Return the cells and rows of a verdict, each with its address.

    Examples
    --------
    >>> print(evidence_links("ARM 2014 LP unanswered [c011, p. 54]"))
    <data value="ARM 2014 LP unanswered">ARM 2014 LP unanswered [c011, p. 54]</data>
    """
    return Markup("; ").join(
        addressed(told, [told.partition(" [")[0]]) for told in cells.split(";") if told
    )


def claim_link(name: str) -> Markup:
    """Return the name of a claim with its address.

    Examples
    --------
    >>> print(claim_link("visible-results"))
    <data value="claims visible-results">visible-results</data>
    """
    return addressed(name, [f"claims {name}"])


def verdict_link(name: str, verdict: str) -> Markup:
    """Return the name of a claim with its address and its verdict.

    Examples
    --------
    >>> print(verdict_link("visible-results", "certain"))
    <data value="claims visible-results">visible-results</data> (certain)
    """
    return Markup("{} ({})").format(claim_link(name), _(verdict))


def _place(row: Any) -> Markup:
    return stacked(f"p. {row.page}" if row.page else row.source_id, _(row.section))


def relations(claim: Claim) -> list[Markup]:
    """Return how a claim stands to others, with their addresses.

    Examples
    --------
    >>> test = {"at_least": {"cells": ["ARM 2014 forced"], "value": 30}}
    >>> claim = Claim("arm-thirty", "acvz-2015", "3.2.3", "Thirty or more left", ("ARM",),
    ...               ("forced",), (2014,), test, reading_of="arm-many")
    >>> [text.striptags() for text in relations(claim)]
    ['another reading of arm-many']
    """
    told = (
        (_("another reading of {claim}"), claim.reading_of),
        (_("against {claim}"), claim.contradicts),
    )
    return [Markup(text).format(claim=claim_link(other)) for text, other in told if other]


def pairs(judged: pd.DataFrame, claims: list[Claim]) -> Table:
    """Return the pairs of claims that contradict one another.

    Parameters
    ----------
    judged
        As :func:`claims.judge_all` returns it, with both claims of every pair.
    claims
        The claims that were judged.

    Examples
    --------
    >>> from dataclasses import replace
    >>> from slm_analysis.claims import judge_all
    >>> test = {"at_most": {"cells": ["ARM 2014 forced"], "value": 30}}
    >>> fewer = Claim("fewer", "acvz-2015", "3.2.3", "At most 30 left", ("ARM",), ("forced",),
    ...               (2014,), test, contradicts="more")
    >>> more = replace(fewer, id="more", statement="31 or more left", contradicts="fewer",
    ...                test={"at_least": {"cells": ["ARM 2014 forced"], "value": 31}})
    >>> print(pairs(judge_all([fewer, more], raw), [fewer, more]).text().splitlines()[2])
    At most 30 left acvz-2015, 3.2.3; fewer: possible |
    31 or more left acvz-2015, 3.2.3; more: possible
    """
    rows = judged.set_index("claim_id")
    seen: set[str] = set()
    lines = []
    for claim in claims:
        if not claim.contradicts or claim.id in seen:
            continue
        seen.add(claim.contradicts)
        one, other = rows.loc[claim.id], rows.loc[claim.contradicts]
        lines.append(
            {
                "one": stacked(one["statement"], _told(one)),
                "the other": stacked(other["statement"], _told(other)),
            }
        )
    return Table(pd.DataFrame(lines), "Statements that contradict one another")


def _told(row: pd.Series) -> Markup:
    page = f"p. {row['page']}, " if row["page"] else ""
    return Markup("{}, {}{}; {}: {}").format(
        row["source_id"], page, row["section"], claim_link(row.name), row["verdict"]
    )


def by_missing_cell(judged: pd.DataFrame) -> Table:
    """Return the untestable claims grouped by the cell that is missing.

    One row per cell, that which most claims wait for first; ``judged`` is as
    :func:`claims.judge_all` returns it.

    Examples
    --------
    >>> judged = pd.DataFrame({"claim_id": ["as-before"], "verdict": ["untestable"],
    ...                        "missing": ["GEO 2009 LP unanswered;GEO 2010 LP unanswered"]})
    >>> by_missing_cell(judged).frame["cell that is not printed"].tolist()
    ['GEO 2009 LP unanswered', 'GEO 2010 LP unanswered']
    """
    rows = judged[judged["verdict"] == "untestable"]
    cells = rows.assign(cell=rows["missing"].str.split(";")).explode("cell")
    grouped = cells.groupby("cell", sort=True).agg(
        claims=("claim_id", "size"),
        names=("claim_id", lambda found: Markup(", ").join(map(claim_link, found))),
    )
    grouped = grouped.sort_values(["claims", "cell"], ascending=[False, True]).reset_index()
    return Table(
        pd.DataFrame(
            {
                "cell that is not printed": grouped["cell"],
                "claims": grouped["claims"].astype(str),
                "which": grouped["names"],
            }
        ),
        "What would have to be printed, and the claims that it would help to test",
        ("A cell of a year before 2009 is not in the DT&V series at all.",),
    )


def by_cell(judged: pd.DataFrame) -> Table:
    """Return for each printed count the claims that rest on it.

    One row per cell, in order of its name; ``judged`` is as :func:`claims.judge_all` returns it.

    Examples
    --------
    >>> judged = pd.DataFrame({"claim_id": ["few", "no-more"], "verdict": ["certain", "possible"],
    ...                        "cells": ["ARM 2014 forced [c009, p. 54]"] * 2})
    >>> print(by_cell(judged).text().splitlines()[2])
    ARM 2014 forced | c009, p. 54 | few (certain); no-more (possible)
    """
    cells = judged.assign(cell=judged["cells"].str.split(";")).explode("cell")
    cells = cells[cells["cell"].str.contains(r"\[", na=False)]
    parts = cells["cell"].str.extract(r"^(?P<cell>.+) \[(?P<address>.+)\]$")
    cells = cells.assign(cell=parts["cell"], address=parts["address"])
    told = list(map(verdict_link, cells["claim_id"], cells["verdict"]))
    grouped = cells.assign(told=told).groupby(["cell", "address"])["told"]
    frame = grouped.agg(Markup("; ").join).reset_index()
    frame["cell"] = [addressed(cell, [cell]) for cell in frame["cell"]]
    frame = frame.rename(columns={"told": "claims that rest on it"})
    return Table(frame, "Printed counts and the claims that rest on them")
