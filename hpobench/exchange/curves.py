"""Runs as curves over whole evaluations, as IOHprofiler and COCO count them.

An evaluation is what one at the highest fidelity costs: after n of them a run holds the value of
the incumbent that it had when it had spent n. Only incumbents at the highest fidelity count.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from shutil import rmtree
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from ..cards.card import ProblemCard
from ..errors import InputError, counted
from ..runner.finished_run import FinishedRun, FloatArray
from ..store.file_names import file_name
from ..store.folder import Store
from ..store.holding import saying
from ..trial import Identity, Run
from .held import held, instance
from .known import Known, known

WORST = 1e300
"""The value of a run that holds nothing yet, and of a run that failed: it counts as the worst."""
_SLACK = 1e-9
"""The relative rounding error that is allowed in a sum of costs."""


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """What one run held; every array is (rows,), one row for each improvement, and for both ends.

    The first row is that of the first evaluation, the last that of the last one.
    """

    seed: int
    instance: int
    """The instance of the problem, its split or its flips, from 1."""
    evaluations: NDArray[np.int64]
    values: FloatArray
    scores: FloatArray


@dataclass(frozen=True, slots=True)
class Group:
    """The runs of a strategy on a problem."""

    strategy: Identity
    algorithm: str
    """A name that no other strategy has, and that a folder can have."""
    number: int
    """The number of the problem among all that were run, by their names, from 1."""
    problem: ProblemCard
    function: str
    """A name that no other problem has, and that a folder can have."""
    curves: Sequence[Curve]
    """The curves by their seeds, at least one."""

    @property
    def dimension(self) -> int:
        """The number of parameters."""
        return sum(self.problem.dimensions.values())


Lacks: TypeAlias = Callable[[ProblemCard], str]
"""Says what a problem lacks so that a format can hold its runs, or nothing."""


def export_to(
    store: Store,
    output: Path,
    suffixes: Sequence[str],
    write: Callable[[Sequence[Group], Path], None],
    lacks: Lacks,
) -> str:
    """Write the curves of all runs into a folder, made anew; return what was done, in lines.

    `write` writes files whose names have these suffixes. Raises InputError where no run can be
    written, and where the folder holds other files.
    """
    found = known(store, Store.finished)
    kept, left = list[FinishedRun](), Counter[str]()
    for ended in found.runs:
        why = _unfit(ended, found.problems[ended.run.problem], lacks)
        if why:
            left[why] += 1
        else:
            kept.append(ended)
    said = [f"left out: {counted(number, 'run')} {why}" for why, number in left.items()]
    if not kept:
        raise InputError(f"no run can be written in this format; {'; '.join(said)}")
    with saying(output):
        _empty(output, suffixes)
        write(_groups(found, kept), output)
    return "\n".join([f"{counted(len(kept), 'run')} exported: {output}", *said])


def curve(run: FinishedRun, card: ProblemCard) -> Curve:
    """Return what a run held on the problem of a card."""
    past = held(run, card)
    spent = np.maximum(np.ceil(past.spent * (1 - _SLACK)), 1).astype(np.int64)
    rows = np.flatnonzero(past.new & past.full)
    last = int(spent[-1]) if spent.size else 1
    if run.stop.reason == "failed":
        rows, last = rows[:0], max(int(np.ceil(float(run.run.budget))), 1)
    at, values, scores = spent[rows], past.values[rows], past.scores[rows]
    if not at.size or at[0] > 1:
        at = np.concatenate([[1], at])
        values, scores = (np.concatenate([[WORST], each]) for each in (values, scores))
    if at[-1] < last:
        at = np.concatenate([at, [last]])
        values, scores = (np.concatenate([each, each[-1:]]) for each in (values, scores))
    kept = np.append(at[1:] != at[:-1], True)  # of the rows of one evaluation, the last
    seed = run.run.seed
    return Curve(seed, instance(card, seed) + 1, at[kept], values[kept], scores[kept])


def _unfit(run: FinishedRun, card: ProblemCard, lacks: Lacks) -> str:
    """Return which runs can't be written if this one can't, as a clause; empty: it can."""
    if run.stop.reason == "unsupported":
        return "with the status unsupported"
    lacking = card.unmeasured.partition(",")[0] or lacks(card)
    return f"of {card.identity.name}, which {lacking}" if lacking else ""


def _groups(found: Known[FinishedRun], runs: Sequence[FinishedRun]) -> list[Group]:
    """Sort runs into groups: by the names of the strategies, then by those of the problems."""
    algorithms = _names(_algorithm(each.run) for each in runs)
    functions = _names(each.run.problem for each in runs)
    numbers = {problem: number for number, problem in enumerate(functions, 1)}
    curves = dict[tuple[Identity, Identity], list[Curve]]()
    for each in runs:
        pair = _algorithm(each.run), each.run.problem
        curves.setdefault(pair, []).append(curve(each, found.problems[each.run.problem]))
    return [
        Group(
            strategy,
            algorithms[strategy],
            numbers[problem],
            found.problems[problem],
            functions[problem],
            sorted(curves[strategy, problem], key=lambda each: each.seed),
        )
        for strategy in algorithms
        for problem in functions
        if (strategy, problem) in curves
    ]


def _algorithm(run: Run) -> Identity:
    """Return the strategy of a run; another name tells where it is told the default first."""
    if run.first == "none":
        return run.strategy
    return replace(run.strategy, name=f"{run.strategy.name}, {run.first} first")


def _names(identities: Iterable[Identity]) -> dict[Identity, str]:
    """Return, sorted, a name for each identity that a folder can have and no other one has."""
    names, taken = dict[Identity, str](), Counter[str]()
    for each in sorted(set(identities), key=lambda one: (one.name, one.version)):
        name = file_name(each.name)
        taken[name.lower()] += 1  # some systems take upper and lower case for the same
        again = taken[name.lower()]
        names[each] = f"{name}~{again}" if again > 1 else name
    return names


def _empty(folder: Path, suffixes: Sequence[str]) -> None:
    """Remove a folder that an earlier export wrote; raises InputError where it has other files."""
    foreign = [path for path in folder.rglob("*") if path.is_file() and path.suffix not in suffixes]
    if foreign or (folder.exists() and not folder.is_dir()):
        what = foreign[0] if foreign else folder
        raise InputError(f"an export would replace what hpobench did not write: {what}")
    if folder.exists():
        rmtree(folder)
    folder.mkdir(parents=True)
