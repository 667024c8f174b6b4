"""The files of a release for other tools: workbooks, SDMX-CSV, and a crate that describes it all.

``tables.xlsx`` follows the UK Analysis Function's guidance on accessible spreadsheets: a cover, the
notes, one table a sheet from column A on, each table named, no cells merged, empty cells explained.
"""

from __future__ import annotations

import mimetypes
import re
import zipfile
from collections.abc import Collection
from pathlib import Path
from typing import Any

import pandas as pd
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.table import Table

from slm_analysis.bounds.panel import build_panel
from slm_analysis.printed import codebook
from slm_analysis.printed.read import Raw, read_raw
from slm_analysis.printed.sources import REPORT, citation
from slm_analysis.printed.textfiles import read_text_table, write_csv, write_json
from slm_analysis.project import HOME, Project
from slm_analysis.regeneration.datapackage import describe
from slm_analysis.transcription.importing import known_record
from slm_analysis.transcription.template import write_template

WIDEST = 60  # characters of a column
EMPTY = "An empty cell is empty on purpose: what that means is with its column in the notes."
DATA_LICENCE = "https://creativecommons.org/licenses/by/4.0/"
CODE_LICENCE = "https://spdx.org/licenses/MIT"
OWN_FORMATS = {".ipynb": "application/x-ipynb+json", ".yml": "application/yaml"}
CRATE = "ro-crate-metadata.json"


def publish(out: Path) -> list[Path]:
    """Write the files of a release beside the committed results.

    Parameters
    ----------
    out
        Receives ``published/`` (``series.xlsx``, a workbook to type into, with the figures that are
        known; ``tables.xlsx``; ``panel.sdmx.csv``) and ``ro-crate-metadata.json``, whose paths
        are those of the release: of the repository, and of ``published/``.

    Returns
    -------
    list of Path
        The files, relative to ``out``; the same bytes from the same commit.
    """
    project = Project()
    raw = read_raw(project.raw)
    folder = out / "published"
    folder.mkdir(parents=True, exist_ok=True)
    name, record = known_record(project.raw, REPORT)
    write_template(folder / "series.xlsx", raw, raw.sources[name], record)
    write_tables(folder / "tables.xlsx", project.processed, raw)
    for path in folder.glob("*.xlsx"):
        _settle(path)
    write_csv(sdmx_csv(build_panel(raw), raw), folder / "panel.sdmx.csv")
    written = [path.relative_to(out) for path in sorted(folder.iterdir())]
    described = {
        path.relative_to(HOME).as_posix(): path
        for place in (project.raw, project.processed, project.figures, project.notebooks)
        for path in sorted(place.glob("*.*"))
    }
    described |= {path.as_posix(): out / path for path in written}
    write_json(crate(described, raw), out / CRATE)
    return [*written, Path(CRATE)]


def write_tables(path: Path, processed: Path, raw: Raw) -> None:
    """Write the processed tables as one accessible workbook, a sheet each.

    Parameters
    ----------
    path
        The ``.xlsx`` file.
    processed
        Where the tables stand as CSV.
    raw
        For the sources.
    """
    about = describe(raw)
    notes = [
        (name, column, each.meaning, each.unit or "none")
        for name, table in codebook.PROCESSED.items()
        for column, each in table.columns.items()
    ]
    contents = {"notes": "What each column means, and its unit"}
    contents |= {name: table.description for name, table in codebook.PROCESSED.items()}
    source, licence = raw.sources[REPORT].citation, about["licenses"][0]["title"]
    told = [f"Licence of the tables: {licence}", f"Source: {source}", EMPTY]
    book = Workbook()
    book.remove(book.active)
    book.properties.title = about["title"]
    cover = pd.DataFrame(contents.items(), columns=["sheet", "what is on it"])
    _fill(book.create_sheet("cover"), [about["title"], *told], cover)
    meanings = pd.DataFrame(notes, columns=["table", "column", "meaning", "unit"])
    _fill(book.create_sheet("notes"), ["What the columns mean"], meanings)
    for name, table in codebook.PROCESSED.items():
        rows = read_text_table(processed / f"{name}.csv")
        whole = [column for column, each in table.columns.items() if each.whole]
        _fill(book.create_sheet(name), [table.description, EMPTY], rows, whole)
    book.save(path)


def _fill(sheet: Any, told: list[str], table: pd.DataFrame, whole: Collection[str] = ()) -> None:
    """Write on a sheet its title, what there is to say, and one named table with numbers."""
    for line in (told[0], "This sheet has one table.", *told[1:]):
        sheet.append([line])
    sheet["A1"].font = Font(bold=True, size=14)
    head = sheet.max_row + 1
    sheet.append(list(table))
    for row in table.itertuples(index=False):
        cells = zip(table, row, strict=True)
        sheet.append(
            [int(text) if text and name in whole else text or None for name, text in cells]
        )
    for at, column in enumerate(table, start=1):
        longest = max([len(column), *table[column].str.len()])
        sheet.column_dimensions[get_column_letter(at)].width = min(longest + 3, WIDEST)
    for cells in sheet.iter_rows(min_row=head):
        for cell in cells:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            if cell.data_type == "f":  # a text that begins with =
                cell.data_type = "s"
    last = max(sheet.max_row, head + 1)  # a table has at least one row, if an empty one
    ends = f"A{head}:{get_column_letter(len(table.columns))}{last}"
    sheet.add_table(Table(displayName=f"{sheet.title}_table", ref=ends))


