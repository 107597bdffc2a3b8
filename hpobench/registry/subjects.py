"""Finding what a spec names where it may name strategies as well as problems."""

from collections.abc import Sequence
from typing import TypeAlias

from ..cards.groups import is_property
from ..errors import InputError
from ..problem import Problem
from ..strategy import Entrant
from .definitions import entrants_in, listed_problems, problems_in
from .entry import Entry
from .finding import find_entrants, find_problems
from .names import known, spelled
from .ours import problem_names, strategy_names
from .user_file import file_in, is_path, load

Found: TypeAlias = tuple[Sequence[Entry[Entrant]], Sequence[Entry[Problem]]]


def may_be_strategies(spec: str) -> bool:
    """Tell whether a spec may name strategies: options follow only the name of a problem."""
    return _mark(spec) != "+"


def may_be_problems(spec: str) -> bool:
    """Tell whether a spec may name problems: fields follow only the name of a strategy."""
    return _mark(spec) != ":"


def find(spec: str) -> Found:
    """Return the strategies and the problems that a spec names, or raise InputError if none."""
    strategies, problems = may_be_strategies(spec), may_be_problems(spec)
    if strategies and problems:
        strategies, problems = _in_file(spec) if is_path(spec) else _ours(spec)
    return (
        find_entrants(spec) if strategies else (),
        find_problems(spec) if problems else (),
    )


def _mark(spec: str) -> str:
    """Return ":" where fields follow a path or a name, "+" where options do; empty: neither."""
    paths = filter(None, (file_in(spec, mark) for mark in ":+"))
    rest = spec[len(min(paths, key=len, default="")) :]
    return next((character for character in rest if character in ":+"), "")


def _ours(spec: str) -> tuple[bool, bool]:
    """Tell whether a name is one of our strategies or their groups, and whether of our problems."""
    if is_property(spelled(spec)):
        return False, True
    strategies, problems = strategy_names(), problem_names()
    lister = "python -m hpobench list"
    name = known("strategy or problem", spelled(spec), {**strategies, **problems}, lister)
    return name in strategies, name in problems


def _in_file(path: str) -> tuple[bool, bool]:
    """Tell whether a file defines strategies, and whether it defines problems.

    A space and a function are a problem only if the file has no strategy, which might use them.
    """
    if not path.endswith(".py"):
        return True, False  # a program
    source = load(path)
    strategies = bool(entrants_in(source.contents, source.module, source.name))
    problems = bool(listed_problems(source))
    if strategies or problems:
        return strategies, problems
    try:
        return False, bool(problems_in(source))
    except InputError:
        raise InputError(
            f"{path} defines no strategy and no problem: it needs a subclass of hpobench.Strategy,"
            " a Problem, or one Space and one function of a configuration"
        ) from None
