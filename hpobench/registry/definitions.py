"""What a file of Python defines: its strategies, or its problems."""

import inspect
from collections.abc import Callable, Mapping
from types import NoneType

from ..errors import InputError, described, shown
from ..guards import is_a_persons
from ..library import Library
from ..problem import Problem, plain
from ..scalars import number
from ..space import Space
from ..strategy import Strategy
from .user_file import Source

FACTS: Mapping[str, tuple[type, ...]] = {
    "reference": (str,),
    "colour": (str, NoneType),
    "plans_for_budget": (bool,),
    "irreproducible": (str,),
    "library": (Library, NoneType),
}
"""What the class of a strategy says of it, and of what types."""


def strategies_in(contents: Mapping[str, object], module: str, name: str) -> dict[str, Strategy]:
    """Return the strategies that a module lists, or the one that it defines, called `name`."""
    listed = contents.get("strategies")
    if isinstance(listed, Mapping):
        for key, item in listed.items():
            if not isinstance(item, Strategy):
                raise InputError(f"strategies[{shown(key)}] must be a strategy: {shown(item)}")
        return dict(listed)
    found = [
        value
        for value in contents.values()
        if inspect.isclass(value)
        and issubclass(value, Strategy)
        and value.__module__ == module
        and not inspect.isabstract(value)
    ]
    if len(found) > 1:
        classes = ", ".join(value.__name__ for value in found)
        raise InputError(
            f"a file must define one strategy, or list them as `strategies = {{...}}`: {classes}"
        )
    return {name: _made(found[0])} if found else {}


def check_facts(name: str, strategy: Strategy) -> None:
    """Raise InputError where what the class of a user's strategy says of it can't be."""
    try:
        seconds = number("seconds", strategy.seconds)
    except ValueError as error:
        raise InputError(f"{name}: {error}") from None
    if seconds < 0:
        raise InputError(f"{name}: the seconds must be positive: {seconds}")
    for fact, kinds in FACTS.items():
        value = getattr(strategy, fact)
        if not isinstance(value, kinds):
            wanted = " or ".join("None" if kind is NoneType else kind.__name__ for kind in kinds)
            raise InputError(f"{name}: its {fact} must be {wanted}: {shown(value)}")


def problems_in(source: Source) -> list[Problem]:
    listed = source.contents.get("problems")
    if isinstance(listed, tuple | list):
        for problem in listed:
            if not isinstance(problem, Problem):
                raise InputError(f"{source.path}: problems must be Problems: {shown(problem)}")
        return list(listed)
    found = [value for value in source.contents.values() if isinstance(value, Problem)]
    if found:
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
    return [Problem(source.name, 1, spaces[0], plain(functions[0]), summary=summary)]


def _made(strategy: type[Strategy]) -> Strategy:
    try:
        return strategy()
    except BaseException as error:  # a user's class may raise anything
        if is_a_persons(error):
            raise
        why = str(error) if isinstance(error, TypeError | ValueError) else described(error)
        raise InputError(
            f"{strategy.__name__} can't be made by default, every field needs one: {why}"
        ) from None
