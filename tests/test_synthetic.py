"""The synthetic problems: their optima, their boxes, and that they never change unseen."""

import importlib
import json
import math
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from hpobench import Config, Float, Int, Problem, Proposal, Space, Stream, Units

GOLDEN = Path(__file__).parent / "golden" / "synthetic.json"
MODULES: tuple[ModuleType, ...] = tuple(
    importlib.import_module(f"hpobench.problems.{name}")
    for name in (
        "synthetic",
        "synthetic_wells",
        "synthetic_bowls",
        "hartmann",
        "synthetic_mixed",
        "synthetic_tree",
        "synthetic_discrete",
    )
)
PROBLEMS: dict[str, Problem] = {
    problem.name: problem for module in MODULES for problem in module.problems
}
OF_NUMBERS = [
    name
    for name, problem in PROBLEMS.items()
    if any(isinstance(parameter, Float | Int) for parameter in problem.space.values())
]

every_problem = pytest.mark.parametrize("name", sorted(PROBLEMS))


def textbook(name: str) -> Problem:
    problem = PROBLEMS[name].textbook
    assert problem is not None
    return problem


def minimiser(name: str) -> Config:
    """Return the minimiser that the textbook form states."""
    stated = textbook(name).start(np.random.default_rng(0)).minimiser
    assert stated is not None
    return stated


def scores_of(problem: Problem, configs: Sequence[Config], instance: int = 0) -> list[float]:
    fidelity = problem.fidelity.high if problem.fidelity else None
    started = problem.start(Stream(("instance", problem.name, instance)).rng())
    stream = Stream(("test",))
    found = [started.evaluate(Proposal(config, fidelity), stream, None) for config in configs]
    return [each.value if each.score is None else each.score for each in found]


def score_of(problem: Problem, config: Config, instance: int = 0) -> float:
    return scores_of(problem, [config], instance)[0]


def probed(name: str, config: Config) -> dict[str, float]:
    """Return what the golden file keeps; values are those of the lowest fidelity."""
    problem = textbook(name)
    low = Proposal(config, problem.fidelity.low if problem.fidelity else None)
    instance = problem.start(np.random.default_rng(0))
    return {
        "textbook": score_of(problem, config),
        "third": score_of(PROBLEMS[name], config, 3),
        "told": instance.evaluate(low, Stream(("golden", name)), None).value,
    }


def optimum(problem: Problem) -> float:
    stated = problem.start(np.random.default_rng(0)).optimum
    assert stated is not None
    return stated


def stepped(space: Space, config: Config, step: float, rng: np.random.Generator) -> Config:
    """Move some coordinates in the unit cube; inactive parameters are drawn anew."""
    units = space.encode(config)
    moved = np.where(rng.random(len(units)) < 0.5, step * rng.standard_normal(len(units)), 0)
    return space.decode(np.where(np.isnan(units), rng.random(len(units)), units + moved))


def test_there_is_a_problem_of_every_kind() -> None:
    textbooks = [textbook(name) for name in PROBLEMS]
    kinds = {type(p).__name__ for problem in textbooks for p in problem.space.values()}
    assert kinds == {"Float", "Int", "Ordinal", "Categorical"}
    assert any(problem.space.conditional for problem in textbooks)
    assert any(problem.fidelity for problem in textbooks)
    assert "hartmann-6-noisy" in PROBLEMS
    assert {len(problem.space) for problem in textbooks} >= {2, 40}


def test_a_file_is_for_development_or_held_out() -> None:
    held_out = [{problem.about.held_out for problem in module.problems} for module in MODULES]
    assert held_out == [{False}, {True}, {True}, {False}, {False}, {True}, {True}]
    assert sum(problem.about.held_out for problem in PROBLEMS.values()) >= 12


@every_problem
def test_the_optimum_is_attained_where_it_is_said_to_be(name: str) -> None:
    problem = textbook(name)
    config = problem.space.check(minimiser(name))
    assert score_of(problem, config) == pytest.approx(optimum(problem), abs=1e-12)


