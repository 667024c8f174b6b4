"""The source records: which documents there are, and how each rounds and hides its counts.

To add a source, add a record to ``data/raw/sources.yml``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from slm_analysis.errors import DataError
from slm_analysis.language import _
from slm_analysis.printed import codebook
from slm_analysis.printed.reading_rules import (
    DEFAULT_RULE,
    EXACT,
    RULES,
    Reading,
    ReadingRule,
    Rounding,
)
from slm_analysis.printed.textfiles import one_line, read_yaml, unfit
from slm_analysis.project import HOME

MOST = 100_000  # counts of people are rounded to, and hidden under, less than this
SPANS = {"years": (1900, 2099), "pages": (0, 99_999)}  # within which a first and last are
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
        How counts were rounded and hidden, and how to read them.
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
    rounding: Rounding = EXACT
    reading_rule: ReadingRule = DEFAULT_RULE
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
        return (rule or self.reading_rule).read(notation, self.rounding)


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
        Its fields, as YAML gives them: the texts :data:`SOURCE_TEXTS` are needed; where one of
        ``years`` and ``rounding`` is, the other is needed too.
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
    if not re.fullmatch(codebook.SOURCE_ID, name):
        raise DataError("allowed as source_id is a name such as acvz-2015", file=file, value=name)
    place = f"{file}, {name}"
    if not isinstance(record, dict):
        raise DataError("allowed is a record of fields", file=place)
    for column, value, fits, allowed in _checks(record):
        if not fits:
            raise DataError(allowed, file=place, column=column, value=value)
    found: dict[str, Any] = {key: one_line(record[key]) for key in SOURCE_TEXTS}
    found |= {key: tuple(record[key]) for key in SPANS if record.get(key)}
    found |= {key: str(record[key]) for key in ADDRESS if record.get(key)}
    return Source(
        source_id=name,
        rounding=Rounding(**record.get("rounding", {})),
        reading_rule=RULES[record.get("reading_rule", DEFAULT_RULE.name)],
        rounding_stated=str(record.get("rounding_stated", "")).strip(),
        stated_of={channel: str(where) for channel, where in record.get("stated_of", {}).items()},
        **found,
    )


def _checks(record: dict[str, Any]) -> Iterator[tuple[str, object, bool, str]]:
    """Yield a field, its value, whether it is allowed, and what is; each rests on those before."""
    for key in SOURCE_TEXTS:
        value = record.get(key)
        text = one_line(value) if isinstance(value, str | int) else ""
        yield key, None, text != "", "missing; a text is needed"
        yield key, value, unfit(text) == "", unfit(text)
    known = sorted({each.name for each in fields(Source)} - {"source_id"})
    for key in record:
        yield key, None, key in known, f"unknown field; allowed are {', '.join(known)}"
    for key, (least, greatest) in SPANS.items():
        span = record.get(key)
        fits = isinstance(span, list) and [type(end) for end in span] == [int, int]
        fits = span is None or (fits and least <= span[0] <= span[1] <= greatest)
        yield key, span, fits, f"allowed is [first, last], from {least} to {greatest}"
    yield from _checks_of_counts(record)
    for key, (pattern, told) in ADDRESS.items():
        address = str(record.get(key) or "")
        yield key, address, bool(re.fullmatch(rf"{pattern}|", address)), f"allowed is {told}"
    known_at = bool(record.get("url") or not record.get("accessed"))
    yield "url", None, known_at, "missing; what was accessed"


def _checks_of_counts(record: dict[str, Any]) -> Iterator[tuple[str, object, bool, str]]:
    rounding = record.get("rounding", {})
    fits = isinstance(rounding, dict) and {*rounding} <= {each.name for each in fields(Rounding)}
    allowed = (
        "allowed are rounded_to (1 for exact counts), suppressed_under (0 for none) and "
        "zero_in_words (true or false)"
    )
    yield "rounding", rounding, fits, allowed
    for key, least in (("rounded_to", 1), ("suppressed_under", 0)):
        number = rounding.get(key, least)
        fits = type(number) is int and least <= number <= MOST
        yield key, number, fits, f"allowed is a whole number from {least} to {MOST:,}"
    zero = rounding.get("zero_in_words", True)
    yield "zero_in_words", zero, isinstance(zero, bool), "allowed is true or false"
    rule = record.get("reading_rule", DEFAULT_RULE.name)
    yield "reading_rule", rule, rule in list(RULES), f"allowed are {', '.join(RULES)}"
    for key, other in (("years", "rounding"), ("rounding", "years")):
        fits = key in record or other not in record
        yield key, None, fits, "missing; a source of counts has years and rounding"
    stated = record.get("stated_of", {})
    fits = isinstance(stated, dict) and {*stated} <= {*codebook.CHANNELS}
    allowed = "allowed is where it is stated, by kind of request (LP, TO, nationality, or '')"
    yield "stated_of", stated, fits, allowed
