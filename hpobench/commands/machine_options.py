"""The options of where runs are made: how each is typed, and what its help says."""

from typing import Annotated, TypeAlias

import typer

Executor: TypeAlias = Annotated[
    str | None,
    typer.Option(
        metavar="ADDRESS",
        help="What makes the runs: local, which is this machine, or a cluster of Dask, as in"
        " dask://HOST:8786; by default what the experiment's file says, or this machine.",
    ),
]
TrialLimit: TypeAlias = Annotated[
    float | None,
    typer.Option(
        metavar="SECONDS",
        help="The seconds that a trial may take; one that takes longer has failed. What comes out"
        " then depends on the machine.",
    ),
]
Memory: TypeAlias = Annotated[
    float | None,
    typer.Option(
        metavar="MB",
        help="The megabytes that each process of a run may take beyond what it begins with, on"
        " Linux; what wants more fails.",
    ),
]
