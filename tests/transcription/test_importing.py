"""From template to regenerated tables in a data directory of one's own; nothing written in error."""

import csv
import errno
import shutil
import subprocess
import sys
from pathlib import Path

import frictionless
import openpyxl
import pandas as pd
import pytest
import yaml

from slm_analysis.__main__ import main
from slm_analysis.bounds.panel import build_panel, contradictions
from slm_analysis.errors import DataError
from slm_analysis.printed.read import read_raw
from slm_analysis.printed.sources import read_source
from slm_analysis.project import HOME, Project
from slm_analysis.regeneration import regenerate
from slm_analysis.regeneration.many_notebooks import Running
from slm_analysis.transcription import comparison, importing, template
from slm_analysis.transcription.reading import TranscriptionError
from tests import synthetic

pytestmark = pytest.mark.slow


@pytest.fixture
def record_file(tmp_path):
    return synthetic.write_record(tmp_path / "record.yml")


@pytest.fixture
def mine(tmp_path):
    return tmp_path / "mine"


def long_csv(tmp_path, *lines):
    path = tmp_path / "figures.csv"
    path.write_text("country,year,channel,indicator,value,page\n" + "\n".join(lines) + "\n")
    return path


def fill(path, **figures):
    """Type figures into a template: one indicator of one country by year."""
    book = openpyxl.load_workbook(path)
    sheet = book["counts"]
    head = [cell.value for cell in sheet[1]]
    for row in sheet.iter_rows(min_row=2):
        place = dict(zip(head, row, strict=True))
        if (place["iso3"].value, place["channel"].value, place["indicator"].value) == (
            "GHA",
            "LP",
            "issued",
        ):
            for year, value in figures.items():
                place[year.removeprefix("y")].value = value
            place["page"].value = 40
    book.save(path)


def test_from_template_to_panel(tmp_path, mine, record_file, raw, capsys):
    book = tmp_path / "series.xlsx"
    assert main(["template", str(book), "--record", str(record_file)]) == 0
    assert "3264 cells of synthetic-1" in capsys.readouterr().out
    fill(book, y2011=15, y2012="<5", y2013=0)
    assert main(["import", str(book), "--data", str(mine), "--dry-run"]) == 0
    assert "+ GHA 2012 LP issued: <5" in capsys.readouterr().out
    assert not mine.exists()
    assert main(["import", str(book), "--data", str(mine)]) == 0
    assert (
        "synthetic-1: 3 figures new, 0 already there; countries with new figures: 1"
        in capsys.readouterr().out
    )
    changed = read_raw(mine / "raw")
    panel = build_panel(changed).query("iso3 == 'GHA'")
    assert panel[["year", "lo", "hi", "page"]].to_numpy().tolist() == [
        [2011, 13, 17, "40"], [2012, 0, 4, "40"], [2013, 0, 0, "40"],
    ]  # fmt: skip
    assert changed.sources["synthetic-1"].rounding == synthetic.ROUNDING
    assert (HOME / "data" / "raw" / "dtv_counts.csv").read_text().count("synthetic") == 0
    # once more: nothing is added twice
    assert main(["import", str(book), "--data", str(mine)]) == 0
    assert "0 figures new, 3 already there" in capsys.readouterr().out


def test_the_template_of_the_report_has_its_figures_and_refuses_others(tmp_path, raw, mine):
    path = tmp_path / "t.xlsx"
    name, record = importing.known_record(HOME / "data" / "raw", "acvz-2015")
    cells = template.write_template(path, raw, raw.sources[name], record)
    assert cells == 32 * 17 * 6
    sheet = openpyxl.load_workbook(path)["counts"]
    head = [cell.value for cell in sheet[1]]
    assert head == ["country", "iso3", "channel", "indicator", *map(str, range(2009, 2015)),
                    "page", "section", "note"]  # fmt: skip
    rows = {
        tuple(cell.value for cell in row[1:4]): [cell.value for cell in row[4:]]
        for row in sheet.iter_rows(min_row=2)
    }
    assert rows["ARM", "LP", "unanswered"] == [None, None, None, 130, 90, 55, 54, "3.2.3", None]
    assert rows["GEO", "TO", "unanswered"][4:6] == ["<5", 10]
    assert rows["UKR", None, "forced"][:4] == [None] * 4  # a range is no figure of one year
    rules = {str(rule.sqref): rule for rule in sheet.data_validations.dataValidation}
    figures = rules["E2:J1045"]
    number = "AND(ISNUMBER(E2),E2=INT(E2),E2>=5,MOD(E2,5)=0)"
    assert figures.formula1 == f'=OR({number},E2="<5",E2="minder dan 5",E2=0)'
    assert "multiples of 5, <5 or minder dan 5 for a hidden count, 0 for none" in figures.error
    assert rules["C2:C1045"].formula1 == '"LP,TO,nationality"'
    plan = importing.plan_import(path, mine, write=True)
    assert (plan.altered, plan.gone) == ((), ())
    assert plan.present == 100


