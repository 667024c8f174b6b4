"""Run a notebook over a grid of parameters, and gather what the notebooks show in tables.

The work goes to any executor of ``concurrent.futures``: processes of this machine, or those of a
running Dask cluster that sees the same folders.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager
from functools import partial
from itertools import product
from pathlib import Path

import pandas as pd

from slm_analysis import parameters
from slm_analysis.errors import AnalysisError, DataError
from slm_analysis.printed.read import read_raw
from slm_analysis.printed.textfiles import read_text_table, read_yaml, write_csv
from slm_analysis.project import Job, Project, put_in_place, scratch
from slm_analysis.regeneration import regenerate
from slm_analysis.regeneration.many_notebooks import Running

NAME_LENGTH = 120  # characters of a file's name; file systems take 255 bytes
MOST = 1000  # combinations that are run without asking


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
        wrong = partial(DataError, file=path.name, column=str(name))
        if not isinstance(values, list) or not values:
            raise wrong("allowed is a list of values", value=values)
        for value in values:
            if not isinstance(value, str | int) or isinstance(value, bool):
                allowed = "allowed is text or a whole number; put yes, no, on and off in quotes"
                raise wrong(allowed, value=value)
        if len({str(value) for value in values}) < len(values):
            raise wrong("allowed is each value once", value=values)
    return {str(name): [str(value) for value in values] for name, values in grid.items()}


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
    running: Running,
    most: int | None = MOST,
) -> list[Path]:
    """Run a notebook over a grid; what is done already is not done again.

    Parameters
    ----------
    notebook
        The notebook.
    grid
        Values as text, by parameter.
    project
        Where to read; ``out`` receives a folder named after the notebook, which has an executed
        notebook and its figures per combination, and the tables of :func:`gather`.
    running
        How.
    most
        How many combinations are run at most; ``None`` for any number. The last parameter varies
        fastest.

    Returns
    -------
    list of Path
        The tables over all combinations.

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
    running.report(f"{count:,} combinations")
    if most is not None and count > most:
        raise AnalysisError(f"{count:,} combinations are more than {most:,}: give --yes to run all")
    folder = notebook.stem
    combinations = [dict(zip(grid, chosen, strict=True)) for chosen in product(*grid.values())]
    jobs = [Job(f"{folder}/{combination_name(each)}", notebook, each) for each in combinations]
    try:
        regenerate.execute_stale(jobs, project, running)
    except AnalysisError:
        if running.keep_going:
            stale = regenerate.stale_fingerprints(jobs, project)
            gather([job for job in jobs if job.name not in stale], project, folder)
        raise
    return gather(jobs, project, folder)


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


# the tables ---------------------------------------------------------------------------------


def gather(jobs: Sequence[Job], project: Project, folder: str) -> list[Path]:
    """Write what the combinations show, one table under another, in the order of the grid.

    Parameters
    ----------
    jobs
        The combinations.
    project
        Where they are kept, and the tables go: into ``folder``, beside them.

    Returns
    -------
    list of Path
        A table for each one that the notebook saves and each figure, as numbers, and
        ``findings.csv`` of its sentences. The parameters stand first, as ``given_<name>``.
    """
    shown: dict[str, list[pd.DataFrame]] = {}
    for job in jobs:
        tables = {"findings": _sentences(project.out / f"{job.name}.ipynb")}
        for path in sorted((project.out / job.name).glob("*.csv")):
            tables[path.stem] = read_text_table(path)
        given = pd.DataFrame([job.parameters]).add_prefix("given_")
        for name, table in tables.items():
            shown.setdefault(name, []).append(given.merge(table, how="cross"))
    with scratch(project) as new:
        for name, parts in shown.items():
            write_csv(pd.concat(parts), new / folder / f"{name}.csv")
        return [project.out / file for file in put_in_place(new, project.out)]


def _sentences(path: Path) -> pd.DataFrame:
    """Return the sentences that an executed notebook shows, each with the number of its cell."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    said = [
        (str(number), "".join(output["data"]["text/markdown"]).strip())
        for number, cell in enumerate(cells, start=1)
        for output in cell.get("outputs", [])
        if "text/markdown" in output.get("data", {})
    ]
    return pd.DataFrame(said, columns=["cell", "text"])
