"""What is found of a user's own function."""

from dataclasses import dataclass
from functools import reduce

from ...errors import InputError
from ...runner.recommending import better
from ...space import Config
from ...trial import Record


@dataclass(frozen=True, slots=True, repr=False)
class Optimized:
    """The trials of a function, and the best of them."""

    trials: tuple[Record, ...]
    """All trials, in the order in which they ended."""
    recommended: Config | None
    """The configuration that the strategy recommends, which matters where values are noisy: it may
    have been no trial, and is not evaluated. None: the strategy recommends the best trial's."""

    @property
    def best(self) -> Record:
        """The trial with the lowest value; raises InputError where every evaluation failed."""
        found = reduce(better, self.trials, None)
        if found is None:
            why = f", the last one so: {self.trials[-1].error}" if self.trials else ""
            raise InputError(f"no evaluation gave a value; {len(self.trials)} failed{why}")
        return found

    @property
    def config(self) -> Config:
        """The best trial's configuration."""
        return self.best.trial.proposal.config

    @property
    def value(self) -> float:
        """The lowest value."""
        return self.best.value

    def __repr__(self) -> str:
        ended = f"{len(self.trials)} trials"
        if all(each.failed for each in self.trials):
            return f"Optimized({ended}, none with a value)"
        return f"Optimized(value={self.value!r}, config={self.config!r}, {ended})"
