"""Local search: a better neighbour of a configuration becomes the next configuration."""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hpobench import (
    Categorical,
    Config,
    Parameter,
    Pending,
    Proposal,
    Strategy,
    Task,
    Trial,
    Value,
    check_real,
    check_whole,
)
from hpobench.models.archive import Archive
from hpobench.models.neighbours import full_row, stepped

FEWEST = 0.2
"""The share of better neighbours from which on steps grow: the 1/5 rule."""


@dataclass
class LocalSearch(Strategy):
    """Goes from a configuration to a better neighbour, and begins elsewhere where none is better.

    The first few configurations are random, and the search begins at the best of them. Then it
    evaluates neighbours that differ in one active parameter, two for each, in random order: a
    number takes a normal step up and one down, and a category two other values. It goes to the
    first one that is better (or to the best of more, see `compared`). The steps are doubled if more
    than a fifth of the neighbours were better, and else halved (Rechenberg's 1/5 rule). When they
    are shorter than `least`, or no neighbour is left, the search begins again at the second best of
    the first configurations, then at the third; after the last, new ones are drawn.

    A failed trial is worse than all others. A worker for whom no neighbour is left, while others
    are evaluated, gets one more. Nothing is proposed twice, and when all was evaluated, the run
    ends.
    """

    citation = (
        "Hoos and Stützle (2004), Stochastic local search: foundations and applications, Morgan"
        " Kaufmann; Hutter et al. (2009), ParamILS: an automatic algorithm configuration framework,"
        " Journal of Artificial Intelligence Research 36; the steps: Rechenberg (1973),"
        " Evolutionsstrategie, Frommann-Holzboog"
    )
    family = "local"

    initial: int = 5
    """How many random configurations there are to begin at."""
    compared: int | None = 1
    """How many neighbours are compared before the search goes to the best of them; null: all two
    for each parameter, which is the best improvement."""
    spread: float = 0.2
    """The standard deviation of the first steps, as a share of the range."""
    least: float = 0.005
    """The search begins elsewhere once the standard deviation is below this share."""

    def __post_init__(self) -> None:
        check_whole("initial", self.initial, least=1)
        check_whole("compared", self.compared, least=1, null=True)
        check_real("spread", self.spread, least=0, most=1, above=True)
        check_real("least", self.least, least=0, most=self.spread, above=True)

    def setup(self, task: Task, rng: np.random.Generator) -> None:
        super().setup(task, rng)
        self.archive = Archive(task.space)
        self.starts: list[tuple[float, Config]] = []
        """The first configurations where no search has begun yet, with their values."""
        self.drawn = False
        """Whether the first configurations are drawn."""
        self.centre: Config | None = None
        """The values, of all parameters, whose neighbours are evaluated; None: there are none."""
        self.value = math.inf
        self.width = self.spread
        self.waiting: list[Config] = []
        """What is to be proposed before the search goes on."""
        self.open: set[str] = set()
        """What was proposed of that and is not told yet, as JSON."""
        self.told: list[tuple[float, Config]] = []
        """What was evaluated beside the centre, with the values."""

    def ask(self, pending: Sequence[Pending]) -> Proposal | None:
        if self._is_time():
            self._turn()
        while self.waiting:
            config = self.waiting.pop()
            if config not in self.archive:
                self.open.add(json.dumps(config))
                return Proposal(self.archive.propose(config))
        spare = self._neighbours() if self.centre else []
        other = spare[0] if spare else self.archive.fresh(self.rng)
        return None if other is None else Proposal(self.archive.propose(other))

    def tell(self, trial: Trial) -> None:
        config = trial.proposal.config
        self.archive.tell(config, trial.value)
        self.open.discard(json.dumps(config))
        if not math.isnan(trial.value):
            row = full_row(self.task.space, {**(self.centre or {}), **config}, self.rng)
            (self.starts if self.centre is None else self.told).append((trial.value, row))

    def _is_time(self) -> bool:
        """Tell whether enough neighbours were evaluated to go on from here."""
        if not self.waiting and not self.open:
            return True
        enough = self.compared is not None and len(self.told) >= self.compared
        return enough and min(self.told, key=_first)[0] < self.value

    def _turn(self) -> None:
        """Go to the best neighbour or to another start, and list what is to be proposed next."""
        self.waiting, self.open = [], set()
        if self.centre is not None:
            self._move()
        while not self.waiting:
            if self.centre is None and not self._begin():
                return
            self.waiting = self._neighbours()
            if not self.waiting:
                self.centre = None

    def _move(self) -> None:
        better = [each for each in self.told if each[0] < self.value]
        grow = len(better) > FEWEST * len(self.told)
        self.width = min(self.width * 2, 1.0) if grow else self.width / 2
        if better:
            self.value, self.centre = min(better, key=_first)
        elif self.width < self.least:
            self.centre = None
        self.told = []

    def _begin(self) -> bool:
        """Begin at the best start; if there is none, list new ones instead, and return False."""
        if not self.drawn or not self.starts:
            draws = [self.archive.fresh(self.rng) for _ in range(self.initial - len(self.starts))]
            self.waiting = [config for config in draws if config is not None]
            self.drawn = True
        if self.waiting or not self.starts:
            return False
        self.starts.sort(key=_first)
        self.value, self.centre = self.starts.pop(0)
        self.width = self.spread
        return True

    def _neighbours(self) -> list[Config]:
        """Return new neighbours of the centre, at most two for each active parameter."""
        space, centre = self.task.space, self.centre or {}
        found: list[Config] = []
        for name in space.active(centre):
            others = self._others(space[name], centre[name])
            rows = [space.active({**centre, name: other}) for other in others]
            found.extend([config for config in rows if config not in self.archive][:2])
        return [found[place] for place in self.rng.permutation(len(found))]

    def _others(self, parameter: Parameter, value: Value) -> list[Value]:
        if isinstance(parameter, Categorical):
            rest = [
                other
                for other in parameter.values
                if other != value or type(other) is not type(value)
            ]
            return [rest[place] for place in self.rng.permutation(len(rest))]
        steps = np.abs(self.width * self.rng.standard_normal(2)) * (1.0, -1.0)
        return [stepped(parameter, value, float(step)) for step in steps]


def _first(pair: tuple[float, Config]) -> float:
    return pair[0]
