"""From template to regenerated tables in a data directory of one's own; nothing written in error."""

import csv
import shutil
import subprocess
import sys

import frictionless
import openpyxl
import pytest
import yaml

from slm_analysis.__main__ import main
from slm_analysis.bounds.panel import build_panel, contradictions
from slm_analysis.errors import DataError
from slm_analysis.printed.read import read_raw
from slm_analysis.printed.sources import read_source
from slm_analysis.project import HOME, Project
from slm_analysis.regeneration import regenerate
from slm_analysis.transcription import comparison, importing, template
from slm_analysis.transcription.reading import TranscriptionError
from tests import synthetic


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
    assert figures.formula1 == '=OR(AND(ISNUMBER(E2),E2=INT(E2),E2>=5,MOD(E2,5)=0),E2="<5",E2=0)'
    assert "multiples of 5, <5 for a hidden count, 0 for none" in figures.error
    assert rules["C2:C1045"].formula1 == '"LP,TO,nationality"'
    plan = importing.plan_import(path, mine, write=True)
    assert (len(plan.added), plan.present) == (0, 100)


def test_nothing_is_written_unless_all_is_well(tmp_path, mine, record_file):
    path = long_csv(tmp_path, "Ghana,2011,LP,issued,15,40", "Ghana,2012,LP,issued,16,40")
    record = importing.read_record(record_file)
    with pytest.raises(TranscriptionError, match="row 3, column printed: '16'"):
        importing.plan_import(path, mine, None, record, write=True)
    assert not mine.exists()


def test_a_figure_that_differs_from_the_source_s_own_is_refused(tmp_path, mine):
    path = long_csv(tmp_path, "Armenia,2014,LP,requests,280,54")
    with pytest.raises(TranscriptionError, match=r"acvz-2015 already has 275 .*change row c005"):
        importing.plan_import(path, mine, "acvz-2015", write=True)


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
    regenerate.regenerate(project, said.append, tables=False, site=False)
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
        (["template", "nodir/x.xlsx"], "nodir/x.xlsx: No such file"),
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
    assert len(plan.added) == rows == 32 * 6 * 7
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
