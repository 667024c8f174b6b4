"""Where the data are read, where results are written, and how: all or nothing."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent
HOME = PACKAGE.parent
DATA = HOME / "data" if (HOME / "data" / "raw").is_dir() else PACKAGE / "data"  # in a wheel
CODEBOOK = DATA / "raw" / "codebook.md"  # its tables are what files are held against
FONTS = Path(sys.prefix) / "var" / "matplotlib"  # filled by requirements/install.sh
DATA_VARIABLE = "SLM_DATA"
OUT_VARIABLE = "SLM_OUT"
DAY = 24 * 60 * 60


@dataclass(frozen=True)
class Project:
    """The folders of one run.

    Parameters
    ----------
    data
        Folder that holds ``raw/``.
    out
        Folder that receives ``data/processed/``, ``figures/`` and ``notebooks/``.
    """

    data: Path = DATA
    out: Path = HOME

    @classmethod
    def current(cls) -> Project:
        """Return the folders that the environment names, or else those of the repository."""
        return cls(
            data=Path(os.environ.get(DATA_VARIABLE, DATA)),
            out=Path(os.environ.get(OUT_VARIABLE, HOME)),
        )

    @property
    def environment(self) -> dict[str, str]:
        """Environment variables under which another process sees the same folders."""
        return {DATA_VARIABLE: str(self.data.resolve()), OUT_VARIABLE: str(self.out.resolve())}

    @property
    def raw(self) -> Path:
        """What was printed, as transcribed."""
        return self.data / "raw"

    @property
    def processed(self) -> Path:
        """Tables computed from ``raw``."""
        return self.out / "data" / "processed"

    @property
    def figures(self) -> Path:
        """Figures written by the notebooks."""
        return self.out / "figures"

    @property
    def notebooks(self) -> Path:
        """Executed notebooks."""
        return self.out / "notebooks"


def shown_in(given: Path | str) -> Path | None:
    """Return where a notebook's figures go: where it says, or where its run says, or nowhere.

    A notebook that somebody opened, or ran by other means, does not write over committed figures.
    """
    if given:
        return Path(given)
    return Project.current().figures if OUT_VARIABLE in os.environ else None


@dataclass(frozen=True)
class Job:
    """A notebook to execute.

    Parameters
    ----------
    name
        The name under which it is kept: ``03_lp_response`` stands in ``notebooks/`` and writes to
        ``figures/``; ``profiles/ARM`` becomes ``profiles/ARM.ipynb`` with its figures in
        ``profiles/ARM/``, and ``notebooks/nl/03_lp_response`` likewise.
    path
        The notebook.
    parameters
        Values other than the notebook's own, as text.
    language
        Of its tables and figures.
    """

    name: str
    path: Path
    parameters: dict[str, str]
    language: str = "en"


@contextmanager
def scratch(project: Project) -> Iterator[Path]:
    """Give a folder beside the results that is gone afterwards, whatever happens.

    Only a run that is stopped from outside can leave one behind; it is removed when a day old.
    """
    parent = project.out / ".cache"
    parent.mkdir(parents=True, exist_ok=True)
    for left in parent.glob("run-*"):
        if left.stat().st_mtime < time.time() - DAY:
            shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(
        prefix="run-", dir=parent, ignore_cleanup_errors=True
    ) as folder:
        yield Path(folder).resolve()


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """Give another name to write to: the file is then there whole, or left as it was."""
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        yield unfinished
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def put_in_place(folder: Path, out: Path) -> list[Path]:
    """Replace files one by one, each atomically; return their places within ``out``."""
    files = [path.relative_to(folder) for path in sorted(folder.rglob("*")) if path.is_file()]
    for file in files:
        (out / file).parent.mkdir(parents=True, exist_ok=True)
        os.replace(folder / file, out / file)
    return files
