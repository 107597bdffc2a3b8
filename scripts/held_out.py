"""Judge our strategies on held-out problems: `python scripts/held_out.py [--run] [NAME...]`.

Our strategies and the libraries run on problems that no strategy was tuned on, and the script
prints a table for each claim that docs/decisions/035-held-out.md makes, from the runs that are kept
beside it. With `--run` runs are made first: all, or those of the experiments that are named, which
takes days of one core. Runs that are in the folder of results are not made again, and libraries
that are not installed are left out; `--seeds 0-2` makes the runs of these seeds only. What is in
the folder of results is then kept, too.

The 16 functions and grids are all held-out ones that tell strategies apart (`separates` of at
least 0.15), and the 8 trained problems are all held-out ones without gradients but the one that
separates least. Libraries that take long to propose run on half of the functions and grids, with 30
evaluations.
"""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import bars
import held_record

from hpobench.commands.running import perform_and_report
from hpobench.experiment import Experiment
from hpobench.hosting.placement import available
from hpobench.registry import entrants
from hpobench.seeds import seeds_in

FUNCTIONS = (
    *("dixon-price-10", "ellipsoid-40", "goldstein-price", "integers-12", "michalewicz-10"),
    *("powell-12", "schwefel-8", "shekel-4", "six-hump-camel", "sphere-20", "switches-20"),
    *("tree-9", "zakharov-3"),
)
GRIDS = ("tabulated-fcnet-parkinsons", "tabulated-fcnet-slice", "tabulated-nas-imagenet16")
HALF = (
    *("goldstein-price", "michalewicz-10", "schwefel-8", "shekel-4", "switches-20", "tree-9"),
    *("tabulated-fcnet-slice", "tabulated-nas-imagenet16"),
)
"""The problems of the slow libraries: numbers, categories, conditions and tables among them."""
UNMOVED = frozenset({"schwefel-8", "switches-20", "tree-9"})
"""The functions whose ranges can't be moved."""
TRAINED = (
    *("architecture-digits", "automl-segment", "mlp-digits", "mlp-electrical-grid", "mlp-letter"),
    *("xgboost-concrete", "xgboost-electrical-grid", "xgboost-letter"),
)
LENGTHS = (*TRAINED, "xgboost-segment")
"""The problems with a fidelity."""
GRADIENTS = ("cleaning-digits", "logistic-segment", "ridge-california", "unrolled-satimage")
"""All problems with gradients. The last two are development problems."""
NUMBERS = tuple(name for name in FUNCTIONS if name not in {"integers-12", "switches-20", "tree-9"})

OURS = (
    *("bayesian-optimization", "auto", "tpe", "random-forest", "manual-search", "random-search"),
)
FAST = ("optuna-tpe", "hyperopt-tpe", "optuna-gp")
SLOW = ("botorch-logei", "skopt-gp", "smac-bb", "smac-hpo", "hebo")
TUNERS = (*FAST, *(name for name in SLOW if name != "skopt-gp"))
"""The libraries on trained problems."""
LEVELS = (
    *("asha", "bayesian-hyperband", "evolutionary-hyperband", "freeze-thaw"),
    *("syne-tune-asha", "bohb", "dehb"),
)
DESCENTS = ("hypergradient", "auto", "bayesian-optimization", "tpe", "random-forest")


def _with(names: Sequence[str], option: str) -> tuple[str, ...]:
    """Return the problems with an option, without those that can't have it and the grids."""
    without = UNMOVED if option == "+moved" else frozenset()
    return tuple(f"{name}{option}" for name in names if name not in {*without, *GRIDS})


EXPERIMENTS = (
    Experiment("functions", (*OURS, *FAST), (*FUNCTIONS, *GRIDS), tuple(range(10)), budget=50),
    Experiment("moved", (*OURS, *FAST), _with(FUNCTIONS, "+moved"), tuple(range(10)), budget=50),
    Experiment("half", (*OURS, *SLOW), HALF, budget=30),
    Experiment("half-moved", (*OURS, *SLOW), _with(HALF, "+moved"), budget=30),
    Experiment("trained", (*OURS, *TUNERS), TRAINED, tuple(range(6)), budget=30),
    Experiment(
        "trained-default", (*OURS, *TUNERS), TRAINED, tuple(range(6)), budget=30, first="default"
    ),
    Experiment("fidelity", LEVELS, LENGTHS, tuple(range(10)), budget=30),
    Experiment("gradient", DESCENTS, GRADIENTS, tuple(range(10)), budget=50),
    Experiment("worker", ("bayesian-optimization",), NUMBERS, tuple(range(20)), budget=50),
    Experiment(
        "workers", ("bayesian-optimization",), NUMBERS, tuple(range(20)), budget=50, workers=4
    ),
    *(
        Experiment(
            prior, ("pibo", "bayesian-optimization"), _with(FUNCTIONS, f"+prior={prior}"), budget=50
        )
        for prior in ("good", "misleading")
    ),
)


def run(
    experiment: Experiment, seeds: tuple[int, ...] | None, results: Path, jobs: int | None
) -> int:
    """Make the runs of an experiment, or those of some of its seeds; return the exit code.

    Libraries that are not installed are left out, and the script says so.
    """
    wrapped = {name: entrants()[name].library for name in experiment.strategies}
    there = [name for name, library in wrapped.items() if not library or available(library)]
    for name in wrapped.keys() - set(there):
        print(f"{experiment.name}: without {name}, whose library is not installed")
    wanted = tuple(seed for seed in experiment.seeds if seeds is None or seed in seeds)
    part = replace(experiment, strategies=tuple(there), seeds=wanted)
    return perform_and_report(part, results / experiment.name, jobs)


def main() -> None:
    names = [each.name for each in EXPERIMENTS]
    parser = argparse.ArgumentParser(description="Judge our strategies on held-out problems.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(names)}")
    parser.add_argument("--run", action="store_true", help="make the runs that are not there")
    parser.add_argument("--seeds", type=seeds_in, default=None, help="make these alone, as in 0-2")
    parser.add_argument("--results", type=Path, default=Path("results/held-out"))
    parser.add_argument("--jobs", type=int, default=None, help="how many processes")
    options = parser.parse_args()
    if unknown := set(options.names) - {*names}:
        parser.error(f"no experiment {min(unknown)!r}; there are {', '.join(names)}")
    chosen = [each for each in EXPERIMENTS if each.name in (options.names or names)]
    for experiment in chosen if options.run else ():
        if status := run(experiment, options.seeds, options.results, options.jobs):
            sys.exit(status)
    if options.results.is_dir():
        held_record.keep(options.results)
    bars.show()


if __name__ == "__main__":
    main()