@every_problem
def test_random_and_local_search_find_nothing_below_the_optimum(name: str) -> None:
    problem, rng = textbook(name), np.random.default_rng(1)
    least = optimum(problem) - 1e-12
    start = problem.space.check(minimiser(name))
    near = [stepped(problem.space, start, 10.0 ** rng.uniform(-7, -1), rng) for _ in range(1_000)]
    anywhere = problem.space.decode_all(rng.random((2_000, len(problem.space))))
    assert min(scores_of(problem, [*near, *anywhere])) >= least


@pytest.mark.parametrize("name", [each.name for module in MODULES[:3] for each in module.problems])
def test_a_gradient_search_from_many_points_finds_nothing_below_the_optimum(name: str) -> None:
    from scipy.optimize import minimize

    problem, rng = textbook(name), np.random.default_rng(2)
    space = problem.space

    def score(units: Units) -> float:
        return score_of(problem, space.decode(units))

    box = [(0.0, 1.0)] * len(space)
    starts = [rng.random(len(space)) for _ in range(3)]
    found = [minimize(score, at, bounds=box, options={"maxiter": 50}).fun for at in starts]
    assert min(found) >= optimum(problem) - 1e-12


@every_problem
def test_the_optimum_is_not_at_the_default_configuration(name: str) -> None:
    problem = textbook(name)
    assert score_of(problem, problem.space.default()) > optimum(problem) + 0.05


@pytest.mark.parametrize("name", OF_NUMBERS)
def test_no_optimum_has_all_its_numbers_near_the_middle(name: str) -> None:
    problem = textbook(name)
    config = problem.space.check(minimiser(name))
    units = dict(zip(problem.space, problem.space.encode(config), strict=True))
    numbers = [key for key in config if isinstance(problem.space[key], Float | Int)]
    assert max(abs(units[key] - 0.5) for key in numbers) > 0.05


def bar(name: str) -> float:
    """Return the regret that nothing may reach without a search.

    It is the regret of random search after 101 evaluations, or 5 % of that after one evaluation,
    whichever is less; both are medians of 20 searches.
    """
    problem, rng = textbook(name), np.random.default_rng(7)
    configs = problem.space.decode_all(rng.random((20 * 101, len(problem.space))))
    regrets = np.array(scores_of(problem, configs)).reshape(20, 101) - optimum(problem)
    return float(min(np.median(regrets.min(axis=1)), 0.05 * np.median(regrets)))


def alike(space: Space) -> list[Config]:
    """Return 101 configurations, each with one coordinate in the unit cube for all parameters."""
    return space.decode_all(np.linspace(0, 1, 101)[:, None] * np.ones(len(space)))


@every_problem
def test_the_middle_and_coordinates_that_are_all_alike_win_nothing(name: str) -> None:
    problem, configs = PROBLEMS[name], alike(PROBLEMS[name].space)
    scores = np.array([scores_of(problem, configs, instance) for instance in range(30)])
    regrets = scores - optimum(problem)
    least = bar(name)
    assert np.median(regrets.min(axis=1)) > least
    assert np.median(regrets[:, 50]) > least


@pytest.mark.parametrize("name", ["rosenbrock-5", "styblinski-tang-4", "schwefel-8", "sphere-20"])
def test_coordinates_that_are_all_alike_do_win_in_the_textbook_form(name: str) -> None:
    problem = textbook(name)
    assert min(scores_of(problem, alike(problem.space))) - optimum(problem) < bar(name)


@every_problem
def test_a_problem_says_what_it_is_and_where_it_comes_from(name: str) -> None:
    problem = PROBLEMS[name]
    assert problem.about.family == "synthetic"
    assert problem.about.summary.endswith(".")
    assert "the optimum" in problem.about.citation
    assert problem.instances == 30
    assert problem.gradient_cost is None
    assert problem.about.defaults
    assert problem.about.proof.startswith(("proved: ", "published; "))
    assert textbook(name).about.held_out == problem.about.held_out


