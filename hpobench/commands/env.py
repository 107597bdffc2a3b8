"""The commands for environments of libraries: `env create`, `env list` and `env remove`."""

from typing import TYPE_CHECKING

import typer

from . import options
from .examples import examples, help_without_command

if TYPE_CHECKING:
    from ..hosting.environments import Environment

env = typer.Typer(
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

    for each in environments():
        _show(each)


@env.command("remove", epilog=examples("env remove"))
def env_remove(name: options.Named) -> None:
    """Delete an environment."""
    from ..hosting.environments import remove

    remove(name)


def _show(environment: "Environment") -> None:
    from .console import Printer

    Printer().say(f"{environment.name} {environment.version}: {environment.python}")
