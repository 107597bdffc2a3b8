"""The command `anchor`: what regret is measured by on a user's own problems."""

import typer

from . import options


def anchor(
    specs: options.OwnProblems,
    *,
    evaluations: options.Evaluations = None,
    jobs: options.Jobs = None,
) -> None:
    """Make anchors for your own problems: what regret is measured by.

    Random configurations are evaluated, and kept in a.anchors.json beside a.py. A command that was
    stopped goes on where it was. The exit status is 1 where a problem's anchors can't be made.
    """
    from ..store.provenance import cores
    from .anchoring.session import anchor_and_say

    raise typer.Exit(anchor_and_say(specs, evaluations, jobs or cores()))
