"""A system gets rows of data instead of a space, trains models of its own and hands them in."""

from abc import abstractmethod
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from .problem import Examples
from .space import Config
from .strategy import Entrant


class HandIn(Protocol):
    """Receives a fitted model and returns its value, to be minimised; nan if the fit is invalid.

    `part` is the index of the part that the model was fitted on. `config` is the configuration in
    the system's own words: scalars of JSON by name. `probabilities`, (rows, classes), are what the
    model predicts for the part's validation rows and then for the test rows.
    """

    def __call__(
        self, part: int, config: Config, probabilities: NDArray[np.float64], /
    ) -> float: ...


class System(Entrant):
    """Chooses, tunes and trains models of its own.

    It is found, listed and identified like a strategy, but it belongs to no group and is reported
    apart from the strategies, because it does not search the problem's space.
    """

    @abstractmethod
    def train(self, rows: Examples, trials: int, rng: np.random.Generator, fitted: HandIn) -> None:
        """Fit `trials` configurations, each on every part in turn, and hand in each fit at once.

        Raises Unsupported, before the first fit, if the system can't work on these rows.
        """
