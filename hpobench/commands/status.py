"""The command `status`: what is done in a folder of results, what runs, and what is left to do."""

import typer

from . import folder_options, options, store_options


def status(
    folder: store_options.Place,
    *,
    as_json: options.AsJson = False,
    watch: folder_options.Watched = False,
) -> None:
    """Say what is done, what runs, waits or failed, and what is left.

    It also says what was lost, and the command that makes the rest, with the time that it takes.
    Nothing is written or moved, and no lock is needed: it can be asked while a process works on the
    folder.
    """
    from .status_screen import show_json, show_once, show_until_done

    if watch and not as_json:
        show_until_done(folder)
    elif as_json:
        show_json(folder, watched=watch)
    else:
        show_once(folder)
    raise typer.Exit
