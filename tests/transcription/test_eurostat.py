"""Eurostat's returns, SYNTHETIC here, in both of its layouts: read strictly, and never joined."""

import contextlib
import csv
import re
import shlex
from functools import partial

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from slm_analysis.__main__ import main
from slm_analysis.bounds.panel import build_panel
from slm_analysis.errors import AnalysisError, DataError
from slm_analysis.printed.read import read_raw
from slm_analysis.printed.sources import SOURCE_TEXTS, read_source
from slm_analysis.project import HOME
from slm_analysis.results.other_sources import beside_departures
from slm_analysis.transcription.eurostat import read_eurostat, recognised
from slm_analysis.transcription.reading import TranscriptionError
from tests.test_language import run_notebook

pytestmark = pytest.mark.slow

RECORD = dict.fromkeys(SOURCE_TEXTS, "synthetic") | {
    "published": "2026",
    "years": [2013, 2014],
    "rounding": {"rounded_to": 5, "suppressed_under": 0, "zero_in_words": False},
}
HIDING = RECORD | {"rounding": {"rounded_to": 5, "suppressed_under": 5, "zero_in_words": True}}
TSV = (
    "freq,citizen,age,sex,unit,geo\\TIME_PERIOD\t2013 \t2014 \n"
    "A,AM,TOTAL,T,PER,NL\t: c\t20 b\n"
    "A,GE,TOTAL,T,PER,NL\t0 \t:\n"
    "A,GE,TOTAL,F,PER,NL\t0 \t5 \n"
    "A,GE,TOTAL,T,PER,BE\t70 \t75 ep\n"
    "A,TOTAL,TOTAL,T,PER,NL\t2000 \t2500 \n"
    "A,EXT_EU27_2020,TOTAL,T,PER,NL\t2000 \t2500 \n"
    "A,XK,TOTAL,T,PER,NL\t15 e\t: z\n"
    "A,UK,TOTAL,T,PER,NL\t5 \t: \n"
    "A,AD,TOTAL,T,PER,NL\t5 \t: \n"
)
CSV = (
    "DATAFLOW,LAST UPDATE,freq,citizen,c_dest,age,sex,unit,geo,TIME_PERIOD,OBS_VALUE,OBS_FLAG,CONF_STATUS\n"
    "ESTAT:MIGR_EIRTN(1.0),12/05/26 11:00:00,A,AM,TOTAL,TOTAL,T,PER,NL,2013,,c,\n"
    "ESTAT:MIGR_EIRTN(1.0),12/05/26 11:00:00,A,AM,TOTAL,TOTAL,T,PER,NL,2014,20,b,\n"
    "ESTAT:MIGR_EIRTN(1.0),12/05/26 11:00:00,A,AM,AM,TOTAL,T,PER,NL,2014,15,,\n"
    "ESTAT:MIGR_EIRTN(1.0),12/05/26 11:00:00,A,GE,TOTAL,TOTAL,T,PER,NL,2013,0,,\n"
    "ESTAT:MIGR_EIRTN(1.0),12/05/26 11:00:00,A,GE,TOTAL,TOTAL,T,PER,NL,2014,:,,\n"
    "ESTAT:MIGR_EIRTN(1.0),12/05/26 11:00:00,A,XK,TOTAL,TOTAL,T,PER,NL,2013,15,e,F\n"
    "ESTAT:MIGR_EIRTN(1.0),12/05/26 11:00:00,A,UK,TOTAL,TOTAL,T,PER,NL,2013,5,,\n"
    "ESTAT:MIGR_EIRTN(1.0),12/05/26 11:00:00,A,GE,TOTAL,Y_LT14,T,PER,NL,2014,5,,\n"
    "ESTAT:MIGR_EIRTN(1.0),12/05/26 11:00:00,A,STLS,TOTAL,TOTAL,T,PER,NL,2014,5,,\n"
)


def write(folder, text, name="estat_migr_eirtn.tsv"):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def read(path, raw, record=HIDING):
    return read_eurostat(path, raw, read_source("eurostat-1", record, "record"))


