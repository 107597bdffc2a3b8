"""pymoo as its users drive it."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from pymoo.algorithms.soo.nonconvex.de import DE
from pymoo.core.evaluator import Evaluator
from pymoo.core.mixed import MixedVariableGA
from pymoo.core.problem import Problem
from pymoo.core.termination import NoTermination
from pymoo.core.variable import Choice, Integer, Real
from pymoo.problems.static import StaticProblem

KINDS = ("a", "b", "c")
POPULATION = 10
LOW, HIGH = math.log(1e-4), math.log(1.0)


def loop(
    algorithm: Any, problem: Problem, evaluate: Callable[[Any], float], seed: int, trials: int
) -> list[float]:
    """Ask for and tell generations until there are enough losses; return them in their order."""
    algorithm.setup(problem, termination=NoTermination(), seed=seed)
    losses: list[float] = []
    while len(losses) < trials:
        generation = algorithm.ask()
        values = [evaluate(x) for x in generation.get("X")]
        Evaluator().eval(StaticProblem(problem, F=np.array(values)), generation)
        algorithm.tell(infills=generation)
        losses += values
    return losses[:trials]


def rate_at(unit: float) -> float:
    """Return the rate at a coordinate of the unit interval; the ends are exact."""
    return math.exp(LOW + unit * (HIGH - LOW)) if unit > 0 else 1e-4


def genetic(loss: Callable[..., float], seed: int, trials: int) -> list[float]:
    """Run the genetic algorithm for mixed variables."""
    variables = {
        "x": Real(bounds=(-5.0, 10.0)),
        "rate": Real(bounds=(0.0, 1.0)),
        "depth": Integer(bounds=(1, 12)),
        "kind": Choice(options=[0, 1, 2]),
    }

    def evaluate(x: dict[str, Any]) -> float:
        return loss(x["x"], rate_at(x["rate"]), x["depth"], KINDS[x["kind"]])

    algorithm = MixedVariableGA(pop_size=POPULATION)
    return loop(algorithm, Problem(vars=variables, n_obj=1), evaluate, seed, trials)


def differential(loss: Callable[..., float], seed: int, trials: int) -> list[float]:
    """Run differential evolution in the unit cube."""

    def evaluate(x: Any) -> float:
        depth, kind = min(int(12 * x[2]), 11), min(int(3 * x[3]), 2)
        return loss(-5.0 + 15.0 * x[0], rate_at(x[1]), 1 + depth, KINDS[kind])

    problem = Problem(n_var=4, n_obj=1, xl=0.0, xu=1.0)
    return loop(DE(pop_size=POPULATION), problem, evaluate, seed, trials)


loops = {"pymoo-ga": genetic, "pymoo-de": differential}
