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
from typing import Generic, TypeVar, get_args, get_type_hints

from .errors import InputError
from .parameter import Value
from .problem import Problem, plain
from .source import Source, is_path, load, spelled
from .space import Space
from .strategy import Strategy, settings
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
    """The text of the file it came from; None where it is one of ours."""


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
    """Return what a spec names: one of ours, or all that a file defines."""
    name, assignments = _cut(spec, ":")
    if not is_path(name):
        name = _known("strategy", name, strategies())
        return [_strategy_entry(name, strategies()[name], assignments, None)]
    source = load(name)
    found = _strategies_in(source.contents, source.module, source.name)
    if not found:
        raise InputError(f"{name} defines no strategy: it needs a subclass of hpobench.Strategy")
    return [_strategy_entry(key, item, assignments, source) for key, item in found.items()]


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
    given = _assigned(name, default, assignments)
    try:
        item = replace(default, **given) if given else default  # type: ignore[type-var]  # a dataclass
    except (TypeError, ValueError) as error:
        raise InputError(f"{name}: {error}") from None
    changed = {key: value for key, value in settings(item).items() if value != before[key]}
    text = ",".join(f"{key}={json.dumps(value)}" for key, value in changed.items())
    version = source.digest if source else str(item.version)
    reference = Reference(
        f"{name}:{text}" if text else name, version, source.path if source else None
    )
    return Entry(reference, item, source.text if source else None)


def _assigned(name: str, strategy: Strategy, assignments: str | None) -> dict[str, Value]:
    hints = get_type_hints(type(strategy))
    known = settings(strategy)
    given: dict[str, Value] = {}
    for assignment in () if assignments is None else assignments.split(","):
        if not assignment.strip():
            raise InputError(f"{name}: a field is empty, it must be field=value: {assignments!r}")
        key, equals, text = assignment.partition("=")
        key = key.strip().replace("-", "_")
        if key in known and not equals:
            raise InputError(f"{name}: the field {key!r} needs a value: {key}=...")
        if key not in known:
            there = ", ".join(known) or "none"
            raise InputError(f"{name} has no field {key!r}; its fields: {there}")
        if key in given:
            raise InputError(f"{name}: the field {key!r} is given twice: {assignments!r}")
        given[key] = _typed(name, key, text.strip(), hints[key])
    return given


def _typed(name: str, key: str, text: str, hint: object) -> Value:
    kinds: tuple[object, ...] = get_args(hint) or (hint,)
    try:
        value: Value = json.loads(text)
    except ValueError:
        value = text
    if float in kinds and type(value) is int:
        return float(value)
    if type(value) in kinds:
        return value
    if str in kinds:
        return text
    wanted = " or ".join(
        "null" if k is type(None) else getattr(k, "__name__", str(k)) for k in kinds
    )
    raise InputError(f"{name}: the field {key!r} must be {wanted}: {text!r}")


def _problem_entry(
    problem: Problem, options: Sequence[Option], source: Source | None
) -> Entry[Problem]:
    version = source.digest if source else str(problem.version)
    for option in options:
        problem = option.applied(problem)
        version += f"+{option.wrapper.version}"
    reference = Reference(problem.name, version, source.path if source else None)
    return Entry(reference, problem, source.text if source else None)


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
