"""What a report is asked to show, and how: by options of a command, or by a table in TOML."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields

from ..cards.card import OWN, SPLITS
from ..errors import InputError, hint, shown


@dataclass(frozen=True, slots=True)
class Choice:
    """What a report shows of the results in a folder; whatever is empty leaves all as it is."""

    strategies: tuple[str, ...] = ()
    """The strategies that are shown, by their names in the report or their specs; empty: all."""
    problems: tuple[str, ...] = ()
    """The names and groups of the problems that are shown; empty: all."""
    split: str = ""
    """The side whose problems alone are shown; empty: those of all sides are."""
    budget: float | None = None
    """The evaluations after which runs are read; None: they are read at their end."""
    labels: tuple[tuple[str, str], ...] = ()
    """Strategies, and how they are called instead."""
    against: str = ""
    """The strategy that every other one is compared with; empty: random search."""
    highlight: tuple[str, ...] = ()
    """The strategies that stand out in figures; empty: all do or, of many, the best."""
    style: str = ""
    """The name of the figures' style; empty: the usual one."""
    each: bool = False
    """Whether each problem has a figure of its own, too."""
    paper: bool = False
    """Whether the report comes as a whole document of LaTeX, too."""

    def __post_init__(self) -> None:
        if self.split and self.split not in (*SPLITS, OWN):
            raise InputError(f"no split {shown(self.split)}; {hint(self.split, (*SPLITS, OWN))}")
        if self.budget is not None and not 0 < self.budget < math.inf:
            raise InputError(f"a report's budget must be above 0: {shown(self.budget)}")
        if self.paper and self.style == "slide":
            raise InputError(f"slides are no paper; another style is needed: {shown(self.style)}")
        for spec, label in self.labels:
            if not label.strip() or not label.isprintable():
                raise InputError(
                    f"a label must be a text of one line: {shown(spec)}={shown(label)}"
                )

    @property
    def what(self) -> tuple[str, ...]:
        """What is shown, in words: reports of different things have different folders."""
        read = () if self.budget is None else (f"{self.budget:g}",)
        against = (f"against {self.against}",) if self.against else ()
        split = (self.split,) if self.split else ()
        return (*self.problems, *split, *self.strategies, *against, *read)


ALL = Choice()
"""All results are shown, as usual."""


def labels_in(typed: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Return strategies with their labels, from texts such as "asha:eta=4=Ours"."""
    pairs = list[tuple[str, str]]()
    for text in typed:
        spec, _, label = text.rpartition("=")
        if not spec or not label:
            raise InputError(f'a label is given as SPEC="Ours": {shown(text)}')
        pairs.append((spec, label))
    return tuple(pairs)


def choice_of(content: object, origin: str) -> Choice:
    """Return the choice of a table in a TOML file; every key and type is checked.

    `origin`: where the table is from, for errors.
    """
    if not isinstance(content, Mapping):
        raise InputError(f"{origin}: 'report' must be a table: {shown(content)}")
    known = [each.name for each in fields(Choice)]
    for key in content:
        if key not in known:
            raise InputError(f"{origin}: [report] has no key {shown(key)}; {hint(str(key), known)}")
    given = {str(key): _checked(str(key), value, origin) for key, value in content.items()}
    return Choice(**given)  # type: ignore[arg-type]  # each was checked above


def _checked(key: str, value: object, origin: str) -> object:
    """Return the value of a key, or raise InputError where it has the wrong type."""
    match key, value:
        case (("strategies" | "problems" | "highlight"), list()) if _texts(value):
            return tuple(value)
        case "labels", Mapping() if _texts([*value.values()]):
            return tuple(value.items())
        case (("split" | "against" | "style"), str()):
            return value
        case (("each" | "paper"), bool()):
            return value
        case "budget", int() | float() if not isinstance(value, bool):
            return value
        case _:
            raise InputError(f"{origin}: [report] {key!r} must be {_WANTED[key]}: {shown(value)}")


def _texts(values: list[object]) -> bool:
    return all(isinstance(each, str) for each in values)


_WANTED: Mapping[str, str] = {
    **dict.fromkeys(("strategies", "problems", "highlight"), "a list of texts"),
    **dict.fromkeys(("split", "against", "style"), "a text"),
    "labels": 'a table of texts, such as {sobol = "Ours"}',
    **dict.fromkeys(("each", "paper"), "true or false"),
    "budget": "a number",
}
"""What the value of each key has to be."""
