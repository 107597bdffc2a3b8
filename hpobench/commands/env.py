"""The commands for environments of libraries: `env create`, `env list` and `env remove`."""

from typing import TYPE_CHECKING

import typer

from . import options
from .examples import examples, help_without_command
from .unknown_command import Commands

if TYPE_CHECKING:
    from ..hosting.environments import Environment

CREATE = "hpobench env create NAME"

env = typer.Typer(
    cls=Commands,
    help="Make, list or remove environments of libraries.",
    epilog=examples("env"),
    callback=help_without_command,
    invoke_without_command=True,
    rich_markup_mode=None,
)


@env.command("create", epilog=examples("env create"))
def env_create(names: options.Libraries = None) -> None:
    """Make an environment for each of these libraries.

    The strategies of a library run in its environment from then on, if it is not installed here.
    """
    from ..hosting.environments import create
    from ..registry.finding import find_library, isolated

    for library in map(find_library, names) if names else isolated():
        _show(create(library))


@env.command("list", epilog=examples("env list"))
def env_list() -> None:
    """List the environments, and where the Python of each is."""
    from ..hosting.environments import environments

    there = environments()
    for each in there:
        _show(each)
    if not there:
        _say(f"no library has an environment yet; this makes one: {CREATE}")


@env.command("remove", epilog=examples("env remove"))
def env_remove(name: options.Named) -> None:
    """Delete an environment."""
    from ..hosting.environments import remove

    remove(name)


def _show(environment: "Environment") -> None:
    _say(f"{environment.name} {environment.version}: {environment.python}")


def _say(words: str) -> None:
    from .console import Printer

    Printer().say(words)
