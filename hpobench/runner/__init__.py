"""One run, pure: a strategy or a system on a problem, under a budget, on a simulated clock."""

from .race import Race, run
from .system_loop import run_system

__all__ = ["Race", "run", "run_system"]
