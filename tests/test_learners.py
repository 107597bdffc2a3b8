"""Tests of learners, their preparations, the probabilities of an SVM, the folds and the work."""

import warnings
from dataclasses import replace
from functools import cache
from types import SimpleNamespace

import numpy as np
import pytest
from numpy.typing import NDArray

from hpobench import Config, Space, Value
from hpobench.training import learners, support_vectors
from hpobench.training.data import read
from hpobench.training.folds import FEW, parts
from hpobench.training.learner_space import SPACE
from hpobench.training.learners import fit, own_settings
from hpobench.training.support_vectors import SupportVectors
from hpobench.training.work import Sizes, work

LEARNERS = [str(value) for value in getattr(SPACE["learner"], "values", ())]
PREPARATIONS = [str(value) for value in getattr(SPACE["preprocessing"], "values", ())]
every_learner = pytest.mark.parametrize("learner", LEARNERS)
every_preparation = pytest.mark.parametrize("preprocessing", PREPARATIONS)


@cache
def rows(number: int) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    table = read("vehicle")
    order = np.random.default_rng(0).permutation(len(table.target))[:number]
    return table.features[order], table.target[order].astype(np.int64)


def configured(learner: str, preprocessing: str = "standardise", **own: Value) -> Config:
    """Return the defaults of a learner after a preparation, with some changes."""
    chosen: Config = {"learner": learner, "preprocessing": preprocessing}
    chosen |= {f"{learner}-{name}": value for name, value in own.items()}
    config: Config = {}
    for name, parameter in SPACE.items():
        if all(parent in config and config[parent] in on for parent, on in parameter.when.items()):
            default = Space({name: replace(parameter, when={})}).default()
            config |= {name: chosen[name]} if name in chosen else default
    return SPACE.check(config)


def quick(learner: str, preprocessing: str = "standardise") -> Config:
    own: dict[str, Config] = {
        "forest": {"size": 10},
        "extra-trees": {"size": 10},
        "perceptron": {"epochs": 20, "rate": 0.01},
    }
    return configured(learner, preprocessing, **own.get(learner, {}))


@every_learner
@every_preparation
def test_probabilities_are_shares_of_every_class(learner: str, preprocessing: str) -> None:
    features, labels = rows(150)
    shares = fit(quick(learner, preprocessing), features[:100], labels[:100], 4, 0)(features[100:])
    assert shares.shape == (50, 4)
    assert (shares >= 0).all()
    np.testing.assert_allclose(shares.sum(axis=1), 1.0, atol=1e-5)


@every_learner
def test_every_learner_learns(learner: str) -> None:
    features, labels = rows(500)
    shares = fit(quick(learner), features[:300], labels[:300], 4, 0)(features[300:])
    most_frequent = np.bincount(labels[300:]).max() / 200
    assert np.mean(shares.argmax(axis=1) == labels[300:]) > most_frequent + 0.2


@every_learner
def test_a_class_without_rows_gets_no_probability(learner: str) -> None:
    features, labels = rows(150)
    kept = labels != 1
    shares = fit(quick(learner), features[kept], labels[kept], 5, 0)(features)
    assert (shares[:, [1, 4]] == 0).all()
    assert (shares[:, [0, 2, 3]].max(axis=0) > 0.4).all()


@every_learner
def test_a_seed_fixes_a_fit(learner: str) -> None:
    features, labels = rows(150)
    one, two = (fit(quick(learner), features, labels, 4, 7)(features) for _ in range(2))
    np.testing.assert_array_equal(one, two)


@pytest.mark.parametrize("learner", ["forest", "extra-trees", "perceptron"])
def test_seeds_differ(learner: str) -> None:
    features, labels = rows(150)
    one, two = (
        fit(quick(learner), features[:100], labels[:100], 4, seed)(features[100:])
        for seed in (0, 1)
    )
    assert (one != two).any()


DELIBERATE = {
    "discriminant": {"solver", "shrinkage"},  # few rows are enough for these
    "neighbours": {"algorithm"},  # the other ways use several threads
    "xgboost": {"tree_method", "n_jobs"},
    "perceptron": {"n_iter_no_change"},  # no early stop: the epochs are the work
}
"""The settings that are not at the library's default."""


@pytest.mark.parametrize("learner", [name for name in LEARNERS if name != "svm"])
def test_the_defaults_are_those_of_the_libraries(learner: str) -> None:
    # These are the defaults that XGBoost documents; its wrapper for scikit-learn says None.
    documented: dict[str, object] = {
        "n_estimators": 100,
        "learning_rate": 0.3,
        "max_depth": 6,
        "subsample": 1.0,
        "reg_lambda": 1.0,
    }
    made = learners._MAKERS[learner](own_settings(configured(learner)), 0)  # noqa: SLF001  # the estimator itself
    bare = type(made)().get_params()
    if learner == "xgboost":
        bare |= documented
    differing = {name for name, value in made.get_params().items() if not alike(value, bare[name])}
    assert differing - {"random_state"} == DELIBERATE.get(learner, set())


def alike(one: object, two: object) -> bool:
    numbers = isinstance(one, float) and isinstance(two, float)
    return bool(one is two or one == two or (numbers and one != one and two != two))  # noqa: PLR0124  # nan


