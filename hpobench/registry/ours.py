"""Our own strategies, systems and problems, by name, and the groups that one name stands for."""

import importlib
import pkgutil
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import replace
from functools import cache
from operator import itemgetter
from types import ModuleType

from ..cards.card import SPLITS
from ..cards.groups import ALL
from ..errors import InputError, described
from ..guards import is_a_persons
from ..problem import Problem
from ..strategy import Entrant, Strategy
from .definitions import entrants_in
from .names import spelled


def entrants() -> Mapping[str, Entrant]:
    """Return new copies of our strategies and systems, with their default fields, by name."""
    return {name: copied(name, entrant) for name, entrant in kept_entrants().items()}


def strategies() -> Mapping[str, Strategy]:
    """Return new copies of our strategies, with their default fields, by name."""
    return {name: each for name, each in entrants().items() if isinstance(each, Strategy)}


def problems() -> Mapping[str, Problem]:
    """Return our problems by name; each has a space that no other caller has."""
    return {name: with_own_space(problem) for name, problem in kept_problems().items()}


def module_of(problem: Problem) -> str:
    """Return the name of the module that defines one of our problems; empty: it is not ours."""
    bases = ((m.__name__, each.name) for m in _modules("problems") for each in m.problems)
    return next((module for module, name in bases if name == problem.base), "")


def strategy_groups() -> Mapping[str, tuple[str, ...]]:
    """Return the groups of our strategies by name: native, peers, everything; none has systems."""
    every = {name: each for name, each in kept_entrants().items() if isinstance(each, Strategy)}
    native = tuple(name for name, strategy in every.items() if strategy.library is None)
    return {
        "native": native,
        "peers": tuple(name for name in every if name not in native),
        "everything": tuple(every),
    }


def problem_groups() -> Mapping[str, tuple[str, ...]]:
    """Return the groups of our problems, by name: families, development, held-out, everything.

    No card is needed for these; `cards.groups.belongs` tells the same, and more, by cards.
    """
    every = kept_problems()
    families = sorted({problem.about.family for problem in every.values()})
    return {
        **{
            name: tuple(k for k, each in every.items() if each.about.family == name)
            for name in families
        },
        **{
            name: tuple(k for k, each in every.items() if SPLITS[each.about.held_out] == name)
            for name in SPLITS
        },
        ALL: tuple(every),
    }


def copied(name: str, entrant: Entrant) -> Entrant:
    """Return a copy of a strategy or a system, so that no run changes what the next begins with."""
    try:
        return deepcopy(entrant)
    except BaseException as error:  # a user's class may raise anything
        if is_a_persons(error):
            raise
        raise InputError(described(error, before=f"{name} can't be copied: ")) from None


def with_own_space(problem: Problem) -> Problem:
    """Return a copy of a problem that shares its space with no other."""
    return replace(problem, space=deepcopy(problem.space))


@cache
def kept_entrants() -> Mapping[str, Entrant]:
    """Return our strategies and systems by name; nobody may change them, since all share them."""
    found: dict[str, Entrant] = {}
    for module in _modules("strategies"):
        found |= entrants_in(vars(module), module.__name__, module.__name__.rpartition(".")[2])
    return dict(sorted(zip(map(spelled, found), found.values(), strict=True), key=itemgetter(0)))


@cache
def kept_problems() -> Mapping[str, Problem]:
    """Return our problems by name; nobody may change them, since all share them."""
    found = [problem for module in _modules("problems") for problem in module.problems]
    return {problem.name: problem for problem in sorted(found, key=lambda problem: problem.name)}


def strategy_names() -> Mapping[str, tuple[str, ...]]:
    """Return the names of the strategies that each name of a group or a strategy stands for."""
    return {**strategy_groups(), **{name: (name,) for name in kept_entrants()}}


def problem_names() -> Mapping[str, tuple[str, ...]]:
    """Return the names of the problems that each name of a group or a problem stands for."""
    return {**problem_groups(), **{name: (name,) for name in kept_problems()}}


def _modules(kind: str) -> list[ModuleType]:
    folder = importlib.import_module(f"hpobench.{kind}")
    names = sorted(info.name for info in pkgutil.iter_modules(folder.__path__))
    return [importlib.import_module(f"{folder.__name__}.{name}") for name in names]
