"""Manual search: a scripted person, or a real person's sequence from a file."""

import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

import numpy as np

from hpobench import (
    Categorical,
    Config,
    Float,
    Int,
    Ordinal,
    Parameter,
    Pending,
    Proposal,
    Space,
    Strategy,
    Task,
    Trial,
    Value,
)
from hpobench.models.neighbours import stepped

FACTOR = 10.0
"""The factor by which a number on a logarithmic scale is first multiplied or divided."""
SHARE = 0.25
"""The first step of any other number, and the largest step of all, as a share of the range."""
HALVINGS = 8
"""After so many halvings the search is over; a step is then a thousandth of the range."""


@dataclass
class ManualSearch(Strategy):
    """Changes one hyperparameter at a time, from the defaults, as a person would by hand.

    It begins with the default configuration and takes the parameters in the space's order. For a
    number it tries a larger and a smaller value: ten times as much and a tenth on a logarithmic
    scale, otherwise a quarter of the range up and down, but never more than a quarter and never
    beyond the end of the range. Whole numbers and ordinals move by at least one value. For a
    categorical parameter it tries every other value. A change that improves on the best so far is
    kept, and the search goes on in the same direction before it turns to the next parameter. When
    no change of any parameter helps, the steps are halved (ten times becomes about three times);
    after the eighth halving the search ends.

    If the default's result was told before the first proposal, the search goes on from there.

    A parameter that becomes active has its default or the value that it had last. Nothing is tried
    twice. With several workers, the changes that come next are tried at once. The seed has no
    effect. The method is a coordinate search without the pattern move of Hooke and Jeeves. With a
    `path`, the strategy proposes the configurations of that file instead, in their order, and
    stops.
    """

    citation = (
        'Hooke and Jeeves (1961), "Direct search" solution of numerical and statistical problems,'
        " Journal of the ACM 8"
    )
    family = "manual"

    path: str | None = None
    """A file with one configuration, a JSON object, on each line; None: the scripted search."""

    def __post_init__(self) -> None:
        if self.path is not None and not self.path:
            raise ValueError(f"path must name a JSON lines file, or be null: {self.path!r}")

    def setup(self, task: Task, rng: np.random.Generator) -> None:
        super().setup(task, rng)
        self.search = _Search(task.space)
        self.sequence = None if self.path is None else iter(_read(Path(self.path), task.space))

    def ask(self, pending: Sequence[Pending]) -> Proposal | None:
        config = self.search.next() if self.sequence is None else next(self.sequence, None)
        return None if config is None else Proposal(config)

    def tell(self, trial: Trial) -> None:
        if self.sequence is None:
            self.search.learn(trial)


@dataclass(frozen=True, slots=True)
class _Change:
    """A change of one parameter, and the values that it leads to."""

    values: Config
    """The values of all parameters, inactive ones included."""
    place: int
    """The position in the space of the parameter that is changed."""
    sign: int
    """1 for a larger value, -1 for a smaller one."""
    halvings: int
    """How often the step was halved."""


class _Search:
    """The best configuration so far, and what to try from there."""

    def __init__(self, space: Space) -> None:
        self.space = space
        self.names = list(space)
        free = {name: replace(parameter, when={}) for name, parameter in space.items()}
        self.unconditional = Space(free)
        self.start = _Change(self.unconditional.default(), place=0, sign=1, halvings=0)
        self.best = self.start
        self.value = math.inf
        self.tried: dict[bytes, _Change] = {}

    def next(self) -> Config | None:
        """Return the first configuration that was not tried yet; None if there is none."""
        for change in chain([self.start], self._changes()):
            config = self._config(change)
            key = self._key(config)
            if key not in self.tried:
                self.tried[key] = change
                return config
        return None

    def learn(self, trial: Trial) -> None:
        config = trial.proposal.config
        given = replace(self.start, values={**self.start.values, **config})
        change = self.tried.setdefault(self._key(config), given)
        if trial.value < self.value:  # never true of nan
            self.value, self.best = trial.value, change

    def _changes(self) -> Iterator[_Change]:
        """Yield all changes of the best: the last direction comes first, fine steps come last."""
        best = self.best
        turns = [*range(best.place, len(self.names)), *range(best.place)]
        active = self._config(best)
        for halvings in range(best.halvings, HALVINGS + 1):
            for place in turns:
                name = self.names[place]
                if name not in active:
                    continue
                signs = (best.sign, -best.sign) if place == best.place else (1, -1)
                for value, sign in _variations(self.space[name], active[name], halvings, signs):
                    yield _Change({**best.values, name: value}, place, sign, halvings)

    def _config(self, change: _Change) -> Config:
        active = self.space.decode(self.unconditional.encode(change.values))
        return {name: change.values[name] for name in active}

    def _key(self, config: Config) -> bytes:
        """Return a key that is equal for configurations that differ by rounding errors alone."""
        return np.round(self.space.encode(config), 6).tobytes()


def _variations(
    parameter: Parameter, value: Value, halvings: int, signs: Sequence[int]
) -> Iterator[tuple[Value, int]]:
    if isinstance(parameter, Categorical):
        yield from ((other, 1) for other in parameter.values)
        return
    for sign in signs:
        yield _stepped(parameter, value, halvings, sign), sign


def _stepped(parameter: Float | Int | Ordinal, value: Value, halvings: int, sign: int) -> Value:
    """Return a larger or smaller value, or the same value at an end of the range."""
    share = SHARE / 2**halvings
    if not isinstance(parameter, Ordinal) and parameter.log:
        decade = math.log(FACTOR) / math.log(parameter.high / parameter.low)
        share = min(share, decade / 2**halvings)
    return stepped(parameter, value, sign * share)


def _read(path: Path, space: Space) -> list[Config]:
    """Read a file of configurations; raise ValueError with the line that holds none."""
    configs: list[Config] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip():
            continue
        try:
            config = json.loads(line)
            if not isinstance(config, dict):
                raise ValueError(f"must be a JSON object: {line}")  # noqa: TRY301  # one place
            configs.append(space.check(config))
        except ValueError as error:
            raise ValueError(f"{path}, line {number}: {error}") from None
    if not configs:
        raise ValueError(f"must hold a configuration a line, in JSON: {path}")
    return configs
