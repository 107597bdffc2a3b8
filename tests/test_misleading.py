"""Low fidelities that mislead: by how much, where, and up to which fidelity."""

from dataclasses import dataclass

import numpy as np
import pytest

from hpobench import Evaluation, Fidelity, Instance, Problem, Proposal, Space, Stream, registry
from hpobench.wrappers.misleading import field, misleading
from hpobench.wrappers.vectors import box, vector

STREAM = Stream(("any",))


@dataclass(frozen=True, slots=True)
class _Bowl:
    """A bowl with its gradient by the unit cube; it is the same at any fidelity."""

    def __call__(self, rng: np.random.Generator) -> Instance:
        return Instance(self._evaluate, 0.0)

    def _evaluate(self, proposal: Proposal, *_: object) -> Evaluation:
        x = vector(proposal.config)
        gradient = {f"x{i}": 2 * v * 2 for i, v in enumerate(x, 1)}  # the box is [-1, 1]
        value = sum(v * v for v in x)
        return Evaluation(value, gradient=gradient if proposal.gradient else None)


BOWL = Problem("bowl", 1, box(((-1, 1),) * 3), _Bowl(), Fidelity(1, 10), gradient_cost=2.0)


def space_of(name: str) -> Space:
    return registry.find_problems(name)[0].item.space


def error(instance: Instance, units: object, fidelity: float) -> float:
    config = BOWL.space.decode(np.array(units))
    evaluation = instance.evaluate(Proposal(config, fidelity), STREAM, None)
    assert evaluation.score is None or evaluation.score == sum(v * v for v in vector(config))
    return evaluation.value - sum(v * v for v in vector(config))


@pytest.mark.parametrize("name", ["branin", "mixed-8", "branches-9", "sphere-20"])
def test_the_field_has_the_standard_deviation_it_is_given(name: str) -> None:
    space = space_of(name)
    configs = space.decode_all(np.random.default_rng(99).random((1000, len(space))))
    for seed in range(3):
        drawn = field(space, 2.0, np.random.default_rng(seed))
        heights = [drawn.value(config) for config in configs]
        assert np.std(heights) == pytest.approx(2.0, rel=0.12)
        assert np.mean(heights) == pytest.approx(0.0, abs=0.4)


def test_the_field_is_smooth_and_goes_up_and_down() -> None:
    space = space_of("hartmann-6")
    drawn = field(space, 1.0, np.random.default_rng(0))
    line = [drawn.value(space.decode(np.full(6, unit))) for unit in np.linspace(0, 1, 101)]
    steps = np.diff(line)
    assert np.abs(steps).max() < 0.2
    assert (np.sign(steps[1:]) != np.sign(steps[:-1])).any()


def test_the_error_fades_to_nothing_at_the_highest_fidelity() -> None:
    instance = misleading(BOWL, 1.0).start(np.random.default_rng(0))
    units = [0.2, 0.7, 0.4]
    low, middle, high = (error(instance, units, fidelity) for fidelity in (1, 5, 10))
    assert low != 0
    assert middle / low == pytest.approx(0.5 / 0.9)
    assert high == 0
    evaluation = instance.evaluate(Proposal(BOWL.space.default(), 10), STREAM, None)
    assert evaluation == Evaluation(0.0)


def test_instances_mislead_differently_and_a_seed_fixes_one() -> None:
    def errors(seed: int) -> float:
        return error(misleading(BOWL, 1.0).start(np.random.default_rng(seed)), [0.2, 0.7, 0.4], 1)

    assert len({errors(seed) for seed in range(5)}) == 5
    assert errors(2) == errors(2)


def test_the_gradient_is_that_of_the_misleading_value() -> None:
    instance = misleading(BOWL, 1.0).start(np.random.default_rng(0))
    units, step = np.array([0.2, 0.7, 0.4]), 1e-6

    def value(units: object) -> float:
        config = BOWL.space.decode(np.array(units))
        return instance.evaluate(Proposal(config, 3), STREAM, None).value

    config = BOWL.space.decode(units)
    gradient = instance.evaluate(Proposal(config, 3, gradient=True), STREAM, None).gradient
    assert gradient is not None
    for i in range(3):
        move = step * np.eye(3)[i]
        slope = (value(units + move) - value(units - move)) / (2 * step)
        assert gradient[f"x{i + 1}"] == pytest.approx(slope, rel=1e-5, abs=1e-7)


def test_a_problem_without_a_fidelity_is_refused() -> None:
    (entry,) = registry.find_problems("branin")
    with pytest.raises(ValueError, match="it has no fidelity"):
        misleading(entry.item, 1.0)
