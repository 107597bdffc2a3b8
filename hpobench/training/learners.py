"""Nine classifiers of scikit-learn and XGBoost, each after a preparation of the features.

A configuration names its `learner` and its `preprocessing`. A hyperparameter of a single learner is
named after it, e.g. `svm-c`. All other settings are the library's defaults, except for those that
make the work countable: nothing stops early, and nothing runs on several threads.
"""

import warnings
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ..space import Config
from .support_vectors import SupportVectors

Floats: TypeAlias = NDArray[np.float64]
Labels: TypeAlias = NDArray[np.int64]
Predict: TypeAlias = Callable[[Floats], Floats]
"""Turns features, (rows, features), into probabilities, (rows, classes)."""
Settings: TypeAlias = Mapping[str, Any]
"""Hyperparameters by name, checked by their space."""
Estimator: TypeAlias = Any
"""An estimator of scikit-learn; naming its type would mean importing it, which is slow."""

MOST_QUANTILES = 200


def fit(config: Config, features: Floats, labels: Labels, classes: int, seed: int) -> Predict:
    """Fit the configuration's learner to some rows; a class that they lack gets probability 0."""
    from sklearn.exceptions import ConvergenceWarning

    present, target = np.unique(labels, return_inverse=True)
    preparation = _preparation(config, features)
    learner = _MAKERS[str(config["learner"])](own_settings(config), seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # the work is limited on purpose
        prepared = features if preparation is None else preparation.fit_transform(features)
        learner.fit(prepared, target)

    def predict(rows: Floats) -> Floats:
        probabilities = np.zeros((len(rows), classes))
        seen = rows if preparation is None else preparation.transform(rows)
        probabilities[:, present] = learner.predict_proba(seen)
        return probabilities

    return predict


def _preparation(settings: Settings, features: Floats) -> Estimator | None:
    from sklearn.decomposition import PCA
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import QuantileTransformer, StandardScaler

    rows, columns = features.shape
    match settings["preprocessing"]:
        case "none":
            return None
        case "standardise":
            return StandardScaler()
        case "quantiles":
            return QuantileTransformer(
                n_quantiles=min(rows, MOST_QUANTILES),
                output_distribution=settings["quantiles-shape"],
            )
        case _:
            count = min(rows, max(1, round(settings["components-share"] * columns)))
            whitened = PCA(count, whiten=settings["components-whiten"], svd_solver="full")
            return make_pipeline(StandardScaler(), whitened)


def own_settings(config: Config) -> Settings:
    """Return the hyperparameters of the configuration's learner, without the learner's name."""
    prefix = f"{config['learner']}-"
    return {
        name.removeprefix(prefix): value
        for name, value in config.items()
        if name.startswith(prefix)
    }


def _logistic(own: Settings, _seed: int) -> Estimator:
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(C=own["c"], max_iter=own["iterations"])


def _discriminant(own: Settings, _seed: int) -> Estimator:
    from sklearn.discriminant_analysis import (
        LinearDiscriminantAnalysis,
        QuadraticDiscriminantAnalysis,
    )

    if own["kind"] == "linear":
        return LinearDiscriminantAnalysis(solver="lsqr", shrinkage=own["shrinkage"])
    return QuadraticDiscriminantAnalysis(solver="eigen", shrinkage=own["shrinkage"], tol=0.0)


def _neighbours(own: Settings, _seed: int) -> Estimator:
    from sklearn.neighbors import KNeighborsClassifier

    return KNeighborsClassifier(
        own["count"], weights=own["weights"], p=own["power"], algorithm="kd_tree"
    )


def _svm(own: Settings, _seed: int) -> Estimator:
    return SupportVectors(own["c"], own["kernel"], own.get("gamma", 1.0))


def _tree(own: Settings, seed: int) -> Estimator:
    from sklearn.tree import DecisionTreeClassifier

    return DecisionTreeClassifier(
        criterion=own["criterion"],
        max_depth=own["depth"],
        min_samples_leaf=own["leaf"],
        max_features=own["features"],
        random_state=seed,
    )


def _forest(own: Settings, seed: int) -> Estimator:
    from sklearn.ensemble import RandomForestClassifier

    return RandomForestClassifier(
        own["size"],
        criterion=own["criterion"],
        max_features=own["features"],
        min_samples_leaf=own["leaf"],
        max_samples=own["sample"],
        random_state=seed,
    )


def _extra_trees(own: Settings, seed: int) -> Estimator:
    from sklearn.ensemble import ExtraTreesClassifier

    return ExtraTreesClassifier(
        own["size"],
        criterion=own["criterion"],
        max_features=own["features"],
        min_samples_leaf=own["leaf"],
        bootstrap=own["bootstrap"],
        random_state=seed,
    )


def _xgboost(own: Settings, seed: int) -> Estimator:
    from xgboost import XGBClassifier

    return XGBClassifier(
        n_estimators=own["rounds"],
        learning_rate=own["rate"],
        max_depth=own["depth"],
        subsample=own["subsample"],
        reg_lambda=own["lambda"],
        tree_method="hist",
        n_jobs=1,
        random_state=seed,
    )


def _perceptron(own: Settings, seed: int) -> Estimator:
    from sklearn.neural_network import MLPClassifier

    return MLPClassifier(
        (own["width"],),
        activation=own["activation"],
        alpha=own["decay"],
        learning_rate_init=own["rate"],
        max_iter=own["epochs"],
        n_iter_no_change=own["epochs"],
        random_state=seed,
    )


_MAKERS: Mapping[str, Callable[[Settings, int], Estimator]] = {
    "logistic": _logistic,
    "discriminant": _discriminant,
    "neighbours": _neighbours,
    "svm": _svm,
    "tree": _tree,
    "forest": _forest,
    "extra-trees": _extra_trees,
    "xgboost": _xgboost,
    "perceptron": _perceptron,
}
