"""How judging grows with the number of claims, in processor seconds of one run.

Run with ``python -m benchmarks.claims``; the register is repeated under other names.
"""

from __future__ import annotations

import time

import yaml

from slm_analysis.printed.read import read_raw
from slm_analysis.project import Project
from slm_analysis.verdicts import judge_all
from slm_analysis.verdicts.register import FILE, numbers_of_words, read_claim


def main() -> None:
    """Print the table."""
    raw = read_raw(Project().raw)
    entries = yaml.safe_load((Project().raw / FILE).read_text(encoding="utf-8"))
    words = numbers_of_words(raw)
    judge_all([read_claim(entries[0], raw, words)], raw)  # imports and first use of the solver
    print("| claims | formulas | reading | judging | ratio |\n|---|---|---|---|---|")
    first = 0.0
    for times in (1, 2, 4, 8):
        start = time.process_time()
        claims = [
            read_claim(entry | {"id": f"{entry['id']}-{at}"}, raw, words)
            for at in range(times)
            for entry in entries
        ]
        read = time.process_time()
        judged = judge_all(claims, raw)
        done = time.process_time()
        first = first or done - start
        print(
            f"| {len(claims)} | {len(judged)} | {read - start:.2f} s | {done - read:.2f} s "
            f"| {(done - start) / first:.1f} |"
        )


if __name__ == "__main__":
    main()
