"""The evaluations of a problem that its promises are about, each made once."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from importlib import import_module
from time import process_time
from typing import TypeAlias

import numpy as np
from threadpoolctl import threadpool_limits

from ...errors import described
from ...guards import Alone, is_a_persons
from ...parameter import Value
from ...problem import Evaluation, Instance, Problem
from ...processes.global_state import restored
from ...runner import budget_rules
from ...scalars import scalar
from ...seeds import of_instance, of_training
from ...space import Config
from ...trial import Proposal
from .allowance import Allowance
from .differences import apart
from .promise import Fingerprint, Skipped

Wish: TypeAlias = tuple[Config, float | None]
"""An evaluation that is wanted: a configuration and its fidelity."""
EVALUATION, START = "an evaluation", "to start"
"""What the allowance calls them."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an evaluation."""

    evaluation: Evaluation | None
    """Its numbers are Python's own; None: it failed."""
    error: str = ""
    """What was raised, or what is wrong with what was returned; empty: it did not fail."""
    unusable: bool = False
    """Whether a value was returned beside which something is wrong, or what is no Evaluation."""
    kept: Config = field(default_factory=dict[str, Value])
    """The configuration that the problem was given, as it left it."""
    seconds: float = math.nan
    """Of processor time, without what surrounds it; nan where it failed."""

    @property
    def value(self) -> float:
        """The value, of several objectives the first one; nan where the evaluation failed."""
        return math.nan if self.evaluation is None else self.evaluation.values[0]

    def __str__(self) -> str:
        """Say all that must be the same the next time: of a failure, that it is one."""
        made = self.evaluation
        if made is None:
            return "a failure"
        text = f"values {made.values!r}, score {made.score!r}, measures {dict(made.measures)}"
        return f"{text}, duration {made.duration}, gradient {made.gradient}"


@dataclass(slots=True)
class Evaluations:
    """A problem, and its evaluations at low fidelities."""

    problem: Problem
    elsewhere: Callable[[Wish], Fingerprint]
    """What another process makes of `fingerprint`."""
    allowance: Allowance
    _instance: Instance | None = None
    _first: dict[str, Outcome] = field(default_factory=dict[str, Outcome])
    _fresh: dict[str, Outcome] = field(default_factory=dict[str, Outcome])
    _repeats: str | None = None
    """None: it is not known yet."""

    remark: str = ""
    """An evaluation is checked whole, or not at all."""

    def start(self, number: int = 0, problem: Problem | None = None) -> Instance:
        """Start an instance anew, of the problem unless it is said of which.

        What that does to the state that all of the process share is put back afterwards.
        """
        with restored():
            return self.exposed_start(problem or self.problem, number)

    def exposed_start(self, problem: Problem, number: int = 0) -> Instance:
        """Start an instance anew, and put nothing back."""
        rng = of_instance(problem.base, number % problem.instances).rng()
        import_module("scipy.linalg")  # it brings a BLAS of its own, which is limited, too
        with self.allowance.measured(START), threadpool_limits(limits=1), Alone():
            return budget_rules.started(problem.start(rng))

    @property
    def instance(self) -> Instance:
        """The first instance, started once."""
        if self._instance is None:
            self._instance = self.start()
        return self._instance

    def evaluate(
        self, proposal: Proposal, *, on: Instance | None = None, checkpoint: object = None
    ) -> Outcome:
        """Evaluate a copy of a proposal anew, with the same luck each time, whatever it is.

        What that does to the state that all of the process share is put back afterwards.
        """
        with restored():
            return self.exposed_evaluation(proposal, on or self.instance, checkpoint)

    def exposed_evaluation(
        self, proposal: Proposal, instance: Instance, checkpoint: object = None
    ) -> Outcome:
        """Evaluate a copy of a proposal anew, and put nothing back."""
        asked = replace(proposal, config=dict(proposal.config))
        luck = of_training(self.problem.base, 0, {}, 0)
        try:
            with self.allowance.measured(EVALUATION), threadpool_limits(limits=1), Alone():
                began = process_time()
                made = instance.evaluate(asked, luck, checkpoint)
                took = process_time() - began
        except BaseException as error:
            if is_a_persons(error):
                raise
            return Outcome(None, described(error), kept=asked.config)
        try:
            found = budget_rules.evaluated(made, proposal, self.problem)
        except ValueError as error:
            return Outcome(None, str(error), _is_unusable(made), asked.config)
        return Outcome(found, kept=asked.config, seconds=took)

    def first(self, proposal: Proposal) -> Outcome:
        """Return what came of a proposal when it was first evaluated, on the first instance."""
        key = repr(proposal)
        if key not in self._first:
            self._first[key] = self.evaluate(proposal)
        return self._first[key]

    def fresh(self, proposal: Proposal) -> Outcome:
        """Return what came of a proposal on an instance that had evaluated nothing before."""
        key = repr(proposal)
        if key not in self._fresh:
            self._fresh[key] = self.evaluate(proposal, on=self.start())
        return self._fresh[key]

    def sound(self) -> Proposal:
        """Return a cheap proposal whose evaluation does not fail, or raise Skipped."""
        candidates = [self.random(1), self.random(2), self.default()]
        for proposal in self.allowance.over(EVALUATION, candidates):
            if self.fresh(proposal).evaluation is not None:
                return proposal
        raise Skipped("its evaluations fail")

    def repeats(self) -> str:
        """Say how a second evaluation, on the instance started again, differs; empty: not."""
        if self._repeats is None:
            proposal = self.sound()
            self.allowance.need(EVALUATION)
            again = self.evaluate(proposal, on=self.start())
            self._repeats = apart(self.fresh(proposal), again, "started again")
        return self._repeats

    def settled(self) -> Proposal:
        """Return a sound proposal, or raise Skipped where not even that gives the same twice."""
        if self.repeats():
            raise Skipped("the same seed does not even give the same in one process")
        proposal = self.sound()
        if str(self.first(proposal)) != str(self.fresh(proposal)):
            raise Skipped("what was evaluated before changes it already")
        return proposal

    def fingerprint(self, wish: Wish) -> Fingerprint:
        """Return what comes of an evaluation on an instance that has evaluated nothing before."""
        config, fidelity = wish
        return {"evaluation": [str(self.fresh(Proposal(config, fidelity)))]}

    def proposal(self, config: Config, *, gradient: bool = False) -> Proposal:
        """Return a proposal at the lowest fidelity, which takes the least time."""
        return Proposal(config, self.levels[0] if self.levels else None, None, gradient)

    def default(self) -> Proposal:
        return self.proposal(self.problem.space.default())

    def random(self, number: int) -> Proposal:
        return self.proposal(self.problem.space.sample(np.random.default_rng(number)))

    @property
    def levels(self) -> list[float]:
        """The lowest fidelity, and about two and three times as much; empty: there is none."""
        fidelity = self.problem.fidelity
        if fidelity is None:
            return []
        wanted = (min(factor * fidelity.low, fidelity.high) for factor in (1, 2, 3))
        rounded = (round(level) if fidelity.integer else level for level in wanted)
        return list(dict.fromkeys(map(fidelity.check, rounded)))


def _is_unusable(made: object) -> bool:
    """Tell whether something is wrong but the value: one that is not finite says that it failed."""
    if not isinstance(made, Evaluation):
        return True
    values = map(scalar, made.values)
    return not any(isinstance(each, float) and not math.isfinite(each) for each in values)
