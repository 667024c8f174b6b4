"""The table of what a choice of the reader changes."""

from __future__ import annotations

import pandas as pd

from slm_analysis.read import Raw
from slm_analysis.rendering import Table
from slm_analysis.specification import CHOICES
from slm_analysis.tables.cells import channels

CHOICE_WORDS = {
    "event_year": "event's own year",
    "window": "window (years)",
    "rule": "reading rule",
    "ranges": "ranges",
}


def specification(table: pd.DataFrame, raw: Raw) -> Table:
    """Return each result with the verdicts that occur and the choices that change it.

    The table is as :func:`specification.summary` returns it.

    Examples
    --------
    >>> from slm_analysis.specification import specifications, summary
    >>> found = specification(summary(specifications(raw)), raw).frame
    >>> row = found[(found["country"] == "Serbia") & (found["indicator"] == "forced")].iloc[0]
    >>> row[["in the print", "in all specifications", "event's own year"]].tolist()
    ['open', 'open: 79, fell for certain: 65', 'out, before']
    """
    frame = pd.DataFrame(
        {
            "country": table["iso3"].map(raw.names),
            "kind": table["family"],
            "compared": table["name"],
            "channel": channels(table),
            "indicator": table["indicator"],
            "in the print": table["change"],
            "more than chance": table["verdict"],
            "in all specifications": [
                ", ".join(f"{change}: {count}" for change, count in found.items())
                for found in table["changes"]
            ],
            **{words: table[name] for name, words in CHOICE_WORDS.items()},
        }
    )
    varied = "; ".join(
        f"{words}: {', '.join(CHOICES[name])}" for name, words in CHOICE_WORDS.items()
    )
    return Table(
        frame,
        "Results under every choice: the verdict at the default, and the values that change it",
        (
            f"Varied, the default first: {varied}. Changes per 100 requests depend on the reading "
            "rule alone.",
            "The last columns name the values that, all else at the default, give another change, "
            "another answer on chance, or no comparison. In all specifications: the number of "
            "specifications with each change.",
        ),
        data=table,
    )
