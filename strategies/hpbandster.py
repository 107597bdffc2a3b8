"""HpBandSter: BOHB's brackets and models, driven without the library's servers."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from hpobench import Config, Library, Pending, Proposal, Trial
from hpobench.adapters import Adapter
from hpobench.adapters.configuration_space import ConfigurationSpace

ETA = 3
"""The factor between two fidelities; 3 is the library's default."""


@dataclass
class BOHB(Adapter):
    """BOHB: Hyperband whose configurations come from kernel densities of good and bad trials.

    It needs a fidelity. It uses HpBandSter's own configuration generator and its own brackets, with
    their defaults, and schedules them as the library's master does, but in this process; these are
    not public interfaces of the library. The fidelities are the highest one divided by 1, 3, 9,
    ..., as far as the lowest one allows. Where the problem can continue trainings, a configuration
    that is kept is continued and not trained anew. All configurations are random until some
    fidelity has 2 d + 2 trials for d parameters; after that, a third of them are random. A failed
    trial counts as bad and is never continued. An ordinal becomes a whole number, the position of
    its value, and conditions stay conditions. For an inactive parameter the densities take a value
    from other trials.
    """

    citation = (
        "Falkner, Klein and Hutter (2018), BOHB: robust and efficient hyperparameter optimization"
        " at scale, ICML"
    )
    family = "multi-fidelity"
    library = Library(
        "hpbandster",
        ("hpbandster>=0.7.4", "ConfigSpace>=1.2", "statsmodels>=0.14"),
        shared=False,
        unneeded=("netifaces",),  # it is compiled at installation, and only the servers use it
    )
    needs_fidelity = True
    knows_failures = True
    uses_global_generators = True

    def begin(self, seed: int) -> None:
        assert self.task.fidelity is not None, "it needs one"
        from hpbandster.core.dispatcher import Job
        from hpbandster.optimizers import bohb
        from hpbandster.optimizers.config_generators import bohb as generators

        logging.getLogger("hpbandster").setLevel(logging.CRITICAL)
        self.space = ConfigurationSpace(self.task.space, seed, ordinals_as_integers=True)
        self.generator = generators.BOHB(self.space.native)
        rungs = self.task.fidelity.rungs(ETA)
        # The library's master needs a name server; these are the attributes that its method reads.
        self.master = SimpleNamespace(
            eta=ETA, max_SH_iter=len(rungs), budgets=rungs, config_generator=self.generator
        )
        self.next_iteration: Any = bohb.BOHB.get_next_iteration
        self.job: Any = Job
        self.iterations: list[Any] = []
        self.trained: dict[Any, int] = {}
        """The id of a configuration's last trial, by the library's id of the configuration."""

    def suggest(self, pending: Sequence[Pending]) -> tuple[Any, Proposal]:
        runs = (iteration.get_next_run() for iteration in self.iterations)
        run = next((run for run in runs if run is not None), None)
        if run is None:
            self.iterations.append(self.next_iteration(self.master, len(self.iterations)))
            run = self.iterations[-1].get_next_run()
        key, suggested, fidelity = run
        job = self.job(key, config=suggested, budget=fidelity)
        return job, Proposal(self.inward(suggested), fidelity, self._continued(key))

    def adopt(self, config: Config) -> None:
        """Ignore a trial that is told first: the library takes only results of its brackets."""

    def observe(self, suggestion: Any, trial: Trial, value: float) -> None:
        suggestion.result = None if trial.failed else {"loss": value, "info": {}}
        self.trained[suggestion.id] = trial.id
        self.iterations[suggestion.id[0]].register_result(suggestion)
        self.generator.new_result(suggestion)

    def outward(self, config: Config) -> Any:
        return self.space.outward(config).get_dictionary()

    def inward(self, suggested: Any) -> Config:
        return self.space.inward(suggested)

    def _continued(self, key: Any) -> int | None:
        fidelity = self.task.fidelity
        return self.trained.get(key) if fidelity is not None and fidelity.resumes else None


strategies = {"bohb": BOHB()}
