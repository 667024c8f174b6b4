"""The command line: a thin door onto the library.

``python -m slm_analysis --help`` lists the commands, ``python -m slm_analysis run --help`` the
options of one.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from slm_analysis import commands
from slm_analysis.commands import say
from slm_analysis.errors import AnalysisError
from slm_analysis.project import FONTS, HOME, Project
from slm_analysis.regeneration import parallel, regenerate


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code: 0, 1 for a failure, 2 for wrong usage."""
    given = _parser().parse_args(arguments)
    if os.access(FONTS, os.W_OK):  # rather than the home, which may be closed to us
        os.environ.setdefault("MPLCONFIGDIR", str(FONTS))
    try:
        return int(given.command(given) or 0)
    except AnalysisError as error:
        print(f"error: {error}", file=sys.stderr)
        for line in getattr(error, "traceback", ()):
            print(f"  {line}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("error: stopped; what was done is kept, the next run goes on", file=sys.stderr)
        return 130
    except OSError as error:
        print(f"error: {error.filename or 'file'}: {error.strerror}", file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="slm_analysis", description="Reproduce the DT&V figures of the ACVZ report of 2015."
    )
    parsers = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, run: Any, about: str, example: str = "") -> argparse.ArgumentParser:
        added = parsers.add_parser(
            name, help=about, description=about, epilog=f"example: {example}" if example else None
        )
        added.set_defaults(command=run)
        return added

    def folders(added: argparse.ArgumentParser) -> None:
        added.add_argument("--data", type=Path, default=HOME / "data", help="data directory")
        added.add_argument("--out", type=Path, default=HOME, help="folder for the results")

    def running(added: argparse.ArgumentParser, several: bool = True) -> None:
        added.add_argument(
            "--limit",
            type=_seconds,
            default=parallel.LIMIT,
            metavar="SECONDS",
            help=f"time that a notebook may take ({parallel.LIMIT})",
        )
        if several:
            added.add_argument(
                "--keep-going", action="store_true", help="after a failure, finish the others"
            )

    added = command("regenerate", _regenerate, "bring tables, notebooks and figures up to date")
    added.add_argument(
        "what",
        nargs="?",
        choices=("all", "results", "data", "notebooks"),
        default="all",
        help="all (default); the results that are committed, without profiles and site; "
        "only the data; only the notebooks and their figures",
    )
    folders(added)
    running(added)
    added = command("profiles", _profiles, "a page per country, into profiles/", "profiles ARM")
    added.add_argument("countries", nargs="*", help="ISO codes; default: all with figures")
    folders(added)
    running(added)
    added = command(
        "run",
        commands.run,
        "run one notebook with other parameters into a folder of its own",
        "run 03_lp_response -p countries=ARM,NGA -p years=2012-2014",
    )
    added.add_argument("notebook", help="name of a notebook, such as 03_lp_response")
    added.add_argument(
        "-p",
        dest="parameters",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="a parameter of the notebook; may be given several times",
    )
    added.add_argument("--data", type=Path, default=HOME / "data", help="data directory")
    added.add_argument("--out", type=Path, default=Path("out"), help="output folder (out)")
    running(added, several=False)
    added = command(
        "sweep",
        commands.sweep,
        "run one notebook over a grid of parameters; what is done is not done again",
        "sweep 03_lp_response --grid grid.yml, with a grid such as  countries: [ARM, NGA]",
    )
    added.add_argument("notebook", help="name of a notebook, such as 03_lp_response")
    added.add_argument("--grid", type=Path, required=True, help="YAML: a list per parameter")
    added.add_argument("--data", type=Path, default=HOME / "data", help="data directory")
    added.add_argument("--out", type=Path, default=Path("out"), help="output folder (out)")
    added.add_argument("--yes", action="store_true", help="however many combinations there are")
    added.add_argument("--dask", metavar="ADDRESS", help="a running Dask cluster (tcp://...)")
    running(added)
    added = command(
        "verify",
        _verify,
        "regenerate everything from a fresh clone and environment, and compare with the commit",
    )
    added.add_argument("--python", default="python3", help="makes the environment (python3)")
    added.add_argument(
        "--numbers",
        action="store_true",
        help="ask for the same numbers to 1e-9 and the same plotted data, not the same bytes",
    )
    added = command(
        "template",
        partial(_transcription, "template"),
        "write a transcription workbook",
        "template series.xlsx",
    )
    added.add_argument("file", type=Path, help="the workbook to write (.xlsx)")
    added.add_argument("--force", action="store_true", help="replace the file if it is there")
    _source_options(added)
    added = command(
        "import",
        partial(_transcription, "import_figures"),
        "put a transcription into a data directory",
        "import series.xlsx --data mydata",
    )
    added.add_argument("file", type=Path, help="a workbook, or CSV, long or wide")
    added.add_argument(
        "--dry-run", action="store_true", help="say what would change, write nothing"
    )
    added.add_argument(
        "--replace",
        metavar="SOURCE",
        help="the file replaces the figures for single years, and the record, of this source",
    )
    added.add_argument(
        "--country",
        dest="countries",
        action="append",
        default=[],
        metavar="CODE",
        help="a country that is new to the data directory; may be given several times",
    )
    _source_options(added, data_required=True)
    added = command(
        "totals", commands.totals, "compare printed totals with their parts (raw/totals.csv)",
        "totals --tighten --data mydata",
    )  # fmt: skip
    added.add_argument(
        "--tighten", action="store_true", help="also say which bounds the totals make narrower"
    )
    added.add_argument("--data", type=Path, default=HOME / "data", help="data directory")
    added = command("publish", commands.publish, "write the files of a release", "publish dist")
    added.add_argument("folder", type=Path, help="receives published/ and the description")
    added = command(
        "compare", partial(_transcription, "compare"), "compare two transcriptions cell by cell"
    )
    added.add_argument("first", type=Path)
    added.add_argument("second", type=Path)
    added.add_argument("--csv", type=Path, help="also write the differences to this file")
    return parser


