"""Whether a change had begun before an event, and whether it slowed, went on or steepened.

Three printed years make two stretches. The difference between their slopes (the second difference,
per year) and the distance of the third count from the straight line through the first two (the
forecast from the years before) are linear in three bounded counts, so their sharp bounds lie at the
ends; where a range is read as attained, at the ends of one of the boxes that fit. Which courses the
print allows is found by trying all whole counts that fit.

A straight line through two years is no model of what would have happened: it shows what these years
promise, no more.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from slm_analysis.bounds.arithmetic import OPEN, Bounds, Floats
from slm_analysis.results import before_after
from slm_analysis.results.coverage import years_from_text
from slm_analysis.results.joint_bounds import SERIES, one_series, series_boxes

SLOWED, WENT_ON, STEEPENED = "slowed", "went on", "steepened"
STOPPED, TURNED, BEGAN, FLAT = "stopped", "turned", "began after", "none"
ONWARD = (SLOWED, WENT_ON, STEEPENED)
COURSES = (*ONWARD, STOPPED, TURNED, BEGAN, FLAT)
YES, NO = "yes", "no"


def courses(
    panel: pd.DataFrame, around: pd.DataFrame, ranges: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Bound the two stretches of every series with three printed years.

    Parameters
    ----------
    panel
        Bounds per cell.
    around
        As :func:`before_after.before_after` returns it: an event with two years or more before it
        parts the last two of them from the first year after it.
    ranges
        As :func:`joint_bounds.attainable` returns it, to read ranges as attained; loosely if
        ``None``.

    Returns
    -------
    DataFrame
        A row per series and three years: those around an event, and the last three of the series.
        ``iso3``, ``channel``, ``indicator``, ``first``, ``second``, ``third`` (years), ``event``
        (names of those that part the third from the others, empty where none does), ``raw_ids``,
        bounds on ``earlier`` and ``later`` (cases per year), ``bend`` (the second difference:
        later less earlier) and ``miss`` (cases: the third count less that on the straight line),
        each as ``*_lo`` and ``*_hi``; ``change`` over the later stretch; ``begun``, whether a
        change in the direction of the later stretch stood in the earlier one (:data:`YES`,
        :data:`NO` or open); ``course``, one of :data:`COURSES`, or open where the print allows
        several; and ``possible``, those that it allows, as text.

    Raises
    ------
    AnalysisError
        If no year of a range can attain one of its ends.

    Examples
    --------
    >>> azerbaijan = panel[panel["iso3"] == "AZE"]
    >>> table = courses(azerbaijan, before_after.before_after(azerbaijan, before_after.events(raw)))
    >>> table[["bend_lo", "bend_hi", "begun", "course"]].to_numpy().tolist()
    [[7.0, 23.0, 'yes', 'slowed']]
    """
    bound = pd.DataFrame(columns=SERIES) if ranges is None else ranges
    named = around.assign(name=before_after.event_names(around))
    rows = []
    for key, series in panel.sort_values("year", kind="stable").groupby(SERIES):
        years = series["year"].to_list()
        if len(years) < 3:
            continue
        parted: dict[tuple[int, ...], list[str]] = {tuple(years[-3:]): []}
        for event in one_series(named, key).itertuples():
            before, after = map(years_from_text, (event.years_before, event.years_after))
            if len(before) > 1 and after:
                parted.setdefault((*before[-2:], after[0]), []).append(event.name)
        boxes = series_boxes(series, one_series(bound, key))
        for three, events in sorted(parted.items()):
            at = [years.index(year) for year in three]
            ids = ";".join(dict.fromkeys(series["raw_ids"].iloc[at]))
            about = dict(zip([*SERIES, "first", "second", "third"], [*key, *three], strict=True))
            ends = np.unique([(box.lo[at], box.hi[at]) for box in boxes], axis=0)
            found = _course(ends, three)
            rows.append(about | {"event": "; ".join(events), "raw_ids": ids} | found)
    bounds = [
        f"{name}_{end}" for name in ("earlier", "later", "bend", "miss") for end in ("lo", "hi")
    ]
    columns = [*SERIES, "first", "second", "third", "event", "raw_ids", *bounds]
    return pd.DataFrame(rows, columns=[*columns, "change", "begun", "course", "possible"])


def _course(boxes: Floats, years: tuple[int, ...]) -> dict[str, float | str]:
    """Bound the stretches over boxes (least and greatest of three counts); name their courses."""
    ahead, after = years[1] - years[0], years[2] - years[1]
    weights = {
        "earlier": np.array([-1 / ahead, 1 / ahead, 0]),
        "later": np.array([0, -1 / after, 1 / after]),
    }
    weights["bend"] = weights["later"] - weights["earlier"]
    weights["miss"] = weights["bend"] * after
    found: dict[str, float | str] = {}
    for name, weight in weights.items():
        weighted = boxes * weight
        found[f"{name}_lo"] = float(weighted.min(axis=1).sum(axis=1).min())
        found[f"{name}_hi"] = float(weighted.max(axis=1).sum(axis=1).max())
    _first, second, third = (Bounds(*boxes[:, :, at].T) for at in range(3))
    changes = set(second.change_to(third))
    seen = {name for lo, hi in boxes for name in _possible(lo, hi, ahead, after)}
    possible = [name for name in COURSES if name in seen]
    onward = seen & set(ONWARD)
    found["change"] = str(changes.pop()) if len(changes) == 1 else OPEN
    found["begun"] = NO if not onward else YES if onward == seen else OPEN
    found["course"] = possible[0] if len(possible) == 1 else OPEN
    found["possible"] = ", ".join(possible)
    return found


def _possible(lo: Floats, hi: Floats, ahead: int, after: int) -> set[str]:
    """Return the courses of all whole counts in a box."""
    counts = map(np.arange, lo, hi + 1)
    first, second, third = np.meshgrid(*counts, sparse=True)
    earlier = (second - first) * after  # slopes times the same number, so whole
    later = (third - second) * ahead
    along = earlier * later > 0
    steeper = np.abs(later) - np.abs(earlier)
    named = {
        SLOWED: along & (steeper < 0),
        WENT_ON: along & (steeper == 0),
        STEEPENED: along & (steeper > 0),
        STOPPED: (later == 0) & (earlier != 0),
        TURNED: earlier * later < 0,
        BEGAN: (earlier == 0) & (later != 0),
        FLAT: (earlier == 0) & (later == 0),
    }
    return {name for name, where in named.items() if where.any()}
