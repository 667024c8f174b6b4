"""Double entry: two transcriptions of one source, compared cell by cell."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from slm_analysis.bounds.panel import CELL
from slm_analysis.printed.read import Raw
from slm_analysis.transcription.reading import read_transcription


def compare_transcriptions(first: Path, second: Path, raw: Raw) -> pd.DataFrame:
    """Return the cells in which two transcriptions differ.

    Parameters
    ----------
    first, second
        Workbooks or CSV files, long or wide.
    raw
        For the countries.

    Returns
    -------
    DataFrame
        ``iso3``, ``year``, ``channel``, ``indicator``, ``first``, ``second`` (normal forms; empty
        where one has no figure), ``first_row``, ``second_row``; attribute ``cells`` in ``attrs``
        is the number of cells of either.

    Raises
    ------
    TranscriptionError, DataError
        As :func:`reading.read_transcription` does, for the first file that it refuses.

    Examples
    --------
    >>> typed = pd.DataFrame({"country": ["Armenia"], "channel": ["LP"], "indicator": ["requests"],
    ...                       "2013": ["<5"], "2014": ["275"]})
    >>> typed.to_csv("one.csv", index=False)
    >>> typed.replace("275", "257").to_csv("other.csv", index=False)
    >>> found = compare_transcriptions(Path("one.csv"), Path("other.csv"), raw)
    >>> found[["iso3", "year", "first", "second"]].to_numpy().tolist(), found.attrs["cells"]
    ([['ARM', 2014, '275', '257']], 2)
    """
    cells = [{cell.key: cell for cell in read_transcription(path, raw)} for path in (first, second)]
    keys = sorted(cells[0].keys() | cells[1].keys())
    rows = []
    for key in keys:
        one, other = (side.get(key) for side in cells)
        if (one and one.notation) != (other and other.notation):
            rows.append(
                (*key, one.notation if one else "", other.notation if other else "",
                 str(one.row) if one else "", str(other.row) if other else "")
            )  # fmt: skip
    table = pd.DataFrame(
        rows,
        columns=[*CELL, "first", "second", "first_row", "second_row"],
    )
    table.attrs["cells"] = len(keys)
    return table
