"""Run a notebook over a grid of parameters, and gather what the notebooks show in one table.

The work goes to any executor of ``concurrent.futures``: processes of this machine, or those of a
running Dask cluster that sees the same folders.
"""

from __future__ import annotations

import csv
import hashlib
import itertools
import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from slm_analysis import parameters
from slm_analysis.errors import AnalysisError, DataError
from slm_analysis.printed.read import read_raw
from slm_analysis.printed.textfiles import read_yaml
from slm_analysis.project import Job, Project, put_in_place, scratch
from slm_analysis.regeneration import regenerate
from slm_analysis.regeneration.parallel import LIMIT, Report

NAME_LENGTH = 120  # characters of a file's name; file systems take 255 bytes
MOST = 1000  # combinations that are run without asking
SHOWN = ["notebook", "cell", "table", "row", "name", "column", "value"]


def read_grid(path: Path) -> dict[str, list[str]]:
    """Read a grid: parameters, each with the list of its values.

    Returns
    -------
    dict
        Values as text by parameter, in the order of the file.

    Raises
    ------
    DataError
        If the file is not such a grid.
    """
    grid = read_yaml(path)
    if not isinstance(grid, dict) or not grid:
        raise DataError("allowed is one list of values per parameter", file=path.name)
    for name, values in grid.items():
        if not isinstance(values, list) or not values:
            raise DataError(
                "allowed is a list of values", file=path.name, column=str(name), value=values
            )
        for value in values:
            if not isinstance(value, str | int) or isinstance(value, bool):
                raise DataError(
                    "allowed is text or a whole number; put yes, no, on and off in quotes",
                    file=path.name,
                    column=str(name),
                    value=value,
                )
        if len({str(value) for value in values}) < len(values):
            raise DataError(
                "allowed is each value once", file=path.name, column=str(name), value=values
            )
    return {str(name): [str(value) for value in values] for name, values in grid.items()}


def combinations(grid: Mapping[str, Sequence[str]]) -> list[dict[str, str]]:
    """Return every combination of the values; the last parameter varies fastest."""
    return [dict(zip(grid, values, strict=True)) for values in itertools.product(*grid.values())]


def combination_name(combination: Mapping[str, str]) -> str:
    """Return a name for files, such as ``countries=ARM,NGA__rule=outer``; two never share one."""
    full = "__".join(f"{name}={value}" for name, value in combination.items())
    name = re.sub(r"[^\w=,.-]", "-", full, flags=re.ASCII)[:NAME_LENGTH]
    if name == full:
        return name
    return f"{name}__{hashlib.sha256(full.encode()).hexdigest()[:12]}"


def sweep(
    notebook: Path,
    grid: Mapping[str, Sequence[str]],
    project: Project,
    report: Report,
    *,
    executor: Executor | None = None,
    limit: int = LIMIT,
    keep_going: bool = False,
    most: int = MOST,
) -> Path:
    """Run a notebook over a grid; what is done already is not done again.

    Parameters
    ----------
    notebook
        The notebook.
    grid
        Values as text, by parameter.
    project
        Where to read; ``out`` receives a folder named after the notebook, which has an executed
        notebook and its figures per combination, and ``sweep.csv`` over all of them.
    report
        Receives one line per combination.
    executor
        What runs them; by default a pool of local processes.
    limit
        Seconds that a combination may take.
    most
        How many combinations are run at most.
    keep_going
        Whether the others are finished after a failure.

    Returns
    -------
    Path
        The table.

    Raises
    ------
    ParameterError
        If a parameter or value is not allowed; then nothing is run.
    AnalysisError
        If there are more combinations than that; the first failure (with ``keep_going`` the table
        has what succeeded).
    """
    raw, known = read_raw(project.raw), regenerate.known_parameters(notebook)
    for name, values in grid.items():
        for value in values:
            parameters.check({name: value}, known, raw)
    count = math.prod(len(values) for values in grid.values())
    report(f"{count:,} combinations")
    if count > most:
        raise AnalysisError(f"{count:,} combinations are more than {most:,}: give --yes to run all")
    folder = notebook.stem
    jobs = [
        Job(f"{folder}/{combination_name(combination)}", notebook, combination)
        for combination in combinations(grid)
    ]
    failure = None
    try:
        regenerate.execute_stale(
            jobs, project, report, executor=executor, limit=limit, keep_going=keep_going
        )
    except AnalysisError as error:
        if not keep_going:
            raise
        failure = error
    table = _write_table(regenerate.current(jobs, project), list(grid), project, folder)
    if failure is not None:
        raise failure
    return table


