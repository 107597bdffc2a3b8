"""Functions of mixed and of conditional parameters, shaped like the tuning of a network.

Each function is t / (1 + t) for a sum t of terms that are never negative and that are all 0 at one
configuration: its optimum is 0, by construction.
"""

import math
from typing import cast

from hpobench import Categorical, Config, Description, Float, Int, Ordinal, Problem, Space, plain
from hpobench.wrappers.instances import instances
from hpobench.wrappers.vectors import SECONDS

BATCHES = (16, 32, 64, 128, 256, 512)
ACTIVATIONS = {"relu": (0.08, 0.4), "tanh": (0.25, -0.3), "gelu": (0.0, 0.0), "sigmoid": (0.5, 1.0)}
"""What each activation adds to the sum, and by how many decades it moves the best rate."""
NORMALISATIONS = {None: 0.3, "batch": 0.1, "layer": 0.0}
"""What each normalisation adds to the sum."""
FLOORS = {"line": 0.15, "tree": 0.05, "net": 0.0}
"""What the choice of a branch adds to the sum."""
WIDTHS = (("net-width-1", 0.15), ("net-width-2", 0.6), ("net-width-3", 0.35))
"""The best value of each width."""

MIXED = Space(
    {
        "rate": Float(1e-5, 1.0, log=True),
        "momentum": Float(0.0, 0.99),
        "width": Int(8, 512, log=True),
        "depth": Int(1, 8),
        "batch": Ordinal(BATCHES),
        "activation": Categorical(tuple(ACTIVATIONS)),
        "normalisation": Categorical(tuple(NORMALISATIONS)),
        "nesterov": Categorical((False, True)),
    }
)
_NET = {"branch": ("net",)}
BRANCHES = Space(
    {
        "branch": Categorical(tuple(FLOORS)),
        "line-rate": Float(1e-6, 1.0, log=True, when={"branch": ("line",)}),
        "tree-depth": Int(1, 12, when={"branch": ("tree",)}),
        "tree-share": Float(0.1, 1.0, when={"branch": ("tree",)}),
        "net-rate": Float(1e-5, 1.0, log=True, when=_NET),
        "net-layers": Int(1, 3, when=_NET),
        "net-width-1": Float(0.0, 1.0, when=_NET),
        "net-width-2": Float(0.0, 1.0, when=_NET | {"net-layers": (2, 3)}),
        "net-width-3": Float(0.0, 1.0, when=_NET | {"net-layers": (3,)}),
    }
)
BEST_MIXED: Config = {
    "rate": 10**-3.2,
    "momentum": 0.85,
    "width": 96,
    "depth": 5,
    "batch": 32,
    "activation": "gelu",
    "normalisation": "layer",
    "nesterov": True,
}
BEST_BRANCHES: Config = {
    "branch": "net",
    "net-rate": 10**-2.8,
    "net-layers": 2,
    "net-width-1": 0.15,
    "net-width-2": 0.6,
}


def mixed(config: Config) -> float:
    """Return a function of 8 parameters of every kind: batch and activation move the best rate."""
    width, depth = _real(config, "width"), _real(config, "depth")
    batch = BATCHES.index(cast("int", config["batch"]))
    added, moved = ACTIVATIONS[cast("str", config["activation"])]
    rate = math.log10(_real(config, "rate")) + 3.2 - moved - 0.3 * (batch - 1)
    breadth = math.log2(width / 96)
    inertia = (_real(config, "momentum") - 0.85) * (1.5 if config["nesterov"] else 1.0)
    return _saturated(
        rate * rate
        + 2 * inertia * inertia
        + 0.15 * breadth * breadth
        + 0.05 * (breadth + (depth - 5) / 2) ** 2
        + 0.02 * (batch - 1) ** 2
        + added
        + NORMALISATIONS[cast("str | None", config["normalisation"])]
        + (0.0 if config["nesterov"] else 0.1)
    )


def branches(config: Config) -> float:
    """Return a function of three branches: the easiest has the highest floor, net the optimum."""
    branch = cast("str", config["branch"])
    match branch:
        case "line":
            term = ((math.log10(_real(config, "line-rate")) + 4) / 3) ** 2
        case "tree":
            depth, share = _real(config, "tree-depth"), _real(config, "tree-share")
            term = ((depth - 9) / 6) ** 2 + 4 * (share - 0.35 + 0.02 * (depth - 9)) ** 2
        case _:
            term = _net(config)
    return _saturated(FLOORS[branch] + term)


def _net(config: Config) -> float:
    layers = cast("int", config["net-layers"])
    rate = math.log10(_real(config, "net-rate")) + 2.2 + 0.3 * layers
    term = rate * rate + 0.1 * (layers - 2) ** 2
    for name, best in WIDTHS[:layers]:
        term += 3 * (_real(config, name) - best) ** 2
    return term


def _real(config: Config, name: str) -> float:
    return cast("float", config[name])


def _saturated(total: float) -> float:
    return total / (1 + total)


_textbook = (
    Problem(
        "mixed-8",
        1,
        MIXED,
        plain(mixed, 0.0, BEST_MIXED),
        about=Description(
            family="synthetic",
            seconds=SECONDS,
            summary=(
                "A function of 8 real, whole, ordered and categorical parameters that act on each"
                " other as a network's do."
            ),
            citation=(
                "Our own; the optimum 0 by construction, at a rate of 10^-3.2 and a batch of 32"
            ),
            defaults="the middle of each range, the first of each list",
            proof="proved: a sum of terms that are never negative and vanish together",
            extends=True,
        ),
    ),
    Problem(
        "branches-9",
        1,
        BRANCHES,
        plain(branches, 0.0, BEST_BRANCHES),
        about=Description(
            family="synthetic",
            seconds=SECONDS,
            summary=(
                "A choice of three branches, each with parameters of its own, 9 in all and up to"
                " two conditions deep; the branch that is good at once is not the best."
            ),
            citation=(
                "Our own; the optimum 0 by construction, in the branch 'net' with 2 layers and a"
                " rate of 10^-2.8"
            ),
            defaults="the first branch, and the middle of each range",
            proof=(
                "proved: a sum of terms that are never negative and vanish together in one branch"
            ),
            extends=True,
        ),
    ),
)

problems = tuple(instances(problem) for problem in _textbook)
