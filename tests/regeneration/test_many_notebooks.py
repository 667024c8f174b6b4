"""Many notebooks: failures, interruption, full and read-only disks; nothing lost, nothing left."""

import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import active_children, get_context
from pathlib import Path

import pytest

from slm_analysis.__main__ import main
from slm_analysis.errors import AnalysisError, NotebookError
from slm_analysis.project import HOME, Job
from slm_analysis.regeneration import many_notebooks

pytestmark = pytest.mark.slow

REGENERATE = [sys.executable, "-m", "slm_analysis", "regenerate", "results"]


def jobs(*paths):
    return [Job(path.stem, path, {}) for path in paths]


class Inline(ThreadPoolExecutor):
    """One job at a time in this process, in order: what any executor may do."""

    def __init__(self):
        super().__init__(1)


@pytest.mark.parametrize(("keep_going", "done"), [(False, []), (True, ["b", "d"])])
def test_after_a_failure_the_others_are_cancelled_or_finished(project, notebook, keep_going, done):
    paths = [notebook("1 / 0" if name in "ac" else "1", name=name) for name in "abcd"]
    finished = []
    with Inline() as executor, pytest.raises(NotebookError, match="a.ipynb, cell 1: ZeroDivision"):
        many_notebooks.execute_all(
            jobs(*paths),
            project,
            many_notebooks.Running(print, keep_going=keep_going, executor=executor),
            lambda job, _: finished.append(job.name),
        )
    # the one that had begun when the first failed is finished either way
    assert finished == done or (not keep_going and finished == ["b"])


def _end_process(*_):
    os._exit(9)


def test_a_process_that_is_ended_from_outside_is_one_line(project, notebook, monkeypatch):
    monkeypatch.setattr(many_notebooks, "_execute", _end_process)
    with pytest.raises(AnalysisError, match="^small: its process was ended from outside"):
        many_notebooks.execute_all(
            jobs(notebook("1")), project, many_notebooks.Running(print), print
        )


def test_a_failure_of_the_pool_ends_its_own_processes_alone():
    other = get_context("spawn").Process(target=time.sleep, args=(60,))
    other.start()
    try:
        with pytest.raises(ZeroDivisionError), many_notebooks.processes(1) as pool:
            pool.submit(divmod, 1, 0).result()
        other.join(1)
        assert active_children() == [other]
    finally:
        other.kill()
        other.join()


def test_a_pool_is_made_in_a_thread_too():
    def work():
        with many_notebooks.processes(1) as pool:
            return pool.submit(int).result()

    with ThreadPoolExecutor(1) as thread:
        assert thread.submit(work).result() == 0


# interruption -------------------------------------------------------------------------------


def left_behind(mark):
    """Command lines of the processes, kernels too, whose folder of temporary files is the mark."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if f"TMPDIR={mark}".encode() in (folder / "environ").read_bytes():
                found.append((folder / "cmdline").read_text().replace("\0", " "))
        except OSError:
            continue
    return found


@pytest.fixture
def copy(tmp_path):
    """Copy what is needed to run some of the notebooks into a folder, with its settings."""

    def make(notebooks):
        folder = tmp_path / "elsewhere"
        for part in ("slm_analysis", "requirements", "data/raw"):
            shutil.copytree(HOME / part, folder / part)
        (folder / "notebooks").mkdir()
        for path in (HOME / "notebooks").glob(notebooks):
            shutil.copy(path, folder / "notebooks")
        return folder

    return make


@pytest.fixture
def started(tmp_path):
    """Start a regeneration of everything in a process group of its own."""
    running = []

    def start(home=HOME, out=None):
        process = subprocess.Popen(
            [*REGENERATE, *(["--out", str(out)] if out else [])],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            process_group=0,
            # a shell lets what it runs in the background ignore Ctrl-C
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
            cwd=home,
            env=dict(os.environ, PYTHONPATH=str(home), TMPDIR=str(tmp_path)),
        )
        running.append(process)
        return process

    yield start
    for process in running:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def wait_for(condition, seconds=60):
    for _ in range(seconds * 10):
        if condition():
            return True
        time.sleep(0.1)
    return False


linux = pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="needs /proc")


@pytest.fixture
def hanging(copy, notebook):
    """Copy the project with two notebooks that never end."""
    folder = copy("none")
    for name in ("01_hangs", "02_hangs"):
        shutil.move(notebook("import time; time.sleep(1000)", name=name), folder / "notebooks")
    return folder


@linux
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda n: n.name)
def test_an_interruption_leaves_no_process_and_no_half_file(tmp_path, hanging, started, number):
    process = started(home=hanging)
    assert wait_for(lambda: "ipykernel" in "".join(left_behind(tmp_path)))
    # a terminal sends Ctrl-C to the whole group, a service manager SIGTERM to one process
    (os.killpg if number == signal.SIGINT else os.kill)(process.pid, number)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 130
    assert errors == "error: stopped; what was done is kept, the next run goes on\n"
    assert wait_for(lambda: not left_behind(tmp_path), 3)
    assert not (hanging / "figures").exists()
    assert not list((hanging / ".cache").glob("run-*"))
    assert {path.name for path in (hanging / "notebooks").iterdir()} == {
        "01_hangs.ipynb",
        "02_hangs.ipynb",
    }


@linux
def test_when_the_run_alone_is_killed_its_processes_and_kernels_end(tmp_path, hanging, started):
    process = started(home=hanging)
    assert wait_for(lambda: "ipykernel" in "".join(left_behind(tmp_path)))
    process.kill()
    assert wait_for(lambda: not left_behind(tmp_path), 10)


def results(folder):
    """Name and bytes of every result: tables, figures and notebooks."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for part in ("data/processed", "figures", "notebooks")
        for path in (folder / part).glob("*")
        if path.name != "country_profile.ipynb" and path.is_file()
    }


