"""The report's own indicators of effect, and the evidence that is printed for each country.

Section 1.2.3 of the report (p. 21) lists the national and international indicators by which it
judges whether return has become more effective. Here each is set against each country that the
report calls a success or a failure.
"""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
from markupsafe import Markup

from slm_analysis.bounds.panel import cell_name
from slm_analysis.display.rendering import addressed, interval
from slm_analysis.printed.read import Raw

Finder = Callable[[str], str]
Listed = tuple[str, str]  # a subject of facts.csv, and the page of its list; empty for all pages
NOTHING = "nothing printed"
CONCLUDED = ("signed", "in force")
PROMISES = ("undertaking", "bilateral agreement", "working arrangement", "MoU")
READMISSION = (
    "EU readmission agreement",
    "Benelux readmission agreement",
    "implementing protocol",
)
IMPROVED = "countries whose cooperation improved"
MISSED = "countries named as examples where end goal 2 is not reached"
SAID = {IMPROVED: ("cooperation", "improved"), MISSED: ("end goal 2", "not reached")}
GOOD = (
    ("countries with which cooperation or the relation is called good", ""),
    (IMPROVED, "58"),  # of the same seven respondents say there that cooperation runs well
)
OFFENDERS = (("countries to which people with a criminal record were removed", ""),)
FORCED = (
    ("countries to which forced return is said to take place", ""),
    ("countries that are said to allow or tolerate forced return, or to have done so", ""),
)
OPERATIONAL = (
    ("countries reached by operational cooperation (EURINT, ERIN)", ""),
    ("EURINT working groups of interest to NL", ""),
    ("ERIN target countries", ""),
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
    facts = raw["facts"]
    said = facts[facts["subject"].isin(SAID)]
    goal, outcome = zip(*said["subject"].map(SAID), strict=True)
    goals = pd.concat([raw["table1"], raw["table2"]])
    goals = goals[goals["goal"] == "end goal 2"]
    rows = pd.concat([said.assign(iso3=said["value"], goal=goal, outcome=outcome), goals])
    rows = rows.assign(at=rows["page"].astype(int)).sort_values("at")
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
    success = told["outcome"].isin(("improved", "reached"))
    judged = success.map({True: "success", False: "failure"}).groupby(told["iso3"]).unique()
    return judged.map(lambda words: words[0] if len(words) == 1 else "both").reset_index(
        name="judged"
    )


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
    rows = []
    for iso3, judged in judged_countries(raw).itertuples(index=False):
        for level, indicator, find in _indicators(raw, panel):
            rows.append((iso3, judged, level, indicator, find(iso3) or NOTHING))
    return pd.DataFrame(rows, columns=["iso3", "judged", "level", "indicator", "evidence"])


def _indicators(raw: Raw, panel: pd.DataFrame) -> list[tuple[str, str, Finder]]:
    """Return level, name and finder of each indicator, in the order of section 1.2.3."""

    def agreed(*instruments: str, stages: tuple[str, ...] = CONCLUDED) -> Finder:
        return lambda iso3: _agreements(raw, iso3, instruments, stages)

    def counted(*names: str, least: int = 0) -> Finder:
        return lambda iso3: _counts(panel, iso3, names, least)

    def listed(lists: tuple[Listed, ...]) -> Finder:
        return lambda iso3: _facts(raw, iso3, lists)

    def either(*finders: Finder) -> Finder:
        return lambda iso3: Markup("; ").join(filter(None, (find(iso3) for find in finders)))

    return [
        ("national", "a memorandum (MoU) was concluded", agreed("MoU")),
        ("national", "its terms are kept: forced departures", counted("forced")),
        (
            "national",
            "a bilateral treaty with a return clause",
            agreed("bilateral agreement"),
        ),
        (
            "national",
            "forced return takes place",
            either(counted("forced", least=1), listed(FORCED)),
        ),
        ("national", "forced return of people with a criminal record or 1F", listed(OFFENDERS)),
        (
            "national",
            "undertakings by high authorities",
            agreed(*PROMISES, stages=("announced", "named")),
        ),
        ("national", "a good relation, according to officials", listed(GOOD)),
        ("national", "task forces", agreed("task force", stages=("visit", "invited"))),
        ("national", "fewer unanswered requests", counted("unanswered")),
        (
            "international",
            "a readmission agreement (EU or Benelux) or protocol",
            agreed(*READMISSION),
        ),
        (
            "international",
            "its terms are kept: counts",
            counted("confirmed", "forced"),
        ),
        (
            "international",
            "a return clause in another treaty",
            agreed("association agreement", stages=("signed", "named")),
        ),
        ("international", "a mobility partnership or CAMM", agreed("mobility partnership", "CAMM")),
        ("international", "operational cooperation (EURINT, ERIN)", listed(OPERATIONAL)),
    ]


def _agreements(raw: Raw, iso3: str, instruments: tuple[str, ...], stages: tuple[str, ...]) -> str:
    table = raw["agreements"]
    rows = table[
        (table["iso3"] == iso3)
        & table["instrument"].isin(instruments)
        & table["stage"].isin(stages)
    ]
    return "; ".join(
        f"{row.instrument}, {row.stage} {row.date or 'undated'}, "
        + (f"p. {row.page}" if row.page else row.source_id)
        + (f" (against {row.conflicts_with})" if row.conflicts_with else "")
        for row in rows.itertuples()
    )


def _counts(panel: pd.DataFrame, iso3: str, names: tuple[str, ...], least: int) -> str:
    rows = panel[(panel["iso3"] == iso3) & panel["indicator"].isin(names) & (panel["hi"] >= least)]
    return Markup("; ").join(
        Markup("{} {} (p. {})").format(
            indicator,
            Markup(", ").join(
                Markup("{}: {}").format(
                    row.year,
                    addressed(
                        interval(row.lo, row.hi),
                        [cell_name(row.iso3, row.year, row.channel, row.indicator)],
                    ),
                )
                for row in series.itertuples()
            ),
            ", ".join(dict.fromkeys(";".join(series["page"]).split(";"))),
        )
        for indicator, series in rows.groupby("indicator")
    )


def _facts(raw: Raw, iso3: str, lists: tuple[Listed, ...]) -> str:
    named = raw["facts"][raw["facts"]["value"] == iso3]
    places = [
        f"said on p. {row.page}, {row.section}"
        for subject, page in lists
        for row in named[named["subject"] == subject].itertuples()
        if page in ("", row.page)
    ]
    return "; ".join(dict.fromkeys(places))
