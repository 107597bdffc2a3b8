"""Intervals, tests, effects and ranks: arrays in, numbers out.

Lower is better throughout; nan means "not available", and each docstring says when that is.
"""

from .bootstrap import Interval, new_problems, t_interval, two_level, within_problems
from .calibration import split_rejections, swap_rejections
from .effects import Superiority, superiority, superiority_interval, win_tie_loss
from .power import Components, Power, components, power
from .ranks import NoiseBand, cliques, expected_ranks, mean_ranks, noise_band
from .separation import separation
from .tests import Family, Omnibus, against, all_pairs, friedman, holm, wilcoxon

__all__ = [
    "Components",
    "Family",
    "Interval",
    "NoiseBand",
    "Omnibus",
    "Power",
    "Superiority",
    "against",
    "all_pairs",
    "cliques",
    "components",
    "expected_ranks",
    "friedman",
    "holm",
    "mean_ranks",
    "new_problems",
    "noise_band",
    "power",
    "separation",
    "split_rejections",
    "superiority",
    "superiority_interval",
    "swap_rejections",
    "t_interval",
    "two_level",
    "wilcoxon",
    "win_tie_loss",
    "within_problems",
]
