"""Reproduce the figures of the ACVZ report on the strategic country approach, with bounds.

The rooms stand in the order of the data's way: ``printed`` (what the documents say), ``bounds``
(what a print allows), ``results``, ``verdicts`` (on the report's own statements), ``display``
(tables, figures, findings), ``transcription`` (figures of one's own), ``site`` and
``regeneration``. Each imports only from rooms before it (``pyproject.toml``,
``tool.importlinter``).

For a first look there are :func:`frames.panel`, ``counts``, ``agreements``, ``claims`` and
``passages``, here too: ``import slm_analysis as slm; slm.panel(countries="ARM")``.
"""

from importlib import import_module
from typing import Any

__version__ = "0.1.0"
__all__ = ["agreements", "claims", "counts", "panel", "passages"]


def __getattr__(name: str) -> Any:
    """Find a frame when it is asked for: a kernel that needs none is not to load them all."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module("slm_analysis.frames"), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