def test_nothing_is_written_unless_all_is_well(tmp_path, mine, record_file):
    path = long_csv(tmp_path, "Ghana,2011,LP,issued,15,40", "Ghana,2012,LP,issued,16,40")
    record = importing.read_record(record_file)
    with pytest.raises(TranscriptionError, match="row 3, column printed: '16'"):
        importing.plan_import(path, mine, None, record, write=True)
    assert not mine.exists()


def test_a_figure_that_differs_from_the_source_s_own_is_refused(tmp_path, mine):
    path = long_csv(tmp_path, "Armenia,2014,LP,requests,280,54")
    with pytest.raises(
        TranscriptionError, match=r"acvz-2015 already has 275 .*c005.* --replace acvz-2015"
    ):
        importing.plan_import(path, mine, "acvz-2015", write=True)


REPLACED = ("Ghana,2011,LP,issued,15,40", "Ghana,2012,LP,issued,20,41", "Ghana,2013,,forced,25,42")


@pytest.fixture
def had(tmp_path, mine, record_file):
    """Return a directory with three figures of a source."""
    path = long_csv(tmp_path, *REPLACED)
    importing.plan_import(path, mine, None, importing.read_record(record_file), write=True)
    return mine


def test_a_source_is_replaced_when_it_is_named_and_the_changes_are_told_first(
    tmp_path, had, capsys
):
    path = str(
        long_csv(tmp_path, REPLACED[0], "Ghana,2012,LP,issued,30,43", "Peru,2014,,forced,5,44")
    )
    options = ["import", path, "--data", str(had), "--source", "synthetic-1", "--country", "PER"]
    assert main([*options, "--replace", "acvz-2015"]) == 1
    assert "'acvz-2015': the figures are of synthetic-1" in capsys.readouterr().err
    assert main(options) == 1
    assert "has 20 for this cell (synthetic-1-00002, p. 41)" in capsys.readouterr().err
    before = read_raw(had / "raw")["dtv_counts"]
    assert main([*options, "--replace", "synthetic-1"]) == 0
    assert capsys.readouterr().out.splitlines()[:4] == [
        "~ GHA 2012 LP issued: 20 becomes 30 (synthetic-1-00002, p. 41)",
        "+ PER 2014 forced: 5",
        "- GHA 2013 forced: 25 (synthetic-1-00003, p. 42)",
        "synthetic-1: 1 figures new, 1 already there; countries with new figures: 1",
    ]
    raw = read_raw(had / "raw")
    counts = raw["dtv_counts"].query("source_id == 'synthetic-1'")
    assert counts[["id", "iso3", "notation", "page"]].to_numpy().tolist() == [
        ["synthetic-1-00001", "GHA", "15", "40"],
        ["synthetic-1-00002", "GHA", "30", "43"],
        ["synthetic-1-00004", "PER", "5", "44"],
    ]
    others = raw["dtv_counts"].query("source_id != 'synthetic-1'")
    assert others.equals(before.query("source_id != 'synthetic-1'"))
    assert raw.names["PER"] == "Peru"


def test_figures_that_are_gone_from_the_file_are_told_and_stay(tmp_path, had, capsys):
    path = long_csv(tmp_path, *REPLACED[1:])
    assert main(["import", str(path), "--data", str(had), "--source", "synthetic-1"]) == 0
    assert (
        "1 figures of synthetic-1 are not in this file and stay, such as GHA 2011 LP issued "
        "(synthetic-1-00001, p. 40); --replace synthetic-1 takes them out"
    ) in capsys.readouterr().out
    assert len(read_raw(had / "raw")["dtv_counts"].query("source_id == 'synthetic-1'")) == 3


