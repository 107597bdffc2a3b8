"""Instances and noise: what they keep of a problem and what they change."""

import pickle
from collections import Counter
from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from hpobench import (
    Categorical,
    Config,
    Evaluation,
    Fidelity,
    Float,
    Instance,
    Int,
    Ordinal,
    Problem,
    Proposal,
    Space,
    Stream,
    Value,
    plain,
)
from hpobench.wrappers.instances import instances, relabelling
from hpobench.wrappers.noise import noisy
from hpobench.wrappers.vectors import box, vector

STREAM = Stream(("test",))
MIXED = Space(
    {
        "a": Float(1e-4, 1.0, log=True),
        "b": Float(-1.0, 3.0),
        "c": Float(-1.0, 3.0),
        "d": Int(2, 7),
        "e": Int(1, 100, log=True),
        "f": Ordinal((1, 3, 9)),
        "g": Categorical((None, True, 1)),
        "h": Categorical((None, 1, True)),
    }
)
TREE = Space(
    {
        "kind": Categorical(("p", "q")),
        "size": Int(1, 4),
        "p-1": Float(0.0, 1.0, when={"kind": ("p",)}),
        "p-2": Float(0.0, 1.0, when={"kind": ("p",)}),
        "q-1": Float(0.0, 1.0, when={"kind": ("q",), "size": (3, 4)}),
    }
)
DISCRETE = Space(
    {
        "d-1": Int(2, 4),
        "d-2": Int(2, 4),
        "f": Ordinal((1, 3, 9)),
        "g": Categorical((None, True, 1)),
    }
)


def first(config: Config) -> float:
    """Return a value that differs for all configurations of a small space."""
    return vector(config)[0] + 10 * vector(config)[1]


TWO = Problem("two", 1, box(((0, 1), (0, 1))), plain(first, 0.0))


@pytest.mark.parametrize("space", [MIXED, TREE])
@pytest.mark.parametrize("seed", range(20))
def test_a_relabelling_maps_the_space_into_itself(space: Space, seed: int) -> None:
    relabel = relabelling(space, np.random.default_rng(seed))
    rng = np.random.default_rng(0)
    for units in [*rng.random((50, len(space))), np.zeros(len(space)), np.ones(len(space))]:
        moved = relabel(space.decode(units))
        assert list(space.check(moved)) == list(moved)


@pytest.mark.parametrize("seed", range(20))
def test_a_relabelling_takes_each_configuration_to_another(seed: int) -> None:
    relabel = relabelling(DISCRETE, np.random.default_rng(seed))
    configs: list[Config] = [
        dict(zip(DISCRETE, row, strict=True))
        for row in product(range(2, 5), range(2, 5), (1, 3, 9), (None, True, 1))
    ]
    before, after = set(map(repr, configs)), {repr(relabel(config)) for config in configs}
    assert len(before) == 81
    assert after == before


@pytest.mark.parametrize("seed", range(20))
def test_flips_map_every_range_onto_itself(seed: int) -> None:
    relabel = relabelling(MIXED, np.random.default_rng(seed))
    units = (np.arange(600) + 0.5) / 600  # halves, thirds and sixths have equally many
    for name, source, _ in relabel.moves:
        parameter = MIXED[source]
        before: list[Value] = [parameter.decode(unit) for unit in units]
        config = MIXED.default()
        after = [relabel(config | {source: value})[name] for value in before]
        if isinstance(parameter, Float):
            places = sorted(parameter.encode(v) for v in after if isinstance(v, float))
            assert places == pytest.approx(units, abs=1e-12)
        else:
            assert Counter(map(repr, after)) == Counter(map(repr, before))


def test_what_others_depend_on_stays_as_it_is() -> None:
    for seed in range(20):
        relabel = relabelling(TREE, np.random.default_rng(seed))
        config: Config = {"kind": "q", "size": 3, "q-1": 0.25}
        moved = relabel(config)
        assert (moved["kind"], moved["size"]) == ("q", 3)
        assert moved["q-1"] in (0.25, 0.75)


