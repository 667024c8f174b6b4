"""Sweeps: strict grids, names of files, one tidy table, nothing twice, the same bytes anywhere."""

import csv
import importlib.util
import json
import signal
import subprocess
import sys
import time
from concurrent.futures import Executor, Future, ThreadPoolExecutor

import pytest

from slm_analysis.errors import AnalysisError, DataError, NotebookError, ParameterError
from slm_analysis.project import Project
from slm_analysis.regeneration import sweep
from slm_analysis.regeneration.many_notebooks import Running

pytestmark = pytest.mark.slow


class Inline(Executor):
    """Runs each job at once, in this process, and counts them."""

    def __init__(self):
        self.jobs = 0

    def submit(self, function, /, *arguments):
        self.jobs += 1
        future = Future()
        try:
            future.set_result(function(*arguments))
        except Exception as error:
            future.set_exception(error)
        return future


def grid_file(tmp_path, text):
    path = tmp_path / "grid.yml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_grid_is_lists_of_text_and_whole_numbers(tmp_path):
    path = grid_file(tmp_path, "years: [2014, 2012-2014]\nrule: [outer]\n")
    assert sweep.read_grid(path) == {"years": ["2014", "2012-2014"], "rule": ["outer"]}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "grid.yml: allowed is one list of values per parameter"),
        ("- rule", "allowed is one list of values per parameter"),
        ("rule: outer", "grid.yml, column rule: 'outer': allowed is a list of values"),
        ("rule: []", r"column rule: \[\]: allowed is a list of values"),
        ("country: [NO]", "column country: False: allowed is text or a whole number; put yes, no"),
        ("years: [2014.5]", "column years: 2014.5: allowed is text or a whole number"),
        ("years: [2014, '2014']", "column years: .*: allowed is each value once"),
        ("rule: [", "not YAML"),
    ],
)
def test_a_grid_that_is_none_is_refused(tmp_path, text, message):
    with pytest.raises(DataError, match=message):
        sweep.read_grid(grid_file(tmp_path, text))


@pytest.mark.parametrize(
    ("combination", "name"),
    [
        ({"countries": "ARM,NGA", "years": "2012-2014"}, "countries=ARM,NGA__years=2012-2014"),
        ({"x": "../a b"}, "x=..-a-b__be5b6ff6cd38"),
        ({"x": "..-a-b"}, "x=..-a-b"),
    ],
)
def test_a_combination_names_its_files(combination, name):
    assert sweep.combination_name(combination) == name


def test_a_long_name_is_cut_and_stays_its_own():
    names = {sweep.combination_name({"countries": "ARM," * 60 + end}) for end in ("NGA", "UKR")}
    assert len(names) == 2
    assert all(len(name) < 140 for name in names)


@pytest.mark.parametrize(
    ("grid", "message"),
    [
        ({"country": ["ARM", "XXX"]}, "'XXX': allowed is all, or codes"),
        ({"cuontry": ["ARM"]}, "one of the parameters country"),
    ],
)
def test_a_wrong_parameter_is_refused_before_anything_runs(project, notebook, grid, message):
    path = notebook("country", parameters='country = "ARM"')
    executor = Inline()
    with pytest.raises(ParameterError, match=message):
        sweep.sweep(path, grid, project, Running(print, executor=executor))
    assert executor.jobs == 0


SHOW = (
    "from slm_analysis.display.rendering import Table, Text\n"
    "import pandas as pd\n"
    "data = pd.DataFrame({'country': [country, country], 'lo': [1, 0], 'hi': [2.5, None]})\n"
    "Table(data.astype(str), 'Counts', data=data).save('counts')",
    "Text(f'**{country}** it is.')",
)


def rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def test_every_combination_is_run_and_the_last_parameter_varies_fastest(project, notebook):
    path = notebook(*SHOW, parameters='country = "ARM"\nyears = "all"')
    grid = {"country": ["GEO", "ARM"], "years": ["2014", "2013"]}
    _, findings = sweep.sweep(path, grid, project, Running(print, executor=ThreadPoolExecutor(2)))
    given = [row[:2] for row in rows(findings)[1:]]
    assert given == [["GEO", "2014"], ["GEO", "2013"], ["ARM", "2014"], ["ARM", "2013"]]


