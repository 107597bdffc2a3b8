"""The arguments and options of where results are, and of what packs, joins and queries them."""

from pathlib import Path
from typing import Annotated, TypeAlias

import typer

Place: TypeAlias = Annotated[
    Path,
    typer.Argument(metavar="DIR", help="A folder of results, or the URL of one: s3://bucket/name."),
]
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
    list[Path], typer.Argument(metavar="DIR...", help="Folders of results, or URLs of such.")
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
