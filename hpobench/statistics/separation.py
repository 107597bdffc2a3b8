"""Whether a problem tells strategies apart at all."""

from collections.abc import Sequence

import numpy as np

from .tests import FloatArray


def separation(groups: Sequence[FloatArray]) -> tuple[float, float]:
    """Return the p of the Kruskal-Wallis test, and the share of variance between the groups.

    A group holds what one strategy's runs came to, (runs,) each; inf: the run failed. The share is
    eta squared of the ranks, (H - k + 1) / (n - k) for k groups of n runs together (Tomczak and
    Tomczak, 2014, Trends in Sport Sciences 1(21)): 0 is expected where strategies do not differ,
    and it can be below. Where all runs came to the same, the answer is (1, 0).
    """
    from scipy.stats import kruskal, rankdata

    ranks = rankdata(np.concatenate(groups))
    if len(set(ranks.tolist())) == 1:
        return 1.0, 0.0
    found = kruskal(*np.split(ranks, np.cumsum([len(group) for group in groups])[:-1]))
    extra = float(found.statistic) - len(groups) + 1
    return float(found.pvalue), extra / (len(ranks) - len(groups))
