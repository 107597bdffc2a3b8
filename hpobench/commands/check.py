"""The command `check`, which holds strategies and problems against the conformance suite."""

from typing import Annotated

import typer


def check(
    specs: Annotated[
        list[str],
        typer.Argument(metavar="SPEC...", help="Files, or names of ours, or of groups."),
    ],
    *,
    seconds: Annotated[
        float, typer.Option(help="The processor time that the check of each may take.", min=1.0)
    ] = 30.0,
) -> None:
    """Check that strategies and problems do what they promise."""
    from .conformance.session import check_and_say

    raise typer.Exit(check_and_say(specs, seconds))
