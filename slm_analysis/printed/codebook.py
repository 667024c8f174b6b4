"""Every table and column of the project, as the codebook has them: ``data/raw/codebook.md``.

The codebook is what files are held against (:func:`validate`). To add a column, add a line to it.
"""

from __future__ import annotations

import re
from typing import NamedTuple

import pandas as pd

from slm_analysis.errors import DataError
from slm_analysis.project import CODEBOOK

HEADING = re.compile(r"(?:\.\./processed/)?(\w+)\.csv`\n\n(.+)\.\n")
LINE = re.compile(r"^\| `(\w+)` \| (.+?) \| `(.+)` \| (.*?) ?\|$", re.MULTILINE)
EMPTY = "(empty)"
WHOLE = re.compile(r"(?:-\?)?\\d[*+{}\d]*\|?")  # patterns of whole numbers, perhaps missing
# what names a row; in other tables ``id`` does
KEYS = {"countries": "iso3", "formula_words": "word"}
OPTIONAL = ("other_counts", "totals")  # a data directory without such rows need not have the file


class Column(NamedTuple):
    r"""A column of text: its meaning, what is allowed, its unit, and whether it names the rows.

    Examples
    --------
    >>> RAW["dtv_counts"].columns["year_first"]
    Column(meaning='First calendar year; empty for a general statement', allowed='\\d{4}|',
           unit='year', unique=False)
    """

    meaning: str
    allowed: str
    unit: str
    unique: bool

    @property
    def values(self) -> tuple[str, ...]:
        """The values that are allowed; none where a regular expression says what is."""
        values = self.allowed.split(" | ")
        if len(values) == 1 and values != [EMPTY]:
            return ()
        return tuple("" if value == EMPTY else value for value in values)

    @property
    def whole(self) -> bool:
        """Whether it has whole numbers only."""
        return WHOLE.fullmatch(self.allowed) is not None

    def allows(self, cells: pd.Series) -> pd.Series:
        """Return which cells are allowed.

        Examples
        --------
        >>> RAW["table1"].columns["goal"].allows(pd.Series(["end goal 1", "goal"])).tolist()
        [True, False]
        """
        if self.values:
            return cells.isin(self.values)
        return cells.str.fullmatch(self.allowed, flags=re.ASCII)


class Table(NamedTuple):
    """A table: what it has, and its columns in their order."""

    description: str
    columns: dict[str, Column]


def _tables(chapter: str) -> dict[str, Table]:
    """Return the tables that a chapter of the codebook describes."""
    tables = {}
    for section in chapter.split("\n### `")[1:]:
        [(name, description)] = HEADING.findall(section)
        columns = {
            column: Column(
                meaning, allowed.replace(r"\|", "|"), unit, column == KEYS.get(name, "id")
            )
            for column, meaning, allowed, unit in LINE.findall(section)
        }
        tables[name] = Table(description, columns)
    return tables


RAW, PROCESSED = map(_tables, CODEBOOK.read_text("utf-8").split("\n## Processed tables\n"))

INDICATORS = RAW["dtv_counts"].columns["indicator"].values
DEPARTURES = ("forced", "independent")
OTHER_INDICATORS = RAW["other_counts"].columns["indicator"].values  # never joined with the above
CHANNELS = RAW["dtv_counts"].columns["channel"].values
GOALS = RAW["table1"].columns["goal"].values
LISTS = tuple(name for name, column in RAW["countries"].columns.items() if "yes" in column.values)
STATES = RAW["numbers"].columns["state"].values
SOURCE_ID = RAW["dtv_counts"].columns["source_id"].allowed
NOTE_MARKS = ("general", "year inferred", "channel inferred", "meaning inferred", "shared figure")
NOTE_MARK = r"(?:^|; )([^;:]+):"  # what stands before a colon at the head of a statement


def marks(note: str) -> list[str]:
    """Return the marks of a note, each once, in the order of :data:`NOTE_MARKS`.

    Examples
    --------
    >>> marks("channel inferred: from the heading; year inferred: from the text")
    ['year inferred', 'channel inferred']
    """
    return [mark for mark in NOTE_MARKS if f"{mark}:" in note]


def validate(frame: pd.DataFrame, table: Table, file: str) -> pd.DataFrame:
    """Hold a table of text against the codebook.

    Parameters
    ----------
    frame
        The table, every cell text, in the order of the file.
    table
        One of :data:`RAW` or :data:`PROCESSED`.
    file
        Name of the file, for the message.

    Returns
    -------
    DataFrame
        The table, as it came.

    Raises
    ------
    DataError
        For the first column or cell that is not allowed.

    Examples
    --------
    >>> wrong = raw["dtv_counts"].replace({"channel": {"LP": "lp"}})
    >>> validate(wrong, RAW["dtv_counts"], "dtv_counts.csv")
    Traceback (most recent call last):
        ...
    slm_analysis.errors.DataError: dtv_counts.csv, row 2, column channel: 'lp': allowed is
    LP | TO | nationality | (empty)
    """
    expected = list(table.columns)
    told = f"the columns are {', '.join(expected)}"
    for name in expected:
        if name not in frame:
            raise DataError(f"column missing; {told}", file=file, column=name)
    if list(frame) != expected:
        strange = [name for name in frame if name not in expected]
        raise DataError(told, file=file, row=1, value=", ".join(strange or frame))
    for name, column in table.columns.items():
        refuse(frame, ~column.allows(frame[name]), file, name, f"allowed is {column.allowed}")
        if column.unique:
            twice = frame[name].duplicated(keep=False)
            told = "stands more than once; allowed is a value of its own"
            refuse(frame, twice, file, name, told)
    return frame


def refuse(frame: pd.DataFrame, wrong: pd.Series, file: str, column: str, allowed: str) -> None:
    """Raise for the first row of a file that is wrong, if one is; row 1 is its header.

    Examples
    --------
    >>> table = pd.DataFrame({"id": ["a", "b"]})
    >>> refuse(table, table["id"] == "b", "table.csv", "id", "allowed is a")
    Traceback (most recent call last):
        ...
    slm_analysis.errors.DataError: table.csv, row 3, column id: 'b': allowed is a
    """
    if wrong.any():
        at = wrong.idxmax()
        value = frame.at[at, column]
        raise DataError(allowed, file=file, row=int(at) + 2, column=column, value=value)
