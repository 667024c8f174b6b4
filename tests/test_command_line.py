"""The command line: exit codes, one-line errors, and the committed results left alone."""

import os
import subprocess
import sys

import pytest

from slm_analysis.__main__ import main
from slm_analysis.project import FONTS, HOME


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["run", "01_coverage", "-p", "countries=ARM,XXX"], "parameter countries: 'ARM,XXX'"),
        (["run", "01_coverage", "-p", "years=2008-2010"], "within 2009-2014"),
        (
            ["run", "01_coverage", "-p", "yeers=2012"],
            "one of the parameters countries, years, rule",
        ),
        (["run", "01_coverage", "-p", "countries"], "allowed is NAME=VALUE"),
        (["run", "09_nothing"], "allowed are 01_coverage"),
        (["run", "01_coverage", "--out", str(HOME)], "name another folder"),
    ],
)
def test_a_wrong_command_says_what_is_right_and_fails(capsys, arguments, message):
    assert main(arguments) == 1
    captured = capsys.readouterr()
    assert captured.err.startswith("error: ")
    assert message in captured.err
    assert captured.err.count("\n") == 1
    assert not captured.out


@pytest.mark.slow
def test_run_writes_to_a_folder_of_its_own(tmp_path):
    committed = {
        path: path.read_bytes()
        for folder in ("notebooks", "figures")
        for path in (HOME / folder).iterdir()
        if path.is_file()
    }
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "slm_analysis",
            "run",
            "03_lp_response",
            "-p",
            "countries=ARM,NGA",
            "-p",
            "years=2012-2014",
            "--out",
            "results",
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert not done.stderr
    assert "results/notebooks/03_lp_response.ipynb" in done.stdout
    text = (tmp_path / "results" / "notebooks" / "03_lp_response.ipynb").read_text()
    assert "Armenia" in text
    assert "Georgia unanswered" not in text
    assert {path: path.read_bytes() for path in committed} == committed


def test_no_command_shows_the_usage(capsys):
    assert main([]) == 2
    assert "Usage: slm_analysis" in capsys.readouterr().err


def test_other_packages_on_pythonpath_do_not_run(tmp_path):
    (tmp_path / "pandas.py").write_text("raise SystemExit('not the locked pandas')")
    done = subprocess.run(
        [sys.executable, "-m", "slm_analysis", "run", "01_coverage", "-p", "years=1800"],
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        cwd=HOME,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "parameter years" in done.stderr
    assert "not the locked" not in done.stderr


@pytest.mark.slow
def test_a_closed_home_is_neither_needed_nor_named(tmp_path):
    code = f"from slm_analysis.__main__ import main; main(['run', '02_report_tables', '--out', {str(tmp_path)!r}])"
    if os.access(FONTS, os.W_OK):  # else matplotlib says that it looks for all fonts again
        code += "; import slm_analysis.site.build"
    own = {name: value for name, value in os.environ.items() if name != "MPLCONFIGDIR"}
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=own | {"HOME": "/dev/null/home"},  # closed to root too
        cwd=HOME,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "notebooks" / "02_report_tables.ipynb").exists()
