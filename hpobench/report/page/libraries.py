"""The lines of Python that use libraries by themselves, as their own documents do.

Each text minimises `function`, of the user's own, and runs as it stands once {evaluations} and
{workers}, each at most once in a line, are numbers.
"""

from collections.abc import Mapping

from .training_libraries import TRAINED

_CONFIG = """\
# function(config) returns what is minimised, of a config such as {"x": 0.5, "rate": 0.01}
"""
_ALONE = "  # one at a time"


def _optuna(packages: str, sampler: str) -> str:
    return f"""{_CONFIG}\
import optuna  # pip install {packages}

def objective(trial):
    x = trial.suggest_float("x", -5, 10)
    rate = trial.suggest_float("rate", 1e-4, 1, log=True)
    return function({{"x": x, "rate": rate}})

study = optuna.create_study(sampler=optuna.samplers.{sampler}())
study.optimize(objective, n_trials={{evaluations}}, n_jobs={{workers}})  # jobs are threads
print(study.best_params, study.best_value)
"""


def _smac(facade: str) -> str:
    return f"""{_CONFIG}\
from ConfigSpace import ConfigurationSpace, Float  # pip install smac
from smac import {facade}, Scenario

def train(config, seed=0):
    return function(dict(config))

if __name__ == "__main__":
    space = ConfigurationSpace()
    space.add(Float("x", (-5, 10)), Float("rate", (1e-4, 1), log=True))
    counts = dict(n_trials={{evaluations}}, n_workers={{workers}})
    scenario = Scenario(space, deterministic=True, **counts)
    optimizer = {facade}(scenario, train, overwrite=True)
    best = optimizer.optimize()
    print(dict(best), optimizer.runhistory.get_cost(best))
"""


def _flaml(package: str, searcher: str) -> str:
    return f"""{_CONFIG}\
from flaml import {searcher}, tune  # pip install {package}

def evaluate(config):
    return {{"loss": function(config)}}

space = {{"x": tune.uniform(-5, 10), "rate": tune.loguniform(1e-4, 1)}}
search = {searcher}(metric="loss", mode="min", space=space)
found = tune.run(evaluate, search_alg=search, num_samples={{evaluations}}){_ALONE}
print(found.best_config, found.best_result["loss"])
"""


def _syne_tune(scheduler: str) -> str:
    return f"""{_CONFIG}\
from syne_tune.config_space import loguniform, uniform  # pip install "syne-tune[extra]"
from syne_tune.optimizer.baselines import {scheduler}
from syne_tune.optimizer.schedulers.ask_tell_scheduler import AskTellScheduler

space = {{"x": uniform(-5, 10), "rate": loguniform(1e-4, 1)}}
scheduler = AskTellScheduler({scheduler}(space, metric="loss"))
losses = []
for _ in range({{evaluations}}):{_ALONE}
    trial = scheduler.ask()
    losses.append((function(trial.config), trial.config))
    scheduler.tell(trial, {{"loss": losses[-1][0]}})
print(min(losses, key=lambda each: each[0]))
"""


