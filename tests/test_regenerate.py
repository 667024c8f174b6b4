"""Regeneration: only what changed, all or nothing, and to the same bytes."""

import json
import shutil

import nbformat
import pytest

from slm_analysis import regenerate
from slm_analysis.errors import AnalysisError, DataError
from slm_analysis.project import HOME, Project


@pytest.fixture
def project(tmp_path):
    """A project of its own: a copy of the raw data, and an output folder."""
    shutil.copytree(HOME / "data" / "raw", tmp_path / "data" / "raw")
    return Project(tmp_path / "data", tmp_path / "out")


@pytest.fixture
def notebook(tmp_path):
    """Write a small notebook of the given code cells and return its path."""

    def write(*cells, name="small"):
        book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(text) for text in cells])
        for at, cell in enumerate(book.cells):
            cell.id = f"c{at}"
        path = tmp_path / f"{name}.ipynb"
        nbformat.write(book, path)
        return path

    return write


def test_the_committed_tables_are_what_the_raw_data_give(project):
    files = regenerate.write_tables(project)
    for file in files:
        assert (project.out / file).read_bytes() == (HOME / file).read_bytes()
        assert b"\r" not in (project.out / file).read_bytes()


def test_bad_data_leave_every_output_as_it_was(project):
    regenerate.write_tables(project)
    before = {path: path.read_bytes() for path in project.processed.iterdir()}
    counts = project.raw / "dtv_counts.csv"
    counts.write_text(counts.read_text().replace(",275,275,", ",275,274,"))
    with pytest.raises(DataError, match="'274'"):
        regenerate.write_tables(project)
    assert {path: path.read_bytes() for path in project.processed.iterdir()} == before
    assert [p.name for p in (project.out / ".cache").iterdir()] == []


def test_a_figure_is_put_in_place_with_its_notebook(project, notebook):
    path = notebook(
        "from slm_analysis.project import Project\n"
        "folder = Project.current().figures\nfolder.mkdir(parents=True)\n"
        "_ = (folder / 'x.svg').write_text('drawn')"
    )
    files = regenerate.execute(path, project, {})
    assert [str(file) for file in files] == ["figures/x.svg", "notebooks/small.ipynb"]
    assert (project.figures / "x.svg").read_text() == "drawn"


def test_a_failing_notebook_replaces_nothing_and_names_cell_and_message(project, notebook):
    regenerate.execute(notebook("1"), project, {})
    good = (project.notebooks / "small.ipynb").read_bytes()
    path = notebook("1", "raise ValueError('no such cell')")
    with pytest.raises(
        regenerate.NotebookError, match="small.ipynb, cell 2: ValueError: no such cell"
    ):
        regenerate.execute(path, project, {})
    assert (project.notebooks / "small.ipynb").read_bytes() == good


def test_two_executions_give_the_same_bytes_and_tell_nothing_of_the_machine(project, notebook):
    path = notebook("print('here')", "1 + 1")
    written = []
    for _ in range(2):
        regenerate.execute(path, project, {})
        written.append((project.notebooks / "small.ipynb").read_bytes())
    assert written[0] == written[1]
    book = json.loads(written[0])
    assert set(book["metadata"]) == {"kernelspec", "language_info"}
    assert all(not cell["metadata"] for cell in book["cells"])
    assert str(project.out).encode() not in written[0]


def test_parameters_reach_the_notebook(project, notebook):
    path = notebook('x = "a"', "x * 2")
    book = nbformat.read(path, as_version=4)
    book.metadata["kernelspec"] = {"name": "python3", "display_name": "x", "language": "python"}
    book.cells[0].metadata["tags"] = ["parameters"]
    nbformat.write(book, path)
    assert regenerate.known_parameters(path) == {"x": "a"}
    regenerate.execute(path, project, {"x": "b"})
    done = nbformat.read(project.notebooks / "small.ipynb", as_version=4)
    assert done.cells[-1].outputs[0].data["text/plain"] == "'bb'"
    assert done.cells[1].id == "injected-parameters"


def test_outputs_do_not_count_but_sources_data_and_modules_do(project, notebook, monkeypatch):
    path = notebook("from slm_analysis import response")
    first = regenerate.notebook_fingerprint(path, project)
    book = nbformat.read(path, as_version=4)
    book.cells[0].outputs = [nbformat.v4.new_output("stream", text="said")]
    nbformat.write(book, path)
    assert regenerate.notebook_fingerprint(path, project) == first
    other = notebook("from slm_analysis import response  # why", name="other")
    assert regenerate.notebook_fingerprint(other, project) != first
    counts = project.raw / "dtv_counts.csv"
    text = counts.read_text()
    counts.write_text(text + "\n")
    assert regenerate.notebook_fingerprint(path, project) != first
    counts.write_text(text)
    assert regenerate.notebook_fingerprint(path, project) == first
    monkeypatch.setattr(regenerate, "module_closure", lambda modules: ["bounds"])
    assert regenerate.notebook_fingerprint(path, project) != first


def test_a_notebook_rests_on_the_modules_that_its_modules_import():
    closure = regenerate.module_closure(["checks"])
    assert {"checks", "bounds", "schema", "errors"} <= set(closure)
    assert "figures" not in closure


def test_what_is_current_is_left_alone_and_what_is_lost_is_made_again(project, monkeypatch):
    monkeypatch.setattr(regenerate, "notebook_paths", list)
    said = []
    regenerate.regenerate(project, said.append)
    regenerate.regenerate(project, said.append)
    assert len(said) == 1
    (project.processed / "panel.csv").unlink()
    regenerate.regenerate(project, said.append)
    assert len(said) == 2
    (project.processed / "panel.csv").write_text("altered")
    regenerate.regenerate(project, said.append)
    assert len(said) == 3
    (project.out / ".cache" / "fingerprints.json").write_text("{")
    regenerate.regenerate(project, said.append)
    assert len(said) == 4


def test_a_failure_among_notebooks_keeps_the_others(project, notebook, monkeypatch):
    paths = [notebook("1", name="01_good"), notebook("1 / 0", name="02_bad")]
    monkeypatch.setattr(regenerate, "notebook_paths", lambda: paths)
    said = []
    with pytest.raises(regenerate.NotebookError, match="02_bad.ipynb, cell 1: ZeroDivisionError"):
        regenerate.regenerate(project, said.append, tables=False)
    assert (project.notebooks / "01_good.ipynb").exists()
    assert not (project.notebooks / "02_bad.ipynb").exists()
    assert said == ["01_good: 0 figure files"]


def test_an_unknown_notebook_is_refused():
    with pytest.raises(AnalysisError, match="'nope': allowed are 01_coverage"):
        regenerate.notebook_path("nope")
