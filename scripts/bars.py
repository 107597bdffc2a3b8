"""The tables of scripts/held_out.py: each is about one claim."""

import numpy as np
from held_runs import (
    Held,
    better,
    cell,
    chance,
    discrete_of,
    lower,
    of_functions,
    show_table,
    together,
)

from hpobench.scores import Kind
from hpobench.scores.scored import scales
from hpobench.statistics import expected_running_time, new_problems

KINDS: tuple[Kind, ...] = ("values", "scores")
OURS = "bayesian-optimization"
"""Our best strategy, by the development problems: docs/decisions/024-portfolio.md."""
PROCESSES = ("optuna-gp", "botorch-logei", "skopt-gp", "smac-bb", "hebo")
"""The libraries' Gaussian processes."""
LIBRARIES = (*PROCESSES, "optuna-tpe", "hyperopt-tpe", "smac-hpo")
OF_A_KIND = (
    *((OURS, each) for each in PROCESSES),
    *(("tpe", each) for each in ("optuna-tpe", "hyperopt-tpe")),
    ("random-forest", "smac-hpo"),
)
"""Our strategy of a method, and a library's."""
LEVELS = (
    ("asha", "syne-tune-asha"),
    ("bayesian-hyperband", "bohb"),
    ("evolutionary-hyperband", "dehb"),
)
"""Our strategy for fidelities, and the library's."""


def show() -> None:
    """Print the tables of all claims, of the runs that are kept."""
    held = Held()
    show_methods(held)
    show_best(held)
    show_trained(held)
    show_savings(held)
    show_levels(held)
    show_gradients(held)
    show_auto(held)
    show_workers(held)
    show_priors(held)


def show_methods(held: Held) -> None:
    """Print how our strategy of each method does beside those of libraries."""
    rows = []
    for ours, theirs in OF_A_KIND:
        parts = held.on_functions(ours, theirs)
        rows.append(
            (f"`{ours}`", f"`{theirs}`", chance(parts[:1]), chance(parts[1:]), chance(parts))
        )
    head = ("ours", "theirs", "plain", "moved", "both")
    show_table("Functions and grids: P(ours ends lower)", head, rows)


def show_best(held: Held) -> None:
    """Print how our best does on all held-out problems, and on those that are not of numbers."""
    rows = []
    for theirs in (*LIBRARIES, "manual-search", "random-search"):
        parts = held.on_functions(OURS, theirs)
        if theirs in {"manual-search", "random-search"}:
            parts = parts[:2]
        discrete = [discrete_of(part) for part in parts]
        trained = better(held["trained"], OURS, theirs)
        rows.append((f"`{theirs}`", chance([*parts, trained]), chance(discrete)))
    head = ("theirs", "all held-out problems", "categories, conditions and grids")
    show_table(f"P(`{OURS}` ends lower)", head, rows)


def show_trained(held: Held) -> None:
    """Print how our best does where models are trained, by value and by score."""
    rows = []
    for theirs in (*(each for each in LIBRARIES if each != "skopt-gp"), "manual-search"):
        cells = [
            chance([better(held[name], OURS, theirs, kind)])
            for name in ("trained", "trained-default")
            for kind in KINDS
        ]
        rows.append((f"`{theirs}`", *cells))
    head = ("theirs", "by value", "by score", "default told: by value", "by score")
    show_table(f"Trained problems: P(`{OURS}` ends lower)", head, rows)


def show_savings(held: Held) -> None:
    """Print how many evaluations our best takes to reach what Optuna's process ends with."""
    print("\n**Evaluations to reach what `optuna-gp` holds after 50** (median over problems)\n")
    for name in ("functions", "moved"):
        table = held[name]
        rows = table and table.rows(OURS, "optuna-gp")
        if not table or not rows:
            continue
        scores = table.scores
        quantity, steps = scores.reported, scores.steps
        wanted = quantity.comparable[rows[1], ..., -1] + quantity.resolution
        first = steps.first_at(steps.costs, steps.scores, wanted[..., None])[rows[0], ..., 0]
        both = ~np.isnan(quantity.comparable[rows, ..., -1]).any(axis=0)
        medians = np.nanmedian(np.where(both, first, np.nan), axis=1)
        print(f"{name}: {np.median(medians):.1f}; by problem {np.sort(medians).tolist()}")