def test_only_like_coordinates_change_places() -> None:
    swaps = {
        (name, source)
        for seed in range(50)
        for space in (MIXED, TREE)
        for name, source, _ in relabelling(space, np.random.default_rng(seed)).moves
        if name != source
    }
    assert swaps == {("b", "c"), ("c", "b"), ("p-1", "p-2"), ("p-2", "p-1")}


def test_a_logarithmic_whole_number_is_never_flipped() -> None:
    for seed in range(20):
        relabel = relabelling(MIXED, np.random.default_rng(seed))
        assert relabel(MIXED.default() | {"e": 7})["e"] == 7


def test_categories_that_are_equal_but_of_another_type_are_told_apart() -> None:
    relabels = [relabelling(MIXED, np.random.default_rng(seed)) for seed in range(20)]
    found = {repr(relabel(MIXED.default() | {"g": True})["g"]) for relabel in relabels}
    assert found == {"None", "True", "1"}


def test_an_instance_is_the_textbook_form_at_the_mapped_point() -> None:
    wrapped = instances(TWO)
    for seed in range(10):
        relabel = relabelling(TWO.space, np.random.default_rng(seed))
        instance = wrapped.start(np.random.default_rng(seed))
        config = TWO.space.sample(np.random.default_rng(99))
        assert instance.evaluate(Proposal(config), STREAM, None).value == first(relabel(config))
        assert instance.optimum == 0.0


def test_instances_differ_between_seeds_and_a_seed_fixes_one() -> None:
    wrapped = instances(TWO)
    proposal = Proposal({"x1": 0.1, "x2": 0.3})

    def value(seed: int) -> float:
        instance = wrapped.start(np.random.default_rng(seed))
        return instance.evaluate(proposal, STREAM, None).value

    values = [value(seed) for seed in range(60)]
    assert values == [value(seed) for seed in range(60)]
    assert len({round(v, 9) for v in values}) == 8  # two flips and a swap


def test_instances_pass_on_fidelity_resume_and_gradient() -> None:
    seen: list[Proposal] = []

    def evaluate(proposal: Proposal, *_: object) -> Evaluation:
        seen.append(proposal)
        return Evaluation(0.0)

    problem = replace(TWO, start=lambda _: Instance(evaluate))
    instance = instances(problem).start(np.random.default_rng(0))
    instance.evaluate(Proposal({"x1": 0.5, "x2": 0.5}, 3, 7, gradient=True), STREAM, None)
    assert [(p.fidelity, p.resume, p.gradient) for p in seen] == [(3, 7, True)]


def test_a_problem_of_instances_knows_its_textbook_form() -> None:
    wrapped = instances(TWO, 12)
    assert wrapped.instances == 12
    assert wrapped.textbook is TWO
    assert (wrapped.name, wrapped.version, wrapped.space) == (TWO.name, TWO.version, TWO.space)


def test_a_problem_with_gradients_has_no_instances() -> None:
    with pytest.raises(ValueError, match="'two'"):
        instances(replace(TWO, gradient_cost=2.0))


def test_a_wrapped_problem_survives_pickling() -> None:
    problem = noisy(instances(TWO), 0.5)
    copy = pickle.loads(pickle.dumps(problem))  # noqa: S301  # our own bytes
    proposal = Proposal({"x1": 0.1, "x2": 0.3})
    values = [
        p.start(np.random.default_rng(1)).evaluate(proposal, STREAM, None).value
        for p in (problem, copy)
    ]
    assert values[0] == values[1]


def test_the_same_stream_gives_the_same_noise_and_another_one_another() -> None:
    instance = noisy(TWO, 0.5).start(np.random.default_rng(0))
    proposal = Proposal({"x1": 0.1, "x2": 0.3})
    values = [instance.evaluate(proposal, Stream(("n", i)), None).value for i in (1, 1, 2)]
    assert values[0] == values[1] != values[2]


