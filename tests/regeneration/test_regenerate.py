"""Regeneration: only what changed, all or nothing, and to the same bytes."""

import os
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import nbformat
import pytest

from slm_analysis.errors import AnalysisError, DataError, NotebookError
from slm_analysis.project import HOME, Job, Project
from slm_analysis.regeneration import fingerprints, regenerate

pytestmark = pytest.mark.slow


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
    path = notebook("from slm_analysis.results import response")
    first = fingerprints.notebook_fingerprint(path, project)
    book = nbformat.read(path, as_version=4)
    book.cells[0].outputs = [nbformat.v4.new_output("stream", text="said")]
    nbformat.write(book, path)
    assert fingerprints.notebook_fingerprint(path, project) == first
    other = notebook("from slm_analysis.results import response  # why", name="other")
    assert fingerprints.notebook_fingerprint(other, project) != first
    counts = project.raw / "dtv_counts.csv"
    text = counts.read_text()
    counts.write_text(text + "\n")
    assert fingerprints.notebook_fingerprint(path, project) != first
    counts.write_text(text)
    assert fingerprints.notebook_fingerprint(path, project) == first
    monkeypatch.setattr(
        fingerprints,
        "module_closure",
        lambda modules: [HOME / "slm_analysis" / "bounds" / "arithmetic.py"],
    )
    assert fingerprints.notebook_fingerprint(path, project) != first


def test_a_notebook_rests_on_the_modules_that_its_modules_import():
    package = HOME / "slm_analysis"
    closure = fingerprints.module_closure(["results.checks"])
    names = ("results/checks", "bounds/arithmetic", "printed/schema", "errors")
    assert {package / f"{name}.py" for name in names} <= set(closure)
    assert package / "display" / "figures" / "style.py" not in closure
    # through a package to its modules, and from a module to its package
    assert {
        package / "display" / "figures" / "style.py",
        package / "display" / "figures" / "changes.py",
    } <= set(fingerprints.module_closure(["display.figures"]))
    assert package / "display" / "tables" / "__init__.py" in fingerprints.module_closure(
        ["display.tables.cells"]
    )


def test_what_is_current_is_left_alone_and_what_is_lost_is_made_again(project, monkeypatch):
    monkeypatch.setattr(regenerate, "notebook_paths", list)
    said = []
    regenerate.regenerate(project, said.append, site=False)
    regenerate.regenerate(project, said.append, site=False)
    assert said[1:] == ["nothing to do: all is current"]
    (project.processed / "panel.csv").unlink()
    regenerate.regenerate(project, said.append, site=False)
    assert said[2] == said[0]
    (project.processed / "panel.csv").write_text("altered")
    regenerate.regenerate(project, said.append, site=False)
    assert said[3] == said[0]
    (project.out / ".cache" / "fingerprints.json").write_text("{")
    regenerate.regenerate(project, said.append, site=False)
    assert said[4] == said[0]


def test_a_failure_among_notebooks_keeps_the_others(project, notebook, monkeypatch):
    paths = [notebook("1", name="01_good"), notebook("1 / 0", name="02_bad")]
    monkeypatch.setattr(regenerate, "notebook_paths", lambda: paths)
    said = []
    with pytest.raises(NotebookError, match="02_bad.ipynb, cell 1: ZeroDivisionError"):
        regenerate.regenerate(project, said.append, tables=False, site=False)
    assert (project.notebooks / "01_good.ipynb").exists()
    assert not (project.notebooks / "02_bad.ipynb").exists()
    assert said == ["1 of 2: 01_good: 0 figure files"]


def test_a_site_has_the_notebooks_in_other_languages_too(project, notebook, monkeypatch):
    paths = [notebook("import os", "print(os.environ['SLM_LANGUAGE'])", name="01_good")]
    monkeypatch.setattr(regenerate, "notebook_paths", lambda: paths)
    regenerate.execute_stale(regenerate.notebook_jobs(["en", "nl"]), project, print)
    for language, name in (("en", "01_good.ipynb"), ("nl", "nl/01_good.ipynb")):
        assert f'"{language}\\n"' in (project.notebooks / name).read_text(encoding="utf-8")
    monkeypatch.setattr(regenerate, "countries_with_figures", lambda project: [])
    monkeypatch.setattr(regenerate, "_build_site", lambda project, report: None)
    said = []
    regenerate.regenerate(project, said.append, tables=False)
    assert said == ["nothing to do: all is current"]


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
    place = os.path.relpath(project.out / "site" / "index.html")
    assert said == [f"site: 2 pages, open {place}", "nothing to do: all is current"]
    pages.remove("b.html")
    project.figures.mkdir(parents=True)
    (project.figures / "x.svg").write_text("changed")
    regenerate.regenerate(project, said.append, tables=False)
    assert [path.name for path in (project.out / "site").iterdir()] == ["a.html"]


