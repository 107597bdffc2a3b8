"""Studies of many made-up runs, and their pages without printed figures."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from cards import problem_card, strategy_card
from sketches import undrawn
from studies import RANDOM, finished

from hpobench.cards.card import Anchors, ProblemCard, StartBias, StrategyCard
from hpobench.registry.choice import ALL
from hpobench.report import making, selection
from hpobench.report.compared import Compared
from hpobench.report.trace.manifest import PAGE, Settings
from hpobench.trial import Fidelity, Outcome, Proposal, Record, Run, Stop, Trial

NAMES = (
    *(RANDOM, "bayesian-optimization", "successive-halving", "genetic-algorithm"),
    *("manual-search", "hypergradient", "default", "sobol", "grid-search"),
)
FAMILIES = ("synthetic", "boosting", "neural")
CURVE = tuple(float(2.0 ** (1 / m) - 1) for m in range(1, 201))


@dataclass(frozen=True, slots=True)
class Study:
    """Runs with the cards of their strategies and problems."""

    strategies: tuple[StrategyCard, ...]
    problems: tuple[ProblemCard, ...]
    outcomes: tuple[Outcome, ...]

    @property
    def compared(self) -> Compared:
        return selection.compared(finished(self.outcomes), self.strategies, self.problems)


def study(
    strategies: int,
    problems: int,
    *,
    seeds: int = 3,
    budget: int = 8,
    names: Sequence[str] = NAMES,
    anchored: bool = True,
) -> Study:
    """Make up a study in which every second strategy from the first on is quicker than the last.

    The third strategy runs only where there is a fidelity. On some problems few splits of data are
    shared by more seeds, some scores differ from the values, and some runs fail.
    """
    cards = tuple(_strategy(n, names) for n in range(strategies))
    where = tuple(_problem(n, anchored=anchored) for n in range(problems))
    outcomes = [
        _outcome(
            (s, p, seed), Run(card.identity, problem.identity, seed, Fraction(budget)), problem
        )
        for s, card in enumerate(cards)
        for p, problem in enumerate(where)
        for seed in range(seeds)
    ]
    return Study(cards, where, tuple(outcomes))


def write_page(made: Study, folder: Path, *, notice: str = "") -> Path:
    """Write the page of a study, and return its path; figures are not drawn."""
    runs = finished(made.outcomes)
    given = making.Results(runs, made.strategies, made.problems, [], [], (), notice, [])
    with pytest.MonkeyPatch.context() as patch, undrawn():
        patch.setattr(making, "MANY", np.inf)
        report = making.make(given, Settings("Made up", ALL), folder)
    (folder / PAGE).write_bytes(report.files[PAGE])
    for name in report.files:
        if name.startswith("tables/"):
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_bytes(report.files[name])
    return folder / PAGE


def _strategy(number: int, names: Sequence[str]) -> StrategyCard:
    name = names[number] if number < len(names) else f"strategy-{number}"
    bias = StartBias(0.3, 0.31 + 0.01 * number, -0.01, 0.05, 0.0, 8, 3, 8.0)
    return strategy_card(name, summary="Proposes what it likes.", start_bias=bias)


def _problem(number: int, *, anchored: bool) -> ProblemCard:
    family = FAMILIES[number % len(FAMILIES)]
    return problem_card(
        f"problem-{number}",
        (Anchors(0.0, 1.0, tuple(range(1, 201)), CURVE),) * anchored,
        family=family,
        summary="Minimise what it is.",
        citation="Somebody (1999)",
        dimensions={"float": 2 + number % 9, **({"categorical": 1} if number % 4 == 0 else {})},
        conditional=number % 5 == 0,
        instances=2 if number % 4 == 3 else 30,
        optimum=0.0 if family == "synthetic" else None,
        fidelity=Fidelity(1, 9) if number % 2 == 0 else None,
        trained=family != "synthetic",
        split="held-out" if number % 3 == 1 else "development",
    )


def _outcome(place: tuple[int, int, int], run: Run, problem: ProblemCard) -> Outcome:
    if place[0] == 2 and problem.fidelity is None:
        return Outcome(run, Stop("unsupported", "needs a fidelity"), ())
    if place == (4, 1, 0):
        return Outcome(run, Stop("failed", "it broke"), ())
    return Outcome(run, Stop("complete"), tuple(_records(place, problem, int(run.budget))))


def _records(place: tuple[int, int, int], problem: ProblemCard, budget: int) -> Sequence[Record]:
    s, rng = place[0], np.random.default_rng(place)
    speed = 1.0 + 5.0 * (s % 3 == 1) + 2.0 * (s % 4 == 0) * (s > 0)
    values = rng.exponential(1 / (1 + speed * np.arange(budget) / budget) / np.log(2))
    shifts = rng.normal(0, 0.05, budget) * (problem.about.family != "synthetic")
    durations = rng.uniform(0.5, 1.5, budget).cumsum()
    return [
        Record(
            Trial(i, Proposal({"x": 0.5}), (float(value),), 1.0),
            score=float(abs(value + shift)),
            measures={},
            finished=float(finish),
            measured={"ask": 1e-4 * (s + 1) * (i + 1), "tell": 1e-5, "evaluate": 0.1},
            duration=1.0,
        )
        for i, (value, shift, finish) in enumerate(zip(values, shifts, durations, strict=True))
    ]
