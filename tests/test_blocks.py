"""Nets of blocks have right outputs, right gradients and trainings that can be continued."""

import pickle
from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from hpobench import Stream
from hpobench.training.blocks import Architecture, Block, Normalisation
from hpobench.training.convolution import Convolution, Reduction
from hpobench.training.layers import Floats, Function
from hpobench.training.networks import Recipe, begin, train

STREAM = Stream(("training", "test"))
FUNCTIONS: tuple[Function, ...] = ("relu", "tanh", "silu")
NORMALISATIONS: tuple[Normalisation, ...] = ("none", "layer", "batch")
REDUCTIONS: tuple[Reduction, ...] = ("none", "stride", "max-pool")
MIXED = (
    Block(6, "silu", "batch", skip=True),
    Block(6, "tanh", "layer", skip=True),
    Block(5, "relu", "none"),
)

every_function = pytest.mark.parametrize("function", FUNCTIONS)
every_normalisation = pytest.mark.parametrize("normalisation", NORMALISATIONS)
every_reduction = pytest.mark.parametrize("reduction", REDUCTIONS)


def net(
    *blocks: Block, reduction: Reduction | None = None, side: int = 4, channels: int = 2
) -> Architecture:
    """Return a net for pictures if there is a reduction, otherwise for five features."""
    stem = Convolution(side, channels, reduction) if reduction else None
    return Architecture(side * side if stem else 5, blocks, 3, stem)


def examples(
    architecture: Architecture, rows: int, precision: type[np.floating] = np.float64
) -> tuple[Floats, Floats]:
    """Draw features, and targets that are probabilities."""
    rng = np.random.default_rng(5)
    targets = rng.random((rows, architecture.classes))
    targets /= targets.sum(axis=1, keepdims=True)
    features = rng.standard_normal((rows, architecture.inputs))
    return features.astype(precision), targets.astype(precision)


def drawn(architecture: Architecture) -> Floats:
    """Draw parameters, including the biases."""
    return np.random.default_rng(6).normal(0.0, 0.7, architecture.parameters)


def loss(architecture: Architecture, flat: Floats, x: Floats, y: Floats, dropout: float) -> float:
    """Return the mean cross-entropy of a batch in a training."""
    stem, layers = architecture.build(flat, np.empty_like(flat), dropout=dropout)
    rng = np.random.default_rng(1)
    units = stem.forward(x) if stem else x
    for layer in layers:
        units = layer.forward(units, rng)
    logs = units - np.log(np.exp(units).sum(axis=1, keepdims=True))
    return float(-np.sum(y * logs) / len(y))


def agrees_with_central_differences(architecture: Architecture, dropout: float = 0.0) -> bool:
    x, y = examples(architecture, 7)
    flat = drawn(architecture)
    gradient = architecture.batch(flat, 7, dropout).gradient(x, y, np.random.default_rng(1))
    differences = [
        (
            loss(architecture, flat + shift, x, y, dropout)
            - loss(architecture, flat - shift, x, y, dropout)
        )
        / 2e-6
        for shift in 1e-6 * np.eye(len(flat))
    ]
    return bool(np.allclose(gradient, differences, rtol=1e-6, atol=1e-8))


@pytest.mark.parametrize("skip", [False, True])
@every_normalisation
@every_function
def test_the_gradient_of_every_block_agrees_with_central_differences(
    function: Function, normalisation: Normalisation, *, skip: bool
) -> None:
    """The net has a block as wide as its inputs and two others."""
    blocks = [Block(width, function, normalisation, skip) for width in (5, 6, 4)]
    assert agrees_with_central_differences(net(*blocks))


@every_reduction
def test_the_gradient_of_a_convolution_agrees_with_central_differences(
    reduction: Reduction,
) -> None:
    assert agrees_with_central_differences(net(Block(5), *MIXED, reduction=reduction))


@pytest.mark.parametrize("reduction", [None, "max-pool"])
def test_the_gradient_with_dropout_agrees_with_central_differences(
    reduction: Reduction | None,
) -> None:
    assert agrees_with_central_differences(net(*MIXED, reduction=reduction), dropout=0.3)


def test_a_block_with_a_skip_adds_its_inputs_to_what_it_computes() -> None:
    plain, around = (net(Block(5, "tanh", skip=skip)) for skip in (False, True))
    x, flat = examples(plain, 7)[0], drawn(plain)
    (_, layers), (_, [skipping, *_]) = (
        architecture.build(flat, np.empty_like(flat)) for architecture in (plain, around)
    )
    units = x
    for layer in layers[:3]:
        units = layer.forward(units, None)
    assert plain.parameters == around.parameters
    assert skipping.forward(x, None) == pytest.approx(units + x, rel=1e-12)


def test_a_projection_leads_around_where_the_widths_differ() -> None:
    plain, around = (net(Block(6, skip=skip)) for skip in (False, True))
    assert around.weights == plain.weights + 5 * 6
    assert around.parameters == plain.parameters + 5 * 6


