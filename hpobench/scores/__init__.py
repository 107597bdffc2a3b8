"""Turn finished runs into arrays: what every run held, at every share of its budget.

Lower is better throughout. *Held* is raw; a *regret* is normalised within its instance, so that 0
is the reference and 1 the median of one random evaluation; *bounded* regrets are what means, tests
and intervals use; *comparable* is what ranks and chances compare, on the same instance.
"""

from .areas import area_over_curve, attained, attainment_surface, logarithmic
from .clock import break_even, efficiency, regrets_by, utilisation, with_thinking
from .currency import (
    Speedups,
    equivalent_evaluations,
    expected_share_better,
    random_curves,
    random_held,
    speedups,
    speedups_at,
)
from .fronts import both_attained, both_values, front, hypervolume, hypervolume_regrets
from .history import History, ask_seconds, history, hold
from .overtuning import NO_PROGRESS, Overtuning, overtuning
from .recommended import inference_regrets
from .savings import budget_ratios
from .scored import (
    BOUNDS,
    CHECKPOINTS,
    RESOLUTION,
    Kind,
    Quantity,
    Scores,
    Status,
    anchors,
    at_checkpoints,
    checkpoints,
    grid,
    scored,
)
from .steps import Steps, Totals
from .targets import Targets, reached_regrets, targets, targets_in_time
from .tried import QUARTERS, tried

__all__ = [
    "BOUNDS",
    "CHECKPOINTS",
    "NO_PROGRESS",
    "QUARTERS",
    "RESOLUTION",
    "History",
    "Kind",
    "Overtuning",
    "Quantity",
    "Scores",
    "Speedups",
    "Status",
    "Steps",
    "Targets",
    "Totals",
    "anchors",
    "area_over_curve",
    "ask_seconds",
    "at_checkpoints",
    "attained",
    "attainment_surface",
    "both_attained",
    "both_values",
    "break_even",
    "budget_ratios",
    "checkpoints",
    "efficiency",
    "equivalent_evaluations",
    "expected_share_better",
    "front",
    "grid",
    "history",
    "hold",
    "hypervolume",
    "hypervolume_regrets",
    "inference_regrets",
    "logarithmic",
    "overtuning",
    "random_curves",
    "random_held",
    "reached_regrets",
    "regrets_by",
    "scored",
    "speedups",
    "speedups_at",
    "targets",
    "targets_in_time",
    "tried",
    "utilisation",
    "with_thinking",
]
