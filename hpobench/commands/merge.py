"""The command `merge`: folders of results become one."""

from . import store_options


def merge(folders: store_options.Merged, *, results: store_options.MergedInto) -> None:
    """Join folders of results of one budget and number of workers.

    Runs that several folders have are taken once; where their results differ, all of these runs are
    named, nothing is written, and the exit status is 2.
    """
    from .merging import merge_and_say

    merge_and_say(folders, results)
