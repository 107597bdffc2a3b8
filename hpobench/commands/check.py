"""The command `check`: do strategies and problems what all of them promise?"""

import typer

from . import options


def check(specs: options.Specs, *, seconds: options.Seconds = 30.0) -> None:
    """Check that strategies and problems do what they promise."""
    from .conformance.session import check_and_say

    raise typer.Exit(check_and_say(specs, seconds))
