"""The options of the program itself, which need no command."""

from typing import Annotated, TypeAlias

import typer

Version: TypeAlias = Annotated[bool, typer.Option("--version", help="Print the version.")]
NoPlugins: TypeAlias = Annotated[
    bool,
    typer.Option(
        "--no-plugins",
        envvar="HPOBENCH_NO_PLUGINS",
        help="Refuse strategies and problems given by path: nothing runs but what hpobench brings."
        " It may also stand behind a command.",
    ),
]
