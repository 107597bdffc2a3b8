"""One run: a strategy on a problem, under a budget, on a simulated clock."""

from collections.abc import Generator, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import partial

from ..errors import said, shown
from ..guards import working_folder
from ..problem import Problem
from ..scalars import is_number, scalar, whole
from ..strategy import Strategy, Unsupported, luck_of
from ..trial import FIRST, First, Record, Stop
from . import budget_rules
from .budget_rules import LEAST_COST, Fault
from .checkpoints import Checkpoints, Memory
from .threads import one_thread
from .trial_loop import TrialLoop
from .workers import Employ, SimulatedWorkers, Unwatched, Watch


class Race(Iterator[Record]):
    """An iterator over the records of one run, in the order of completion, made as it goes on."""

    def __init__(self, trials: Generator[Record, None, Stop]) -> None:
        self._trials = trials
        self.stop: Stop | None = None
        """How the run ended; None until all of its trials were taken."""

    def __next__(self) -> Record:
        try:
            return next(self._trials)
        except StopIteration as end:
            self.stop = self.stop or end.value
            raise

    def close(self) -> None:
        """End the run early; if trials were left, `stop` stays None."""
        self._trials.close()


def run(
    strategy: Strategy,
    problem: Problem,
    *,
    budget: float | Fraction,
    workers: int = 1,
    seed: int = 0,
    first: First = "none",
    recorded: Mapping[int, Record] | None = None,
    luck: Sequence[str] | None = None,
    memory: Memory | None = None,
    watch: Watch | None = None,
    employ: Employ | None = None,
) -> Race:
    """Prepare one run; taking records from the result carries it out, trial by trial.

    `budget` is in evaluations at the highest fidelity. `first`: "default" tells the strategy,
    before it is first asked, the result of the problem's default configuration, as trial 0, which
    is charged like any other. `recorded` holds, by id, the trials of an interrupted run: they are
    not evaluated again, but the strategy must propose the same ones, or budget_rules.Diverged is
    raised. `luck` names the stream of the strategy's random numbers; None: its class and its fields
    do. `memory` keeps the checkpoints; None: all are kept. `watch` is told which trial is
    evaluated; None: nobody is. `employ` returns those who evaluate the trials; None: it is done
    here, on a simulated clock. While the run goes on, BLAS is limited to one thread. Raises
    ValueError, before anything runs, where one of these can't be.
    """
    _check_kinds(strategy, problem)
    allowance = _allowance(budget)
    workers, seed = whole("workers", workers, least=1), whole("seed", seed, least=0)
    if first not in FIRST:
        raise ValueError(f"first must be {' or '.join(map(repr, FIRST))}: {shown(first)}")
    drawn_by = luck_of(strategy) if luck is None else luck
    hired = employ or partial(
        SimulatedWorkers, checkpoints=Checkpoints(memory), watch=watch or Unwatched()
    )
    loop = TrialLoop(
        problem, strategy, drawn_by, allowance, workers, seed, first, recorded or {}, hired
    )
    return Race(_ran(loop))


def _check_kinds(strategy: object, problem: object) -> None:
    if not isinstance(strategy, Strategy):
        raise ValueError(
            f"strategy must be a Strategy, neither a name nor a class: {shown(strategy)}"
        )
    if not isinstance(problem, Problem):
        raise ValueError(f"problem must be a Problem, not a name: {shown(problem)}")


def _allowance(budget: object) -> Fraction:
    """Return a budget as a fraction, or raise ValueError."""
    plain = budget if isinstance(budget, Fraction) else scalar(budget)
    if isinstance(plain, Fraction) or is_number(plain):
        found = plain if isinstance(plain, Fraction) else Fraction(str(plain))
        if found >= LEAST_COST:
            return found
    raise ValueError(
        f"budget must be a finite number, at least {float(LEAST_COST):g}, the cost of the cheapest"
        f" trial: {shown(budget)}"
    )


def _ran(loop: TrialLoop) -> Generator[Record, None, Stop]:
    """Yield the records of a run, and return how it ended."""
    strategy = loop.strategy
    with one_thread():
        at_the_end: Fault | None = None
        try:
            stop = yield from loop.go()
        except Unsupported as answer:
            return Stop("unsupported", said(answer))
        except Fault as fault:
            return Stop("failed", str(fault), fault.traceback)
        finally:
            try:
                budget_rules.call(working_folder(), "close", strategy.close)
            except Fault as fault:
                at_the_end = fault
        return stop if at_the_end is None else Stop("failed", str(at_the_end), at_the_end.traceback)
