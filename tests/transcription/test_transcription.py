"""Transcriptions: what is read, every problem at once, and nothing that can harm."""

import contextlib
import datetime
import re
import socket
import time
import zipfile
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from slm_analysis.errors import AnalysisError, DataError
from slm_analysis.printed.reading_rules import notation
from slm_analysis.printed.sources import read_source
from slm_analysis.transcription import country_names, spreadsheets
from slm_analysis.transcription.reading import TranscriptionError, read_transcription
from tests.synthetic import record

SOURCE = read_source("synthetic-1", record()["synthetic-1"], "record")

FIGURES = [
    (275, "275"), (275.0, "275"), ("275", "275"), (" 275 ", "275"), ("1.160", "1160"),
    ("345.678", "345678"), ("1.000.000", "1000000"), ("1\u00a0160".replace("\u00a0", ""), "1160"), ("<5", "<5"),
    ("< 5", "<5"), ("minder dan 5", "<5"), ("Minder\u00a0dan 5", "<5"), ("geen", "0"),
    ("geen enkele", "0"), (0, "0"), ("90-120", "90-120"), ("tussen 90 en 120", "90-120"),
    ("90 – 120", "90-120"),
]  # fmt: skip
REFUSED = [
    (2.5, "whole numbers"), (-5, "whole numbers"), (float("nan"), "whole numbers"),
    (True, "truth value"), (datetime.datetime(2014, 5, 1), "the spreadsheet made a date"),
    (datetime.date(2014, 5, 1), "a date"), ("2,5", "allowed is a figure"), ("1.16", "a figure"),
    ("-5", "allowed is a figure"), ("=cmd|' /C calc'!A0", "a formula"), ("+1", "a formula"),
    ("@SUM(A1)", "a formula"), ("-cmd", "a formula"), ("n.b.", "allowed is a figure"),
    ("٣", "allowed is a figure"), ("<٥", "allowed is a figure"), ("", "allowed is a figure"),
    ("0.500", "allowed is a figure"), ("0275", "allowed is a figure"), (None, "a figure"),
    (10**12, "from 0 to 1,000,000"), ("1000000000000", "up to 1,000,000"), (10**5000, "1,000,000"),
    ("<2000000", "up to 1,000,000"), ("9" * 5000, "a figure"), ("2" * 5000 + "-3", "a figure"),
    ("[" * 5000, "a figure"), (datetime.timedelta(1), "a date"),
]  # fmt: skip


@pytest.mark.parametrize(("value", "expected"), FIGURES, ids=repr)
def test_figures_as_people_and_spreadsheets_write_them(value, expected):
    assert notation(value) == expected


@pytest.mark.parametrize(("value", "message"), REFUSED, ids=range(len(REFUSED)))
def test_what_is_no_figure_is_refused(value, message):
    with pytest.raises(DataError, match=message):
        notation(value)


@pytest.mark.parametrize(
    ("text", "code"),
    [("Armenië", "ARM"), ("ARMENIA", "ARM"), ("arm", "ARM"), ("Rusland", "RUS"), ("Russia", "RUS"),
     ("Ivoorkust", "CIV"), ("Côte d’Ivoire", "CIV"), ("DR Congo", "COD"), ("Somaliland", "SOM"),
     ("Guinee Conakry", "GIN"), ("Oekraïne", "UKR"), ("Sri Lanka", "LKA")],
)  # fmt: skip
def test_country_names_in_both_languages(raw, text, code):
    assert country_names.known_names(raw)[country_names.plain(text)] == code


def write(tmp_path, text, name="t.csv"):
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
    return path


LONG = "land;jaar;kanaal;indicator;aantal;pagina;paragraaf\n"


def cells(path, raw):
    return [
        (c.iso3, c.year, c.channel, c.indicator, c.notation, c.page)
        for c in read_transcription(path, raw, SOURCE)
    ]


