"""Every table and column of the project: meaning, unit and what is allowed, stated once.

Validation (:func:`validate`) and the codebook (``data/raw/README.md``, held against this package by
a test) both come from here. To add a column, add it to its table and to the codebook.
"""

from slm_analysis.printed.schema.columns import (
    CHANNELS,
    DEPARTURES,
    FLAGS,
    GOALS,
    INDICATORS,
    INSTRUMENTS,
    KINDS,
    LISTS,
    NOTE_MARK,
    NOTE_MARKS,
    OTHER_INDICATORS,
    OUTCOMES,
    SOURCE_ID,
    STAGES,
    STATES,
    Verdict,
)
from slm_analysis.printed.schema.processed import JUDGEMENTS, PROCESSED
from slm_analysis.printed.schema.raw import OPTIONAL, RAW
from slm_analysis.printed.schema.validation import validate

__all__ = [
    "CHANNELS",
    "DEPARTURES",
    "FLAGS",
    "GOALS",
    "INDICATORS",
    "INSTRUMENTS",
    "JUDGEMENTS",
    "KINDS",
    "LISTS",
    "NOTE_MARK",
    "NOTE_MARKS",
    "OPTIONAL",
    "OTHER_INDICATORS",
    "OUTCOMES",
    "PROCESSED",
    "RAW",
    "SOURCE_ID",
    "STAGES",
    "STATES",
    "Verdict",
    "validate",
]
