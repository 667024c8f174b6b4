"""Regeneration: only what changed, all or nothing, and to the same bytes."""

import os
import shutil

import nbformat
import pytest

from slm_analysis.errors import AnalysisError, DataError, NotebookError
from slm_analysis.project import HOME, Job
from slm_analysis.regeneration import fingerprints, regenerate
from slm_analysis.regeneration.many_notebooks import Running

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


def rests_on(path, project, **job):
    return fingerprints.notebook_fingerprints([Job("a", path, {}, **job)], project)["a"]


def test_outputs_do_not_count_but_sources_data_modules_and_texts_do(project, notebook, monkeypatch):
    path = notebook("from slm_analysis.results import response")
    first = rests_on(path, project)
    book = nbformat.read(path, as_version=4)
    book.cells[0].outputs = [nbformat.v4.new_output("stream", text="said")]
    nbformat.write(book, path)
    assert rests_on(path, project) == first
    other = notebook("from slm_analysis.results import response  # why", name="other")
    assert rests_on(other, project) != first
    assert rests_on(path, project, language="nl") != first
    counts = project.raw / "dtv_counts.csv"
    text = counts.read_text()
    counts.write_text(text + "\n")
    assert rests_on(path, project) != first
    counts.write_text(text)
    assert rests_on(path, project) == first


@pytest.mark.parametrize(
    ("changed", "tables", "notebooks"),
    [
        ("printed/codebook.py", True, True),
        ("display/figures/style.py", False, True),
        ("display/figures/slm.mplstyle", False, True),
        ("errors.py", True, True),
        ("site/front_numbers.py", False, False),
        ("locale/nl/LC_MESSAGES/slm_analysis.po", False, False),
    ],
)
def test_results_rest_on_the_rooms_beneath_them(
    project, notebook, tmp_path, monkeypatch, changed, tables, notebooks
):
    home = tmp_path / "home"
    shutil.copytree(HOME / "slm_analysis", home / "slm_analysis")
    monkeypatch.setattr(fingerprints, "HOME", home)
    path = notebook("1")

    def found():
        return (
            fingerprints.tables_fingerprint(project),
            rests_on(path, project),
            fingerprints.site_fingerprint(project),
        )

    before = found()
    with (home / "slm_analysis" / changed).open("a") as file:
        file.write("# changed")
    assert [old != new for old, new in zip(before, found(), strict=True)] == [
        tables,
        notebooks,
        True,
    ]


def test_what_is_current_is_left_alone_and_what_is_lost_is_made_again(project, monkeypatch):
    monkeypatch.setattr(regenerate, "notebook_paths", list)
    said = []
    regenerate.regenerate(project, "results", Running(said.append))
    regenerate.regenerate(project, "results", Running(said.append))
    assert said[1:] == ["nothing to do: all is current"]
    (project.processed / "panel.csv").unlink()
    regenerate.regenerate(project, "results", Running(said.append))
    assert said[2] == said[0]
    (project.processed / "panel.csv").write_text("altered")
    regenerate.regenerate(project, "results", Running(said.append))
    assert said[3] == said[0]
    fingerprints.record(project, "tables").write_text("{")
    regenerate.regenerate(project, "results", Running(said.append))
    assert said[4] == said[0]


def test_a_failure_among_notebooks_keeps_the_others(project, notebook, monkeypatch):
    paths = [notebook("1", name="01_good"), notebook("1 / 0", name="02_bad")]
    monkeypatch.setattr(regenerate, "notebook_paths", lambda: paths)
    said = []
    with pytest.raises(NotebookError, match="02_bad.ipynb, cell 1: ZeroDivisionError"):
        regenerate.regenerate(project, "notebooks", Running(said.append))
    assert (project.notebooks / "01_good.ipynb").exists()
    assert not (project.notebooks / "02_bad.ipynb").exists()
    assert said == ["1 of 2: 01_good: 0 figure files"]


def test_a_site_has_the_notebooks_in_other_languages_too(project, notebook, monkeypatch):
    paths = [notebook("import os", "print(os.environ['SLM_LANGUAGE'])", name="01_good")]
    monkeypatch.setattr(regenerate, "notebook_paths", lambda: paths)
    regenerate.execute_stale(regenerate.notebook_jobs(["en", "nl"]), project, Running(print))
    for language, name in (("en", "01_good.ipynb"), ("nl", "nl/01_good.ipynb")):
        assert f'"{language}\\n"' in (project.notebooks / name).read_text(encoding="utf-8")
    monkeypatch.setattr(regenerate, "countries_with_figures", lambda project: [])
    monkeypatch.setattr(regenerate, "_bring_tables", lambda project, report: None)
    monkeypatch.setattr(regenerate, "_build_site", lambda project, report: None)
    said = []
    regenerate.regenerate(project, "all", Running(said.append))
    assert said == ["nothing to do: all is current"]