FORMS = {
    "long, Dutch, semicolons, BOM": (
        "\ufeff" + LONG + "Armenië;2014;LP;aanvragen;1.160;12;b\nArmenië;2014;;gedwongen vertrek;minder dan 5;12;b\n",
        [("ARM", 2014, "LP", "requests", "1160", "12"), ("ARM", 2014, "", "forced", "<5", "12")],
    ),
    "long, English, commas": (
        "country,year,channel,indicator,value,page\nGeorgia,2013,T&O,unanswered,10,12\n",
        [("GEO", 2013, "TO", "unanswered", "10", "12")],
    ),
    "wide, tabs": (
        "land\tkanaal\tindicator\t2013\t2014\tblz\nGeorgië\tT&O\tgeen antwoord\t<5\t10\t12\n",
        [("GEO", 2013, "TO", "unanswered", "<5", "12"), ("GEO", 2014, "TO", "unanswered", "10", "12")],
    ),
    "empty figures are not printed": (
        LONG + "Armenië;2013;LP;aanvragen;;12;b\nArmenië;2014;LP;aanvragen;5;12;b\n",
        [("ARM", 2014, "LP", "requests", "5", "12")],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), FORMS.values(), ids=FORMS.keys())
def test_forms_of_csv(tmp_path, raw, text, expected):
    assert cells(write(tmp_path, text), raw) == expected


BAD_ROWS = {
    "Armenai;2014;LP;aanvragen;10;12;b": r"row 2, column country: 'Armenai': .*nearest is Armenia",
    "Armenië;veertien;LP;aanvragen;10;12;b": "column year: 'veertien': allowed is a calendar year",
    "Armenië;2015;LP;aanvragen;10;12;b": "column year: '2015': years of synthetic-1 are 2009 to 2014",
    "Armenië;2014;XX;aanvragen;10;12;b": "column channel: 'XX': allowed are LP, TO, nationality",
    "Armenië;2014;;aanvragen;10;12;b": "column channel: '': requests: departures have none",
    "Armenië;2014;LP;forced;10;12;b": "column channel: 'LP': forced: departures have none",
    "Armenië;2014;LP;terug;10;12;b": "column indicator: 'terug': allowed are requests",
    "Armenië;2014;LP;aanvragen;273;12;b": "column printed: '273': .*multiples of 5",
    "Armenië;2014;LP;aanvragen;<10;12;b": "column printed: '<10': .*it prints <5",
    "Armenië;2014;LP;aanvragen;-5;12;b": "column printed: '-5': allowed is a figure",
    "Armenië;2014;LP;aanvragen;2.5;12;b": "column printed: '2.5': allowed is a figure",
    "Armenië;2014;LP;aanvragen;=cmd|x;12;b": "a formula",
    "Armenië;2014;LP;aanvragen;10;1000;b": "column page: '1000': pages are 1 to 999",
    "Armenië;2014;LP;aanvragen;10;;b": "column page: empty; a page from 1 to 999 is needed",
    "Armenië;2014;LP;aanvragen;10;" + "9" * 5000 + ";b": "column page: '9999.*: pages are 1 to 999",
    "Armenië;2014;LP;aanvragen;10;12;a;99": "row 2, column H: '99': no heading above it",
    "Armenië;2014;LP;aanvragen;10;12;3.1; 3.2": "column H: ' 3.2': no heading above it",
    'Armenië;2014;LP;aanvragen;10;12;"3.1; 3.2"': "column section: '3.1; 3.2': a section has no semi",
    "Armenië;2014;LP;aanvragen;10;12;=1+1": "column section: '=1.1': a text begins with no =",
    "Armenië;2014;LP;aanvragen;10;12;a\x07": "column section: .*: a character that cannot be seen",
    "Malta;2014;LP;aanvragen;10;12;b": "not yet a country of this directory.*--country MLT",
    "mlt;2014;LP;aanvragen;10;12;b": "not yet a country of this directory.*--country MLT",
    "Armenië;20１４;LP;aanvragen;10;12;b": "column year: '20１４': allowed is a calendar year",
    "Atlantis;2014;LP;aanvragen;10;12;b": r"'Atlantis': not a known country; allowed is a Dutch or English name, or a code$",
}


@pytest.mark.parametrize(("line", "message"), BAD_ROWS.items(), ids=range(len(BAD_ROWS)))
def test_a_bad_row_is_named(tmp_path, raw, line, message):
    with pytest.raises(
        TranscriptionError, match=f"t.csv, row 2.*{message.removeprefix('row 2, ')}"
    ):
        cells(write(tmp_path, LONG + line + "\n"), raw)


def test_a_note_with_an_unknown_mark_is_named(tmp_path, raw):
    text = LONG.replace("paragraaf", "noot") + "Armenië;2014;LP;aanvragen;10;12;guess: 2014\n"
    with pytest.raises(
        TranscriptionError, match="column note: 'guess: 2014': allowed before a colon"
    ):
        cells(write(tmp_path, text), raw)


