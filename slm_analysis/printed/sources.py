"""The source records: which documents there are, and how each rounds and hides its counts.

To add a source, add a record to ``data/raw/sources.yml``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from slm_analysis.errors import DataError
from slm_analysis.language import _
from slm_analysis.printed import schema
from slm_analysis.printed.rules import DEFAULT_RULE, RULES, Reading, ReadingRule, Rounding
from slm_analysis.printed.textfiles import one_line, read_yaml, unfit
from slm_analysis.project import HOME

MOST = 100_000  # counts of people are rounded to, and hidden under, less than this
LEAST, GREATEST = {"years": 1900, "pages": 0}, {"years": 2099, "pages": 99_999}
REPORT = "acvz-2015"  # the source that is reproduced
ADDRESS = {  # fields that a record may have, and what is allowed in each
    "url": (r"https?://[^\s\"<>]+", "the address of a page, http or https"),
    "accessed": (r"\d{4}-\d\d-\d\d", "a day such as 2026-11-25"),
}
SOURCE_TEXTS = ("title", "author", "publisher", "published", "citation", "licence")


@dataclass(frozen=True)
class Source:
    """A document, and what its figures can be.

    Parameters
    ----------
    years, pages
        First and last; ``None`` where the source prints no counts, or has no page numbers.
    rounding, reading_rule
        How counts were rounded and hidden, and how to read them; ``None`` without counts.
    rounding_stated
        What the source itself says of its rounding.
    stated_of
        Kinds of request of which it says so (empty for departures), and where; of the others its
        rounding is inferred.
    url, accessed
        Where the document is to be found, as one of the sources prints it, and the day on which it
        was found there (``2026-11-25``); empty where not known.

    Examples
    --------
    >>> report = raw.sources["acvz-2015"]
    >>> report.years, report.reading_rule.name
    ((2009, 2014), 'outer')
    >>> report.rounding
    Rounding(rounded_to=5, suppressed_under=5, zero_in_words=True)
    """

    source_id: str
    title: str
    author: str
    publisher: str
    published: str
    citation: str
    licence: str
    years: tuple[int, int] | None = None
    pages: tuple[int, int] | None = None
    rounding: Rounding | None = None
    reading_rule: ReadingRule | None = None
    rounding_stated: str = ""
    stated_of: Mapping[str, str] = field(default_factory=dict)
    url: str = ""
    accessed: str = ""

    @property
    def short(self) -> str:
        """Who published it, abbreviated where the record has an abbreviation, and the year."""
        author = self.author.partition(";")[0]
        abbreviated = re.search(r"\(([A-Z]+)\)", author)
        return f"{abbreviated[1] if abbreviated else _(author)} ({self.published[:4]})"

    def read(self, notation: str, rule: ReadingRule | None = None) -> Reading:
        """Return what a printed figure stands for, by a rule or else by the source's own.

        Raises
        ------
        DataError
            If the source cannot print it.

        Examples
        --------
        >>> raw.sources["acvz-2015"].read("275")
        Reading(kind='rounded', lo=273, hi=277)
        """
        chosen = rule or self.reading_rule or DEFAULT_RULE
        return chosen.read(notation, self.rounding or Rounding())


def citation() -> dict[str, Any]:
    """Return what ``CITATION.cff`` says of this project: names of authors, day of its release.

    Examples
    --------
    >>> citation()["authors"]
    ['The slm-analysis authors']
    """
    about: dict[str, Any] = read_yaml(HOME / "CITATION.cff")
    names = [author["name"] for author in about["authors"]]
    return about | {
        "version": str(about["version"]), "date": str(about["date-released"]), "authors": names,
    }  # fmt: skip


def read_sources(path: Path) -> dict[str, Source]:
    """Read the source records.

    Parameters
    ----------
    path
        A file such as ``data/raw/sources.yml``.

    Returns
    -------
    dict
        Sources by ``source_id``, in the order of the file.

    Raises
    ------
    DataError
        If the file is missing or no YAML, a record lacks a text, has an unknown field, or its
        years, pages, rounding or rule are not allowed.

    Examples
    --------
    >>> from slm_analysis.project import Project
    >>> list(read_sources(Project.current().raw / "sources.yml"))[:2]
    ['acvz-2015', 'acvz-web']
    """
    file = path.name
    records = read_yaml(path)
    if not isinstance(records, dict):
        raise DataError("allowed is one record per source_id", file=file)
    return {name: read_source(str(name), record, file) for name, record in records.items()}


def read_source(name: str, record: object, file: str) -> Source:
    """Turn a source record into a source.

    Parameters
    ----------
    name
        Its ``source_id``.
    record
        Its fields, as YAML gives them: the texts :data:`SOURCE_TEXTS` are needed, and ``years``
        where there is a ``rounding``.
    file
        Name of the file, for the message.

    Raises
    ------
    DataError
        If it lacks a text, has an unknown field, or its years, pages, rounding, rule or address
        are not allowed.

    Examples
    --------
    >>> texts = dict.fromkeys(SOURCE_TEXTS, "a text")
    >>> exact = texts | {"years": [2012, 2014], "rounding": {"rounded_to": 1}}
    >>> read_source("dtv-2015", exact, "sources.yml").rounding
    Rounding(rounded_to=1, suppressed_under=0, zero_in_words=True)
    """
    place = f"{file}, {name}"
    if not re.fullmatch(schema.SOURCE_ID, name):
        raise DataError("allowed as source_id is a name such as acvz-2015", file=file, value=name)
    if not isinstance(record, dict):
        raise DataError("allowed is a record of fields", file=place)
    texts = {}
    for key in SOURCE_TEXTS:
        value = record.get(key)
        texts[key] = one_line(value) if isinstance(value, str | int) else ""
        if not texts[key]:
            raise DataError("missing; a text is needed", file=place, column=key)
        if why := unfit(texts[key]):
            raise DataError(why, file=place, column=key, value=value)
    counts = ("years", "pages", "rounding", "rounding_stated", "stated_of", "reading_rule")
    known = {*SOURCE_TEXTS, *counts, *ADDRESS}
    for key in record:
        if key not in known:
            raise DataError(
                f"unknown field; allowed are {', '.join(sorted(known))}", file=place, column=key
            )
    rounding = None
    if "rounding" in record:
        try:
            rounding = Rounding(**record["rounding"])
        except TypeError:
            raise DataError(
                "allowed are rounded_to (1 for exact counts), suppressed_under (0 for none) and "
                "zero_in_words (true or false)",
                file=place,
                column="rounding",
                value=record["rounding"],
            ) from None
        _check_rounding(rounding, place)
        rule = record.get("reading_rule", "outer")
        if not isinstance(rule, str) or rule not in RULES:
            raise DataError(
                f"allowed are {', '.join(RULES)}", file=place, column="reading_rule", value=rule
            )
        if "years" not in record:
            raise DataError("missing; a source of counts has years", file=place, column="years")
    stated_of = record.get("stated_of", {})
    if not isinstance(stated_of, dict) or not set(stated_of) <= set(schema.CHANNELS):
        raise DataError(
            "allowed is where it is stated, by kind of request (LP, TO, nationality, or '')",
            file=place,
            column="stated_of",
            value=stated_of,
        )
    return Source(
        source_id=name,
        years=_span(record, "years", place),
        pages=_span(record, "pages", place),
        rounding=rounding,
        reading_rule=RULES[rule] if rounding else None,
        rounding_stated=str(record.get("rounding_stated", "")).strip(),
        stated_of={channel: str(where) for channel, where in stated_of.items()},
        **texts,
        **_address(record, place),
    )


def _address(record: dict[str, object], place: str) -> dict[str, str]:
    """Return where a document is to be found, and since when that is known."""
    given = {key: str(record[key]) for key in ADDRESS if record.get(key)}
    for key, value in given.items():
        pattern, allowed = ADDRESS[key]
        if not re.fullmatch(pattern, value):
            raise DataError(f"allowed is {allowed}", file=place, column=key, value=value)
    if "accessed" in given and "url" not in given:
        raise DataError("missing; what was accessed", file=place, column="url")
    return given


def _check_rounding(rounding: Rounding, place: str) -> None:
    for column, value, least in (
        ("rounded_to", rounding.rounded_to, 1),
        ("suppressed_under", rounding.suppressed_under, 0),
    ):
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= MOST:
            allowed = f"allowed is a whole number from {least} to {MOST:,}"
            raise DataError(allowed, file=place, column=column, value=value)
    if not isinstance(rounding.zero_in_words, bool):
        raise DataError(
            "allowed is true or false",
            file=place,
            column="zero_in_words",
            value=rounding.zero_in_words,
        )


def _span(record: dict[str, object], key: str, place: str) -> tuple[int, int] | None:
    value = record.get(key)
    if value is None:
        return None
    if (
        not isinstance(value, list)
        or len(value) != 2
        or not all(type(number) is int for number in value)
        or not LEAST[key] <= value[0] <= value[1] <= GREATEST[key]
    ):
        raise DataError(
            f"allowed is [first, last], from {LEAST[key]} to {GREATEST[key]}",
            file=place,
            column=key,
            value=value,
        )
    return value[0], value[1]
