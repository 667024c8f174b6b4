"""A SYNTHETIC full series for tests and benchmarks; never a result.

Seeded counts of every focus country, year and indicator, printed as the report prints: rounded to
fives, hidden under five, zeros in words.
"""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import yaml

from slm_analysis.bounds.panel import build_panel
from slm_analysis.printed.codebook import DEPARTURES, INDICATORS
from slm_analysis.printed.read import Raw
from slm_analysis.printed.reading_rules import RULES, Rounding

RULE, ROUNDING = RULES["suppress-then-round"], Rounding(5, 5, True)


def record(first: int = 2009, last: int = 2014) -> dict[str, dict[str, object]]:
    """Return a source record for the synthetic series."""
    return {
        "synthetic-1": {
            "title": "Synthetic series",
            "author": "a test",
            "publisher": "a test",
            "published": "2026",
            "citation": "synthetic counts for tests",
            "licence": "none",
            "years": [first, last],
            "pages": [1, 999],
            "rounding": {"rounded_to": 5, "suppressed_under": 5, "zero_in_words": True},
            "reading_rule": "outer",
        }
    }


def write_record(path: Path, first: int = 2009, last: int = 2014) -> Path:
    """Write the record as YAML."""
    path.write_text(yaml.safe_dump(record(first, last), sort_keys=False), encoding="utf-8")
    return path


def write_long(path: Path, raw: Raw, first: int = 2009, last: int = 2014, seed: int = 1) -> int:
    """Write a long CSV of every cell and return the number of its rows.

    Where the report prints a cell the synthetic count fits its print.
    """
    panel = build_panel(raw)
    known = {
        (row.iso3, row.year, row.channel, row.indicator): (row.lo, row.hi)
        for row in panel.itertuples()
    }
    random = np.random.default_rng(seed)
    countries = raw["countries"].query("focus_2015 == 'yes'")["iso3"]
    rows = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";", lineterminator="\n")
        writer.writerow(["land", "jaar", "kanaal", "indicator", "aantal", "pagina", "paragraaf"])
        for iso3 in countries:
            level = random.gamma(1.5, 40)
            for year in range(first, last + 1):
                # those with T&O requests in the report keep to one procedure in this series,
                # two others change from one to the other
                to = iso3 in ("GEO", "UKR", "RUS", "SRB") or (
                    iso3 in ("PAK", "TUR") and year > 2011
                )
                channel = "TO" if to else "LP"
                for indicator in INDICATORS:
                    count = int(random.poisson(level * random.uniform(0.1, 1)))
                    kind = "" if indicator in DEPARTURES else channel
                    bounds = known.get((iso3, year, kind, indicator))
                    if bounds:
                        count = int(random.integers(bounds[0], bounds[1] + 1))
                    printed = str(RULE.printed(count, ROUNDING)).replace("<5", "minder dan 5")
                    writer.writerow([iso3, year, kind, indicator, printed, 100, "bijlage"])
                    rows += 1
    return rows
