"""The report's own indicators of effect, and the evidence that is printed for each country.

Section 1.2.3 of the report (p. 21) lists the national and international indicators by which it
judges whether return has become more effective. Here each is set against each country that the
report calls a success or a failure.
"""

from __future__ import annotations

import pandas as pd

from slm_analysis.bounds.panel import CELL, cell_name
from slm_analysis.printed.read import Raw

# lists of countries, by their subject in facts.csv
IMPROVED = "countries whose cooperation improved"
MISSED = "countries named as examples where end goal 2 is not reached"

RUNS_WELL = f"{IMPROVED}, p. 58"  # respondents say there that cooperation runs well
SOME_FORCED = "forced, more than none"
CONCLUDED = "(signed|in force)"

# each indicator of section 1.2.3, in its order, and a pattern of what :func:`_printed` has on it
INDICATORS = {
    "national": {
        "a memorandum (MoU) was concluded": f"MoU, {CONCLUDED}",
        "its terms are kept: forced departures": "forced",
        "a bilateral treaty with a return clause": f"bilateral agreement, {CONCLUDED}",
        "forced return takes place": f"{SOME_FORCED}"
        "|countries to which forced return is said to take place"
        "|countries that are said to allow or tolerate forced return, or to have done so",
        "forced return of people with a criminal record or 1F": (
            "countries to which people with a criminal record were removed"
        ),
        "undertakings by high authorities": (
            "(undertaking|bilateral agreement|working arrangement|MoU), (announced|named)"
        ),
        "a good relation, according to officials": (
            f"countries with which cooperation or the relation is called good|{RUNS_WELL}"
        ),
        "task forces": "task force, (visit|invited)",
        "fewer unanswered requests": "unanswered",
    },
    "international": {
        "a readmission agreement (EU or Benelux) or protocol": (
            f"((EU|Benelux) readmission agreement|implementing protocol), {CONCLUDED}"
        ),
        "its terms are kept: counts": "confirmed|forced",
        "a return clause in another treaty": "association agreement, (signed|named)",
        "a mobility partnership or CAMM": f"(mobility partnership|CAMM), {CONCLUDED}",
        "operational cooperation (EURINT, ERIN)": (
            r"countries reached by operational cooperation \(EURINT, ERIN\)"
            "|EURINT working groups of interest to NL|ERIN target countries"
        ),
    },
}


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
    """Return what is printed on each indicator for each judged country.

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
        (a list of the names of cells and rows, empty where nothing is printed): one row per country
        of :func:`judged_countries` and indicator.

    Examples
    --------
    >>> found = evidence(raw, panel)
    >>> georgia = found[found["iso3"] == "GEO"].set_index("indicator")["evidence"]
    >>> georgia["fewer unanswered requests"]
    ['GEO 2013 TO unanswered', 'GEO 2014 TO unanswered']
    """
    judged, printed = judged_countries(raw), _printed(raw, panel)
    rows = []
    for level, indicators in INDICATORS.items():
        for indicator, pattern in indicators.items():
            bearing = printed[printed["what"].str.fullmatch(pattern)].drop_duplicates("name")
            names = bearing.groupby("iso3")["name"].agg(list).to_dict()
            found = [names.get(iso3, []) for iso3 in judged["iso3"]]
            rows.append(judged.assign(level=level, indicator=indicator, evidence=found))
    return pd.concat(rows).sort_values("iso3", kind="stable", ignore_index=True)


def _printed(raw: Raw, panel: pd.DataFrame) -> pd.DataFrame:
    """Return ``iso3``, ``what`` and ``name`` of whatever is printed of a country.

    ``what`` is an instrument with its stage, the subject of a list, or the indicator of a count;
    ``name`` is that of the row or cell.
    """
    agreements, facts = raw["agreements"], raw["facts"].rename(columns={"value": "iso3"})
    listed = facts.assign(what=facts["subject"], name="facts " + facts["id"])
    cells = [cell_name(*cell) for cell in panel[CELL].itertuples(index=False)]
    counts = panel.assign(what=panel["indicator"], name=cells)
    printed = [
        agreements.assign(
            what=agreements["instrument"] + ", " + agreements["stage"],
            name="agreements " + agreements["id"],
        ),
        counts,
        counts[(panel["indicator"] == "forced") & (panel["hi"] > 0)].assign(what=SOME_FORCED),
        listed,
        listed.assign(what=facts["subject"] + ", p. " + facts["page"]),
    ]
    return pd.concat(printed, ignore_index=True)[["iso3", "what", "name"]]
