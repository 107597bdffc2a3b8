"""The options that may follow a problem's name in a spec: `hartmann-6+noise=0.1+failures=0.2`."""

import difflib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from ..cards.anchors import surveyed_configs
from ..errors import InputError
from ..problem import Problem
from ..wrappers.discrete import discrete
from ..wrappers.failures import failing
from ..wrappers.irrelevant import with_irrelevant
from ..wrappers.misleading import misleading
from ..wrappers.moved import moved
from ..wrappers.noise import noisy
from ..wrappers.stragglers import straggling
from ..wrappers.with_prior import KINDS, with_prior
from ..wrappers.wrong_default import with_wrong_default

Scale: TypeAlias = Literal["all", "own", "points", "none"]
SCALES: tuple[Scale, ...] = ("all", "own", "points", "none")
"""Which anchors of a problem stay valid under an option: all of them; none, but for our problems
the option has anchors of its own; the two points where regret is 0 and 1, but not random search's
curve; none."""


@dataclass(frozen=True, slots=True)
class Number:
    """The number that an option takes, and its range: both ends are included."""

    symbol: str
    """What stands for the number in descriptions."""
    low: float
    high: float
    whole: bool = False

    def read(self, name: str, text: str) -> float:
        """Return the number that a text gives to the option `name`, or raise InputError."""
        try:
            number = float(text)
        except ValueError:
            number = float("nan")
        if self.low <= number <= self.high and not (self.whole and number != int(number)):
            return number
        kind = "a whole number" if self.whole else "a number"
        raise InputError(
            f"the option {name!r} must be {kind} in [{self.low:g}, {self.high:g}]: {text!r}"
        )

    def written(self, number: float) -> str:
        """Return a number in its only spelling."""
        return json.dumps(int(number) if number == int(number) else number)


@dataclass(frozen=True, slots=True)
class Word:
    """The word that an option takes, one of a few."""

    symbol: str
    """What stands for the word in descriptions."""
    words: tuple[str, ...]

    def read(self, name: str, text: str) -> float:
        """Return the place of a text among the words, or raise InputError."""
        if text in self.words:
            return self.words.index(text)
        raise InputError(f"the option {name!r} must be {' or '.join(self.words)}: {text!r}")

    def written(self, number: float) -> str:
        """Return the word of a place."""
        return self.words[int(number)]


@dataclass(frozen=True, slots=True)
class Wrapper:
    """A kind of option: its name, what it does, and the number that it takes."""

    name: str
    clause: str
    """What the option adds to the description of a problem; {} stands for its number or word."""
    function: Callable[[Problem, float], Problem]
    """It changes a problem by a number (of a word, its place), which is 0 where there is none."""
    number: Number | Word | None = None
    """None: the option takes neither a number nor a word."""
    scale: Scale = "all"
    """Which anchors of the problem stay valid."""
    precedes: frozenset[str] = frozenset()
    """The names of the options that must not stand before it."""
    excludes: str = ""
    """The name of an option that must not be given beside it; empty: there is none."""
    asks_instance: bool = False
    """Whether only an instance tells if the option fits; then `start` raises UnfitError."""
    version: int = 1
    """A number that is raised whenever the option does something else."""

    @property
    def usage(self) -> str:
        """How the option is written, e.g. `noise=SD`."""
        return f"{self.name}={self.number.symbol}" if self.number else self.name

    @property
    def description(self) -> str:
        """What the option does, in one line."""
        return self.clause.format(self.number.symbol if self.number else "")


def _with_prior(problem: Problem, place: float) -> Problem:
    known = surveyed_configs(problem.base, problem.version)
    return with_prior(problem, KINDS[int(place)], known)


def _textbook(problem: Problem) -> Problem:
    if problem.textbook is None:
        raise ValueError("it has no other form that was published")
    return problem.textbook


