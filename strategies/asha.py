"""The asynchronous successive halving algorithm, ASHA (Li et al., 2020)."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hpobench import Pending, Proposal, Strategy, Task, Trial, check_whole
from hpobench.models.rungs import WIDEST, Ladder, needed_fidelity

PROMOTION, STOPPING = "promotion", "stopping"


@dataclass
class ASHA(Strategy):
    """Trains a configuration longer as soon as it is among the best 1/eta at its fidelity.

    It needs a fidelity. The fidelities are the highest one divided by 1, eta, eta², ..., as far as
    the lowest one allows; the trials of one fidelity are a rung. Whenever a worker is free, the
    best trial of the highest rung that is among the best 1/eta of its rung, and has not been
    trained longer, is trained eta times longer. If there is none, a random configuration begins at
    the lowest rung. So nothing ever waits, and a few configurations go on that would not have if
    all of the rung had been known. With one worker, the first training to the highest fidelity
    ends after about 1 + k (1 - 1/eta) evaluations, with k fidelities below the highest one.

    With `rule=stopping`, each trial goes on at once if it is among the best 1/eta of its rung by
    then, rounded up, and otherwise never does. So the first configuration is trained to the highest
    fidelity. Where the problem can continue trainings, they are continued. A failed trial counts in
    its rung, but is never continued.
    """

    citation = (
        "Li, Jamieson, Rostamizadeh, Gonina, Ben-Tzur, Hardt, Recht and Talwalkar (2020), A system"
        " for massively parallel hyperparameter tuning, MLSys"
    )
    family = "multi-fidelity"

    eta: int = 3
    """One of so many configurations is kept, and it is trained so many times longer."""
    rule: str = PROMOTION
    """When it is decided whether a training goes on: whenever a worker is free (promotion), or once
    when the trial ends (stopping)."""

    def __post_init__(self) -> None:
        check_whole("eta", self.eta, least=2)
        if self.rule not in (PROMOTION, STOPPING):
            raise ValueError(f"rule must be {PROMOTION} or {STOPPING}: {self.rule!r}")

    def setup(self, task: Task, rng: np.random.Generator) -> None:
        super().setup(task, rng)
        fidelity = needed_fidelity(task)
        rungs = fidelity.rungs(self.eta, WIDEST)
        self.ladder = Ladder(rungs, self.eta, fidelity.resumes)
        self.survivors: list[Trial] = []
        """The trials that go on by the stopping rule, and have not been proposed yet."""

    def ask(self, pending: Sequence[Pending]) -> Proposal:
        if self.rule == STOPPING:
            trial = self.survivors.pop(0) if self.survivors else None
        else:
            trial = self.ladder.promotable(len(self.ladder.rungs) - 1)
        if trial is not None:
            return self.ladder.promote(trial)
        return Proposal(self.task.space.sample(self.rng), self.ladder.rungs[0])

    def tell(self, trial: Trial) -> None:
        rung = self.ladder.tell(trial)
        if self.rule == STOPPING and rung is not None and self.ladder.survives(trial, rung):
            self.survivors.append(trial)
