"""Finding strategies and problems by name, by spec or by path.

A spec is text: `asha`, `asha:eta=4,low=1`, `./mine.py`, `branin+noise=0.1`, `held-out`. An
underscore in a name is taken for a hyphen.
"""

import difflib
import importlib
import inspect
import json
import pkgutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from types import ModuleType
from typing import Generic, TypeVar

from .assignments import assigned
from .errors import InputError
from .hosts import available, missing
from .library import Library
from .problem import Problem, plain
from .remote import Program
from .source import Source, is_path, load, program, spelled
from .space import Space
from .strategy import Strategy, settings
from .system import System
from .trial import Reference
from .wrappers.options import Option, read

Kind = TypeVar("Kind", Strategy, Problem)
SCALARS = (bool, int, float, str, type(None))


@dataclass(frozen=True, slots=True)
class Entry(Generic[Kind]):
    """A strategy or a problem, and its identity."""

    reference: Reference
    item: Kind
    source: str | None = None
    """The text of the file it came from; None where it is one of ours, or no text."""
    absent: str = ""
    """How to install the library that it needs; empty where nothing is missing."""


@cache
def strategies() -> Mapping[str, Strategy]:
    """Return all of ours with their default fields, sorted by name."""
    found: dict[str, Strategy] = {}
    for module in _modules("strategies"):
        found |= _strategies_in(vars(module), module.__name__)
    return dict(sorted(found.items()))


@cache
def problems() -> Mapping[str, Problem]:
    """Return all of ours, sorted by name."""
    found = [problem for module in _modules("problems") for problem in module.problems]
    return {problem.name: problem for problem in sorted(found, key=lambda problem: problem.name)}


def module_of(problem: Problem) -> str:
    """Return the name of the module that defines one of ours; empty: none does."""
    bases = ((m.__name__, each.name) for m in _modules("problems") for each in m.problems)
    return next((module for module, name in bases if name == problem.base), "")


def strategy_groups() -> Mapping[str, tuple[str, ...]]:
    """Return what one name can say of our strategies: native ones, peers, everything; no system."""
    every = {name: each for name, each in strategies().items() if not isinstance(each, System)}
    native = tuple(name for name, strategy in every.items() if strategy.library is None)
    return {
        "native": native,
        "peers": tuple(name for name in every if name not in native),
        "everything": tuple(every),
    }


@cache
def groups() -> Mapping[str, tuple[Problem, ...]]:
    """Return what one name can say of our problems: the families, the two halves, everything."""
    every = tuple(problems().values())
    families = sorted({problem.family for problem in every})
    return {
        **{name: tuple(each for each in every if each.family == name) for name in families},
        "development": tuple(problem for problem in every if not problem.held_out),
        "held-out": tuple(problem for problem in every if problem.held_out),
        "everything": every,
    }


def find_strategies(spec: str) -> list[Entry[Strategy]]:
    """Return what a spec names: one of ours, a group of ours, what a file defines, or a program."""
    name, assignments = _cut(spec, ":")
    if not is_path(name):
        known = {**strategy_groups(), **{key: (key,) for key in strategies()}}
        names = known[_known("strategy", name, known)]
        return [_strategy_entry(key, strategies()[key], assignments, None) for key in names]
    if not name.endswith(".py"):
        return [_program_entry(name)]
    source = load(name)
    found = _strategies_in(source.contents, source.module, source.name)
    if not found:
        raise InputError(f"{name} defines no strategy: it needs a subclass of hpobench.Strategy")
    return [_strategy_entry(key, item, assignments, source) for key, item in found.items()]


def find_library(name: str) -> Library:
    """Return a library that one of ours wraps, by its name."""
    known = {each.library.name: each.library for each in strategies().values() if each.library}
    return known[_known("library", name, known)]


def isolated() -> list[Library]:
    """Return the libraries that need an environment of their own, and have none."""
    wrapped = {each.library for each in strategies().values() if each.library}
    wanted = [library for library in wrapped if not library.shared and not available(library)]
    return sorted(wanted, key=lambda library: library.name)


def find_problems(spec: str) -> list[Entry[Problem]]:
    """Return what a spec names: one of ours, a group of ours, or all that a file defines."""
    name, text = _cut(spec, "+")
    options = () if text is None else read(spelled(text))
    if not is_path(name):
        known = {**groups(), **{key: (problem,) for key, problem in problems().items()}}
        found = known[_known("problem", name, known)]
        return [_problem_entry(problem, options, None) for problem in found]
    source = load(name)
    return [_problem_entry(problem, options, source) for problem in _problems_in(source)]


