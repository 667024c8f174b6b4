"""Regenerate tables, notebooks and figures: only what has changed, all or nothing, same bytes.

Whether a result is current is decided by content: the cells of the notebook (not its outputs),
the modules that it imports, the raw data and the lock file. What was found is kept in ``.cache``.
The scientific libraries are imported only when there is something to run.
"""

from __future__ import annotations

import ast
import csv
import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from slm_analysis.errors import AnalysisError
from slm_analysis.language import FOLDERS, LANGUAGE_VARIABLE, catalogue_path
from slm_analysis.project import HOME, Project

PACKAGE = Path(__file__).parent
LOCK = HOME / "requirements" / "run.txt"
TABLE_MODULES = ("panel", "checks", "claims", "datapackage")
Report = Callable[[str], None]


class NotebookError(AnalysisError):
    """A notebook that failed: its name, the cell and the cell's own message."""


# what a result rests on ---------------------------------------------------------------------


def module_closure(modules: Iterable[str]) -> list[str]:
    """Return the modules of the package that these import, directly or not, and these."""
    found: set[str] = set()
    waiting = list(modules)
    while waiting:
        name = waiting.pop()
        path = PACKAGE / f"{name}.py"
        if name in found or not path.exists():
            continue
        found.add(name)
        waiting.extend(_imports(path.read_text(encoding="utf-8")))
    return sorted(found)


