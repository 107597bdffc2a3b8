"""Seeds are added to a plan until an interval is narrow enough, by its width alone."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from ..errors import InputError, counted
from ..experiment.planning import Plan, with_further
from ..registry.describing import problem_card
from ..report.looks.tables import decimals
from ..report.widths import Width
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
from .cheapest import cheapest, measured
from .session import Session, incomplete

KINDS = 3
"""How many kinds of problems are named that are cheap to add."""
THESE = "for these problems alone: "
"""What is said first where problems are few."""
BY_WIDTH = "Seeds were added by the width of the interval alone, never by p."


def check_regrets(planned: Plan) -> None:
    """Raise InputError where no problem of a plan has regrets, of which the width is."""
    if not any(problem_card(each).has_regrets for each in planned.problems):
        raise InputError("--until is a width in regret, and no problem has anchors for regrets")


@dataclass(slots=True)
class Narrowing:
    """A session to whose plan seeds are added, in rounds, until an interval is narrow enough.

    The same runs lead to the same seeds, so that a session that was interrupted goes on alike.
    """

    session: Session
    width: float
    """The half-width that is wanted."""
    most: int
    """The most seeds of a problem."""
    look: Callable[[Plan, Sequence[FinishedRun]], Width | None]
    """What returns the width that decides; None: there are no regrets to compare."""
    rounds: int = field(default=0, init=False)
    """How often seeds were added."""
    decided: Width | None = field(default=None, init=False)
    """The width that the last look has returned."""

    def narrow(self) -> str:
        """Make the runs of the plan, and add seeds where they help most; say why it ended."""
        session = self.session
        session.complete()
        while (found := self.look(session.plan, session.runs)) is not None:
            self.decided = found
            if session.late or incomplete(session.done):
                why = "by --max-time" if session.late else "since a run stayed incomplete"
                said = self._stopped(found.precision, why)
            else:
                least = FEWEST_SEEDS if len(found.problems) < FEWEST_PROBLEMS else LEAST_SEEDS
                added = next_seeds(found.precision, self.width, self.most, least=least)
                if not isinstance(added, str):
                    numbers = zip(found.problems, added.tolist(), strict=True)
                    session.extend(with_further(session.plan, dict(numbers)))
                    session.complete()
                    self.rounds += 1
                    continue
                said = self._enough(found.precision, added)
            return f"{THESE * (found.reach == 'these problems')}{said}"
        return "no seed was added: on some problem, or on all, there are no regrets to compare"

    def _stopped(self, found: Precision, why: str) -> str:
        words = f"stopped {why} {_at(found)}"
        if not self.rounds:
            return words
        return f"{words}, after {counted(self.rounds, 'round')}. {BY_WIDTH}"

    def _at_most(self, found: Precision) -> str:
        """Say that the limit of seeds allows no further one."""
        few, many = int(found.seeds.min()), int(found.seeds.max())
        allowed = f"{counted(self.most, 'seed')} (--max-seeds)"
        if self.rounds:
            return f"stopped at {allowed} {_at(found)}. {BY_WIDTH}"
        there = counted(many, "seed") if few == many else f"{few} to {many} seeds"
        each = " on each problem" if len(found.seeds) > 1 else ""
        words = (
            f"no seed was added {_at(found)}: there {'is' if many == 1 else 'are'} {there}{each}"
        )
        return f"{words}, and at most {allowed} {'is' if self.most == 1 else 'are'} allowed"

    def _enough(self, found: Precision, why: Enough) -> str:
        """Say why no further seed is added."""
        now = f"\N{PLUS-MINUS SIGN}{decimals(found.half_width)}"
        if why == "reached":
            words = f"{now} is within {self.width:g}"
            if not self.rounds:
                return words
            return f"{words}, after {counted(self.rounds, 'round')}. {BY_WIDTH}"
        if why == "seeds":
            return self._at_most(found)
        needed = problems_for(self.width, found.spread)
        plan = self.session.plan
        kinds = cheapest(plan, measured(plan, self.session.store))
        cheap = [
            f"-p {family} ({number} more, {brief_seconds(seconds)} an evaluation)"
            for family, number, seconds in list(kinds)[:KINDS]
        ]
        return (
            f"{now}, and more seeds can't bring it to {self.width:g}: problems differ by"
            f" \N{PLUS-MINUS SIGN}{decimals(found.lasting)}. About {needed:,.0f} problems would"
            f" ({len(found.seeds)} now); the cheapest to add: {', '.join(cheap) or 'none of ours'}"
            f"{f'. {BY_WIDTH}' if self.rounds else ''}"
        )


def _at(found: Precision) -> str:
    """Say how wide the interval is, or that there is none."""
    if math.isnan(found.half_width):
        return "without an interval, for which there are too few seeds"
    return f"at \N{PLUS-MINUS SIGN}{decimals(found.half_width)}"
