"""An illustration of what selection does: series that are named because they fell.

The countries of section 3.2.3 stand in the report because officials saw progress there. Here no
series changes at all, and those that happened to fall most are picked out. How many the officials
looked at is not known; the numbers illustrate, they correct nothing.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from slm_analysis.results.inference import exact_p


def chosen_for_falling(
    levels: npt.ArrayLike,
    *,
    multiples: tuple[int, ...] = (1, 2, 5),
    dispersions: tuple[float, ...] = (1, 3),
    sets: int = 2000,
    seed: int = 20150601,
) -> pd.DataFrame:
    """Draw series without change, choose those that fell most, and test these.

    Parameters
    ----------
    levels
        Mean count in either year of each of n series, cases; one of 0 cannot fall and is left out.
    multiples
        The n are chosen among so many times n series, at the same levels.
    dispersions
        Variance of a count, as a multiple of its mean: 1 for Poisson counts, above it negative
        binomial ones.
    sets, seed
        Number of draws, and of the random numbers.

    Returns
    -------
    DataFrame
        A row per dispersion and multiple: ``dispersion``, ``among`` (series), ``chosen`` (series),
        ``fell`` and ``significant`` (mean number of the chosen that fell, and that fell with a
        p-value below 0.05) and ``any`` (share of the draws with a significant fall). Those
        with the least ratio of the second count to the first are chosen, a half added to both.

    Examples
    --------
    >>> found = chosen_for_falling([130, 40, 10], sets=200)
    >>> found[["dispersion", "among", "chosen"]].iloc[-1].tolist()
    [3.0, 15.0, 3.0]
    """
    means = np.asarray(levels, float)
    means = means[means > 0]
    random = np.random.default_rng(seed)
    rows = []
    for dispersion in dispersions:
        for multiple in multiples:
            all_means = np.tile(means, (sets, multiple))
            first, last = (
                random.negative_binomial(all_means / (dispersion - 1), 1 / dispersion)
                if dispersion > 1
                else random.poisson(all_means)
                for _ in range(2)
            )
            picked = np.argsort((last + 0.5) / (first + 0.5), axis=1, kind="stable")[
                :, : means.size
            ]
            first, last = (np.take_along_axis(side, picked, 1) for side in (first, last))
            fell = last < first
            significant = fell & (exact_p(first, last) < 0.05)
            rows.append(
                (float(dispersion), all_means.shape[1], means.size, fell.sum(1).mean(),
                 significant.sum(1).mean(), significant.any(1).mean())
            )  # fmt: skip
    columns = ["dispersion", "among", "chosen", "fell", "significant", "any"]
    return pd.DataFrame(rows, columns=columns)
