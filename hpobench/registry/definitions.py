"""The strategies or the problems that a Python file defines."""

import inspect
import math
from collections.abc import Callable, Mapping
from typing import TypeAlias

from ..errors import InputError, described, shown
from ..guards import is_a_persons
from ..library import Library
from ..problem import Description, Problem, plain
from ..scalars import is_number, scalar
from ..space import Space
from ..strategy import FAMILIES, Entrant, Strategy, fields_of
from .user_file import Source

Fact: TypeAlias = tuple[str, Callable[[object], bool]]
"""What a fact must be, in words, and what tells whether a value is that."""
_TEXT: Fact = ("str", lambda value: isinstance(value, str))
_TRUTH: Fact = ("bool", lambda value: isinstance(value, bool))
FACTS: Mapping[str, Fact] = {
    "version": (
        "a whole number, 1 or more",
        lambda value: is_number(value) and isinstance(value, int) and value >= 1,
    ),
    "citation": _TEXT,
    "family": (
        f"one of {', '.join(FAMILIES)}, or empty",
        lambda value: isinstance(value, str) and value in ("", *FAMILIES),
    ),
    "plans_for_budget": _TRUTH,
    "evaluations": (
        "a number, more than 0",
        lambda value: value == math.inf or (is_number(scalar(value)) and value > 0),  # type: ignore[operator]  # it is a number
    ),
    "library": ("Library or None", lambda value: value is None or isinstance(value, Library)),
    "irreproducible": _TEXT,
    "several_objectives": _TRUTH,
    "knows_limits": _TRUTH,
}
"""The facts about a strategy, which it says of itself in attributes, and what they must be."""


def entrants_in(contents: Mapping[str, object], module: str, name: str) -> dict[str, Entrant]:
    """Return the strategies and systems that a module lists, or the only one, under `name`.

    `contents` are the module's global names. Raises InputError where the list holds anything else,
    or several classes are defined and not listed.
    """
    listed = contents.get("strategies")
    if isinstance(listed, Mapping):
        for key, item in listed.items():
            if not isinstance(item, Entrant):
                raise InputError(f"strategies[{shown(key)}] must be a strategy: {shown(item)}")
        return dict(listed)
    found = [
        value
        for value in contents.values()
        if inspect.isclass(value)
        and issubclass(value, Entrant)
        and value.__module__ == module
        and not inspect.isabstract(value)
    ]
    if len(found) > 1:
        classes = ", ".join(value.__name__ for value in found)
        raise InputError(
            f"a file must define one strategy, or list them as `strategies = {{...}}`: {classes}"
        )
    return {name: _made(found[0])} if found else {}


def check_facts(name: str, entrant: Entrant) -> None:
    """Raise InputError where a user's strategy or system states a fact about itself wrongly."""
    for fact in fields_of(entrant):
        if fact in FACTS:
            raise InputError(
                f"{name}: {fact} is no hyperparameter; write it in the class without a type:"
                f" {fact} = {shown(getattr(entrant, fact))}"
            )
    unsaid = () if isinstance(entrant, Strategy) else inspect.get_annotations(Strategy)
    for fact, (wanted, is_right) in FACTS.items():
        if fact in unsaid:
            continue
        value = getattr(entrant, fact)
        if not is_right(value):
            raise InputError(f"{name}: its {fact} must be {wanted}: {shown(value)}")


def listed_problems(source: Source) -> list[Problem]:
    """Return the problems that a file lists, or else all that it defines as Problems."""
    listed = source.contents.get("problems")
    if isinstance(listed, tuple | list):
        for problem in listed:
            if not isinstance(problem, Problem):
                raise InputError(f"{source.path}: problems must be Problems: {shown(problem)}")
        return list(listed)
    return [value for value in source.contents.values() if isinstance(value, Problem)]


def problems_in(source: Source) -> list[Problem]:
    """Return the problems of a file; without any, that of its one function on its one space."""
    if found := listed_problems(source):
        return found
    spaces = [value for value in source.contents.values() if isinstance(value, Space)]
    functions: list[Callable[..., float]] = [
        value
        for key, value in source.contents.items()
        if inspect.isfunction(value) and value.__module__ == source.module and key[0] != "_"
    ]
    if len(spaces) != 1 or len(functions) != 1:
        raise InputError(
            f"{source.path} defines no problem: it needs a Problem, or one Space and one function"
            f" of a configuration; its spaces: {len(spaces)}, its functions: {len(functions)}"
        )
    summary = " ".join((functions[0].__doc__ or "").split("\n\n")[0].split())
    return [
        Problem(
            source.name,
            1,
            spaces[0],
            plain(functions[0]),
            about=Description(summary=summary),
        )
    ]


def _made(kind: type[Entrant]) -> Entrant:
    try:
        return kind()
    except BaseException as error:  # a user's class may raise anything
        if is_a_persons(error):
            raise
        why = str(error) if isinstance(error, TypeError | ValueError) else described(error)
        raise InputError(
            f"{kind.__name__} can't be made without arguments; every field needs a default: {why}"
        ) from None
