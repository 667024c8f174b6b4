"""Reproduce the figures of the ACVZ report on the strategic country approach, with bounds.

The modules and their order stand in ``pyproject.toml`` (``tool.importlinter``): each imports only
from those before it. Their way is that of the data: reading (``schema``, ``read``), bounds
(``bounds``, ``panel``), results (``checks`` to ``claims``), what people see (``rendering`` to
``figures``), figures of one's own (``transcription``, ``importing``), the site (``links`` to
``site``), and running it all (``execution`` to ``verify``).
"""

__version__ = "0.1.0"
