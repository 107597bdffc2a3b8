"""What is typed (names, groups, specs, paths of files) becomes strategies and problems."""

from .finding import (
    Entry,
    Kind,
    find_library,
    find_problems,
    find_strategies,
    isolated,
    module_of,
    problem_groups,
    problems,
    resolve_problem,
    resolve_strategy,
    strategies,
    strategy_groups,
)

__all__ = [
    "Entry",
    "Kind",
    "find_library",
    "find_problems",
    "find_strategies",
    "isolated",
    "module_of",
    "problem_groups",
    "problems",
    "resolve_problem",
    "resolve_strategy",
    "strategies",
    "strategy_groups",
]