@every_problem
def test_values_are_those_that_were_frozen(name: str) -> None:
    frozen = json.loads(GOLDEN.read_text(encoding="utf-8"))[name]
    for probe in frozen:
        config = probe.pop("config")
        # another platform's libm may round otherwise
        assert probed(name, config) == pytest.approx(probe, rel=1e-12, abs=1e-12)
    assert len(frozen) == 3


def test_only_three_of_the_embedded_coordinates_matter() -> None:
    problem, rng = textbook("hartmann-3-embedded"), np.random.default_rng(3)
    config = problem.space.sample(rng)
    before = score_of(problem, config)
    changed = [key for key in config if score_of(problem, config | {key: 0.123}) != before]
    assert changed == ["x3", "x8", "x13"]


def test_noise_is_on_the_value_alone() -> None:
    noisy, rng = textbook("hartmann-6-noisy"), np.random.default_rng(4)
    instance = noisy.start(rng)
    proposal = Proposal(noisy.space.sample(rng))
    evaluations = [instance.evaluate(proposal, Stream(("n", i)), None) for i in range(500)]
    exact = score_of(textbook("hartmann-6"), proposal.config)
    assert {evaluation.score for evaluation in evaluations} == {exact}
    errors = np.array([evaluation.value - exact for evaluation in evaluations])
    assert abs(errors.mean()) < 0.02
    assert errors.std() == pytest.approx(0.1, rel=0.15)


def test_learning_curves_fall_to_their_score_and_cross() -> None:
    problem = textbook("hartmann-6-epochs")
    instance, rng = problem.start(np.random.default_rng(0)), np.random.default_rng(5)
    configs = [problem.space.sample(rng) for _ in range(200)]
    epochs = (1, 3, 9, 27, 81)
    curves = np.array(
        [
            [instance.evaluate(Proposal(c, e), Stream(("c",)), None).value for e in epochs]
            for c in configs
        ]
    )
    scores = np.array([score_of(problem, config) for config in configs])
    assert (np.diff(curves, axis=1) < 0).all()
    assert (curves[:, -1] == scores).all()
    first, last = (np.argsort(np.argsort(curves[:, i])) for i in (0, -1))
    assert 0.3 < np.corrcoef(first, last)[0, 1] < 0.9


def test_the_branch_that_is_good_at_once_is_not_the_best() -> None:
    problem, rng = textbook("branches-9"), np.random.default_rng(6)
    scores: dict[str, list[float]] = {}
    for _ in range(2_000):
        config = problem.space.sample(rng)
        scores.setdefault(str(config["branch"]), []).append(score_of(problem, config))
    medians = {branch: float(np.median(found)) for branch, found in scores.items()}
    assert min(medians, key=lambda branch: medians[branch]) == "line"
    assert minimiser("branches-9")["branch"] == "net"
    assert math.isclose(min(scores["line"]), 0.15 / 1.15, abs_tol=1e-3)


@pytest.mark.parametrize(
    ("name", "place", "value"),
    [
        ("six-hump-camel", (-0.089842, 0.712656), -1.031628),
        ("goldstein-price", (-0.6, -0.4), math.log(30)),
        ("goldstein-price", (1.8, 0.2), math.log(84)),
        ("goldstein-price", (1.2, 0.8), math.log(840)),
        ("branin", (-math.pi, 12.275), 0.397887),
        ("branin", (9.42478, 2.475), 0.397887),
    ],
)
def test_other_published_minima_are_where_they_should_be(
    name: str, place: tuple[float, float], value: float
) -> None:
    config: Config = {"x1": place[0], "x2": place[1]}
    assert score_of(textbook(name), config) == pytest.approx(value, abs=1e-5)
