"""The space of the learners: the learner, its hyperparameters, and the preprocessing before it."""

from collections.abc import Mapping
from dataclasses import replace

from ..parameter import Categorical, Float, Int, Ordinal, Parameter
from ..space import Space


def _own(learner: str, parameters: Mapping[str, Parameter]) -> dict[str, Parameter]:
    """Name hyperparameters after the learner with which alone they are active."""
    return {
        f"{learner}-{name}": replace(parameter, when={"learner": (learner,), **parameter.when})
        for name, parameter in parameters.items()
    }


SPACE = Space(
    {
        "preprocessing": Categorical(("none", "standardise", "quantiles", "components")),
        "quantiles-shape": Categorical(
            ("uniform", "normal"), when={"preprocessing": ("quantiles",)}
        ),
        "components-share": Float(0.2, 1.0, default=1.0, when={"preprocessing": ("components",)}),
        "components-whiten": Categorical((False, True), when={"preprocessing": ("components",)}),
        "learner": Categorical(
            (
                "logistic",
                "discriminant",
                "neighbours",
                "svm",
                "tree",
                "forest",
                "extra-trees",
                "xgboost",
                "perceptron",
            ),
            default="forest",
        ),
        **_own(
            "logistic",
            {
                "c": Float(1e-3, 1e3, log=True, default=1.0),
                "iterations": Int(10, 200, log=True, default=100),
            },
        ),
        **_own(
            "discriminant",
            {
                "kind": Categorical(("linear", "quadratic")),
                "shrinkage": Float(1e-4, 1.0, log=True, default=1e-4),
            },
        ),
        **_own(
            "neighbours",
            {
                "count": Int(1, 50, log=True, default=5),
                "weights": Categorical(("uniform", "distance")),
                "power": Categorical((1, 2), default=2),
            },
        ),
        **_own(
            "svm",
            {
                "c": Float(1e-2, 1e3, log=True, default=1.0),
                "kernel": Categorical(("rbf", "linear")),
                "gamma": Float(1e-2, 1e2, log=True, default=1.0, when={"svm-kernel": ("rbf",)}),
            },
        ),
        **_own(
            "tree",
            {
                "criterion": Categorical(("gini", "entropy")),
                "depth": Ordinal((None, 20, 12, 8, 6, 4, 3, 2)),
                "leaf": Int(1, 50, log=True, default=1),
                "features": Categorical((None, "sqrt", "log2")),
            },
        ),
        **_own(
            "forest",
            {
                "size": Int(10, 150, log=True, default=100),
                "criterion": Categorical(("gini", "entropy")),
                "features": Categorical(("sqrt", "log2", None)),
                "leaf": Int(1, 20, log=True, default=1),
                "sample": Ordinal((None, 0.8, 0.6, 0.4, 0.2)),
            },
        ),
        **_own(
            "extra-trees",
            {
                "size": Int(10, 150, log=True, default=100),
                "criterion": Categorical(("gini", "entropy")),
                "features": Categorical(("sqrt", "log2", None)),
                "leaf": Int(1, 20, log=True, default=1),
                "bootstrap": Categorical((False, True)),
            },
        ),
        **_own(
            "xgboost",
            {
                "rounds": Int(10, 200, log=True, default=100),
                "rate": Float(0.01, 1.0, log=True, default=0.3),
                "depth": Int(1, 8, default=6),
                "subsample": Float(0.4, 1.0, default=1.0),
                "lambda": Float(0.01, 10.0, log=True, default=1.0),
            },
        ),
        **_own(
            "perceptron",
            {
                "width": Int(8, 200, log=True, default=100),
                "activation": Categorical(("relu", "tanh")),
                "decay": Float(1e-6, 10.0, log=True, default=1e-4),
                "rate": Float(1e-4, 1e-1, log=True, default=1e-3),
                "epochs": Int(10, 200, log=True, default=200),
            },
        ),
    }
)
