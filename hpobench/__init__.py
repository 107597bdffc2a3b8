"""hpobench: which way of tuning hyperparameters wins, where, and by how much."""

from .library import Library
from .parameter import Categorical, Float, Int, Ordinal, Parameter, Units, Value
from .problem import Data, Evaluate, Evaluation, Examples, Instance, Problem, Start, plain
from .seeds import Stream
from .space import Config, Space
from .strategy import Strategy, Task, Unsupported
from .surroundings import checkout
from .system import Fitted, System
from .trial import Fidelity, Pending, Proposal, Record, Reference, Run, Trial

__version__ = "0.1.0"

__all__ = [
    "Categorical", "Config", "Data", "Evaluate", "Evaluation", "Examples", "Fidelity", "Fitted",
    "Float", "Instance", "Int", "Library", "Ordinal", "Parameter", "Pending", "Problem", "Proposal",
    "Record", "Reference", "Run", "Space", "Start", "Strategy", "Stream", "System", "Task", "Trial",
    "Units", "Unsupported", "Value", "plain",
]  # fmt: skip

# A wheel nests strategies/ and problems/ in this package; a checkout keeps them beside it.
if _checkout := checkout():
    __path__.append(str(_checkout))
