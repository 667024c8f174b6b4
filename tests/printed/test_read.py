"""Bad input: one line that names the place, the value and what is allowed."""

import re

import pytest

from slm_analysis.errors import DataError
from slm_analysis.printed.read import read_raw
from slm_analysis.printed.sources import read_sources
from slm_analysis.printed.textfiles import parse_yaml, read_text_table
from slm_analysis.project import HOME

BAD_CELLS = [
    # table, row id, cells, line of the file, words of the message
    ("dtv_counts", "c005", {"iso3": "XXX"}, 6, "iso3.*'XXX'.*countries.csv"),
    ("dtv_counts", "c005", {"iso3": "arm"}, 6, "iso3.*'arm'"),
    ("dtv_counts", "c005", {"year_first": "2008"}, 6, "year_first.*'2008'.*2009 to 2014"),
    ("dtv_counts", "c005", {"year_last": "2015"}, 6, "year_last.*'2015'.*2009 to 2014"),
    ("dtv_counts", "c005", {"year_last": "2013"}, 6, "year_last.*not before year_first"),
    ("dtv_counts", "c005", {"year_last": ""}, 6, "year_last.*general"),
    ("dtv_counts", "c005", {"notation": "veel"}, 6, "notation.*'veel'"),
    ("dtv_counts", "c005", {"notation": ""}, 6, "notation"),
    ("dtv_counts", "c005", {"printed": ""}, 6, "printed"),
    (
        "dtv_counts",
        "c005",
        {"notation": "725"},
        6,
        "notation.*'725': allowed is 275, as is printed",
    ),
    ("dtv_counts", "c005", {"notation": ">0<5"}, 6, "notation.*'>0<5': allowed is 275"),
    (
        "dtv_counts",
        "c005",
        {"printed": "ongeveer 275"},
        6,
        "printed.*'ongeveer 275': allowed is a fig",
    ),
    ("dtv_counts", "c005", {"notation": "٢٧٥"}, 6, "notation.*allowed is"),
    ("dtv_counts", "c005", {"iso3": "ARM\n"}, 6, "iso3.*'ARM.*allowed is"),
    ("dtv_counts", "c005", {"channel": "lp"}, 6, r"channel.*'lp'.*LP \| TO"),
    ("dtv_counts", "c005", {"channel": ""}, 6, "channel.*departures have no channel"),
    ("dtv_counts", "c005", {"indicator": "returns"}, 6, "indicator.*'returns'.*requests"),
    ("dtv_counts", "c005", {"source_id": "acvz-2016"}, 6, "source_id.*'acvz-2016'.*acvz-2015"),
    ("dtv_counts", "c005", {"source_id": "letter-2013", "page": ""}, 6, "prints no counts"),
    ("dtv_counts", "c005", {"page": "109"}, 6, "page.*'109'.*9 to 108"),
    ("dtv_counts", "c005", {"page": ""}, 6, "page.*9 to 108"),
    ("dtv_counts", "c005", {"note": "guess: 2014"}, 6, "note.*year inferred"),
    ("dtv_counts", "c005", {"note": "year inferred: a; guess: b"}, 6, "note.*channel inferred"),
    ("dtv_counts", "c005", {"id": "c006"}, 6, "id.*'c006'.*more than once"),
    ("agreements", "geo-eu-to-in-force", {"date": "1 maart 2011"}, None, "date.*'1 maart 2011'"),
    ("agreements", "geo-eu-to-in-force", {"party": "Belgium"}, None, "party.*NL | Benelux | EU"),
    ("agreements", "geo-eu-to-in-force", {"stage": "maybe"}, None, "stage.*'maybe'.*signed"),
    ("agreements", "geo-eu-to-in-force", {"conflicts_with": "geo-mou"}, None, "conflicts_with"),
    ("agreements", "gha-aid-cut-2012-09", {"page": "3"}, None, "letter-2013 has no page numbers"),
    ("table1", "table1-geo-end2", {"outcome": "half"}, None, "outcome.*'half'"),
    ("spending_2010", "spending-1", {"notation": "1,0"}, 2, "notation.*'1,0'"),
]


@pytest.mark.parametrize(
    ("table", "row", "cells", "line", "words"),
    BAD_CELLS,
    ids=[f"{table} {row} {next(iter(cells.items()))}" for table, row, cells, *_ in BAD_CELLS],
)
def test_a_bad_cell_is_named(with_cell, table, row, cells, line, words):
    with pytest.raises(DataError) as caught:
        read_raw(with_cell(table, row, **cells))
    message = str(caught.value)
    assert message.startswith(f"{table}.csv, row ")
    assert re.search(words, message)
    assert "\n" not in message
    if line:
        assert f"row {line}," in message


def test_a_country_with_a_line_break_is_refused(changed):
    def broken(rows):
        rows[0]["iso3"] += "\n"

    with pytest.raises(DataError, match=r"countries.csv, row 2, column iso3: .*allowed is \[A-Z\]"):
        read_raw(changed("countries", broken))


YAML = {
    "a: &x [1]\nb: *x": "aliases, anchors and tags are not allowed",
    "a: !!int '3'": "aliases, anchors and tags are not allowed",
    "a: 1\nb: {c: 1, c: 2}": "a key stands twice",
    "[" * 5000: "too deep",
    "? [1]\n: 3": "unhashable key",
    "a: '\x07'": "not allowed",
}


