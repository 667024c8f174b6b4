"""One function per figure: a tidy frame in, a :class:`rendering.Drawing` out.

To add a figure, add a function to the module of its subject and name it here, call it in a
notebook, and add its plotted data to ``tests/display/test_figures.py``.
"""

from slm_analysis.display.figures.changes import before_after, trends, two_years
from slm_analysis.display.figures.counts import counts
from slm_analysis.display.figures.instruments import timeline
from slm_analysis.display.figures.outcomes import (
    departures,
    departures_beside_requests,
    per_100_requests,
    requests_left,
)
from slm_analysis.display.figures.printed import coverage
from slm_analysis.display.figures.specification import specification
from slm_analysis.display.figures.verdicts import claims_by_chapter
