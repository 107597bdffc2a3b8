"""The command line: what can be said, and how errors are told."""

import json
import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from .. import __version__
from ..errors import LINE, InputError, glance
from ..guards import Interrupted, told_apart
from .check import check
from .env import env

RESULTS = Path("results")
INTERRUPTED, CLOSED = 130, 141
"""The exit statuses after Ctrl-C and where nobody reads on, as shells have them."""
ABOUT = (
    "hpobench: which way of tuning hyperparameters wins, where, and by how much.\n\n"
    "`hpobench` and `python -m hpobench` are the same command. What it is to run is named by"
    " specs: the name of a strategy or a problem, of a group of them, or a file of yours.\n\n"
    "Try: hpobench all -s random-search -s ./mine.py -p branin -p xgboost --seeds 10"
)

app = typer.Typer(
    help=ABOUT,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(env, name="env")
_UsageError: type[Exception] = typer.BadParameter.__bases__[0]

Specs = list[str] | None

# What `all` and `run` share: how cells are run, and where their results go.
Jobs = Annotated[int | None, typer.Option(help="Processes; by default one a core.", min=1)]
Results = Annotated[
    Path | None, typer.Option(help="The folder of results; by default results/NAME.")
]
Retries = Annotated[
    int, typer.Option(help="How often a cell is tried again whose process was killed.", min=0)
]
RetryFailed = Annotated[
    bool, typer.Option("--retry-failed", help="Run the cells again that have failed.")
]
Isolate = Annotated[
    bool,
    typer.Option("--isolate", help="A new interpreter for each cell, which takes seconds."),
]


def _say_version(*, wanted: bool) -> None:
    if wanted:
        typer.echo(f"hpobench {__version__}")
        raise typer.Exit


@app.callback()
def program(
    *,
    version: Annotated[  # its callback says it
        bool,
        typer.Option("--version", callback=_say_version, is_eager=True, help="Say the version."),
    ] = False,
) -> None:
    """Take the options that need no command."""


@app.command("all")
def run_all(
    *,
    preset: Annotated[str, typer.Option(help="smoke, standard or paper.")] = "standard",
    strategy: Annotated[
        Specs,
        typer.Option("--strategy", "-s", metavar="SPEC", help="Instead of the preset's; repeats."),
    ] = None,
    problem: Annotated[
        Specs,
        typer.Option("--problem", "-p", metavar="SPEC", help="Instead of the preset's; repeats."),
    ] = None,
    seeds: Annotated[int | None, typer.Option(help="How many seeds, from 0.")] = None,
    budget: Annotated[
        float | None, typer.Option(help="Evaluations at the highest fidelity.")
    ] = None,
    workers: Annotated[int | None, typer.Option(help="Simulated workers in each run.")] = None,
    jobs: Jobs = None,
    results: Results = None,
    retries: Retries = 1,
    retry_failed: RetryFailed = False,
    isolate: Isolate = False,
) -> None:
    """Run every strategy on every problem, and report."""
    from ..experiment.experiment import preset as named
    from ..experiment.experiment import with_changes
    from .run import perform_and_report

    experiment = with_changes(
        named(preset),
        strategies=strategy,
        problems=problem,
        seeds=seeds,
        budget=budget,
        workers=workers,
    )
    raise typer.Exit(
        perform_and_report(
            experiment,
            results or RESULTS / preset,
            jobs,
            retries=retries,
            isolation="spawned" if isolate else None,
            retry_failed=retry_failed,
        )
    )


@app.command()
def run(
    experiment: Annotated[Path, typer.Argument(help="A TOML file.")],
    *,
    jobs: Jobs = None,
    results: Results = None,
    retries: Retries = 1,
    retry_failed: RetryFailed = False,
    isolate: Isolate = False,
) -> None:
    """Run an experiment that a file describes, and report."""
    from ..experiment.experiment import read
    from .run import perform_and_report

    content = read(experiment)
    raise typer.Exit(
        perform_and_report(
            content,
            results or RESULTS / content.name,
            jobs,
            retries=retries,
            isolation="spawned" if isolate else None,
            retry_failed=retry_failed,
        )
    )


@app.command()
def report(
    folder: Annotated[Path, typer.Argument(help="A folder of results.")],
    *,
    output: Annotated[
        Path | None, typer.Option(help="Where to write; by default the folder's report/.")
    ] = None,
    split: Annotated[
        str | None,
        typer.Option(help="development or held-out: those problems alone; by default all."),
    ] = None,
) -> None:
    """Make the report of a folder of results again."""
    from .report import make_report

    make_report(folder, output or folder / "report" / (split or ""), split)


@app.command()
def export(
    folder: Annotated[Path, typer.Argument(help="A folder of results.")],
    *,
    to: Annotated[str, typer.Option(help="optuna, mlflow or wandb.")],
    storage: Annotated[
        str | None,
        typer.Option(help="Optuna's: a URL or a file; by default optuna.db in the output."),
    ] = None,
    output: Annotated[
        Path | None, typer.Option(help="Where to write; by default the folder's export/.")
    ] = None,
) -> None:
    """Hand the runs that have ended to a tracker, into files of this machine or a storage."""
    from ..trackers import export

    _say(export(folder, to, output=output, storage=storage))


@app.command("import")
def import_(
    storage: Annotated[str, typer.Argument(help="Optuna's: a URL or a file.")],
    *,
    problem: Annotated[str, typer.Option("--problem", "-p", help="The spec of one problem.")],
    results: Annotated[Path, typer.Option(help="The folder of results, new or to be added to.")],
    strategy: Annotated[
        str | None, typer.Option("--strategy", "-s", help="How to call what made the studies.")
    ] = None,
    study: Annotated[str, typer.Option(help="A pattern of the studies' names.")] = "*",
) -> None:
    """Read an Optuna storage's studies as one strategy's runs on a problem, a study a seed."""
    from ..trackers.incoming import import_from

    _say(import_from(storage, problem, results, name=strategy, pattern=study))


@app.command("list")
def list_(
    kind: Annotated[
        str | None, typer.Argument(help="strategies or problems; both if left out.")
    ] = None,
    name: Annotated[
        str | None, typer.Argument(help="A spec: prints the card of what it names.")
    ] = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """List what there is, or print the card of one."""
    from .list import KINDS, SINGULAR, card, listed, print_card, print_list, told

    kind = SINGULAR.get(kind, kind) if kind else None
    if kind is not None and kind not in KINDS:
        raise InputError(f"only {' and '.join(KINDS)} can be listed: {kind!r}")
    found = {each: listed(each, name) for each in KINDS if kind in (None, each)}
    if kind is not None and name is not None and len(found[kind]) == 1:
        if as_json:
            sys.stdout.write(json.dumps(card(kind, name), indent=1) + "\n")
        else:
            print_card(told(kind, name))
    elif as_json:
        sys.stdout.write(json.dumps(found, indent=1) + "\n")
    else:
        for each, rows in found.items():
            print_list(each, rows)


app.command()(check)


def main() -> None:
    """Run the program; what the user got wrong is one line on standard error and status 2."""
    try:
        from .console import forgive

        forgive()
        with told_apart():
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
    except (Interrupted, KeyboardInterrupt, typer.Abort) as stop:
        status = _stopped(stop)
    sys.exit(status)


def _hush() -> None:
    from .console import hush

    hush()


def _say(text: str) -> None:
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
    if isinstance(stop, Interrupted):
        _told(str(stop))
    return INTERRUPTED


def _told(message: str) -> int:
    from .console import plain

    sys.stderr.write(f"hpobench: {plain(glance(message, most=LINE))}\n")
    return 2