def test_a_figure_printed_once_for_two_years_is_replaced_for_one(tmp_path, mine, raw):
    """Row c032 of the report has one figure for two years."""
    twice = raw["dtv_counts"].query("year_first != year_last and notation.str.isdigit()").iloc[0]
    book = tmp_path / "report.xlsx"
    assert main(["template", str(book)]) == 0
    opened = openpyxl.load_workbook(book)
    sheet = opened["counts"]
    head = [cell.value for cell in sheet[1]]
    for row in sheet.iter_rows(min_row=2):
        place = dict(zip(head, row, strict=True))
        key = tuple(place[name].value or "" for name in ("iso3", "channel", "indicator"))
        if key == tuple(twice[["iso3", "channel", "indicator"]]):
            place[twice["year_last"]].value = 995
    opened.save(book)
    plan = importing.plan_import(book, mine, write=True, replacing="acvz-2015")
    (change,) = plan.altered
    assert (change.old, change.new) == (twice["notation"], "995")
    assert twice["id"] in change.address
    now = read_raw(mine / "raw")["dtv_counts"]
    assert twice["id"] not in set(now["id"])
    ranges = raw["dtv_counts"]["notation"].str.contains("-")
    assert set(raw["dtv_counts"].loc[ranges, "id"]) <= set(now["id"])


def test_a_record_is_replaced_with_its_source(tmp_path, had):
    changed = synthetic.record()["synthetic-1"] | {"title": "Another title"}
    path = long_csv(tmp_path, *REPLACED)
    importing.plan_import(
        path, had, None, ("synthetic-1", changed), write=True, replacing="synthetic-1"
    )
    sources = read_raw(had / "raw").sources
    assert sources["synthetic-1"].title == "Another title"
    assert sources["acvz-2015"] == read_raw(HOME / "data" / "raw").sources["acvz-2015"]


@pytest.mark.parametrize("code", ["XXX", "per", "P"])
def test_a_country_to_add_is_a_code(tmp_path, mine, code):
    path = long_csv(tmp_path, REPLACED[0])
    with pytest.raises(DataError, match=f"'{code}': allowed is an ISO 3166-1"):
        importing.plan_import(path, mine, "acvz-2015", write=True, countries=[code])


@pytest.mark.parametrize("at", ["copytree", "write_csv", "_write_record", "rename"])
def test_a_disk_that_fills_up_leaves_what_was(tmp_path, had, record_file, monkeypatch, capsys, at):
    def full(*_, **__):
        raise OSError(errno.ENOSPC, "No space left on device")

    def files(folder):
        return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}

    before = files(tmp_path)
    path = long_csv(tmp_path, *REPLACED, "Ghana,2014,,forced,30,42")
    before[path] = path.read_bytes()
    other = synthetic.record()["synthetic-1"]
    record_file.write_text(yaml.safe_dump({"synthetic-2": other}))
    before[record_file] = record_file.read_bytes()
    if at == "rename":
        rename = Path.rename
        monkeypatch.setattr(
            Path,
            "rename",
            lambda a, b: full() if a.name == "raw" and b == had / "raw" else rename(a, b),
        )
    else:
        monkeypatch.setattr(importing.shutil if at == "copytree" else importing, at, full)
    arguments = ["import", str(path), "--data", str(had), "--record", str(record_file)]
    assert main(arguments) == 1
    assert "No space left on device" in capsys.readouterr().err
    monkeypatch.undo()
    assert files(tmp_path) == before
    assert not list(tmp_path.rglob(".import-*"))
    assert main(arguments) == 0


