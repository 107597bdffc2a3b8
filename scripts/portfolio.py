"""Print what the rules of `auto` are drawn from: `python scripts/portfolio.py`.

The strategies that may be chosen run on development problems: with a budget of 50 evaluations on
functions and grids, and of 25 where models are trained; those that think fast, with one of 1000,
too. Runs that are in the folder of results already are not made again. The script prints the mean
regret of each strategy at a half and at the end of these budgets, over problems of one kind, and
then what choices are worth at the end: the strategy that is best on all problems, the strategy that
is best on each kind, and what `auto` chooses. *Left out* is the same with a strategy that is chosen
without the problem that it is judged on.

`auto` is judged by the runs of the strategy that it chooses, and is not run itself.
"""

import argparse
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import TypeAlias

import numpy as np

from hpobench import Categorical, Problem, Task
from hpobench.commands.running import perform_and_report
from hpobench.experiment import Experiment, plan
from hpobench.registry import find_problems, problem_groups, strategies
from hpobench.registry.describing import problem_card
from hpobench.scores import scored
from hpobench.statistics import FloatArray, new_problems
from hpobench.store import Store

FAST = (
    *("random-search", "manual-search", "local-search", "linear-trust-region"),
    *("regularized-evolution", "differential-evolution", "cma-es"),
)
"""The candidates whose proposals take no longer in a long run."""
CANDIDATES = (
    *(*FAST, "tpe", "random-forest", "bayesian-optimization", "trust-region"),
    *("asha", "bayesian-hyperband", "evolutionary-hyperband", "freeze-thaw", "hypergradient"),
)
"""All candidates."""
TRAINED = (
    *("architecture-vehicle", "automl-phoneme", "mlp-phoneme", "ridge-california"),
    *("unrolled-satimage", "xgboost-airfoil", "xgboost-phoneme", "xgboost-vehicle"),
)
"""The development problems that train models and are run: the fastest ones of each family."""
LONG = (
    *("ackley-10", "branches-9", "griewank-4", "hartmann-3-embedded", "hartmann-6"),
    *("hartmann-6-noisy", "levy-8", "mixed-8", "rastrigin-5", "rosenbrock-5"),
    *("tabulated-fcnet-naval", "tabulated-nas-cifar10"),
)
"""The development problems of the long runs."""
FUNCTIONS = Experiment(
    "functions",
    CANDIDATES,
    tuple(n for n in problem_groups()["development"] if not find_problems(n)[0].item.about.trained),
    seeds=(0, 1, 2),
    budget=50,
)
MODELS = Experiment("models", CANDIDATES, TRAINED, seeds=(0,), budget=25)
LONG_RUNS = Experiment("long", FAST, LONG, seeds=(0,), budget=1000)
SHARES = np.array([0.5, 1.0])
"""Where the regret is read, as shares of the budget."""
Rule: TypeAlias = Callable[[FloatArray], FloatArray]
"""Says what a choice is worth on each problem, (problems,), by losses (strategies, problems)."""


def kind(problem: Problem) -> str:
    """Return the kind of a problem's task."""
    if problem.gradient_cost is not None:
        return "gradients"
    if problem.fidelity is not None:
        return "fidelity"
    if any(isinstance(each, Categorical) for each in problem.space.values()):
        return "categories"
    return "numbers"


def regrets(folder: Path, experiment: Experiment) -> tuple[list[Problem], FloatArray]:
    """Return the problems with runs and the mean regrets, (strategies, problems, shares).

    The strategies are those of the experiment; nan where one can't do the task or has not run.
    """
    planned = plan(experiment)
    runs = [each for each in Store(folder).finished() if each.run in planned.runs]
    entrants = sorted({each.run.strategy for each in runs}, key=lambda each: each.name)
    table = scored(runs, entrants, [problem_card(entry) for entry in planned.problems], SHARES)
    places = {entrant.name: s for s, entrant in enumerate(table.strategies)}
    found = np.full((len(experiment.strategies), len(table.problems), len(SHARES)), np.nan)
    for row, name in enumerate(experiment.strategies):
        if name in places:
            regret = table.reported.bounded[places[name]]
            counts = (~np.isnan(regret)).sum(axis=1)
            found[row] = np.where(counts, np.nansum(regret, axis=1) / np.maximum(counts, 1), np.nan)
    items = {entry.identity.name: entry.item for entry in planned.problems}
    return [items[card.identity.name] for card in table.problems], found


def best(losses: FloatArray) -> int:
    """Return the strategy with the lowest mean, of losses (strategies, problems).

    Strategies without runs on some of the problems are left out; the first one wins a tie.
    """
    return int(np.nan_to_num(losses.mean(axis=1), nan=np.inf).argmin())


