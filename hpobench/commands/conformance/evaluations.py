"""The evaluations of a problem that its promises are about, each made once."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from time import process_time
from typing import TypeAlias

import numpy as np

from ...errors import described
from ...guards import Alone, is_a_persons
from ...parameter import Value
from ...problem import Evaluation, Instance, Problem
from ...processes.global_state import restored
from ...runner import budget_rules
from ...runner.threads import one_thread
from ...scalars import scalar
from ...seeds import of_instance, of_training
from ...space import Config
from ...trial import Proposal
from .allowance import Allowance
from .differences import apart
from .in_short import in_short
from .promise import Fingerprint, Skipped

Wish: TypeAlias = tuple[Config, float | None]
"""The configuration and the fidelity of an evaluation that another process is to make."""
EVALUATION = "an evaluation"
"""The kind of work, for the allowance, that an evaluation at a low fidelity is."""
START = "a start"
"""The kind of work, for the allowance, that the start of an instance is."""
FULL = 5.0
"""Seconds; a full evaluation that would take longer is replaced by one at the lowest fidelity."""


@dataclass(frozen=True, slots=True)
class Evaluated:
    """What came of an evaluation, which may have failed."""

    evaluation: Evaluation | None
    """The evaluation, whose numbers are Python's own; None: it failed."""
    error: str = ""
    """What was raised, or what is wrong with what was returned; empty: it did not fail."""
    unusable: bool = False
    """Whether something was returned that is wrong, other than a value that is not finite."""
    kept: Config = field(default_factory=dict[str, Value])
    """The configuration that the problem was given, as it was afterwards."""
    seconds: float = math.nan
    """The processor time of the problem's own code; nan where the evaluation failed."""

    @property
    def value(self) -> float:
        """The value, of several objectives the first one; nan where the evaluation failed."""
        return math.nan if self.evaluation is None else self.evaluation.values[0]

    def __str__(self) -> str:
        """Say all that must be the same the next time; what a failure says need not be."""
        made = self.evaluation
        if made is None:
            return "a failure"
        text = f"values {made.values!r}, score {made.score!r}, measures {dict(made.measures)}"
        return f"{text}, duration {made.duration}, gradient {made.gradient}"


