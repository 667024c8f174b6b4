"""The command line: a thin door onto the library.

Examples
--------
``python -m slm_analysis regenerate`` brings everything up to date.
``python -m slm_analysis run 03_lp_response -p countries=ARM,NGA -p years=2012-2014`` runs one
notebook with other parameters into ``out/``.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from slm_analysis import regenerate
from slm_analysis.errors import AnalysisError
from slm_analysis.project import HOME, Project


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code: 0, 1 for a failure, 2 for wrong usage."""
    parser = argparse.ArgumentParser(
        prog="slm_analysis", description="Reproduce the DT&V figures of the ACVZ report of 2015."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    everything = commands.add_parser(
        "regenerate", help="bring tables, notebooks and figures up to date"
    )
    everything.add_argument(
        "what",
        nargs="?",
        choices=("all", "data", "notebooks"),
        default="all",
        help="all (default), only the data, or only the notebooks and their figures",
    )
    run = commands.add_parser(
        "run",
        help="run one notebook with other parameters into a folder of its own",
        epilog="example: run 03_lp_response -p countries=ARM,NGA -p years=2012-2014",
    )
    run.add_argument("notebook", help="name of a notebook, such as 03_lp_response")
    run.add_argument(
        "-p",
        dest="parameters",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="a parameter of the notebook; may be given several times",
    )
    run.add_argument("--out", type=Path, default=Path("out"), help="output folder (default: out)")
    given = parser.parse_args(arguments)
    try:
        if given.command == "regenerate":
            _regenerate(given.what)
        else:
            _run(given.notebook, given.parameters, given.out)
    except AnalysisError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


def _regenerate(what: str) -> None:
    regenerate.regenerate(
        Project.current(), print, tables=what != "notebooks", notebooks=what != "data"
    )


def _run(name: str, assignments: list[str], out: Path) -> None:
    from slm_analysis import parameters, read

    path = regenerate.notebook_path(name)
    given = {}
    for text in assignments:
        key, sign, value = text.partition("=")
        if not sign:
            raise AnalysisError(f"-p {text!r}: allowed is NAME=VALUE")
        given[key] = value
    current = Project.current()
    raw = read.read_raw(current.raw)
    parameters.check(given, regenerate.known_parameters(path), raw)
    if out.resolve() == HOME:
        raise AnalysisError(
            "--out: the repository itself holds the committed results; name another folder"
        )
    files = regenerate.execute(path, Project(current.data, out), given)
    print("\n".join(str(out / file) for file in files))


if __name__ == "__main__":
    sys.exit(main())
