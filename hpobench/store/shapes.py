"""What JSON holds is made the objects that a type describes, or refused: a hash shows no malice."""

from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from ..errors import shown
from ..parameter import Value
from ..scalars import is_scalar

DEEPEST = 20
"""The most objects and lists that may lie in each other where anything is allowed."""
LARGEST = 1 << 62
"""What whole numbers must be below in size."""


def made(kind: Any, content: object, name: str = "it") -> Any:  # noqa: ANN401  # as the type says
    """Return what JSON holds as an object of a type: dataclasses of scalars, tuples and mappings.

    `name`: what holds it, for errors. Raises ValueError, which names the place, where it is of
    another type.

    >>> made(tuple[int, ...], [1, 2]), made(float | None, None), made(float, 3)
    ((1, 2), None, 3)
    """
    if kind is object:
        return _plain(content, name)
    if kind in _SCALARS:
        return _scalar(kind, content, name)
    origin, given = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        return _one_of(given, content, name)
    return _several(kind, content, name)


def _several(kind: Any, content: object, name: str) -> Any:  # noqa: ANN401  # as the type says
    """Return an object, a tuple, a mapping or one of several texts, as the type says."""
    origin, given = get_origin(kind), get_args(kind)
    match content:
        case str() if origin is Literal and content in given:
            return content
        case dict() if origin is Mapping:
            return {key: made(given[1], each, f"{name}/{key}") for key, each in content.items()}
        case dict() if is_dataclass(kind):
            return _object(kind, content, name)
        case list() if origin is tuple and given[-1] is ...:
            return tuple(made(given[0], each, f"{name}/{at}") for at, each in enumerate(content))
        case list() if origin is tuple and len(given) == len(content):
            pairs = enumerate(zip(given, content, strict=True))
            return tuple(made(one, each, f"{name}/{at}") for at, (one, each) in pairs)
        case _:
            raise ValueError(f"{name} is {shown(content)}")


def _object(kind: Any, content: dict[str, Any], name: str) -> Any:  # noqa: ANN401  # as the type says
    """Return an object of a dataclass; a key that is no field of it is an error, too.

    Raises KeyError where a field that has no default is missing.
    """
    types = _types(kind)
    if unknown := content.keys() - types.keys():
        raise ValueError(f"{name} has a key too many: {shown(min(unknown))}")
    for each in fields(kind):
        if each.default is MISSING and each.default_factory is MISSING:
            content[each.name]
    found = {key: made(types[key], each, f"{name}/{key}") for key, each in content.items()}
    return kind(**found)


def _one_of(kinds: tuple[Any, ...], content: object, name: str) -> object:
    """Return what is of one of several types."""
    if content is None and NoneType in kinds:
        return None
    for kind in kinds:
        if kind in _SCALARS:
            try:
                return _scalar(kind, content, name)
            except ValueError:
                continue
        if kind is not NoneType:
            return made(kind, content, name)
    raise ValueError(f"{name} is {shown(content)}")


def _scalar(kind: object, content: object, name: str) -> object:
    """Return a scalar of the type, in which a whole number may be a real one."""
    fits = isinstance(content, _SCALARS[kind]) and (kind is bool or not isinstance(content, bool))
    if kind is int and fits:
        fits = abs(content) < LARGEST  # type: ignore[arg-type]  # it is a whole number
    if not (fits and is_scalar(content)):
        raise ValueError(f"{name} is {shown(content)}")
    return content


def _plain(content: object, name: str, depth: int = 0) -> object:
    """Return any content of JSON that is not nested too deeply, and has no too large number."""
    if depth > DEEPEST:
        raise ValueError(f"{name} is nested too deeply")
    match content:
        case dict():
            return {key: _plain(each, f"{name}/{key}", depth + 1) for key, each in content.items()}
        case list():
            return [_plain(each, f"{name}/{at}", depth + 1) for at, each in enumerate(content)]
        case _:
            return made(Value, content, name)


@cache
def _types(kind: Any) -> Mapping[str, Any]:  # noqa: ANN401  # any dataclass
    hints = get_type_hints(kind)
    return {each.name: hints[each.name] for each in fields(kind) if each.init}


_SCALARS: Mapping[object, tuple[type, ...]] = {
    bool: (bool,), int: (int,), float: (int, float), str: (str,)
}  # fmt: skip
