"""CSV and YAML files as text and records, or an error that names the place; CSV files out."""

from __future__ import annotations

import csv
import os
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from slm_analysis.errors import DataError


def read_text_table(path: Path, file: str) -> pd.DataFrame:
    """Read a CSV file as text, cell by cell.

    Parameters
    ----------
    path
        File in UTF-8 with a header line, fields parted by commas.
    file
        Name for messages.

    Raises
    ------
    DataError
        If the file is absent, is not UTF-8, or a row has too many or too few fields.
    """
    try:
        with path.open(encoding="utf-8", newline="") as lines:
            rows = list(csv.reader(lines, strict=True))
    except FileNotFoundError:
        raise DataError("file missing", file=file) from None
    except UnicodeDecodeError as error:
        raise DataError(f"not UTF-8 at byte {error.start}", file=file) from None
    except csv.Error as error:
        raise DataError(f"not a CSV file: {error}", file=file) from None
    if not rows:
        raise DataError("empty file; a header line is needed", file=file)
    header, *body = rows
    for number, row in enumerate(body, start=2):
        if len(row) != len(header):
            raise DataError(
                f"{len(row)} fields; the header has {len(header)}", file=file, row=number
            )
    return pd.DataFrame(body, columns=header, dtype=str)


def write_csv(table: pd.DataFrame, path: Path) -> None:
    """Write a table as CSV; the file is there whole or not at all, and its folder is made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        table.to_csv(unfinished, index=False, lineterminator="\n", encoding="utf-8")
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def read_yaml(path: Path) -> Any:
    """Read a YAML file.

    Raises
    ------
    DataError
        If the file is absent, not UTF-8 or not YAML.
    """
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise DataError("file missing", file=path.name) from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise DataError(f"not YAML: {' '.join(str(error).split())}", file=path.name) from None
