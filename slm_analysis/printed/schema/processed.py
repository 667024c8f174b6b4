"""The processed tables: every column with its meaning, unit and what is allowed."""

from __future__ import annotations

from typing import get_args

import pandera.pandas as pa

from slm_analysis.printed.schema.columns import (
    ANY,
    CHANNELS,
    FLAGS,
    INDICATORS,
    ISO3,
    KINDS,
    NUMBER,
    SOME,
    SOURCE_ID,
    YEAR,
    YES_NO,
    Verdict,
    column,
    table,
)

JUDGEMENTS = get_args(Verdict)
REAL = r"[\d.]+(?:e-?\d+)?|inf|"


def _place() -> dict[str, pa.Column]:
    """Return the columns that say to which country, year and procedure a result belongs."""
    return {
        "iso3": column("Country, ISO 3166-1 alpha-3", ISO3),
        "year": column("Calendar year", YEAR, "year"),
        "channel": column("Kind of request; empty for departures", CHANNELS),
    }


PROCESSED: dict[str, pa.DataFrameSchema] = {
    "panel": table(
        "Bounds on every count that is printed, one row per country, year, channel and indicator",
        **_place(),
        indicator=column("What is counted", INDICATORS),
        kind=column("How the figure that binds was printed", KINDS),
        lo=column("Least true count that fits the print", NUMBER, "cases"),
        hi=column("Greatest true count that fits the print", NUMBER, "cases"),
        printed=column("Figures as they stand in the text, parted by `;`", SOME),
        raw_ids=column("Rows of `dtv_counts.csv`, parted by `;`", SOME),
        source_id=column("Sources, parted by `;`", SOME),
        page=column("Printed pages, parted by `;`", r"[\d;]*", "page"),
        section=column("Sections, parted by `;`", SOME),
        flags=column(f"Cautions, parted by `;`: {', '.join(FLAGS)}", ANY),
    ),
    "checks": table(
        "What the cells of one country, year and channel say of one another",
        **_place(),
        check=column("What is compared", ("answers against requests", "forced against issued")),
        left=column("Indicators added up on the left", SOME),
        right=column("Indicator on the right", SOME),
        difference_lo=column("Least difference, left less right", r"-?\d+", "cases"),
        difference_hi=column("Greatest difference; empty where unbounded", r"-?\d+|", "cases"),
        exceeds=column("Is the left more than the right?", JUDGEMENTS),
        equals=column("Are both the same?", JUDGEMENTS),
        falls_short=column("Is the left less?", JUDGEMENTS),
        missing=column("Indicators of the left that are not printed, parted by `;`", ANY),
        raw_ids=column("Rows of `dtv_counts.csv`, parted by `;`", SOME),
    ),
    "conclusions": table(
        "What the printed figures bear of each comparison of years, and what takes it away first",
        iso3=column("Country, ISO 3166-1 alpha-3", ISO3),
        channel=column("Kind of request; empty for departures", CHANNELS),
        indicator=column("What is counted; empty where nothing can be compared", ANY),
        family=column("Around an event, or two years", ("before and after", "two years", "")),
        name=column("Of the event, or the years", ANY),
        years_before=column("Years on the earlier side, parted by `, `", r"[\d, ]*"),
        years_after=column("Years on the later side, parted by `, `", r"[\d, ]*"),
        change=column("What the print says of it", r"(?:fell|rose|unchanged) for certain|open|"),
        verdict=column("Is it more than chance would make, at 5%?", ANY),
        breakdown=column(
            "Largest variance-to-mean ratio under which the least favourable counts still differ "
            "significantly; empty unless every count that fits does",
            REAL,
        ),
        p_holm=column("Greatest p-value, adjusted for all comparisons here", REAL),
        own_hi=column(
            "Greatest variance-to-mean ratio over the years of a range that is printed for the "
            "series, if some year attains each of its ends; empty where there is none",
            REAL,
        ),
        begun=column(
            "Had a change in this direction begun before the event? Empty where that is not known",
            ("yes", "no", "open", ""),
        ),
        choices=column("Choices of reading that change it, parted by `;`", r"[a-z_;]*"),
        caveat=column("What takes it away first", ANY),
        raw_ids=column("Rows of `dtv_counts.csv`, parted by `;`", ANY),
    ),
    "contradictions": table(
        "Cells for which two sources exclude each other; they are left out of the panel",
        **_place(),
        indicator=column("What is counted", INDICATORS),
        printed=column("Figures as they stand in the text, parted by `;`", SOME),
        raw_ids=column("Rows of `dtv_counts.csv`, parted by `;`", SOME),
        source_id=column("Sources, parted by `;`", SOME),
        page=column("Printed pages, parted by `;`", r"[\d;]*", "page"),
    ),
    "claims": table(
        "The report's statements with their parts and further readings, each with a verdict",
        claim_id=column("Name of the claim in `claims.yml`", r"[a-z0-9][a-z0-9-]*"),
        role=column("What the formula is of", ("statement", "part", "reading")),
        name=column("Which part or reading; empty for the statement", ANY),
        source_id=column("Source, as in `sources.yml`", SOURCE_ID),
        page=column("Printed page; empty where the source has no pages", r"\d*", "page"),
        section=column("Section, footnote or paragraph of the source", SOME),
        says=column("What is stated or read, paraphrased", SOME),
        countries=column("Countries that the formula names, parted by `;`", r"(?:[A-Z]{3};?)*"),
        indicators=column("Indicators that it names, parted by `;`", ANY),
        years=column("Years that it names, parted by `;`", r"[\d;]*", "year"),
        formula=column("The formula as in `claims.yml`", SOME),
        verdict=column(
            "Whether it is true for all true counts that fit the print, for some or none",
            (*JUDGEMENTS, "untestable"),
        ),
        touches=column(
            "What a contradiction touches: a conclusion with its page, an argument, or a slip", ANY
        ),
        reason=column("Why, in sentences", SOME),
        certificate=column(
            "In JSON: the printed bounds that force the verdict, or two sets of counts, one with "
            "which it holds and one with which it does not",
            SOME,
        ),
        cells=column("Cells and rows used, with their addresses, parted by `;`", ANY),
        missing=column("Cells needed that are not printed, parted by `;`", ANY),
        stable=column("Is the verdict the same under every reading rule?", YES_NO),
        otherwise=column("Verdicts under the reading rules that change it, `;` between", ANY),
        words=column("Verdicts with other numbers for a word, `;` between", ANY),
    ),
    "passages": table(
        "What different places of the documents print of one subject, a row per value",
        subject=column("What it is of", SOME),
        result=column("Do all places say the same?", ("agree", "differ")),
        value=column("What is printed; the members of a list parted by commas", SOME),
        unit=column("Its unit", SOME),
        passages=column("Number of places that print it", NUMBER),
        documents=column("Number of documents that do", NUMBER),
        places=column("The places, parted by `; `", SOME),
        rows=column("Rows of the raw tables, parted by `;`", SOME),
        remark=column("Where they differ: more precise, or in the later document", ANY),
    ),
}