@cache
def _imports(code: str) -> list[str]:
    """Return the modules of the package that a piece of code imports."""
    found: list[str] = []
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.ImportFrom) and node.module == "slm_analysis":
            found += (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("slm_analysis."):
            found.append(str(node.module).removeprefix("slm_analysis."))
    return found


def _digest(parts: Iterable[bytes]) -> str:
    total = hashlib.sha256()
    for part in parts:
        total.update(hashlib.sha256(part).digest())
    return total.hexdigest()


def _foundation(project: Project, modules: Iterable[str]) -> Iterator[bytes]:
    """Yield the content of everything beneath a result but its own cells."""
    yield LOCK.read_bytes()
    for name in module_closure(modules):
        yield (PACKAGE / f"{name}.py").read_bytes()
    for path in sorted(PACKAGE.iterdir()):
        if path.is_file() and path.suffix != ".py":
            yield path.read_bytes()
    for path in sorted(set(project.raw.iterdir()) - set(project.raw.glob("*.md"))):
        yield path.name.encode() + path.read_bytes()


def tables_fingerprint(project: Project) -> str:
    """Return what the processed tables rest on, as a hash."""
    return _digest(_foundation(project, TABLE_MODULES))


def notebook_fingerprint(path: Path, project: Project, language: str = "en") -> str:
    """Return what an executed notebook rests on, as a hash; its outputs do not count."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    sources = [(cell["cell_type"], "".join(cell["source"])) for cell in cells]
    code = "\n".join(text for kind, text in sources if kind == "code")
    parts = [json.dumps(sources).encode(), *_foundation(project, _imports(code))]
    if language != "en":
        parts.append(catalogue_path(language).read_bytes())
    return _digest(parts)


@dataclass
class Record:
    """What was found current, by result; kept between runs."""

    path: Path
    entries: dict[str, dict[str, Any]]

    @classmethod
    def read(cls, project: Project) -> Record:
        """Read the record of a project's results; an absent or damaged one is empty."""
        path = project.out / ".cache" / "fingerprints.json"
        try:
            return cls(path, json.loads(path.read_text(encoding="utf-8")))
        except (FileNotFoundError, ValueError):
            return cls(path, {})

    def current(self, name: str, fingerprint: str) -> bool:
        """Return whether a result rests on the same content and its files are as written."""
        entry = self.entries.get(name)
        if entry is None or entry["fingerprint"] != fingerprint:
            return False
        out = self.path.parent.parent
        return all(
            (out / file).exists() and _digest([(out / file).read_bytes()]) == digest
            for file, digest in entry["files"].items()
        )

    def keep(self, name: str, fingerprint: str, files: list[Path]) -> None:
        """Note a result and its files, given relative to the project's output folder."""
        out = self.path.parent.parent
        self.entries[name] = {
            "fingerprint": fingerprint,
            "files": {str(file): _digest([(out / file).read_bytes()]) for file in sorted(files)},
        }
        self.path.parent.mkdir(parents=True, exist_ok=True)
        scratch = self.path.with_suffix(".new")
        scratch.write_text(json.dumps(self.entries, indent=1), encoding="utf-8")
        os.replace(scratch, self.path)


# tables -------------------------------------------------------------------------------------


def write_tables(project: Project) -> list[Path]:
    """Compute the processed tables and put them in place.

    Returns
    -------
    list of Path
        The files, relative to the project's output folder.

    Raises
    ------
    AnalysisError
        If a raw table is not as it should be; then nothing is written.
    """
    from slm_analysis import checks, claims, datapackage, panel, read, schema

    raw = read.read_raw(project.raw)
    built = panel.build_panel(raw)
    tables = {
        "panel": built,
        "checks": checks.check_cells(built),
        "contradictions": panel.contradictions(raw),
        "claims": claims.judge_all(claims.read_claims(raw, project.raw), raw),
    }
    with _scratch(project) as folder:
        scratch = Project(project.data, folder)
        scratch.processed.mkdir(parents=True)
        for name, table in tables.items():
            text = table.astype("string").fillna("").astype(str)
            schema.validate(text, schema.PROCESSED[name], f"{name}.csv")
            text.to_csv(
                scratch.processed / f"{name}.csv",
                index=False,
                lineterminator="\n",
                encoding="utf-8",
            )
        datapackage.write(scratch.processed / "datapackage.json", raw)
        return _move(folder, project.out)


@dataclass(frozen=True)
class Job:
    """A notebook to execute, its parameters, and the name under which it is kept."""

    name: str
    path: Path
    parameters: dict[str, str]
    language: str = "en"


# notebooks ----------------------------------------------------------------------------------


def notebook_paths() -> list[Path]:
    """Return the numbered notebooks in reading order."""
    return sorted((HOME / "notebooks").glob("[0-9]*.ipynb"))


def notebook_path(name: str) -> Path:
    """Return a notebook by its name, with or without the ending.

    Raises
    ------
    AnalysisError
        If there is none of that name.
    """
    known = {path.stem: path for path in (HOME / "notebooks").glob("*.ipynb")}
    stem = name.removesuffix(".ipynb")
    if stem not in known:
        raise AnalysisError(f"notebook {name!r}: allowed are {', '.join(sorted(known))}")
    return known[stem]


def known_parameters(path: Path) -> dict[str, str]:
    """Return a notebook's parameters and their defaults, all text."""
    import papermill

    found = papermill.inspect_notebook(str(path))
    return {name: str(ast.literal_eval(about["default"])) for name, about in found.items()}


def execute(
    path: Path,
    project: Project,
    parameters: dict[str, str],
    name: str = "",
    language: str = "en",
) -> list[Path]:
    """Execute a notebook in a fresh kernel and put it and its figures in place.

    Nothing is put in place unless every cell succeeds. Under a name such as ``profiles/ARM`` the
    notebook becomes ``profiles/ARM.ipynb`` and its figures stand in ``profiles/ARM/``.

    Returns
    -------
    list of Path
        The files written, relative to the project's output folder.

    Raises
    ------
    NotebookError
        With the notebook, the cell and the cell's message.
    """
    import nbformat
    import papermill
    from papermill.exceptions import PapermillExecutionError

    with _scratch(project) as folder:
        scratch = Project(project.data, folder)
        scratch.notebooks.mkdir(parents=True)
        target = scratch.notebooks / path.name
        # only this environment's kernel, and the folders of this run
        os.environ.update(
            scratch.environment, JUPYTER_PREFER_ENV_PATH="1", **{LANGUAGE_VARIABLE: language}
        )
        try:
            papermill.execute_notebook(
                str(path),
                str(target),
                parameters,
                cwd=str(folder),
                kernel_name="python3",
                progress_bar=False,
                extra_arguments=["--log-level=50"],
            )
        except PapermillExecutionError as error:
            raise NotebookError(
                f"{path.name}, cell {error.cell_index + 1}: {error.ename}: {error.evalue}"
            ) from None
        notebook = nbformat.read(target, as_version=4)
        nbformat.write(_strip(notebook), target)
        if "/" in name:
            place = folder / name
            place.parent.mkdir(parents=True)
            os.replace(target, place.with_suffix(".ipynb"))
            if scratch.figures.exists():
                os.replace(scratch.figures, place)
        return _move(folder, project.out)


def _strip(notebook: Any) -> Any:
    """Remove what differs from run to run, and what tells of the machine."""
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    for cell in notebook.cells:
        tags = cell.metadata.get("tags", [])
        cell.metadata = {"tags": tags} if tags else {}
        if "injected-parameters" in tags:
            cell.id = "injected-parameters"
    return notebook


@contextmanager
def _scratch(project: Project) -> Iterator[Path]:
    """Give a folder beside the results that is gone afterwards, whatever happens."""
    parent = project.out / ".cache"
    parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=parent, ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def _move(folder: Path, out: Path) -> list[Path]:
    """Replace files one by one, each atomically; return their places."""
    files = [path.relative_to(folder) for path in sorted(folder.rglob("*")) if path.is_file()]
    for file in files:
        (out / file).parent.mkdir(parents=True, exist_ok=True)
        os.replace(folder / file, out / file)
    return files


# all of it ----------------------------------------------------------------------------------


def regenerate(
    project: Project,
    report: Report,
    *,
    tables: bool = True,
    notebooks: bool = True,
    site: bool = True,
) -> None:
    """Bring tables, notebooks and the site up to date; what is current is left alone.

    Parameters
    ----------
    project
        Where to read and write.
    report
        Receives one line per step.
    tables, notebooks, site
        What to bring up to date; the site has the profiles beneath it.

    Raises
    ------
    AnalysisError
        The first failure; notebooks that ran beside it are kept.
    """
    record = Record.read(project)
    if tables:
        fingerprint = tables_fingerprint(project)
        if not record.current("tables", fingerprint):
            files = write_tables(project)
            record.keep("tables", fingerprint, files)
            report(f"tables: {', '.join(file.name for file in files)}")
    jobs = [Job(path.stem, path, {}) for path in notebook_paths()] if notebooks else []
    if site:
        jobs += profile_jobs(countries_with_figures(project))
    _execute_stale(jobs, project, record, report)
    if site:
        _build_site(project, record, report)


def profiles(project: Project, countries: list[str], report: Report) -> None:
    """Bring the profiles of some countries up to date, in ``profiles/`` of the output folder.

    Each is made in every language, those not in English in a folder of their own (``nl/``).
    """
    _execute_stale(profile_jobs(countries), project, Record.read(project), report)


def profile_jobs(countries: list[str]) -> list[Job]:
    """Return the profiles of some countries, each in every language."""
    path = notebook_path("country_profile")
    return [
        Job(f"profiles/{folder}{iso3}", path, {"country": iso3}, language)
        for language, folder in FOLDERS.items()
        for iso3 in countries
    ]


def countries_with_figures(project: Project) -> list[str]:
    """Return the ISO codes of countries with dated figures; without the scientific libraries."""
    with (project.raw / "dtv_counts.csv").open(encoding="utf-8", newline="") as lines:
        return sorted({row["iso3"] for row in csv.DictReader(lines) if row["year_first"]})


def site_fingerprint(project: Project) -> str:
    """Return what the site rests on, as a hash: executed notebooks, figures, modules, templates."""
    folders = (
        project.notebooks,
        project.figures,
        project.out / "profiles",
        PACKAGE / "site_files",
        PACKAGE / "locale",
    )
    parts = (
        path.name.encode() + path.read_bytes()
        for folder in folders
        for path in sorted(folder.rglob("*.*"))
        if path.is_file() and ".ipynb_checkpoints" not in path.parts
    )
    return _digest([*_foundation(project, ["site"]), *parts])


def _build_site(project: Project, record: Record, report: Report) -> None:
    """Build the site where anything that it shows has changed."""
    fingerprint = site_fingerprint(project)
    if record.current("site", fingerprint):
        return
    from slm_analysis.site import build

    with _scratch(project) as folder:
        pages = build(project, folder / "site")
        files = _move(folder, project.out)
    for path in sorted((project.out / "site").rglob("*.*")):
        if path.is_file() and path.relative_to(project.out) not in set(files):
            path.unlink()
    record.keep("site", fingerprint, files)
    report(f"site: {pages} pages, open site/index.html")


def _execute_stale(jobs: list[Job], project: Project, record: Record, report: Report) -> None:
    """Execute the notebooks that are not current, several at a time."""
    kinds = {
        (path, language): notebook_fingerprint(path, project, language)
        for path, language in {(job.path, job.language) for job in jobs}
    }
    prints = {job.name: kinds[job.path, job.language] for job in jobs}
    stale = [job for job in jobs if not record.current(job.name, prints[job.name])]
    if not stale:
        return
    workers = min(len(stale), os.cpu_count() or 1)
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        running = {
            pool.submit(execute, job.path, project, job.parameters, job.name, job.language): job
            for job in stale
        }
        failures = []
        for done in as_completed(running):
            job = running[done]
            try:
                files = done.result()
            except NotebookError as error:
                failures.append(error)
                continue
            record.keep(job.name, prints[job.name], files)
            report(f"{job.name}: {len(files) - 1} figure files")
    if failures:
        raise failures[0]
