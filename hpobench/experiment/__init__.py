"""Many runs: what a TOML file or the command line asks for, as a plan, and done by an executor."""

from .experiment import Experiment, preset, preset_names, read, with_changes
from .planning import Plan, plan

__all__ = ["Experiment", "Plan", "plan", "preset", "preset_names", "read", "with_changes"]
