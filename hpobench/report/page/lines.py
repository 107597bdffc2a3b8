"""The lines of Python with which a strategy is used on one's own function."""

from collections.abc import Mapping

from ...cards.card import StrategyCard, spec_of


def _optuna(packages: str, sampler: str) -> tuple[str, ...]:
    return (
        f"import optuna  # pip install {packages}",
        f"study = optuna.create_study(sampler=optuna.samplers.{sampler}())",
        "study.optimize(objective, n_trials={evaluations}, n_jobs={workers})",
        "print(study.best_params)",
    )


_LIBRARIES: Mapping[str, tuple[str, ...]] = {
    "optuna-tpe": _optuna("optuna", "TPESampler"),
    "optuna-gp": _optuna("optuna torch", "GPSampler"),
    "optuna-cma-es": _optuna("optuna cmaes", "CmaEsSampler"),
    "optuna-nsga-ii": _optuna("optuna", "NSGAIISampler"),
    "hyperopt-tpe": (
        "from hyperopt import fmin, tpe  # pip install hyperopt",
        "best = fmin(function, space, algo=tpe.suggest, max_evals={evaluations})",
    ),
    "skopt-gp": (
        "from skopt import gp_minimize  # pip install scikit-optimize",
        "found = gp_minimize(function, dimensions, n_calls={evaluations})",
    ),
}
"""The lines that use a library by itself, by the spec of the strategy that wraps it; the page puts
in the evaluations and the workers."""


def lines(card: StrategyCard) -> tuple[str, ...]:
    """Return the lines that use a strategy, with {evaluations} and {workers} to be put in.

    For a strategy that wraps a library they are the library's own, where these are known.
    """
    spec = spec_of(card) or card.identity.name
    if spec in _LIBRARIES:
        return _LIBRARIES[spec]
    sizes = "evaluations={evaluations}, workers={workers}"
    return ("import hpobench", f'found = hpobench.optimize(function, space, "{spec}", {sizes})')