def _settle(path: Path) -> None:
    """Write a workbook anew without the time of its making, so that its bytes are the same."""
    with zipfile.ZipFile(path) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    day = f"{citation()['date']}T00:00:00Z".encode()
    core = "docProps/core.xml"
    parts[core] = re.sub(rb"\d{4}-\d\d-\d\dT[\d:]+Z", day, parts[core])
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, part in parts.items():
            packed.writestr(zipfile.ZipInfo(name), part, zipfile.ZIP_DEFLATED)


def sdmx_csv(panel: pd.DataFrame, raw: Raw) -> pd.DataFrame:
    """Return the panel as SDMX-CSV 1.0: dimensions, time, value, attributes.

    Parameters
    ----------
    panel
        As :func:`panel.build_panel` returns it.
    raw
        For the printed numbers.

    Returns
    -------
    DataFrame
        ``OBS_VALUE`` is the printed number, and empty where the print is a range, hidden, or more
        than one figure; ``LOWER_BOUND`` and ``UPPER_BOUND`` are always there (cases per year).
        ``CHANNEL`` is ``_Z``, not applicable, for departures.

    Examples
    --------
    >>> flat = sdmx_csv(panel, raw)
    >>> flat.astype(str).loc[0, ["TIME_PERIOD", "OBS_VALUE", "LOWER_BOUND", "KIND"]].to_list()
    ['2012', '130', '128', 'rounded']
    """
    numbers = raw["dtv_counts"].query("notation.str.isdigit()").set_index("id")["notation"]
    return pd.DataFrame(
        {
            "DATAFLOW": f"SLM:DTV_COUNTS({citation()['version']})",
            "FREQ": "A",
            "REF_AREA": "NL",
            "COUNTERPART_AREA": panel["iso3"],
            "CHANNEL": panel["channel"].replace("", "_Z"),
            "INDICATOR": panel["indicator"],
            "TIME_PERIOD": panel["year"],
            "OBS_VALUE": panel["raw_ids"].map(numbers).fillna(""),
            "LOWER_BOUND": panel["lo"],
            "UPPER_BOUND": panel["hi"],
            "KIND": panel["kind"],
            "CONF_STATUS": panel["kind"].eq("suppressed").map({True: "C", False: "F"}),
            "PRINTED": panel["printed"],
            "SOURCE": panel["source_id"],
            "PAGE": panel["page"],
            "RAW_IDS": panel["raw_ids"],
        }
    )


def crate(files: dict[str, Path], raw: Raw) -> dict[str, Any]:
    """Return an RO-Crate 1.1: this project, its files and the documents that it rests on.

    Parameters
    ----------
    files
        By their paths in the release.
    raw
        For the source records.

    Examples
    --------
    >>> described = crate({"data/raw/countries.csv": HOME / "data/raw/countries.csv"}, raw)
    >>> [entity["@id"] for entity in described["@graph"]][:3]
    ['ro-crate-metadata.json', './', '#author-1']
    """
    cited, at_code = citation(), {"@id": CODE_LICENCE}
    authors = [
        _entity(f"#author-{at}", "Organization", name=name)
        for at, name in enumerate(cited["authors"], start=1)
    ]
    documents = [
        _entity(source.url or f"#{name}", "CreativeWork", name=source.citation)
        for name, source in raw.sources.items()
    ]
    data = [
        _entity(
            name,
            "File",
            name=path.name,
            encodingFormat=OWN_FORMATS.get(path.suffix) or mimetypes.guess_type(path.name)[0],
            contentSize=str(path.stat().st_size),
            license=at_code if path.suffix == ".ipynb" else {"@id": DATA_LICENCE},
        )
        for name, path in files.items()
    ]
    root = _entity(
        "./",
        "Dataset",
        name=cited["title"],
        description=describe(raw)["title"],
        version=cited["version"],
        datePublished=cited["date"],
        license=at_code,
        author=[{"@id": author["@id"]} for author in authors],
        citation=[{"@id": document["@id"]} for document in documents],
        hasPart=[{"@id": name} for name in files],
    )
    version = {"@id": "https://w3id.org/ro/crate/1.1"}
    return {
        "@context": "https://w3id.org/ro/crate/1.1/context",
        "@graph": [
            _entity(CRATE, "CreativeWork", conformsTo=version, about={"@id": "./"}),
            root,
            *authors,
            *documents,
            _entity(CODE_LICENCE, "CreativeWork", name="MIT licence"),
            _entity(DATA_LICENCE, "CreativeWork", name="Creative Commons Attribution 4.0"),
            *data,
        ],
    }


def _entity(place: str, kind: str, /, **about: Any) -> dict[str, Any]:
    return {"@id": place, "@type": kind, **about}
