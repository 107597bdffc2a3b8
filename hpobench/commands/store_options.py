"""The arguments and options of the commands that pack, join and query folders of results."""

from pathlib import Path
from typing import Annotated, TypeAlias

import typer

Shard: TypeAlias = Annotated[
    str | None,
    typer.Option(
        metavar="I/N",
        help="Make only share I of N of the runs, from 1/N to N/N: on machines of the same version"
        " and libraries the shares add up to the whole; `merge` joins their folders.",
    ),
]
PackFile: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        "--out", metavar="FILE", help="Write a pack elsewhere, and leave the folder as it is."
    ),
]
Merged: TypeAlias = Annotated[
    list[Path], typer.Argument(metavar="DIR...", help="Folders of results.")
]
MergedInto: TypeAlias = Annotated[
    Path,
    typer.Option(
        "--results", metavar="OUT", help="The folder for all, new or not, or one of those joined."
    ),
]
Query: TypeAlias = Annotated[
    str, typer.Argument(metavar="QUERY", help="One SELECT from `runs` or `trials`.")
]
AsCsv: TypeAlias = Annotated[bool, typer.Option("--csv", help="Print CSV, for programs.")]
