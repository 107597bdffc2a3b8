"""The trials of a run as a model of all values sees them, and what it proposes, nothing twice."""

from collections.abc import Callable, Iterable, Sequence

import numpy as np

from ..parameter import Units
from ..space import Config, Space
from ..trial import Pending, Proposal, Trial
from .archive import Archive


class Told:
    """What a run has told, and what it may still be asked; it begins with a design."""

    def __init__(self, space: Space, design: Sequence[Units], rng: np.random.Generator) -> None:
        """Begin with the snapped rows, (d,) each, that precede the first model."""
        self._space, self._design, self._rng = space, design, rng
        self._archive = Archive(space)
        self.rows: list[Units] = []
        """The encoded configurations told, (d,) each; nan where a parameter is inactive."""
        self.values: list[float] = []
        """The values told; nan for failures."""

    def tell(self, trial: Trial) -> None:
        """Take in a result, whoever has proposed it."""
        self.rows.append(self._space.encode(trial.proposal.config))
        self.values.append(trial.value)
        self._archive.tell(trial.proposal.config, trial.value)

    def first(self, config: Config) -> Proposal | None:
        """Propose the configuration with which a run begins; None: it has begun."""
        return None if len(self._archive) else Proposal(self._archive.propose(config))

    def propose(
        self, pending: Sequence[Pending], promising: Callable[[Units], Iterable[Units]]
    ) -> Proposal | None:
        """Propose a new configuration; None: none is left.

        `promising` returns snapped rows, the best one first, given the encoded configurations that
        are pending, (k, d). It is asked once the design was proposed and a value is known. Where
        nothing that it returns is new, the configuration is random.
        """
        rows: Iterable[Units] = self._design
        if len(self._archive) >= len(self._design) and not np.isnan(self.values).all():
            rows = promising(self._space.encode_all([one.proposal.config for one in pending]))
        config = self._archive.first_new(rows, self._rng)
        return None if config is None else Proposal(self._archive.propose(config))
