"""Every table and column of the project: meaning, unit and what is allowed, stated once.

Validation (:func:`validate`) and the codebook (``data/raw/README.md``, held against this module
by a test) both come from here. To add a column, add it to its table below and to the codebook.
"""

from __future__ import annotations

from typing import get_args

import pandas as pd
import pandera.errors
import pandera.pandas as pa

from slm_analysis.bounds import Verdict
from slm_analysis.errors import DataError

INDICATORS = (
    "requests",
    "negative",
    "confirmed",
    "issued",
    "unanswered",
    "forced",
    "independent",
)
DEPARTURES = ("forced", "independent")
CHANNELS = ("LP", "TO", "nationality", "")
KINDS = ("exact", "rounded", "suppressed", "range", "zero")
NOTE_MARKS = (
    "general",
    "year inferred",
    "channel inferred",
    "meaning inferred",
    "shared figure",
)
FLAGS = (*NOTE_MARKS[1:], "several years", "intersected")
INSTRUMENTS = (
    "EU readmission agreement",
    "implementing protocol",
    "Benelux readmission agreement",
    "MoU",
    "supplementary arrangement",
    "working arrangement",
    "mobility partnership",
    "CAMM",
    "association agreement",
    "bilateral agreement",
    "task force",
    "aid cut",
    "freeze",
    "resumption",
)
STAGES = (
    "mandate",
    "in negotiation",
    "offered",
    "announced",
    "not concluded",
    "signed",
    "made",
    "in force",
    "not in force",
    "replaced",
    "ended",
    "not listed",
    "named",
    "visit",
    "imposed",
)
OUTCOMES = (
    "reached",
    "partly reached",
    "not reached",
    "no result",
    "awaiting implementation",
)
GOALS = ("interim goal", "end goal 1", "end goal 2")
LISTS = (
    "focus_2015",
    "mr_2015",
    "less_cooperative_2013",
    "benelux_priority",
    "migration_development",
)

Allowed = tuple[str, ...] | str


def _column(meaning: str, allowed: Allowed, unit: str = "", *, unique: bool = False) -> pa.Column:
    """Describe a text column; ``allowed`` is a list of values or a regular expression."""
    check = (
        pa.Check.str_matches(rf"^(?:{allowed})$", error=allowed)
        if isinstance(allowed, str)
        else pa.Check.isin(allowed, error=" | ".join(value or "(empty)" for value in allowed))
    )
    return pa.Column(
        str, check, description=meaning, title=unit, unique=unique, required=True, nullable=False
    )


def _table(description: str, **columns: pa.Column) -> pa.DataFrameSchema:
    return pa.DataFrameSchema(columns, strict=True, ordered=True, description=description)


ANY = r".*"
SOURCE_ID = r"[a-z]+-[a-z0-9]+"
NOTE_MARK = r"(?:^|; )([^;:]+):"  # what stands before a colon at the head of a statement
SOME = r"\S.*"
ISO3 = r"[A-Z]{3}"
YEAR = r"\d{4}"
NUMBER = r"\d+"
YES_NO = ("yes", "no")


def _identifier() -> pa.Column:
    return _column("Name of the row, used in every address", r"[a-z][a-z0-9-]*", unique=True)


def _address() -> dict[str, pa.Column]:
    """Where in the sources a row is printed."""
    return {
        "source_id": _column("Source, as in `sources.yml`", SOURCE_ID),
        "page": _column("Printed page; empty where the source has no pages", r"\d*", "page"),
        "section": _column("Section, footnote or paragraph of the source", SOME),
    }


def _goals(description: str) -> pa.DataFrameSchema:
    """Describe a table of the report that judges goals by country."""
    return _table(
        description,
        id=_identifier(),
        iso3=_column("Country, ISO 3166-1 alpha-3", ISO3),
        goal=_column("Column of the table", GOALS),
        printed=_column("The cell as printed", SOME),
        outcome=_column("Normal form of the cell", OUTCOMES),
        footnote=_column("Number of the footnote at the cell and its gist", ANY),
        **_address(),
        note=_column("What is inferred", ANY),
    )


