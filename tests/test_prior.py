"""A person's prior: its density, how it reaches a strategy, and the options that make one."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from hpobench import (
    Belief,
    Categorical,
    Config,
    Description,
    Evaluation,
    Float,
    Instance,
    Int,
    Normal,
    Ordinal,
    Pending,
    Prior,
    Problem,
    Proposal,
    Space,
    Strategy,
    Stream,
    Task,
    Units,
    Weights,
    plain,
    registry,
)
from hpobench.cards.anchors import surveyed_configs
from hpobench.errors import InputError
from hpobench.json_forms import task_from_json, task_to_json
from hpobench.registry.options import read
from hpobench.runner import run
from hpobench.seeds import of_instance
from hpobench.wrappers.instances import instances
from hpobench.wrappers.moved import moved
from hpobench.wrappers.with_prior import KINDS, far_end, with_prior

SPACE = Space(
    {
        "rate": Float(1e-4, 1.0, log=True),
        "depth": Int(1, 9),
        "level": Ordinal((1, 2, 4)),
        "kind": Categorical(("a", "b", "c")),
        "child": Float(0.0, 1.0, when={"kind": ("b",)}),
    }
)
BELIEFS: Mapping[str, Belief] = {
    "rate": Normal(0.25, 0.2),
    "depth": Normal(0.9, 0.3),
    "level": Normal(0.5, 0.1),
    "kind": Weights((1.0, 6.0, 1.0)),
}
PRIOR = Prior(SPACE, BELIEFS)
SYNTHETIC = [name for name, each in registry.problems().items() if each.about.family == "synthetic"]


def found(spec: str) -> Problem:
    (entry,) = registry.find_problems(spec)
    return entry.item


def begun(spec: str, place: int) -> tuple[Problem, Instance, Prior]:
    problem = found(spec)
    instance = problem.start(of_instance(problem.base, place).rng())
    assert instance.beliefs is not None
    return problem, instance, Prior(problem.space, instance.beliefs)


def scores(problem: Problem, instance: Instance, configs: Sequence[Config]) -> Units:
    fidelity = problem.fidelity.high if problem.fidelity else None
    stream = Stream(("test",))
    return np.array(
        [instance.evaluate(Proposal(each, fidelity), stream, None).reported for each in configs]
    )


@pytest.mark.parametrize(("centre", "deviation"), [(0.3, 0.1), (0.0, 0.125), (0.95, 0.5)])
def test_a_belief_about_a_number_is_a_truncated_normal_density(
    centre: float, deviation: float
) -> None:
    from scipy.stats import truncnorm

    belief = Normal(centre, deviation)
    ends = (-centre / deviation, (1 - centre) / deviation)
    oracle = truncnorm(*ends, loc=centre, scale=deviation)
    units = np.linspace(0, 1, 11)
    assert belief.log_density(units) == pytest.approx(oracle.logpdf(units))
    shares = np.linspace(0, 0.999, 7)
    drawn = [belief.coordinate(float(share)) for share in shares]
    assert drawn == pytest.approx(oracle.ppf(shares), abs=1e-9)


def test_the_narrowest_belief_is_drawn_within_the_unit_interval() -> None:
    for centre in (0.0, 0.5, 1.0):
        drawn = [Normal(centre, 1e-3).coordinate(share) for share in (0.0, 0.5, 1 - 1e-16)]
        assert all(abs(each - centre) < 0.05 for each in drawn)
        assert all(0.0 <= each <= 1.0 for each in drawn)


def test_a_belief_about_a_category_draws_each_value_as_often_as_its_weight_says() -> None:
    belief = Weights((1.0, 6.0, 1.0))
    shares = (np.arange(8000) + 0.5) / 8000
    drawn = [int(belief.coordinate(float(share)) * 3) for share in shares]
    assert np.bincount(drawn).tolist() == [1000, 6000, 1000]
    density = np.exp(belief.log_density(np.array([0.1, 0.5, 0.9])))
    assert density == pytest.approx([3 / 8, 18 / 8, 3 / 8])


def test_the_density_of_a_prior_is_the_product_over_its_coordinates_and_integrates_to_one() -> None:
    rng = np.random.default_rng(0)
    units = rng.random((20_000, 5))
    together = PRIOR.log_density(units)
    alone = [BELIEFS[name].log_density(units[:, i]) for i, name in enumerate(list(SPACE)[:4])]
    assert together == pytest.approx(np.sum(alone, axis=0))
    assert np.exp(together).mean() == pytest.approx(1.0, abs=0.05)


def test_an_inactive_coordinate_adds_nothing_to_the_density() -> None:
    prior = Prior(SPACE, {**BELIEFS, "child": Normal(0.2, 0.1)})
    config: Config = {"rate": 0.01, "depth": 3, "level": 2, "kind": "a"}
    units = SPACE.encode(config)[None]
    assert np.isnan(units[0, 4])
    assert prior.log_density(units) == pytest.approx(PRIOR.log_density(units))


def test_the_slopes_of_a_prior_are_those_of_differences_and_none_where_a_value_has_a_share() -> (
    None
):
    prior = Prior(SPACE, {**BELIEFS, "child": Normal(0.2, 0.1)})
    configs: list[Config] = [
        {"rate": 0.01, "depth": 3, "level": 2, "kind": "a"},
        {"rate": 0.5, "depth": 8, "level": 4, "kind": "b", "child": 0.7},
    ]
    units = SPACE.encode_all(configs)
    slopes = prior.log_slopes(units)
    for column in range(len(SPACE)):
        step = np.where(np.arange(len(SPACE)) == column, 1e-6, 0.0)
        change = (prior.log_density(units + step) - prior.log_density(units - step)) / 2e-6
        assert slopes[:, column] == pytest.approx(change, rel=1e-4, abs=1e-6)
    assert slopes[:, 3].tolist() == [0.0, 0.0]
    assert slopes[0, 4] == 0.0
    assert slopes[1, 4] == pytest.approx(-50.0)


def test_configurations_are_drawn_by_the_density() -> None:
    rng = np.random.default_rng(0)
    drawn = [PRIOR.sample(rng) for _ in range(400)]
    assert all(SPACE.check(config) == config for config in drawn)
    assert np.mean([config["kind"] == "b" for config in drawn]) == pytest.approx(0.75, abs=0.07)
    assert np.mean([config["level"] == 2 for config in drawn]) == pytest.approx(0.9, abs=0.06)
    with_child = [config["child"] for config in drawn if "child" in config]
    assert np.mean(with_child) == pytest.approx(0.5, abs=0.06)  # type: ignore[arg-type]  # numbers


def test_the_centre_is_the_most_likely_configuration() -> None:
    expected = {"depth": 9, "level": 2, "kind": "b", "child": 0.5}
    centre = PRIOR.centre()
    assert centre == {"rate": pytest.approx(1e-3), **expected}


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Normal(1.5, 0.1), r"the centre of a belief must be in \[0, 1\]: 1.5"),
        (lambda: Normal(0.5, 0.0), r"the deviation of a belief must be in \[0.001, 1000\]: 0"),
        (lambda: Normal(0.5, 1e300), r"must be in \[0.001, 1000\]: 1e\+300"),
        (lambda: Normal("x", 0.1), "the centre must be a number: 'x'"),  # type: ignore[arg-type]  # as a file may
        (lambda: Weights((1.0, 0.0)), r"weights of a belief must be positive, .*: \(1.0, 0.0\)"),
        (lambda: Weights((1e308, 1e308)), "with a finite sum"),
        (lambda: Weights((1e10, 1.0)), "must be at most 1e[+]09 times the least one"),
        (lambda: Weights(()), "the weights of a belief must be positive"),
        (lambda: Prior(SPACE, {"x": Normal(0.5, 0.1)}), "a parameter that there is not: 'x'"),
        (lambda: Prior(SPACE, {"kind": Normal(0.5, 0.1)}), "'kind' must be Weights, one for each"),
        (lambda: Prior(SPACE, {"kind": Weights((1.0, 1.0))}), "one for each of its 3 values"),
        (lambda: Prior(SPACE, {"rate": Weights((1.0,))}), "'rate' must be a Normal"),
    ],
)
def test_a_wrong_belief_is_one_clear_line(make: object, message: str) -> None:
    assert callable(make)
    with pytest.raises(ValueError, match=message):
        make()


def test_a_prior_survives_pipes_and_files() -> None:
    task = Task(SPACE, None, 5.0, 1, prior=PRIOR)
    content = json.loads(json.dumps(task_to_json(task)))
    assert content["prior"]["kind"] == {"weights": [1.0, 6.0, 1.0]}
    assert content["prior"]["rate"] == {"centre": 0.25, "deviation": 0.2}
    again = task_from_json(content).prior
    assert again is not None
    assert again.beliefs == BELIEFS
    assert list(again.space) == list(SPACE)
    alone = json.loads(json.dumps(task_to_json(Task(SPACE, None, 5.0, 1))))
    assert alone["prior"] is None
    assert task_from_json(alone).prior is None


class ByPrior(Strategy):
    """Draws from the prior."""

    def setup(self, task: Task, rng: np.random.Generator) -> None:
        super().setup(task, rng)
        SEEN.append(task.prior)

    def ask(self, pending: Sequence[Pending]) -> Proposal:
        prior = self.task.prior
        space = self.task.space
        return Proposal(space.sample(self.rng) if prior is None else prior.sample(self.rng))


SEEN: list[Prior | None] = []


def test_a_strategy_sees_the_prior_of_its_instance_and_nothing_where_there_is_none() -> None:
    SEEN.clear()
    for spec in ("branin", "branin+prior=good"):
        assert len(list(run(ByPrior(), found(spec), budget=3, seed=4))) == 3
    assert SEEN[0] is None
    assert SEEN[1] is not None
    assert SEEN[1].beliefs == begun("branin+prior=good", 4)[2].beliefs


def test_beliefs_that_are_not_about_the_space_fail_the_run() -> None:
    def evaluate(*_: object) -> Evaluation:
        return Evaluation(0.0)

    beliefs = {"x": Weights((1.0,))}
    space = Space({"x": Float(0.0, 1.0)})
    problem = Problem("own", 1, space, lambda _: Instance(evaluate, beliefs=beliefs))
    race = run(ByPrior(), problem, budget=3)
    assert list(race) == []
    assert race.stop is not None
    assert race.stop.reason == "failed"
    assert race.stop.detail.startswith("the beliefs of the problem's instance: the belief about")


@pytest.mark.parametrize("name", SYNTHETIC)
def test_a_good_prior_is_better_than_luck_and_a_misleading_one_worse(name: str) -> None:
    """The chance that a draw of the prior beats a random configuration, over three instances."""
    chances = dict.fromkeys(KINDS, 0.0)
    misled = 0.0
    for kind in KINDS:
        for place in range(3):
            problem, instance, prior = begun(f"{name}+prior={kind}", place)
            rng = np.random.default_rng(place)
            units = rng.random((25, len(problem.space)))
            usual = scores(problem, instance, problem.space.decode_all(units))
            drawn = scores(problem, instance, [prior.sample(rng) for _ in range(25)])
            chances[kind] += float(np.mean(drawn[:, None] < usual)) / 3
            if kind == "misleading":
                centre = scores(problem, instance, [prior.centre()])
                misled += float(np.mean(centre < usual)) / 3
    slack = 0.1
    assert chances["good"] > 0.5 - slack * (name == "eggholder")  # its troughs are everywhere
    assert chances["good"] > chances["weak"] - slack
    assert chances["misleading"] < chances["good"]
    assert misled < 0.15


def test_a_prior_of_a_trained_problem_is_around_the_best_that_is_known_on_a_split() -> None:
    problem = registry.problems()["ridge-california"]
    known = surveyed_configs(problem.name, problem.version)
    assert len(known) == problem.instances
    best = [problem.space.encode(config) for config in known]
    start = Problem("own", 1, problem.space, lambda _: Instance(lambda *_: Evaluation(0.0)))
    centres = []
    for seed in range(60):
        instance = with_prior(start, "good", known).start(np.random.default_rng(seed))
        assert instance.beliefs is not None
        units = problem.space.encode(Prior(problem.space, instance.beliefs).centre())
        centres.append(min(float(np.nanmax(np.abs(units - each))) for each in best))
    assert float(np.median(centres)) < 0.3
    assert surveyed_configs("ridge-california", 99) == ()


def test_where_no_good_configuration_is_known_a_prior_is_refused() -> None:
    problem = Problem("own", 1, SPACE, plain(lambda _: 0.0))
    with pytest.raises(ValueError, match="around a good configuration, and none is known"):
        with_prior(problem, "weak").start(np.random.default_rng(0))


def test_a_misleading_prior_is_around_a_failure_where_there_is_one() -> None:
    def evaluate(config: Config) -> float:
        if config["depth"] == 2:
            raise MemoryError("too large")
        return math.nan if config["depth"] == 3 else 0.0

    about = Description(seconds=1e-4)
    problem = Problem("own", 1, SPACE, plain(evaluate, 0.0, SPACE.default()), about=about)
    for seed in range(5):
        beliefs = with_prior(problem, "misleading").start(np.random.default_rng(seed)).beliefs
        assert beliefs is not None
        depth = beliefs["depth"]
        assert isinstance(depth, Normal)
        assert SPACE["depth"].decode(depth.centre) in (2, 3)


def test_a_problem_that_is_slow_is_misled_to_the_far_end_without_an_evaluation() -> None:
    def evaluate(config: Config) -> float:
        raise AssertionError(config)

    best: Config = {"rate": 0.5, "depth": 1, "level": 4, "kind": "b", "child": 0.2}
    problem = Problem("own", 1, SPACE, plain(evaluate, 0.0, best))
    beliefs = with_prior(problem, "misleading").start(np.random.default_rng(0)).beliefs
    assert beliefs is not None
    rate = beliefs["rate"]
    assert isinstance(rate, Normal)
    assert (rate.centre, rate.deviation) == pytest.approx((0.05, 0.125))
    assert "child" not in beliefs
    far = far_end(SPACE, best, np.random.default_rng(0))
    assert (far["depth"], far["level"]) == (9, 1)
    assert far["kind"] in ("a", "c")


def test_the_same_instance_has_the_same_prior_and_another_one_another() -> None:
    first, again, other = (begun("mixed-8+prior=weak", place)[2].beliefs for place in (1, 1, 2))
    assert first == again != other


def test_a_prior_goes_with_the_other_options() -> None:
    spec = "branin+moved+noise=1+irrelevant=1+prior=good+failures=0.1+discrete=5+wrong-default"
    problem, _, prior = begun(spec, 3)
    assert all(isinstance(each, Ordinal) for each in list(problem.space.values())[:2])
    alone = begun("branin+moved+prior=good", 3)[2]
    assert set(prior.beliefs) == {"x1", "x2", "irrelevant-1"}
    assert prior.beliefs["x1"] == alone.beliefs["x1"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("prior", "the option 'prior' needs a value: good or weak or misleading"),
        ("prior=bad", "the option 'prior' must be good or weak or misleading: 'bad'"),
        ("discrete=5+prior=good", "the option 'prior' must stand before 'discrete': +discrete=5+p"),
        ("prior=good+moved", "the option 'moved' must stand before 'prior': +prior=good+moved"),
    ],
)
def test_a_wrong_prior_option_is_one_clear_line(text: str, message: str) -> None:
    with pytest.raises(InputError) as error:
        read(text)
    assert str(error.value).startswith(message)


def test_a_prior_option_has_one_spelling_and_says_what_it_is() -> None:
    problem = found("Branin+Prior=Weak")
    assert problem.name == "branin+prior=weak"
    assert problem.about.summary.endswith("; with a person's prior, which is weak.")


def test_wrappers_that_would_put_beliefs_elsewhere_refuse_them() -> None:
    textbook = registry.problems()["branin"].textbook
    assert textbook is not None
    believed = with_prior(textbook, "good")
    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match="instances carry no beliefs"):
        instances(believed).start(rng)
    with pytest.raises(ValueError, match="whose instances state beliefs"):
        moved(replace(believed, textbook=None)).start(rng)


def test_a_user_s_problem_may_state_beliefs_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "own.py"
    path.write_text(
        "from hpobench import *\n"
        "def evaluate(*_): return Evaluation(0.0)\n"
        "problem = Problem('own', 1, Space({'x': Float(0, 1)}),"
        " lambda rng: Instance(evaluate, beliefs={'x': Normal(0.3, 0.1)}))\n"
    )
    SEEN.clear()
    list(run(ByPrior(), found(str(path)), budget=1))
    assert SEEN[0] is not None
    assert SEEN[0].beliefs == {"x": Normal(0.3, 0.1)}
    assert math.isclose(float(SEEN[0].log_density(np.array([[0.3]]))[0]), 1.385, abs_tol=0.01)
