"""Where the data are read and where results are written."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

HOME = Path(__file__).resolve().parent.parent
DATA_VARIABLE = "SLM_DATA"
OUT_VARIABLE = "SLM_OUT"


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

    data: Path = HOME / "data"
    out: Path = HOME

    @classmethod
    def current(cls) -> Project:
        """Return the folders that the environment names, or else those of the repository."""
        return cls(
            data=Path(os.environ.get(DATA_VARIABLE, HOME / "data")),
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
