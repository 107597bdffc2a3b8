"""What trains models of its own: it is given rows instead of a space, and hands its fits in."""

from abc import abstractmethod
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from .problem import Examples
from .space import Config
from .strategy import Entrant


class HandIn(Protocol):
    """Takes a fit in, and returns its value, to be minimised; nan where it is of no use.

    It is of a part's model, and of the configuration in the system's own words, JSON scalars; the
    probabilities, (rows, classes), are of the part's validation rows and then of the test rows.
    """

    def __call__(
        self, part: int, config: Config, probabilities: NDArray[np.float64], /
    ) -> float: ...


class System(Entrant):
    """Chooses, tunes and trains models of its own.

    It is found, listed and identified like a strategy, but it is in no group of them, and is
    reported beside them: what it searches is not the problem's space.
    """

    @abstractmethod
    def train(self, rows: Examples, trials: int, rng: np.random.Generator, fitted: HandIn) -> None:
        """Fit so many configurations, each on every part in turn, and hand in each fit at once.

        Raises Unsupported, before the first fit, where it can't.
        """