def test_the_score_is_noise_free() -> None:
    instance = noisy(TWO, 0.5).start(np.random.default_rng(0))
    evaluation = instance.evaluate(Proposal({"x1": 0.1, "x2": 0.3}), STREAM, None)
    assert evaluation.score == first({"x1": 0.1, "x2": 0.3}) != evaluation.value
    assert instance.optimum == 0.0


def test_noise_leaves_a_score_that_there_is_and_is_fresh_at_each_fidelity() -> None:
    def evaluate(*_: object) -> Evaluation:
        return Evaluation(1.0, score=2.0, measures={"error": 3.0})

    fidelity = Fidelity(1, 9)
    problem = noisy(replace(TWO, start=lambda _: Instance(evaluate), fidelity=fidelity), 0.5)
    instance = problem.start(np.random.default_rng(0))
    config: Config = {"x1": 0.1, "x2": 0.3}
    low, high = (instance.evaluate(Proposal(config, f), STREAM, None) for f in (1, 9))
    assert low.value != high.value
    assert (low.score, low.measures) == (2.0, {"error": 3.0})


def test_noise_leaves_the_gradient() -> None:
    def evaluate(*_: object) -> Evaluation:
        return Evaluation(1.0, gradient={"x1": 2.0, "x2": 3.0})

    problem = noisy(replace(TWO, start=lambda _: Instance(evaluate), gradient_cost=2.0), 0.5)
    proposal = Proposal({"x1": 0.1, "x2": 0.3}, gradient=True)
    evaluation = problem.start(np.random.default_rng(0)).evaluate(proposal, STREAM, None)
    assert evaluation.value != 1.0
    assert evaluation.gradient == {"x1": 2.0, "x2": 3.0}


def test_noise_has_the_standard_deviation_it_is_given() -> None:
    instance = noisy(TWO, 0.5).start(np.random.default_rng(0))
    proposal = Proposal({"x1": 0.0, "x2": 0.0})
    values = [instance.evaluate(proposal, Stream(("n", i)), None).value for i in range(2000)]
    assert abs(np.mean(values)) < 0.05
    assert np.std(values) == pytest.approx(0.5, rel=0.06)


def test_noise_upon_noise_is_another_draw_by_its_key() -> None:
    proposal = Proposal({"x1": 0.0, "x2": 0.0})

    def value(problem: Problem) -> float:
        return problem.start(np.random.default_rng(0)).evaluate(proposal, STREAM, None).value

    assert value(noisy(noisy(TWO, 0.5), 0.5)) == pytest.approx(2 * value(noisy(TWO, 0.5)))
    both = value(noisy(noisy(TWO, 0.5), 0.5, key="further"))
    assert both == pytest.approx(value(noisy(TWO, 0.5)) + value(noisy(TWO, 0.5, key="further")))
    assert both != pytest.approx(2 * value(noisy(TWO, 0.5)))


@pytest.mark.parametrize("space", [MIXED, TREE])
@pytest.mark.parametrize("seed", range(10))
def test_a_relabelling_finds_what_it_turns_into_a_configuration(space: Space, seed: int) -> None:
    relabel = relabelling(space, np.random.default_rng(seed))
    for config in space.decode_all(np.random.default_rng(1).random((20, len(space)))):
        origin = relabel.back(space, config)
        assert list(space.check(origin)) == list(origin)
        turned = relabel(origin)
        assert turned.keys() == config.keys()
        assert np.allclose(space.encode(turned), space.encode(config), equal_nan=True)


def test_an_instance_knows_where_its_optimum_is() -> None:
    best: Config = {"x1": 0.2, "x2": 0.0}
    problem = instances(replace(TWO, start=plain(first, 0.2, best)))
    for seed in range(10):
        instance = problem.start(np.random.default_rng(seed))
        assert instance.minimiser is not None
        evaluation = instance.evaluate(Proposal(instance.minimiser), STREAM, None)
        assert evaluation.value == pytest.approx(0.2)
