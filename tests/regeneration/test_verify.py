"""Verification: what differs is named with its place, at either level; the run is cut off."""

import json
import os
import subprocess
import sys

import pytest

from slm_analysis.project import HOME
from slm_analysis.regeneration import verify

pytestmark = pytest.mark.slow

CSV = "iso3,lo\nARM,273\nNGA,0.5\n"


def notebook(text="10 of 12", picture="AAAA", html="<td>0.1</td>"):
    return json.dumps(
        {
            "cells": [
                {"cell_type": "markdown", "source": ["# Title"]},
                {
                    "cell_type": "code",
                    "source": "x",
                    "outputs": [
                        {"output_type": "stream", "name": "stdout", "text": [text]},
                        {"data": {"text/html": [html], "image/png": picture}},
                    ],
                },
            ]
        },
        indent=1,
    )


FILES = {
    "data/processed/panel.csv": CSV,
    "data/processed/datapackage.json": '{\n "name": "x"\n}\n',
    "figures/a.svg": "<svg/>",
    "figures/a.csv": "x,y\n1,2.25\n",
    "figures/b.png": "PNG",
    "notebooks/01_a.ipynb": notebook(),
}


@pytest.fixture
def folders(tmp_path):
    """Write two folders, the second with changes; a file changed to nothing is absent."""

    def write(changes, into=("committed", "made")):
        for folder, files in zip(into, (FILES, FILES | changes), strict=True):
            for name, text in files.items():
                path = tmp_path / folder / name
                path.parent.mkdir(parents=True, exist_ok=True)
                if text:
                    path.write_text(text, encoding="utf-8")
        return [tmp_path / name for name in ("committed", "made")]

    return write


def test_the_same_files_are_all_the_same(folders):
    assert verify.compare(*folders({}), numbers=False) == (6, [])


DIFFERENCES = {
    "data/processed/panel.csv": [
        (CSV.replace("273", "274"), ", line 2: committed 'ARM,273', made 'ARM,274'"),
        (CSV + "UKR,1\n", ", line 4: committed '(nothing)', made 'UKR,1'"),
        (CSV.replace("lo", "hi"), ", line 1: committed 'iso3,lo', made 'iso3,hi'"),
        (CSV.replace("\n", "\r\n"), ": the lines end in another way"),
        ("", ": is committed, but not made"),
    ],
    "data/processed/datapackage.json": [
        ('{\n "name": "y"\n}\n', """, line 2: committed ' "name": "x"', made ' "name": "y"'""")
    ],
    "figures/a.svg": [("<svg></svg>", ": the picture differs")],
    "figures/c.svg": [("<svg/>", ": is made, but not committed")],
    "notebooks/01_a.ipynb": [
        (
            notebook(text="11 of 12"),
            """, line 17: committed '      "10 of 12"', made '      "11 of 12"'""",
        ),
        (notebook(picture="BBBB"), ", line 25: the picture differs"),
        (
            notebook(html="<td>0.2</td>"),
            """, line 23: committed '   "<td>0.1</td>"', made '   "<td>0.2</td>"'""",
        ),
    ],
}


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [(name, *case) for name, cases in DIFFERENCES.items() for case in cases],
)
def test_a_difference_is_named_with_its_place(folders, name, text, message):
    _, differences = verify.compare(*folders({name: text}), numbers=False)
    assert differences == [name + message]


@pytest.mark.parametrize(
    ("name", "text", "same"),
    [
        ("data/processed/panel.csv", CSV.replace("0.5", "0.50000000001"), True),
        ("data/processed/panel.csv", CSV.replace("0.5", "0.50000001"), False),
        ("data/processed/panel.csv", CSV.replace("ARM", "AZE"), False),
        ("figures/a.svg", "<svg></svg>", True),
        ("figures/a.csv", "x,y\n1,2.26\n", False),
        ("figures/b.png", "GNP", False),
        ("notebooks/01_a.ipynb", notebook(picture="BBBB"), True),
        ("notebooks/01_a.ipynb", notebook(html="<td>0.10000000000001</td>"), True),
        ("notebooks/01_a.ipynb", notebook(html="<td>0.1001</td>"), False),
        ("notebooks/01_a.ipynb", notebook(text="10 of 12."), False),
    ],
)
def test_the_second_level_asks_for_the_same_numbers(folders, name, text, same):
    _, differences = verify.compare(*folders({name: text}), numbers=True)
    assert (differences == []) == same


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("−2.5", "−2.5000000000001", True),
        ("−2.5", "2.5", False),
        ("1e-12", "0", True),
        ("2012-2014", "2012-2015", False),
        ("a 1", "a 1 1", False),
    ],
)
def test_numbers_within_text(first, second, same):
    assert verify.same_numbers(first, second) == same


def test_the_network_is_off_but_kernels_can_talk(tmp_path):
    said = []
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    python = tmp_path / ".venv" / "bin" / "python"
    python.write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    python.chmod(0o755)
    command = verify._without_network(tmp_path, said.append)
    if len(command) == 1:
        assert said == [
            "everything executed, but the network stays on: this system does not let it be cut off"
        ]
        pytest.skip(said[0])
    code = (
        "import socket, errno\n"
        "server = socket.create_server(('127.0.0.1', 0))\n"
        "socket.create_connection(server.getsockname(), 5)\n"
        "print(socket.socket().connect_ex(('192.0.2.1', 80)) == errno.ENETUNREACH)"
    )
    done = subprocess.run(
        [*command, "-c", code], cwd=HOME, capture_output=True, text=True, check=False
    )
    assert done.stdout == "True\n", done.stderr


@pytest.mark.audit
def test_the_commit_verifies_and_an_altered_one_does_not(tmp_path):
    if not (HOME / ".git").exists():
        pytest.skip("not a clone, there is no commit to verify")
    clone = tmp_path / "clone"
    subprocess.run(["git", "clone", "--quiet", str(HOME), str(clone)], check=True)
    panel = clone / "data" / "processed" / "panel.csv"
    panel.write_text(panel.read_text().replace("273", "272", 1))
    git = ["git", "-C", str(clone), "-c", "user.name=a test", "-c", "user.email=a@test"]
    subprocess.run([*git, "commit", "--quiet", "--all", "--message", "Alter"], check=True)
    for folder, code, end in (
        (HOME, 0, "files, all the same\n"),
        (clone, 1, "committed '272', made '273'\n"),
    ):
        done = subprocess.run(
            [sys.executable, "-m", "slm_analysis", "verify", "--python", sys.executable],
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
            env=os.environ | {"PYTHONPATH": str(folder)},
        )
        assert (done.returncode, done.stdout[-len(end) :]) == (code, end), done.stderr
