"""Rules for the calendar year in which an event falls: which side of the comparison has it."""

from __future__ import annotations

from slm_analysis.errors import AnalysisError

EVENT_YEARS = ("ten months", "out", "before", "after")  # the first is the default
MONTHS = 10  # more than five, so that no year counts on both sides


def side_of(date: str, rule: str) -> str:
    """Return where the own calendar year of an event counts: before, after or out (on neither).

    Parameters
    ----------
    date
        Of the event: ``2013-12-05``, ``2013-12`` or ``2013``.
    rule
        One of :data:`EVENT_YEARS`: the side, or *ten months*: the side on which ten of the twelve
        months lie, those before the month of the event or those after it. Where there is none, or
        the date has no month, the year is out.

    Raises
    ------
    AnalysisError
        For another rule.

    Examples
    --------
    >>> [side_of(date, "ten months") for date in ("2013-12-05", "2013-01-25", "2013-04", "2012")]
    ['before', 'after', 'out', 'out']
    >>> side_of("2012", "before")
    'before'
    """
    if rule not in EVENT_YEARS:
        raise AnalysisError(f"event year {rule!r}: allowed is {', '.join(EVENT_YEARS)}")
    if rule != "ten months":
        return rule
    _, *month_and_day = date.split("-")
    if month_and_day:
        month = int(month_and_day[0])
        if month - 1 >= MONTHS:
            return "before"
        if 12 - month >= MONTHS:
            return "after"
    return "out"