def test_a_folder_of_somebody_else_is_no_site_to_write_over(project, monkeypatch):
    monkeypatch.setattr(regenerate, "profile_jobs", lambda countries: [])
    theirs = project.out / "site" / "theirs.html"
    theirs.parent.mkdir(parents=True)
    theirs.write_text("kept")
    with pytest.raises(AnalysisError, match="no site of this project"):
        regenerate.regenerate(project, print, tables=False, notebooks=False)
    assert theirs.read_text() == "kept"


def test_a_file_that_the_last_build_did_not_write_stays(project, monkeypatch):
    monkeypatch.setattr(regenerate, "profile_jobs", lambda countries: [])

    def build(_project, folder):
        folder.mkdir()
        (folder / "index.html").write_text("made")
        return 1

    monkeypatch.setattr("slm_analysis.site.build.build", build)
    regenerate.regenerate(project, print, tables=False, notebooks=False)
    (project.out / "site" / "theirs.html").write_text("kept")
    project.figures.mkdir(parents=True)
    (project.figures / "x.svg").write_text("changed")
    regenerate.regenerate(project, print, tables=False, notebooks=False)
    assert (project.out / "site" / "theirs.html").read_text() == "kept"


def test_the_profile_of_a_country_without_figures_goes(project, notebook, monkeypatch):
    path = notebook("1", parameters='country = "ARM"')
    monkeypatch.setattr(regenerate, "notebook_path", lambda name: path)
    monkeypatch.setattr(regenerate, "_build_site", lambda project, report: None)
    having = [["ARM", "GEO"], ["GEO"]]
    monkeypatch.setattr(regenerate, "countries_with_figures", lambda project: having.pop(0))
    for expected in (["ARM", "GEO"], ["GEO"]):
        regenerate.regenerate(project, print, tables=False, notebooks=False)
        found = sorted(path.stem for path in (project.out / "profiles").glob("*.ipynb"))
        assert found == expected


def test_two_notebooks_do_not_write_one_file(project, notebook, monkeypatch):
    code = (
        "import os, pathlib",
        "figures = pathlib.Path(os.environ['SLM_OUT'], 'figures')",
        "figures.mkdir(exist_ok=True, parents=True)",
        "(figures / 'same.svg').write_text('drawn')",
    )
    jobs = [Job(name, notebook(*code, name=name), {}) for name in ("01_one", "02_other")]
    with pytest.raises(AnalysisError, match=r"both write figures/same\.svg"):
        regenerate.execute_stale(jobs, project, print)


@pytest.mark.parametrize("damaged", ["[]", '{"a": 1}', '{"a": {"files": {}}}', "[" * 5000])
def test_a_record_of_another_shape_is_empty(project, damaged):
    path = project.out / ".cache" / "fingerprints.json"
    path.parent.mkdir(parents=True)
    path.write_text(damaged)
    assert fingerprints.Record.read(project).entries == {}


def _keep(place: tuple[Project, int]) -> None:
    project, number = place
    record = fingerprints.Record.read(project)
    for each in range(10):
        (project.out / f"{number}-{each}").write_text("x")
        record.keep(f"{number}-{each}", "print", [Path(f"{number}-{each}")])


def test_runs_at_the_same_time_lose_nothing_of_one_another(project):
    project.out.mkdir()
    with ProcessPoolExecutor(4, mp_context=get_context("spawn")) as pool:
        list(pool.map(_keep, [(project, number) for number in range(8)]))
    assert len(fingerprints.Record.read(project).entries) == 80
    assert [path.name for path in (project.out / ".cache").glob("fingerprints.[0-9]*")] == []


@pytest.mark.parametrize(
    "code",
    [
        "import slm_analysis.results.response",
        "import slm_analysis.results.response as r",
        "from slm_analysis.results import response",
    ],
)
def test_every_way_to_import_a_module_counts(project, notebook, code, monkeypatch):
    asked = []
    monkeypatch.setattr(fingerprints, "module_closure", lambda names: asked.extend(names) or [])
    fingerprints.notebook_fingerprint(notebook(code), project)
    assert "results.response" in asked


def test_relative_imports_are_followed(tmp_path, monkeypatch):
    package = tmp_path / "slm_analysis"
    (package / "inner").mkdir(parents=True)
    (package / "inner" / "__init__.py").write_text("from . import near\nfrom ..far import thing")
    (package / "inner" / "near.py").write_text("")
    (package / "far.py").write_text("")
    monkeypatch.setattr(fingerprints, "PACKAGE", package)
    found = {path.name for path in fingerprints.module_closure(["inner"])}
    assert found == {"__init__.py", "near.py", "far.py"}


@pytest.mark.parametrize(
    "code", ["import importlib", "from importlib import import_module", "__import__('x')"]
)
def test_an_import_that_cannot_be_followed_is_refused(project, notebook, code):
    with pytest.raises(AnalysisError, match="importlib"):
        fingerprints.notebook_fingerprint(notebook(code), project)
