"""Tables of what is tried on simulated counts: limits, the exact test, and choosing series."""

from __future__ import annotations

import pandas as pd

from slm_analysis.display.rendering import Table, extent, number
from slm_analysis.display.tables.cells import in_words
from slm_analysis.language import _


def simulation(table: pd.DataFrame) -> Table:
    """Return how the limits of the pooled fits fare: a row per design, truth and kind of limits.

    Parameters
    ----------
    table
        The first table of :func:`simulation.simulate_designs`; its rules become one row, from the
        least to the greatest.

    Examples
    --------
    >>> table = pd.DataFrame({"compared": "T&O", "rule": ["round-up", "round-down"],
    ...     "truth": "Poisson", "dispersion": 1.0, "limits": "Poisson", "fits": [1900, 2000],
    ...     "shown": [0.95, 1], "coverage": [0.9485, 0.96], "coverage_error": [0.005, 0.004],
    ...     "bias": [-0.02, 0.01], "width": [0.3794, 0.38]})
    >>> simulation(table).frame.iloc[0, 3:].tolist()
    ['Poisson', '95–100%', '94.8–96%', '0.5', 'as promised', '0.02', '0.37–0.38']
    """
    fits = table.groupby(["compared", "truth", "limits"], sort=False)
    rows = [
        {
            "design": in_words(compared),
            "truth": _(truth),
            "dispersion": extent(found["dispersion"], 1),
            "limits": _(limits),
            "shown": extent(100 * found["shown"], 0) + "%",
            "coverage of nominal 95%": extent(100 * found["coverage"], 1) + "%",
            "Monte Carlo error, at most": number(100 * found["coverage_error"].max(), 1),
            "so the limits are": verdict_on(found["coverage"]),
            "bias (log ratio), at most": number(found["bias"].abs().max(), 2),
            "width (log ratio)": extent(found["width"], 2),
        }
        for (compared, truth, limits), found in fits
    ]
    caption = _("The limits of the pooled fits on simulated data of their own designs")
    note = _(
        "Each number over the coherent rules. Truth: the fitted values of the pooled fit, with "
        "Poisson counts, the dispersion seen, and twice that (negative binomial). Shown: share of "
        "the data sets in which there are such limits; the coverage is theirs. Width: median. too "
        "narrow: under some rule they cover the truth in less than 93%; wider than needed: under "
        "every rule in more than 97%."
    )
    return Table(pd.DataFrame(rows), caption, (note,), data=table)


def verdict_on(coverage: pd.Series) -> str:
    """Say what the coverage of nominal 95% limits, a number per design, makes of them.

    Examples
    --------
    >>> verdict_on(pd.Series([0.6, 0.95])), verdict_on(pd.Series([0.94, 0.99]))
    ('too narrow', 'as promised')
    """
    if coverage.min() < 0.93:
        return _("too narrow")
    return _("wider than needed") if coverage.min() > 0.97 else _("as promised")


def exact_size(table: pd.DataFrame) -> Table:
    """Return how often the exact test finds a change where there is none.

    Parameters
    ----------
    table
        The second table of :func:`simulation.simulate_designs`; its rules become one row.

    Examples
    --------
    >>> table = pd.DataFrame({"compared": "T&O", "rule": "round-up", "truth": "Poisson",
    ...     "dispersion": 1.0, "series": ["GEO TO", "RUS TO"], "mean": [6.1, 15],
    ...     "size": [0.03, 0.041]})
    >>> exact_size(table).frame.iloc[0].tolist()
    ['T&O', 'Poisson', '1', '2', '6.1–15', '3–4.1%']
    """
    rows = [
        {
            "design": in_words(compared),
            "truth": _(truth),
            "dispersion": extent(found["dispersion"], 1),
            "series": str(found["series"].nunique()),
            "true mean (cases per year)": extent(found["mean"], 1),
            "share with p < 0.05": extent(100 * found["size"], 1) + "%",
        }
        for (compared, truth), found in table.groupby(["compared", "truth"], sort=False)
    ]
    caption = _(
        "The exact test at 5% of one series, where nothing changes: how often it finds a change"
    )
    note = _("From the series in which it does so least to that in which it does so most.")
    return Table(pd.DataFrame(rows), caption, (note,), data=table)


def selection(table: pd.DataFrame) -> Table:
    """Return what choosing series for their fall does where nothing changes: an illustration.

    The table is as :func:`selection_bias.chosen_for_falling` returns it.

    Examples
    --------
    >>> from slm_analysis.results.selection_bias import chosen_for_falling
    >>> selection(chosen_for_falling([130, 40, 10], sets=200)).frame["chosen among"].tolist()
    ['3', '6', '15', '3', '6', '15']
    """
    frame = table[["chosen", "among"]].astype(str)
    frame.columns = ["series chosen", "chosen among"]
    times = _("{times} times its mean")
    variances = [times.format(times=number(ratio, 1)) for ratio in table["dispersion"]]
    frame.insert(0, "variance of a count", variances)
    frame["of these fell"] = [number(mean, 2) for mean in table["fell"]]
    frame["fell significantly"] = [number(mean, 2) for mean in table["significant"]]
    frame["at least one did"] = (100 * table["any"]).map("{:.0f}%".format)
    caption = _(
        "Illustration: series without change, chosen because they fell most (means of the draws)"
    )
    note = _(
        "The exact test at 5%, of counts known without rounding. Chosen among as many series as "
        "there are: no choice at all."
    )
    return Table(frame, caption, (note,), data=table)
