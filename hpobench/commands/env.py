"""The commands about environments of libraries: `env create`, `env list`, `env remove`."""

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from ..hosting.environments import Environment

env = typer.Typer(help="Environments of their own, for libraries.", no_args_is_help=True)


@env.command("create")
def env_create(
    names: Annotated[
        list[str] | None,
        typer.Argument(help="Libraries; by default all that need an environment and have none."),
    ] = None,
) -> None:
    """Make an environment for each library; its strategies run there from then on."""
    from ..hosting.environments import create
    from ..registry.finding import find_library, isolated

    for library in map(find_library, names) if names else isolated():
        _show(create(library))


@env.command("list")
def env_list() -> None:
    """List the environments there are."""
    from ..hosting.environments import environments

    for each in environments():
        _show(each)


@env.command("remove")
def env_remove(name: Annotated[str, typer.Argument(help="As `env list` calls it.")]) -> None:
    """Delete an environment."""
    from ..hosting.environments import remove

    remove(name)


def _show(environment: "Environment") -> None:
    from .console import Printer

    Printer().say(f"{environment.name} {environment.version}: {environment.python}")
