"""The command `anchor` from its specs to the file of anchors."""

import math
import shlex
from collections import deque
from collections.abc import Generator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from statistics import fmean, median
from time import perf_counter

from ...cards.own_anchors import OwnAnchors, file_beside, fitting, read, write
from ...errors import InputError, counted
from ...guards import Interrupted
from ...problem import Problem
from ...processes.locking import holding
from ...registry.describing import problem_card
from ...registry.entry import Entry
from ...registry.finding import find_problems
from ...registry.rehearsal import rehearsed
from ...registry.user_file import Source, file_in, is_unchanged, load
from ..console import Printer, duration
from ..progress import EVERY
from .evaluators import Evaluators
from .lacking import no_regret
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


def anchor_and_say(specs: Sequence[str], size: int | None, jobs: int) -> int:
    """Make the anchors of the problems that the specs name, say how it goes, and return the status.

    `size`: random evaluations of each instance; None: as many as were begun with or, where none
    were, USUAL or fewer. The exit status is 1 where the anchors of a problem can't be made; those
    of the others are made nevertheless. Raises InputError before any evaluation where a spec names
    no problem of a user's that can have anchors, where a file of anchors is damaged, or where
    another process makes anchors for it.
    """
    console, found, failed = Printer(), _found(specs), list[str]()
    paths = list(dict.fromkeys(_file(entry) for entry, _ in found))
    with ExitStack() as locks:
        for path in paths:
            locks.enter_context(_alone(path))
        files = {path: _read(path) for path in paths}
        for entry, source in found:
            try:
                _Session(console, entry, source, files[_file(entry)], jobs).make(size)
            except InputError as failure:
                console.say(str(failure), "red")
                failed.append(entry.identity.name)
    for path in files:
        if path.exists():
            console.say(f"anchors: {path}")
    if len(failed) < len(found):
        given = " ".join(f"-p {shlex.quote(spec)}" for spec in dict.fromkeys(specs))
        console.say(f"`hpobench all ... {given}` takes them up, and makes no run again for that.")
    if failed:
        console.say(
            f"anchors could not be made for {len(failed)} of {counted(len(found), 'problem')}:"
            f" {', '.join(failed)}",
            "red",
        )
    return int(bool(failed))


def _found(specs: Sequence[str]) -> list[tuple[Entry[Problem], Source]]:
    """Find the problems that the specs name, each once, and the files that define them.

    Raises InputError where a spec can't be found, or names a problem that can't have anchors.
    """
    with rehearsed(problems=specs):
        found = {entry.identity: entry for spec in specs for entry in find_problems(spec)}
        sources = {path: load(path) for path in dict.fromkeys(each.path for each in found) if path}
    for entry in found.values():
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
    return [(entry, sources[each.path]) for each, entry in found.items() if each.path is not None]


@contextmanager
def _alone(path: Path) -> Generator[None]:
    """Let no other process make anchors for a file; raises InputError where another one does."""
    with holding(path.with_suffix(".lock")) as mine:
        if not mine:
            raise InputError(
                f"another `hpobench anchor` is making {path}; wait until it has ended, and give the"
                " command again"
            )
        yield


def _read(path: Path) -> list[OwnAnchors]:
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
        self,
        console: Printer,
        entry: Entry[Problem],
        source: Source,
        kept: list[OwnAnchors],
        jobs: int,
    ) -> None:
        """Take the problem; `kept` is all that its file of anchors holds, which is kept up."""
        self._console, self._entry, self._source, self._jobs = console, entry, source, jobs
        self._all, self._path = kept, _file(entry)
        self._there = fitting(kept, entry.item, entry.identity.version)
        self._saved = perf_counter()

    def make(self, size: int | None) -> None:
        """Make the anchors, unless as many evaluations are there already, and keep them.

        Raises InputError where that is not possible, or where the problem's file has changed.
        """
        problem, version = self._entry.item, self._entry.identity.version
        complete, kept = self._there.complete, self._there.begun or self._there.complete
        if kept and size is not None:
            size = self._at_least(complete.size if complete else 0, kept.random_made, size)
        if complete and (complete is kept if size is None else complete.size == size):
            self._console.say(f"{problem.name} has its anchors already: {said(complete)}")
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
            until = f"; until then, the anchors of {complete.size} hold" if complete else ""
            raise Interrupted(
                f"interrupted; what was evaluated is kept in {self._path}, and the same command"
                f" goes on with it{until}"
            ) from None
        finally:
            self._save(making)
        self._end(making)
        self._check_unchanged()

    def _at_least(self, complete: int, made: int, asked: int) -> int:
        """Return how many random evaluations there will be: no fewer than there are.

        `complete`: those of the complete anchors; `made`: those that were made since, too.
        """
        least = complete if asked <= complete else made
        if asked < least:
            name, there = self._entry.item.name, counted(least, "random evaluation")
            self._console.say(f"{name} has {there} already, which are kept: not {asked}", "yellow")
        return max(asked, least)

    def _check_unchanged(self) -> None:
        """Raise InputError where the file is not as it was when the evaluations began."""
        if is_unchanged(self._source):
            return
        path = shlex.quote(file_in(self._entry.given, "+"))
        raise InputError(
            f"{path}, or a module beside it that it imports, has changed meanwhile: the anchors of"
            f" {self._entry.item.name} are of its earlier text, and are ignored; to make them anew,"
            f" type: hpobench anchor {path}"
        )

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
        """Keep what is made, in the place of what was kept of the problem.

        Complete anchors stay until the new ones are complete, too.
        """
        kept, complete = making.kept(), self._there.complete
        if any(kept.results):
            others = [each for each in self._all if each.problem != kept.problem]
            stays = [complete] if complete and not kept.instances else []
            self._all[:] = [*others, *stays, kept]
            write(self._path, self._all)
        self._saved = perf_counter()

    def _end(self, making: Making) -> None:
        """Say what the anchors are, and what is wrong with them."""
        kept, name = making.kept(), making.problem.name
        self._console.say(f"{name}: {said(kept)}")
        failed = sum(entry["failures"] for entry in kept.instances)
        if failed:
            every = counted(making.size * len(kept.instances), "random evaluation")
            why = f", the first: {making.error}" if making.error else ""
            self._console.say(f"failed: {failed} of {every}{why}", "yellow")


def said(kept: OwnAnchors) -> str:
    """Say where regret is 0 and 1, as means over the instances, or that there is none."""
    anchors = kept.frozen()
    if without := no_regret(anchors.scores):
        return without
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
