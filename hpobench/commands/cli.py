"""The command line: which commands there are, and how errors are told."""

import os
import signal
import sys

import typer

from .. import __version__
from ..errors import LINE, InputError, glance, shown
from ..guards import ENDING, Interrupted, exit_status, told_apart
from . import program_options
from .anchor import anchor
from .check import check
from .clean import clean
from .compare import compare
from .env import env
from .examples import examples, help_without_command
from .export import export, import_
from .list import list_
from .merge import merge
from .pack import pack, unpack
from .report import report
from .run import run, run_all
from .sql import sql
from .status import status
from .unknown_command import Commands
from .verify import verify

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


app.command("all", epilog=examples("all"))(run_all)
app.command(epilog=examples("run"))(run)
app.command(epilog=examples("status"))(status)
app.command(epilog=examples("clean"))(clean)
app.command(epilog=examples("verify"))(verify)
app.command(epilog=examples("report"))(report)
app.command(epilog=examples("export"))(export)
app.command(epilog=examples("pack"))(pack)
app.command(epilog=examples("unpack"))(unpack)
app.command(epilog=examples("merge"))(merge)
app.command(epilog=examples("sql"))(sql)
app.command("import", epilog=examples("import"))(import_)
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
        status = _told(_misused(error))
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


def _misused(error: Exception) -> str:
    """Say how a command was called wrongly; where a value is none that it takes, with the value."""
    message: str = error.format_message()  # type: ignore[attr-defined]  # it is click's
    if not isinstance(error.__cause__, ValueError) or not hasattr(error.__cause__, "errors"):
        return message
    option, (wrong, *_) = error.param, error.__cause__.errors()  # type: ignore[attr-defined]  # as above, and pydantic's
    usage = " ".join([*option.opts[:1], option.metavar or ""])
    return f"{message.partition(', unable')[0]}: {shown(wrong['input'])}; it is {usage}"


def _hush() -> None:
    """Drop what is still to be printed."""
    from .console import hush

    hush()


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
