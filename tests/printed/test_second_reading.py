"""The raw tables, row by row, against a second transcription made from the pages alone.

``second_reading/`` holds what readers typed who saw the sources and the places, and no value. Where
the two differed and the page bore the first, ``upheld`` says why. Counts have the same in
``test_published_figures.py``.
"""

import pandas as pd
import pytest

from slm_analysis.printed.textfiles import read_text_table
from slm_analysis.project import HOME

FOLDER = HOME / "tests" / "printed" / "second_reading"
TABLES = {
    "agreements": (["id"], ["date"]),
    "facts": (["id"], ["value"]),
    "table1": (["id"], ["printed", "outcome"]),
    "table2": (["id"], ["printed", "outcome"]),
    "countries": (
        ["iso3"],
        [
            "focus_2015",
            "mr_2015",
            "less_cooperative_2013",
            "benelux_priority",
            "migration_development",
        ],
    ),
    "spending_2010": (["id"], ["printed", "notation"]),
}


def differences(table: pd.DataFrame, second: pd.DataFrame, key: list[str], columns: list[str]):
    """Yield a line for each value that the second reading does not have."""
    assert set(table[key[0]]) == set(second[key[0]])
    both = table.merge(second, on=key, suffixes=("", "_second"))
    upheld = both["upheld"] if "upheld" in both else pd.Series("", both.index)
    for column in columns:
        first, again = both[column], both[f"{column}_second"]
        months = both["unit"] == "month" if "unit" in both else pd.Series(False, both.index)
        # the second reader typed a month as its number
        same = (first == again) | (months & (first.str[-2:].str.lstrip("0") == again))
        for row in both[~same & (upheld == "")].to_dict("records"):
            yield f"{row[key[0]]}: {column} {row[column]!r}, second reading {row[column + '_second']!r}"


@pytest.mark.parametrize("name", TABLES)
def test_both_readings_agree(raw, name):
    second = read_text_table(FOLDER / f"{name}.csv")
    assert list(differences(raw[name], second, *TABLES[name])) == []


@pytest.mark.parametrize("name", TABLES)
def test_a_slip_is_named_by_row_and_value(raw, name):
    key, columns = TABLES[name]
    table = raw[name].copy()
    second = read_text_table(FOLDER / f"{name}.csv")
    free = second["upheld"] == "" if "upheld" in second else pd.Series(True, second.index)
    row = table[table[key[0]].isin(second.loc[free, key[0]])].index[3]
    table.loc[row, columns[0]] = "a slip"
    (found,) = differences(table, second, key, columns)
    assert found.startswith(f"{table.loc[row, key[0]]}: {columns[0]} 'a slip', second reading")