def test_a_template_replaces_no_file_unless_asked(tmp_path, monkeypatch, capsys):
    path = tmp_path / "t.xlsx"
    path.write_text("typed with care")
    assert main(["template", str(path)]) == 1
    assert "is there already; --force replaces it" in capsys.readouterr().err
    monkeypatch.setattr(template.Workbook, "save", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        main(["template", str(path), "--force"])
    monkeypatch.undo()
    assert [file.name for file in tmp_path.iterdir()] == ["t.xlsx"]
    assert path.read_text() == "typed with care"
    assert main(["template", str(path), "--force"]) == 0
    assert openpyxl.load_workbook(path).sheetnames == ["cover", "counts", "source"]
    assert "minder dan 5" in openpyxl.load_workbook(path)["cover"]["A3"].value


def test_a_title_with_braces_is_a_title(tmp_path, raw):
    name, record = importing.known_record(HOME / "data" / "raw", "acvz-2015")
    source = read_source(name, record | {"title": "Figures {draft}"}, "x")
    template.write_template(tmp_path / "t.xlsx", raw, source, record)
    cover = openpyxl.load_workbook(tmp_path / "t.xlsx")["cover"]
    assert cover["A1"].value == "Figures of Figures {draft}, to type"


def test_differences_replace_a_file_whole_or_not_at_all(tmp_path, monkeypatch, capsys):
    path = long_csv(tmp_path, "Ghana,2011,LP,issued,15,40")
    out = tmp_path / "d.csv"
    out.write_text("before")

    def full(self, file, **_):
        Path(file).write_text("half")
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(pd.DataFrame, "to_csv", full)
    assert main(["compare", str(path), str(path), "--csv", str(out)]) == 1
    assert "No space left on device" in capsys.readouterr().err
    assert out.read_text() == "before"
    assert len(list(tmp_path.iterdir())) == 2


SOURCE_SHEETS = {
    "aliases": ("a: &x [1]\nb: *x", "t.xlsx, sheet source: not YAML: aliases"),
    "two records": ("a: 1\nb: 2", "t.xlsx, sheet source: allowed is one record"),
    "brackets": ("[" * 5000, "too deep"),
    "a record of another": (None, "'acvz-2015': the record is of synthetic-1"),
}


@pytest.mark.parametrize(("text", "message"), SOURCE_SHEETS.values(), ids=SOURCE_SHEETS.keys())
def test_the_record_of_a_workbook_is_held_against_what_is_asked(
    tmp_path, mine, record_file, text, message
):
    path = tmp_path / "t.xlsx"
    main(["template", str(path), "--record", str(record_file)])
    book = openpyxl.load_workbook(path)
    if text:
        book["source"]["A2"].value = text
    book.save(path)
    with pytest.raises(DataError, match=message):
        importing.plan_import(path, mine, "acvz-2015", write=True)
    assert not mine.exists()


def test_what_an_import_doubts_is_told_and_done(tmp_path, mine, record_file, capsys):
    figures = ("280", "290", "275", "725", "285", "270")
    rows = [f"Ghana,{2009 + at},LP,issued,{figure},40" for at, figure in enumerate(figures)]
    path = long_csv(tmp_path, *rows)
    assert main(["import", str(path), "--record", str(record_file), "--data", str(mine)]) == 0
    lines = capsys.readouterr().out.splitlines()
    at = lines.index("look at these again:")
    assert lines[at + 1].startswith("figures.csv, row 5, column printed: '725': beside 275 in 2011")
    assert lines[at + 1].endswith("275 would fit")
    assert main(["import", str(path), "--record", str(record_file), "--data", str(mine)]) == 0
    assert "look at these again" not in capsys.readouterr().out  # once told


def test_two_sources_for_one_cell_are_intersected(tmp_path, mine, record_file):
    record = importing.read_record(record_file)
    record[1]["rounding"] = {"rounded_to": 10, "suppressed_under": 10, "zero_in_words": True}
    path = long_csv(tmp_path, "Armenia,2014,LP,requests,280,54")
    plan = importing.plan_import(path, mine, None, record, write=True)
    assert plan.contradictions.empty
    row = (
        build_panel(read_raw(mine / "raw"))
        .query("iso3 == 'ARM' and indicator == 'requests'")
        .iloc[0]
    )
    assert (row["lo"], row["hi"]) == (275, 277)  # 273-277 and 275-285
    assert row["source_id"] == "acvz-2015;synthetic-1"
    assert row["raw_ids"] == "c005;synthetic-1-00001"


def test_a_source_that_rounds_at_random_is_read_and_checked_so(tmp_path, mine, record_file):
    name, record = importing.read_record(record_file)
    record |= {"reading_rule": "random-rounding"}
    path = long_csv(tmp_path, "Ghana,2013,LP,issued,5,40", "Ghana,2014,LP,issued,275,40")
    importing.plan_import(path, mine, None, (name, record), write=True)
    cells = build_panel(read_raw(mine / "raw")).query("iso3 == 'GHA'")
    assert cells[["lo", "hi"]].to_numpy().tolist() == [[1, 9], [271, 279]]
    # a rounded 5 under six is hidden, though six itself, hidden first and then rounded, is 5
    record["rounding"] |= {"suppressed_under": 6}
    with pytest.raises(TranscriptionError, match="printed: '5': .* hides counts under 6"):
        importing.plan_import(path, tmp_path / "other", None, (name, record), write=False)


def test_sources_that_contradict_each_other_are_told_and_neither_is_preferred(
    tmp_path, mine, record_file, capsys
):
    path = long_csv(tmp_path, "Armenia,2014,LP,requests,500,54")
    assert main(["import", str(path), "--record", str(record_file), "--data", str(mine)]) == 0
    out = capsys.readouterr().out
    assert (
        "sources contradict each other, left out of the panel: ARM 2014 requests: 275 and 500"
        in out
    )
    changed = read_raw(mine / "raw")
    assert build_panel(changed).query("iso3 == 'ARM' and indicator == 'requests'").empty
    assert contradictions(changed)["raw_ids"].tolist() == ["c005;synthetic-1-00001"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"rounding": None}, "no years and rounding|rounding"),
        ({"years": [2014, 2009]}, r"years.*\[first, last\]"),
        ({"title": ""}, "title: missing"),
        (
            {"rounding": {"rounded_to": 0}},
            "rounded_to: 0: allowed is a whole number from 1 to 100,000",
        ),
        ({"rounding": {"rounded_to": 5, "suppressed_under": -1}}, "suppressed_under: -1: allowed"),
        ({"rounding": {"zero_in_words": "yes"}}, "zero_in_words: 'yes': allowed is true or false"),
        ({"colour": "red"}, "unknown field"),
    ],
)
def test_a_bad_record_is_refused(tmp_path, mine, change, message):
    records = synthetic.record()
    records["synthetic-1"] |= change
    path = tmp_path / "record.yml"
    path.write_text(yaml.safe_dump(records))
    with pytest.raises(DataError, match=message):
        importing.plan_import(
            long_csv(tmp_path, "Ghana,2011,LP,issued,15,40"),
            mine,
            None,
            importing.read_record(path),
            write=True,
        )