def test_each_table_is_gathered_as_numbers_and_the_sentences_in_one(project, notebook):
    path = notebook(*SHOW, parameters='country = "ARM"')
    grid = {"country": ["GEO", "ARM"]}
    counts, findings = sweep.sweep(
        path, grid, project, Running(print, executor=ThreadPoolExecutor(2))
    )
    assert (counts.name, findings.name) == ("counts.csv", "findings.csv")
    assert rows(counts) == [
        ["given_country", "country", "lo", "hi"],
        ["GEO", "GEO", "1", "2.5"],
        ["GEO", "GEO", "0", ""],
        ["ARM", "ARM", "1", "2.5"],
        ["ARM", "ARM", "0", ""],
    ]
    assert rows(findings) == [
        ["given_country", "cell", "text"],
        ["GEO", "4", "**GEO** it is."],
        ["ARM", "4", "**ARM** it is."],
    ]


FAILS_FOR_GEO = ("if country == 'GEO': raise ValueError('none')", *SHOW)


def test_what_is_done_is_not_done_again_and_a_failure_can_be_passed_over(project, notebook):
    path = notebook(*FAILS_FOR_GEO, parameters='country = "ARM"')
    grid = {"country": ["ARM", "GEO", "NGA"]}
    for keep_going in (False, True):
        executor = Inline()
        with pytest.raises(NotebookError, match="cell 2: ValueError: none"):
            sweep.sweep(
                path, grid, project, Running(print, keep_going=keep_going, executor=executor)
            )
        table = project.out / "small" / "counts.csv"
        assert table.exists() == keep_going
    assert executor.jobs == 1
    assert {row[0] for row in rows(table)[1:]} == {"ARM", "NGA"}


def test_nothing_at_the_address_is_one_line(monkeypatch):
    pytest.importorskip("distributed", reason="Dask is not installed: requirements/dask.txt")
    import dask

    with (
        dask.config.set({"distributed.comm.timeouts.connect": "1s"}),
        pytest.raises(AnalysisError, match="^--dask tcp://127.0.0.1:9: "),
        sweep.cluster("tcp://127.0.0.1:9"),
    ):
        pass


@pytest.mark.skipif(importlib.util.find_spec("distributed") is not None, reason="Dask is there")
def test_without_dask_the_error_says_what_to_install():
    with pytest.raises(AnalysisError, match="install requirements/dask.txt"), sweep.cluster("x"):
        pass


@pytest.fixture
def scheduler(tmp_path):
    """Start a scheduler and two worker processes on this machine, and give the address."""
    pytest.importorskip("distributed", reason="Dask is not installed: requirements/dask.txt")
    file = tmp_path / "scheduler.json"
    common = ["--scheduler-file", str(file), "--no-dashboard", "--host", "127.0.0.1"]
    parts = [
        ["dask_scheduler", *common, "--port", "0"],
        ["dask_worker", *common, "--nworkers", "2", "--nthreads", "2"],
    ]
    running = [
        subprocess.Popen(
            [sys.executable, "-m", f"distributed.cli.{part[0]}", *part[1:]],
            cwd=tmp_path,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for part in parts
    ]
    while not file.exists():
        assert running[0].poll() is None
        time.sleep(0.1)
    yield json.loads(file.read_text())["address"]
    for process in reversed(running):
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def test_a_cluster_gives_the_bytes_of_local_processes(project, notebook, scheduler, tmp_path):
    path = notebook(*SHOW, parameters='country = "ARM"')
    grid = {"country": ["ARM", "GEO", "NGA", "UKR"]}
    written = []
    for out, executor in (("here", None), ("there", scheduler)):
        mine = Project(project.data, tmp_path / out)
        if executor:
            with sweep.cluster(executor) as pool:
                pool._client.wait_for_workers(2, timeout=60)
                sweep.sweep(path, grid, mine, Running(print, executor=pool))
        else:
            sweep.sweep(path, grid, mine, Running(print))
        written.append({file.name: file.read_bytes() for file in (mine.out / "small").glob("*.*")})
    assert len(written[0]) == 6
    assert written[0] == written[1]


def test_a_grid_that_is_too_large_is_said_and_not_begun(project, notebook):
    path = notebook("1", parameters='countries = "all"\nsets = "2000"')
    grid = {"countries": ["ARM"], "sets": [str(number) for number in range(100, 103)]}
    said = []
    with pytest.raises(AnalysisError, match="3 combinations are more than 2: give --yes"):
        sweep.sweep(path, grid, project, Running(said.append), most=2)
    assert said == ["3 combinations"]
