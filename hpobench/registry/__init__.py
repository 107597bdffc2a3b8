"""Names, groups, specs and paths become strategies and problems, users' own files among them."""

from .finding import (
    Entry,
    Kind_co,
    entrants,
    find_entrants,
    find_library,
    find_problems,
    find_strategies,
    isolated,
    module_of,
    problem_groups,
    problems,
    resolve_entrant,
    resolve_problem,
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
