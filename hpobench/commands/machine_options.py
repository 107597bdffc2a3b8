"""The options of where runs are made: how each is typed, and what its help says."""

from typing import Annotated, TypeAlias

import typer

Executor: TypeAlias = Annotated[
    str | None,
    typer.Option(
        metavar="ADDRESS",
        help="A cluster of Dask that makes the runs, as in dask://HOST:8786; by default this"
        " machine does.",
    ),
]
