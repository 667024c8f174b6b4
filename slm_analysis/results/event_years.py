"""Rules for the calendar year in which an event falls: which side of the comparison has it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Side = Literal["before", "after", "out"]


@dataclass(frozen=True)
class EventYear:
    """Where the own calendar year of an event counts.

    Parameters
    ----------
    name
        As a parameter of a notebook has it.
    side
        Where every such year counts, unless ``months`` decides: on neither side where ``out``.
    months
        How many of the twelve months must lie before the month of the event, or after it, for the
        year to count there; more than five, so that no year counts on both. Dates without a month
        do not say.

    Examples
    --------
    >>> [EVENT_YEARS["ten months"].of(date) for date in ("2013-12-05", "2013-01-25", "2013-04")]
    ['before', 'after', 'out']
    """

    name: str
    side: Side = "out"
    months: int | None = None

    def of(self, date: str) -> Side:
        """Return where the year of a date counts (``2013-12-05``, ``2013-12`` or ``2013``).

        Examples
        --------
        >>> EVENT_YEARS["ten months"].of("2012"), EVENT_YEARS["before"].of("2012")
        ('out', 'before')
        """
        _, *month = date.split("-")
        if self.months is None or not month:
            return self.side
        if int(month[0]) - 1 >= self.months:
            return "before"
        return "after" if 12 - int(month[0]) >= self.months else self.side


EVENT_YEARS: dict[str, EventYear] = {
    rule.name: rule
    for rule in (
        EventYear("ten months", months=10),
        EventYear("out"),
        EventYear("before", side="before"),
        EventYear("after", side="after"),
    )
}

DEFAULT_EVENT_YEAR = EVENT_YEARS["ten months"]
