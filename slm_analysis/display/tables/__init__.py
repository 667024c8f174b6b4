"""Tables for readers: tidy data in, a :class:`rendering.Table` out.

To add a table, add a function to the module of its subject, name it here, and call it in a
notebook. It is made column by column, in the order in which people read them: words by
:func:`cells.worded`, numbers by :func:`cells.linked` or :func:`cells.bounds`.
"""

from slm_analysis.display.tables.report import (
    country_paragraph,
    general_statements,
    hrt_returns,
    indicator_matrix,
    needed,
    printed_counts,
    recommendations,
    report_table,
    spending,
    timeline,
)
from slm_analysis.display.tables.results import (
    beside_departures,
    checks,
    comparisons,
    courses,
    one_sided,
    ratios,
    requests_left,
)
from slm_analysis.display.tables.simulation import exact_size, selection, simulation
from slm_analysis.display.tables.specification import conclusions, specification
from slm_analysis.display.tables.uncertainty import (
    deciding,
    missing_side,
    pooled,
    ratio_changes,
    rules,
    tests,
)
