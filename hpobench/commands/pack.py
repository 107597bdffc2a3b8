"""The commands `pack` and `unpack`: many small files become one, and back."""

import typer

from . import options, store_options


def pack(folder: options.Folder, *, out: store_options.PackFile = None) -> None:
    """Put all runs that have ended into one Parquet file.

    All commands read it as they read the small files, which are removed once it was read back. New
    runs are files beside it, and the same command packs them, too. It also makes a new pack of what
    is whole of a damaged one, which is set aside. The exit status is 1 where a run can't be read.
    """
    from .packing import pack_and_say

    raise typer.Exit(pack_and_say(folder, out))


def unpack(folder: options.Folder) -> None:
    """Turn packs into small files again, the same to the byte.

    Where a run can't be read, nothing is changed, and the exit status is 1.
    """
    from .packing import unpack_and_say

    raise typer.Exit(unpack_and_say(folder))
