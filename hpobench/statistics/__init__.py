"""Intervals, tests, effects and ranks: arrays in, numbers out.

Lower is better throughout; nan means "not available", and each docstring says when that is.
"""

from .aggregates import interquartile_mean, optimality_gap, quantile_differences, score_distribution
from .arrays import BoolArray, FloatArray, IntArray
from .bayesian import Verdict, signed_rank_posterior
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
    run_ranks,
)
from .intervals import (
    CONFIDENCE,
    FEWEST_PROBLEMS,
    FEWEST_SEEDS,
    Bounds,
    Interval,
    Method,
    method_for_new,
    new_problems,
    t_interval,
    within_problems,
)
from .jackknife import jackknife
from .mixed_model import MixedModel, mixed_model
from .places import place_shares
from .portfolio import Portfolio, best_portfolios, frontier_advantage, improvability
from .power import LITTLE, POWER, Components, components, detectable
from .precision import LEAST_SEEDS, Enough, Precision, next_seeds, precision, problems_for
from .profiles import Profile, score_profile
from .rank_ranges import RankRanges, rank_ranges
from .ranks import NoiseBand, cliques, mean_ranks, noise_band
from .robust_tests import (
    MedianInterval,
    bonferroni_dunn_difference,
    median_interval,
    nemenyi_difference,
    sign_test,
)
from .robustness import leaders, without_each
from .running_times import (
    data_profile,
    expected_running_time,
    penalised_average,
    performance_profile,
    reached_by,
    simulated_restarts,
    success_rate,
)
from .separation import separation
from .settling import Settling, settling
from .settling_here import fewest_seeds, seeds_for_rank_sums
from .slopes import Slope, slope
from .tests import (
    ALPHA,
    Family,
    Omnibus,
    against,
    all_pairs,
    friedman,
    holm,
    problem_ranks,
    problems_needed,
    smallest_p,
    wilcoxon,
)
from .these_problems import UNKNOWN, These, these_problems
from .variance import Variances, variances
from .within_problem import by_problem, stratified_rank_sum

__all__ = [
    "ALPHA",
    "CONFIDENCE",
    "FEWEST_PROBLEMS",
    "FEWEST_SEEDS",
    "LEAST_SEEDS",
    "LITTLE",
    "POWER",
    "ROPE",
    "UNKNOWN",
    "BoolArray",
    "Bounds",
    "Components",
    "Enough",
    "Family",
    "FloatArray",
    "IntArray",
    "Interval",
    "Median",
    "MedianInterval",
    "Method",
    "MixedModel",
    "NoiseBand",
    "Omnibus",
    "Portfolio",
    "Precision",
    "Profile",
    "RankRanges",
    "Settling",
    "Slope",
    "Superiority",
    "These",
    "Variances",
    "Verdict",
    "against",
    "all_pairs",
    "best_portfolios",
    "bonferroni_dunn_difference",
    "by_problem",
    "censored_median",
    "chances",
    "cliques",
    "common_means",
    "components",
    "data_profile",
    "detectable",
    "differences",
    "expected_running_time",
    "fewest_seeds",
    "friedman",
    "frontier_advantage",
    "holm",
    "improvability",
    "instance_means",
    "instance_ranks",
    "interquartile_mean",
    "jackknife",
    "leaders",
    "mean_over",
    "mean_ranks",
    "median_interval",
    "method_for_new",
    "mixed_model",
    "nemenyi_difference",
    "new_problems",
    "next_seeds",
    "noise_band",
    "optimality_gap",
    "penalised_average",
    "performance_profile",
    "place_shares",
    "precision",
    "problem_ranks",
    "problems_for",
    "problems_needed",
    "quantile_differences",
    "rank_ranges",
    "reached_by",
    "run_ranks",
    "score_distribution",
    "score_profile",
    "seeds_for_rank_sums",
    "separation",
    "settling",
    "sign_test",
    "signed_rank_posterior",
    "simulated_restarts",
    "slope",
    "smallest_p",
    "split_rejections",
    "stratified_rank_sum",
    "success_rate",
    "superiorities",
    "superiority",
    "swap_rejections",
    "t_interval",
    "these_problems",
    "variances",
    "wilcoxon",
    "win_tie_loss",
    "within_problems",
    "without_each",
]
