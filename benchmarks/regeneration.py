"""Regeneration next to plain scripts, to other tools and to pip, side by side in one run.

Run with ``python -m benchmarks.regeneration``; it needs the package index and some twenty minutes.
Every way runs in turn, so that a slow moment of the machine falls on all; medians are compared.
The country profiles come from a SYNTHETIC series, never shown as a result.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from importlib.metadata import version
from pathlib import Path

from slm_analysis.language import LANGUAGE_VARIABLE, LANGUAGES
from slm_analysis.printed.read import read_raw
from slm_analysis.project import HOME, Project
from slm_analysis.regeneration.regenerate import notebook_path, notebook_paths
from slm_analysis.transcription.importing import plan_import
from tests import synthetic

REPEATS = 2
PYTHON = sys.executable
PACKAGES = ("papermill", "nbclient", "ipykernel", "pandas", "matplotlib")


def run(command: list[object], folder: Path, **variables: object) -> None:
    """Run a command in a folder; what it prints is shown only when it fails."""
    done = subprocess.run(
        [str(part) for part in command],
        cwd=folder,
        env={**os.environ, **{name: str(value) for name, value in variables.items()}},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"{command}: {done.stdout[-2000:]}")


def side_by_side(ways: dict[str, Callable[[Path], None]], repeats: int) -> dict[str, float]:
    """Return the median seconds of each way, each run with an empty folder of its own."""
    times: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(repeats):
        for name, way in ways.items():
            with tempfile.TemporaryDirectory() as folder:
                start = time.perf_counter()
                way(Path(folder))
                times[name].append(time.perf_counter() - start)
    return {name: statistics.median(seconds) for name, seconds in times.items()}


def code(notebook: Path) -> str:
    """Return the code of a notebook as a script, its parameters in the first paragraph."""
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    return "display = print\n" + "\n\n".join(
        "".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"
    )


def make(folder: Path, recipe: str, names: Iterable[str], **variables: object) -> None:
    """Run a recipe for each name under ``make -j2``."""
    targets = " ".join(names)
    text = f"all: {targets}\n.PHONY: all {targets}\n{targets}:\n\t{recipe}\n"
    (folder / "Makefile").write_text(text, encoding="utf-8")
    run(["make", "-j2", "-f", "Makefile", "all"], folder, **variables)


# what is compared ---------------------------------------------------------------------------


def project(folder: Path) -> None:
    """Execute all notebooks as this project does."""
    run([PYTHON, "-m", "slm_analysis", "regenerate", "notebooks", "--out", folder], HOME)


def scripts(folder: Path) -> None:
    """Run the notebooks' code as plain scripts."""
    for path in notebook_paths():
        (folder / f"{path.stem}.code").write_text(code(path), encoding="utf-8")
    names = [path.stem for path in notebook_paths()]
    make(folder, f"{PYTHON} $@.code", names, SLM_OUT=folder, SLM_DATA=HOME / "data")


def papermill(environment: Path) -> Callable[[Path], None]:
    """Return papermill's command line, one process per notebook."""

    def execute(folder: Path) -> None:
        recipe = f"{environment}/bin/papermill {HOME}/notebooks/$@.ipynb $@.ipynb"
        names = [path.stem for path in notebook_paths()]
        make(folder, recipe, names, SLM_OUT=folder)

    return execute


def nbconvert(environment: Path) -> Callable[[Path], None]:
    """Return nbconvert's command line, one process for all notebooks."""

    def execute(folder: Path) -> None:
        command = f"{environment}/bin/jupyter nbconvert --to notebook --execute --output-dir"
        run([*command.split(), folder, *notebook_paths()], folder, SLM_OUT=folder)

    return execute


def jupyter_book(environment: Path) -> Callable[[Path], None]:
    """Return jupyter-book 1 building a book of the notebooks, executed."""

    def execute(folder: Path) -> None:
        for path in notebook_paths():
            shutil.copy(path, folder)
        names = [path.stem for path in notebook_paths()]
        chapters = "".join(f"\n- file: {name}" for name in names[1:])
        (folder / "_toc.yml").write_text(
            f"format: jb-book\nroot: {names[0]}\nchapters:{chapters}\n"
        )
        (folder / "_config.yml").write_text(
            "title: book\nexecute:\n  execute_notebooks: force\n  timeout: 600\n"
        )
        run([environment / "bin" / "jupyter-book", "build", "."], folder, SLM_OUT=folder)

    return execute


def profiles(data: Path) -> Callable[[Path], None]:
    """Return the profile of every country of a series, fresh kernels."""

    def execute(folder: Path) -> None:
        run([PYTHON, "-m", "slm_analysis", "profiles", "--data", data, "--out", folder], HOME)

    return execute


def one_process(data: Path, countries: list[str]) -> Callable[[Path], None]:
    """Return one process that runs the profile for one country and language after another."""

    def execute(folder: Path) -> None:
        first, rest = code(notebook_path("country_profile")).split("\n\n", 1)
        text = (
            f"import os\n{first}\nrest = compile({rest!r}, 'profile', 'exec')\n"
            f"for language in {list(LANGUAGES)!r}:\n"
            f"    os.environ[{LANGUAGE_VARIABLE!r}] = language\n"
            f"    for country in {countries!r}:\n"
            "        exec(rest, {'country': country, 'rule': rule, 'display': display})\n"
        )
        (folder / "all.py").write_text(text, encoding="utf-8")
        run([PYTHON, "all.py"], folder, SLM_OUT=folder, SLM_DATA=data)

    return execute


