"""The options of the commands that look after a folder of results: `status`, `clean`, `verify`."""

from pathlib import Path
from typing import Annotated, TypeAlias

import typer

# What is shown, in `status`.
Watched: TypeAlias = Annotated[
    bool,
    typer.Option(
        "--watch",
        help="Look again each second until everything is done; without a terminal, print a line for"
        " each change.",
    ),
]

# What is removed, in `clean`.
Yes: TypeAlias = Annotated[
    bool, typer.Option("--yes", "-y", help="Remove it without asking, and without a terminal.")
]
Superseded: TypeAlias = Annotated[
    bool,
    typer.Option(
        "--superseded",
        help="Also remove runs that were planned and have ended, where a later session planned"
        " another version of their strategy or problem.",
    ),
]

# What is run again, in `verify`.
Sample: TypeAlias = Annotated[
    float,
    typer.Option(
        metavar="SHARE",
        help="The share of the runs that is run again, above 0 and up to 1; by default all. Every"
        " strategy and every problem is in it.",
    ),
]
Draw: TypeAlias = Annotated[
    int,
    typer.Option(
        metavar="N",
        help="Which sample is drawn, and which hash seed: another number, others.",
        min=0,
        max=1_000_000,
    ),
]
VerifiedStrategies: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        *("--strategy", "-s"),
        metavar="SPEC",
        help="Only runs of this strategy; give -s once for each. A file of yours is run only if it"
        " is named here.",
    ),
]
VerifiedProblems: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        *("--problem", "-p"),
        metavar="SPEC",
        help="Only runs on this problem or group; give -p once for each. A file of yours is run"
        " only if it is named here.",
    ),
]
GivenCertificate: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        "--certificate",
        metavar="FILE",
        help="Make no run again, but say whether this certificate is of the folder's runs.",
    ),
]
OtherJobs: TypeAlias = Annotated[
    int | None,
    typer.Option(
        metavar="N",
        help="Processes that share the work; by default another number than the runs were made"
        " with.",
        min=1,
    ),
]
