"""Every number of the documents is accounted for, in both directions."""

import bisect
import csv
import re

import pytest

from slm_analysis.project import HOME
from slm_analysis.verdicts import read_claims

SOURCES = HOME.parent / "shared" / "sources"
FILES = {
    "acvz-2015": "001_*.txt",
    "acvz-web": "000_*.txt",
    "cabinet-2015": "002_*.txt",
    "letter-2013": "003_*.txt",
    "letter-2011": "004_*.txt",
}
# one and the ordinals are articles and order more often than numbers
WORDS = (
    "twee|drie|vier|vijf|zes|zeven|acht|negen|tien|elf|twaalf|zestien|zeventien|twintig|dertig"
    "|veertig|vijftig|zestig|honderd|helft"
)
TOKEN = re.compile(rf"\d+(?:[.,]\d+)*|\b(?:{WORDS})\b", re.IGNORECASE)
REASONS = {
    "article or directive",
    "another subject",
    "count in general, of no country",
    "counting word",
    "date of another event",
    "instrument of another state or event",
    "number of a chapter, section, table or page",
    "number of a footnote",
    "part of a name",
    "printed once, nothing to hold it against",
    "reference to a document",
}


def tokens_of_the_documents():
    with (SOURCES / "001_pages.csv").open(encoding="utf-8", newline="") as lines:
        pages = [(int(row["first_line"]), row["page"]) for row in csv.DictReader(lines)]
    firsts = [first for first, _page in pages]
    for source_id, pattern in FILES.items():
        (path,) = SOURCES.glob(pattern)
        seen = {}
        for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), start=1):
            at = bisect.bisect_right(firsts, number) - 1
            page = pages[at][1] if source_id == "acvz-2015" else ""
            for token in TOKEN.findall(line):
                key = page, token.lower()
                seen[key] = seen.get(key, 0) + 1
                yield source_id, *key, str(seen[key])


def test_every_number_of_the_documents_stands_in_the_table_and_no_other(raw):
    if not SOURCES.is_dir():
        pytest.skip("the texts of the documents are not at hand beside the project")
    found = list(raw["numbers"][["source_id", "page", "token", "nth"]].itertuples(index=False))
    assert [tuple(row) for row in found] == list(tokens_of_the_documents())


def test_what_is_set_aside_has_a_reason_from_the_short_list(raw):
    numbers = raw["numbers"]
    assert set(numbers.loc[numbers["state"] == "set aside", "about"]) == REASONS


def test_what_is_not_set_aside_names_rows_and_claims_of_its_place(raw):
    numbers = raw["numbers"]
    claims = {claim.id: claim for claim in read_claims(raw, HOME / "data" / "raw")}
    counts = raw["dtv_counts"].set_index("id")
    for row in numbers[numbers["state"] != "set aside"].itertuples():
        for name in row.about.replace(" to ", ";").split(";"):
            if row.state == "claim":
                assert (claims[name].source_id, str(claims[name].page or "")) == (
                    row.source_id,
                    row.page,
                )
            elif row.state == "cell":
                assert counts.loc[name, ["source_id", "page"]].tolist() == [row.source_id, row.page]
            else:
                table, _space, key = name.partition(" ")
                assert (raw[table]["id"] == key).any(), name


def test_every_printed_count_and_its_year_is_among_the_numbers(raw):
    """A row of counts is named by a number of its page, unless it is printed in a word."""
    told = raw["numbers"].loc[raw["numbers"]["state"] == "cell", "about"]
    named = {name for text in told for name in re.split(" to |;", text)}
    counts = raw["dtv_counts"]
    digits = counts["printed"].str.contains(r"\d")
    assert set(counts.loc[digits, "id"]) <= named