def test_all_problems_are_told_at_once(tmp_path, raw):
    with pytest.raises(TranscriptionError) as caught:
        cells(write(tmp_path, LONG + "\n".join(BAD_ROWS)), raw)
    assert len(caught.value.problems) >= len(BAD_ROWS)
    assert len(str(caught.value).splitlines()) == len(caught.value.problems)


WIDE = "land;kanaal;indicator;2013;2014;pagina"

HEADINGS = {
    "a year with a mark": (WIDE.replace("2014", "2014*"), "'2014[*]': unknown heading"),
    "a year of the source's not": (
        WIDE.replace("2014", "2015"), "row 1: 2015: years of synthetic-1 are 2009 to 2014"
    ),
    "years": (WIDE.replace("2014", "years"), "'years': unknown heading; nearest is year"),
    "a year beside years": (WIDE.replace("2014", "jaar"), "'jaar': stands beside headings of years"),
    "a value beside years": (WIDE.replace("2014", "value"), "'value': stands beside headings of y"),
    "twice": (WIDE.replace("2014", "land"), "'land': the heading stands twice"),
    "none": (WIDE.replace("2014", ""), "row 2, column E: '10': no heading above it"),
    "no page": (WIDE.replace("pagina", "noot"), "row 1: no column page"),
    "no channel": (WIDE.replace("kanaal", "sectie"), "row 1, column channel: no column channel"),
}  # fmt: skip


@pytest.mark.parametrize(("header", "message"), HEADINGS.values(), ids=HEADINGS.keys())
def test_a_wrong_heading_is_told_in_one_line(tmp_path, raw, header, message):
    rows = "".join(
        f"{country};LP;aanvragen;5;10;12\n" for country in ("Ghana", "Armenia", "Georgia")
    )
    with pytest.raises(TranscriptionError, match=message) as caught:
        cells(write(tmp_path, f"{header}\n{rows}"), raw)
    assert len(re.findall(message, str(caught.value))) == 1


AGREE = {
    "country and code": ("land;iso3", "Armenia;GEO", "column iso3: 'GEO': column land says 'Armenia'"),
    "two figures": ("land;value;printed", "Armenia;10;15", "column printed: '15': column value says '10'"),
    "two pages": ("land;page;blz", "Armenia;12;13", "column blz: '13': column page says '12'"),
    "the code is wrong": ("land;iso3", "Armenia;XYZ", "column iso3: 'XYZ': not a known country"),
}  # fmt: skip


@pytest.mark.parametrize(("header", "values", "message"), AGREE.values(), ids=AGREE.keys())
def test_two_columns_for_one_field_agree(tmp_path, raw, header, values, message):
    rest = {"value": ("aantal", "10"), "page": ("pagina", "12")}
    for name, (heading, value) in rest.items():
        if name not in header:
            header, values = f"{header};{heading}", f"{values};{value}"
    path = write(tmp_path, f"{header};jaar;kanaal;indicator\n{values};2014;LP;aanvragen\n")
    with pytest.raises(TranscriptionError, match=message):
        cells(path, raw)
    for said, agreeing in (("GEO", "arm"), ("XYZ", ""), ("10;15", "10; 10"), ("12;13", "12;12")):
        values = values.replace(said, agreeing)
    path = write(tmp_path, f"{header};jaar;kanaal;indicator\n{values};2014;LP;aanvragen\n")
    assert cells(path, raw) == [("ARM", 2014, "LP", "requests", "10", "12")]


def test_a_list_of_problems_ends_and_no_line_is_long(tmp_path, raw):
    name = "t" * 200 + ".csv"
    line = f"{'Atlantis' * 50};2014;LP;aanvragen;10;12;b\n"
    with pytest.raises(TranscriptionError) as caught:
        cells(write(tmp_path, LONG + line * 5000, name), raw)
    *lines, last = str(caught.value).splitlines()
    assert len(lines) == 100
    assert last == "the list ends here; there is more"
    assert max(map(len, lines)) <= 300
    assert "not a known country" in lines[0]


def test_a_million_rows_are_refused_at_once(tmp_path, raw):
    with pytest.raises(DataError, match="t.csv: more than 100,000 rows"):
        cells(write(tmp_path, LONG + "Ghana;2014;LP;aanvragen;10;12;b\n" * 1_000_000), raw)