def with_uv(folder: Path) -> None:
    """Go from nothing to all results as ``make`` does, with empty caches."""
    _results(
        folder,
        ["sh", "requirements/install.sh", "python3", ".venv", "requirements/run.txt"],
    )


def with_pip(folder: Path) -> None:
    """Go from nothing to all results with pip, with empty caches."""
    pip = ".venv/bin/python -m pip install --quiet"
    steps = (
        f"python3 -m venv .venv && {pip} --require-hashes -r requirements/run.txt"
        f" && {pip} --no-deps --no-build-isolation --editable ."
    )
    _results(folder, ["sh", "-c", steps])


def _results(folder: Path, install: list[object]) -> None:
    clone = folder / "clone"
    run(["git", "clone", "--quiet", HOME, clone], folder)
    run(install, clone, UV_CACHE_DIR=folder / "uv", PIP_CACHE_DIR=folder / "pip")
    regenerate = [".venv/bin/python", "-m", "slm_analysis", "regenerate", "results", "--out"]
    run([*regenerate, folder / "out"], clone)


def nothing_changed(_: Path) -> None:
    """Run ``make`` where everything is current."""
    run(["make"], HOME)


# the table ----------------------------------------------------------------------------------


def environment(folder: Path, *packages: str) -> Path:
    """Make an environment for another tool, with the package and what its users install."""
    run([PYTHON, "-m", "venv", folder], HOME)
    uv = [Path(PYTHON).parent / "uv", "pip", "install", "--quiet"]
    run([*uv, "--python", folder / "bin" / "python", *packages, "--editable", "."], HOME)
    # the kernel that the notebooks name is that of the environment
    run([folder / "bin" / "python", "-m", "ipykernel", "install", "--sys-prefix"], HOME)
    return folder


def installed(folder: Path, package: str) -> str:
    """Return a package of another environment with its version."""
    ask = f"from importlib.metadata import version; print(version({package!r}))"
    done = subprocess.run(
        [folder / "bin" / "python", "-c", ask], capture_output=True, text=True, check=True
    )
    return f"{package} {done.stdout.strip()}"


def series(folder: Path) -> tuple[Path, list[str]]:
    """Write a data directory with a synthetic full series; return it and its countries."""
    raw = read_raw(Project().raw)
    synthetic.write_long(folder / "series.csv", raw)
    record = ("synthetic-1", synthetic.record()["synthetic-1"])
    plan_import(folder / "series.csv", folder / "data", None, record, write=True)
    return folder / "data", sorted(raw["countries"].query("focus_2015 == 'yes'")["iso3"])


def row(what: str, mine: float, other: float, most: float, note: str = "") -> str:
    """Return a row of the table: both times, their ratio, and the bound it is held to."""
    reached = "yes" if mine / other <= most else "no"
    return (
        f"| {what} | {mine:.1f} s | {other:.1f} s{note} | {mine / other:.2f} | {most} | {reached} |"
    )


def main() -> None:
    """Measure, and print the table with machine and versions."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        lab = environment(folder / "lab", "papermill", "jupyterlab", "nbconvert", "ipykernel")
        book = environment(folder / "book", "jupyter-book<2", "ipykernel")
        data, countries = series(folder)
        nothing_changed(folder)
        notebooks = side_by_side(
            {
                "project": project,
                "scripts": scripts,
                "papermill": papermill(lab),
                "nbconvert": nbconvert(lab),
                "jupyter-book": jupyter_book(book),
            },
            REPEATS,
        )
        pages = side_by_side(
            {"project": profiles(data), "one process": one_process(data, countries)}, 1
        )
        fresh = side_by_side({"uv": with_uv, "pip": with_pip}, 1)
        idle = side_by_side({"make": nothing_changed}, 9)["make"]
        others = {name: notebooks[name] for name in ("papermill", "nbconvert", "jupyter-book")}
        fastest = min(others, key=lambda name: others[name])
        tools = [installed(lab, "papermill"), installed(lab, "jupyterlab")]
        tools += [installed(lab, "nbconvert"), installed(book, "jupyter-book")]
    mine = notebooks["project"]
    listed = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in others.items())
    print(
        "| what | this project | against | ratio | at most | reached |\n|---|---|---|---|---|---|"
    )
    print(row("all notebooks, against plain scripts", mine, notebooks["scripts"], 1.5))
    print(row(f"against {fastest}", mine, others[fastest], 0.7, f" ({listed})"))
    print(
        row(
            f"{len(countries)} country profiles in two languages, against one process",
            pages["project"],
            pages["one process"],
            8,
        )
    )
    print(
        f"| nothing changed: `make` | {idle:.2f} s | | | 0.5 s | {'yes' if idle <= 0.5 else 'no'} |"
    )
    print(row("fresh environment to all results, against pip", fresh["uv"], fresh["pip"], 0.5))
    own = ", ".join(f"{package} {version(package)}" for package in PACKAGES)
    print(
        f"\n{os.cpu_count()} processors, {platform.platform()}, Python {platform.python_version()};"
    )
    print(f"{own}; others: {', '.join(tools)}.")


if __name__ == "__main__":
    main()
