"""The fields of a strategy in a spec: `eta=4,low=1`."""

import json
from typing import get_args, get_type_hints

from .errors import InputError
from .parameter import Value
from .strategy import Strategy, settings


def assigned(name: str, strategy: Strategy, assignments: str | None) -> dict[str, Value]:
    """Return the fields of a strategy that a text gives, or raise InputError."""
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
