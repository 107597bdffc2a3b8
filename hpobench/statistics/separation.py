"""Whether a problem tells strategies apart at all."""

from collections.abc import Sequence

import numpy as np

from .arrays import FloatArray


def separation(groups: Sequence[FloatArray], instances: Sequence[int]) -> tuple[float, float]:
    """Return the p of the Kruskal-Wallis test, and the share of variance between the groups.

    A group holds the results of one strategy's runs, (runs,); inf: the run failed. `instances` says
    on which instance each run is, the same in all groups. A result is taken relative to the mean of
    its instance (Hodges and Lehmann, 1962, Annals of Mathematical Statistics 33(2),
    section 4), and the statistic is (n - i) times the share of the ranks' sum of squares that lies
    between the groups, for n runs together on i instances: with one instance, Kruskal's and
    Wallis's H, corrected for ties. Its distribution is taken to be chi-squared.

    The share is eta squared of the ranks, (H - k + 1) / (n - i - k + 1) for k groups (Tomczak and
    Tomczak, 2014, Trends in Sport Sciences 1(21)): 0 is expected where strategies do not differ,
    and the share can be below 0. Where all results are the same, the answer is (1, 0).
    """
    from scipy.stats import chi2, rankdata

    table = np.array(groups)
    places = np.unique(instances, return_inverse=True)[1]
    for place in range(places.max() + 1):
        runs = table[:, places == place]
        table[:, places == place] = runs - runs[np.isfinite(runs)].mean()
    ranks = rankdata(table).reshape(table.shape)
    ranks -= ranks.mean()
    total = float((ranks**2).sum())
    if total == 0.0:
        return 1.0, 0.0
    between = float((ranks.mean(axis=1) ** 2).sum()) * table.shape[1]
    freedom, degrees = table.size - (places.max() + 1), len(table) - 1
    statistic = freedom * between / total
    return float(chi2.sf(statistic, degrees)), (statistic - degrees) / (freedom - degrees)
