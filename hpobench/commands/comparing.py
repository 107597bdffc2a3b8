"""What the command `compare` does: it makes the missing runs, adds seeds, and says the answer."""

import textwrap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from time import monotonic

from ..errors import InputError, counted
from ..experiment.local.pool import usual_isolation
from ..experiment.one_run import Done
from ..experiment.planning import Plan, with_seeds
from ..registry.describing import problem_card
from ..registry.entry import Entry
from ..report import versus_words
from ..report.looks.tables import decimals
from ..report.versus import Versus
from ..report.words import brief_seconds
from ..runner.finished_run import FinishedRun
from ..statistics import (
    FEWEST_PROBLEMS,
    FEWEST_SEEDS,
    LEAST_SEEDS,
    Enough,
    Precision,
    next_seeds,
    problems_for,
)
from ..store.folder import Store, saying
from ..store.provenance import cores
from ..strategy import Strategy
from ..trial import Identity
from . import pair
from .console import Printer
from .pair import Asked
from .session import INTERRUPTED, Session, incomplete
from .terminal import show_end, show_interruption, show_notices, show_warnings

UNDECIDED = 3
"""The exit status where the gate can't tell, and was asked to fail then."""
LABEL = 12
"""The width of the labels."""
KINDS = 3
"""How many kinds of problems are named that are cheap to add."""
THESE = "for these problems alone: "
"""What the width begins with where problems are few."""
BY_WIDTH = "Seeds were added by the width of the interval alone, never by p."

__all__ = ["Asked", "compare_and_say"]


def compare_and_say(asked: Asked) -> int:
    """Compare two strategies, print the answer on one screen, and return the exit status."""
    console, store = Printer(), Store(asked.folder)
    store.check(new=True)
    both = pair.two(asked)
    there = list(store.finished_of({each.identity for each in both}))
    work = _Work(asked, console, store, both, pair.planned(asked, store, there), there)
    if asked.until is not None and not any(
        problem_card(each).has_regrets for each in work.plan.problems
    ):
        raise InputError("--until is a width in regret, and no problem has anchors for regrets")
    if asked.markdown is not None:  # no run is made for an answer that can't be written
        with saying(asked.markdown), asked.markdown.open("a", encoding="utf-8"):
            pass
    first = next(iter(work.plan.runs))
    with store.writing(first.budget, first.workers):
        try:
            work.make(work.plan)
            stopped = "" if asked.until is None else work.narrow(asked.until)
        except KeyboardInterrupt:
            left = sum(not store.is_sealed(run) for run in work.plan.runs)
            show_interruption(console, left, len(work.plan.runs))
            return INTERRUPTED
    return work.say(stopped)


