"""The inference regret: of what strategies recommend at the end, beside what they hold."""

import numpy as np

from ..runner.finished_run import FloatArray
from .scored import Scores, bounded, scales


def inference_regrets(scores: Scores) -> FloatArray:
    """Return the bounded regret of what each run recommended, (strategies, problems, seeds).

    A run that recommended nothing counts with its last incumbent, and a recommendation whose
    evaluation failed with the upper bound; nan where the bounded regrets of scores are.
    """
    made, held = scores.recommended, scores.reported.held[..., -1]
    ends = np.where(np.isnan(made), held, made)
    scale = scales(scores.problems, scores.seeds, "scores")
    return bounded(ends[..., None], scores.status, scale)[..., 0]
