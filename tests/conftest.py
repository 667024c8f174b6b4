"""Fixtures: the real data, and copies of it in which one thing is changed."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable
from pathlib import Path

import nbformat
import pandas as pd
import pytest

from slm_analysis.bounds.panel import build_panel
from slm_analysis.printed.read import Raw, read_raw
from slm_analysis.project import HOME, Project
from slm_analysis.regeneration.fingerprints import is_current, site_fingerprint

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


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """Return a project of its own: a copy of the raw data, and an output folder."""
    shutil.copytree(HOME / "data" / "raw", tmp_path / "data" / "raw")
    return Project(tmp_path / "data", tmp_path / "out")


@pytest.fixture
def notebook(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that writes a small notebook of code cells, and returns its path."""

    def write(*cells: str, name: str = "small", parameters: str = "") -> Path:
        texts = [parameters, *cells] if parameters else cells
        book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(text) for text in texts])
        book.metadata["kernelspec"] = {"name": "python3", "display_name": "x", "language": "python"}
        for at, cell in enumerate(book.cells):
            cell.id = f"c{at}"
        if parameters:
            book.cells[0].metadata["tags"] = ["parameters"]
        path = tmp_path / f"{name}.ipynb"
        nbformat.write(book, path)
        return path

    return write


@pytest.fixture(scope="session")
def built_site() -> None:
    """Skip the tests of the site where it does not show the present results."""
    project = Project()
    if not is_current(project, "site", site_fingerprint(project)):
        pytest.skip("site/ is not built from the present results; run make")