@pytest.mark.parametrize(
    ("text", "name"), [(TSV, "estat_migr_eirtn.tsv"), (CSV, "download.csv")], ids=["TSV", "CSV"]
)
def test_both_layouts_are_read_to_the_same_cells(tmp_path, raw, text, name):
    path = write(tmp_path, text, name)
    assert recognised(path)
    cells, _told = read(path, raw)
    assert [(cell.key, cell.printed, cell.notation, cell.note) for cell in cells] == [
        (("ARM", 2013, "", "returned"), ": c", "<5", "flag c (confidential)"),
        (("ARM", 2014, "", "returned"), "20 b", "20", "flag b (break in series)"),
        (("GEO", 2013, "", "returned"), "0", "0", ""),
        (("XKX", 2013, "", "returned"), "15 e", "15", "flag e (estimated)"),
        (("GBR", 2013, "", "returned"), "5", "5", ""),
    ]  # fmt: skip
    assert cells[1].section.startswith("migr_eirtn A.AM.TOTAL.")


def test_what_is_skipped_is_said(tmp_path, raw):
    _cells, told = read(write(tmp_path, TSV), raw)
    assert told == [
        "kept is age TOTAL, freq A, geo NL, sex T, unit PER; of anything else, skipped: 4",
        "no countries, skipped: EXT_EU27_2020, TOTAL",
        "not in countries.csv, skipped: AD",
        "not available (:), so no figure and no zero: 3",
    ]


def test_a_confidential_count_without_a_limit_bounds_nothing(tmp_path, raw):
    cells, told = read(write(tmp_path, TSV), raw, RECORD)
    assert "ARM 2013" not in {f"{cell.iso3} {cell.year}" for cell in cells}
    assert (
        "confidential, and the source record has no limit (suppressed_under), so left out: 1"
        in told
    )


