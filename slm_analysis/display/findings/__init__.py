"""Findings in a sentence, worded from the data so that they change with it.

Each function takes tidy data and returns a :class:`rendering.Text`.
"""

from slm_analysis.display.findings.printed import (
    beside_departures,
    changes,
    checks,
    comparisons,
    courses,
    coverage,
    event_years,
    goals,
    profile,
    ratios,
    rounding,
    years_compared,
)
from slm_analysis.display.findings.uncertainty import (
    conclusions,
    deciding,
    pooled,
    rules,
    selection,
    simulation,
    specification,
    tests,
)
