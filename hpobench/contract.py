"""The names that authors of strategies, problems and systems need: `from hpobench import ...`."""

__all__ = [
    "Belief", "Categorical", "Config", "Data", "Description", "Entrant", "Evaluate", "Evaluation",
    "Examples", "Fidelity", "Float", "HandIn", "Identity", "Instance", "Int", "Library",
    "Normal", "Ordinal", "Parameter", "Pending", "Prior", "Problem", "Proposal", "Record", "Run",
    "Space", "Start", "Strategy", "Stream", "System", "Task", "Trial", "Units", "Unsupported",
    "Value", "Weights", "check_real", "check_whole", "plain",
]  # fmt: skip

from .library import Library
from .parameter import Categorical, Float, Int, Ordinal, Parameter, Units, Value
from .prior import Belief, Normal, Prior, Weights
from .problem import (
    Data,
    Description,
    Evaluate,
    Evaluation,
    Examples,
    Instance,
    Problem,
    Start,
    plain,
)
from .scalars import check_real, check_whole
from .seeds import Stream
from .space import Config, Space
from .strategy import Entrant, Strategy, Task, Unsupported
from .system import HandIn, System
from .trial import Fidelity, Identity, Pending, Proposal, Record, Run, Trial
