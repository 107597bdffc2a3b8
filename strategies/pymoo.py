"""pymoo: its evolutionary algorithms, which breed a whole generation at a time."""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from hpobench import (
    Categorical,
    Config,
    Float,
    Int,
    Library,
    Parameter,
    Pending,
    Proposal,
    Trial,
    Units,
    Value,
    check_whole,
)
from hpobench.adapters import Adapter, Number, from_number, to_number
from hpobench.parameter import default_of


@dataclass
class Pymoo(Adapter):
    """An algorithm that breeds generations, whose individuals are proposed one by one.

    The next generation waits until the last one is told in full. A failed trial is infinitely bad.
    """

    library = Library("pymoo", ("pymoo>=0.6.2",))
    knows_failures = True

    population: int = 10
    """How many individuals a generation has; the library's own 50 or 100 would be a random search
    here."""

    def __post_init__(self) -> None:
        check_whole("population", self.population, least=4)

    @abstractmethod
    def problem(self) -> Any:
        """Describe the space as the library does."""

    @abstractmethod
    def algorithm(self) -> Any:
        """Make the algorithm."""

    def begin(self, seed: int) -> None:
        from pymoo.core.termination import NoTermination

        self.evolution = self.algorithm()
        self.evolution.setup(self.problem(), termination=NoTermination(), seed=seed)
        self.generation: Any = None
        self.queue: list[Any] = []
        """The individuals of the generation that have not been proposed yet."""

    def suggest(self, pending: Sequence[Pending]) -> tuple[Any, Proposal] | None:
        if not self.queue and not pending:
            self._breed()
        if not self.queue:
            return None
        individual = self.queue.pop(0)
        return individual, Proposal(self.inward(individual))

    def adopt(self, config: Config) -> Any:
        self._breed()
        alike = [self.inward(each) == config for each in self.queue]
        individual = self.queue.pop(alike.index(True) if any(alike) else 0)
        individual.X = self.outward(config).X
        return individual

    def observe(self, suggestion: Any, trial: Trial, value: float) -> None:
        suggestion.F = np.array([np.inf if trial.failed else value])

    def _breed(self) -> None:
        """Ask for the next generation; it is empty if no new child is possible."""
        if self.generation is not None:
            self.evolution.tell(infills=self.generation)
        self.generation = self.evolution.ask()
        self.queue = [] if self.generation is None else list(self.generation)


@dataclass
class Genetic(Pymoo):
    """pymoo's genetic algorithm for mixed variables: breeds a generation from the one before.

    The first generation is random. A number whose range is logarithmic becomes its coordinate in
    the unit interval, an ordinal the position of its value, and a categorical parameter a choice
    among the positions, without an order. Genes of inactive parameters are inherited, too. The run
    ends when no new child can be bred.
    """

    citation = (
        "Blank and Deb (2020), pymoo: multi-objective optimization in Python, IEEE Access 8;"
        " Deb and Agrawal (1995), Simulated binary crossover for continuous search space, Complex"
        " Systems 9"
    )
    family = "evolutionary"

    def problem(self) -> Any:
        from pymoo.core.problem import Problem

        variables = {name: _variable(each) for name, each in self.task.space.items()}
        return Problem(vars=variables, n_obj=1)

    def algorithm(self) -> Any:
        from pymoo.core.mixed import MixedVariableGA

        return MixedVariableGA(pop_size=self.population)

    def outward(self, config: Config) -> Any:
        from pymoo.core.individual import Individual

        numbers = {
            name: _gene(parameter, config.get(name, default_of(parameter)))
            for name, parameter in self.task.space.items()
        }
        return Individual(X=numbers)

    def inward(self, suggested: Any) -> Config:
        genes: Mapping[str, Number] = suggested.X
        space = self.task.space
        return space.active({name: _value(each, genes[name]) for name, each in space.items()})


def _logarithmic(parameter: Parameter) -> bool:
    return isinstance(parameter, Float | Int) and parameter.log


def _variable(parameter: Parameter) -> Any:
    from pymoo.core.variable import Choice, Integer, Real

    if isinstance(parameter, Categorical):
        return Choice(options=range(len(parameter.values)))
    if _logarithmic(parameter):
        return Real(bounds=(0.0, 1.0))
    if isinstance(parameter, Float):
        return Real(bounds=(parameter.low, parameter.high))
    if isinstance(parameter, Int):
        return Integer(bounds=(parameter.low, parameter.high))
    return Integer(bounds=(0, len(parameter.values) - 1))


def _gene(parameter: Parameter, value: Value) -> Number:
    if _logarithmic(parameter):
        return parameter.encode(value)  # type: ignore[arg-type]  # a number, as its kind says
    return to_number(parameter, value)


def _value(parameter: Parameter, gene: Number) -> Value:
    return parameter.decode(gene) if _logarithmic(parameter) else from_number(parameter, gene)


@dataclass
class Differential(Pymoo):
    """pymoo's differential evolution: adds differences of individuals to the best one.

    The first generation is random. The algorithm knows real numbers alone, so it runs in the unit
    cube, where each whole number and each value of a choice, of a categorical one too, has an equal
    share of its coordinate. Coordinates of inactive parameters are inherited, too.
    """

    citation = (
        "Storn and Price (1997), Differential evolution, Journal of Global Optimization 11; in"
        " pymoo (Blank and Deb, 2020, IEEE Access 8)"
    )
    family = "evolutionary"

    def problem(self) -> Any:
        from pymoo.core.problem import Problem

        return Problem(n_var=len(self.task.space), n_obj=1, xl=0.0, xu=1.0)

    def algorithm(self) -> Any:
        from pymoo.algorithms.soo.nonconvex.de import DE

        return DE(pop_size=self.population)

    def outward(self, config: Config) -> Any:
        from pymoo.core.individual import Individual

        units = self.task.space.encode(config)
        defaults = [p.encode(default_of(p)) for p in self.task.space.values()]  # type: ignore[arg-type]  # its own default
        return Individual(X=np.where(np.isnan(units), defaults, units))

    def inward(self, suggested: Any) -> Config:
        units: Units = suggested.X
        return self.task.space.decode(units)


strategies = {"pymoo-ga": Genetic(), "pymoo-de": Differential()}
