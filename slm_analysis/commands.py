"""What commands of the command line do that need more than a call."""

from __future__ import annotations

import argparse
import sys
from contextlib import nullcontext
from pathlib import Path

from slm_analysis.errors import AnalysisError
from slm_analysis.project import HOME, Job, Project
from slm_analysis.regeneration import parallel, regenerate


def _elsewhere(given: argparse.Namespace) -> Project:
    """Return the folders of a variation, whose results never replace the committed ones."""
    if given.out.resolve() == HOME:
        raise AnalysisError(
            "--out: the repository itself holds the committed results; name another folder"
        )
    return Project(given.data, given.out)


def run(given: argparse.Namespace) -> None:
    """Run one notebook with other parameters."""
    from slm_analysis import parameters
    from slm_analysis.printed import read

    path = regenerate.notebook_path(given.notebook)
    assigned = {}
    for text in given.parameters:
        key, sign, value = text.partition("=")
        if not sign:
            raise AnalysisError(f"-p {text!r}: allowed is NAME=VALUE")
        assigned[key] = value
    project = _elsewhere(given)
    raw = read.read_raw(project.raw)
    parameters.check(assigned, regenerate.known_parameters(path), raw)

    def written(_: Job, files: list[Path]) -> None:
        print("\n".join(str(project.out / file) for file in files))

    job = Job(path.stem, path, assigned)
    with parallel.processes(1) as pool:
        parallel.execute_all([job], project, pool, written, limit=given.limit)


def sweep(given: argparse.Namespace) -> None:
    """Run one notebook over a grid of parameters."""
    from slm_analysis.regeneration import sweep

    project = _elsewhere(given)
    with sweep.cluster(given.dask) if given.dask else nullcontext() as executor:
        table = sweep.sweep(
            regenerate.notebook_path(given.notebook),
            sweep.read_grid(given.grid),
            project,
            say,
            executor=executor,
            limit=given.limit,
            keep_going=given.keep_going,
            most=sys.maxsize if given.yes else sweep.MOST,
        )
    print(table)


def totals(given: argparse.Namespace) -> None:
    """Compare totals with their parts, and say which bounds they make narrower."""
    from slm_analysis.bounds import panel
    from slm_analysis.printed import read
    from slm_analysis.results import totals

    raw = read.read_raw(given.data / "raw")
    built = panel.build_panel(raw)
    told = totals.lines(totals.check_totals(built, raw))
    if given.tighten:
        told += totals.tightened_lines(totals.tighten(built, raw))
    print("\n".join(told))


def publish(given: argparse.Namespace) -> None:
    """Write the files of a release, and say which."""
    from slm_analysis.regeneration import publishing

    print("\n".join(map(str, publishing.publish(given.folder))))


def say(line: str) -> None:
    """Say what was done when it is done, through a pipe too."""
    print(line, flush=True)