def as_committed(made):
    """Whether results have the bytes of the committed ones of the same names."""
    committed = results(HOME)
    return [name for name in made if made[name] != committed.get(name)] == []


def kill_at_random(folder, started, seed, kills, latest):
    """Kill a run over old results at random moments: every file is old or new, the next completes.

    The notebooks are sources too, so their old version has the same cells and no outputs.
    """
    for path in (folder / "notebooks").iterdir():
        book = json.loads(path.read_text(encoding="utf-8"))
        for cell in book["cells"]:
            if cell["cell_type"] == "code":
                cell.update(outputs=[], execution_count=None)
        path.write_text(json.dumps(book), encoding="utf-8")
    for name in ("data/processed/panel.csv", "figures/coverage.svg"):
        (folder / name).parent.mkdir(parents=True)
        (folder / name).write_bytes(b"an older version")
    old = results(folder)
    draw = random.Random(seed)
    for _ in range(kills):
        shutil.rmtree(folder / ".cache", ignore_errors=True)
        for name, text in old.items():
            (folder / name).write_bytes(text)
        process = started(home=folder)
        time.sleep(draw.uniform(1, latest))
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        found = results(folder)
        assert old.keys() <= found.keys()
        assert as_committed({name: text for name, text in found.items() if text != old.get(name)})
        done = started(home=folder)
        assert done.communicate()[1] == ""
        assert done.returncode == 0
        assert as_committed(results(folder))


def test_a_killed_run_leaves_old_or_new_files_and_the_next_completes(copy, started):
    kill_at_random(copy("0[12]*"), started, seed=1, kills=1, latest=8)


@pytest.mark.audit
def test_many_killed_runs(copy, started):
    kill_at_random(copy("0*"), started, seed=2, kills=12, latest=30)


# the same bytes -----------------------------------------------------------------------------


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="cannot choose processors here")
@pytest.mark.parametrize("notebooks", ["0[14]*", pytest.param("*", marks=pytest.mark.audit)])
def test_a_serial_run_in_other_surroundings_gives_the_bytes_of_the_parallel_one(
    tmp_path, copy, notebooks
):
    """The committed results come from a parallel run."""
    folder = copy(notebooks)
    one = next(iter(os.sched_getaffinity(0)))
    home = tmp_path / "another home"
    home.mkdir()
    done = subprocess.run(
        REGENERATE,
        cwd=folder,
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(folder),
            "HOME": str(home),
            "LC_ALL": "C",
            "TZ": "Asia/Kathmandu",
        },
        umask=0o077,
        preexec_fn=lambda: os.sched_setaffinity(0, {one}),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    made = results(folder)
    assert len(made) > 10
    assert as_committed(made)


# disks --------------------------------------------------------------------------------------


def on_disk(options, out):
    """Run ``regenerate`` onto a small file system of its own, which is gone afterwards."""
    mount = f'mount -t tmpfs -o {options} none "$0" && exec "$@"'
    apart = ["unshare", "--map-root-user", "--mount"]
    if shutil.which("unshare") is None or subprocess.run([*apart, "true"], check=False).returncode:
        pytest.skip("no file system can be mounted here")
    out.mkdir()
    return subprocess.run(
        [*apart, "sh", "-c", mount, str(out), *REGENERATE, "--out", str(out)],
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ("ro", "Read-only file system"),
        ("size=64k", "No space left on device"),
        pytest.param("size=900k", "No space left on device", marks=pytest.mark.audit),
    ],
    ids=["read-only", "full at the tables", "full at a notebook"],
)
def test_a_disk_that_takes_no_more_is_one_line(tmp_path, options, message):
    done = on_disk(options, tmp_path / "out")
    assert done.returncode == 1
    first, *rest = done.stderr.splitlines()
    assert first.startswith("error: ")
    assert first.endswith(message)
    assert all(line.startswith("  ") for line in rest)  # the end of a cell's traceback


# what people see ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("terminal", "lines", "bar"), [(True, [], True), (False, ["1 of 2: a", "2 of 2: b"], False)]
)
def test_a_terminal_has_one_bar_and_a_log_has_lines(monkeypatch, capsys, terminal, lines, bar):
    said = []
    monkeypatch.setattr(sys.stderr, "isatty", lambda: terminal)
    with many_notebooks.progress(2, said.append) as step:
        step("a")
        step("b")
    assert said == lines
    assert ("2/2" in capsys.readouterr().err) == bar


# parameters and options ---------------------------------------------------------------------


@pytest.mark.parametrize("limit", ["0", "-1", "soon"])
def test_a_limit_is_a_number_of_seconds(capsys, limit):
    assert main(["regenerate", f"--limit={limit}"]) == 2
    assert "Invalid value for '--limit'" in capsys.readouterr().err


def test_a_run_that_reaches_its_limit_says_so_in_one_line(tmp_path, capsys):
    assert main(["run", "05_sensitivity", "--out", str(tmp_path), "--limit", "1"]) == 1
    error = capsys.readouterr().err
    assert re.match(r"error: 05_sensitivity\.ipynb, cell \d: not done after 1 seconds", error)
    assert error.count("\n") == 1
