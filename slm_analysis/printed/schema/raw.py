"""The raw tables: every column with its meaning, unit and what is allowed."""

from __future__ import annotations

import pandera.pandas as pa

from slm_analysis.printed.schema.columns import (
    ANY,
    CHANNELS,
    GOALS,
    INDICATORS,
    INSTRUMENTS,
    ISO3,
    NOTE_MARKS,
    NUMBER,
    OTHER_INDICATORS,
    OUTCOMES,
    SOME,
    SOURCE_ID,
    STAGES,
    STATES,
    YES_NO,
    address,
    column,
    identifier,
    table,
)

NOTATION = r"\d+|(?:>0)?<\d+|\d+-\d+"
DECIMAL = r"\d{1,9}(?:\.\d{1,9})?"


def _goals(description: str) -> pa.DataFrameSchema:
    """Describe a table of the report that judges goals by country."""
    return table(
        description,
        id=identifier(),
        iso3=column("Country, ISO 3166-1 alpha-3", ISO3),
        goal=column("Column of the table", GOALS),
        printed=column("The cell as printed", SOME),
        outcome=column("Normal form of the cell", OUTCOMES),
        footnote=column("Number of the footnote at the cell and its gist", ANY),
        **address(),
        note=column("What is inferred", ANY),
    )


KINDS_OF_REQUEST, COUNTED = "|".join(filter(None, CHANNELS)), "|".join(INDICATORS)


def _counts(description: str, channel: pa.Column, indicator: pa.Column) -> pa.DataFrameSchema:
    """Describe a table of counts per country."""
    return table(
        description,
        id=identifier(),
        iso3=column("Country, ISO 3166-1 alpha-3", ISO3),
        year_first=column("First calendar year; empty for a general statement", r"\d{4}|", "year"),
        year_last=column("Last calendar year; empty for a general statement", r"\d{4}|", "year"),
        channel=channel,
        indicator=indicator,
        printed=column("The figure as it stands in the text", SOME),
        notation=column("Normal form of the figure", NOTATION, "cases"),
        **address(),
        note=column(
            "Statements parted by `; `; one that begins with a mark and a colon says what is "
            f"inferred (marks: {', '.join(NOTE_MARKS)})",
            ANY,
        ),
    )


RAW: dict[str, pa.DataFrameSchema] = {
    "dtv_counts": _counts(
        "Every count of the DT&V that the report prints per country, one row per printed figure",
        column("Kind of request, as printed; empty for departures", CHANNELS),
        column("What is counted", INDICATORS),
    ),
    "agreements": table(
        "Instruments of the Netherlands, the Benelux and the EU with a country of origin, one row "
        "per instrument, stage and printed date",
        id=identifier(),
        iso3=column("Country, ISO 3166-1 alpha-3", ISO3),
        party=column("Who concluded or did it", ("NL", "Benelux", "EU")),
        instrument=column("Kind of instrument", INSTRUMENTS),
        stage=column("What happened to it", STAGES),
        date=column(
            "Date at the precision printed; empty where none is printed",
            r"\d{4}(?:-\d{2}(?:-\d{2})?)?|",
            "ISO 8601 date",
        ),
        **address(),
        conflicts_with=column("The `id` of a row that says otherwise", r"[a-z0-9-]*"),
        note=column("What is inferred, and where else it stands", ANY),
    ),
    "table1": _goals(
        "Table 1 of the report: goals reached with readmission agreements, a row per cell"
    ),
    "table2": _goals(
        "Table 2 of the report: goals reached with partnerships and CAMMs, a row per cell"
    ),
    "countries": table(
        "Every country that the tables name, and the lists that it stands on",
        iso3=column("Country, ISO 3166-1 alpha-3", ISO3, unique=True),
        name=column("English name", SOME),
        name_printed=column("Name as the report prints it", SOME),
        focus_2015=column("Focus country of January 2015 (acvz-2015, p. 23, note 14)", YES_NO),
        mr_2015=column("MR country (acvz-2015, p. 23, section 1.2.4)", YES_NO),
        less_cooperative_2013=column(
            "Named as cooperating less smoothly on 6 March 2013 (letter-2013)", YES_NO
        ),
        benelux_priority=column(
            "Benelux priority list 2013-2017 (acvz-2015, p. 59, note 146)", YES_NO
        ),
        migration_development=column(
            "Migration and development list of 18 October 2013 (acvz-2015, p. 47, note 103)", YES_NO
        ),
        note=column("What is inferred", ANY),
    ),
    "recommendations": table(
        "The report's four recommendations and the cabinet's answer, in our own words",
        id=identifier(),
        recommendation=column("What the committee recommends, paraphrased", SOME),
        answer=column("What the cabinet answers, paraphrased", SOME),
        stance=column(
            "The answer in a word, our reading", ("agrees", "agrees in part", "declines in part")
        ),
        **address(),
    ),
    "spending_2010": table(
        "Spending on migration and development in 2010, per priority, and the total",
        id=identifier(),
        priority=column("Policy priority, translated; `total` for the printed total", SOME),
        printed=column("The amount as it stands in the table", SOME),
        notation=column(
            "The amount with a decimal point; empty where a dash is printed",
            r"\d+(?:\.\d+)?|",
            "million euro",
        ),
        **address(),
    ),
}

