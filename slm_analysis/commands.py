"""The commands of the command line: options in, lines out; what they do is in the rooms.

What a command needs is imported when it runs, so that help, and finding nothing to do, take no
time. To add a command, add a function here.
"""

from __future__ import annotations

from contextlib import nullcontext
from functools import partial
from pathlib import Path
from typing import Annotated

from typer import Argument, Exit, Option, Typer

from slm_analysis.errors import AnalysisError
from slm_analysis.project import HOME, Job, Project
from slm_analysis.regeneration import many_notebooks, regenerate
from slm_analysis.regeneration.many_notebooks import LIMIT, Running

app = Typer(
    help="Reproduce the DT&V figures of the ACVZ report of 2015.",
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    no_args_is_help=False,
)

say = partial(print, flush=True)  # what was done when it is done, through a pipe too

Notebook = Annotated[str, Argument(help="name of a notebook, such as 03_lp_response")]
Data = Annotated[Path, Option(help="data directory")]
Out = Annotated[Path, Option(help="folder for the results")]
Limit = Annotated[int, Option(min=1, metavar="SECONDS", help="time that a notebook may take")]
KeepGoing = Annotated[bool, Option("--keep-going", help="after a failure, finish the others")]
Source = Annotated[str | None, Option(help="a source that the data directory knows")]
Record = Annotated[Path | None, Option(help="a file with the record of a new source")]


@app.command("regenerate")
def bring_up_to_date(
    what: Annotated[
        regenerate.What,
        Argument(
            help="all; the results that are committed, without profiles and site; only the data; "
            "only the notebooks and their figures"
        ),
    ] = "all",
    data: Data = HOME / "data",
    out: Out = HOME,
    limit: Limit = LIMIT,
    keep_going: KeepGoing = False,
) -> None:
    """Bring tables, notebooks and figures up to date."""
    regenerate.regenerate(_folders(data, out, varied=False), what, Running(say, limit, keep_going))


@app.command(epilog="example: profiles ARM")
def profiles(
    countries: Annotated[
        list[str] | None, Argument(help="ISO codes; default: all with figures")
    ] = None,
    data: Data = HOME / "data",
    out: Out = HOME,
    limit: Limit = LIMIT,
    keep_going: KeepGoing = False,
) -> None:
    """Make a page per country, into profiles/."""
    from slm_analysis import parameters
    from slm_analysis.printed import read

    project = _folders(data, out, varied=False)
    chosen = parameters.countries(",".join(countries or ["all"]), read.read_raw(project.raw))
    pages = regenerate.profile_jobs(chosen)
    regenerate.execute_stale(pages, project, Running(say, limit, keep_going))


@app.command(epilog="example: run 03_lp_response -p countries=ARM,NGA -p years=2012-2014")
def run(
    notebook: Notebook,
    assigned: Annotated[
        list[str] | None,
        Option("-p", metavar="NAME=VALUE", help="a parameter of the notebook; may be repeated"),
    ] = None,
    data: Data = HOME / "data",
    out: Out = Path("out"),
    limit: Limit = LIMIT,
) -> None:
    """Run one notebook with other parameters, elsewhere."""
    from slm_analysis import parameters
    from slm_analysis.printed import read

    path = regenerate.notebook_path(notebook)
    values = {}
    for text in assigned or []:
        name, sign, value = text.partition("=")
        if not sign:
            raise AnalysisError(f"-p {text!r}: allowed is NAME=VALUE")
        values[name] = value
    project = _folders(data, out, varied=True)
    parameters.check(values, regenerate.known_parameters(path), read.read_raw(project.raw))

    def written(_: Job, files: list[Path]) -> None:
        print("\n".join(str(project.out / file) for file in files))

    job = Job(path.stem, path, values)
    many_notebooks.execute_all([job], project, Running(say, limit), written)


@app.command(
    epilog="example: sweep 03_lp_response --grid grid.yml, with a grid such as  "
    "countries: [ARM, NGA]"
)
def sweep(
    notebook: Notebook,
    grid: Annotated[Path, Option(help="YAML: a list per parameter")],
    data: Data = HOME / "data",
    out: Out = Path("out"),
    yes: Annotated[bool, Option("--yes", help="however many combinations there are")] = False,
    dask: Annotated[
        str | None, Option(metavar="ADDRESS", help="a running Dask cluster (tcp://...)")
    ] = None,
    limit: Limit = LIMIT,
    keep_going: KeepGoing = False,
) -> None:
    """Run one notebook over a grid of parameters.

    What is done already is not done again.
    """
    from slm_analysis.regeneration import sweep

    project = _folders(data, out, varied=True)
    with sweep.cluster(dask) if dask else nullcontext() as executor:
        tables = sweep.sweep(
            regenerate.notebook_path(notebook),
            sweep.read_grid(grid),
            project,
            Running(say, limit, keep_going, executor),
            most=None if yes else sweep.MOST,
        )
    print("\n".join(map(str, tables)))