def show_levels(held: Held) -> None:
    """Print how our strategies for fidelities do beside libraries, and freeze-thaw beside ours."""
    table = held["fidelity"]
    if table is None:
        return
    rows = []
    for ours, theirs in LEVELS:
        if table.rows(ours, theirs):
            ratio = table.asks[theirs] / table.asks[ours]
            pair = cell(-lower(table, ours, theirs).found), f"{ratio:.0f}"
            rows.append((f"`{ours}`", f"`{theirs}`", *pair, chance([better(table, ours, theirs)])))
    head = ("ours", "theirs", "difference in regret", "times as fast", "P(ours ends lower)")
    show_table("Problems with a fidelity", head, rows)
    for theirs in ("asha", "bayesian-hyperband", "syne-tune-asha", "bohb"):
        print(f"freeze-thaw against {theirs}: {chance([better(table, 'freeze-thaw', theirs)])}")


def show_gradients(held: Held) -> None:
    """Print what hypergradient descent takes to come as low as the best other strategy ends."""
    table = held["gradient"]
    rivals = table and table.rows("bayesian-optimization", "tpe", "random-forest")
    ours = table and table.rows("hypergradient", "auto")
    if not table or not rivals or not ours:
        return
    scores, quantity = table.scores, table.scores.told
    zero, length = (each[..., 0] for each in scales(scores.problems, scores.seeds, "values"))
    ends = np.nanmedian(quantity.unbounded[..., -1], axis=2)
    rows = []
    for p, card in enumerate(scores.problems):
        rival = min(rivals, key=lambda row: float(ends[row, p]))
        wanted = (zero + ends[rival, p] * length)[..., None]
        steps = scores.steps
        first = steps.first_at(steps.costs, steps.values, wanted)[ours[0], p, scores.planned[p], 0]
        finals = [f"{ends[row, p]:.3f}" for row in (rival, *ours)]
        share = float(np.median(first) / scores.budgets[p])
        rows.append(
            (
                f"`{card.identity.name}`",
                f"`{scores.strategies[rival].name}`",
                *finals,
                f"{share:.2f}",
            )
        )
    head = (
        "problem",
        "best of the others",
        "its regret",
        "`hypergradient`",
        "`auto`",
        "share of the budget",
    )
    show_table("Gradients: median regrets by value, and when the first is reached", head, rows)


def show_auto(held: Held) -> None:
    """Print how much the choice of `auto` loses beside our best, over functions and problems."""
    names = ("functions", "trained", "gradient")
    numbers = together([lower(held[name], OURS, "auto") for name in names])
    if len(numbers.found):
        found = of_functions(numbers)
        print(f"\n`auto` less `{OURS}`, mean final regret: {cell(found)} of {len(found)}")


def show_workers(held: Held) -> None:
    """Print how much sooner four workers reach the best 1 % of random evaluations than one."""
    names = ("worker", "workers")
    tables = [table for name in names if (table := held[name]) is not None]
    if len(tables) < len(names):
        return
    times = []
    for table in tables:
        scores, steps = table.scores, table.scores.steps
        best = [card.facts.quantiles["0.01"] if card.facts else np.nan for card in scores.problems]
        wanted = np.repeat(np.array(best)[:, None, None], len(scores.seeds), axis=1)
        reached = steps.first_at(steps.finished, steps.scores, wanted)
        times.append(expected_running_time(reached, scores.totals.makespan)[0, :, 0])
    ratio = np.log(times[0] / times[1])
    over = new_problems(ratio[:, None])
    ends = ", ".join(f"{np.exp(end):.2f}" for end in (over.low, over.high))
    each = ", ".join(f"{times:.2f}" for times in np.sort(np.exp(ratio)))
    print(f"\nFour workers are {np.exp(over.mean):.2f} [{ends}] times as fast as one: {each}")


def show_priors(held: Held) -> None:
    """Print what a person's prior is worth."""
    for name, after in (("good", 10), ("misleading", 50)):
        table = held[name]
        if table is not None:
            at = int(np.searchsorted(table.scores.shares, after / 50 - 1e-9))
            found = chance([better(table, "pibo", OURS, at=at)])
            print(f"`pibo` with a {name} prior after {after} evaluations: {found}")
