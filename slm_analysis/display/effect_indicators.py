"""The report's own indicators of effect, and the evidence that is printed for each country.

Section 1.2.3 of the report (p. 21) lists the national and international indicators by which it
judges whether return has become more effective. Here each is set against each country that the
report calls a success or a failure.
"""

from __future__ import annotations

import pandas as pd
from markupsafe import Markup

from slm_analysis.bounds.panel import cell_name
from slm_analysis.display.rendering import addressed, interval
from slm_analysis.printed.read import Raw

NOTHING = "nothing printed"

# lists of countries, by their subject in facts.csv
IMPROVED = "countries whose cooperation improved"
MISSED = "countries named as examples where end goal 2 is not reached"
GOOD = "countries with which cooperation or the relation is called good"
OFFENDERS = "countries to which people with a criminal record were removed"
FORCED = (
    "countries to which forced return is said to take place",
    "countries that are said to allow or tolerate forced return, or to have done so",
)
OPERATIONAL = (
    "countries reached by operational cooperation (EURINT, ERIN)",
    "EURINT working groups of interest to NL",
    "ERIN target countries",
)


def judgements(raw: Raw) -> pd.DataFrame:
    """Return what the report says of the result with each country, and where.

    Returns
    -------
    DataFrame
        ``iso3``, ``goal`` (*end goal 2*, or *cooperation* where it is named among the countries
        whose cooperation improved), ``outcome`` (*improved*, or as in the tables) and ``page`` (a
        list as text); one row per country, goal and outcome.

    Examples
    --------
    >>> judgements(raw).set_index("iso3").loc["ARM"].to_numpy().tolist()
    [['cooperation', 'improved', '54, 58, 101'], ['end goal 2', 'reached', '60, 66']]
    """
    facts = raw["facts"].rename(columns={"value": "iso3"})
    improved = facts[facts["subject"] == IMPROVED].assign(goal="cooperation", outcome="improved")
    missed = facts[facts["subject"] == MISSED].assign(goal="end goal 2", outcome="not reached")
    tables = pd.concat([raw["table1"], raw["table2"]])
    rows = pd.concat([improved, missed, tables[tables["goal"] == "end goal 2"]])
    rows = rows.sort_values("page", key=lambda pages: pages.astype(int), kind="stable")
    pages = rows.groupby(["iso3", "goal", "outcome"])["page"]
    return pages.agg(lambda found: ", ".join(dict.fromkeys(found))).reset_index()


def judged_countries(raw: Raw) -> pd.DataFrame:
    """Return the countries that the report judges, and how.

    Returns
    -------
    DataFrame
        ``iso3`` (in order) and ``judged``: *success* where it is named as improved, or a table has
        end goal 2 as reached; *failure* where it is named so, or a table has it otherwise, also
        *awaiting implementation*; *both* if both.

    Examples
    --------
    >>> judged_countries(raw)["judged"].value_counts().to_dict()
    {'success': 11, 'failure': 9}
    """
    told = judgements(raw)
    success = told["outcome"].isin(("improved", "reached")).groupby(told["iso3"])
    judged = success.mean().map({1: "success", 0: "failure"}).fillna("both")
    return judged.rename("judged").reset_index()


def evidence(raw: Raw, panel: pd.DataFrame) -> pd.DataFrame:
    """Return the printed evidence on each indicator for each judged country.

    Parameters
    ----------
    raw
        The facts, agreements and tables of goals.
    panel
        As :func:`panel.build_panel` returns it.

    Returns
    -------
    DataFrame
        ``iso3``, ``judged``, ``level`` (*national* or *international*), ``indicator``, ``evidence``
        (with its address, or *nothing printed*): one row per country of :func:`judged_countries`
        and indicator. Counts in ``evidence`` are bounds in cases per year.

    Examples
    --------
    >>> found = evidence(raw, panel)
    >>> georgia = found[found["iso3"] == "GEO"].set_index("indicator")["evidence"]
    >>> georgia["fewer unanswered requests"].striptags()
    'unanswered 2013: 0–4, 2014: 8–12 (p. 61)'
    """
    judged = judged_countries(raw)
    rows = []
    for level, indicator, printed in _printed(raw, panel):
        texts = printed.groupby("iso3")["text"].unique().map(Markup("; ").join)
        found = texts.reindex(judged["iso3"], fill_value=NOTHING).to_numpy()
        rows.append(judged.assign(level=level, indicator=indicator, evidence=found))
    return pd.concat(rows).sort_values("iso3", kind="stable", ignore_index=True)


