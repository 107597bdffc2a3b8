"""Intervals, tests, effects and ranks: arrays in, numbers out.

Lower is better throughout; nan means "not available", and each docstring says when that is.
"""

from .arrays import BoolArray, FloatArray, IntArray
from .calibration import split_rejections, swap_rejections
from .censored import Median, censored_median
from .effects import ROPE, Superiority, superiorities, superiority, win_tie_loss
from .instances import (
    chances,
    common_means,
    differences,
    instance_means,
    instance_ranks,
    mean_over,
)
from .intervals import (
    CONFIDENCE,
    ENOUGH_PROBLEMS,
    FEWEST_PROBLEMS,
    FEWEST_SEEDS,
    REPLICATES,
    Bounds,
    Interval,
    Method,
    method_for_new,
    new_problems,
    t_interval,
    two_level,
    within_problems,
)
from .power import LITTLE, POWER, Components, components, detectable
from .ranks import NoiseBand, cliques, mean_ranks, noise_band
from .separation import separation
from .tests import (
    ALPHA,
    Family,
    Omnibus,
    against,
    all_pairs,
    friedman,
    holm,
    problems_needed,
    smallest_p,
    wilcoxon,
)

__all__ = [
    "ALPHA",
    "CONFIDENCE",
    "ENOUGH_PROBLEMS",
    "FEWEST_PROBLEMS",
    "FEWEST_SEEDS",
    "LITTLE",
    "POWER",
    "REPLICATES",
    "ROPE",
    "BoolArray",
    "Bounds",
    "Components",
    "Family",
    "FloatArray",
    "IntArray",
    "Interval",
    "Median",
    "Method",
    "NoiseBand",
    "Omnibus",
    "Superiority",
    "against",
    "all_pairs",
    "censored_median",
    "chances",
    "cliques",
    "common_means",
    "components",
    "detectable",
    "differences",
    "friedman",
    "holm",
    "instance_means",
    "instance_ranks",
    "mean_over",
    "mean_ranks",
    "method_for_new",
    "new_problems",
    "noise_band",
    "problems_needed",
    "separation",
    "smallest_p",
    "split_rejections",
    "superiorities",
    "superiority",
    "swap_rejections",
    "t_interval",
    "two_level",
    "wilcoxon",
    "win_tie_loss",
    "within_problems",
]