@dataclass(slots=True)
class Evaluations:
    """A problem, and its evaluations, most of which are at low fidelities."""

    problem: Problem
    elsewhere: Callable[[Wish], Fingerprint]
    """Returns what `fingerprint` returns in another process."""
    allowance: Allowance
    _instance: Instance | None = None
    _failure: str = ""
    _first: dict[str, Evaluated] = field(default_factory=dict[str, Evaluated])
    _fresh: dict[str, Evaluated] = field(default_factory=dict[str, Evaluated])
    _difference: str | None = None
    """How a second evaluation differs from the first; None: it is not known yet."""

    remark: str = ""
    """How much less is checked; always empty, since each promise says what it leaves out."""

    def failure_to_start(self) -> str:
        """Say why the problem can't be started twice; empty: it can.

        The second instance is the one that `instance` returns from then on.
        """
        if self._instance is None and not self._failure:
            try:
                for _ in range(2):
                    with restored():
                        self._instance = self.exposed_start(self.problem)
            except BaseException as error:
                if is_a_persons(error):
                    raise
                fault = isinstance(error, budget_rules.Fault)
                self._failure = str(error) if fault else described(error)
        return self._failure

    @property
    def instance(self) -> Instance:
        """The first instance of the problem, started once; raises Skipped where it can't be."""
        if self.failure_to_start() or self._instance is None:
            raise Skipped("it can't be started")
        return self._instance

    def start(self, number: int = 0, problem: Problem | None = None) -> Instance:
        """Start an instance anew, of this problem unless another is given.

        What that does to the state that the whole process shares is undone afterwards. Raises
        Skipped where even the first instance can't be started.
        """
        _ = self.instance
        with restored():
            return self.exposed_start(problem or self.problem, number)

    def exposed_start(self, problem: Problem, number: int = 0) -> Instance:
        """Start an instance anew, and undo nothing of what that does to the process."""
        rng = of_instance(problem.base, number % problem.instances).rng()
        with self.allowance.measured(START), one_thread(), Alone():
            return budget_rules.started(problem.start(rng))

    def evaluate(
        self, proposal: Proposal, *, on: Instance | None = None, checkpoint: object = None
    ) -> Evaluated:
        """Evaluate a copy of a proposal anew, always with the same luck.

        `on`: None for the first instance. What the evaluation does to the state that the whole
        process shares is undone afterwards.
        """
        with restored():
            return self.exposed_evaluation(proposal, on or self.instance, checkpoint)

    def exposed_evaluation(
        self, proposal: Proposal, instance: Instance, checkpoint: object = None
    ) -> Evaluated:
        """Evaluate a copy of a proposal anew, and undo nothing of what that does."""
        asked = replace(proposal, config=dict(proposal.config))
        luck = of_training(self.problem.base, 0, {}, 0)
        try:
            with (
                self.allowance.measured(self.kind(proposal)),
                one_thread(),
                Alone(),
            ):
                began = process_time()
                made = instance.evaluate(asked, luck, checkpoint)
                took = process_time() - began
        except BaseException as error:
            if is_a_persons(error):
                raise
            return Evaluated(None, described(error), kept=asked.config)
        try:
            found = budget_rules.evaluated(made, proposal, self.problem)
        except ValueError as error:
            return Evaluated(None, str(error), _is_unusable(made), asked.config)
        return Evaluated(found, kept=asked.config, seconds=took)

    def first(self, proposal: Proposal) -> Evaluated:
        """Return what came of a proposal when it was first evaluated, on the first instance."""
        key = repr(proposal)
        if key not in self._first:
            self._first[key] = self.evaluate(proposal)
        return self._first[key]

    def fresh(self, proposal: Proposal) -> Evaluated:
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

    def difference(self) -> str:
        """Say how a second evaluation, after a second start, differs; empty: it does not."""
        if self._difference is None:
            proposal = self.sound()
            self.allowance.need(EVALUATION)
            again = self.evaluate(proposal, on=self.start())
            self._difference = apart(self.fresh(proposal), again, "started again")
        return self._difference

    def check_repeats(self) -> None:
        """Raise Skipped where the same seed gives different evaluations in this process."""
        if self.difference():
            raise Skipped("already in one process the same seed gives different evaluations")

    def settled(self) -> Proposal:
        """Return a sound proposal, or raise Skipped where its evaluation depends on others."""
        self.check_repeats()
        proposal = self.sound()
        if str(self.first(proposal)) != str(self.fresh(proposal)):
            raise Skipped("an evaluation depends already on what was evaluated before")
        return proposal

    def fingerprint(self, wish: Wish) -> Fingerprint:
        """Return what comes of an evaluation on an instance that has evaluated nothing before."""
        config, fidelity = wish
        return {"evaluation": [str(self.fresh(Proposal(config, fidelity)))]}

    def proposal(self, config: Config, *, gradient: bool = False) -> Proposal:
        """Return a proposal at the lowest fidelity, which takes the least time."""
        return Proposal(config, self.levels[0] if self.levels else None, None, gradient)

    def default(self) -> Proposal:
        """Return a proposal of the default configuration at the lowest fidelity."""
        return self.proposal(self.problem.space.default())

    def random(self, number: int) -> Proposal:
        """Return a proposal of a random configuration at the lowest fidelity, by its number."""
        return self.proposal(self.problem.space.sample(np.random.default_rng(number)))

    def full(self, proposal: Proposal) -> Proposal:
        """Return a proposal at the highest fidelity instead of a low one.

        The allowance expects the first such evaluation to take longer in proportion.
        """
        fidelity = self.problem.fidelity
        if fidelity is None or proposal.fidelity is None:
            return proposal
        found = replace(proposal, fidelity=fidelity.check(fidelity.high))
        times = fidelity.high / proposal.fidelity
        self.allowance.suppose(self.kind(found), times * self.allowance.usual(self.kind(proposal)))
        return found

    def fullest(self, proposal: Proposal) -> Proposal:
        """Return a proposal at the highest fidelity, or as it is where that takes too long."""
        full = self.full(proposal)
        return full if self.allowance.usual(self.kind(full)) <= FULL else proposal

    def kind(self, proposal: Proposal) -> str:
        """Return the kind of work that an evaluation is for the allowance, by what makes it dear.

        Low fidelities are one kind: the highest of `levels` is three times the lowest.
        """
        high = bool(self.levels) and proposal.fidelity not in (None, *self.levels)
        words = "a full evaluation" if high else EVALUATION
        return f"{words} with its gradient" if proposal.gradient else words

    @property
    def levels(self) -> list[float]:
        """The lowest fidelity, and about two and three times as much; empty: there is none."""
        fidelity = self.problem.fidelity
        if fidelity is None:
            return []
        wanted = (min(factor * fidelity.low, fidelity.high) for factor in (1, 2, 3))
        rounded = (round(level) if fidelity.integer else level for level in wanted)
        return list(dict.fromkeys(map(fidelity.check, rounded)))

    def where(self, proposal: Proposal) -> str:
        """Say which configuration a proposal has, and at which fidelity."""
        return f"{in_short(proposal.config)}{self.at(proposal)}"

    def at(self, proposal: Proposal) -> str:
        """Say at which fidelity a proposal is, as " at 1 of 9 epochs"; empty: there is none."""
        fidelity = self.problem.fidelity
        if fidelity is None:
            return ""
        return f" at {proposal.fidelity:g} of {fidelity.high:g} {fidelity.unit}"


def _is_unusable(made: object) -> bool:
    """Tell whether something is wrong but the value: one that is not finite says that it failed."""
    if not isinstance(made, Evaluation):
        return True
    values = map(scalar, made.values)
    return not any(isinstance(each, float) and not math.isfinite(each) for each in values)
