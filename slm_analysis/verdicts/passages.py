"""Passages that print one datum in several places, and whether they agree.

A subject of ``facts.csv`` that stands in more than one place is compared by itself; instruments
whose rows name each other in ``conflicts_with`` are too. A list is compared whole with a list, and
by member with a place that names a member in passing. Neither side is called wrong.
"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from slm_analysis.printed.read import Raw
from slm_analysis.printed.schema import PROCESSED

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
        Columns of :data:`schema.PROCESSED` ``["passages"]``: a row per subject and value, those of
        one subject together. A list is one value, its members parted by commas. *agree* where all
        values are one, dates compared at the lesser precision, else *differ*. All is text.

    Examples
    --------
    >>> found = compare_passages(raw).set_index("subject")
    >>> found.loc["year of the EU mandate for Algeria", ["value", "passages", "result"]].tolist()
    ['2002', '2', 'agree']
    """
    said = pd.DataFrame(
        [*_facts(raw["facts"]), *_instruments(raw["agreements"])],
        columns=["subject", "value", "unit", "source_id", "page", "section", "rows"],
    )
    published = {name: source.published for name, source in raw.sources.items()}
    found = []
    for subject, passages in said.groupby("subject", sort=True):
        if len(passages) < 2:
            continue
        values = list(dict.fromkeys(passages["value"]))
        agree = all(_same(values[0], value) for value in values)
        latest = passages["source_id"].map(published).max()
        for value, rows in passages.groupby("value", sort=False):
            sources = rows["source_id"].unique()
            remarks = (
                ("more precise", any(v != value and value.startswith(v) for v in values)),
                (
                    "in the later document",
                    passages["source_id"].nunique() > 1
                    and latest in [published[source] for source in sources],
                ),
            )
            found.append(
                {
                    "subject": subject,
                    "result": "agree" if agree else "differ",
                    "value": value,
                    "unit": rows["unit"].iloc[0],
                    "passages": str(len(rows)),
                    "documents": str(len(sources)),
                    "places": "; ".join(map(_place, rows.itertuples())),
                    "rows": ";".join(rows["rows"]),
                    "remark": ", ".join(told for told, applies in remarks if applies and not agree),
                }
            )
    return pd.DataFrame(found, columns=list(PROCESSED["passages"].columns))


def _facts(facts: pd.DataFrame) -> Iterator[tuple[str, ...]]:
    """Yield what each place says of a subject: the members of a list as one value, then by one."""
    keys = ["subject", "unit", "source_id", "page", "section"]
    mentioned = facts["unit"].str.endswith(MENTIONED)
    for (subject, unit, *place), rows in facts[~mentioned].groupby(keys, sort=False):
        value = ", ".join(sorted(rows["value"]))
        yield subject, value, unit, *place, ";".join("facts " + rows["id"])
    members = facts.loc[mentioned, ["subject", "value"]].drop_duplicates()
    for row in facts.merge(members).itertuples():
        subject = f"{row.value}, {row.subject}"
        unit = row.unit.removesuffix(MENTIONED)
        yield subject, row.value, unit, row.source_id, row.page, row.section, f"facts {row.id}"


def _instruments(agreements: pd.DataFrame) -> Iterator[tuple[str, ...]]:
    """Yield what each of two rows that name each other says of an instrument."""
    for row in agreements[agreements["conflicts_with"] != ""].itertuples():
        subject = f"{row.iso3}, {row.party}, {row.instrument}"
        value = f"{row.stage} {row.date}".strip()
        yield subject, value, "stage", row.source_id, row.page, row.section, f"agreements {row.id}"


def _same(first: str, second: str) -> bool:
    """Compare numbers as numbers, and dates at the lesser precision."""
    try:
        return float(first) == float(second)
    except ValueError:
        return first.startswith(second) or second.startswith(first)


def _place(row: object) -> str:
    page = f", p. {row.page}" if row.page else ""  # type: ignore[attr-defined]
    return f"{row.source_id}{page}, {row.section}"  # type: ignore[attr-defined]
