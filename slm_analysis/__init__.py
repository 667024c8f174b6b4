"""Reproduce the figures of the ACVZ report on the strategic country approach, with bounds.

The modules and their order stand in ``pyproject.toml`` (``tool.importlinter``): each imports only
from those below it there. Their way is that of the data: reading (``textfiles``, ``sources``,
``read``), bounds (``bounds``, ``panel``), results (``checks`` to ``claims``), what people see
(``rendering``, ``tables``, ``figures``), figures of one's own (``transcription``), the pages
(``site``), and making it all anew (``regeneration``).
"""

__version__ = "0.1.0"