def test_two_rows_for_one_cell_are_told(tmp_path, raw):
    line = "Armenië;2014;LP;aanvragen;10;12;b\n"
    with pytest.raises(TranscriptionError, match="row 3.*ARM 2014 LP requests stands in row 2 too"):
        cells(write(tmp_path, LONG + line + line), raw)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "empty"),
        ("land;jaar\nx;y\n", "no column indicator"),
        (LONG + "Armenië;2013;LP;aanvragen;;12;b\n", "no figure in it"),
        ("land;jaar;indicator;aantal;kleur\n", "'kleur': unknown heading"),
        ("land;indicator;2014;2014\n", "the heading stands twice"),
        (b"\xff\xfe\x00", "not UTF-8"),
        ('land;jaar\n"x\n', "not a CSV file"),
    ],
)
def test_a_bad_table_is_refused(tmp_path, raw, text, message):
    with pytest.raises(AnalysisError, match=message):
        cells(write(tmp_path, text), raw)


# workbooks ------------------------------------------------------------------------------------


def workbook(tmp_path, *rows, change=None):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "counts"
    sheet.append(["country", "channel", "indicator", 2013, 2014, "page"])
    for row in rows:
        sheet.append(row)
    if change:
        change(book, sheet)
    path = tmp_path / "t.xlsx"
    book.save(path)
    return path


def test_a_workbook_is_read(tmp_path, raw):
    path = workbook(tmp_path, ["Armenia", "LP", "requests", 10, "<5", 12])
    assert cells(path, raw) == [
        ("ARM", 2013, "LP", "requests", "10", "12"),
        ("ARM", 2014, "LP", "requests", "<5", "12"),
    ]


WORKBOOK_PROBLEMS = {
    "a figure right of the headings": (["Armenia", "LP", "requests", 10, 10, 12, 95], None, "row 2, column G: 95: no heading above it"),
    "a date is shown as a date": (["Armenia", "LP", "requests", datetime.datetime(2013, 1, 5), 10, 12], None, "column 2013: 2013-01-05: the spreadsheet made a date"),
    "a formula": (["Armenia", "LP", "requests", "=1+1", 10, 12], None, r"row 2, column D: '=1\+1': a formula"),
    "a date": (["Armenia", "LP", "requests", datetime.datetime(2013, 1, 5), 10, 12], None, "row 2, column 2013: .*a date"),
    "merged cells": (["Armenia", "LP", "requests", 10, 10, 12], lambda b, s: s.merge_cells("D2:E2"), "row 2: .*merged cells"),
    "a number for a kind of request": (["Armenia", 0, "forced", 10, 10, 12], None, "column channel: 0: allowed are LP, TO"),
    "another sheet": (["Armenia", "LP", "requests", 10, 10, 12], lambda b, s: setattr(s, "title", "x"), "no sheet 'counts'"),
}  # fmt: skip


@pytest.mark.parametrize(
    ("row", "change", "message"), WORKBOOK_PROBLEMS.values(), ids=WORKBOOK_PROBLEMS.keys()
)
def test_a_bad_workbook_is_refused(tmp_path, raw, row, change, message):
    with pytest.raises(AnalysisError, match=message):
        cells(workbook(tmp_path, row, change=change), raw)


