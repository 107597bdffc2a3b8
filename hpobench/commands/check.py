"""The command `check`: do strategies and problems what all of them promise?"""

import typer

from ..errors import InputError
from . import options

MOST = 86_400.0
"""The most seconds that a check of one strategy or problem may take: a day."""


def check(specs: options.Specs, *, seconds: options.Seconds = 30.0) -> None:
    """Check that strategies and problems do what they promise."""
    from .conformance.session import check_and_say

    if not 1 <= seconds <= MOST:
        raise InputError(f"seconds must be from 1 to {MOST:,.0f}: {seconds:g}")
    raise typer.Exit(check_and_say(specs, seconds))
