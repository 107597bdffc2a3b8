"""The command `anchor` from its specs to the file of anchors."""

import math
import shlex
from collections import deque
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from statistics import fmean, median
from time import perf_counter

from ...cards.anchors import FrozenAnchors
from ...cards.own_anchors import OwnAnchors, file_beside, read, write
from ...errors import InputError, counted
from ...guards import Interrupted
from ...problem import Problem
from ...registry.describing import problem_card
from ...registry.entry import Entry
from ...registry.finding import find_problems
from ...registry.rehearsal import rehearsed
from ..console import Printer, duration
from ..progress import EVERY
from .evaluators import Evaluators
from .making import Making, begun, evaluations, searched_on_each

USUAL, FEWEST = 300, 30
"""Random evaluations of each instance where no number is given, and the fewest where they are slow.
"""
LONG = 3_600.0
"""Seconds that anchors may take with the usual number; beyond that, fewer evaluations are made."""
TIMED, PATIENCE = 3, 60.0
"""The evaluations that are timed for the plan, and the seconds after which no other one is."""
SAVED = 10.0
"""Seconds after which the evaluations are saved again."""


def anchor_and_say(specs: Sequence[str], size: int | None, jobs: int) -> None:
    """Make the anchors of the problems that the specs name, and say how it goes.

    `size`: random evaluations of each instance; None: as many as were begun with or, where none
    were, USUAL or fewer. Raises InputError before any evaluation where a spec names no problem of a
    user's that can have anchors, or where a file of anchors is damaged.
    """
    console, entries = Printer(), _entries(specs)
    files = {path: _read(path) for path in dict.fromkeys(map(_file, entries))}
    for entry in entries:
        _Session(console, entry, files[_file(entry)], jobs).make(size)
    for path in files:
        console.say(f"anchors: {path}")
    given = " ".join(f"-p {shlex.quote(spec)}" for spec in dict.fromkeys(specs))
    console.say(f"`hpobench all ... {given}` takes them up, and makes no run again for that.")


def _entries(specs: Sequence[str]) -> list[Entry[Problem]]:
    """Find the problems that the specs name, each once; raises InputError where one can't be."""
    with rehearsed(problems=specs):
        found = [entry for spec in specs for entry in find_problems(spec)]
    for entry in found:
        name, problem = entry.identity.name, entry.item
        if entry.identity.path is None:
            raise InputError(f"only a problem of your own needs anchors, a file: {name!r}")
        if problem.name != problem.base:
            raise InputError(
                f"anchors are made of a problem without options, for which they hold as far as"
                f" they can: {name!r}"
            )
        if entry.absent:
            raise InputError(f"{name}: {entry.absent}")
        if unmeasured := problem_card(entry).unmeasured:
            raise InputError(f"{name} {unmeasured}, and no anchors")
    return list({entry.identity: entry for entry in found}.values())


def _read(path: Path) -> dict[str, OwnAnchors]:
    try:
        return read(path)
    except InputError as damage:
        raise InputError(f"{damage}; move it away, and give the command again") from None


def _file(entry: Entry[Problem]) -> Path:
    assert entry.identity.path is not None
    return file_beside(entry.identity.path)