RAW: dict[str, pa.DataFrameSchema] = {
    "dtv_counts": _table(
        "Every count of the DT&V that the report prints per country, one row per printed figure",
        id=_identifier(),
        iso3=_column("Country, ISO 3166-1 alpha-3", ISO3),
        year_first=_column("First calendar year; empty for a general statement", r"\d{4}|", "year"),
        year_last=_column("Last calendar year; empty for a general statement", r"\d{4}|", "year"),
        channel=_column("Kind of request, as printed; empty for departures", CHANNELS),
        indicator=_column("What is counted", INDICATORS),
        printed=_column("The figure as it stands in the text", SOME),
        notation=_column("Normal form of the figure", r"\d+|<\d+|\d+-\d+", "cases"),
        **_address(),
        note=_column(
            "Statements parted by `; `; one that begins with a mark and a colon says what is "
            f"inferred (marks: {', '.join(NOTE_MARKS)})",
            ANY,
        ),
    ),
    "agreements": _table(
        "Every instrument that the documents name, one row per instrument, stage and printed date",
        id=_identifier(),
        iso3=_column("Country, ISO 3166-1 alpha-3", ISO3),
        party=_column("Who concluded or did it", ("NL", "Benelux", "EU")),
        instrument=_column("Kind of instrument", INSTRUMENTS),
        stage=_column("What happened to it", STAGES),
        date=_column(
            "Date at the precision printed; empty where none is printed",
            r"\d{4}(?:-\d{2}(?:-\d{2})?)?|",
            "ISO 8601 date",
        ),
        **_address(),
        conflicts_with=_column("The `id` of a row that says otherwise", r"[a-z0-9-]*"),
        note=_column("What is inferred, and where else it stands", ANY),
    ),
    "table1": _goals(
        "Table 1 of the report: goals reached with readmission agreements, a row per cell"
    ),
    "table2": _goals(
        "Table 2 of the report: goals reached with partnerships and CAMMs, a row per cell"
    ),
    "countries": _table(
        "Every country that the tables name, and the lists that it stands on",
        iso3=_column("Country, ISO 3166-1 alpha-3", ISO3, unique=True),
        name=_column("English name", SOME),
        name_printed=_column("Name as the report prints it", SOME),
        focus_2015=_column("Focus country of January 2015 (acvz-2015, p. 23, note 14)", YES_NO),
        mr_2015=_column("MR country (acvz-2015, p. 23, section 1.2.4)", YES_NO),
        less_cooperative_2013=_column(
            "Named as cooperating less smoothly on 6 March 2013 (letter-2013)", YES_NO
        ),
        benelux_priority=_column(
            "Benelux priority list 2013-2017 (acvz-2015, p. 59, note 146)", YES_NO
        ),
        migration_development=_column(
            "Migration and development list of 18 October 2013 (acvz-2015, p. 47, note 103)", YES_NO
        ),
        note=_column("What is inferred", ANY),
    ),
    "recommendations": _table(
        "The report's four recommendations and the cabinet's answer, in our own words",
        id=_identifier(),
        recommendation=_column("What the committee recommends, paraphrased", SOME),
        answer=_column("What the cabinet answers, paraphrased", SOME),
        stance=_column(
            "The answer in a word, our reading", ("agrees", "agrees in part", "declines in part")
        ),
        **_address(),
    ),
    "spending_2010": _table(
        "Spending on migration and development in 2010, per priority, and the total",
        id=_identifier(),
        priority=_column("Policy priority, translated; `total` for the printed total", SOME),
        printed=_column("The amount as it stands in the table", SOME),
        notation=_column(
            "The amount with a decimal point; empty where a dash is printed",
            r"\d+(?:\.\d+)?|",
            "million euro",
        ),
        **_address(),
    ),
}

RAW["facts"] = _table(
    "Numbers, dates and lists, other than the counts, that a claim is tested against",
    id=_identifier(),
    subject=_column("What the number or date is of; rows of one list share it", SOME),
    value=_column("A number, an ISO date or, for a list, a code or name", SOME),
    unit=_column("Unit of the number, `date`, or what the list is made of", SOME),
    **_address(),
)