def test_a_source_has_a_name_that_addresses_can_use(tmp_path):
    path = tmp_path / "record.yml"
    path.write_text(yaml.safe_dump({"My Source": synthetic.record()["synthetic-1"]}))
    with pytest.raises(DataError, match="'My Source': allowed as source_id"):
        importing.read_record(path)


def test_every_notebook_works_with_the_full_series(tmp_path, mine, raw):
    """SYNTHETIC series of 32 countries and six years, through all notebooks."""
    path = tmp_path / "series.csv"
    synthetic.write_long(path, raw)
    record = ("synthetic-1", synthetic.record()["synthetic-1"])
    importing.plan_import(path, mine, None, record, write=True)
    project = Project(mine, tmp_path / "out")
    said = []
    regenerate.regenerate(project, "notebooks", Running(said.append))
    assert len(said) == len(regenerate.notebook_paths())
    text = (project.notebooks / "01_coverage.ipynb").read_text(encoding="utf-8")
    assert "Suriname" in text  # a country of which the report prints nothing
    heights = {
        path.name: int.from_bytes(path.read_bytes()[20:24], "big")
        for path in project.figures.glob("*.png")
    }
    assert max(heights.values()) < 4500, heights  # pixels; a figure that a reader can scroll


def test_an_unknown_source_is_refused(tmp_path, mine):
    with pytest.raises(DataError, match="which source.*acvz-2015.*--record"):
        importing.plan_import(
            long_csv(tmp_path, "Ghana,2011,LP,issued,15,40"), mine, "x-1", write=True
        )
    with pytest.raises(DataError, match="unknown source"):
        importing.known_record(HOME / "data" / "raw", "x-1")


def test_files_whose_last_line_is_not_ended_are_added_to(tmp_path, mine, record_file):
    shutil.copytree(HOME / "data" / "raw", mine / "raw")
    for name in ("dtv_counts.csv", "sources.yml"):
        path = mine / "raw" / name
        path.write_bytes(path.read_bytes().rstrip(b"\n"))
    before = len(read_raw(mine / "raw")["dtv_counts"])
    path = long_csv(tmp_path, "Ghana,2011,LP,issued,15,40")
    importing.plan_import(path, mine, None, importing.read_record(record_file), write=True)
    assert len(read_raw(mine / "raw")["dtv_counts"]) == before + 1


def test_a_record_of_another_source_is_refused(tmp_path, mine, record_file):
    path = long_csv(tmp_path, "Ghana,2011,LP,issued,15,40")
    with pytest.raises(DataError, match="'acvz-2015': the record is of synthetic-1"):
        importing.plan_import(
            path, mine, "acvz-2015", importing.read_record(record_file), write=False
        )


