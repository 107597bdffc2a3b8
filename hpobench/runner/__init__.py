"""One run of a strategy or a system on a problem, without files, processes or other runs."""

from .race import Race, run
from .system_loop import run_system

__all__ = ["Race", "run", "run_system"]
