"""DEHB: the proposals of Hyperband with differential evolution."""

from collections.abc import Sequence
from dataclasses import dataclass
from tempfile import TemporaryDirectory
from typing import Any

from hpobench import Config, Library, Pending, Proposal, Trial
from hpobench.adapters import Adapter
from hpobench.adapters.configuration_space import ConfigurationSpace

ETA = 3
"""The factor between two fidelities; 3 is the library's default."""


@dataclass
class DEHB(Adapter):
    """DEHB: Hyperband whose configurations come from differential evolution at each fidelity.

    It needs a fidelity. The fidelities are the highest one divided by 1, 3, 9, ..., as far as the
    lowest one allows, rounded where only whole numbers make sense. The library continues no
    training: each trial starts afresh and is charged in full, even one that repeats a configuration
    at a higher fidelity. The first populations are random. An ordinal keeps its order, and
    conditions stay conditions; an inactive parameter takes part in the evolution with its default.
    """

    citation = (
        "Awad, Mallik and Hutter (2021), DEHB: evolutionary Hyperband for scalable, robust and"
        " efficient hyperparameter optimization, IJCAI"
    )
    family = "multi-fidelity"
    library = Library(
        "dehb",
        ("dehb>=0.1.2", "ConfigSpace>=1.2"),
        shared=False,
        unneeded=("pyarrow",),  # only for its history file; today's pyarrow refuses dehb's numpy
        python="3.11",
    )
    needs_fidelity = True

    def begin(self, seed: int) -> None:
        fidelity = self.task.fidelity
        assert fidelity is not None, "it needs one"
        from dehb.optimizers import dehb

        rungs = fidelity.rungs(ETA)
        self.folder = TemporaryDirectory()
        self.space = ConfigurationSpace(self.task.space, seed)
        self.optimiser: Any = dehb.DEHB(
            cs=self.space.native,
            min_fidelity=0.999 * fidelity.high / ETA ** (len(rungs) - 1),
            max_fidelity=fidelity.high,
            seed=seed,
            n_workers=1,
            output_path=self.folder.name,
            save_freq="end",
            log_level="CRITICAL",
        )
        self.fidelities = dict(zip(self.optimiser.fidelities, rungs, strict=True))
        """The problem's fidelities, each by the number that the library has for it."""

    def suggest(self, pending: Sequence[Pending]) -> tuple[Any, Proposal]:
        job = self.optimiser.ask()
        return job, Proposal(self.inward(job["config"]), self.fidelities[job["fidelity"]])

    def adopt(self, config: Config) -> None:
        """Ignore a trial that is told first: the library takes only results of its jobs."""

    def observe(self, suggestion: Any, trial: Trial, value: float) -> None:
        self.optimiser.tell(suggestion, {"fitness": value, "cost": trial.cost})

    def outward(self, config: Config) -> Any:
        return self.space.outward(config)

    def inward(self, suggested: Any) -> Config:
        return self.space.inward(suggested)

    def close(self) -> None:
        folder: TemporaryDirectory[str] | None = getattr(self, "folder", None)
        if folder is None:
            return
        from loguru import logger

        logger.remove()  # ends the library's loggers, with their thread and their open file
        folder.cleanup()


strategies = {"dehb": DEHB()}