_ALL = (
    Wrapper(
        "textbook",
        "in its published form, which has one instance",
        lambda problem, _: _textbook(problem),
    ),
    Wrapper(
        "noise",
        "with normal noise of the standard deviation {} on the value",
        lambda problem, deviation: noisy(problem, deviation, key="noise option"),
        Number("SD", 1e-6, 1e6),
        "points",  # random search chooses by noisy values
    ),
    Wrapper(
        "failures",
        "with failures in a region that is about the share {} of the space",
        failing,
        Number("SHARE", 0.01, 0.5),
        "points",  # the optimum may lie in the region
    ),
    Wrapper(
        "stragglers",
        "with durations multiplied by draws from a Pareto distribution (shape {}, median 1)",
        straggling,
        Number("SHAPE", 0.5, 100),
    ),
    Wrapper(
        "irrelevant",
        "with {} more real parameters, which do nothing",
        lambda problem, number: with_irrelevant(problem, int(number)),
        Number("N", 1, 1000, whole=True),
    ),
    Wrapper(
        "discrete",
        "with only {} values, in order, for each number",
        lambda problem, count: discrete(problem, int(count)),
        Number("K", 2, 1000, whole=True),
        "none",
    ),
    Wrapper(
        "misleading",
        "with a smooth error on values at low fidelities (standard deviation {} at fidelity 0)",
        misleading,
        Number("SD", 1e-6, 1e6),
    ),
    Wrapper(
        "wrong-default",
        "with each default at the far end of its range",
        lambda problem, _: with_wrong_default(problem),
    ),
    Wrapper(
        "moved",
        "with the range of each number moved, so that the optimum is anywhere in its middle 80 %",
        lambda problem, _: moved(problem),
        None,
        "own",
        frozenset(
            {
                "noise",
                "failures",
                "stragglers",
                "irrelevant",
                "discrete",
                "misleading",
                "wrong-default",
                "prior",
            }
        ),  # they may ask where a configuration lies in the space
        "textbook",  # its only instance would be moved once, to one place
        asks_instance=True,
    ),
    Wrapper(
        "prior",
        "with a person's prior, which is {}",
        _with_prior,
        Word("KIND", KINDS),
        "all",
        frozenset({"failures", "discrete"}),  # where the optimum lies is not known any more
        asks_instance=True,
    ),
)
WRAPPERS: Mapping[str, Wrapper] = {wrapper.name: wrapper for wrapper in _ALL}
"""Every option, by its name."""


@dataclass(frozen=True, slots=True)
class Option:
    """An option as it was given: its kind, and its number or word."""

    wrapper: Wrapper
    number: float = 0.0
    """Of a word, its place among the words."""

    @property
    def spelling(self) -> str:
        """How the option is written in identities, which know only one spelling."""
        return f"{self.wrapper.name}={self._number}" if self.wrapper.number else self.wrapper.name

    def applied(self, problem: Problem) -> Problem:
        """Return the changed problem; its published form is changed in the same way.

        Raises InputError if the option does not fit the problem.
        """
        wrapper, name = self.wrapper, f"{problem.name}+{self.spelling}"
        try:
            changed = wrapper.function(problem, self.number)
        except ValueError as error:
            raise InputError(f"no {name}: {error}") from None
        kept = None if changed is problem.textbook else problem.textbook
        said = [problem.about.summary.removesuffix("."), wrapper.clause.format(self._number)]
        return replace(
            changed,
            name=name,
            about=replace(changed.about, summary="; ".join(filter(None, said)) + "."),
            textbook=kept and self.applied(kept),
        )

    @property
    def _number(self) -> str:
        return self.wrapper.number.written(self.number) if self.wrapper.number else ""


def read(text: str) -> tuple[Option, ...]:
    """Return the options that a text in lower case gives, or raise InputError.

    >>> [option.spelling for option in read("textbook+noise=0.10")]
    ['textbook', 'noise=0.1']
    """
    options = tuple(_option(part.strip()) for part in text.split("+"))
    names = [option.wrapper.name for option in options]
    for name in names:
        if names.count(name) > 1:
            raise InputError(f"the option {name!r} is given twice: +{text}")
    for place, option in enumerate(options):
        early = [name for name in names[:place] if name in option.wrapper.precedes]
        if early:
            raise InputError(f"the option {names[place]!r} must stand before {early[0]!r}: +{text}")
        other = option.wrapper.excludes
        if other in names:
            both = f"{other!r} and {names[place]!r}"
            raise InputError(f"the options {both} exclude each other: +{text}")
    return options


def scale_of(problem: str) -> Scale:
    """Return which anchors of one of our problems stay valid under the options in its name."""
    kept = (option.wrapper.scale for option in options_of(problem))
    return SCALES[max(map(SCALES.index, kept), default=0)]


def options_of(problem: str) -> tuple[Option, ...]:
    """Return the options in the name of a problem."""
    options = problem.partition("+")[2]
    return read(options) if options else ()


def _option(text: str) -> Option:
    name, equals, number = text.partition("=")
    name = name.strip()
    wrapper = WRAPPERS.get(name)
    if wrapper is None:
        close = difflib.get_close_matches(name, WRAPPERS, n=1)
        there = ", ".join(f"+{wrapper.usage}" for wrapper in WRAPPERS.values())
        hint = f"did you mean +{WRAPPERS[close[0]].usage}?" if close else f"there are {there}"
        raise InputError(f"no option {name!r}; {hint}")
    if wrapper.number is None:
        if equals:
            raise InputError(f"the option {name!r} takes no value: {text!r}")
        return Option(wrapper)
    if not equals:
        words = isinstance(wrapper.number, Word) and " or ".join(wrapper.number.words)
        raise InputError(f"the option {name!r} needs a value: " + (words or f"+{wrapper.usage}"))
    return Option(wrapper, wrapper.number.read(name, number.strip()))
