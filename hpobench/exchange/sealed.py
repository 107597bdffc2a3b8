"""The sealed runs of a folder of results, as trackers want them: facts, and a step per trial."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ..cards.card import ProblemCard, StrategyCard
from ..json_forms import setting_to_json
from ..runner.finished_run import in_columns
from ..store import places
from ..store.folder import Store
from ..store.run_lines import digest_of
from ..trial import Outcome
from .held import held
from .known import known


@dataclass(frozen=True, slots=True)
class Sealed:
    """A run that has ended, with the cards of its strategy and of its problem."""

    store: Store
    """The results that the run is one of."""
    outcome: Outcome
    strategy: StrategyCard
    problem: ProblemCard

    @property
    def name(self) -> str:
        """The name of the run for people: problem, strategy, seed, and what was told first."""
        run = self.outcome.run
        first = "" if run.first == "none" else f"/{run.first} first"
        return f"{run.problem.name}/{run.strategy.name}/{run.seed}{first}"

    def copy_into(self, folder: Path) -> Path:
        """Copy the run's file, as it was sealed, into a folder, and return its path there.

        Raises DamageError where it can't be read, and OSError where it can't be written.
        """
        path = folder / places.place(self.outcome.run).file
        path.write_bytes(self.store.lines(self.outcome.run))
        return path

    @property
    def digest(self) -> str:
        """A digest that no other run has, in 16 hexadecimal digits."""
        return digest_of(self.outcome.run)

    @property
    def facts(self) -> dict[str, str | int]:
        """The facts that identify the run and say how it ended, by name."""
        run, stop = self.outcome.run, self.outcome.stop
        return {
            "problem": run.problem.name,
            "problem-version": run.problem.version,
            "strategy": run.strategy.name,
            "strategy-version": run.strategy.version,
            "seed": run.seed,
            **setting_to_json(run.setting),
            "stop": stop.reason,
            "detail": stop.detail,
            "digest": self.digest,
        }

    @property
    def value_names(self) -> list[str]:
        """The names of what is minimised: "value", or of several objectives "value/NAME"."""
        names = self.problem.objectives
        return ["value"] if len(names) == 1 else [f"value/{name}" for name in names]

    def steps(self) -> list[dict[str, float]]:
        """Return the numbers of each trial, in the order of completion; nan is left out.

        `spent` is the cost of the run so far, `clock` the simulated time. There is no incumbent
        where the problem has several objectives or limits.
        """
        past = held(in_columns(self.outcome), self.problem)
        steps: list[dict[str, float]] = []
        for place, record in enumerate(self.outcome.records):
            step = {
                **dict(zip(self.value_names, record.values, strict=True)),
                "score": record.score,
                "incumbent-value": float(past.values[place]),
                "incumbent-score": float(past.scores[place]),
                "cost": record.trial.cost,
                "spent": float(past.spent[place]),
                "duration": record.duration,
                "clock": record.finished,
                **{f"measure/{name}": number for name, number in record.measures.items()},
            }
            if record.trial.proposal.fidelity is not None:
                step["fidelity"] = record.trial.proposal.fidelity
            steps.append({name: each for name, each in step.items() if not math.isnan(each)})
        return steps


def read(store: Store) -> Sequence[Sealed]:
    """Read and check all sealed runs of a folder of results; raises InputError if there is none."""
    found = known(store, Store.outcomes)
    return [
        Sealed(
            store,
            each,
            found.strategies[each.run.strategy],
            found.problems[each.run.problem],
        )
        for each in found.runs
    ]
