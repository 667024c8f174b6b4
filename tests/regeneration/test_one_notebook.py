"""One notebook: in place with its figures or not at all, the same bytes, errors of one line."""

import json
import os
import time

import nbformat
import pytest

from slm_analysis.errors import NotebookError
from slm_analysis.project import Job, scratch
from slm_analysis.regeneration import one_notebook, regenerate

pytestmark = pytest.mark.slow

LIMIT = 120


def run(path, project, parameters=None, limit=LIMIT, name=""):
    job = Job(name or path.stem, path, parameters or {})
    with scratch(project) as place:
        return one_notebook.execute(job, project, place, limit)


DRAW = (
    "from slm_analysis.project import Project\n"
    "folder = Project.current().figures\nfolder.mkdir(parents=True)\n"
    "_ = (folder / 'x.svg').write_text('drawn')"
)


def test_a_figure_is_put_in_place_with_its_notebook(project, notebook):
    files = run(notebook(DRAW), project)
    assert [str(file) for file in files] == ["figures/x.svg", "notebooks/small.ipynb"]
    assert (project.figures / "x.svg").read_text() == "drawn"
    assert list((project.out / ".cache").iterdir()) == []


def test_under_a_name_the_figures_stand_beside_the_notebook(project, notebook):
    files = run(notebook(DRAW), project, name="profiles/A.B")
    assert {str(file) for file in files} == {"profiles/A.B.ipynb", "profiles/A.B/x.svg"}


def test_two_executions_give_the_same_bytes_and_tell_nothing_of_the_machine(project, notebook):
    path = notebook("print('here')", "1 + 1")
    written = []
    for _ in range(2):
        run(path, project)
        written.append((project.notebooks / "small.ipynb").read_bytes())
    assert written[0] == written[1]
    book = json.loads(written[0])
    assert set(book["metadata"]) == {"kernelspec", "language_info"}
    assert all(not cell["metadata"] for cell in book["cells"])
    assert str(project.out).encode() not in written[0]


def test_what_the_user_has_set_does_not_reach_the_kernel(project, notebook, monkeypatch, tmp_path):
    startup = tmp_path / "ipython" / "profile_default" / "startup"
    startup.mkdir(parents=True)
    (startup / "00.py").write_text("mine = True")
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    monkeypatch.setenv("LC_ALL", "C")
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    (tmp_path / "matplotlibrc").write_text("lines.linewidth: 9")
    monkeypatch.setenv("MATPLOTLIBRC", str(tmp_path / "matplotlibrc"))
    path = notebook(
        "import os, time, matplotlib",
        "('mine' in dir(), time.tzname[0], os.environ['LC_ALL'])",
        "matplotlib.rcParams['lines.linewidth']",
    )
    run(path, project)
    done = nbformat.read(project.notebooks / "small.ipynb", as_version=4)
    shown = [cell.outputs[0].data["text/plain"] for cell in done.cells[1:]]
    assert shown == ["(False, 'UTC', 'C.UTF-8')", "1.5"]


def test_parameters_reach_the_notebook(project, notebook):
    path = notebook("x * 2", parameters='x = "a"')
    assert regenerate.known_parameters(path) == {"x": "a"}
    run(path, project, {"x": "b"})
    done = nbformat.read(project.notebooks / "small.ipynb", as_version=4)
    assert done.cells[-1].outputs[0].data["text/plain"] == "'bb'"
    assert done.cells[1].id == "injected-parameters"


FAILURES = {
    "an exception": ("raise ValueError('no\\n such cell')", "ValueError: no such cell"),
    "an exit": ("raise SystemExit(0)", "SystemExit: 0"),
    "the kernel is killed": ("import os; os.kill(os.getpid(), 9)", "the kernel died"),
    "the kernel leaves": ("import os; os._exit(0)", "the kernel died"),
    "hangs": ("import time; time.sleep(1000)", "not done after 4 seconds (--limit)"),
    "is stopped": ("import os; os.kill(os.getpid(), 19)", "not done after 4 seconds (--limit)"),
    "prints 100 MB": ("print('x' * 100_000_000)", "prints more than 20 MB"),
    "shows 100 MB": ("'x' * 100_000_000", "prints more than 20 MB"),
}


@pytest.mark.parametrize(("code", "message"), FAILURES.values(), ids=FAILURES)
def test_a_failing_notebook_replaces_nothing_and_names_the_cell(project, notebook, code, message):
    run(notebook("1"), project)
    good = (project.notebooks / "small.ipynb").read_bytes()
    path = notebook(DRAW, code, parameters='x = "a"')
    with pytest.raises(NotebookError) as error:
        run(path, project, {"x": "b"}, limit=4 if "limit" in message else LIMIT)
    assert str(error.value) == f"small.ipynb, cell 3: {message}"
    assert (project.notebooks / "small.ipynb").read_bytes() == good
    assert not project.figures.exists()
    assert list((project.out / ".cache").iterdir()) == []


def test_the_end_of_the_traceback_says_where(project, notebook):
    path = notebook("def deep():\n    return 1 / 0", "deep()")
    with pytest.raises(NotebookError) as error:
        run(path, project)
    text = "\n".join(error.value.traceback)
    assert "return 1 / 0" in text
    assert error.value.traceback[-1] == "ZeroDivisionError: division by zero"
    assert "\x1b" not in text


def test_an_error_that_is_only_shown_counts(project, notebook):
    path = notebook("try:\n    1 / 0\nexcept ZeroDivisionError:\n    get_ipython().showtraceback()")
    with pytest.raises(
        NotebookError, match="small.ipynb, cell 1: ZeroDivisionError: division by zero"
    ):
        run(path, project)


def test_a_folder_that_a_killed_run_left_is_cleared_after_a_day(project):
    left, new = (project.out / ".cache" / name for name in ("run-old", "run-new"))
    left.mkdir(parents=True)
    new.mkdir()
    os.utime(left, (time.time() - 90_000,) * 2)
    with scratch(project) as folder:
        assert folder.exists()
    assert not left.exists()
    assert new.exists()
    assert not folder.exists()


def test_the_surroundings_end_at_the_kernel(project, notebook, monkeypatch, tmp_path):
    (tmp_path / "json.py").write_text("mine = True")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv("SOME_SECRET", "x")
    run(
        notebook("import json, os", "(hasattr(json, 'mine'), 'SOME_SECRET' in os.environ)"), project
    )
    done = nbformat.read(project.notebooks / "small.ipynb", as_version=4)
    assert done.cells[1].outputs[0].data["text/plain"] == "(False, False)"


def test_a_home_that_cannot_be_written_shows_nowhere(project, notebook, monkeypatch):
    monkeypatch.setenv("HOME", "/dev/null")
    run(notebook("import matplotlib.pyplot", "1"), project)
    done = nbformat.read(project.notebooks / "small.ipynb", as_version=4)
    assert done.cells[0].outputs == []


def test_a_notebook_that_warns_is_not_put_in_place(project, notebook):
    path = notebook("1", "import warnings; warnings.warn('from /srv/somebody')")
    with pytest.raises(NotebookError, match=r"small\.ipynb, cell 2: warns: .*from /srv/somebody"):
        run(path, project)
    assert not project.notebooks.exists()
