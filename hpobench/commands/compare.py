"""The command `compare`: is one strategy better than another, and what would settle it?"""

import math
from pathlib import Path

import typer

from ..errors import InputError, shown
from . import options

FOLDER = Path("results") / "compare"
MOST_SEEDS, MARGIN = 30, 0.02
"""The most seeds of a problem, and the margin, where none is given."""
GATES = ("worse", "undecided")
"""What the gate may be asked to fail for."""


def compare(
    first: options.First,
    second: options.Second,
    folder: options.Compared = FOLDER,
    *,
    problem: options.ComparedOn = None,
    seeds: options.ComparedSeeds = None,
    budget: options.Budget = None,
    workers: options.Workers = None,
    first_trial: options.FirstTrial = None,
    jobs: options.Jobs = None,
    until: options.Until = None,
    max_seeds: options.MaxSeeds = None,
    max_time: options.MaxTime = None,
    fail_if: options.FailIf = None,
    margin: options.Margin = None,
    markdown: options.Markdown = None,
) -> None:
    """Say which of two strategies is better, and how sure that is.

    Runs that DIR lacks are made; no report is written. The exit status is 0, and 1 where a run
    failed or did not end. With --fail-if, it is 1 where A is shown to be worse than B by more than
    the margin, and with `--fail-if undecided` 3 where that is neither shown nor excluded.
    """
    from ..seeds import seeds_in
    from .comparing import Asked, compare_and_say

    _check_seeds(until, max_seeds)
    _check_gate(fail_if, margin)
    asked = Asked(
        first=first,
        second=second,
        folder=folder,
        problems=tuple(problem or ()),
        seeds=None if seeds is None else seeds_in(seeds),
        budget=budget,
        workers=workers,
        first_trial=first_trial,
        jobs=jobs,
        until=until,
        max_seeds=MOST_SEEDS if max_seeds is None else max_seeds,
        max_time=max_time,
        fail_if=fail_if,
        margin=MARGIN if margin is None else margin,
        markdown=markdown,
    )
    raise typer.Exit(compare_and_say(asked))


def _check_seeds(until: float | None, max_seeds: int | None) -> None:
    """Raise InputError where seeds can't be added as it was asked for."""
    _check_number("until", until)
    if until == 0:
        raise InputError("--until must be above 0: no interval is that narrow")
    if max_seeds is not None and until is None:
        raise InputError(f"--max-seeds needs --until, which adds seeds: --max-seeds {max_seeds}")


def _check_gate(fail_if: str | None, margin: float | None) -> None:
    """Raise InputError where the command can't fail as it was asked to."""
    if fail_if is not None and fail_if not in GATES:
        raise InputError(f"--fail-if must be {' or '.join(GATES)}: {shown(fail_if)}")
    _check_number("margin", margin)
    if margin is not None and fail_if is None:
        raise InputError(f"--margin needs --fail-if, which it is for: --margin {margin:g}")


def _check_number(name: str, number: float | None) -> None:
    if number is not None and not 0 <= number < math.inf:
        raise InputError(f"--{name} must be a number from 0 on: {number:g}")
