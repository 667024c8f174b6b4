"""How the table of specifications grows with the series, in processor seconds of one run.

Run with ``python -m benchmarks.specification``; the report's series and events are repeated under
other codes, and no result of theirs is shown.
"""

from __future__ import annotations

import time
from dataclasses import replace
from itertools import pairwise

import pandas as pd

from slm_analysis.bounds.panel import build_panel
from slm_analysis.printed.read import Raw, read_raw
from slm_analysis.project import Project
from slm_analysis.results import conclusions, sensitivity, specification


def repeated(raw: Raw, times: int) -> Raw:
    """Return the raw tables with every country, count and event so many times over."""
    tables = dict(raw.tables)
    for name in ("countries", "dtv_counts", "agreements"):
        rows = raw[name]
        copies = [
            rows.assign(**{key: rows[key] + at for key in ("iso3", "id") if key in rows})
            for at in ("", *map(str, range(1, times)))
        ]
        tables[name] = pd.concat(copies, ignore_index=True)
    return replace(raw, tables=tables)


def main() -> None:
    """Print the table."""
    report = read_raw(Project().raw)
    specification.specifications(report)  # imports and first use
    print("| series | results | specifications | comparisons once | all | ratio | conclusions |")
    print("|---|---|---|---|---|---|---|")
    first = 0.0
    for times in (1, 2, 4, 8):
        raw = repeated(report, times)
        panel = build_panel(raw)
        marks = [time.process_time()]
        sensitivity.comparisons(panel, raw, None)
        marks.append(time.process_time())
        every = specification.specifications(raw)
        marks.append(time.process_time())
        conclusions.conclusions(every, raw, sorted(panel["iso3"].unique()))
        marks.append(time.process_time())
        once, whole, last = (end - start for start, end in pairwise(marks))
        series = panel[["iso3", "channel", "indicator"]].drop_duplicates()
        results = every[specification.RESULT].drop_duplicates()
        first = first or whole
        print(
            f"| {len(series)} | {len(results)} | {len(every)} | {once:.2f} s | {whole:.1f} s "
            f"| {whole / first:.1f} | {last:.2f} s |"
        )


if __name__ == "__main__":
    main()
