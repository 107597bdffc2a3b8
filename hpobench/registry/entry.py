"""What a spec is found to name."""

from dataclasses import dataclass, field
from typing import Generic, TypeVar

from ..problem import Problem
from ..strategy import Entrant
from ..trial import Identity

Kind_co = TypeVar("Kind_co", bound=Entrant | Problem, covariant=True)


@dataclass(frozen=True, slots=True)
class Entry(Generic[Kind_co]):
    """A strategy, a system or a problem, and its identity."""

    identity: Identity
    item: Kind_co = field(compare=False)
    source: str | None = None
    """The text of its file, empty if a program is no text; None: it is one of ours."""
    absent: str = ""
    """Which library is missing, and how to install it; empty: nothing is missing."""
    given: str = field(default="", compare=False)
    """The spec that names its file, as it was typed; empty: it is one of ours."""
