"""Regeneration: only what changed, all or nothing, and to the same bytes."""

import os

import nbformat
import pytest

from slm_analysis.errors import AnalysisError, DataError, NotebookError
from slm_analysis.project import HOME, Job
from slm_analysis.regeneration import fingerprints, regenerate


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


def test_outputs_do_not_count_but_sources_data_and_modules_do(project, notebook, monkeypatch):
    path = notebook("from slm_analysis import response")
    first = fingerprints.notebook_fingerprint(path, project)
    book = nbformat.read(path, as_version=4)
    book.cells[0].outputs = [nbformat.v4.new_output("stream", text="said")]
    nbformat.write(book, path)
    assert fingerprints.notebook_fingerprint(path, project) == first
    other = notebook("from slm_analysis import response  # why", name="other")
    assert fingerprints.notebook_fingerprint(other, project) != first
    counts = project.raw / "dtv_counts.csv"
    text = counts.read_text()
    counts.write_text(text + "\n")
    assert fingerprints.notebook_fingerprint(path, project) != first
    counts.write_text(text)
    assert fingerprints.notebook_fingerprint(path, project) == first
    monkeypatch.setattr(
        fingerprints, "module_closure", lambda modules: [HOME / "slm_analysis" / "bounds.py"]
    )
    assert fingerprints.notebook_fingerprint(path, project) != first


def test_a_notebook_rests_on_the_modules_that_its_modules_import():
    package = HOME / "slm_analysis"
    closure = fingerprints.module_closure(["checks"])
    names = ("checks", "bounds", "schema/processed", "errors")
    assert {package / f"{name}.py" for name in names} <= set(closure)
    assert package / "figures" / "style.py" not in closure
    # through a package to its modules, and from a module to its package
    assert {package / "figures" / "style.py", package / "figures" / "changes.py"} <= set(
        fingerprints.module_closure(["figures"])
    )
    assert package / "tables" / "__init__.py" in fingerprints.module_closure(["tables.cells"])


def test_what_is_current_is_left_alone_and_what_is_lost_is_made_again(project, monkeypatch):
    monkeypatch.setattr(regenerate, "notebook_paths", list)
    said = []
    regenerate.regenerate(project, said.append, site=False)
    regenerate.regenerate(project, said.append, site=False)
    assert len(said) == 1
    (project.processed / "panel.csv").unlink()
    regenerate.regenerate(project, said.append, site=False)
    assert len(said) == 2
    (project.processed / "panel.csv").write_text("altered")
    regenerate.regenerate(project, said.append, site=False)
    assert len(said) == 3
    (project.out / ".cache" / "fingerprints.json").write_text("{")
    regenerate.regenerate(project, said.append, site=False)
    assert len(said) == 4


def test_a_failure_among_notebooks_keeps_the_others(project, notebook, monkeypatch):
    paths = [notebook("1", name="01_good"), notebook("1 / 0", name="02_bad")]
    monkeypatch.setattr(regenerate, "notebook_paths", lambda: paths)
    said = []
    with pytest.raises(NotebookError, match="02_bad.ipynb, cell 1: ZeroDivisionError"):
        regenerate.regenerate(project, said.append, tables=False, site=False)
    assert (project.notebooks / "01_good.ipynb").exists()
    assert not (project.notebooks / "02_bad.ipynb").exists()
    assert said == ["01_good: 0 figure files"]


def test_the_same_notebook_with_other_parameters_is_another_result(project, notebook):
    path = notebook("1")
    jobs = [Job("a", path, {}), Job("a", path, {"country": "ARM"})]
    prints = [fingerprints.fingerprints([job], project)["a"] for job in jobs]
    assert prints[0] != prints[1]


def test_an_unknown_notebook_is_refused():
    with pytest.raises(AnalysisError, match="'nope': allowed are 01_coverage"):
        regenerate.notebook_path("nope")


def test_the_site_is_built_anew_when_what_it_shows_changes_and_old_pages_go(project, monkeypatch):
    monkeypatch.setattr(regenerate, "notebook_paths", list)
    monkeypatch.setattr(regenerate, "profile_jobs", lambda countries: [])
    pages = ["a.html", "b.html"]

    def build(_project, folder):
        folder.mkdir()
        for name in pages:
            (folder / name).write_text(name)
        return len(pages)

    monkeypatch.setattr("slm_analysis.site.build.build", build)
    said = []
    for _ in range(2):
        regenerate.regenerate(project, said.append, tables=False)
    assert said == [f"site: 2 pages, open {os.path.relpath(project.out / 'site' / 'index.html')}"]
    pages.remove("b.html")
    project.figures.mkdir(parents=True)
    (project.figures / "x.svg").write_text("changed")
    regenerate.regenerate(project, said.append, tables=False)
    assert [path.name for path in (project.out / "site").iterdir()] == ["a.html"]
