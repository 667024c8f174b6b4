"""What results rest on, as hashes: content decides what is made anew, not time stamps.

A notebook rests on its cells (not its outputs), the modules that it imports, directly or not, the
raw data, the codebook and the lock file; the site also on what it shows. What was found current is
kept in ``.cache``. No scientific library is imported, so that nothing to do takes no time.
"""

from __future__ import annotations

import ast
import hashlib
import json
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from slm_analysis.errors import AnalysisError
from slm_analysis.language import catalogue_path
from slm_analysis.project import CODEBOOK, HOME, Job, Project

fcntl: ModuleType | None
try:
    import fcntl
except ImportError:  # Windows; two runs at once are then not kept apart
    fcntl = None

PACKAGE = HOME / "slm_analysis"
LOCK = HOME / "requirements" / "run.txt"
TABLE_MODULES = (
    "bounds.panel",
    "results.checks",
    "results.conclusions",
    "verdicts",
    "regeneration.datapackage",
)


def module_closure(modules: Iterable[str]) -> list[Path]:
    """Return the files of the modules that these import, directly or not, and of these.

    Parameters
    ----------
    modules
        Names below the package: ``bounds.panel``, ``display.figures``; what is no module is
        passed over.
    """
    found: set[Path] = set()
    waiting = _files(modules)
    while waiting:
        path = waiting.pop()
        if path not in found:
            found.add(path)
            waiting.extend(_beneath(path))
    return sorted(found)


def _files(modules: Iterable[str]) -> list[Path]:
    """Return the files of what among these are modules."""
    paths = (PACKAGE.joinpath(*name.split(".")) for name in modules)
    files = (path / "__init__.py" if path.is_dir() else path.with_suffix(".py") for path in paths)
    return [path for path in files if path.exists()]


@cache
def _beneath(path: Path) -> list[Path]:
    """Return the files of the modules that one of them imports, and of the packages it is in."""
    package = path.parent.relative_to(PACKAGE.parent).parts
    within = [".".join(package[1:end]) for end in range(1, len(package) + 1)]
    return _files({*_imports(path.read_text(encoding="utf-8"), package), *within})