@pytest.mark.parametrize(("text", "message"), YAML.items(), ids=YAML.values())
def test_yaml_that_unfolds_or_hides_is_refused_in_one_line(text, message):
    with pytest.raises(DataError, match=f"t.yml: not YAML: .*{message}") as caught:
        parse_yaml(text, "t.yml")
    assert len(str(caught.value)) <= 300
    assert "\n" not in str(caught.value)


def test_yaml_is_read_as_people_read_it():
    text = "{a: 010, b: 1:30, c: 2015-06-01, d: 12, e: yes, f: 0x1F, g: 1_000, h: 1.5, i: ~, j: -3}"
    assert list(parse_yaml(text, "t.yml").values()) == [
        "010", "1:30", "2015-06-01", 12, True, "0x1F", "1_000", 1.5, None, -3,
    ]  # fmt: skip
    assert parse_yaml("a: " + "9" * 5000, "t.yml") == {"a": "9" * 5000}


def test_the_same_figure_twice_is_refused(changed):
    def twice(rows):
        rows.append(rows[4] | {"id": "again"})

    with pytest.raises(DataError, match=r"dtv_counts.csv, row \d+, column id.*twice"):
        read_raw(changed("dtv_counts", twice))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "empty file"),
        ("id,iso3\na,b,c\n", "row 2: 3 fields; the header has 2"),
        ("id,iso3\na\n", "row 2: 1 fields; the header has 2"),
        ('id,iso3\n"a,b\n', "not a CSV file"),
    ],
)
def test_a_broken_file_is_refused(tmp_path, text, message):
    path = tmp_path / "table.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=message):
        read_text_table(path)


def test_bytes_that_are_not_utf8_are_refused(tmp_path):
    path = tmp_path / "table.csv"
    path.write_bytes("id\nGeorgië\n".encode("latin-1"))
    with pytest.raises(DataError, match="not UTF-8"):
        read_text_table(path)


def test_a_number_of_thousands_of_digits_is_one_line(changed):
    def enlarge(rows):
        rows[0]["number"] = "9" * 5000

    with pytest.raises(DataError, match="formula_words.csv, row 2, column number: '9999") as caught:
        read_raw(changed("formula_words", enlarge))
    assert len(str(caught.value)) <= 300


@pytest.mark.parametrize("text", ["NA", "null", "None", "nan", "-", ""])
def test_nothing_is_silently_read_as_missing(tmp_path, text):
    path = tmp_path / "table.csv"
    path.write_text(f"id,note\na,{text}\n", encoding="utf-8")
    assert read_text_table(path).at[0, "note"] == text


def test_a_missing_column_is_named(changed):
    def drop(rows):
        for row in rows:
            del row["notation"]

    with pytest.raises(DataError, match=r"dtv_counts.csv, column notation: column missing"):
        read_raw(changed("dtv_counts", drop))


def test_an_unknown_column_is_refused(changed):
    def add(rows):
        for row in rows:
            row["opinion"] = ""

    with pytest.raises(DataError, match=r"dtv_counts.csv, row 1: .*opinion.*the columns are id"):
        read_raw(changed("dtv_counts", add))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("years: [2009, 2014]", "years: [2014, 2009]", r"years.*\[first, last\]"),
        ("years: [2009, 2014]", "years: [2009, 999999999]", r"years.*from 1900 to 2099"),
        ("pages: [9, 108]", "pages: [9, 1e9]", r"pages.*from 0 to 99999"),
        ("author: Adv", "author: =Adv", "author: .*begins with no ="),
        ("author: Adv", "author: [Adv]\n  note: Adv", "author: missing; a text"),
        ("rounded_to: 5", "rounds_to: 5", "rounded_to .1 for exact counts"),
        ("reading_rule: outer", "reading_rule: wide", "reading_rule.*'wide'.*outer"),
        ("reading_rule: outer", "reading_rule: [outer]", "reading_rule.*allowed are outer"),
        ("rounded_to: 5", "rounded_to: 1000000000", "a whole number from 1 to 100,000"),
        ("suppressed_under: 5", "suppressed_under: -1", "a whole number from 0 to 100,000"),
        ("stated_of: {TO: p. 61}", "stated_of: {T&O: p. 61}", "stated_of: .*by kind of request"),
        ("stated_of: {TO: p. 61}", "stated_of: p. 61", "stated_of: 'p. 61': allowed is where"),
        ("  years: [2009, 2014]\n", "", "years: missing"),
        ("  publisher: Tweede", "  years: [2009, 2014]\n  publisher: Tweede", "rounding: missing"),
        ("  published: 2015-06\n", "", "published: missing"),
        ("  publisher:", "  printer:", "missing|unknown field"),
        ("acvz-2015:", "acvz-2015: [", "not YAML"),
        ("url: https:", "url: javascript:", "letter-2011, column url.*http or https"),
        ("url: https://", "url: https://a b", "letter-2011, column url.*http or https"),
        ("  url:", "  accessed: June 2015\n  url:", "accessed.*a day such as"),
        ("  url: https", "  accessed: 2026-11-25 # https", "url: missing"),
    ],
)
def test_a_bad_source_record_is_refused(tmp_path, old, new, message):
    text = (HOME / "data" / "raw" / "sources.yml").read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "sources.yml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(DataError, match=message):
        read_sources(path)
