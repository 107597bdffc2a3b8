"""One run, pure: a strategy or a system on a problem, under a budget, on a simulated clock."""

from .system_loop import run_system
from .trial_loop import Race, run

__all__ = ["Race", "run", "run_system"]