@app.command()
def verify(
    python: Annotated[str, Option(help="makes the environment")] = "python3",
    numbers: Annotated[
        bool,
        Option(
            "--numbers",
            help="ask for the same numbers to 1e-9 and the same plotted data, not the same bytes",
        ),
    ] = False,
) -> None:
    """Regenerate all from a fresh clone, and compare."""
    from slm_analysis.regeneration import verify

    files, differences = verify.verify(python, say, numbers)
    print("\n".join(differences or [f"{files} files, all the same"]))
    raise Exit(bool(differences))


@app.command(epilog="example: template series.xlsx")
def template(
    file: Annotated[Path, Argument(help="the workbook to write (.xlsx)")],
    source: Source = None,
    record: Record = None,
    data: Data = HOME / "data",
    force: Annotated[bool, Option("--force", help="replace the file if it is there")] = False,
) -> None:
    """Write a transcription workbook."""
    from slm_analysis.printed import read, sources
    from slm_analysis.transcription import importing, template

    if file.suffix != ".xlsx":
        raise AnalysisError(f"{file}: allowed is a name that ends in .xlsx")
    if not file.parent.is_dir():
        raise AnalysisError(f"{file}: there is no folder {file.parent}")
    if file.exists() and not force:
        raise AnalysisError(f"{file}: is there already; --force replaces it")
    raw = read.read_raw(data / "raw")
    name, about = (
        importing.read_record(record)
        if record
        else importing.known_record(data / "raw", source or sources.REPORT)
    )
    described = sources.read_source(name, about, "source record")
    if described.years is None:
        raise AnalysisError(f"source {name}: it has no years and rounding, so no figures to type")
    print(f"{file}: {template.write_template(file, raw, described, about)} cells of {name}")


@app.command("import", epilog="example: import series.xlsx --data mydata")
def import_figures(
    file: Annotated[Path, Argument(help="a workbook, or CSV, long or wide")],
    data: Annotated[Path, Option(help="data directory, begun as a copy if new")],
    source: Source = None,
    record: Record = None,
    dry_run: Annotated[
        bool, Option("--dry-run", help="say what would change, write nothing")
    ] = False,
    replace: Annotated[
        str | None,
        Option(
            metavar="SOURCE",
            help="the file replaces the figures for single years, and the record, of this source",
        ),
    ] = None,
    country: Annotated[
        list[str] | None,
        Option(metavar="CODE", help="a country new to the data directory; may be repeated"),
    ] = None,
) -> None:
    """Put a transcription into a data directory.

    What is replaced is listed first.
    """
    from slm_analysis.transcription import importing

    def tell(plan: importing.Plan) -> None:
        listed = plan.changes() if dry_run or replace else []
        print("\n".join(listed + plan.lines()), flush=True)

    importing.plan_import(
        file,
        data,
        source,
        importing.read_record(record) if record else None,
        write=not dry_run,
        replacing=replace,
        countries=country or [],
        tell=tell,
    )
    print("nothing written (--dry-run)" if dry_run else f"checked in {data / 'raw'}")


@app.command()
def compare(
    first: Path,
    second: Path,
    csv: Annotated[Path | None, Option(help="also write the differences to this file")] = None,
) -> None:
    """Compare two transcriptions cell by cell.

    The exit code is 1 if any differs.
    """
    from slm_analysis.bounds.panel import cell_name
    from slm_analysis.printed import read, textfiles
    from slm_analysis.transcription.comparison import compare_transcriptions

    table = compare_transcriptions(first, second, read.read_raw(HOME / "data" / "raw"))
    for row in table.itertuples():
        cell = cell_name(row.iso3, row.year, row.channel, row.indicator)
        print(f"{cell}: {row.first or 'nothing'} against {row.second or 'nothing'}")
    print(f"{len(table)} of {table.attrs['cells']} cells differ")
    if csv:
        textfiles.write_csv(table, csv)
    raise Exit(len(table) > 0)


@app.command(epilog="example: totals --tighten --data mydata")
def totals(
    tighten: Annotated[
        bool, Option("--tighten", help="also say which bounds the totals make narrower")
    ] = False,
    data: Data = HOME / "data",
) -> None:
    """Compare printed totals with their parts (raw/totals.csv)."""
    from slm_analysis.bounds import panel
    from slm_analysis.printed import read
    from slm_analysis.results import totals

    raw = read.read_raw(data / "raw")
    built = panel.build_panel(raw)
    told = totals.lines(totals.check_totals(built, raw))
    if tighten:
        told += totals.tightened_lines(totals.tighten(built, raw))
    print("\n".join(told))


@app.command(epilog="example: publish dist")
def publish(
    folder: Annotated[Path, Argument(help="receives published/ and the description")],
) -> None:
    """Write the files of a release."""
    from slm_analysis.regeneration import publishing

    print("\n".join(map(str, publishing.publish(folder))))


def _folders(data: Path, out: Path, *, varied: bool) -> Project:
    """Return the folders of a run; neither a variation nor other data replace what is committed."""
    if out.resolve() == HOME:
        if varied:
            raise AnalysisError(
                "--out: the repository itself holds the committed results; name another folder"
            )
        if data.resolve() != HOME / "data":
            raise AnalysisError(
                "results of other data need a folder of their own: give --out, or make OUT=..."
            )
    return Project(data, out)
