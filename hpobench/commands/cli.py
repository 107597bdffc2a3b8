"""The command line: the commands, their options, and how errors are told."""

import os
import signal
import sys
from pathlib import Path

import typer

from .. import __version__
from ..errors import LINE, InputError, glance
from ..guards import ENDING, Interrupted, exit_status, told_apart
from . import machine_options, options, program_options, store_options
from .anchor import anchor
from .check import check
from .clean import clean
from .compare import compare
from .env import env
from .examples import examples, help_without_command
from .listing import list_
from .reporting import report
from .status import status
from .storing import merge, pack, sql, unpack
from .unknown_command import Commands
from .verify import verify

RESULTS = Path("results")
CLOSED = 141
"""The exit status where nobody reads the output on, as in shells."""
ABOUT = (
    "Find out which way of tuning hyperparameters wins, where, and by how much.\n\n"
    "hpobench runs strategies (ways of tuning) on problems (what is tuned) and reports who did"
    " best, and how sure that is. Strategies and problems are named by a SPEC: a name, the name of"
    " a group, or the path of a file of yours. `hpobench` and `python -m hpobench` are the same."
)

app = typer.Typer(
    cls=Commands,
    help=ABOUT,
    epilog=examples(""),
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # else brackets in a text would be read as markup
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(env, name="env")
_UsageError: type[Exception] = typer.BadParameter.__bases__[0]


@app.callback(invoke_without_command=True)
def program(
    context: typer.Context,
    *,
    version: program_options.Version = False,
    no_plugins: program_options.NoPlugins = False,
) -> None:
    """Read the options that need no command."""
    if no_plugins:
        from ..registry.plugins import forbid

        forbid()
    if version:
        typer.echo(f"hpobench {__version__}")
        raise typer.Exit
    help_without_command(context)


@app.command("all", epilog=examples("all"))
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
    from ..experiment.experiment import with_changes, with_executor, with_limits, with_width
    from ..seeds import seeds_in
    from .run import perform_and_report

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
            with_executor(
                with_limits(with_width(experiment, until, max_seeds), trial_limit, memory), executor
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


@app.command(epilog=examples("run"))
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
    from ..experiment.experiment import read, with_executor, with_limits, with_width
    from .run import perform_and_report

    content = with_executor(
        with_limits(with_width(read(experiment), until, max_seeds), trial_limit, memory), executor
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


app.command(epilog=examples("status"))(status)
app.command(epilog=examples("clean"))(clean)
app.command(epilog=examples("verify"))(verify)
app.command(epilog=examples("report"))(report)


@app.command(epilog=examples("export"))
def export(
    folder: options.Folder,
    *,
    to: options.Format,
    storage: options.OutputStorage = None,
    output: options.Output = None,
) -> None:
    """Copy runs that have ended to tables, trackers or IOHprofiler."""
    from ..exchange import export
    from .places import folder_to_read

    _say(export(folder_to_read(folder), to, output=output, storage=storage))


app.command(epilog=examples("pack"))(pack)
app.command(epilog=examples("unpack"))(unpack)
app.command(epilog=examples("merge"))(merge)
app.command(epilog=examples("sql"))(sql)


@app.command("import", epilog=examples("import"))
def import_(
    storage: options.Storage,
    *,
    problem: options.WorkedOn,
    results: options.Into,
    strategy: options.Called = None,
    study: options.Pattern = "*",
) -> None:
    """Read Optuna's studies as the runs of one strategy.

    Each study becomes a run on the problem, with a seed of its own.
    """
    from ..exchange.incoming import import_from

    _say(import_from(storage, problem, results, name=strategy, pattern=study))


app.command("list", epilog=examples("list"))(list_)
app.command(epilog=examples("compare"))(compare)
app.command(epilog=examples("check"))(check)
app.command(epilog=examples("anchor"))(anchor)


def main() -> None:
    """Run the program; what the user got wrong is one line on standard error and status 2."""
    try:
        from .console import forgive

        forgive()
        with told_apart(*ENDING):
            status = typer.main.get_command(app).main(prog_name="hpobench", standalone_mode=False)
            sys.stdout.flush()
    except (BrokenPipeError, SystemExit) as end:  # typer ends the program by itself, with 1
        if not isinstance(end if isinstance(end, OSError) else end.__context__, BrokenPipeError):
            raise
        _hush()
        status = CLOSED
    except _UsageError as error:
        message: str = error.format_message()  # type: ignore[attr-defined]  # it is click's
        status = _told(message)
    except InputError as error:
        status = _told(str(error))
    except OSError as error:
        if error.filename is None:  # it may be what we print that can't be written
            _hush()
        status = _told(_refused(error))
    except ValueError as error:
        if "embedded null" not in str(error):
            raise
        status = _told("a path can't have a null character in it")
    except (Interrupted, KeyboardInterrupt) as stop:
        status = _stopped(stop)
    sys.exit(status)


def _hush() -> None:
    """Drop what is still to be printed."""
    from .console import hush

    hush()


def _say(text: str) -> None:
    """Print the lines of a text."""
    from .console import Printer

    for each in text.splitlines():
        Printer().say(each)


def _refused(error: OSError) -> str:
    """Say what the system refused to do."""
    reason = error.strerror or str(error)
    if error.filename is None:
        return f"the system refused: {reason}"
    return f"{os.fsdecode(error.filename)} can't be used: {reason}"


def _stopped(stop: BaseException) -> int:
    """Say what a signal has stopped, if that is known, and return the exit status."""
    for each in (signal.SIGINT, *ENDING):  # this process ends already
        signal.signal(each, signal.SIG_IGN)
    if said := str(stop):
        _told(said)
    return exit_status(stop)


def _told(message: str) -> int:
    """Print an error, and return the exit status."""
    from .console import plain

    sys.stderr.write(f"hpobench: {plain(glance(message, most=LINE))}\n")
    return 2
