"""What results rest on, as hashes: content decides what is made anew, not time stamps.

Tables and notebooks rest on the rooms of the library beneath them, the raw data, the codebook and
the lock file; a notebook also on its cells (not its outputs), its parameters and its language; the
site also on what it shows. What was found current is kept in ``.cache``, a file for each result, so
that runs at the same time lose nothing of one another. No scientific library is imported, so that
nothing to do takes no time.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from slm_analysis.language import catalogue_path
from slm_analysis.project import CODEBOOK, HOME, Job, Project, whole

LOCK = HOME / "requirements" / "run.txt"
BESIDE = ("site", "transcription", "locale")  # what no notebook imports; languages count apart
CACHES = {"__pycache__", ".ipynb_checkpoints"}


def _digest(parts: Iterable[bytes]) -> str:
    total = hashlib.sha256()
    for part in parts:
        total.update(hashlib.sha256(part).digest())
    return total.hexdigest()


def _content(*folders: Path, without: Iterable[str] = ()) -> Iterator[bytes]:
    """Yield the names and the bytes of all files in some folders."""
    for folder in folders:
        left_out = CACHES | set(without)
        for path in sorted(folder.rglob("*.*")):
            if path.is_file() and not left_out & set(path.relative_to(folder).parts):
                yield path.name.encode() + path.read_bytes()


def _foundation(project: Project, *without: str) -> Iterator[bytes]:
    """Yield what is beneath every result: lock, codebook, raw data, and rooms of the library."""
    yield LOCK.read_bytes() + CODEBOOK.read_bytes()
    yield from _content(project.raw, without=[CODEBOOK.name])
    yield from _content(HOME / "slm_analysis", without=without)


def tables_fingerprint(project: Project) -> str:
    """Return what the processed tables rest on, as a hash."""
    return _digest(_foundation(project, *BESIDE, "display"))


def notebook_fingerprints(jobs: Iterable[Job], project: Project) -> dict[str, str]:
    """Return what executed notebooks rest on, as a hash, by the names of the jobs."""
    foundation = list(_foundation(project, *BESIDE))
    found = {}
    for job in jobs:
        cells = json.loads(job.path.read_text(encoding="utf-8"))["cells"]
        sources = [(cell["cell_type"], "".join(cell["source"])) for cell in cells]
        own = json.dumps([sources, job.parameters, job.language]).encode()
        texts = b"" if job.language == "en" else catalogue_path(job.language).read_bytes()
        found[job.name] = _digest([*foundation, own, texts])
    return found


def site_fingerprint(project: Project) -> str:
    """Return what the site rests on, as a hash: all of the library, and what the site shows."""
    shown = project.notebooks, project.figures, project.out / "profiles", HOME / "docs"
    return _digest([*_foundation(project), *_content(*shown)])


# the record ---------------------------------------------------------------------------------


def record(project: Project, name: str = "") -> Path:
    """Return where it is noted what a result rested on and which files it has."""
    folder = project.out / ".cache" / "fingerprints"
    return folder / f"{name}.json" if name else folder


def _noted(project: Project, name: str) -> dict[str, Any]:
    """Return what is noted of a result: nothing where the note is absent or damaged."""
    try:
        noted = json.loads(record(project, name).read_text(encoding="utf-8"))
        return {"fingerprint": str(noted["fingerprint"]), "files": dict(noted["files"])}
    except (FileNotFoundError, ValueError, TypeError, KeyError, RecursionError):
        return {"fingerprint": "", "files": {}}


def files_of(project: Project, name: str) -> set[Path]:
    """Return the files of a result, relative to the project's output folder."""
    return {Path(file) for file in _noted(project, name)["files"]}


def is_current(project: Project, name: str, fingerprint: str) -> bool:
    """Return whether a result rests on the same content and its files are as written."""
    noted = _noted(project, name)
    return noted["fingerprint"] == fingerprint and all(
        (project.out / file).exists() and _digest([(project.out / file).read_bytes()]) == digest
        for file, digest in noted["files"].items()
    )


def keep(project: Project, name: str, fingerprint: str, files: Iterable[Path]) -> None:
    """Note a result and its files, given relative to the project's output folder."""
    digests = {str(file): _digest([(project.out / file).read_bytes()]) for file in sorted(files)}
    path = record(project, name)
    path.parent.mkdir(parents=True, exist_ok=True)
    with whole(path) as unfinished:
        noted = {"fingerprint": fingerprint, "files": digests}
        unfinished.write_text(json.dumps(noted, indent=1), encoding="utf-8")


def forget(project: Project, name: str) -> None:
    """Remove a result that nothing makes any more, and its files."""
    for file in files_of(project, name):
        (project.out / file).unlink(missing_ok=True)
    record(project, name).unlink(missing_ok=True)
