"""The runs of an experiment: every name resolved, the longest first."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from ..errors import InputError
from ..library import extra
from ..problem import Problem
from ..registry.entry import Entry, Kind_co
from ..registry.finding import find_entrants, find_problems
from ..registry.rehearsal import rehearsed
from ..strategy import Entrant
from ..trial import Run
from .estimates import Time, expected, longest_first
from .experiment import Experiment

BYTES_A_TRIAL = 700
"""Of a run file, roughly; measured on six-dimensional problems."""


@dataclass(frozen=True, slots=True)
class Plan:
    """An experiment with every name resolved."""

    experiment: Experiment
    strategies: tuple[Entry[Entrant], ...]
    problems: tuple[Entry[Problem], ...]
    runs: Mapping[Run, float]
    """With the seconds that each is expected to take on one core, as far as they are known: first
    the runs in `partly`, then the longest."""
    partly: frozenset[Run]
    """The runs of whose time only a part is known."""
    absent: Mapping[str, str]
    """By name, what was left out, and how to install the library that it needs."""

    @property
    def bytes(self) -> int:
        """Roughly, of all runs on disk."""
        return int(sum(run.budget for run in self.runs) * BYTES_A_TRIAL)


def plan(experiment: Experiment) -> Plan:
    """Find every strategy and problem, and lay out the runs, the longest first."""
    with rehearsed(experiment.strategies, experiment.problems):
        found = {spec: find_entrants(spec) for spec in experiment.strategies}
        named = _unique(entry for spec in experiment.problems for entry in find_problems(spec))
    strategies = _unique(entry for spec in found for entry in _present(spec, found[spec]))
    problems = tuple(entry for entry in named if not entry.absent)
    if not problems:
        reasons = dict.fromkeys(_reasons(named).values())
        raise InputError(f"no problem can be run: {'; '.join(reasons)}")
    budget = Fraction(str(experiment.budget))
    times: dict[Run, Time] = {}
    for problem in problems:
        seeds = experiment.seeds
        if problem.item.about.trained and experiment.trained_seeds is not None:
            seeds = experiment.trained_seeds
        for strategy in strategies:
            time = expected(strategy, problem, experiment.budget)
            for seed in range(seeds):
                run = Run(strategy.identity, problem.identity, seed, budget, experiment.workers)
                times[run] = time
    order = longest_first({run: time.whole for run, time in times.items()})
    runs = {run: times[run].seconds for run in order}
    partly = frozenset(run for run, time in times.items() if not time.known)
    absent = _reasons(entry for each in found.values() for entry in each) | _reasons(named)
    return Plan(experiment, strategies, problems, runs, partly, absent)


def _present(spec: str, entries: Sequence[Entry[Entrant]]) -> list[Entry[Entrant]]:
    """Return those whose library is there; a spec that names only absent ones is a mistake."""
    present = [entry for entry in entries if not entry.absent]
    if present:
        return present
    if len(entries) == 1:
        raise InputError(f"{spec}: {entries[0].absent}")
    raise InputError(f"{spec}: no library of theirs is installed: {extra('peers')}")


def _reasons(entries: Iterable[Entry[Kind_co]]) -> dict[str, str]:
    """Return by name why those that can't be run can't."""
    return {entry.identity.name: entry.absent for entry in entries if entry.absent}


def _unique(entries: Iterable[Entry[Kind_co]]) -> tuple[Entry[Kind_co], ...]:
    return tuple({entry.identity: entry for entry in entries}.values())