JUDGEMENTS = get_args(Verdict)


def _place() -> dict[str, pa.Column]:
    """Return the columns that say to which country, year and procedure a result belongs."""
    return {
        "iso3": _column("Country, ISO 3166-1 alpha-3", ISO3),
        "year": _column("Calendar year", YEAR, "year"),
        "channel": _column("Kind of request; empty for departures", CHANNELS),
    }


PROCESSED: dict[str, pa.DataFrameSchema] = {
    "panel": _table(
        "Bounds on every count that is printed, one row per country, year, channel and indicator",
        **_place(),
        indicator=_column("What is counted", INDICATORS),
        kind=_column("How the figure that binds was printed", KINDS),
        lo=_column("Least true count that fits the print", NUMBER, "cases"),
        hi=_column("Greatest true count that fits the print", NUMBER, "cases"),
        printed=_column("Figures as they stand in the text, parted by `;`", SOME),
        raw_ids=_column("Rows of `dtv_counts.csv`, parted by `;`", SOME),
        source_id=_column("Sources, parted by `;`", SOME),
        page=_column("Printed pages, parted by `;`", r"[\d;]*", "page"),
        section=_column("Sections, parted by `;`", SOME),
        flags=_column(f"Cautions, parted by `;`: {', '.join(FLAGS)}", ANY),
    ),
    "checks": _table(
        "What the cells of one country, year and channel say of one another",
        **_place(),
        check=_column("What is compared", ("answers against requests", "forced against issued")),
        left=_column("Indicators added up on the left", SOME),
        right=_column("Indicator on the right", SOME),
        difference_lo=_column("Least difference, left less right", r"-?\d+", "cases"),
        difference_hi=_column("Greatest difference; empty where unbounded", r"-?\d+|", "cases"),
        exceeds=_column("Is the left more than the right?", JUDGEMENTS),
        equals=_column("Are both the same?", JUDGEMENTS),
        falls_short=_column("Is the left less?", JUDGEMENTS),
        missing=_column("Indicators of the left that are not printed, parted by `;`", ANY),
        raw_ids=_column("Rows of `dtv_counts.csv`, parted by `;`", SOME),
    ),
    "contradictions": _table(
        "Cells for which two sources exclude each other; they are left out of the panel",
        **_place(),
        indicator=_column("What is counted", INDICATORS),
        printed=_column("Figures as they stand in the text, parted by `;`", SOME),
        raw_ids=_column("Rows of `dtv_counts.csv`, parted by `;`", SOME),
        source_id=_column("Sources, parted by `;`", SOME),
        page=_column("Printed pages, parted by `;`", r"[\d;]*", "page"),
    ),
    "claims": _table(
        "The report's statements, each with a verdict",
        claim_id=_column("Name of the claim in `claims.yml`", r"[a-z0-9][a-z0-9-]*", unique=True),
        source_id=_column("Source, as in `sources.yml`", SOURCE_ID),
        page=_column("Printed page; empty where the source has no pages", r"\d*", "page"),
        section=_column("Section, footnote or paragraph of the source", SOME),
        statement=_column("What is stated, paraphrased", SOME),
        countries=_column("Countries that it is about, parted by `;`", r"(?:[A-Z]{3};?)*"),
        indicators=_column("Indicators that it is about, parted by `;`", ANY),
        years=_column("Years that it is about, parted by `;`", r"[\d;]*", "year"),
        test=_column("The test as in `claims.yml`, in JSON", SOME),
        verdict=_column(
            "True for all true values that fit the print, some or none; or not to be tested",
            (*JUDGEMENTS, "untestable"),
        ),
        arithmetic=_column("How one sees it", SOME),
        cells=_column("Cells and rows used, with their addresses, parted by `;`", ANY),
        missing=_column("Cells needed that are not printed, parted by `;`", ANY),
        stable=_column("Is the verdict the same under every reading rule?", YES_NO),
        otherwise=_column("Verdicts under the reading rules that change it, `;` between", ANY),
    ),
}


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
        raise DataError(
            f"the columns are {', '.join(expected)}",
            file=file,
            row=1,
            value=", ".join(frame.columns),
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