def resolve_strategy(reference: Reference) -> Entry[Strategy]:
    """Return the strategy of an identity, as another process finds it again."""
    return _resolve(reference, ":", find_strategies)


def resolve_problem(reference: Reference) -> Entry[Problem]:
    """Return the problem of an identity, as another process finds it again."""
    return _resolve(reference, "+", find_problems)


def _modules(kind: str) -> list[ModuleType]:
    folder = importlib.import_module(f"{__package__}.{kind}")
    names = sorted(info.name for info in pkgutil.iter_modules(folder.__path__))
    return [importlib.import_module(f"{folder.__name__}.{name}") for name in names]


def _strategies_in(
    contents: Mapping[str, object], module: str, name: str | None = None
) -> dict[str, Strategy]:
    listed = contents.get("strategies")
    if isinstance(listed, Mapping):
        return {spelled(str(key)): item for key, item in listed.items()}
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
    return {name or spelled(module.rpartition(".")[2]): _made(value) for value in found}


def _made(strategy: type[Strategy]) -> Strategy:
    try:
        return strategy()
    except (TypeError, ValueError) as error:
        raise InputError(
            f"{strategy.__name__} can't be made by default, every field needs one: {error}"
        ) from None


def _problems_in(source: Source) -> list[Problem]:
    listed = source.contents.get("problems")
    values: Iterable[object] = listed if isinstance(listed, tuple) else source.contents.values()
    found = [value for value in values if isinstance(value, Problem)]
    if found:
        for problem in found:
            if "+" in problem.name:
                raise InputError(f"a problem's name can't have a '+' in it: {problem.name!r}")
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
    summary = " ".join((functions[0].__doc__ or "").split())
    return [Problem(source.name, 1, spaces[0], plain(functions[0]), summary=summary)]


def _strategy_entry(
    name: str, default: Strategy, assignments: str | None, source: Source | None
) -> Entry[Strategy]:
    before = settings(default)
    for key, value in before.items():
        if not isinstance(value, SCALARS):
            raise InputError(f"the field {key!r} of {name} is no JSON scalar: {value!r}")
    given = assigned(name, default, assignments)
    try:
        item = replace(default, **given) if given else default  # type: ignore[type-var]  # a dataclass
    except (TypeError, ValueError) as error:
        raise InputError(f"{name}: {error}") from None
    changed = {key: value for key, value in settings(item).items() if value != before[key]}
    text = ",".join(f"{key}={json.dumps(value)}" for key, value in changed.items())
    version = source.digest if source else str(item.version)
    absent = ""
    if item.library is not None:
        wrapped = available(item.library)
        version += f"+{wrapped or 'missing'}"
        absent = "" if wrapped else missing(item.library)
    reference = Reference(
        f"{name}:{text}" if text else name, version, source.path if source else None
    )
    return Entry(reference, item, source.text if source else None, absent)


def _program_entry(path: str) -> Entry[Strategy]:
    source = program(path)
    reference = Reference(source.name, source.digest, source.path)
    return Entry(reference, Program(source.path, source.name), source.text or None)


def _problem_entry(
    problem: Problem, options: Sequence[Option], source: Source | None
) -> Entry[Problem]:
    version = source.digest if source else str(problem.version)
    for option in options:
        problem = option.applied(problem)
        version += f"+{option.wrapper.version}"
    reference = Reference(problem.name, version, source.path if source else None)
    needed = problem.library
    absent = missing(needed) if needed and not needed.installed() else ""
    return Entry(reference, problem, source.text if source else None, absent)


def _cut(spec: str, mark: str) -> tuple[str, str | None]:
    """Split a spec at its first mark; None: it has none."""
    name, separator, rest = spec.partition(f".py{mark}")
    if separator:
        return f"{name}.py", rest
    if is_path(spec):
        return spec, None
    name, separator, rest = spec.partition(mark)
    return name, rest if separator else None


def _known(kind: str, name: str, known: Mapping[str, object]) -> str:
    name = spelled(name)
    if name in known:
        return name
    close = difflib.get_close_matches(name, known, n=1)
    hint = f"did you mean {close[0]!r}?" if close else f"there are {', '.join(known)}"
    raise InputError(f"no {kind} {name!r}; {hint}")


def _resolve(
    reference: Reference, mark: str, find: Callable[[str], list[Entry[Kind]]]
) -> Entry[Kind]:
    spec = reference.name
    if reference.path is not None:
        _, separator, rest = spec.partition(mark)
        spec = reference.path + separator + rest
    for entry in find(spec):
        if entry.reference == reference:
            return entry
    raise InputError(f"{spec} has changed since the run was planned: version {reference.version}")