_HYPEROPT = f"""{_CONFIG}\
from math import log
from hyperopt import Trials, fmin, hp, tpe  # pip install hyperopt

space = {{"x": hp.uniform("x", -5, 10), "rate": hp.loguniform("rate", log(1e-4), log(1))}}
trials = Trials()
best = fmin(function, space, tpe.suggest, {{evaluations}}, trials=trials){_ALONE}
print(best, min(trials.losses()))
"""
_SCIKIT_OPTIMIZE = f"""{_CONFIG}\
from skopt import Optimizer  # pip install scikit-optimize
from skopt.space import Real

optimizer = Optimizer([Real(-5, 10), Real(1e-4, 1, prior="log-uniform")], "GP")
for _ in range({{evaluations}}):{_ALONE}
    x, rate = optimizer.ask()
    found = optimizer.tell([x, rate], function({{"x": x, "rate": rate}}))
print(found.x, found.fun)
"""
_NEVERGRAD = f"""{_CONFIG}\
from concurrent.futures import ProcessPoolExecutor
import nevergrad as ng  # pip install nevergrad "numpy<2.4"

if __name__ == "__main__":
    space = ng.p.Dict(x=ng.p.Scalar(lower=-5, upper=10), rate=ng.p.Log(lower=1e-4, upper=1))
    workers = {{workers}}
    optimizer = ng.optimizers.NGOpt(space, budget={{evaluations}}, num_workers=workers)
    with ProcessPoolExecutor(workers) as pool:
        best = optimizer.minimize(function, executor=pool, batch_mode=False)
    print(best.value, best.loss)
"""
_BAYES_OPT = f"""{_CONFIG}\
from bayes_opt import BayesianOptimization  # pip install "bayesian-optimization>=3.4"

def gain(x, log_rate):
    return -function({{"x": x, "rate": 10**log_rate}})

bounds = {{"x": (-5, 10), "log_rate": (-4, 0)}}
optimizer = BayesianOptimization(gain, bounds, allow_duplicate_points=True)
evaluations = {{evaluations}}
initial = min(5, evaluations)
optimizer.maximize(init_points=initial, n_iter=evaluations - initial){_ALONE}
print(optimizer.max)
"""
_AX = f"""{_CONFIG}\
from ax.api.client import Client  # pip install ax-platform
from ax.api.configs import RangeParameterConfig

client = Client()
client.configure_experiment([
    RangeParameterConfig("x", (-5, 10), "float"),
    RangeParameterConfig("rate", (1e-4, 1), "float", scaling="log"),
])
client.configure_optimization(objective="-loss")
for _ in range({{evaluations}}):{_ALONE}
    for number, config in client.get_next_trials(max_trials=1).items():
        client.complete_trial(number, raw_data={{"loss": function(config)}})
print(client.get_best_parameterization(use_model_predictions=False))
"""
_BOTORCH = f"""{_CONFIG}\
import torch  # pip install botorch
from botorch.acquisition import LogExpectedImprovement
from botorch.fit import fit_gpytorch_mll
from botorch.models import SingleTaskGP
from botorch.optim import optimize_acqf
from botorch.utils.sampling import draw_sobol_samples
from gpytorch.mlls import ExactMarginalLogLikelihood

def gain(point):
    x, rate = point.tolist()
    return -function({{"x": -5 + 15 * x, "rate": 10 ** (4 * rate - 4)}})

evaluations = {{evaluations}}
bounds = torch.tensor([[0.0, 0.0], [1.0, 1.0]], dtype=torch.double)
points = draw_sobol_samples(bounds, min(10, evaluations), 1)[:, 0]
gains = [gain(point) for point in points]
while len(gains) < evaluations:{_ALONE}
    values = torch.tensor(gains, dtype=torch.double)
    model = SingleTaskGP(points, values[:, None])
    fit_gpytorch_mll(ExactMarginalLogLikelihood(model.likelihood, model))
    acquisition = LogExpectedImprovement(model, values.max())
    point, _ = optimize_acqf(acquisition, bounds, 1, num_restarts=10, raw_samples=512)
    points = torch.cat([points, point])
    gains.append(gain(point[0]))
print(points[gains.index(max(gains))], -max(gains))
"""
_HEBO = f"""{_CONFIG}\
import numpy as np
from hebo.design_space.design_space import DesignSpace  # pip install HEBO
from hebo.optimizers.hebo import HEBO

space = DesignSpace().parse([
    {{"name": "x", "type": "num", "lb": -5, "ub": 10}},
    {{"name": "rate", "type": "pow", "lb": 1e-4, "ub": 1}},
])
optimizer = HEBO(space)
for _ in range({{evaluations}}):{_ALONE}
    suggested = optimizer.suggest()
    optimizer.observe(suggested, np.array([[function(suggested.iloc[0].to_dict())]]))
print(optimizer.best_x.iloc[0].to_dict(), optimizer.best_y)
"""
_SWEEPS = f"""{_CONFIG}\
import sweeps  # pip install sweeps: the engine alone, without an account

sweep = {{
    "method": "bayes",
    "metric": {{"name": "loss", "goal": "minimize"}},
    "parameters": {{
        "x": {{"min": -5.0, "max": 10.0}},
        "rate": {{"distribution": "log_uniform_values", "min": 1e-4, "max": 1.0}},
    }},
}}
runs = []
for _ in range({{evaluations}}):{_ALONE}
    run = sweeps.next_run(sweep, runs)
    config = {{name: each["value"] for name, each in run.config.items()}}
    run.summary_metrics = {{"loss": function(config)}}
    run.state = sweeps.RunState.finished
    runs.append(run)
best = min(runs, key=lambda run: run.summary_metrics["loss"])
print(best.config, best.summary_metrics)
"""
_PYMOO_GENETIC = f"""{_CONFIG}\
from pymoo.core.mixed import MixedVariableGA  # pip install pymoo
from pymoo.core.problem import ElementwiseProblem
from pymoo.core.variable import Real
from pymoo.optimize import minimize

class Mine(ElementwiseProblem):
    def __init__(self):
        super().__init__(vars={{"x": Real(bounds=(-5, 10)), "rate": Real(bounds=(-4, 0))}}, n_obj=1)

    def _evaluate(self, each, out, *args, **kwargs):
        out["F"] = function({{"x": each["x"], "rate": 10 ** each["rate"]}})

algorithm = MixedVariableGA(pop_size=10)  # it evaluates whole generations
found = minimize(Mine(), algorithm, ("n_evals", {{evaluations}})){_ALONE}
print(found.X, found.F)  # of the rate, the logarithm
"""
_PYMOO_DIFFERENTIAL = f"""{_CONFIG}\
from pymoo.algorithms.soo.nonconvex.de import DE  # pip install pymoo
from pymoo.core.problem import ElementwiseProblem
from pymoo.optimize import minimize

class Mine(ElementwiseProblem):
    def __init__(self):
        super().__init__(n_var=2, n_obj=1, xl=[-5, -4], xu=[10, 0])

    def _evaluate(self, each, out, *args, **kwargs):
        out["F"] = function({{"x": each[0], "rate": 10 ** each[1]}})

algorithm = DE(pop_size=10)  # it evaluates whole generations
found = minimize(Mine(), algorithm, ("n_evals", {{evaluations}})){_ALONE}
print(found.X, found.F)  # of the rate, the logarithm
"""
_FLAML_AUTOML = """\
# features and labels are arrays of your own: (rows, columns) and (rows,)
from flaml import AutoML  # pip install "flaml[automl]"

found = AutoML()
settings = dict(max_iter={evaluations}, time_budget=-1)
found.fit(X_train=features, y_train=labels, task="classification", **settings)
print(found.best_estimator, found.best_config, found.best_loss)
"""

