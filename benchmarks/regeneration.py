"""Regeneration next to plain scripts, to other tools and to pip, side by side in one run.

Run with ``python -m benchmarks.regeneration``; it needs the package index and some twenty minutes.
Every way runs in turn, so that a slow moment of the machine falls on all; medians are compared.
Where others use the machine, the seconds of its processors say more than those of the clock.
The country profiles come from a SYNTHETIC series, never shown as a result.
"""

from __future__ import annotations

import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from slm_analysis.language import LANGUAGE_VARIABLE, LANGUAGES
from slm_analysis.printed.read import read_raw
from slm_analysis.project import HOME, Project
from slm_analysis.regeneration.regenerate import notebook_path, notebook_paths
from slm_analysis.transcription.importing import plan_import
from tests import synthetic

REPEATS = 3
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


@dataclass(frozen=True)
class Spent:
    """Median seconds of a way: by the clock, and of the processors."""

    clock: float
    processors: float


def side_by_side(ways: dict[str, Callable[[Path], None]], repeats: int) -> dict[str, Spent]:
    """Return what each way takes, each run with an empty folder of its own."""
    spent: dict[str, list[tuple[float, float]]] = {name: [] for name in ways}
    for _ in range(repeats):
        for name, way in ways.items():
            with tempfile.TemporaryDirectory() as folder:
                clock, before = time.perf_counter(), os.times()
                way(Path(folder))
                after = os.times()
                processors = (after.children_user + after.children_system) - (
                    before.children_user + before.children_system
                )
                spent[name].append((time.perf_counter() - clock, processors))
    return {
        name: Spent(*(statistics.median(seconds) for seconds in zip(*each, strict=True)))
        for name, each in spent.items()
    }


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


HEAD = """| what | this project | against | ratio | of processors | at most | reached |
|---|---|---|---|---|---|---|"""


def row(what: str, mine: Spent, other: Spent, most: float) -> str:
    """Return a row of the table: both times, their ratios, and the bound that they are held to."""
    ratio = mine.clock / other.clock
    reached = "yes" if ratio <= most else "no"
    return (
        f"| {what} | {mine.clock:.1f} s | {other.clock:.1f} s | {ratio:.2f}"
        f" | {mine.processors / other.processors:.2f} | {most} | {reached} |"
    )


def notebooks(lab: Path) -> list[str]:
    """Return the rows of all notebooks, fresh kernels, next to scripts and other tools."""
    others = {"papermill": papermill(lab), "nbconvert": nbconvert(lab)}
    spent = side_by_side({"project": project, "scripts": scripts, **others}, REPEATS)
    fastest = min(others, key=lambda name: spent[name].clock)
    listed = ", ".join(f"{name} {spent[name].clock:.1f} s" for name in others)
    return [
        row("all notebooks, against plain scripts", spent["project"], spent["scripts"], 1.15),
        row(f"against {fastest} ({listed})", spent["project"], spent[fastest], 0.65),
    ]


def idle() -> str:
    """Return the row of a run with nothing to do."""
    nothing_changed(HOME)
    spent = side_by_side({"make": nothing_changed}, 9)["make"]
    reached = "yes" if spent.clock <= 0.25 else "no"
    return (
        f"| nothing changed: `make` | {spent.clock:.2f} s, of processors {spent.processors:.2f} s"
        f" | | | | 0.25 s | {reached} |"
    )


def main() -> None:
    """Measure, and print the table with machine and versions."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        lab = environment(folder / "lab", "papermill", "nbconvert", "ipykernel")
        rows = [*notebooks(lab), idle()]
        data, countries = series(folder)
        profile = {"project": profiles(data), "one process": one_process(data, countries)}
        pages = side_by_side(profile, 1)
        fresh = side_by_side({"uv": with_uv, "pip": with_pip}, 1)
        what = f"{len(countries)} country profiles in two languages, against one process"
        rows += [
            row(what, pages["project"], pages["one process"], 8),
            row("fresh environment to all results, against pip", fresh["uv"], fresh["pip"], 0.5),
        ]
        tools = [installed(lab, "papermill"), installed(lab, "nbconvert")]
    print("\n".join([HEAD, *rows]))
    own = ", ".join(f"{package} {version(package)}" for package in PACKAGES)
    print(
        f"\n{os.cpu_count()} processors, {platform.platform()}, Python {platform.python_version()};"
    )
    print(f"{own}; others: {', '.join(tools)}.")


if __name__ == "__main__":
    main()
