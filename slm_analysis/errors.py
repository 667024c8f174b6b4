"""The errors that users see: one line each, with the place and what would be right."""

from __future__ import annotations

import datetime

LONGEST, LONGEST_VALUE = 300, 60  # characters of a message, and of the value in it


def shown(value: object) -> str:
    """Return a value as a message shows it: short, and a date as a date.

    Examples
    --------
    >>> shown("x" * 100)
    "'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx..."
    >>> shown(datetime.datetime(2014, 5, 1))
    '2014-05-01'
    """
    if isinstance(value, datetime.date):
        return value.isoformat().removesuffix("T00:00:00")
    try:
        return short(repr(value), LONGEST_VALUE)
    except ValueError:  # Python does not write out a number of thousands of digits
        return "a number of thousands of digits"


def short(text: str, most: int = LONGEST) -> str:
    r"""Return a text on one line of at most so many characters.

    Examples
    --------
    >>> short("some\nlines", most=8)
    'some ...'
    """
    line = " ".join(text.splitlines())
    return line if len(line) <= most else f"{line[: most - 3]}..."


class AnalysisError(Exception):
    """Something that the user can mend; its text is one line for people."""


class DataError(AnalysisError):
    """A cell of a table that is not what it should be.

    Parameters
    ----------
    problem
        What is wrong and what is allowed.
    file, row, column, value
        Where it stands. ``row`` is the line of the file, the header being line 1.
    """

    def __init__(
        self,
        problem: str,
        *,
        file: str = "",
        row: int | None = None,
        column: str = "",
        value: object = None,
    ) -> None:
        self.problem = problem
        parts = [file, "" if row is None else f"row {row}", column and f"column {column}"]
        place = ", ".join(filter(None, parts))
        told = problem if value is None else f"{shown(value)}: {problem}"
        super().__init__(short(f"{place}: {told}" if place else told))


class ParameterError(AnalysisError):
    """A parameter of a notebook or a command with a value that is not allowed."""

    def __init__(self, name: str, value: object, allowed: str) -> None:
        super().__init__(f"parameter {name}: {value!r}: allowed is {allowed}")


class NotebookError(AnalysisError):
    """A notebook that failed: its name, the cell and the cell's own message.

    Parameters
    ----------
    message
        One line.
    traceback
        The end of the cell's traceback, for those who look for the cause.
    """

    def __init__(self, message: str, traceback: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.traceback = traceback