def in_sample(losses: FloatArray) -> FloatArray:
    """Return the loss on each problem, (problems,), of the strategy that is best on all of them."""
    found: FloatArray = losses[best(losses)]
    return found


def left_out(losses: FloatArray) -> FloatArray:
    """Return the loss on each problem, (problems,), of the strategy that is best on all others.

    It is one of those that can do the problem; nan where there is no other problem.
    """
    found = np.full(losses.shape[1], np.nan)
    for p in range(losses.shape[1] if losses.shape[1] > 1 else 0):
        others = np.where(np.isnan(losses[:, [p]]), np.nan, np.delete(losses, p, axis=1))
        found[p] = losses[best(others), p]
    return found


def by_kind(losses: FloatArray, kinds: Sequence[str], rule: Rule) -> FloatArray:
    """Return the loss on each problem, (problems,), of a rule that sees only problems of a kind."""
    found = np.full(len(kinds), np.nan)
    for each in dict.fromkeys(kinds):
        here = np.flatnonzero(np.array(kinds) == each)
        found[here] = rule(losses[:, here])
    return found


def choice(problem: Problem, budget: float) -> str:
    """Return the name of the strategy that `auto` chooses for a problem and one worker."""
    gradients = problem.gradient_cost is not None
    task = Task(problem.space, problem.fidelity, budget, 1, gradients)
    strategy = import_module("hpobench.strategies.auto").chosen(task)
    return next(n for n, each in strategies().items() if type(each) is type(strategy))


def show_regrets(names: Sequence[str], kinds: Sequence[str], losses: FloatArray) -> None:
    """Print the mean regrets of strategies over each kind, at the shares of the budget."""
    counts = {each: kinds.count(each) for each in dict.fromkeys(kinds)}
    print("| strategy | " + " | ".join(f"{each} ({n})" for each, n in counts.items()) + " |")
    print("| --- |" + " --- |" * len(counts))
    for name, rows in zip(names, losses, strict=True):
        cells = list[str]()
        for each in counts:
            half, end = rows[np.array(kinds) == each].mean(axis=0)
            cells.append("" if np.isnan(end) else f"{half:.3f}, {end:.3f}")
        print(f"| `{name}` | {' | '.join(cells)} |")


def show_choices(losses: FloatArray, kinds: Sequence[str], choices: Sequence[int]) -> None:
    """Print what choices are worth, by losses (strategies, problems)."""
    single = in_sample(losses)
    worth = (
        ("the best strategy", single),
        ("the best strategy, left out", left_out(losses)),
        ("the best of each kind", by_kind(losses, kinds, in_sample)),
        ("the best of each kind, left out", by_kind(losses, kinds, left_out)),
        ("`auto`", losses[choices, np.arange(len(kinds))]),
    )
    print("\n| choice | mean regret | less that of the best strategy |\n| --- | --- | --- |")
    for label, found in worth:
        gain = new_problems((found - single)[:, None])
        interval = f"{gain.mean:.3f} [{gain.low:.3f}, {gain.high:.3f}]"
        print(f"| {label} | {found.mean():.3f} | {interval} |")


def show(experiments: Sequence[Experiment], results: Path) -> None:
    """Print all about experiments that have the same strategies, taken together."""
    names = experiments[0].strategies
    found = [regrets(results / each.name, each) for each in experiments]
    problems = [problem for some, _ in found for problem in some]
    losses = np.concatenate([each for _, each in found], axis=1)
    kinds = [kind(problem) for problem in problems]
    for each in experiments:
        print(f"\n{each.name}: budget {each.budget:g}, {len(each.seeds)} seeds", end="")
    print("\n")
    show_regrets(names, kinds, losses)
    longest = max(each.budget for each in experiments)
    choices = [names.index(choice(problem, longest)) for problem in problems]
    show_choices(losses[..., -1], kinds, choices)


def main() -> None:
    parser = argparse.ArgumentParser(description="Print what the rules of auto are drawn from.")
    parser.add_argument("--results", type=Path, default=Path("results/portfolio"))
    parser.add_argument("--jobs", type=int, default=None, help="how many processes")
    options = parser.parse_args()
    for experiment in (FUNCTIONS, MODELS, LONG_RUNS):
        folder = options.results / experiment.name
        status = perform_and_report(experiment, folder, options.jobs)
        if status:
            sys.exit(status)
    show((FUNCTIONS, MODELS), options.results)
    show((LONG_RUNS,), options.results)


if __name__ == "__main__":
    main()
