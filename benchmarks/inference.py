"""How the cost of the inference grows, as ratios measured side by side in one run.

Run with ``python benchmarks/inference.py``; synthetic counts, never shown as a result.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
import pandas as pd

from slm_analysis.bounds.panel import build_panel
from slm_analysis.printed.read import read_raw
from slm_analysis.printed.reading_rules import RULES
from slm_analysis.project import Project
from slm_analysis.results import inference, sensitivity


def seconds(work: Callable[[], object], repeats: int = 5) -> float:
    """Return the median time of a call."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return float(np.median(times))


def synthetic(rows: int, width: int) -> pd.DataFrame:
    """Return comparisons of seeded synthetic counts with bounds of a given width."""
    random = np.random.default_rng(1)
    before, after = random.integers(20, 120, (2, rows)).astype(float)
    return pd.DataFrame(
        {
            "iso3": "AAA",
            "channel": "LP",
            "indicator": "requests",
            "years_before": [f"{at}" for at in range(rows)],  # each a comparison of its own
            "years_after": "2014",
            "before_lo": before,
            "before_hi": before + width - 1,
            "after_lo": after,
            "after_hi": after + width - 1,
        }
    )


def main() -> None:
    """Print the table."""
    raw = read_raw(Project().raw)
    panel = build_panel(raw)
    report = seconds(lambda: sensitivity.comparisons(panel, raw, None))
    panels = [build_panel(raw, rule) for rule in RULES.values()]
    every = seconds(lambda: [sensitivity.comparisons(each, raw, None) for each in panels], 3)
    print("| what | seconds | ratio |\n|---|---|---|")
    print(f"| all comparisons of the report's panel | {report:.2f} | 1 |")
    print(f"| the same under six readings | {every:.2f} | {every / report:.1f} |")
    base = seconds(lambda: inference.rate_tests(synthetic(100, 5)))
    for rows in (100, 400, 1600):
        took = seconds(lambda rows=rows: inference.rate_tests(synthetic(rows, 5)), 3)
        print(f"| {rows} comparisons, bounds 5 wide | {took:.2f} | {took / base:.1f} |")
    for width in (5, 20, 80):
        took = seconds(lambda width=width: inference.rate_tests(synthetic(100, width)), 3)
        print(f"| 100 comparisons, bounds {width} wide | {took:.2f} | {took / base:.1f} |")


if __name__ == "__main__":
    main()