def test_a_changed_record_of_a_known_source_is_refused(tmp_path, mine, record_file):
    path = long_csv(tmp_path, "Ghana,2011,LP,issued,15,40")
    importing.plan_import(path, mine, None, importing.read_record(record_file), write=True)
    changed = synthetic.record()
    changed["synthetic-1"]["pages"] = [1, 50]
    with pytest.raises(DataError, match="already has another record"):
        importing.plan_import(path, mine, None, ("synthetic-1", changed["synthetic-1"]), write=True)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["import", "absent.xlsx", "--data", "mine"], "absent.xlsx: file missing"),
        (["import", "t.csv", "--data", str(HOME / "data"), "--source", "acvz-2015"], "own data"),
        (["regenerate", "data", "--data", "mine"], "give --out"),
        (["profiles", "ARM", "--data", "mine"], "give --out"),
        (["regenerate", "data", "--data", "nodir", "--out", "o"], "nodir"),
        (["template", "x.xls"], "ends in .xlsx"),
        (["template", "nodir/x.xlsx"], "nodir/x.xlsx: there is no folder nodir"),
        (["profiles", "Atlantis"], "allowed is all, or codes among"),
    ],
)
def test_mistakes_on_the_command_line_are_one_line(
    tmp_path, monkeypatch, capsys, arguments, message
):
    monkeypatch.chdir(tmp_path)
    long_csv(tmp_path, "Ghana,2011,LP,issued,15,40").rename(tmp_path / "t.csv")
    assert main(arguments) == 1
    error = capsys.readouterr().err
    assert error.startswith("error: ")
    assert message in error
    assert error.count("\n") == 1


def test_double_entry(tmp_path, raw, capsys):
    one = long_csv(tmp_path, "Ghana,2011,LP,issued,15,40", "Ghana,2012,LP,issued,20,40")
    other = tmp_path / "wide.csv"
    other.write_text("land;kanaal;indicator;2011;2012;2013\nGhana;LP;afgegeven;15;25;<5\n")
    table = comparison.compare_transcriptions(one, other, raw)
    assert table[["year", "first", "second"]].to_numpy().tolist() == [
        [2012, "20", "25"],
        [2013, "", "<5"],
    ]
    differences = tmp_path / "d.csv"
    assert main(["compare", str(one), str(other), "--csv", str(differences)]) == 1
    assert "2 of 3 cells differ" in capsys.readouterr().out
    assert len(list(csv.reader(differences.open()))) == 3
    assert main(["compare", str(one), str(one)]) == 0


def test_the_full_series_regenerates_tables_with_no_change_of_code(tmp_path, mine, raw):
    """SYNTHETIC series of 32 countries and six years."""
    path = tmp_path / "series.csv"
    rows = synthetic.write_long(path, raw)
    record = ("synthetic-1", synthetic.record()["synthetic-1"])
    plan = importing.plan_import(path, mine, None, record, write=True)
    assert len(plan.altered) == rows == 32 * 6 * 7
    assert plan.contradictions.empty
    project = Project(mine, tmp_path / "out")
    regenerate.write_tables(project)
    with (project.processed / "claims.csv").open(encoding="utf-8") as file:
        verdicts = {(row["claim_id"], row["name"]): row["verdict"] for row in csv.DictReader(file)}
    with (HOME / "data" / "processed" / "claims.csv").open(encoding="utf-8") as file:
        before = {(row["claim_id"], row["name"]): row["verdict"] for row in csv.DictReader(file)}
    tested = [name for name, verdict in before.items() if verdict == "untestable" != verdicts[name]]
    assert len(tested) > 5  # claims that become testable are tested
    assert frictionless.validate(str(project.processed / "datapackage.json")).valid


def test_the_data_package_is_valid_and_names_every_processed_table():
    path = HOME / "data" / "processed" / "datapackage.json"
    report = frictionless.validate(str(path))
    assert report.valid, report.flatten(["type", "message"])
    package = frictionless.Package(str(path))
    tables = {path.stem for path in (HOME / "data" / "processed").glob("*.csv")}
    assert {resource.name for resource in package.resources} == tables
    fields = {field.name: field.type for field in package.get_resource("panel").schema.fields}
    assert fields["lo"] == "integer"


def test_a_profile_is_built_for_a_country(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "slm_analysis", "profiles", "SOM", "--out", str(tmp_path)],
        capture_output=True, text=True, check=False, cwd=tmp_path,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    text = (tmp_path / "profiles" / "SOM.ipynb").read_text(encoding="utf-8")
    assert "Somalia/Somaliland" in text
    assert (tmp_path / "profiles" / "SOM" / "counts.svg").exists()
    assert not (tmp_path / "figures").exists()


def test_the_synthetic_record_is_a_source():
    assert read_source("synthetic-1", synthetic.record()["synthetic-1"], "x").years == (2009, 2014)
