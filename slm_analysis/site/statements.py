"""The claims page: every statement with its place, verdict, reason, proof and cells."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

import pandas as pd
from markupsafe import Markup

from slm_analysis.display.tables import claims as claim_tables
from slm_analysis.language import _
from slm_analysis.printed.read import Raw
from slm_analysis.printed.reading_rules import RULES
from slm_analysis.site.pages import fill

# what a statement is about, by the indicators and the tables of its formula
KINDS = {
    "requests and answers": "requests|negative|confirmed|issued|unanswered",
    "departures": "forced|independent",
    "agreements": "agreements|table1|table2",
    "lists and facts": "countries|facts|recommendations|spending_2010",
}


def claims_page(judged: pd.DataFrame, raw: Raw) -> Markup:
    """Return the claims page; claims in the order of the register, grouped by place.

    Parameters
    ----------
    judged
        As :func:`claims.judge_all` returns it.
    raw
        The raw tables, for the names of countries.
    """
    names = raw.names
    first = claim_tables.statements(judged)
    first = first.assign(
        country=first["countries"],
        kind=first["formula"].map(kinds),
        place=claim_tables.places(first),
    )
    others = judged[judged["role"] != "statement"]
    choices = {
        "country": (_("Country"), sorted(names, key=names.__getitem__)),
        "kind": (_("About"), KINDS),
        "verdict": (_("Verdict"), claim_tables.VERDICTS),
        "place": (_("Place"), first["place"].unique()),
    }
    return fill(
        "claims.html.j2",
        choices=choices,
        counts={name: first[name].str.split(";").explode().value_counts() for name in choices},
        statements=first,
        others=others,
        beneath=dict(list(others.groupby("claim_id"))),
        names=names,
        claim_tables=claim_tables,
        otherwise=otherwise,
        read_proof=json.loads,
        touched=touched,
    )


def kinds(formula: str) -> str:
    """Return what a statement is about: some of :data:`KINDS`, parted by ``;``."""
    named = re.sub("'[^']*'", "", formula)
    return ";".join(kind for kind, words in KINDS.items() if re.search(rf"\b({words})\b", named))


def touched(touches: str) -> str:
    """Return what a contradiction touches; the page of a conclusion is a number."""
    kind, _open, page = touches.partition(" (")
    return f"{_(kind)} ({page}" if page else _(kind)


def otherwise(verdicts: Iterable[str]) -> str:
    """Return the verdicts under the rules or numbers that change them: ``outer: zeker``."""
    pairs = (text.split(": ") for text in verdicts)
    return "; ".join(
        f"{_(rule) if rule in RULES else rule}: {_(verdict)}" for rule, verdict in pairs
    )
