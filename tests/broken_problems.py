"""Problems each of which breaks one promise, by the name that the promise has."""

import math
import os
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from hpobench import (
    Config,
    Description,
    Evaluation,
    Fidelity,
    Float,
    Instance,
    Int,
    Problem,
    Proposal,
    Space,
    Stream,
)

SPACE = Space({"a": Float(0.0, 4.0), "b": Float(1e-3, 1.0, log=True), "n": Int(1, 9)})
REALS = ("a", "b")
EPOCHS = Fidelity(1, 9)
DEFAULT = SPACE.default()
CORNER = SPACE.decode(np.zeros(3))


@dataclass
class Bowl:
    """The distance to a point in the unit cube, and the squared mean of a noise in each epoch."""

    best: float = 0.4

    def __call__(self, proposal: Proposal, stream: Stream, checkpoint: object) -> Evaluation:
        config, epochs = proposal.config, int(proposal.fidelity or 1)
        noise = self.trained(epochs, stream, checkpoint)
        value = self.distance(config) + float(noise.mean() ** 2)
        gradient = self.slopes(config) if proposal.gradient else None
        return Evaluation(
            value, measures={"noise": float(noise[-1])}, gradient=gradient, checkpoint=noise
        )

    def distance(self, config: Config) -> float:
        return float(np.sum((SPACE.encode(config) - self.best) ** 2))

    def slopes(self, config: Config) -> Mapping[str, float]:
        units = dict(zip(SPACE, SPACE.encode(config).tolist(), strict=True))
        return {name: 2 * (units[name] - self.best) for name in REALS}

    def trained(self, epochs: int, stream: Stream, checkpoint: object) -> np.ndarray:
        noise = np.array(checkpoint) if isinstance(checkpoint, np.ndarray) else np.zeros(0)
        for epoch in range(len(noise), epochs):
            noise = np.append(noise, stream.rng(epoch).normal())
        return noise


@dataclass
class Start:
    """Draws where the best point is, and makes what evaluates."""

    kind: type[Bowl] = Bowl
    optimum: float | None = 0.0
    drawn: bool = True

    def __call__(self, rng: np.random.Generator) -> Instance:
        best = float(rng.uniform(0.2, 0.8)) if self.drawn else 0.4
        return Instance(self.kind(best), self.optimum)


class Unstarted(Start):
    """Raises where its instance is to be drawn."""

    def __call__(self, rng: np.random.Generator) -> Instance:
        raise OSError("its data is missing")


@dataclass
class Once(Start):
    """Can be started once alone."""

    started: list[bool] = field(default_factory=list[bool])

    def __call__(self, rng: np.random.Generator) -> Instance:
        self.started.append(True)
        assert len(self.started) == 1, "the file is in use"
        return super().__call__(rng)


class Undefaulted(Bowl):
    def distance(self, config: Config) -> float:
        if config == DEFAULT:
            raise ArithmeticError("not the default")
        return super().distance(config)


class Inside(Bowl):
    """Fails everywhere but for the default."""

    def distance(self, config: Config) -> float:
        if config != DEFAULT:
            raise ArithmeticError("outside")
        return super().distance(config)


class Cornered(Bowl):
    def __call__(self, proposal: Proposal, stream: Stream, checkpoint: object) -> Evaluation:
        made = super().__call__(proposal, stream, checkpoint)
        return replace(made, score=math.nan) if proposal.config == CORNER else made


class Endless(Bowl):
    def __call__(self, proposal: Proposal, stream: Stream, checkpoint: object) -> Evaluation:
        made = super().__call__(proposal, stream, checkpoint)
        odd = 0.0 < SPACE.encode(proposal.config)[0] < 1.0 and proposal.config != DEFAULT
        return replace(made, measures={"noise": math.inf}) if odd else made


class Fickle(Bowl):
    def distance(self, config: Config) -> float:
        return super().distance(config) + float(np.random.default_rng().random())


