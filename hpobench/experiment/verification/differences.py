"""Whether a run that was made again is the same: identical, equal within a tolerance, or not."""

import math
from collections.abc import Iterator, Mapping
from itertools import zip_longest

from ...errors import shown
from ...json_forms import record_to_json, stop_to_json
from ...trial import Outcome, Record

TOLERANCE = 1e-9
"""How far real numbers may be apart that count as equal, relative to the larger one.

One rounding costs at most 1.1e-16 of a number, and a sum of a million terms of one sign at most
1.1e-10 (Higham 2002, section 4.2). So another order of summation in linear algebra passes, and no
table of a report, which prints about four digits, shows it."""


def first_difference(then: Outcome, now: Outcome) -> str:
    """Return in words what first differs by more than TOLERANCE; empty: nothing does.

    Trials are compared in the order in which they ended; texts, choices and whole numbers must be
    the same.
    """
    for old, new in zip_longest(then.records, now.records):
        if old is None or new is None:
            only, when = (new, "now") if old is None else (old, "then")
            return f"trial {only.trial.id}: only {when}" if only is not None else ""
        for said in _different(_content(old), _content(new)):
            return f"trial {old.trial.id}: {said}"
    for said in _different(stop_to_json(then.stop), stop_to_json(now.stop)):
        return f"the end of the run: {said}"
    return ""


def _content(record: Record) -> Mapping[str, object]:
    """Return what a digest covers of a trial, what was proposed first."""
    content = record_to_json(record)
    return {"id": content.pop("id"), "proposal": content.pop("proposal"), **content}


def _different(then: object, now: object, name: str = "") -> Iterator[str]:
    """Yield the places where two contents differ, as texts."""
    if isinstance(then, Mapping) and isinstance(now, Mapping):
        for key in [*then, *(key for key in now if key not in then)]:
            inner = f"{name} {key}".removeprefix("proposal ").strip()
            yield from _different(then.get(key, _Absent()), now.get(key, _Absent()), inner)
    elif isinstance(then, list | tuple) and isinstance(now, list | tuple):
        if len(then) != len(now):
            yield f"{name}: {len(then)} then, {len(now)} now"
        for old, new in zip(then, now, strict=False):
            yield from _different(old, new, name)
    elif not _same(then, now):
        yield f"{name}: {_said(then)} then, {_said(now)} now"


class _Absent:
    """Stands for what one of the two sides does not have."""


def _same(then: object, now: object) -> bool:
    if type(then) is not type(now):
        return isinstance(then, _Absent) and isinstance(now, _Absent)
    if isinstance(then, float) and isinstance(now, float):
        return then == now or math.isclose(then, now, rel_tol=TOLERANCE)
    return then == now


def _said(value: object) -> str:
    return "nothing" if isinstance(value, _Absent) else shown(value)
