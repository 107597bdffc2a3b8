"""The survey of a problem: its evaluations, the longer search, and the facts that they give."""

import math
from collections.abc import Callable

import numpy as np
import pytest

from hpobench import (
    Categorical,
    Config,
    Description,
    Evaluation,
    Fidelity,
    Float,
    Instance,
    Problem,
    Proposal,
    Space,
    Stream,
    plain,
)
from hpobench.cards.longer_search import climb, descend
from hpobench.cards.points import Evaluator, Point, evaluator, rungs_of, with_failures_as_worst
from hpobench.cards.survey import REPEATS, TRAINED_POOL, Survey, importance, ranking, survey

SPACE = Space({"x": Float(0.0, 1.0), "y": Float(0.0, 1.0), "kind": Categorical(("a", "b", "c"))})


def hill(config: Config) -> float:
    x, y = config["x"], config["y"]
    assert isinstance(x, float)
    assert isinstance(y, float)
    return (x - 0.3) ** 2 + (y - 0.7) ** 2 + (config["kind"] != "c")


def evaluated(function: Callable[[Config], Evaluation]) -> Evaluator:
    problem = Problem("hill", 1, SPACE, lambda _: Instance(lambda p, *_: function(p.config)))
    instance = problem.start(np.random.default_rng(0))
    return evaluator(problem, instance, Stream(("a",)), rungs_of(problem))


def test_the_longer_search_climbs_by_value_and_keeps_that_model_s_score() -> None:
    evaluate = evaluated(lambda config: Evaluation(hill(config), score=-hill(config)))
    start = evaluate({"x": 0.9, "y": 0.1, "kind": "a"})
    best = climb(SPACE, evaluate, start, np.random.default_rng(0), 200)
    assert best.value < 1e-3
    assert best.score == -best.value
    assert best.config["kind"] == "c"


def test_where_there_are_gradients_the_longer_search_follows_them() -> None:
    seen: list[Config] = []

    def evaluate(proposal: Proposal, *_: object) -> Evaluation:
        assert proposal.gradient
        seen.append(proposal.config)
        x, y = proposal.config["x"], proposal.config["y"]
        assert isinstance(x, float)
        assert isinstance(y, float)
        value = hill(proposal.config)
        return Evaluation(value, score=-value, gradient={"x": 2 * (x - 0.3), "y": 2 * (y - 0.7)})

    start = Point({"x": 0.9, "y": 0.1, "kind": "c"}, 0.72, -0.72)
    problem = Problem("hill", 1, SPACE, lambda _: Instance(evaluate))
    best = descend(problem, Instance(evaluate), Stream(("a",)), start, 200)
    assert best.value < 1e-12
    assert best.score == -best.value
    assert {config["kind"] for config in seen} == {"c"}


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_a_failure_counts_as_the_worst_of_the_pool(value: float) -> None:
    failed = evaluated(lambda _: Evaluation(value))(SPACE.default())
    pool = [Point({}, 1.0, 8.0), failed, Point({}, 3.0, 2.0)]
    found = with_failures_as_worst(pool)
    assert [(p.value, p.score) for p in found] == [(1.0, 8.0), (3.0, 8.0), (3.0, 2.0)]


def test_an_objective_that_raises_fails_the_evaluation(capsys: pytest.CaptureFixture[str]) -> None:
    def broken(_: Config) -> Evaluation:
        raise ArithmeticError("it diverged")

    point = evaluated(broken)(SPACE.default())
    assert math.isnan(point.value)
    assert "it diverged" in capsys.readouterr().out


def test_each_evaluation_has_luck_of_its_own() -> None:
    keys: list[tuple[object, ...]] = []

    def evaluate(_: Proposal, stream: Stream, __: object) -> Evaluation:
        keys.append(stream.keys)
        return Evaluation(0.0)

    problem = Problem("hill", 1, SPACE, lambda _: Instance(evaluate))
    instance = problem.start(np.random.default_rng(0))
    ask = evaluator(problem, instance, Stream(("anchors", "hill", 0)), rungs_of(problem))
    ask(SPACE.default())
    ask(SPACE.default())
    assert keys == [("anchors", "hill", 0, 0), ("anchors", "hill", 0, 1)]


