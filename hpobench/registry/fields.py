"""The fields of a strategy in a spec: `eta=4,low=1`."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import is_dataclass
from typing import get_args, get_type_hints

from ..errors import InputError, described, shown
from ..parameter import Value
from ..scalars import is_scalar
from ..strategy import Entrant, fields_of


def assigned(name: str, entrant: Entrant, assignments: str | None) -> dict[str, Value]:
    """Return the values that a text such as `eta=4,low=1` gives to fields, or raise InputError.

    `assignments`: None gives no field a value. `name` is the strategy's, for errors.
    """
    if assignments is None:
        return {}
    hints, known = _hints(name, entrant), fields_of(entrant)
    given: dict[str, Value] = {}
    for assignment in _split(assignments):
        if not assignment.strip():
            raise InputError(
                f"{name}: a field is empty, it must be field=value: {shown(assignments)}"
            )
        key, equals, text = assignment.partition("=")
        key = key.strip().replace("-", "_")
        if key in known and not (equals and text.strip()):
            raise InputError(f"{name}: the field {key!r} needs a value: {key}=...")
        if key not in known:
            raise InputError(f"{name} has no field {shown(key)}; {_there(entrant)}")
        if key in given:
            raise InputError(f"{name}: the field {key!r} is given twice: {shown(assignments)}")
        given[key] = _typed(name, key, text.strip(), hints[key])
    return given


def _there(entrant: object) -> str:
    """Say which fields there are, or why there are none."""
    if known := fields_of(entrant):
        return f"its fields: {', '.join(known)}"
    if is_dataclass(entrant):
        return "it has no fields at all"
    return "its fields: none; is it a dataclass?"


def _hints(name: str, entrant: Entrant) -> Mapping[str, object]:
    try:
        return get_type_hints(type(entrant))
    except Exception as error:  # noqa: BLE001  # a user's annotations may be anything
        raise InputError(
            described(error, before=f"{name}: the types of its fields can't be read: ")
        ) from None


def _split(assignments: str) -> Iterator[str]:
    """Yield the parts of a text between its commas; commas in double quotes don't count."""
    start, quoted, escaped = 0, False, False
    for place, character in enumerate(assignments):
        if character == "," and not quoted:
            yield assignments[start:place]
            start = place + 1
        elif character == '"' and not escaped:
            quoted = not quoted
        escaped = character == "\\" and not escaped
    yield assignments[start:]


def _typed(name: str, key: str, text: str, hint: object) -> Value:
    kinds: tuple[object, ...] = get_args(hint) or (hint,)
    value = _scalar(text)
    if float in kinds and type(value) is int:
        value = float(value) if is_scalar(value) else text
    if type(value) in kinds and is_scalar(value):
        return value
    if str in kinds:
        return text
    wanted = " or ".join(
        "null" if k is type(None) else getattr(k, "__name__", str(k)) for k in kinds
    )
    raise InputError(f"{name}: the field {key!r} must be {wanted}: {shown(text)}")


def _scalar(text: str) -> Value:
    """Return what a text says as JSON, or the text itself if it is no JSON."""
    try:
        value: Value = json.loads(text)
    except (ValueError, RecursionError):
        return text
    return value
