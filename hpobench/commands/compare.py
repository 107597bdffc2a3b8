"""The command `compare`: is one strategy better than another, and what would settle it?"""

import math
from pathlib import Path

import typer

from ..errors import InputError, shown
from . import options

FOLDER = Path("results") / "compare"
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
    max_seeds: options.MaxSeeds = 30,
    max_time: options.MaxTime = None,
    fail_if: options.FailIf = None,
    margin: options.Margin = 0.02,
    markdown: options.Markdown = None,
) -> None:
    """Say which of two strategies is better, and how sure that is.

    Runs that DIR lacks are made; no report is written. The exit status is 0, and 1 where a run
    failed or did not end. With --fail-if, it is 1 where A is shown to be worse than B by more than
    the margin, and with `--fail-if undecided` 3 where that is neither shown nor excluded.
    """
    from ..seeds import seeds_in
    from .comparing import Asked, compare_and_say

    if fail_if is not None and fail_if not in GATES:
        raise InputError(f"--fail-if must be {' or '.join(GATES)}: {shown(fail_if)}")
    numbers = {"until": until, "margin": margin}
    for name, number in numbers.items():
        if number is not None and not 0 <= number < math.inf:
            raise InputError(f"--{name} must be a number from 0 on: {number:g}")
    if until == 0:
        raise InputError("--until must be above 0: no interval is that narrow")
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
        max_seeds=max_seeds,
        max_time=max_time,
        fail_if=fail_if,
        margin=margin,
        markdown=markdown,
    )
    raise typer.Exit(compare_and_say(asked))
