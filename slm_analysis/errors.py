"""The errors that users see: one line each, with the place and what would be right."""

from __future__ import annotations


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
        place = ", ".join(
            part
            for part in (
                file,
                f"row {row}" if row is not None else "",
                f"column {column}" if column else "",
            )
            if part
        )
        shown = "" if value is None else f"{value!r}: "
        super().__init__(f"{place}: {shown}{problem}" if place else f"{shown}{problem}")


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
