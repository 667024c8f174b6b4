"""Tables of claims for readers: tally, lists, passages, missing cells, observations, numbers."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlencode

import numpy as np
import pandas as pd
from markupsafe import Markup

from slm_analysis.display.rendering import Table, Text, addressed, stacked
from slm_analysis.display.tables import cells
from slm_analysis.language import _, date
from slm_analysis.printed.codebook import STATES
from slm_analysis.printed.read import Raw
from slm_analysis.printed.sources import REPORT

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

MOST_CELLS = 10  # that are not printed, in a table; all are in claims.csv
MOST_ROWS = 12  # of one table, each with a link of its own

VERDICTS = ("certain", "possible", "contradicted", "untestable")


def note() -> str:
    """Say what the verdicts mean; the one definition that every page shows.

    Examples
    --------
    >>> note().partition(";")[0]
    'certain: no counts that fit the print break the statement'
    """
    return _(
        "certain: no counts that fit the print break the statement; contradicted: none keep it; "
        "possible: some keep it and some break it; untestable: the same, and it needs a count that "
        "is not printed. Lists and dates are taken as printed. The verdict of a statement is that "
        "of its most favourable reading."
    )


def tally(judged: pd.DataFrame) -> Table:
    """Return the number of statements by source and chapter, and verdict.

    One row per place (:func:`places`), and a last one for all of ``judged``, a table as
    :func:`claims.judge_all` returns it. A number leads to its claims (:func:`chosen_claims`).

    Examples
    --------
    >>> from slm_analysis.project import Project
    >>> path = Project.current().processed / "claims.csv"
    >>> judged = pd.read_csv(path, dtype=str, keep_default_na=False)
    >>> tally(judged[judged["page"] == "54"]).frame["place"].tolist()
    ['report, 3.2', 'all']
    """
    frame = by_place(statements(judged), "verdict", VERDICTS).astype(str)
    for verdict in frame:
        chosen = [[chosen_claims(place, verdict)] for place in frame.index]
        frame[verdict] = cells.linked(frame[verdict], chosen)
    frame = frame.rename(index=_).reset_index(names="place")
    return Table(frame, _("Statements by place and verdict"), (note(),))


def by_place(rows: pd.DataFrame, column: str, words: tuple[str, ...]) -> pd.DataFrame:
    """Return how many rows of each place (:func:`places`) have each word in a column, and of all.

    Examples
    --------
    >>> rows = pd.DataFrame({"source_id": ["letter-2013"], "page": [""], "verdict": ["certain"]})
    >>> by_place(rows, "verdict", ("certain", "possible")).loc["letter-2013"].to_dict()
    {'certain': 1, 'possible': 0, 'all': 1}
    """
    counted = pd.crosstab(places(rows), rows[column].to_numpy())
    counted = counted.reindex(columns=list(words), fill_value=0)
    counted.loc["all"] = counted.sum()
    return counted.assign(all=counted.sum(axis=1))


def statements(judged: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of the statements, without their parts and further readings.

    Examples
    --------
    >>> len(statements(pd.DataFrame({"role": ["statement", "part", "reading"]})))
    1
    """
    return judged[judged["role"] == "statement"]


def with_verdict(judged: pd.DataFrame, verdict: str) -> pd.DataFrame:
    """Return the statements with a verdict, with the parts and readings beneath them.

    Examples
    --------
    >>> judged = pd.DataFrame({"claim_id": ["a", "a", "b"], "verdict": ["possible", "certain", "x"],
    ...                        "role": ["statement", "part", "statement"]})
    >>> len(with_verdict(judged, "possible")), len(with_verdict(judged, "certain"))
    (2, 0)
    """
    first = statements(judged)
    return judged[judged["claim_id"].isin(first.loc[first["verdict"] == verdict, "claim_id"])]


def places(rows: pd.DataFrame) -> np.ndarray:
    """Return the source of each row, and for the report its part (:data:`PARTS`).

    Examples
    --------
    >>> judged = pd.DataFrame({"source_id": ["acvz-2015", "letter-2013"], "page": ["54", ""]})
    >>> places(judged).tolist()
    ['report, 3.2', 'letter-2013']
    """
    pages = pd.to_numeric(rows["page"]).where(rows["source_id"] == REPORT)
    parts = pd.cut(pages, [*PARTS, np.inf], right=False, labels=list(PARTS.values()))
    found: np.ndarray = ("report, " + parts.astype(object)).fillna(rows["source_id"]).to_numpy()
    return found


def chosen_claims(place: str, verdict: str) -> str:
    """Return the address of the claims of a place with a verdict; ``all`` leaves either open.

    Examples
    --------
    >>> chosen_claims("letter-2013", "certain"), chosen_claims("all", "possible")
    ('claims?place=letter-2013&verdict=certain', 'claims?verdict=possible')
    """
    chosen = {"place": place, "verdict": verdict}
    return "claims?" + urlencode({key: value for key, value in chosen.items() if value != "all"})


