"""The report as a whole, on runs that are made up but plausible."""

import re
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from hpobench import report
from hpobench.card import Anchors, ProblemCard, StrategyCard
from hpobench.trial import Outcome, Proposal, Record, Reason, Reference, Run, Stop, Trial

RANDOM = "random-search"
COLOURS = {RANDOM: "grey", "bayesian-optimization": "blue", "sobol": "sky"}
SPEED = {RANDOM: 1.0, "bayesian-optimization": 6.0, "sobol": 1.4}
SESSIONS = [{"python": "3.11.7", "versions": {"numpy": "2.4.6"}, "packages": ["a==1", "b==2"]}]


def strategy_card(name: str, *, plans: bool = False) -> StrategyCard:
    return StrategyCard(
        identity=Reference(name, "1"),
        summary="Proposes what it likes.",
        reference="Author & Other (2020), A_paper, J. 100 % true",
        colour=COLOURS.get(name),
        plans_for_budget=plans,
        fields={"eta": 3},
    )


def problem_card(name: str, *, family: str = "synthetic", anchored: bool = True) -> ProblemCard:
    curve = tuple(float(2.0 ** (1 / m) - 1) for m in range(1, 201))
    anchors = (Anchors(0.0, 1.0, curve),) if anchored else ()
    return ProblemCard(
        identity=Reference(name, "1"),
        family=family,
        summary="Minimise a & b_c.",
        reference="Somebody (1999)",
        licence="",
        dimensions={"float": 2, "categorical": 1},
        conditional=0,
        fidelity=None,
        gradient_cost=None,
        instances=30,
        optimum=0.0 if family == "synthetic" else None,
        anchors="1" if anchored else "",
        values=anchors,
        scores=anchors,
    )


def run(name: str, problem: ProblemCard, seed: int, *, budget: int = 8) -> Outcome:
    """Make up a run: the quicker the strategy, the sooner its draws come near the optimum."""
    rng = np.random.default_rng([len(name), len(problem.identity.name), seed])
    spread = 1 / (1 + SPEED.get(name, 2.0) * np.arange(budget) / budget)
    values = rng.exponential(spread / np.log(2))
    noise = rng.normal(0, 0.05, budget) if problem.family != "synthetic" else np.zeros(budget)
    records = tuple(
        Record(
            Trial(i, Proposal({"x": 0.5}), float(value), 1.0),
            score=float(abs(value + shift)),
            measures={},
            finished=float(i + 1),
            measured={"ask": 1e-4 * (i + 1), "tell": 1e-5, "evaluate": 0.1},
        )
        for i, (value, shift) in enumerate(zip(values, noise, strict=True))
    )
    return Outcome(_run(name, problem, seed, budget), Stop("complete"), records)


def ended(name: str, problem: ProblemCard, seed: int, reason: Reason, *, budget: int = 8) -> Outcome:
    return Outcome(_run(name, problem, seed, budget), Stop(reason, f"it was {reason}"), ())


def _run(name: str, problem: ProblemCard, seed: int, budget: int) -> Run:
    return Run(Reference(name, "1"), problem.identity, seed, Fraction(budget))


def suite(number: int, **options: bool) -> list[ProblemCard]:
    families = ("synthetic", "boosting")
    return [
        problem_card(f"problem_{'x' * i}{i}", family=families[i % 2], **options)
        for i in range(number)
    ]


def experiment(
    names: Sequence[str], problems: Sequence[ProblemCard], seeds: int
) -> list[Outcome]:
    return [run(n, p, seed) for n in names for p in problems for seed in range(seeds)]


def written(
    folder: Path, outcomes: Sequence[Outcome], problems: Sequence[ProblemCard], notice: str = ""
) -> str:
    names = sorted({outcome.run.strategy.name for outcome in outcomes})
    cards = [strategy_card(name, plans=name == "sobol") for name in names]
    path = report.write(outcomes, cards, problems, SESSIONS, folder, notice=notice)
    return path.read_text(encoding="utf-8")
