"""Fixtures: the real data, and copies of it in which one thing is changed."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from slm_analysis.panel import build_panel
from slm_analysis.project import HOME
from slm_analysis.read import Raw, read_raw

Change = Callable[[list[dict[str, str]]], None]


@pytest.fixture(scope="session")
def raw() -> Raw:
    return read_raw(HOME / "data" / "raw")


@pytest.fixture(scope="session")
def panel(raw: Raw) -> pd.DataFrame:
    return build_panel(raw)


@pytest.fixture
def changed(tmp_path: Path) -> Callable[[str, Change], Path]:
    """Return a function that copies the raw data and changes the rows of one table."""

    def copy(table: str, change: Change) -> Path:
        folder = tmp_path / "data" / "raw"
        if not folder.exists():
            shutil.copytree(HOME / "data" / "raw", folder)
        path = folder / f"{table}.csv"
        with path.open(encoding="utf-8", newline="") as lines:
            rows = list(csv.DictReader(lines))
        change(rows)
        with path.open("w", encoding="utf-8", newline="") as lines:
            writer = csv.DictWriter(lines, rows[0].keys(), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
        return folder

    return copy


@pytest.fixture
def with_cell(changed: Callable[[str, Change], Path]) -> Callable[..., Path]:
    """Return a function that copies the raw data with some cells of one row changed."""

    def copy(table: str, row_id: str, **values: str) -> Path:
        def change(rows: list[dict[str, str]]) -> None:
            next(row for row in rows if row["id"] == row_id).update(values)

        return changed(table, change)

    return copy