@dataclass
class Counting(Bowl):
    calls: list[Config] = field(default_factory=list[Config])

    def distance(self, config: Config) -> float:
        self.calls.append(config)
        return super().distance(config) + len(self.calls)


class Consuming(Bowl):
    def distance(self, config: Config) -> float:
        distance = super().distance(config)
        config.pop("n")
        return distance


class Polluting(Bowl):
    def distance(self, config: Config) -> float:
        os.environ["BROKEN_PROBLEM"] = "1"
        return super().distance(config)


class Local(Bowl):
    def distance(self, config: Config) -> float:
        return super().distance(config) + os.getpid() % 9973


class Restarting(Bowl):
    def trained(self, epochs: int, stream: Stream, checkpoint: object) -> np.ndarray:
        done = len(checkpoint) if isinstance(checkpoint, np.ndarray) else 0
        return np.append(np.zeros(done), stream.rng("all").normal(size=epochs - done))


class Forgetful(Bowl):
    """Loses what it has where it is continued late."""

    def trained(self, epochs: int, stream: Stream, checkpoint: object) -> np.ndarray:
        noise = super().trained(epochs, stream, checkpoint)
        late = isinstance(checkpoint, np.ndarray) and len(checkpoint) >= 3  # late
        return noise + 1 if late else noise


class Overwriting(Bowl):
    def trained(self, epochs: int, stream: Stream, checkpoint: object) -> np.ndarray:
        noise = super().trained(epochs, stream, checkpoint)
        if isinstance(checkpoint, np.ndarray):
            checkpoint *= 2.0
        return noise


class Hurrying(Bowl):
    def __call__(self, proposal: Proposal, stream: Stream, checkpoint: object) -> Evaluation:
        made = super().__call__(proposal, stream, checkpoint)
        return replace(made, duration=1 / (proposal.fidelity or 1))


class Everywhere(Bowl):
    def slopes(self, config: Config) -> Mapping[str, float]:
        return {**super().slopes(config), "n": 0.0}


class Unscaled(Bowl):
    def slopes(self, config: Config) -> Mapping[str, float]:
        slopes = dict(super().slopes(config))
        return {**slopes, "a": slopes["a"] / 4.0}


class Lacking(Bowl):
    """Forgets the slope of one parameter."""

    def slopes(self, config: Config) -> Mapping[str, float]:
        return {"a": super().slopes(config)["a"]}


class Turned(Bowl):
    """Has all slopes with the wrong sign."""

    def slopes(self, config: Config) -> Mapping[str, float]:
        return {name: -slope for name, slope in super().slopes(config).items()}


class Hungry(Bowl):
    def slopes(self, config: Config) -> Mapping[str, float]:
        slopes = super().slopes(config)
        return {name: slope + 0.0 * float(np.zeros(10**6).sum()) for name, slope in slopes.items()}


class Growing(Bowl):
    """Keeps what every epoch needed until its gradient is there."""

    def __call__(self, proposal: Proposal, stream: Stream, checkpoint: object) -> Evaluation:
        if proposal.gradient:
            _ = [np.zeros(10**5) for _ in range(int(proposal.fidelity or 1))]
        return super().__call__(proposal, stream, checkpoint)


class Twofold(Bowl):
    def __call__(self, proposal: Proposal, stream: Stream, checkpoint: object) -> Evaluation:
        made = super().__call__(proposal, stream, checkpoint)
        return replace(made, values=(made.value, 2.0), score=made.value)


class Barred(Bowl):
    """Measures how close it is to the best point, which its limit bars."""

    def __call__(self, proposal: Proposal, stream: Stream, checkpoint: object) -> Evaluation:
        made = super().__call__(proposal, stream, checkpoint)
        return replace(made, measures={"closeness": -made.value})


class Unkeepable(Bowl):
    def __call__(self, proposal: Proposal, stream: Stream, checkpoint: object) -> Evaluation:
        return replace(super().__call__(proposal, stream, None), checkpoint=lambda: None)