def _transcription(name: str, given: argparse.Namespace) -> int | None:
    """Run a command of the room that reads what others typed."""
    from slm_analysis.transcription import commands

    run: Callable[[argparse.Namespace], int | None] = getattr(commands, name)
    return run(given)


def _seconds(text: str) -> int:
    """Return a time limit; argparse reports what is not one."""
    if not text.isdecimal() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"{text!r}: allowed is a number of seconds from 1")
    return int(text)


def _source_options(added: argparse.ArgumentParser, data_required: bool = False) -> None:
    added.add_argument("--source", help="a source that the data directory knows")
    added.add_argument("--record", type=Path, help="a file with the record of a new source")
    added.add_argument(
        "--data",
        type=Path,
        required=data_required,
        default=HOME / "data",
        help="data directory" + (", begun as a copy if new" if data_required else ""),
    )


def _project(given: argparse.Namespace) -> Project:
    """Return the folders; other data never go into the committed results."""
    project = Project(given.data, given.out)
    if project.out.resolve() == HOME and project.data.resolve() != HOME / "data":
        raise AnalysisError(
            "results of other data need a folder of their own: give --out, or make OUT=..."
        )
    return project


def _regenerate(given: argparse.Namespace) -> None:
    regenerate.regenerate(
        _project(given),
        say,
        tables=given.what != "notebooks",
        notebooks=given.what != "data",
        site=given.what == "all",
        limit=given.limit,
        keep_going=given.keep_going,
    )


def _profiles(given: argparse.Namespace) -> None:
    from slm_analysis import parameters
    from slm_analysis.printed import read

    project = _project(given)
    raw = read.read_raw(project.raw)
    chosen = parameters.countries(",".join(given.countries) or "all", raw)
    regenerate.profiles(project, chosen, say, limit=given.limit, keep_going=given.keep_going)


def _verify(given: argparse.Namespace) -> int:
    from slm_analysis.regeneration import verify

    outcome = verify.verify(given.python, say, numbers=given.numbers)
    print("\n".join(outcome.differences or [f"{outcome.files} files, all the same"]))
    return int(bool(outcome.differences))


if __name__ == "__main__":
    if {"PYTHONPATH", "PYTHONHOME"} & set(os.environ) and not sys.flags.ignore_environment:
        # other packages than the locked ones would be recorded as what the results rest on
        os.execv(sys.executable, [sys.executable, "-E", "-s", "-m", "slm_analysis", *sys.argv[1:]])
    sys.exit(main())
