"""A tree of choices whose leaves share parameters along their paths; it is held out."""

from typing import cast

from hpobench import Categorical, Config, Description, Float, Problem, Space, plain
from hpobench.wrappers.instances import instances
from hpobench.wrappers.vectors import SECONDS

LEAVES = {"x4": 0.1, "x5": 0.2, "x6": 0.3, "x7": 0.4}
"""What each leaf adds to the value."""


def _leaf(parent: str, choice: int) -> Float:
    return Float(-1.0, 0.5, when={parent: (choice,)})


TREE = Space(
    {
        "x1": Categorical((1, 0)),
        "x2": Categorical((0, 1), when={"x1": (0,)}),
        "x3": Categorical((0, 1), when={"x1": (1,)}),
        "x4": _leaf("x2", 0),
        "x5": _leaf("x2", 1),
        "x6": _leaf("x3", 0),
        "x7": _leaf("x3", 1),
        "r8": Float(0.0, 1.0, when={"x1": (0,)}),
        "r9": Float(0.0, 1.0, when={"x1": (1,)}),
    }
)


def tree(config: Config) -> float:
    """Return the active leaf's square, plus what this leaf adds, plus its side's shared value."""
    leaf = next(name for name in LEAVES if name in config)
    place = cast("float", config[leaf])
    shared = config["r8"] if "r8" in config else config["r9"]
    return place * place + LEAVES[leaf] + cast("float", shared)


_textbook = (
    Problem(
        "tree-9",
        1,
        TREE,
        plain(tree, 0.1, {"x1": 0, "x2": 0, "x4": 0.0, "r8": 0.0}),
        about=Description(
            family="synthetic",
            seconds=SECONDS,
            summary=(
                "A tree of choices with 9 parameters, of which a path has 4: two choices, a real"
                " one of its leaf, and a real one that it shares with the leaf beside it."
            ),
            citation=(
                "Jenatton, Archambeau, González and Seeger (2017), Bayesian optimization with"
                " tree-structured dependencies, ICML; published with the leaves on [-1, 1], here on"
                " [-1, 0.5]; the optimum 0.1 at x1 = x2 = x4 = r8 = 0"
            ),
            defaults="the first choice, and the middle of each range",
            proof="proved: no leaf adds less than 0.1, and the rest is never negative",
            held_out=True,
        ),
    ),
)

problems = tuple(instances(problem) for problem in _textbook)