class Later(Bowl):
    """Is the same on all instances in the first epochs."""

    def __call__(self, proposal: Proposal, stream: Stream, checkpoint: object) -> Evaluation:
        early = (proposal.fidelity or 1) < EPOCHS.high
        return (Bowl() if early else Bowl(self.best))(proposal, stream, checkpoint)


class Young(Bowl):
    """Fails for its default in the first epochs."""

    def __call__(self, proposal: Proposal, stream: Stream, checkpoint: object) -> Evaluation:
        if proposal.config == DEFAULT and (proposal.fidelity or 1) < EPOCHS.high:
            raise ArithmeticError("not yet")
        return super().__call__(proposal, stream, checkpoint)


@dataclass
class Beside:
    """Reads a file in the folder of the program, and keeps others in that for temporary files."""

    def __call__(self, rng: np.random.Generator) -> Instance:
        assert Path("data.txt").stat().st_size
        Path(tempfile.mkstemp()[1]).write_text("data")
        return Start()(rng)


def nested() -> Callable[[np.random.Generator], Instance]:
    """Return what no other process can import."""

    def start(rng: np.random.Generator) -> Instance:
        return Start()(rng)

    return start


def _problem(
    name: str,
    start: Callable[[np.random.Generator], Instance],
    *,
    fidelity: Fidelity | None = EPOCHS,
    gradient_cost: float | None = None,
    gradient_memory: float | None = None,
    instances: int = 3,
    objectives: tuple[str, ...] = ("value",),
    closeness: float | None = None,
) -> Problem:
    return Problem(
        name,
        1,
        SPACE,
        start,
        fidelity=fidelity,
        gradient_cost=gradient_cost,
        about=Description(gradient_memory=gradient_memory),
        instances=instances,
        objectives=objectives,
        limits={} if closeness is None else {"closeness": closeness},
    )


problems = (
    _problem("starts", Unstarted()),
    _problem("default", Start(Undefaulted)),
    _problem("corners", Start(Cornered)),
    _problem("finite", Start(Endless)),
    _problem("repeats", Start(Fickle)),
    _problem("order", Start(Counting)),
    _problem("given", Start(Consuming)),
    _problem("untouched", Start(Polluting)),
    _problem("elsewhere", Start(Local)),
    _problem("pickled", nested()),
    _problem("instances", Start(drawn=False)),
    _problem("continued", Start(Restarting)),
    _problem("checkpoint", Start(Overwriting)),
    _problem("durations", Start(Hurrying)),
    _problem("reals", Start(Everywhere), gradient_cost=2.0),
    _problem("slopes", Start(Unscaled), gradient_cost=2.0),
    _problem("reals-2", Start(Lacking), gradient_cost=2.0),
    _problem("slopes-2", Start(Turned), gradient_cost=2.0),
    _problem("memory", Start(Hungry), gradient_cost=2.0, gradient_memory=1.0),
    _problem("optimum", Start(optimum=3.0)),
    # further ways to break the same
    _problem("starts-2", Once()),
    _problem("checkpoint-2", Start(Unkeepable)),
    _problem("continued-2", Start(Forgetful)),
    _problem("memory-2", Start(Growing), gradient_cost=2.0, gradient_memory=1.0),
    _problem("optimum-2", Start(Twofold, optimum=3.0), objectives=("error", "seconds")),
    _problem("optimum-3", Start(Barred, optimum=0.1), closeness=-0.05),
    # nothing is broken
    _problem("sane", Start(), gradient_cost=2.0, gradient_memory=1.0),
    _problem("two-objectives", Start(Twofold), objectives=("error", "seconds")),
    _problem("limited", Start(Barred, optimum=0.1), closeness=-0.1),
    _problem("barred", Start(Barred, optimum=0.1), closeness=-9.0),
    _problem("inside", Start(Inside)),
    _problem("beside", Beside()),
    _problem("later", Start(Later)),
    _problem("young", Start(Young)),
    _problem("simple", Start(optimum=None, drawn=False), fidelity=None, instances=1),
)