def summary(judged: pd.DataFrame) -> Text:
    """Say the tally in a sentence, of a table as :func:`claims.judge_all` returns it.

    Examples
    --------
    >>> judged = pd.DataFrame({"role": ["statement", "reading"], "indicators": ["forced"] * 2,
    ...                        "verdict": ["certain", "contradicted"], "stable": ["yes", "yes"]})
    >>> print(summary(judged).text)
    **Of 1 statements 1 certain, 0 possible, 0 contradicted, 0 untestable.** Of the 1 about DT&V
    counts, 1 certain, 0 possible, 0 contradicted, 0 untestable. 1 verdicts are the same under every
    reading rule.
    """
    first = statements(judged)
    about = first[first["indicators"] != ""]
    text = _(
        "**Of {count} statements {verdicts}.** Of the {about} about DT&V counts, {on_counts}. "
        "{stable} verdicts are the same under every reading rule.",
        count=len(first),
        verdicts=_verdicts(first),
        about=len(about),
        on_counts=_verdicts(about),
        stable=(first["stable"] == "yes").sum(),
    )
    return Text(text)


def _verdicts(rows: pd.DataFrame) -> str:
    counts = rows["verdict"].value_counts()
    return ", ".join(f"{counts.get(verdict, 0)} {_(verdict)}" for verdict in VERDICTS)


def listing(judged: pd.DataFrame, caption: str) -> Table:
    """Return claims with verdict and reason, in the order of the register.

    Parameters
    ----------
    judged
        As :func:`claims.judge_all` returns it, or some of its rows; other readings stand beneath
        their statement, parts in its reason alone.
    caption
        Of the table.

    Examples
    --------
    >>> from slm_analysis.project import Project
    >>> path = Project.current().processed / "claims.csv"
    >>> judged = pd.read_csv(path, dtype=str, keep_default_na=False)
    >>> list(listing(judged[judged["page"] == "54"], "Armenia").frame)
    ['page', 'statement and reason', 'verdict']
    """
    rows = list(judged[judged["role"] != "part"].itertuples())
    frame = pd.DataFrame(
        {
            "page": [_page(row) for row in rows],
            "statement and reason": [stacked(_says(row), row.reason) for row in rows],
            "verdict": [Markup("<br>").join([_(row.verdict), *cautions(row)]) for row in rows],
        }
    )
    return Table(frame, _(caption), (note(),), nothing="none")


def _page(row: Any) -> Markup:
    return stacked(f"p. {row.page}" if row.page else row.source_id, _(row.section))


def _says(row: Any) -> Markup:
    if row.role == "statement":
        return Markup("{} ({})").format(row.says, claim_link(row.claim_id))
    return Markup("{}: {}").format(_("read otherwise"), row.says)


def cautions(row: Any) -> list[str]:
    """Return what a verdict hangs on: the reading rule, or the number of a word.

    Examples
    --------
    >>> row = pd.Series({"stable": "yes", "verdict": "certain", "words": "constant 2: possible"})
    >>> cautions(row)
    ['depends on the number of a word']
    """
    told = [_("depends on the rule")] if row.stable == "no" else []
    return [*told, *([_("depends on the number of a word")] if other_numbers(row) else [])]


def other_numbers(row: Any) -> list[str]:
    """Return the other numbers of words that would change a verdict, with what it would be.

    Examples
    --------
    >>> words = "constant 2: possible;constant 10: certain"
    >>> row = pd.Series({"verdict": "certain", "words": words})
    >>> other_numbers(row)
    ['constant 2: possible']
    """
    return [text for text in row.words.split(";") if text and not text.endswith(row.verdict)]


def evidence_links(cells: str) -> Markup:
    """Return the cells and rows of a verdict, each with its address; many rows of one table as one.

    Examples
    --------
    >>> print(evidence_links("ARM 2014 LP unanswered [c011, p. 54]"))
    <data value="ARM 2014 LP unanswered">ARM 2014 LP unanswered [c011, p. 54]</data>
    """
    tables: dict[str, list[str]] = {}
    for told in filter(None, cells.split(";")):
        tables.setdefault("" if "[" in told else told.partition(" ")[0], []).append(told)
    shown = []
    for table, found in tables.items():
        if table and len(found) > MOST_ROWS:
            told = _("{table}, {count} rows", table=table, count=len(found))
            shown.append(addressed(told, found[:1]))
        else:
            shown += [addressed(told, [told.partition(" [")[0]]) for told in found]
    return Markup("; ").join(shown)


def claim_link(name: str) -> Markup:
    """Return the name of a claim with its address.

    Examples
    --------
    >>> print(claim_link("visible-results"))
    <data value="claims visible-results">visible-results</data>
    """
    return addressed(name, [f"claims {name}"])


