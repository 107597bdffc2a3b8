"""Results on disk: sealed runs, cards and sessions in one folder, and where they were made."""

from .folder import Store

__all__ = ["Store"]
