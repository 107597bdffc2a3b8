"""What has changed since a report was made: its runs and cards, or what it is made with."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import islice

from ...errors import counted
from .inputs import Inputs, Pair
from .manifest import Manifest

SHOWN = 5
"""The most strategies on problems whose runs are said to have changed; the others are counted."""


def changes(then: Manifest, now: Manifest) -> Iterator[str]:
    """Yield sentences on what may be why a report that is made again differs from the earlier."""
    if then.inputs.pairs != now.inputs.pairs or then.inputs.runs != now.inputs.runs:
        yield _of_runs(then.inputs, now.inputs)
    elif then.inputs.seconds != now.inputs.seconds:
        yield "the runs are the same, but their seconds have been measured anew since"
    if then.inputs.cards != now.inputs.cards:
        yield "the cards of strategies or problems have changed since the report was made"
    if then.inputs.sessions != now.inputs.sessions:
        yield "sessions have been added or changed since the report was made"
    if then.inputs.certificates != now.inputs.certificates:
        yield "certificates have been added or changed since the report was made"
    names = sorted({*then.versions, *now.versions})
    for name in names:
        old, new = (each.versions.get(name, "without a version") for each in (then, now))
        if old != new:
            yield f"another version of {name} made the report: {old} then, {new} now"


def is_certificate_alone(then: Manifest, now: Manifest) -> bool:
    """Tell whether only certificates have come or changed since a report was made."""
    same = replace(then.inputs, certificates=now.inputs.certificates) == now.inputs
    return same and then.inputs != now.inputs and then.settings == now.settings


def _of_runs(then: Inputs, now: Inputs) -> str:
    """Say how the runs have changed, in all and by strategy and problem."""
    names = [
        name
        for name in sorted({*then.pairs, *now.pairs})
        if then.pairs.get(name) != now.pairs.get(name)
    ]
    said = [_of_pair(name, then.pairs, now.pairs) for name in islice(names, SHOWN)]
    more = len(names) - SHOWN
    rest = [f"and {more:,} more"] if more > 0 else []
    both = f"{counted(then.runs, 'run')} then, {counted(now.runs, 'run')} now"
    return f"the runs have changed since the report was made: {both}; {'; '.join([*said, *rest])}"


def _of_pair(name: str, then: Mapping[str, Pair], now: Mapping[str, Pair]) -> str:
    old, new = (each[name].runs if name in each else 0 for each in (then, now))
    if old == new:
        return f"{name}: {counted(old, 'run')}, but not the same"
    return f"{name}: {old:,} then, {new:,} now"
