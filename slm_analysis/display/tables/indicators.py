"""Tables of the evidence for the report's indicators of effect."""

from __future__ import annotations

import pandas as pd

from slm_analysis.display.indicators import NOTHING
from slm_analysis.display.rendering import Table, stacked
from slm_analysis.language import _
from slm_analysis.printed.read import Raw

SIGNS = {"success": "+", "failure": "−", "both": "±"}


def indicator_matrix(evidence: pd.DataFrame, raw: Raw) -> Table:
    """Return for each indicator and judged country whether anything is printed.

    Parameters
    ----------
    evidence
        As :func:`indicators.evidence` returns it.
    raw
        For the names of the countries.

    Returns
    -------
    Table
        One row per indicator, one column per country, successes first.

    Examples
    --------
    >>> evidence = pd.DataFrame(
    ...     [("GEO", "success", "national", "fewer unanswered requests", "2013: 0–4, 2014: 8–12"),
    ...      ("GHA", "failure", "national", "fewer unanswered requests", NOTHING)],
    ...     columns=["iso3", "judged", "level", "indicator", "evidence"])
    >>> indicator_matrix(evidence, raw).frame.iloc[0].tolist()
    ['fewer unanswered requests', 'national', 'yes', '–']
    """
    shown = evidence.assign(
        found=evidence["evidence"].map(lambda text: "–" if text == NOTHING else _("yes"))
    )
    order = evidence[["level", "indicator"]].drop_duplicates()
    wide = shown.pivot(index="indicator", columns="iso3", values="found").loc[order["indicator"]]
    judged = evidence.drop_duplicates("iso3").set_index("iso3")["judged"]
    columns = sorted(wide, key=lambda code: (judged[code] != "success", code))
    wide = wide[columns].rename(columns=lambda code: stacked(code, SIGNS[judged[code]]))
    wide.insert(0, "level", order["level"].map(_).to_numpy())
    return Table(
        wide.rename(index=_).reset_index().rename_axis(columns=None),
        _("The report's indicators of effect (section 1.2.3): is evidence printed?"),
        (
            _(
                "yes: evidence is printed; –: none. + success, − failure and ± both are the "
                "report's judgements (section 3.2.3, section 3.2.4, tables 1 and 2). The Cotonou "
                "agreement (p. 35) has a return clause too; which countries it binds is not "
                "printed, so that no column has it. {countries}"
            ).format(countries=_names(columns, raw)),
        ),
        data=evidence,
    )


def _names(codes: list[str], raw: Raw) -> str:
    return ", ".join(f"{code} {raw.names[code]}" for code in codes) + "."