@dataclass(slots=True)
class _Work:
    """A comparison that is being made."""

    asked: Asked
    console: Printer
    store: Store
    pair: tuple[Entry[Strategy], Entry[Strategy]]
    plan: Plan
    runs: Sequence[FinishedRun]
    """The runs of the two strategies that have ended."""
    began: float = field(default_factory=monotonic)
    done: list[Done] = field(default_factory=list[Done])

    @property
    def deadline(self) -> float | None:
        """When no run is made any more; None: never."""
        return None if self.asked.max_time is None else self.began + self.asked.max_time

    @property
    def late(self) -> bool:
        """Whether no run is made any more."""
        return self.deadline is not None and monotonic() > self.deadline

    def read(self) -> list[FinishedRun]:
        """Read the runs of the two strategies."""
        return list(self.store.finished_of({each.identity for each in self.pair}))

    def make(self, plan: Plan) -> None:
        """Make the runs of a plan that are missing."""
        if all(self.store.is_sealed(run) for run in plan.runs):
            return
        jobs, isolation = self.asked.jobs or cores(), usual_isolation()
        session = Session(
            *(self.console, plan, self.store, self.read, jobs),
            retries=1,
            isolation=isolation,
            deadline=self.deadline,
        )
        self.runs = session.ended()
        self.done += session.done

    def compared(self) -> Versus | None:
        """Compare the two strategies by the runs that there are."""
        return pair.compared(self.plan, self.pair, self.runs)

    def narrow(self, width: float) -> str:
        """Add seeds until the interval of the gain is narrow enough; say why it ended."""
        rounds = 0
        while (found := self.compared()) is not None and found.precision is not None:
            if self.late or incomplete(self.done):
                why = "by --max-time" if self.late else "since a run stayed incomplete"
                return self._stopped(found.precision, why, rounds)
            few = len(found.scaled) < FEWEST_PROBLEMS
            least = FEWEST_SEEDS if few else LEAST_SEEDS
            added = next_seeds(found.precision, width, self.asked.max_seeds, least=least)
            if isinstance(added, str):
                return self._enough(found.precision, added, width, rounds)
            self._add(dict(zip(found.scaled, added.tolist(), strict=True)))
            rounds += 1
        return "no seed was added: on some problem, or on all, the two have no regrets to compare"

    def _add(self, numbers: Mapping[Identity, int]) -> None:
        """Make so many further runs of both strategies on each problem, with the next seeds."""
        used = pair.seeds_of(self.plan.runs, numbers)
        further = {
            problem: range(max(used[problem]) + 1, max(used[problem]) + 1 + number)
            for problem, number in numbers.items()
            if number
        }
        plan = with_seeds(self.plan, further)
        self.plan = replace(
            self.plan,
            runs={**self.plan.runs, **plan.runs},
            partly=self.plan.partly | plan.partly,
        )
        self.make(plan)

    def _stopped(self, found: Precision, why: str, rounds: int) -> str:
        words = f"stopped {why} at \N{PLUS-MINUS SIGN}{decimals(found.half_width)}"
        return f"{words}, after {counted(rounds, 'round')}. {BY_WIDTH}"

    def _enough(self, found: Precision, why: Enough, width: float, rounds: int) -> str:
        """Say why no further seed is added."""
        now = f"\N{PLUS-MINUS SIGN}{decimals(found.half_width)}"
        if why == "reached":
            words = f"{now} is within {width:g}"
            return f"{words}, after {counted(rounds, 'round')}. {BY_WIDTH}" if rounds else words
        if why == "seeds":
            return f"stopped at {self.asked.max_seeds} seeds (--max-seeds) at {now}. {BY_WIDTH}"
        needed = problems_for(width, found.spread)
        kinds = pair.cheapest(self.plan, pair.measured(self.plan, self.store))
        cheap = [
            f"-p {family} ({number} more, {brief_seconds(seconds)} an evaluation)"
            for family, number, seconds in list(kinds)[:KINDS]
        ]
        return (
            f"{now}, and more seeds can't bring it to {width:g}: problems differ by"
            f" \N{PLUS-MINUS SIGN}{decimals(found.lasting)}. About {needed:,.0f} problems would"
            f" ({len(found.seeds)} now); the cheapest to add: {', '.join(cheap) or 'none of ours'}"
        )

    def say(self, stopped: str) -> int:
        """Print the answer, and return the exit status."""
        wanted = set(self.plan.runs)
        ours = [each for each in self.runs if each.run in wanted]
        unfinished = incomplete(self.done)
        wrong = show_end(self.console, ours, unfinished)
        show_notices(self.console, [n for each in self.done for n in each.notices])
        show_notices(self.console, self.store.notices)
        show_warnings(self.console, [each.warnings for each in self.done])
        left = sum(not self.store.is_sealed(run) for run in wanted) - len(unfinished)
        if left > 0:
            self.console.say(
                f"stopped by --max-time: {left:,} of {counted(len(wanted), 'run')} are left; the"
                " same command goes on with them"
            )
        found = self.compared()
        if found is None or not found.problems:
            self.console.say(
                "Nothing can be compared: both have run on no problem with the same seed."
            )
            return 1
        return self._say(found, stopped, wrong=wrong, unfinished=bool(unfinished))

    def _say(self, found: Versus, stopped: str, *, wrong: bool, unfinished: bool) -> int:
        said = [*versus_words.rows(found)]
        if self.pair[0].identity.name == self.pair[1].identity.name:
            words = f"{found.first} is {self.asked.first}, {found.second} is {self.asked.second}"
            said.insert(0, ("files", words))
        if stopped:
            alone = found.gain.reach == "these problems"
            said.append(("width", f"{THESE * alone}{stopped}"))
        standing = found.standing(self.asked.margin)
        if self.asked.fail_if is not None:
            said.append(("gate", versus_words.gate(found, self.asked.margin, standing)))
        show(self.console, found, said)
        if self.asked.markdown is not None:
            with self.asked.markdown.open("a", encoding="utf-8") as file:
                file.write(versus_words.summary(found, said))
        if self.asked.fail_if is None or unfinished:
            return int(wrong)
        if standing == "worse":
            return 1
        return UNDECIDED if (standing, self.asked.fail_if) == ("undecided", "undecided") else 0


def show(console: Printer, found: Versus, said: Iterable[versus_words.Row]) -> None:
    """Print the answer and its rows; a line that a terminal has to break goes on below its text."""
    console.say(versus_words.heading(found))
    console.say(versus_words.answer(found), "bold")
    room = max(console.width - LABEL - 1, 20)
    for label, words in said:
        for number, line in enumerate(textwrap.wrap(words, room, break_on_hyphens=False)):
            console.say(f"{'' if number else label:<{LABEL}} {line}")
