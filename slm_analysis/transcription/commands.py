"""The commands ``template``, ``import`` and ``compare``: options in, lines out."""

from __future__ import annotations

from argparse import Namespace

from slm_analysis.bounds.panel import cell_name
from slm_analysis.errors import AnalysisError
from slm_analysis.printed import read, sources
from slm_analysis.printed.textfiles import write_csv
from slm_analysis.project import HOME
from slm_analysis.transcription.comparison import compare_transcriptions
from slm_analysis.transcription.importing import Plan, known_record, plan_import, read_record
from slm_analysis.transcription.template import write_template


def template(given: Namespace) -> None:
    """Write a workbook to type into, and say how many cells it has.

    Raises
    ------
    AnalysisError
        If the file is there already, or its source has no figures to type.
    """
    if given.file.suffix != ".xlsx":
        raise AnalysisError(f"{given.file}: allowed is a name that ends in .xlsx")
    if not given.file.parent.is_dir():
        raise AnalysisError(f"{given.file}: there is no folder {given.file.parent}")
    if given.file.exists() and not given.force:
        raise AnalysisError(f"{given.file}: is there already; --force replaces it")
    raw = read.read_raw(given.data / "raw")
    name, record = (
        read_record(given.record)
        if given.record
        else known_record(given.data / "raw", given.source or sources.REPORT)
    )
    source = sources.read_source(name, record, "source record")
    if source.years is None or source.rounding is None:
        raise AnalysisError(f"source {name}: it has no years and rounding, so no figures to type")
    cells = write_template(given.file, raw, source, record)
    print(f"{given.file}: {cells} cells of {name}")


def import_figures(given: Namespace) -> None:
    """Put a transcription into a data directory; what is replaced is listed first."""
    record = read_record(given.record) if given.record else None

    def tell(plan: Plan) -> None:
        listed = plan.changes() if given.dry_run or given.replace else []
        print("\n".join(listed + plan.lines()), flush=True)

    plan_import(
        given.file,
        given.data,
        given.source,
        record,
        write=not given.dry_run,
        replacing=given.replace,
        countries=given.countries,
        tell=tell,
    )
    print("nothing written (--dry-run)" if given.dry_run else f"checked in {given.data / 'raw'}")


def compare(given: Namespace) -> int:
    """List the cells on which two transcriptions differ; 1 if there are any."""
    raw = read.read_raw(HOME / "data" / "raw")
    table = compare_transcriptions(given.first, given.second, raw)
    for row in table.itertuples():
        cell = cell_name(row.iso3, row.year, row.channel, row.indicator)
        print(f"{cell}: {row.first or 'nothing'} against {row.second or 'nothing'}")
    print(f"{len(table)} of {table.attrs['cells']} cells differ")
    if given.csv:
        write_csv(table, given.csv)
    return int(len(table) > 0)