def test_files_that_are_no_workbook_are_refused(tmp_path, raw, monkeypatch):
    good = workbook(tmp_path, ["Armenia", "LP", "requests", 10, 10, 12]).read_bytes()
    for content, message in (
        (b"hello", "not a workbook"),
        (good[: len(good) // 2], "not a workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"0" * 600, "password-protected"),
        (b"", "not a workbook"),
    ):
        with pytest.raises(DataError, match=message):
            cells(write(tmp_path, content, "bad.xlsx"), raw)
    with pytest.raises(DataError, match="file missing"):
        cells(tmp_path / "absent.xlsx", raw)
    monkeypatch.setattr(spreadsheets, "LARGEST", 1000)
    with pytest.raises(DataError, match="unpacks to more than 1,000 bytes"):
        cells(write(tmp_path, good, "large.xlsx"), raw)


def tampered(tmp_path, before, inserted):
    """Return a workbook with something more in the XML of its sheet."""
    path = workbook(tmp_path, ["Armenia", "LP", "requests", 10, 10, 12])
    with zipfile.ZipFile(path) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    sheet = next(name for name in parts if name.endswith("sheet1.xml"))
    assert before.encode() in parts[sheet]
    parts[sheet] = parts[sheet].replace(before.encode(), (inserted + before).encode(), 1)
    with zipfile.ZipFile(path, "w") as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    return path


def test_xml_entities_are_not_resolved(tmp_path, raw):
    secret = tmp_path / "secret.txt"
    secret.write_text("95")
    entity = f'<!DOCTYPE x [<!ENTITY e SYSTEM "{secret.as_uri()}">]>'
    with pytest.raises(DataError, match="not a workbook"):
        cells(tampered(tmp_path, "<worksheet", entity), raw)


def test_nothing_is_fetched(tmp_path, raw, monkeypatch):
    path = workbook(tmp_path, ["Armenia", "LP", "requests", 10, 10, 12])
    book = openpyxl.load_workbook(path)
    book["counts"]["A2"].hyperlink = "http://example.invalid/more.xlsx"
    book.save(path)

    def refuse(*_, **__):
        raise AssertionError("a connection")

    monkeypatch.setattr(socket, "socket", refuse)
    assert len(cells(path, raw)) == 2


@pytest.mark.parametrize(
    ("before", "inserted"),
    [
        ("</sheetData>", '<row r="1048576"><c r="XFD1048576" t="n"><v>1</v></c></row>'),
        ("</sheetData>", '<row r="1048576"><c t="n"><v>1</v></c></row>'),
        ("<pageMargins", '<mergeCells><mergeCell ref="A5:XFD1048576"/></mergeCells>'),
    ],
    ids=["a cell far out", "a row far down", "cells merged"],
)
def test_a_small_file_does_not_unfold_into_billions_of_cells(tmp_path, raw, before, inserted):
    with pytest.raises(AnalysisError, match="a sheet spans more than 2,000,000 cells|merged cells"):
        cells(tampered(tmp_path, before, inserted), raw)


@pytest.mark.parametrize(
    "inserted",
    ['<hyperlinks><hyperlink ref="A1:XFD1048576" location="a"/></hyperlinks>',
     '<conditionalFormatting sqref="A1:XFD1048576"/>'],
)  # fmt: skip
def test_what_spans_the_sheet_without_a_figure_is_not_read(tmp_path, raw, inserted):
    start = time.perf_counter()
    assert len(cells(tampered(tmp_path, "<pageMargins", inserted), raw)) == 2
    assert time.perf_counter() - start < 5


def test_a_comment_far_out_is_not_read(tmp_path, raw):
    def comment(book, sheet):
        sheet["A1"].comment = openpyxl.comments.Comment("a", "b")

    path = workbook(tmp_path, ["Armenia", "LP", "requests", 10, 10, 12], change=comment)
    with zipfile.ZipFile(path) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    (name,) = (name for name in parts if "comments" in name and name.endswith(".xml"))
    parts[name] = parts[name].replace(b'ref="A1"', b'ref="XFD1048576"')
    with zipfile.ZipFile(path, "w") as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    assert len(cells(path, raw)) == 2


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.one_of(st.binary(max_size=300), st.text(max_size=300).map(str.encode)))
def test_the_parser_raises_nothing_but_its_own_errors(tmp_path, raw, content):
    for name in ("fuzz.csv", "fuzz.xlsx"):
        path = Path(tmp_path) / name
        path.write_bytes(content)
        with contextlib.suppress(AnalysisError):
            read_transcription(path, raw, SOURCE)


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(
        st.lists(st.text(alphabet="abc<5-.;,\n\"'=+2014 é\u00a0", max_size=12), max_size=7),
        max_size=5,
    )
)
def test_rows_of_nonsense_raise_nothing_but_their_own_errors(tmp_path, raw, rows):
    text = LONG + "\n".join(";".join(row) for row in rows)
    with contextlib.suppress(AnalysisError):
        cells(write(Path(tmp_path), text), raw)


@given(
    st.one_of(
        st.text(max_size=20), st.integers(), st.floats(), st.none(), st.booleans(), st.dates()
    )
)
def test_any_value_is_a_figure_or_a_clear_error(value):
    try:
        text = notation(value)
    except DataError:
        return
    assert re.fullmatch("[0-9]+|<[0-9]+|[0-9]+-[0-9]+", text)