LIBRARIES: Mapping[str, str] = {
    "optuna-tpe": _optuna("optuna", "TPESampler"),
    "optuna-gp": _optuna("optuna torch", "GPSampler"),
    "optuna-cma-es": _optuna("optuna cmaes", "CmaEsSampler"),
    "optuna-nsga-ii": _optuna("optuna", "NSGAIISampler"),
    "hyperopt-tpe": _HYPEROPT,
    "skopt-gp": _SCIKIT_OPTIMIZE,
    "smac-bb": _smac("BlackBoxFacade"),
    "smac-hpo": _smac("HyperparameterOptimizationFacade"),
    "nevergrad-ngopt": _NEVERGRAD,
    "bayes-opt": _BAYES_OPT,
    "ax": _AX,
    "botorch-logei": _BOTORCH,
    "hebo": _HEBO,
    "flaml-cfo": _flaml("flaml", "CFO"),
    "flaml-blendsearch": _flaml('"flaml[blendsearch]"', "BlendSearch"),
    "flaml-automl": _FLAML_AUTOML,
    "pymoo-ga": _PYMOO_GENETIC,
    "pymoo-de": _PYMOO_DIFFERENTIAL,
    "sweeps-bayes": _SWEEPS,
    "syne-tune-bore": _syne_tune("BORE"),
    "syne-tune-cqr": _syne_tune("CQR"),
    "syne-tune-rea": _syne_tune("REA"),
    **TRAINED,
}
"""The lines by the spec of the strategy that wraps the library."""
