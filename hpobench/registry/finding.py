"""Finding strategies and problems by spec.

A spec is the text that names them: `asha`, `asha:eta=4,low=1`, `./mine.py`, `branin+noise=0.1`,
`held-out`. An underscore in a name counts as a hyphen.
"""

import json
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import cast

from ..cards.groups import PROPERTIES, belongs, is_property
from ..errors import InputError, described, shown
from ..guards import is_a_persons
from ..hosting.client import Program
from ..hosting.placement import available, missing
from ..library import Library
from ..problem import Problem
from ..scalars import is_scalar
from ..strategy import Entrant, Strategy, fields_of
from ..trial import Identity
from .definitions import check_facts, entrants_in, problems_in
from .describing import problem_card
from .entry import Entry, Kind_co
from .fields import assigned
from .names import checked, known, spelled
from .options import Option, read
from .ours import (
    copied,
    kept_entrants,
    kept_problems,
    problem_names,
    strategy_names,
    with_own_space,
)
from .user_file import Source, file_in, is_path, load, program

LISTER = "python -m hpobench list {}"
"""The command that lists all strategies or all problems."""


def find_entrants(spec: str) -> list[Entry[Entrant]]:
    """Return the strategies and systems that a spec names: ours, a group, a file's or a program.

    Raises InputError if there are none.
    """
    name, assignments = _cut("strategy", spec, ":")
    if not is_path(name):
        ours = strategy_names()
        names = ours[known("strategy", name, ours, LISTER.format("strategies"))]
        return [_strategy_entry(key, kept_entrants()[key], assignments, None) for key in names]
    if not name.endswith(".py"):
        return [replace(_program_entry(name), given=spec)]
    source, ours = load(name), strategy_names()
    with _looking(name):
        found = entrants_in(source.contents, source.module, source.name)
        if not found:
            raise InputError(
                f"{name} defines no strategy: it needs a subclass of hpobench.Strategy"
            )
        checked("strategy", found, name, ours)
        entries = [
            _strategy_entry(spelled(key), item, assignments, source) for key, item in found.items()
        ]
    return [replace(entry, given=spec) for entry in entries]


def find_strategies(spec: str) -> list[Entry[Strategy]]:
    """Return the strategies that a spec names; raises InputError where it names a system."""
    found = list[Entry[Strategy]]()
    for entry in find_entrants(spec):
        if not isinstance(entry.item, Strategy):
            raise InputError(f"{entry.identity.name} is a system, not a strategy: {spec!r}")
        found.append(cast("Entry[Strategy]", entry))
    return found


def find_library(name: str) -> Library:
    """Return the library of that name, which one of our strategies wraps, or raise InputError."""
    ours = {each.library.name: each.library for each in kept_entrants().values() if each.library}
    return ours[known("library", name, ours, LISTER.format("strategies"))]


def isolated() -> list[Library]:
    """Return the libraries that need an environment of their own and don't have it yet."""
    wrapped = {each.library for each in kept_entrants().values() if each.library}
    wanted = [library for library in wrapped if not library.shared and not available(library)]
    return sorted(wanted, key=lambda library: library.name)


def find_problems(spec: str) -> list[Entry[Problem]]:
    """Return the problems that a spec names: one of ours, a group of ours, or those of a file.

    Raises InputError if there are none.
    """
    name, text = _cut("problem", spec, "+")
    ours = {**problem_names(), **dict.fromkeys(PROPERTIES, ())}
    options = () if text is None else read(spelled(text))
    if not is_path(name):
        if is_property(spelled(name)):
            return _with_properties(spelled(name), options)
        names = ours[known("problem", name, ours, LISTER.format("problems"))]
        return [_problem_entry(kept_problems()[key], options, None) for key in names]
    source = load(name)
    with _looking(name):
        own = problems_in(source)
        checked("problem", [problem.name for problem in own], name, ours)
        entries = [_problem_entry(problem, options, source) for problem in own]
    return [replace(entry, given=spec) for entry in entries]