def _printed(raw: Raw, panel: pd.DataFrame) -> list[tuple[str, str, pd.DataFrame]]:
    """Return level and name of each indicator, in the order of section 1.2.3, and what is printed.

    That is a text per country and place, or per country and series of counts.
    """
    agreements, facts = _agreements(raw["agreements"]), _facts(raw["facts"])

    def agreed(*instruments: str, stages: tuple[str, ...] = ("signed", "in force")) -> pd.DataFrame:
        at_stage = agreements[agreements["stage"].isin(stages)]
        return at_stage[at_stage["instrument"].isin(instruments)]

    def counted(*indicators: str) -> pd.DataFrame:
        return _counts(panel[panel["indicator"].isin(indicators)])

    def listed(*subjects: str) -> pd.DataFrame:
        return pd.concat([facts[facts["subject"] == subject] for subject in subjects])

    promised = agreed(
        *("undertaking", "bilateral agreement", "working arrangement", "MoU"),
        stages=("announced", "named"),
    )
    some_forced = _counts(panel[(panel["indicator"] == "forced") & (panel["hi"] > 0)])
    improved = listed(IMPROVED)
    # of the same seven respondents say there that cooperation runs well
    good = pd.concat([listed(GOOD), improved[improved["page"] == "58"]])
    readmission = agreed(
        "EU readmission agreement", "Benelux readmission agreement", "implementing protocol"
    )
    other_clause = agreed("association agreement", stages=("signed", "named"))
    return [
        ("national", "a memorandum (MoU) was concluded", agreed("MoU")),
        ("national", "its terms are kept: forced departures", counted("forced")),
        ("national", "a bilateral treaty with a return clause", agreed("bilateral agreement")),
        ("national", "forced return takes place", pd.concat([some_forced, listed(*FORCED)])),
        ("national", "forced return of people with a criminal record or 1F", listed(OFFENDERS)),
        ("national", "undertakings by high authorities", promised),
        ("national", "a good relation, according to officials", good),
        ("national", "task forces", agreed("task force", stages=("visit", "invited"))),
        ("national", "fewer unanswered requests", counted("unanswered")),
        ("international", "a readmission agreement (EU or Benelux) or protocol", readmission),
        ("international", "its terms are kept: counts", counted("confirmed", "forced")),
        ("international", "a return clause in another treaty", other_clause),
        ("international", "a mobility partnership or CAMM", agreed("mobility partnership", "CAMM")),
        ("international", "operational cooperation (EURINT, ERIN)", listed(*OPERATIONAL)),
    ]


def _agreements(table: pd.DataFrame) -> pd.DataFrame:
    """Say of each instrument what stage it reached, when, and where that is printed."""
    place = ("p. " + table["page"]).where(table["page"] != "", table["source_id"])
    against = " (against " + table["conflicts_with"] + ")"
    what = table["instrument"] + ", " + table["stage"] + " " + table["date"].replace("", "undated")
    return table.assign(text=what + ", " + place + against.where(table["conflicts_with"] != "", ""))


def _facts(table: pd.DataFrame) -> pd.DataFrame:
    """Say of each country in a list where it is named."""
    text = "said on p. " + table["page"] + ", " + table["section"]
    return table.assign(iso3=table["value"], text=text)


def _counts(rows: pd.DataFrame) -> pd.DataFrame:
    """Give the bounds of each year, with their addresses, by country and indicator."""
    texts = []
    for (iso3, indicator), series in rows.groupby(["iso3", "indicator"]):
        years = Markup(", ").join(
            Markup("{}: {}").format(
                row.year,
                addressed(
                    interval(row.lo, row.hi), [cell_name(iso3, row.year, row.channel, indicator)]
                ),
            )
            for row in series.itertuples()
        )
        pages = ", ".join(dict.fromkeys(";".join(series["page"]).split(";")))
        texts.append((iso3, Markup("{} {} (p. {})").format(indicator, years, pages)))
    return pd.DataFrame(texts, columns=["iso3", "text"])
