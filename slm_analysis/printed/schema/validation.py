"""Holding a table against its description, with one message for people."""

from __future__ import annotations

import pandas as pd
import pandera.errors
import pandera.pandas as pa

from slm_analysis.errors import DataError


def validate(frame: pd.DataFrame, schema: pa.DataFrameSchema, file: str) -> pd.DataFrame:
    """Hold a table of text against its schema.

    Parameters
    ----------
    frame
        The table, every cell text, in the order of the file.
    schema
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
    >>> from slm_analysis.printed.schema import RAW
    >>> validate(wrong, RAW["dtv_counts"], "dtv_counts.csv")
    Traceback (most recent call last):
        ...
    slm_analysis.errors.DataError: dtv_counts.csv, row 2, column channel: 'lp': allowed is
    LP | TO | nationality | (empty)
    """
    expected = list(schema.columns)
    for name in expected:
        if name not in frame.columns:
            raise DataError(
                f"column missing; the columns are {', '.join(expected)}", file=file, column=name
            )
    if list(frame.columns) != expected:
        strange = [name for name in frame.columns if name not in expected]
        raise DataError(
            f"the columns are {', '.join(expected)}",
            file=file,
            row=1,
            value=", ".join(strange or frame.columns),
        )
    try:
        return schema.validate(frame, lazy=True)
    except pandera.errors.SchemaErrors as failure:
        cases = failure.failure_cases.sort_values(["index", "column"], kind="stable")
        first = cases.iloc[0]
        check = str(first["check"])
        unique = check == "field_uniqueness"
        raise DataError(
            "stands more than once; allowed is a value of its own"
            if unique
            else f"allowed is {check}",
            file=file,
            row=int(first["index"]) + 2,
            column=str(first["column"]),
            value=first["failure_case"],
        ) from None