def _with_properties(group: str, options: Sequence[Option]) -> list[Entry[Problem]]:
    """Return those of our problems that have the properties of a group."""
    every = [_problem_entry(problem, (), None) for problem in kept_problems().values()]
    cards = {each.identity.name: problem_card(each) for each in every}
    wanted = belongs(group, {card.about.family for card in cards.values()})
    names = [name for name, card in cards.items() if wanted(card)]
    if not names:
        raise InputError(f"no problem is in the group {shown(group)}")
    return [_problem_entry(kept_problems()[name], options, None) for name in names]


def resolve_entrant(identity: Identity) -> Entry[Entrant]:
    """Return the strategy or the system that has an identity, or raise InputError."""
    return _resolve(identity, ":", find_entrants)


def resolve_problem(identity: Identity) -> Entry[Problem]:
    """Return the problem that has an identity, or raise InputError."""
    return _resolve(identity, "+", find_problems)


@contextmanager
def _looking(path: str) -> Generator[None]:
    """Turn whatever a user's file raises while it is looked at into an InputError."""
    try:
        yield
    except InputError:
        raise
    except BaseException as error:
        if is_a_persons(error):
            raise
        raise InputError(described(error, before=f"what {path} defines can't be read: ")) from None


def _strategy_entry(
    name: str, default: Entrant, assignments: str | None, source: Source | None
) -> Entry[Entrant]:
    before, default = fields_of(default), copied(name, default)
    for key, value in before.items():
        if not is_scalar(value):
            raise InputError(f"the field {key!r} of {name} is no JSON scalar: {shown(value)}")
    given = assigned(name, default, assignments)
    try:
        item = replace(default, **given) if given else default  # type: ignore[type-var]  # a dataclass
    except BaseException as error:  # a user's class may raise anything
        if is_a_persons(error):
            raise
        why = str(error) if isinstance(error, TypeError | ValueError) else described(error)
        raise InputError(f"{name}: {why}") from None
    if source is not None:
        check_facts(name, item)
    changed = {key: value for key, value in fields_of(item).items() if value != before[key]}
    text = ",".join(f"{key}={json.dumps(value)}" for key, value in changed.items())
    version = source.digest if source else str(item.version)
    absent = ""
    if item.library is not None:
        wrapped = available(item.library)
        version += f"+{wrapped or 'missing'}"
        absent = "" if wrapped else missing(item.library)
    identity = Identity(
        f"{name}:{text}" if text else name, version, source.path if source else None
    )
    return Entry(identity, item, source.text if source else None, absent)


def _program_entry(path: str) -> Entry[Entrant]:
    source = program(path)
    checked("strategy", [source.name], path, strategy_names())
    identity = Identity(source.name, source.digest, source.path)
    return Entry(identity, Program(source.path, source.name), source.text)


def _problem_entry(
    problem: Problem, options: Sequence[Option], source: Source | None
) -> Entry[Problem]:
    version = source.digest if source else str(problem.version)
    for option in options:
        problem = option.applied(problem)
        version += f"+{option.wrapper.version}"
    identity = Identity(problem.name, version, source.path if source else None)
    needed = problem.library
    absent = missing(needed) if needed and not needed.installed() else ""
    text = source.text if source else None
    return Entry(identity, with_own_space(problem), text, absent)


def _cut(kind: str, spec: str, mark: str) -> tuple[str, str | None]:
    """Split a spec at its first mark into a name or path, and the rest; None: it has no mark."""
    if not spec.strip():
        raise InputError(f"the spec of a {kind} can't be empty: {spec!r}")
    path = file_in(spec, mark)
    name, separator, rest = spec[len(path) :].partition(mark)
    return path or name, rest if separator else None


def _resolve(
    identity: Identity, mark: str, find: Callable[[str], list[Entry[Kind_co]]]
) -> Entry[Kind_co]:
    spec = identity.name
    if identity.path is not None:
        _, separator, rest = spec.partition(mark)
        spec = identity.path + separator + rest
    for entry in find(spec):
        if entry.identity == identity:
            return entry
    raise InputError(
        f"{spec}, or a module beside it that it imports, has changed since the run was planned with"
        f" version {identity.version}"
    )