def test_a_training_goes_through_all_rungs_by_its_checkpoints() -> None:
    asked: list[tuple[float | None, object]] = []

    def evaluate(proposal: Proposal, _: Stream, checkpoint: object) -> Evaluation:
        asked.append((proposal.fidelity, checkpoint))
        level = float(proposal.fidelity or 0)
        return Evaluation(10.0 - level, score=20.0 - level, duration=level / 9, checkpoint=level)

    problem = Problem("curve", 1, SPACE, lambda _: Instance(evaluate), Fidelity(1, 9))
    instance = problem.start(np.random.default_rng(0))
    point = evaluator(problem, instance, Stream(("a",)), rungs_of(problem))(SPACE.default())
    assert asked == [(1, None), (3, 1.0), (9, 3.0)]
    assert (point.value, point.score, point.duration, point.lower) == (1.0, 11.0, 1.0, (9.0, 7.0))


def surveyed(lower: list[float], full: list[float]) -> Survey:
    pool = tuple(Point({}, f, f, 1.0, (low,)) for low, f in zip(lower, full, strict=True))
    return Survey(pool, 0, pool[0], len(pool), None, 0.0)


def test_the_ranking_is_spearman_s_and_what_failed_early_ranks_last() -> None:
    rising, falling = [1.0, 2.0, 3.0, 4.0], [4.0, 3.0, 2.0, 1.0]
    same, other = surveyed(rising, rising), surveyed(falling, rising)
    assert ranking(Fidelity(1, 3), [same]) == {"1": pytest.approx(1.0)}
    assert ranking(Fidelity(1, 3), [same, other]) == {"1": pytest.approx(0.0)}
    late = surveyed([1.0, 2.0, 3.0, math.nan], rising)
    assert ranking(Fidelity(1, 3), [late]) == {"1": pytest.approx(1.0)}


def additive(config: Config) -> float:
    x, y = config["x"], config["y"]
    assert isinstance(x, float)
    assert isinstance(y, float)
    return x + 0.5 * y


@pytest.mark.parametrize("trained", [False, True])
def test_importance_is_the_share_of_the_variance(*, trained: bool) -> None:
    space = Space({name: Float(0.0, 1.0) for name in ("x", "y", "nothing")})
    problem = Problem(
        "sum",
        1,
        space,
        plain(additive),
        about=Description(trained=trained),
    )
    shares, explained = importance(problem, [survey(problem, 0)])
    # The rank of x + y/2 is almost linear in both, so their shares of the variance are 4/5 and 1/5.
    assert shares["x"] == pytest.approx(0.8, abs=0.05)
    assert shares["y"] == pytest.approx(0.2, abs=0.05)
    assert shares["nothing"] == pytest.approx(0.0, abs=0.02)
    assert explained == (pytest.approx(0.98, abs=0.02) if trained else 1.0)


def test_a_survey_keeps_the_best_value_and_sees_the_noise() -> None:
    def evaluate(proposal: Proposal, stream: Stream, _: object) -> Evaluation:
        x = proposal.config["x"]
        assert isinstance(x, float)
        return Evaluation(x + 0.01 * stream.rng().standard_normal(), score=-x)

    space = Space({"x": Float(0.0, 1.0)})
    found = survey(
        Problem(
            "noisy",
            1,
            space,
            lambda _: Instance(evaluate),
            about=Description(trained=True),
        ),
        0,
    )
    assert len(found.pool) == TRAINED_POOL
    assert found.failures == 0
    assert found.best.value <= min(point.value for point in found.pool)
    assert found.best.score == -found.best.config["x"]  # type: ignore[operator]  # a number
    assert 0.003 < found.noise < 0.03  # of REPEATS draws with the deviation 0.01
    assert REPEATS >= 8