def test_all_matrices_decay_and_no_vector_does() -> None:
    architecture = net(Block(6, normalisation="batch"), Block(4), reduction="stride")
    assert architecture.weights == 9 * 2 + 8 * 6 + 6 * 4 + 4 * 3
    assert architecture.parameters == architecture.weights + 2 + (6 + 6) + 4 + 3
    parameters = architecture.begin(np.random.default_rng(0))
    vectors = parameters[architecture.weights :]
    assert np.array_equal(vectors, [0.0] * 2 + [1.0] * 6 + [0.0] * 6 + [0.0] * 4 + [0.0] * 3)


@every_normalisation
def test_a_prediction_of_the_batch_is_what_the_training_computes(
    normalisation: Normalisation,
) -> None:
    architecture = net(Block(6, "tanh", normalisation, skip=True), Block(4))
    (x, _), flat = examples(architecture, 9), drawn(architecture)
    _, layers = architecture.build(flat, np.empty_like(flat))
    units = x
    for layer in layers:
        units = layer.forward(units, np.random.default_rng(0))
    assert architecture.predict(flat, x, x) == pytest.approx(units, rel=1e-12)


@every_normalisation
def test_a_prediction_of_a_row_does_not_depend_on_other_unknown_rows(
    normalisation: Normalisation,
) -> None:
    architecture = net(Block(6, "tanh", normalisation), reduction="max-pool")
    (x, _), flat = examples(architecture, 20), drawn(architecture)
    together = architecture.predict(flat, x[:9], x[9:])
    alone = architecture.predict(flat, x[:9], x[9:10])
    assert together[:1] == pytest.approx(alone, rel=1e-12)
    assert together.shape == (11, 3)


def test_a_batch_norm_predicts_by_the_rows_of_the_training() -> None:
    architecture = net(Block(6, "tanh", "batch"))
    (x, _), flat = examples(architecture, 20), drawn(architecture)
    one, other = (architecture.predict(flat, known, x[15:]) for known in (x[:9], x[3:12]))
    assert not np.allclose(one, other)


def test_outputs_that_overflow_are_clipped() -> None:
    architecture = net(Block(6))
    (x, _), flat = examples(architecture, 4, np.float32), drawn(architecture).astype(np.float32)
    outputs = architecture.predict(flat * np.float32(1e20), x[:0], x)
    assert np.abs(outputs).max() == pytest.approx(1e30)


@pytest.mark.parametrize(
    ("reduction", "stops"), list(product([None, "max-pool", "none"], [(1,), (2, 3)]))
)
def test_continuing_equals_going_straight_through_to_the_bit(
    reduction: Reduction | None, stops: tuple[int, ...]
) -> None:
    architecture = net(*MIXED, reduction=reduction)
    x, y = examples(architecture, 50, np.float32)
    recipe = Recipe(5, 0.01, "cosine", 16, weight_decay=0.1, dropout=0.2)
    state = begin(architecture.begin(STREAM.rng("init")))
    straight = train(architecture, recipe, state, x, y, epochs=5, stream=STREAM)
    for stop in (*stops, 5):
        state = train(architecture, recipe, state, x, y, epochs=stop, stream=STREAM)
        state = pickle.loads(pickle.dumps(state))  # noqa: S301  # our own
    assert state.parameters.dtype == np.float32
    assert np.array_equal(state.parameters, straight.parameters)
    stepwise, through = (
        architecture.predict(each.parameters, x[:40], x) for each in (state, straight)
    )
    assert np.array_equal(stepwise, through)
    assert not np.array_equal(straight.parameters, architecture.begin(STREAM.rng("init")))


@pytest.mark.parametrize("reduction", [None, *REDUCTIONS])
def test_everything_is_computed_in_the_precision_of_the_parameters(
    reduction: Reduction | None,
) -> None:
    for function, normalisation in product(FUNCTIONS, NORMALISATIONS):
        architecture = net(Block(6, function, normalisation, skip=True), reduction=reduction)
        x, y = examples(architecture, 9, np.float32)
        passing = architecture.batch(architecture.begin(STREAM.rng()), 9, 0.2)
        passing.gradient(x, y, STREAM.rng())
        units = passing.stem.forward(x) if passing.stem else x
        for layer in passing.layers:
            units = layer.forward(units, STREAM.rng())
            assert units.dtype == np.float32
        delta = y
        for layer in reversed(passing.layers):
            delta = layer.backward(delta)
            assert delta.dtype == np.float32


def test_more_rows_more_steps_and_more_layers_are_more_work() -> None:
    architecture = net(Block(6), Block(6), reduction="stride", side=8)
    usual = architecture.work(1000, 10)
    assert usual < architecture.work(2000, 10)
    assert usual < architecture.work(1000, 20)
    for larger in (
        net(Block(6), Block(7), reduction="stride", side=8),
        net(Block(6), Block(6, normalisation="layer"), reduction="stride", side=8),
        net(Block(6), Block(6), Block(6), reduction="stride", side=8),
        net(Block(6), Block(6), reduction="max-pool", side=8),
        net(Block(6), Block(6), reduction="stride", side=8, channels=4),
    ):
        assert usual < larger.work(1000, 10)
    assert replace(architecture, stem=None).work(1000, 10) < usual
