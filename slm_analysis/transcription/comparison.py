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
    typed = []
    for path, side in ((first, "first"), (second, "second")):
        cells = pd.DataFrame(read_transcription(path, raw)).astype({"row": str})
        cells = cells.rename(columns={"notation": side, "row": f"{side}_row"})
        typed.append(cells[[*CELL, side, f"{side}_row"]])
    both = typed[0].merge(typed[1], how="outer", on=CELL).fillna("")
    columns = [*CELL, "first", "second", "first_row", "second_row"]
    table = both.loc[both["first"] != both["second"], columns].reset_index(drop=True)
    table.attrs["cells"] = len(both)
    return table
