"""The command `merge`: folders of results become one."""

import typer

from . import store_options


def merge(folders: store_options.Merged, *, results: store_options.MergedInto) -> None:
    """Join folders of results of one budget and number of workers.

    Runs that several folders have are taken once; where their results differ, all of these runs are
    named, nothing is written, and the exit status is 2. It is 1 where runs, cards, sessions or
    certificates can't be read and are left out.
    """
    from .merging import merge_and_say

    raise typer.Exit(merge_and_say(folders, results))