RAW["words"] = table(
    "The number that stands for a word of the documents in formulas",
    word=column("Name in formulas", r"[a-z_]+", unique=True),
    printed=column("The Dutch words", SOME),
    meaning=column("What the number is", SOME),
    number=column("The number", DECIMAL),
    others=column("Other defensible numbers, parted by `;`", rf"{DECIMAL}(?:;{DECIMAL})*"),
    why=column("Why this number", SOME),
)

RAW["numbers"] = table(
    "Every number in the text of the documents, in digits or a word, and where it went",
    source_id=column("Source, as in `sources.yml`", SOURCE_ID),
    page=column("Printed page; empty where the source has no pages", r"\d*", "page"),
    token=column("The number as it stands there, small letters", SOME),
    nth=column("Which of this token on the page, or in a source without pages", NUMBER),
    state=column("What became of it", STATES),
    about=column("The rows or claims that have it, parted by `;`, or why it is set aside", SOME),
)

RAW["facts"] = table(
    "Numbers, dates and lists, other than the counts, for claims and passages",
    id=identifier(),
    subject=column(
        "What the number or date is of; one for a list, and for all places of a datum", SOME
    ),
    value=column("A number, an ISO date or, for a list, a code or name", SOME),
    unit=column(
        "Unit of the number, `date`, or what the list is made of; *country mentioned* where the "
        "place names a member, and not the list whole",
        SOME,
    ),
    **address(),
)

RAW["other_counts"] = _counts(
    "Counts of other sources, which count something else and are never joined with those of the "
    "DT&V; no file where there are none",
    column("Empty: no kind of request", ("",)),
    column("What is counted by Eurostat", OTHER_INDICATORS),
)

RAW["totals"] = table(
    "Totals that a source prints over cells of the panel, a row per printed figure; no file where "
    "there are none",
    id=identifier(),
    countries=column(
        "Countries that are added up, parted by `;`; `all` for every country, also those that are "
        "not printed",
        r"all|[A-Z]{3}(?:;[A-Z]{3})*",
    ),
    year=column("Calendar year of a total", r"\d{4}", "year"),
    channels=column(
        "Kinds of request that are added up, parted by `;`; empty for departures",
        rf"(?:{KINDS_OF_REQUEST})(?:;(?:{KINDS_OF_REQUEST}))*|",
    ),
    indicators=column(
        "Indicators that are added up, parted by `;`",
        rf"(?:{COUNTED})(?:;(?:{COUNTED}))*",
    ),
    printed=column("The total as it stands in the text", SOME),
    notation=column("Normal form of the total", NOTATION, "cases"),
    **address(),
    note=column("What is inferred of a total", ANY),
)

OPTIONAL = ("other_counts", "totals")  # a data directory without such rows need not have the file