class _Session:
    """A session in which the anchors of one problem are made."""

    def __init__(
        self, console: Printer, entry: Entry[Problem], kept: dict[str, OwnAnchors], jobs: int
    ) -> None:
        """Take the problem; `kept` is all that its file of anchors holds, which is kept up."""
        self._console, self._entry, self._jobs = console, entry, jobs
        self._all, self._path = kept, _file(entry)
        self._saved = perf_counter()

    def make(self, size: int | None) -> None:
        """Make the anchors, unless they are there already, and keep them."""
        problem, version = self._entry.item, self._entry.identity.version
        kept = self._all.get(problem.name)
        kept = kept if kept and kept.fits(problem, version) else None
        if kept and kept.instances and size in (None, kept.size):
            self._console.say(f"{problem.name} has its anchors already: {self._said(kept)}")
            return
        making = begun(problem, version, size or (kept.size if kept else USUAL), kept)
        try:
            with Evaluators(self._entry.identity, self._jobs) as evaluators:
                seconds = self._timed(making, evaluators)
                if size is None and kept is None:
                    making.size = affordable(making, seconds, self._jobs)
                self._plan(making, seconds, chosen=size is not None or kept is not None)
                self._follow(making, evaluators, seconds)
        except KeyboardInterrupt:
            raise Interrupted(
                f"interrupted; what was evaluated is kept in {self._path}, and the same command"
                " goes on with it"
            ) from None
        finally:
            self._save(making)
        self._end(making)

    def _timed(self, making: Making, evaluators: Evaluators) -> float:
        """Make the first few evaluations, and return the seconds of one; nan: all are made."""
        took = list[float]()
        for task in making.missing()[:TIMED]:
            began = perf_counter()
            for _, reply in evaluators.replies(deque([task])):
                making.take(task, reply)
                took.append(reply.get("seconds", perf_counter() - began))
            if sum(took) > PATIENCE:
                break
        return median(took) if took else math.nan

    def _plan(self, making: Making, seconds: float, *, chosen: bool) -> None:
        known = _states_optimum(making)
        search = searched_on_each(making, optimum=known)
        more = f", and a search of {search} from the best of them" if search else ""
        each = " on each" if making.problem.instances > 1 else ""
        self._console.say(
            f"{making.problem.name}: {counted(making.problem.instances, 'instance')},"
            f" {counted(making.size, 'random evaluation')}{each}{more}"
        )
        if not chosen and making.size < USUAL:
            self._console.say(
                f"That is less than the usual {USUAL}, which would take more than"
                f" {duration(LONG)}; choose the number by --evaluations.",
            )
        left, rest = evaluations(making, optimum=known), expected(making, seconds, self._jobs)
        time = "" if math.isnan(seconds) else f", about {duration(rest)}"
        self._console.say(
            f"to do: {counted(left, 'evaluation')}{time} in {counted(self._jobs, 'process')}"
        )

    def _follow(self, making: Making, evaluators: Evaluators, seconds: float) -> None:
        """Make what is missing, and say every now and then how much is left."""
        said = perf_counter()
        for _ in making.made(evaluators):
            now = perf_counter()
            if now - self._saved > SAVED:
                self._save(making)
            if now - said > EVERY:
                said = now
                left = evaluations(making, optimum=_states_optimum(making))
                rest = expected(making, seconds, self._jobs)
                time = "" if math.isnan(rest) else f", {duration(rest)}"
                self._console.say(f"{counted(left, 'evaluation')} left{time}")

    def _save(self, making: Making) -> None:
        kept = making.kept()
        if any(kept.results):
            self._all[kept.problem] = kept
            write(self._path, self._all.values())
        self._saved = perf_counter()

    def _end(self, making: Making) -> None:
        """Say what the anchors are, and what is wrong with them."""
        kept, name = making.kept(), making.problem.name
        self._console.say(f"{name}: {self._said(kept)}")
        failed = sum(entry["failures"] for entry in kept.instances)
        if failed:
            every = counted(making.size * len(kept.instances), "random evaluation")
            why = f", the first: {making.error}" if making.error else ""
            self._console.say(f"failed: {failed} of {every}{why}", "yellow")
        scales = kept.frozen().scores
        if flat := sum(each.random <= each.reference for each in scales):
            self._console.say(
                f"{name} has no regret on {flat} of {counted(len(scales), 'instance')}: the best"
                " configuration has no lower score than the median of the random ones",
                "yellow",
            )

    def _said(self, kept: OwnAnchors) -> str:
        return said(kept.frozen(), kept)


def said(anchors: FrozenAnchors, kept: OwnAnchors) -> str:
    """Say where regret is 0 and 1, as means over the instances."""
    zero = fmean(each.reference for each in anchors.scores)
    one = fmean(each.random for each in anchors.scores)
    made = [entry["best"]["evaluations"] for entry in kept.instances]
    stated = None not in kept.optima
    best = "the optimum" if stated else f"the best of {max(made):,} evaluations"
    over = f" (means over {len(made)} instances)" if len(made) > 1 else ""
    return (
        f"regret is 0 at a score of {zero:.6g}, {best}, and 1 at {one:.6g}, the median of"
        f" {counted(kept.size, 'random evaluation')}{over}"
    )


def _states_optimum(making: Making) -> bool:
    return any(optimum is not None for optimum in making.optima.values())


def expected(making: Making, seconds: float, jobs: int) -> float:
    """Return the seconds that the rest takes; the search on an instance is not divided."""
    random = len(making.missing())
    searched = evaluations(making, optimum=_states_optimum(making)) - random
    return seconds * (random / jobs + searched / min(jobs, len(making.results)))


def affordable(making: Making, seconds: float, jobs: int) -> int:
    """Return the usual number of random evaluations, or fewer if that would take too LONG."""
    whole = expected(replace(making, size=USUAL), seconds, jobs)
    return USUAL if not whole > LONG else max(FEWEST, int(USUAL * LONG / whole))