def _statements(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the statements beneath a node: imports are among them, not among expressions."""
    for part in ast.iter_child_nodes(node):
        if isinstance(part, ast.stmt | ast.ExceptHandler | ast.match_case):
            yield part
            yield from _statements(part)


def _imports(code: str, package: tuple[str, ...] = ()) -> Iterator[str]:
    """Yield the modules of this package that a piece of code imports.

    ``package`` is where the code stands, for relative imports. A module that is imported by a name
    which only the running code knows cannot be followed; no notebook may do so.
    """
    tree = ast.parse(code)
    for node in _statements(tree) if package else ast.walk(tree):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else ()
            module = ".".join([*above, *filter(None, [node.module])])
            # each name may be a module in turn
            names = [module, *(f"{module}.{alias.name}" for alias in node.names)]
        computed = isinstance(node, ast.Name) and node.id == "__import__"
        if not package and (computed or any(name.startswith("importlib") for name in names)):
            raise AnalysisError("a notebook imports by importlib, so what it rests on is not known")
        for name in names:
            if f"{name}.".startswith(f"{PACKAGE.name}."):
                yield name.removeprefix(PACKAGE.name).lstrip(".")


def _digest(parts: Iterable[bytes]) -> str:
    total = hashlib.sha256()
    for part in parts:
        total.update(hashlib.sha256(part).digest())
    return total.hexdigest()


def _foundation(project: Project, modules: Iterable[str]) -> Iterator[bytes]:
    """Yield the content of everything beneath a result but its own cells."""
    yield LOCK.read_bytes() + CODEBOOK.read_bytes()
    files = module_closure(modules)
    for path in files:
        yield path.read_bytes()
    for folder in sorted({path.parent for path in files}):  # and the style sheet beside its module
        for path in sorted(folder.iterdir()):
            if path.is_file() and path.suffix != ".py":
                yield path.read_bytes()
    for path in sorted(set(project.raw.iterdir()) - set(project.raw.glob("*.md"))):
        yield path.name.encode() + path.read_bytes()


def tables_fingerprint(project: Project) -> str:
    """Return what the processed tables rest on, as a hash."""
    return _digest(_foundation(project, TABLE_MODULES))


def notebook_fingerprint(path: Path, project: Project) -> str:
    """Return what an executed notebook rests on, as a hash; its outputs do not count."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    sources = [(cell["cell_type"], "".join(cell["source"])) for cell in cells]
    code = "\n".join(text for kind, text in sources if kind == "code")
    return _digest([json.dumps(sources).encode(), *_foundation(project, _imports(code))])


def fingerprints(jobs: Sequence[Job], project: Project) -> dict[str, str]:
    """Return what each job rests on, as a hash, by name; a notebook is read once."""
    paths = {path: notebook_fingerprint(path, project) for path in {job.path for job in jobs}}
    texts = {"en": b""} | {
        language: catalogue_path(language).read_bytes()
        for language in {job.language for job in jobs} - {"en"}
    }
    return {
        job.name: _digest(
            [paths[job.path].encode(), json.dumps(job.parameters).encode(), texts[job.language]]
        )
        for job in jobs
    }


def site_fingerprint(project: Project) -> str:
    """Return what the site rests on, as a hash: executed notebooks, figures, modules, templates."""
    folders = (
        project.notebooks,
        project.figures,
        project.out / "profiles",
        PACKAGE,  # all of it: the reference shows its docstrings
        HOME / "docs",
    )
    parts = (
        path.name.encode() + path.read_bytes()
        for folder in folders
        for path in sorted(folder.rglob("*.*"))
        if path.is_file() and not {".ipynb_checkpoints", "__pycache__"} & set(path.parts)
    )
    return _digest([*_foundation(project, []), *parts])


@dataclass
class Record:
    """What was found current, by result; kept between runs."""

    path: Path
    entries: dict[str, dict[str, Any]]

    @classmethod
    def read(cls, project: Project) -> Record:
        """Read the record of a project's results; an absent or damaged one is empty."""
        path = project.out / ".cache" / "fingerprints.json"
        return cls(path, _entries(path))

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
        entry = {
            "fingerprint": fingerprint,
            "files": {str(file): _digest([(out / file).read_bytes()]) for file in sorted(files)},
        }
        self._change(lambda entries: entries.update({name: entry}))

    def files(self, name: str) -> set[Path]:
        """Return the files of a result, relative to the project's output folder."""
        return {Path(file) for file in self.entries.get(name, {"files": {}})["files"]}

    def forget(self, name: str) -> None:
        """Remove a result that nothing makes any more, and its files."""
        for file in self.files(name):
            (self.path.parent.parent / file).unlink(missing_ok=True)
        self._change(lambda entries: entries.pop(name, None))

    def _change(self, change: Callable[[dict[str, Any]], object]) -> None:
        """Change what stands on disk; another run may have changed it since it was read."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.with_suffix(".lock").open("w") as lock:
            if fcntl:
                fcntl.flock(lock, fcntl.LOCK_EX)
            self.entries = _entries(self.path)
            change(self.entries)
            unfinished = self.path.with_suffix(f".{os.getpid()}")
            unfinished.write_text(json.dumps(self.entries, indent=1), encoding="utf-8")
            os.replace(unfinished, self.path)


def _entries(path: Path) -> dict[str, Any]:
    """Return the entries of a record; an absent or damaged one has none."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        sound = all(
            isinstance(entry["fingerprint"], str) and isinstance(entry["files"], dict)
            for entry in found.values()
        )
    except (FileNotFoundError, ValueError, AttributeError, TypeError, KeyError, RecursionError):
        return {}
    return found if sound else {}