@contextmanager
def cluster(address: str) -> Iterator[Executor]:
    """Give the executor of a running Dask cluster.

    Raises
    ------
    AnalysisError
        If Dask is not installed, or nothing answers at the address.
    """
    try:
        from distributed import Client
    except ImportError:
        raise AnalysisError(
            "--dask needs Dask: install requirements/dask.txt into the environment"
        ) from None
    try:
        client = Client(address)
    except (OSError, ValueError) as error:
        raise AnalysisError(f"--dask {address}: {' '.join(str(error).split())}") from None
    with client, client.get_executor() as executor:
        yield executor


# the table ----------------------------------------------------------------------------------


def _write_table(jobs: Sequence[Job], names: list[str], project: Project, folder: str) -> Path:
    """Write what the executed notebooks show, in the order of the grid."""
    with scratch(project) as new:
        (new / folder).mkdir()
        path = new / folder / "sweep.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow([*names, *SHOWN])
            for job in jobs:
                values = [job.parameters[name] for name in names]
                executed = f"{job.name.removeprefix(folder + '/')}.ipynb"
                for row in shown(project.out / folder / executed):
                    writer.writerow([*values, executed, *row])
        (written,) = put_in_place(new, project.out)
    return project.out / written


def shown(path: Path) -> Iterator[tuple[int, str, int | str, str, str, str]]:
    """Yield what an executed notebook shows: each cell of its tables, and its sentences.

    Yields
    ------
    tuple
        Number of the notebook's cell, caption of the table, number of the row (1 is the first
        below the head), text of the row's first cell, head of the column, and value. A sentence
        has no table, and ``text`` as its column.
    """
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    for number, cell in enumerate(cells, start=1):
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            if "text/html" in data:
                for table in _tables("".join(data["text/html"])):
                    for row, column, value in table.values():
                        name = table.rows[row - 1][0]
                        yield number, table.caption, row, name, column, value
            elif "text/markdown" in data:
                yield number, "", "", "", "text", "".join(data["text/markdown"]).strip()


class _Table:
    """A table as it is read from HTML: caption, head and rows of text."""

    def __init__(self) -> None:
        self.caption = ""
        self.head: list[str] = []
        self.rows: list[list[str]] = []

    def values(self) -> Iterator[tuple[int, str, str]]:
        """Yield row number, column and value, but for the first column, which names the row."""
        for number, row in enumerate(self.rows, start=1):
            for column, value in zip(self.head[1:], row[1:], strict=False):
                yield number, column, value


class _Reader(HTMLParser):
    """Reads the tables of a piece of HTML: those of this package, and pandas' own."""

    def __init__(self) -> None:
        super().__init__()
        self.tables: list[_Table] = []
        self.text: list[str] | None = None
        self.in_head = False

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        """Begin a table, a row, or a text."""
        if tag == "table":
            self.tables.append(_Table())
        elif tag == "thead":
            self.in_head = True
        elif tag == "tr" and self.tables and not self.in_head:
            self.tables[-1].rows.append([])
        elif tag in ("caption", "th", "td"):
            self.text = []
        elif tag == "br" and self.text is not None:
            self.text.append(" ")

    def handle_endtag(self, tag: str) -> None:
        """Put a text where it belongs."""
        if tag == "thead":
            self.in_head = False
        if tag not in ("caption", "th", "td") or self.text is None or not self.tables:
            return
        text, table = " ".join("".join(self.text).split()), self.tables[-1]
        self.text = None
        if tag == "caption":
            table.caption = text
        elif self.in_head:
            table.head.append(text)
        else:
            table.rows[-1].append(text)

    def handle_data(self, data: str) -> None:
        """Collect text."""
        if self.text is not None:
            self.text.append(data)


def _tables(html: str) -> list[_Table]:
    reader = _Reader()
    reader.feed(html)
    return reader.tables
