"""The default granted against withheld, where runs of both settings are there."""

from collections.abc import Mapping, Sequence

import numpy as np

from ...runner.finished_run import FinishedRun
from ...statistics import mean_over
from ..appendix.fair_starts import paired_by_first
from ..compared import Compared
from .runs import table


def granted(compared: Compared, runs: Sequence[FinishedRun]) -> Mapping[str, object]:
    """Return mean final regrets by strategy and problem in both settings; empty: one has no run.

    `runs` are all runs, whatever their setting. A mean is over the seeds that both settings share,
    and None where there is none, or the problem has no regrets.
    """
    withheld, told = (mean_over(each, axis=2) for each in paired_by_first(compared, runs))
    if np.isnan(withheld[:, compared.scaled]).all():
        return {}
    return {"withheld": table(withheld, 6), "granted": table(told, 6)}
