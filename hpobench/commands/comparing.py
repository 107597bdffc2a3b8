"""What the command `compare` does: it makes the missing runs, adds seeds, and says the answer."""

import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ..experiment.local.pool import usual_isolation
from ..experiment.planning import Plan
from ..guards import exit_status
from ..registry.entry import Entry
from ..report import versus_words
from ..report.other_settings import counted_where
from ..report.versus import Versus
from ..report.widths import Width
from ..runner.finished_run import FinishedRun
from ..store.folder import Store
from ..store.holding import saying
from ..store.provenance import cores
from ..strategy import Strategy
from . import pair
from .console import Printer
from .narrowing import Narrowing, check_regrets
from .pair import Asked
from .session import Session, deadline_after, incomplete
from .terminal import show_end, show_interruption, show_lateness, show_notices, show_warnings

UNDECIDED = 3
"""The exit status where the gate can't tell, and was asked to fail then."""
LABEL = 12
"""The width of the labels."""

__all__ = ["Asked", "compare_and_say"]


def compare_and_say(asked: Asked) -> int:
    """Compare two strategies, print the answer on one screen, and return the exit status."""
    console, store = Printer(), Store(asked.folder)
    store.check(new=True)
    both = pair.two(asked)
    identities = {each.identity for each in both}
    there = list(store.finished_of(identities))
    plan = pair.planned(asked, store, there)
    if asked.until is not None:
        check_regrets(plan)
    if asked.markdown is not None:  # no run is made for an answer that can't be written
        with saying(asked.markdown), asked.markdown.open("a", encoding="utf-8"):
            pass
    session = Session(
        *(console, plan, store, lambda: list(store.finished_of(identities))),
        jobs=asked.jobs or cores(),
        retries=1,
        isolation=usual_isolation(),
        deadline=deadline_after(asked.max_time),
        runs=there,
    )
    work, stopped = _Work(asked, both, session), ""
    first = next(iter(plan.runs))
    with store.writing(first.budget, first.workers):
        try:
            if asked.until is None:
                session.complete()
            else:
                narrowing = Narrowing(session, asked.until, asked.max_seeds, work.width)
                stopped = narrowing.narrow()
        except KeyboardInterrupt as stop:
            left = sum(not store.is_sealed(run) for run in session.plan.runs)
            show_interruption(console, left, len(session.plan.runs))
            return exit_status(stop)
    return work.say(stopped)


@dataclass(frozen=True, slots=True)
class _Work:
    """A comparison whose runs are made by a session."""

    asked: Asked
    pair: tuple[Entry[Strategy], Entry[Strategy]]
    session: Session

    def width(self, planned: Plan, runs: Sequence[FinishedRun]) -> Width | None:
        """Return how wide the interval of the gain is, by the runs that there are."""
        found = pair.compared(planned, self.pair, runs)
        return None if found is None else found.width

    def say(self, stopped: str) -> int:
        """Print the answer, and return the exit status."""
        session, console = self.session, self.session.console
        planned = session.plan
        ours = [each for each in session.runs if each.run in planned.runs]
        unfinished = incomplete(session.done)
        wrong = show_end(console, ours, unfinished)
        show_notices(console, [n for each in session.done for n in each.notices])
        show_notices(console, session.store.notices)
        show_warnings(console, [each.warnings for each in session.done])
        show_lateness(console, session.left, len(planned.runs))
        found = pair.compared(planned, self.pair, session.runs)
        if found is None or not found.problems:
            console.say("Nothing can be compared: both have run on no problem with the same seed.")
            return 1
        return self._say(found, stopped, wrong=wrong, unfinished=bool(unfinished))

    def _say(self, found: Versus, stopped: str, *, wrong: bool, unfinished: bool) -> int:
        said = [*versus_words.rows(found)]
        if self.pair[0].identity.name == self.pair[1].identity.name:
            words = f"{found.first} is {self.asked.first}, {found.second} is {self.asked.second}"
            said.insert(0, ("files", words))
        first = self.session.plan.experiment.first
        others = sum(each.run.first != first for each in self.session.runs)
        if others or first != "none":
            said.insert(0, ("setting", counted_where(first, others)))
        if stopped:
            said.append(("width", stopped))
        standing = found.standing(self.asked.margin)
        if self.asked.fail_if is not None:
            said.append(("gate", versus_words.gate(found, self.asked.margin, standing)))
        show(self.session.console, found, said)
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