def test_the_same_notebook_with_other_parameters_is_another_result(project, notebook):
    path = notebook("1")
    jobs = [Job("a", path, {}), Job("a", path, {"country": "ARM"})]
    prints = [fingerprints.notebook_fingerprints([job], project)["a"] for job in jobs]
    assert prints[0] != prints[1]


def test_an_unknown_notebook_is_refused():
    with pytest.raises(AnalysisError, match="'nope': allowed are 01_coverage"):
        regenerate.notebook_path("nope")


@pytest.fixture
def only_the_site(monkeypatch):
    """Let a regeneration of everything have no tables and no notebooks."""
    monkeypatch.setattr(regenerate, "_bring_tables", lambda project, report: None)
    monkeypatch.setattr(regenerate, "notebook_paths", list)
    monkeypatch.setattr(regenerate, "profile_jobs", lambda countries: [])


def test_the_site_is_built_anew_when_what_it_shows_changes_and_old_pages_go(
    project, monkeypatch, only_the_site
):
    pages = ["a.html", "b.html"]

    def build(_project, folder):
        folder.mkdir()
        for name in pages:
            (folder / name).write_text(name)
        return len(pages)

    monkeypatch.setattr("slm_analysis.site.build.build", build)
    said = []
    for _ in range(2):
        regenerate.regenerate(project, "all", Running(said.append))
    place = os.path.relpath(project.out / "site" / "index.html")
    assert said == [f"site: 2 pages, open {place}", "nothing to do: all is current"]
    pages.remove("b.html")
    project.figures.mkdir(parents=True)
    (project.figures / "x.svg").write_text("changed")
    regenerate.regenerate(project, "all", Running(said.append))
    assert [path.name for path in (project.out / "site").iterdir()] == ["a.html"]


def test_a_folder_of_somebody_else_is_no_site_to_write_over(project, only_the_site):
    theirs = project.out / "site" / "theirs.html"
    theirs.parent.mkdir(parents=True)
    theirs.write_text("kept")
    with pytest.raises(AnalysisError, match="no site of this project"):
        regenerate.regenerate(project, "all", Running(print))
    assert theirs.read_text() == "kept"


def test_a_file_that_the_last_build_did_not_write_stays(project, monkeypatch, only_the_site):
    def build(_project, folder):
        folder.mkdir()
        (folder / "index.html").write_text("made")
        return 1

    monkeypatch.setattr("slm_analysis.site.build.build", build)
    regenerate.regenerate(project, "all", Running(print))
    (project.out / "site" / "theirs.html").write_text("kept")
    project.figures.mkdir(parents=True)
    (project.figures / "x.svg").write_text("changed")
    regenerate.regenerate(project, "all", Running(print))
    assert (project.out / "site" / "theirs.html").read_text() == "kept"


def test_the_profile_of_a_country_without_figures_goes(project, notebook, monkeypatch):
    path = notebook("1", parameters='country = "ARM"')
    monkeypatch.setattr(regenerate, "_bring_tables", lambda project, report: None)
    monkeypatch.setattr(regenerate, "notebook_paths", list)
    monkeypatch.setattr(regenerate, "notebook_path", lambda name: path)
    monkeypatch.setattr(regenerate, "_build_site", lambda project, report: None)
    having = [["ARM", "GEO"], ["GEO"]]
    monkeypatch.setattr(regenerate, "countries_with_figures", lambda project: having.pop(0))
    for expected in (["ARM", "GEO"], ["GEO"]):
        regenerate.regenerate(project, "all", Running(print))
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
        regenerate.execute_stale(jobs, project, Running(print))


@pytest.mark.parametrize("damaged", ["[]", '{"a": 1}', '{"fingerprint": "x"}', "[" * 5000])
def test_a_damaged_note_is_none(project, damaged):
    path = fingerprints.record(project, "tables")
    path.parent.mkdir(parents=True)
    path.write_text(damaged)
    assert not fingerprints.is_current(project, "tables", "x")
    assert fingerprints.files_of(project, "tables") == set()