def test_an_svm_of_gamma_one_is_scikit_learns() -> None:
    from sklearn.svm import SVC

    features, labels = rows(200)
    ours = SupportVectors(1.0, "rbf").fit(features, labels)
    theirs = SVC(decision_function_shape="ovo").fit(features, labels)
    np.testing.assert_allclose(
        ours.machine.decision_function(features), theirs.decision_function(features)
    )
    assert np.mean(ours.predict_proba(features).argmax(axis=1) == theirs.predict(features)) > 0.9


def test_the_slope_is_the_likeliest_on_rows_not_learned_from() -> None:
    from sklearn.svm import SVC

    features, labels = rows(300)
    features = (features - features.mean(axis=0)) / features.std(axis=0)
    slope = SupportVectors(100.0, "rbf").fit(features, labels).slope
    machine = SVC(C=100.0, decision_function_shape="ovo").fit(features[:240], labels[:240])
    decisions = machine.decision_function(features[240:])

    def loss(times: float) -> float:
        logs = support_vectors._log_probabilities(decisions, slope * times)  # noqa: SLF001
        return float(-logs[np.arange(60), labels[240:]].mean())

    assert loss(1.0) < min(loss(0.8), loss(1.25))


def test_two_classes_are_as_likely_as_platt_says() -> None:
    logs = support_vectors._log_probabilities(np.array([-1.0, 0.5]), 2.0)  # noqa: SLF001  # a formula
    second = 1 / (1 + np.exp(-2.0 * np.array([-1.0, 0.5])))
    shares = np.column_stack([1 - second, second])
    np.testing.assert_allclose(np.exp(logs), shares)


def test_a_class_is_as_likely_as_the_product_of_what_its_pairs_say() -> None:
    decisions = np.array([[1.0, 2.0, -0.5]])  # of the pairs 0 and 1, 0 and 2, 1 and 2
    logs = support_vectors._log_probabilities(decisions, 1.0)  # noqa: SLF001  # a formula
    wins = 1 / (1 + np.exp(-decisions[0]))
    products = [wins[0] * wins[1], (1 - wins[0]) * wins[2], (1 - wins[1]) * (1 - wins[2])]
    np.testing.assert_allclose(np.exp(logs[0]), np.array(products) / sum(products))


def test_what_a_learner_warns_of_is_heard_unless_its_work_was_cut(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from sklearn.exceptions import ConvergenceWarning

    features, labels = rows(50)

    def warning(category: type[Warning]) -> None:
        def learn(*_: object) -> None:
            warnings.warn("no", category, stacklevel=1)

        made = SimpleNamespace(fit=learn)
        monkeypatch.setitem(learners._MAKERS, "tree", lambda *_: made)  # noqa: SLF001  # a stand-in
        fit(quick("tree"), features, labels, 4, 0)

    warning(ConvergenceWarning)
    with pytest.warns(UserWarning, match="no"):
        warning(UserWarning)


def test_folds_hold_out_every_known_row_once() -> None:
    order = np.random.default_rng(0).permutation(FEW - 1)
    turns = parts(order[:1800], order[1800:])
    held = np.concatenate([validation for _, validation in turns])
    assert sorted(held) == list(range(FEW - 1))
    for learned, validation in turns:
        assert sorted([*learned, *validation]) == list(range(FEW - 1))
        places = np.argsort(order)[learned]
        assert (np.diff(places) > 0).all()


def test_many_rows_are_split_once() -> None:
    order = np.arange(FEW)
    ((learned, validation),) = parts(order[:1800], order[1800:])
    assert (learned == order[:1800]).all()
    assert (validation == order[1800:]).all()


SIZES = Sizes(rows=900, features=20, classes=5, held=300)


def test_work_never_falls_with_the_rows() -> None:
    rng = np.random.default_rng(0)
    for _ in range(300):
        config = SPACE.sample(rng)
        works = [work(config, replace(SIZES, rows=number)) for number in range(40, 2000, 97)]
        assert (np.diff(works) >= 0).all(), config


@pytest.mark.parametrize(
    ("learner", "counted"),
    [
        ("logistic", "iterations"),
        ("forest", "size"),
        ("extra-trees", "size"),
        ("xgboost", "rounds"),
        ("perceptron", "epochs"),
    ],
)
def test_work_grows_in_proportion_to_what_is_counted(learner: str, counted: str) -> None:
    ten, twenty, fifty = (
        work(configured(learner, "none", **{counted: number}), SIZES) for number in (10, 20, 50)
    )
    assert twenty > ten
    assert fifty - twenty == pytest.approx(3 * (twenty - ten))


@pytest.mark.parametrize(
    ("dear", "cheap"),
    [
        (configured("forest", features=None), configured("forest", features="sqrt")),
        (configured("forest", sample=None), configured("forest", sample=0.2)),
        (configured("tree", depth=None), configured("tree", depth=2)),
        (configured("xgboost", depth=8), configured("xgboost", depth=1)),
        (configured("perceptron", width=200), configured("perceptron", width=8)),
        (configured("svm", "quantiles"), configured("svm", "none")),
    ],
)
def test_what_is_dearer_is_more_work(dear: Config, cheap: Config) -> None:
    assert work(dear, SIZES) > work(cheap, SIZES)
