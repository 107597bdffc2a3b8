"""The commands `pack` and `unpack`: many small files become one, and back."""

from . import options, store_options


def pack(folder: options.Folder, *, out: store_options.PackFile = None) -> None:
    """Put all runs that have ended into one Parquet file.

    All commands read it as they read the small files, which are removed once it was read back. New
    runs are files beside it, and the same command packs them, too.
    """
    from .packing import pack_and_say

    pack_and_say(folder, out)


def unpack(folder: options.Folder) -> None:
    """Turn packs into small files again, the same to the byte."""
    from .packing import unpack_and_say

    unpack_and_say(folder)
