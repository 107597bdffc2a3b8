"""One run, pure: a strategy or a system on a problem, under a budget, on a simulated clock."""

from .system_loop import run_system
from .trial_loop import run

__all__ = ["run", "run_system"]