def test_figures_that_look_rounded_under_a_record_of_exact_ones_are_said(tmp_path, raw):
    exact = RECORD | {"rounding": {"rounded_to": 1}}
    assert read(write(tmp_path, TSV), raw, exact)[1][-1] == (
        "caution: all figures are multiples of 5, and the source record says rounded_to: 1"
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            TSV.replace("20 b", "21 b"),
            "row 2, column 2014: '21': the source cannot print this: it rounds to multiples of 5",
        ),
        (TSV.replace("20 b", "-5"), "row 2, column 2014: '-5': allowed is a count, or :"),
        (TSV.replace("20 b", "2.5"), "row 2, column 2014: '2.5': allowed is a count, or :"),
        (
            TSV.replace("\t2014", "\t2015"),
            "row 2, column 2015: '2015': years of eurostat-1 are 2013",
        ),
        (TSV + TSV.splitlines()[1], "row 11, column 2013: 'AM': stands in row 2 too"),
        (TSV.replace("A,AM,TOTAL,T", "A,AM,T"), "row 2: 'A,AM,T,PER,NL': allowed are as many"),
        (CSV.replace(",AM,TOTAL,TOTAL,T", ",AM,TOTAL,T"), "row 2: .*: allowed are as many fields"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_with_its_place(tmp_path, raw, text, message):
    with pytest.raises((TranscriptionError, DataError), match=message):
        read(write(tmp_path, text), raw)


@pytest.mark.parametrize(
    ("text", "name", "message"),
    [
        (TSV, "returns.tsv", "allowed are migr_eirtn, migr_eiord, in the name of a TSV"),
        (CSV.replace("EIRTN", "EIRTN1"), "x.csv", "allowed are migr_eirtn, migr_eiord"),
        (TSV.replace(",geo\\", "\\"), "estat_migr_eirtn.tsv", "no column geo"),
        (TSV.replace("A,AM", "M,AM").replace(",NL", ",BE"), "migr_eiord.tsv", "no figure in it"),
    ],
)
def test_another_data_set_is_refused(tmp_path, raw, text, name, message):
    with pytest.raises(DataError, match=message):
        read(write(tmp_path, text, name), raw)


def test_a_transcription_is_not_taken_for_eurostats(tmp_path):
    assert not recognised(write(tmp_path, "country,year,channel,indicator,value\n"))
    assert not recognised(tmp_path)


@pytest.fixture
def mine(tmp_path, capsys):
    """Return a data directory into which the synthetic file was imported."""
    record = tmp_path / "record.yml"
    record.write_text(yaml.safe_dump({"eurostat-1": HIDING}))
    book = write(tmp_path, TSV)
    assert main(["import", str(book), "--record", str(record), "--data", str(tmp_path / "m")]) == 0
    told = capsys.readouterr().out
    assert "eurostat-1: 5 figures new, 0 already there" in told
    assert "no countries, skipped: EXT_EU27_2020, TOTAL" in told
    return tmp_path / "m"


def test_imported_counts_stay_out_of_the_panel(mine, tmp_path, panel, raw, capsys):
    changed = read_raw(mine / "raw")
    assert build_panel(changed).equals(panel)
    assert changed.years == raw.years
    found = build_panel(changed, table="other_counts")
    assert found[["iso3", "year", "indicator", "lo", "hi"]].to_numpy().tolist() == [
        ["ARM", 2013, "returned", 0, 4],
        ["ARM", 2014, "returned", 18, 22],
        ["GBR", 2013, "returned", 3, 7],
        ["GEO", 2013, "returned", 0, 0],
        ["XKX", 2013, "returned", 13, 17],
    ]
    assert not (HOME / "data" / "raw" / "other_counts.csv").exists()
    # once more: nothing is added twice
    again = ["import", str(tmp_path / "estat_migr_eirtn.tsv"), "--source", "eurostat-1"]
    assert main([*again, "--data", str(mine)]) == 0
    assert "eurostat-1: 0 figures new, 5 already there" in capsys.readouterr().out


def test_the_rounding_has_to_be_in_the_record(tmp_path, capsys):
    record = tmp_path / "record.yml"
    record.write_text(yaml.safe_dump({"eurostat-1": dict.fromkeys(SOURCE_TEXTS, "synthetic")}))
    book = write(tmp_path, TSV)
    assert main(["import", str(book), "--record", str(record), "--data", str(tmp_path / "m")]) == 1
    assert "the source record has no years and rounding" in capsys.readouterr().err
    assert not (tmp_path / "m").exists()


def test_departures_are_set_beside_where_both_kinds_are_printed(mine, panel):
    others = build_panel(read_raw(mine / "raw"), table="other_counts")
    beside = beside_departures(panel, others)
    assert beside[["iso3", "year", "departures_lo", "lo", "hi", "more"]].to_numpy().tolist() == [
        ["ARM", 2014, 121, 18, 22, "certain"],
        ["GEO", 2013, 96, 0, 0, "certain"],
    ]
    without = panel[panel["indicator"] != "independent"]
    assert beside_departures(without, others).empty


def test_the_page_on_other_sources_is_right(tmp_path, monkeypatch, capsys):
    text = (HOME / "docs" / "5_other_sources.md").read_text(encoding="utf-8")
    record, file, commands, told = re.findall(r"```(?:yaml)?\n(.*?)```", text, re.DOTALL)
    monkeypatch.chdir(tmp_path)
    write(tmp_path, file)
    (tmp_path / "eurostat.yml").write_text(record)
    first, second, third = (shlex.split(line)[3:] for line in commands.splitlines())
    assert main(first) == 0
    assert capsys.readouterr().out == told
    assert main(second) == 0
    assert third[:2] == ["run", "07_other_sources"]
    monkeypatch.setenv("SLM_DATA", "mydata")
    finding, table = run_notebook(HOME / "notebooks" / "07_other_sources.ipynb", ("", ""))
    assert "Of 3 countries and years, the DT&V's departures are certainly fewer" in finding.text
    assert "Georgia | 2013 | 96–104 | returned | 110 108–112 | contradicted | certain" in (
        table.text()
    )


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.sampled_from((TSV, CSV)),
    st.text(alphabet="ANLMGE,:;\t\n\"' 2014bc0<-\x00\u0663\ue000", max_size=60),
    st.integers(0, 400),
)
def test_nonsense_in_a_file_raises_nothing_but_its_own_errors(tmp_path, raw, text, inserted, at):
    path = write(tmp_path, text[:at] + inserted + text[at:])
    if recognised(path):
        with contextlib.suppress(AnalysisError):
            for cell in read(path, raw)[0]:
                assert re.fullmatch("<?[0-9]+", cell.notation)


def test_a_field_too_long_for_a_csv_file_is_refused(tmp_path, raw, request):
    request.addfinalizer(partial(csv.field_size_limit, csv.field_size_limit(1000)))
    with pytest.raises(DataError, match="not a CSV file: field larger than field limit"):
        read(write(tmp_path, TSV + "A" * 2000), raw)
