"""Groups of problems by what their cards say: `held-out`, `fidelity`, `dimensions<=6`, and both.

A group is one name, or several joined by `&`, all of which have to hold.
"""

import operator
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TypeAlias

from ..errors import InputError, hint, shown
from .card import OWN, SPLITS, ProblemCard

Belongs: TypeAlias = Callable[[ProblemCard], bool]

JOINED = "&"
ALL = "everything"
"""The group of all problems."""
PROPERTIES: Mapping[str, Belongs] = {
    "fidelity": lambda card: card.fidelity is not None,
    "gradient": lambda card: card.gradient_cost is not None,
    "conditional": lambda card: card.conditional > 0,
    "categorical": lambda card: "categorical" in card.dimensions,
    "noisy": lambda card: "+noise=" in card.identity.name or bool(card.facts and card.facts.noise),
    "trained": lambda card: card.about.trained,
}
"""What a problem may have, by the name of the group of those that have it."""
TEST_FUNCTIONS = "synthetic"
"""The family of the problems that are formulas."""
DIMENSIONS = "dimensions"
_COMPARED: Mapping[str, Callable[[int, int], bool]] = {
    "<=": operator.le,
    ">=": operator.ge,
    "<": operator.lt,
    ">": operator.gt,
    "=": operator.eq,
}
_BY_DIMENSIONS = re.compile(rf"{DIMENSIONS}(<=|>=|<|>|=)(\d{{1,6}})")


def is_test_function(card: ProblemCard) -> bool:
    """Tell whether a problem is a function made up for tests, and no model or a user's own task."""
    return card.about.family == TEST_FUNCTIONS


def functions(problems: Sequence[ProblemCard]) -> list[int]:
    """Return for each problem the position of the first one that is the same function.

    Such problems differ in options alone, as `branin` and `branin+noise=0.1` do, or one says that
    it is a variant of the other. They are not independent.
    """
    names = [
        (card.about.variant_of or card.identity.name.partition("+")[0], card.source)
        for card in problems
    ]
    return [names.index(name) for name in names]


def is_property(text: str) -> bool:
    """Tell whether a text names what a problem may have, or joins names of groups."""
    return JOINED in text or text in PROPERTIES or text.startswith(DIMENSIONS)


def belongs(group: str, families: Collection[str]) -> Belongs:
    """Return what tells whether a problem belongs to a group.

    `families` are those that there are. Raises InputError where there is no such group.
    """
    terms = [_belongs(each.strip(), families) for each in group.split(JOINED)]
    return lambda card: all(term(card) for term in terms)


def _belongs(name: str, families: Collection[str]) -> Belongs:
    if name in PROPERTIES:
        return PROPERTIES[name]
    if found := _BY_DIMENSIONS.fullmatch(name):
        compare, number = _COMPARED[found[1]], int(found[2])
        return lambda card: compare(sum(card.dimensions.values()), number)
    if name in (*SPLITS, OWN):
        return lambda card: card.split == name
    if name in families:
        return lambda card: card.about.family == name
    if name == ALL:
        return lambda _: True
    if name.startswith(DIMENSIONS):
        raise InputError(
            f"a group by {DIMENSIONS} is written {DIMENSIONS}<=6, with one of"
            f" {', '.join(_COMPARED)} and a whole number: {shown(name)}"
        )
    names = dict.fromkeys([ALL, *SPLITS, OWN, *sorted(families), *PROPERTIES, f"{DIMENSIONS}<=6"])
    raise InputError(f"no group of problems {shown(name)}; {hint(name, list(names))}")
