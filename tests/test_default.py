"""Tests of the strategy that does not tune."""

from races import finished

from hpobench import Categorical, Float, Int, Problem, Space, plain, registry, runner
from hpobench.trial import Stop

SPACE = Space(
    {
        "model": Categorical(("svm", "forest"), default="forest"),
        "gamma": Float(1e-5, 1.0, log=True, when={"model": ("svm",)}),
        "trees": Int(1, 500, default=100, when={"model": ("forest",)}),
    }
)


def _run(value: float) -> tuple[list[object], Stop]:
    problem = Problem("toy", 1, SPACE, plain(lambda _: value))
    trials = runner.run(registry.strategies()["default"], problem, budget=25, workers=4)
    records, stop = finished(trials)
    return [record.trial.proposal.config for record in records], stop


def test_it_evaluates_the_default_configuration_once_and_stops() -> None:
    configs, stop = _run(1.0)
    assert configs == [{"model": "forest", "trees": 100}]
    assert stop.reason == "exhausted"


def test_it_does_not_try_again_where_the_default_fails() -> None:
    configs, stop = _run(float("nan"))
    assert len(configs) == 1
    assert stop.reason == "exhausted"
