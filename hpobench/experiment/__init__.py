"""Many runs: a TOML file or the command line becomes a plan, and an executor carries it out."""

from .experiment import Experiment, preset, preset_names, read, with_changes
from .planning import Plan, plan

__all__ = ["Experiment", "Plan", "plan", "preset", "preset_names", "read", "with_changes"]
