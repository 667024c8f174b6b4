"""Import and panel of a large SYNTHETIC series, next to pandas reading the same CSV.

Run with ``python -m benchmarks.importing``; synthetic counts, never shown as a result.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import pandas as pd

from slm_analysis.bounds.panel import build_panel
from slm_analysis.printed.read import read_raw
from slm_analysis.project import Project
from slm_analysis.transcription.importing import plan_import
from tests import synthetic


def main() -> None:
    """Print the table: rows, seconds and ratios for series of growing length."""
    raw = read_raw(Project().raw)
    print("| rows | pandas reads the CSV | import | panel | import, microseconds per row |")
    print("|---|---|---|---|---|")
    for years in (13, 50, 200):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "series.csv"
            first = 2099 - years + 1 if years > 90 else 2009 - (years - 6) // 2
            rows = synthetic.write_long(path, raw, first, first + years - 1)
            record = ("synthetic-1", synthetic.record(first, first + years - 1)["synthetic-1"])
            start = time.perf_counter()
            pd.read_csv(path, sep=";", dtype=str, keep_default_na=False)
            read = time.perf_counter() - start
            start = time.perf_counter()
            plan_import(path, Path(folder) / "data", None, record, write=True)
            imported = time.perf_counter() - start
            mine = read_raw(Path(folder) / "data" / "raw")
            start = time.perf_counter()
            build_panel(mine)
            built = time.perf_counter() - start
            print(
                f"| {rows:,} | {read:.2f} s | {imported:.1f} s ({imported / read:.0f} times) | "
                f"{built:.2f} s ({built / read:.1f} times) | {1e6 * imported / rows:.0f} |"
            )


if __name__ == "__main__":
    main()
