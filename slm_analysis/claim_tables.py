"""Tables of the claims for readers: tally, lists, pairs, missing cells, and cells to claims."""

from __future__ import annotations

import numpy as np
import pandas as pd
from markupsafe import Markup

from slm_analysis.claims import Claim
from slm_analysis.indicators import NOTHING
from slm_analysis.read import Raw
from slm_analysis.rendering import Table, Text, stacked

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
NOTE = (
    "certain: true for all true counts that fit the print; possible: for some; contradicted: for "
    "none, or against another passage; untestable: it needs what is not printed."
)


def tally(judged: pd.DataFrame) -> Table:
    """Return the number of claims by source and chapter, and verdict."""
    place = [
        row.source_id if not row.page else f"report, {_chapter(int(row.page))}"
        for row in judged.itertuples()
    ]
    counted = pd.crosstab(np.array(place), judged["verdict"].to_numpy()).reindex(
        columns=list(VERDICTS), fill_value=0
    )
    counted.loc["all"] = counted.sum()
    counted["all"] = counted.sum(axis=1)
    return Table(
        counted.astype(str).reset_index(names="place").rename_axis(columns=None),
        "Claims by place and verdict",
        (NOTE,),
    )


def _chapter(page: int) -> str:
    return PARTS[max(first for first in PARTS if first <= page)]


def summary(judged: pd.DataFrame, claims: list[Claim]) -> Text:
    """Say the tally in a sentence."""
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


def listing(judged: pd.DataFrame, claims: list[Claim], raw: Raw, caption: str) -> Table:
    """Return claims with verdict and arithmetic, in the order of the register."""
    by_id = {claim.id: claim for claim in claims}
    frame = pd.DataFrame(
        {
            "page": [_place(row) for row in judged.itertuples()],
            "statement": [
                stacked(row.statement, _relation(by_id[row.claim_id]))
                for row in judged.itertuples()
            ],
            "verdict": [
                row.verdict if row.stable == "yes" else stacked(row.verdict, "depends on the rule")
                for row in judged.itertuples()
            ],
            "arithmetic": [
                stacked(row.arithmetic, row.cells.replace(";", "; ") or "no printed cell")
                for row in judged.itertuples()
            ],
        }
    )
    return Table(frame, caption, (NOTE,))


def _place(row: object) -> Markup:
    page = f"p. {row.page}" if row.page else row.source_id  # type: ignore[attr-defined]
    return stacked(page, row.section)  # type: ignore[attr-defined]


def _relation(claim: Claim) -> str:
    parts = [claim.id]
    if claim.reading_of:
        parts.append(f"another reading of {claim.reading_of}")
    if claim.contradicts:
        parts.append(f"against {claim.contradicts}")
    return "; ".join(parts)


def pairs(judged: pd.DataFrame, claims: list[Claim]) -> Table:
    """Return the pairs of claims that contradict one another."""
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
                "one": stacked(one["statement"], f"{_where(one)}; {claim.id}: {one['verdict']}"),
                "the other": stacked(
                    other["statement"],
                    f"{_where(other)}; {claim.contradicts}: {other['verdict']}",
                ),
            }
        )
    return Table(pd.DataFrame(lines), "Statements that contradict one another")


def _where(row: pd.Series) -> str:
    page = f"p. {row['page']}, " if row["page"] else ""
    return f"{row['source_id']}, {page}{row['section']}"


def by_missing_cell(judged: pd.DataFrame) -> Table:
    """Return the untestable claims grouped by the cell that is missing."""
    rows = judged[judged["verdict"] == "untestable"]
    cells = rows.assign(cell=rows["missing"].str.split(";")).explode("cell")
    grouped = cells.groupby("cell", sort=True).agg(
        claims=("claim_id", "size"), names=("claim_id", ", ".join)
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
    """Return for each printed count the claims that rest on it."""
    cells = judged.assign(cell=judged["cells"].str.split(";")).explode("cell")
    cells = cells[cells["cell"].str.contains(r"\[", na=False)]
    parts = cells["cell"].str.extract(r"^(?P<cell>.+) \[(?P<address>.+)\]$")
    cells = cells.assign(cell=parts["cell"], address=parts["address"])
    told = cells["claim_id"] + " (" + cells["verdict"] + ")"
    grouped = cells.assign(told=told).groupby(["cell", "address"])["told"].agg("; ".join)
    frame = grouped.reset_index().rename(columns={"told": "claims that rest on it"})
    return Table(frame, "Printed counts and the claims that rest on them")


def indicator_matrix(evidence: pd.DataFrame, raw: Raw) -> Table:
    """Return for each indicator and judged country whether anything is printed."""
    shown = evidence.assign(
        found=evidence["evidence"].map(lambda text: "–" if text == NOTHING else "printed")
    )
    order = evidence[["level", "indicator"]].drop_duplicates()
    wide = shown.pivot(index="indicator", columns="iso3", values="found").loc[order["indicator"]]
    judged = evidence.drop_duplicates("iso3").set_index("iso3")["judged"]
    columns = sorted(wide, key=lambda code: (judged[code] != "success", code))
    wide = wide[columns].rename(columns=lambda code: stacked(code, judged[code]))
    wide.insert(0, "level", order["level"].to_numpy())
    return Table(
        wide.reset_index().rename_axis(columns=None),
        "The report's indicators of effect (section 1.2.3): is evidence printed?",
        (
            "–: nothing printed. Success and failure are the report's judgements (section 3.2.3, "
            "section 3.2.4, tables 1 and 2). " + _names(columns, raw),
        ),
    )


def _names(codes: list[str], raw: Raw) -> str:
    return ", ".join(f"{code} {raw.names[code]}" for code in codes) + "."


def indicator_evidence(evidence: pd.DataFrame, raw: Raw) -> Table:
    """Return the printed evidence with its addresses."""
    rows = evidence[evidence["evidence"] != NOTHING]
    frame = pd.DataFrame(
        {
            "country": [
                stacked(raw.names[iso3], judged)
                for iso3, judged in rows[["iso3", "judged"]].to_numpy()
            ],
            "indicator": rows["indicator"],
            "evidence": rows["evidence"],
        }
    )
    return Table(frame, "The evidence that is printed, with its addresses")
