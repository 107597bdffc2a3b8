"""Grid search: a full factorial, at the resolution that the budget allows."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

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
    Value,
    check_whole,
)

Grid = Mapping[str, Sequence[Value]]
"""The levels of each parameter, by its name."""


MOST_LEVELS = 1_000
"""The most levels of a parameter that a user may ask for."""
MOST_IDLE = 64
"""After so many finer grids in a row without another level, the range holds no more numbers."""


@dataclass
class GridSearch(Strategy):
    """Evaluates every combination of a few levels of each parameter, in random order.

    The number of levels follows from the budget. Each parameter starts with one level, its default.
    Then the parameter with the fewest levels, among those that are active somewhere in the grid,
    gets one more, and so on as long as the whole grid fits the budget. A categorical parameter gets
    all of its values or none but its default. On ties, parameters that others depend on come first;
    then the seed decides, because nothing in a space says which parameter matters, and their order
    should not. Where the budget does not allow two levels of each parameter, as with 10 parameters
    and 25 evaluations, the strategy does what a practitioner does: a few parameters vary (here
    four, over 3 · 2 · 2 · 2 levels), and the others keep their defaults.

    The n levels of a number are the middles of n equal shares of its range, or of the range's
    logarithm if the parameter has a logarithmic scale. Of all grids with n levels this one leaves
    the smallest gaps (Niederreiter, 1992, chapter 6), and it wastes no level on the ends, because
    people set the ends of a search space wide.

    Inactive parameters make no difference, so no configuration of a conditional space is evaluated
    twice. Any prefix of the random order is spread over the whole grid. The run ends when the grid
    is done.
    """

    citation = (
        "Niederreiter (1992), Random number generation and quasi-Monte Carlo methods, SIAM;"
        " Bergstra and Bengio (2012), Random search for hyper-parameter optimization, JMLR 13"
    )
    family = "grid"
    plans_for_budget = True
    version = 2

    levels: int | None = None
    """How many levels every number and every ordinal has; a categorical has all its values. None:
    as many as fit the budget."""

    def __post_init__(self) -> None:
        check_whole("levels", self.levels, least=2, most=MOST_LEVELS, null=True)

    def setup(self, task: Task, rng: np.random.Generator) -> None:
        super().setup(task, rng)
        if self.levels is None:
            grid = _fitting(task.space, int(task.budget), rng)
        else:
            grid = {name: _levels(task.space[name], self.levels) for name in task.space}
        self.plan = _Factorial(task.space, grid)
        self.drawn = 0
        self.swapped: dict[int, int] = {}

    def ask(self, pending: Sequence[Pending]) -> Proposal | None:
        if self.drawn == self.plan.size:
            return None
        return Proposal(self.plan.config(self._next()))

    def _next(self) -> int:
        """Draw an index that was not drawn before; the shuffle stores only what it has moved."""
        left = self.plan.size - self.drawn
        place = self.drawn + min(int(self.rng.random() * left), left - 1)
        index = self.swapped.get(place, place)
        self.swapped[place] = self.swapped.get(self.drawn, self.drawn)
        self.drawn += 1
        return index


class _Factorial:
    """All combinations of the levels, numbered from 0; none of them is stored.

    The combinations fall into blocks, one for each combination of values of the parents, the
    parameters that others depend on. Within a block the same parameters are active, so its size is
    the product of their numbers of levels.
    """

    def __init__(self, space: Space, grid: Grid) -> None:
        self.space = space
        self.grid = grid
        self.parents = _parents(space)
        self.unconditional = _unconditional(space)
        self.blocks: list[Config] = [{name: levels[0] for name, levels in grid.items()}]
        for name in self.parents:
            self.blocks = [
                {**block, name: value}
                for block in self.blocks
                for value in (grid[name] if name in self._active(block) else grid[name][:1])
            ]
        self.active = {name for block in self.blocks for name in self._active(block)}
        """The parameters that make a difference somewhere in the grid."""
        self.sizes = [math.prod(len(grid[name]) for name in self._free(b)) for b in self.blocks]
        self.size = sum(self.sizes)

    def config(self, index: int) -> Config:
        place = 0
        while index >= self.sizes[place]:
            index -= self.sizes[place]
            place += 1
        values = dict(self.blocks[place])
        for name in self._free(values):
            index, level = divmod(index, len(self.grid[name]))
            values[name] = self.grid[name][level]
        return {name: values[name] for name in self._active(values)}

    def affordable(self, name: str, most: int) -> int:
        """Return how many levels a parameter may have in a grid of at most `most` configurations.

        The parameter must be one that no other depends on.
        """
        more = sum(
            size // len(self.grid[name])
            for size, block in zip(self.sizes, self.blocks, strict=True)
            if name in self._free(block)
        )
        return len(self.grid[name]) + (most - self.size) // more

    def _active(self, values: Config) -> list[str]:
        """Return the names of the active parameters, given a value for every parameter."""
        return list(self.space.decode(self.unconditional.encode(values)))

    def _free(self, block: Config) -> list[str]:
        """Return the names of the active parameters that no other depends on."""
        return [name for name in self._active(block) if name not in self.parents]


def _fitting(space: Space, budget: int, rng: np.random.Generator) -> Grid:
    """Return the levels of the most even grid with at most `budget` configurations."""
    parents = _parents(space)
    shuffled = [list(space)[i] for i in rng.permutation(len(space))]
    growing = sorted(shuffled, key=lambda name: name not in parents)
    defaults = _unconditional(space).default()
    grid: dict[str, Sequence[Value]] = {name: [defaults[name]] for name in space}
    counts, idle, plan = dict.fromkeys(space, 1), dict.fromkeys(space, 0), _Factorial(space, grid)
    while free := [name for name in growing if name in plan.active]:
        name = min(free, key=lambda name: counts[name])
        most = _size(space[name])
        count = int(most) if isinstance(space[name], Categorical) else counts[name] + 1
        if len(free) == 1 and name not in parents:
            count = max(count, int(min(most, plan.affordable(name, budget))))
        finer = {**grid, name: _levels(space[name], count)}
        attempt = _Factorial(space, finer)
        fits = attempt.size <= budget
        idle[name] = idle[name] + 1 if len(finer[name]) <= len(grid[name]) else 0
        if fits:
            grid, counts[name], plan = finer, count, attempt
        if not fits or count >= most or idle[name] > MOST_IDLE:
            growing.remove(name)
    return grid


def _levels(parameter: Parameter, count: int) -> list[Value]:
    """Return the middles of `count` equal shares, or all values if there are no more than that."""
    if isinstance(parameter, Int) and count >= _size(parameter):
        return list(range(parameter.low, parameter.high + 1))
    if isinstance(parameter, Categorical):
        return list(parameter.values)
    if isinstance(parameter, Ordinal) and count >= _size(parameter):
        return list(parameter.values)
    middles = [(i + 0.5) / count for i in range(count)]
    return list(dict.fromkeys(parameter.decode(middle) for middle in middles))


def _size(parameter: Parameter) -> float:
    """Return how many values a parameter has."""
    if isinstance(parameter, Float):
        return math.inf
    if isinstance(parameter, Int):
        return parameter.high - parameter.low + 1
    return len(parameter.values)


def _parents(space: Space) -> list[str]:
    """Return the names of the parameters that others depend on."""
    return [name for name in space if any(name in other.when for other in space.values())]


def _unconditional(space: Space) -> Space:
    """Return the space with every parameter always active."""
    return Space({name: replace(parameter, when={}) for name, parameter in space.items()})
