"""The commands `all` and `run`: runs are made, of a preset or of a file, and reported."""

from pathlib import Path

import typer

from . import machine_options, options, store_options

RESULTS = Path("results")


def run_all(
    *,
    preset: options.Preset = "standard",
    strategy: options.Strategies = None,
    problem: options.Problems = None,
    seeds: options.Seeds = None,
    budget: options.Budget = None,
    workers: options.Workers = None,
    first: options.FirstTrial = None,
    until: options.UntilAll = None,
    max_seeds: options.MaxSeeds = None,
    max_time: options.MaxTime = None,
    shard: store_options.Shard = None,
    jobs: options.Jobs = None,
    executor: machine_options.Executor = None,
    trial_limit: machine_options.TrialLimit = None,
    memory: machine_options.Memory = None,
    results: options.Results = None,
    retries: options.Retries = 1,
    retry_failed: options.RetryFailed = False,
    isolate: options.Isolate = False,
) -> None:
    """Run each strategy on each problem, and make the report.

    A preset says what is run; the options change it. A run is one strategy on one problem with one
    seed. Runs that are done are not done again: a command that was stopped goes on where it was.
    """
    from ..experiment.experiment import preset as named
    from ..experiment.experiment import with_changes, with_options
    from ..seeds import seeds_in
    from .running import perform_and_report

    experiment = with_changes(
        named(preset),
        strategies=strategy,
        problems=problem,
        seeds=None if seeds is None else seeds_in(seeds),
        budget=budget,
        workers=workers,
        first=first,
    )
    raise typer.Exit(
        perform_and_report(
            with_options(
                experiment,
                until=until,
                max_seeds=max_seeds,
                trial_limit=trial_limit,
                memory=memory,
                executor=executor,
            ),
            results or RESULTS / preset,
            jobs,
            retries=retries,
            isolation="spawned" if isolate else None,
            retry_failed=retry_failed,
            max_time=max_time,
            shard=shard,
        )
    )


def run(
    experiment: options.Experiment,
    *,
    until: options.UntilAll = None,
    max_seeds: options.MaxSeeds = None,
    max_time: options.MaxTime = None,
    shard: store_options.Shard = None,
    jobs: options.Jobs = None,
    executor: machine_options.Executor = None,
    trial_limit: machine_options.TrialLimit = None,
    memory: machine_options.Memory = None,
    results: options.Results = None,
    retries: options.Retries = 1,
    retry_failed: options.RetryFailed = False,
    isolate: options.Isolate = False,
) -> None:
    """Run an experiment that a file describes, and report."""
    from ..experiment.experiment import read, with_options
    from .running import perform_and_report

    content = with_options(
        read(experiment),
        until=until,
        max_seeds=max_seeds,
        trial_limit=trial_limit,
        memory=memory,
        executor=executor,
    )
    raise typer.Exit(
        perform_and_report(
            content,
            results or RESULTS / content.name,
            jobs,
            retries=retries,
            isolation="spawned" if isolate else None,
            retry_failed=retry_failed,
            max_time=max_time,
            shard=shard,
        )
    )
