"""Planning: the names in an experiment become strategies, problems and runs."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import islice

from ..errors import InputError
from ..library import extra
from ..problem import Problem
from ..registry.entry import Entry, Kind_co
from ..registry.finding import find_entrants, find_problems
from ..registry.rehearsal import rehearsed
from ..seeds import MOST
from ..strategy import Entrant
from ..trial import Identity, Run, Setting
from .estimates import SECONDS_A_RUN, Pair, Time, expected, is_unsupported, longest_first
from .experiment import Experiment

BYTES_A_TRIAL = 700
"""The bytes of a trial in the file of a run, roughly; measured on six-dimensional problems."""


@dataclass(frozen=True, slots=True)
class Plan:
    """An experiment, and the strategies, problems and runs that it names."""

    experiment: Experiment
    strategies: tuple[Entry[Entrant], ...]
    problems: tuple[Entry[Problem], ...]
    runs: Mapping[Run, float]
    """The seconds that each run is expected to take on one core, as far as they are known; the runs
    in `partly` come first, then the longest ones."""
    partly: frozenset[Run]
    """The runs of whose time only a part is known."""
    unsupported: frozenset[Pair]
    """The strategies and problems whose runs will be unsupported, as far as that is known."""
    absent: Mapping[str, str]
    """What was left out, by name, and how to install the library that it needs."""
    shard: str = ""
    """Which share of the plan it is, such as 2/3; empty: it is the whole plan."""
    elsewhere: tuple[Run, ...] = ()
    """The runs of the whole plan that other shares make."""

    @property
    def bytes(self) -> int:
        """The size of all runs on disk, roughly."""
        return int(sum(run.budget for run in self.supported) * BYTES_A_TRIAL)

    @property
    def supported(self) -> tuple[Run, ...]:
        """The runs that will not be unsupported, as far as that is known."""
        return tuple(
            run for run in self.runs if (run.strategy, run.problem) not in self.unsupported
        )


def plan(experiment: Experiment) -> Plan:
    """Find every strategy and problem of an experiment, and list its runs, the longest first."""
    with rehearsed(experiment.strategies, experiment.problems):
        found = {spec: find_entrants(spec) for spec in experiment.strategies}
        named = _unique(entry for spec in experiment.problems for entry in find_problems(spec))
    strategies = _unique(entry for spec in found for entry in _present(spec, found[spec]))
    problems = tuple(entry for entry in named if not entry.absent)
    if not problems:
        reasons = dict.fromkeys(_reasons(named).values())
        raise InputError(f"no problem can be run: {'; '.join(reasons)}")
    budget = Fraction(str(experiment.budget))
    setting = Setting(budget, experiment.workers, experiment.first)
    times: dict[Run, Time] = {}
    unsupported = set[Pair]()
    for problem in problems:
        seeds = experiment.seeds
        if problem.item.about.trained and experiment.trained_seeds is not None:
            seeds = experiment.trained_seeds
        for strategy in strategies:
            if is_unsupported(strategy, problem, experiment.workers):
                unsupported.add((strategy.identity, problem.identity))
                time = Time(SECONDS_A_RUN, known=True)
            else:
                time = expected(strategy, problem, experiment.budget)
            for seed in seeds:
                run = Run(strategy.identity, problem.identity, seed, *setting)
                times[run] = time
    order = longest_first({run: time.whole for run, time in times.items()})
    runs = {run: times[run].seconds for run in order}
    partly = frozenset(run for run, time in times.items() if not time.known)
    absent = _reasons(entry for each in found.values() for entry in each) | _reasons(named)
    return Plan(experiment, strategies, problems, runs, partly, frozenset(unsupported), absent)


def with_seeds(planned: Plan, seeds: Mapping[Identity, Collection[int]]) -> Plan:
    """Return the plan with other seeds on each problem; a problem that is not named has no run."""
    pairs = {(run.strategy, run.problem): run for run in planned.runs}
    runs, partly = dict[Run, float](), set[Run]()
    for (_, problem), run in pairs.items():
        for seed in sorted(seeds.get(problem, ())):
            another = replace(run, seed=seed)
            runs[another] = planned.runs[run]
            if run in planned.partly:
                partly.add(another)
    problems = tuple(each for each in planned.problems if seeds.get(each.identity))
    return replace(planned, problems=problems, runs=runs, partly=frozenset(partly))


def with_further(planned: Plan, numbers: Mapping[Identity, int]) -> Plan:
    """Return the plan with so many seeds more on each problem: those that follow its highest one.

    After the highest seed that there is come the lowest that are free. All strategies get them, so
    that they still have the same seeds on each problem.
    """
    seeds = seeds_of(planned.runs, {each.identity for each in planned.problems})
    for problem, number in numbers.items():
        used = seeds[problem]
        ordered = (*range(max(used) + 1, MOST), *range(max(used)))
        seeds[problem] = used.union(islice((s for s in ordered if s not in used), number))
    return with_seeds(planned, seeds)


def seeds_of(runs: Iterable[Run], problems: Collection[Identity]) -> dict[Identity, set[int]]:
    """Return the seeds that any of the runs has, on those of the problems that have any."""
    found = defaultdict[Identity, set[int]](set)
    for each in runs:
        if each.problem in problems:
            found[each.problem].add(each.seed)
    return found


def _present(spec: str, entries: Sequence[Entry[Entrant]]) -> list[Entry[Entrant]]:
    """Return the strategies of a spec whose library is there; raises InputError where none is."""
    present = [entry for entry in entries if not entry.absent]
    if present:
        return present
    if len(entries) == 1:
        raise InputError(f"{spec}: {entries[0].absent}")
    raise InputError(f"{spec}: no library of theirs is installed: {extra('peers')}")


def _reasons(entries: Iterable[Entry[Kind_co]]) -> dict[str, str]:
    """Return why strategies or problems can't be run, by the names of those that can't."""
    return {entry.identity.name: entry.absent for entry in entries if entry.absent}


def _unique(entries: Iterable[Entry[Kind_co]]) -> tuple[Entry[Kind_co], ...]:
    """Return the entries, each identity once, in their order."""
    return tuple({entry.identity: entry for entry in entries}.values())
