"""The registry turns what is typed (names, groups, specs, paths) into strategies and problems."""

from .entry import Entry, Kind_co
from .finding import (
    find_entrants,
    find_library,
    find_problems,
    find_strategies,
    isolated,
    resolve_entrant,
    resolve_problem,
)
from .ours import (
    entrants,
    module_of,
    problem_groups,
    problems,
    strategies,
    strategy_groups,
)

__all__ = [
    "Entry",
    "Kind_co",
    "entrants",
    "find_entrants",
    "find_library",
    "find_problems",
    "find_strategies",
    "isolated",
    "module_of",
    "problem_groups",
    "problems",
    "resolve_entrant",
    "resolve_problem",
    "strategies",
    "strategy_groups",
]
