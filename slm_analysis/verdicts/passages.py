"""Passages that print one datum in several places, and whether they agree.

A subject of ``facts.csv`` that stands in more than one place is compared by itself; instruments
whose rows name each other in ``conflicts_with`` are too. A list is compared whole with a list, and
by member with a place that names a member in passing. Neither side is called wrong.
"""

from __future__ import annotations

import pandas as pd

from slm_analysis.printed.codebook import PROCESSED
from slm_analysis.printed.read import Raw

MENTIONED = " mentioned"  # unit where a place names a member in passing, and not the list whole


def compare_passages(raw: Raw) -> pd.DataFrame:
    """Compare what different places say of one subject.

    Parameters
    ----------
    raw
        The raw tables.

    Returns
    -------
    DataFrame
        Columns of :data:`codebook.PROCESSED` ``["passages"]``: a row per subject and value, those
        of one subject together. A list is one value, its members parted by commas. *agree* where
        all values are one, dates compared at the lesser precision, else *differ*. All is text.

    Examples
    --------
    >>> found = compare_passages(raw).set_index("subject")
    >>> found.loc["year of the EU mandate for Algeria", ["value", "passages", "result"]].tolist()
    ['2002', '2', 'agree']
    """
    said = pd.concat([_facts(raw["facts"]), _instruments(raw["agreements"])])
    page = (", p. " + said["page"]).where(said["page"] != "", "")
    said["place"] = said["source_id"] + page + ", " + said["section"]
    said["published"] = [raw.sources[source].published for source in said["source_id"]]
    found = []
    for subject, passages in said.groupby("subject"):
        if len(passages) < 2:
            continue
        values = passages["value"].unique()
        agree = all(_same(values[0], value) for value in values)
        several = passages["source_id"].nunique() > 1
        for value, rows in passages.groupby("value", sort=False):
            remarks = {
                "more precise": any(v != value and value.startswith(v) for v in values),
                "in the later document": several
                and rows["published"].max() == passages["published"].max(),
            }
            found.append(
                {
                    "subject": subject,
                    "result": "agree" if agree else "differ",
                    "value": value,
                    "unit": rows["unit"].iloc[0],
                    "passages": str(len(rows)),
                    "documents": str(rows["source_id"].nunique()),
                    "places": "; ".join(rows["place"]),
                    "rows": ";".join(rows["rows"]),
                    "remark": ", ".join(told for told in remarks if remarks[told] and not agree),
                }
            )
    return pd.DataFrame(found, columns=list(PROCESSED["passages"].columns))


def _facts(facts: pd.DataFrame) -> pd.DataFrame:
    """Return what each place says of a subject: the members of a list as one value, then by one."""
    facts = facts.assign(rows="facts " + facts["id"])
    mentioned = facts["unit"].str.endswith(MENTIONED)
    place = ["subject", "unit", "source_id", "page", "section"]
    whole = facts[~mentioned].groupby(place, sort=False, as_index=False)
    whole = whole.agg({"value": _listed, "rows": ";".join})
    members = facts.merge(facts.loc[mentioned, ["subject", "value"]].drop_duplicates())
    members["subject"] = members["value"] + ", " + members["subject"]
    members["unit"] = members["unit"].str.removesuffix(MENTIONED)
    return pd.concat([whole, members])


def _listed(values: pd.Series) -> str:
    return ", ".join(sorted(values))


def _instruments(agreements: pd.DataFrame) -> pd.DataFrame:
    """Return what each of two rows that name each other says of an instrument."""
    rows = agreements[agreements["conflicts_with"] != ""]
    return rows.assign(
        subject=rows["iso3"] + ", " + rows["party"] + ", " + rows["instrument"],
        value=(rows["stage"] + " " + rows["date"]).str.strip(),
        unit="stage",
        rows="agreements " + rows["id"],
    )


def _same(first: str, second: str) -> bool:
    """Compare numbers as numbers, and dates at the lesser precision."""
    try:
        return float(first) == float(second)
    except ValueError:
        return first.startswith(second) or second.startswith(first)