def by_missing_cell(judged: pd.DataFrame) -> Table:
    """Return the untestable statements grouped by the cell that is missing.

    A row for each of the ten cells that most statements wait for, the others counted; ``judged``
    is as :func:`claims.judge_all` returns it.

    Examples
    --------
    >>> judged = pd.DataFrame({"claim_id": ["as-before"], "verdict": ["untestable"],
    ...     "role": ["statement"], "missing": ["GEO 2009 LP unanswered;GEO 2010 LP unanswered"]})
    >>> by_missing_cell(judged).frame["cell that is not printed"].tolist()
    ['GEO 2009 LP unanswered', 'GEO 2010 LP unanswered']
    """
    first = statements(judged)
    rows = first[(first["verdict"] == "untestable") & (first["missing"] != "")]
    waiting = rows.assign(cell=rows["missing"].str.split(";")).explode("cell").groupby("cell")
    found = waiting["claim_id"].agg(
        claims="size", which=lambda ids: Markup(", ").join(map(claim_link, ids))
    )
    found = found.sort_values("claims", ascending=False, kind="stable").astype({"claims": str})
    frame = found.head(MOST_CELLS).reset_index(names="cell that is not printed")
    told = _(
        "{count} more cells are in claims.csv. A cell of a year before 2009 is not in the DT&V "
        "series at all."
    ).format(count=len(found) - len(frame))
    caption = _("What would have to be printed, and the statements that it would help to test")
    return Table(frame, caption, (told,), nothing="none")


def passages(found: pd.DataFrame, raw: Raw) -> Table:
    """Return the subjects of which two places say different things, both sides alike.

    Parameters
    ----------
    found
        As :func:`claims.compare_passages` returns it.
    raw
        For the names of countries.

    Examples
    --------
    >>> from slm_analysis.verdicts import compare_passages
    >>> list(passages(compare_passages(raw), raw).frame)
    ['subject', 'one place or more', 'another', 'remark']
    """
    differ = found[found["result"] == "differ"]
    lines = []
    for subject, rows in differ.groupby("subject", sort=False):
        values = [_named(value, raw) for value in rows["value"]]
        first, *others = map(stacked, values, map(_where, rows["places"]))
        remarks = [
            f"{value}: {cells.each_in_words(remark)}"
            for value, remark in zip(values, rows["remark"], strict=True)
            if remark
        ]
        lines.append((_named(subject, raw), first, Markup("<br>").join(others), "; ".join(remarks)))
    subjects = found["subject"].nunique()
    told = _(
        "{subjects} subjects are printed in more than one place; of {agree} all places agree. "
        "Which side is right is not said."
    ).format(subjects=subjects, agree=subjects - differ["subject"].nunique())
    heads = ["subject", "one place or more", "another", "remark"]
    caption = _("Passages that say different things of one subject")
    return Table(pd.DataFrame(lines, columns=heads), caption, (told,), nothing="none")


def _named(text: str, raw: Raw) -> str:
    """Return a subject or value in words: countries by name, stages apart from their dates."""
    parts = re.split(r"(, | (?=\d{4}\b)|(?<=\b\d{4}) )", text)
    return "".join(
        date(part) if re.fullmatch(r"[\d, -]*", part) else raw.names.get(part) or _(part)
        for part in parts
    )


def _where(places: str) -> str:
    """Return places with their sections in the current language."""
    return re.sub(r"(?<=, )(?!p\. )[^;]+", lambda section: _(section[0]), places)


def observations(changes: pd.DataFrame, raw: Raw) -> Table:
    """Return the changes that no statement speaks of.

    Parameters
    ----------
    changes
        As :func:`claims.observations.unmentioned_changes` returns them.
    raw
        For the names of countries.

    Examples
    --------
    >>> from slm_analysis.verdicts.observations import unmentioned_changes
    >>> found = unmentioned_changes(panel[panel["iso3"] == "GIN"], [])
    >>> print(observations(found, raw).text().splitlines()[2])
    Guinea | confirmed (LP) | 2012: 93–97 | 2014: 13–17 | fell for certain
    """
    frame = cells.worded(changes[["iso3"]], raw)
    frame["what"] = [cells.count_in_words(row) for row in changes.itertuples()]
    for side, head in (("first", "from"), ("last", "to")):
        behind = cells.cells_of(changes, changes[side])
        counts = cells.bounds(changes, f"{side}_", behind)
        frame[head] = [
            Markup("{}: {}").format(year, count)
            for year, count in zip(changes[side], counts, strict=True)
        ]
    frame["change"] = changes["change"].map(_)
    told = _("Certain changes that no statement mentions, last two printed years, cases")
    return Table(frame, told, nothing="none")


def numbers(counted: pd.DataFrame) -> Table:
    """Return the numbers of the documents by place and state.

    Parameters
    ----------
    counted
        ``raw["numbers"]``.

    Examples
    --------
    >>> list(numbers(raw["numbers"]).frame)
    ['place', 'cell', 'fact', 'claim', 'set aside', 'all']
    """
    order = [*dict.fromkeys(places(counted)), "all"]
    frame = by_place(counted, "state", STATES).loc[order].astype(str).rename(index=_)
    reasons = counted.loc[counted["state"] == "set aside", "about"].value_counts()
    told = ", ".join(f"{_(reason)} {count}" for reason, count in reasons.items())
    note = _(
        "cell: a count of the panel, or its year; fact: a row of the other raw tables; claim: it "
        "stands in a statement of the register. Set aside: {reasons}."
    ).format(reasons=told)
    caption = _("Every number in the five documents, and where it went")
    return Table(frame.reset_index(names="place"), caption, (note,))
