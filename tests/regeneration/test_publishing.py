"""The files of a release: accessible workbooks, SDMX-CSV, and a crate in which all is named."""

import json
import re

import openpyxl
import pandas as pd
import pytest

from slm_analysis.__main__ import main
from slm_analysis.printed import codebook
from slm_analysis.project import HOME
from slm_analysis.regeneration.publishing import crate, publish


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    out = tmp_path_factory.mktemp("release")
    assert publish(out)
    return out


def books(published):
    return {
        name: openpyxl.load_workbook(published / "published" / name)
        for name in ("tables.xlsx", "series.xlsx")
    }


def test_the_same_bytes_come_out_again(published, tmp_path, capsys):
    assert main(["publish", str(tmp_path)]) == 0
    names = capsys.readouterr().out.splitlines()
    assert names == [
        "published/panel.sdmx.csv", "published/series.xlsx", "published/tables.xlsx",
        "ro-crate-metadata.json",
    ]  # fmt: skip
    for name in names:
        assert (tmp_path / name).read_bytes() == (published / name).read_bytes(), name


def test_workbooks_have_a_cover_and_notes_and_no_merged_cells(published):
    found = books(published)
    assert found["tables.xlsx"].sheetnames == ["cover", "notes", *codebook.PROCESSED]
    assert found["series.xlsx"].sheetnames == ["cover", "counts", "source"]
    for book in found.values():
        for sheet in book:
            assert not sheet.merged_cells.ranges
            assert sheet["A1"].value
            assert len(sheet.tables) <= 1


def test_each_sheet_of_tables_has_one_named_table_from_the_first_column(published):
    book = books(published)["tables.xlsx"]
    names = set()
    for sheet in book:
        (table,) = sheet.tables.values()
        names.add(table.displayName)
        first, last = table.ref.split(":")
        head, *rows = [[cell.value for cell in row] for row in sheet[table.ref]]
        assert first == f"A{int(first[1:])}"
        assert int(re.sub(r"\D", "", last)) >= sheet.max_row
        assert all(head)
        assert len(set(head)) == len(head)
        assert all(sheet.cell(row, 1).value for row in range(1, int(first[1:])))
        assert sheet["A2"].value == "This sheet has one table."
        if sheet.title in codebook.PROCESSED:
            expected = pd.read_csv(
                HOME / "data" / "processed" / f"{sheet.title}.csv", dtype=str, keep_default_na=False
            )
            assert head == list(expected)
            texts = [["" if v is None else str(v) for v in row] for row in rows]
            assert [row for row in texts if any(row)] == expected.to_numpy().tolist()
    assert names == {f"{sheet.title}_table" for sheet in book}
    assert not any(cell.data_type == "f" for sheet in book for row in sheet.rows for cell in row)
    assert isinstance(book["panel"]["B5"].value, int)


def test_the_series_to_type_into_is_a_named_table_and_can_be_imported(published, tmp_path, capsys):
    sheet = books(published)["series.xlsx"]["counts"]
    (table,) = sheet.tables.values()
    assert table.displayName == "counts_table"
    assert table.ref == sheet.dimensions
    book = str(published / "published" / "series.xlsx")
    assert main(["import", book, "--data", str(tmp_path / "m"), "--dry-run"]) == 0
    assert "acvz-2015: 0 figures new, " in capsys.readouterr().out


def test_the_flat_panel_is_sdmx_csv(published, panel):
    flat = pd.read_csv(published / "published" / "panel.sdmx.csv", dtype=str, keep_default_na=False)
    assert next(iter(flat)) == "DATAFLOW"
    assert len(flat) == len(panel)
    key = list(flat)[1 : list(flat).index("OBS_VALUE")]
    assert key[-1] == "TIME_PERIOD"
    assert not flat.duplicated(key).any()
    assert (flat[key] != "").all(axis=None)
    assert flat["LOWER_BOUND"].astype(int).tolist() == panel["lo"].tolist()
    single = flat[flat["OBS_VALUE"] != ""].astype({"OBS_VALUE": int, "LOWER_BOUND": int})
    assert len(single) > 60
    assert (single["LOWER_BOUND"] <= single["OBS_VALUE"]).all()
    hidden = flat[flat["KIND"].isin(["suppressed", "range"])]
    assert (hidden["OBS_VALUE"] == "").all()
    assert set(flat.loc[flat["KIND"] == "suppressed", "CONF_STATUS"]) == {"C"}


def references(value):
    if isinstance(value, dict):
        if set(value) == {"@id"}:
            yield value["@id"]
        for part in value.values():
            yield from references(part)
    if isinstance(value, list):
        for part in value:
            yield from references(part)


def test_the_crate_is_whole(published):
    """What RO-Crate 1.1 asks of every crate, by the structure alone."""
    told = json.loads((published / "ro-crate-metadata.json").read_text(encoding="utf-8"))
    assert told["@context"] == "https://w3id.org/ro/crate/1.1/context"
    entities = {entity["@id"]: entity for entity in told["@graph"]}
    assert len(entities) == len(told["@graph"])
    assert all(entity["@type"] and "@id" in entity for entity in told["@graph"])
    descriptor = entities["ro-crate-metadata.json"]
    assert descriptor["about"] == {"@id": "./"}
    assert descriptor["conformsTo"] == {"@id": "https://w3id.org/ro/crate/1.1"}
    root = entities["./"]
    assert root["@type"] == "Dataset"
    for name in ("name", "description", "datePublished", "license"):
        assert root[name]
    known = {"https://w3id.org/ro/crate/1.1"}
    assert set(references(told["@graph"])) - set(entities) == known
    parts = [part["@id"] for part in root["hasPart"]]
    assert len(parts) > 60
    assert {name for name, about in entities.items() if about["@type"] == "File"} == set(parts)
    for name in parts:
        path = published / name if name.startswith("published/") else HOME / name
        assert path.stat().st_size == int(entities[name]["contentSize"])
        assert entities[name]["encodingFormat"] != "application/octet-stream", name
    assert not any(re.search(r"^/|\.\.|\\", name) for name in parts)


def test_a_crate_of_nothing_is_one_still(raw):
    assert crate({}, raw)["@graph"][1]["hasPart"] == []
