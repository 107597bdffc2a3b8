"""The command `clean`: it removes what no plan of a folder needs, after saying what."""

import typer

from . import folder_options, options


def clean(
    folder: options.Folder,
    *,
    superseded: folder_options.Superseded = False,
    yes: folder_options.Yes = False,
) -> None:
    """Remove what no plan of a folder needs, after asking.

    That are damaged files, failed runs that were made again, temporary files, packs whose runs are
    all in other packs, unfinished runs that no session planned, and such runs of older versions, in
    packs, too. A run that has ended and that a session planned is kept, unless --superseded is
    given. Without a terminal and without --yes, it only says what it would remove, and exits with 2
    if there is anything.
    """
    from .cleaning import clean_and_say

    clean_and_say(folder, superseded=superseded, asks=not yes)
    raise typer.Exit
