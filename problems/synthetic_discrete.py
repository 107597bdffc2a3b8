"""A function of switches and one of whole numbers, whose parameters interact; both are held out.

Each function is a sum of terms that are never negative and that are all 0 at one configuration: its
optimum is 0, by construction.
"""

from typing import cast

from hpobench import Categorical, Config, Description, Int, Problem, Space, plain
from hpobench.wrappers.instances import instances
from hpobench.wrappers.vectors import SECONDS

BEST_SWITCHES: Config = {f"s{i}": digit == "1" for i, digit in enumerate("01100101110100010110", 1)}
FIELD = (1.0, 2.0, 3.0, 4.0, 5.0) * 4
"""What each switch adds if it is set wrong."""
COUPLING = 2.0
"""What two neighbours add if just one of them is set wrong; a switch has 4, on 2 rings."""
PAIRS = tuple((i, (i + step) % 20) for step in (1, 7) for i in range(20))
SWITCHES = Space({name: Categorical((False, True)) for name in BEST_SWITCHES})

_PLACES = (15, 7, 5, 23, 14, 24, 6, 22, 5, 8, 14, 21)
BEST_INTEGERS: Config = {f"n{i}": place for i, place in enumerate(_PLACES, 1)}
INTEGERS = Space({name: Int(0, 20 if i % 2 == 0 else 30) for i, name in enumerate(BEST_INTEGERS)})


def switches(config: Config) -> float:
    """Return a function of switches: among wrong ones, a right one costs more than it gains."""
    wrong = [config[name] != best for name, best in BEST_SWITCHES.items()]
    alone = sum([field for field, bad in zip(FIELD, wrong, strict=True) if bad])
    return alone + COUPLING * sum([wrong[i] != wrong[j] for i, j in PAIRS])


def integers(config: Config) -> float:
    """Return a function of whole numbers: an error of one hides behind its neighbour's error.

    The terms are |e1|, |e1 + e2|, |e2 + e3|, ... of the errors e. Where the errors are a, -a, a,
    ..., for a from -5 to 5, no change of fewer than all twelve numbers by one makes the sum
    smaller.
    """
    total, before = 0, 0
    for name, best in BEST_INTEGERS.items():
        error = cast("int", config[name]) - cast("int", best)
        total += abs(error + before)
        before = error
    return float(total)


_textbook = (
    Problem(
        "switches-20",
        1,
        SWITCHES,
        plain(switches, 0.0, BEST_SWITCHES),
        about=Description(
            family="synthetic",
            seconds=SECONDS,
            summary=(
                "A function of 20 switches, each coupled to four others, as spins are; all wrong is"
                " a local minimum, too."
            ),
            citation="Our own, after Ising's model; the optimum 0 by construction",
            defaults="all switches off, which in an instance is as good as any other choice",
            proof="proved: a sum of terms that are never negative and vanish together",
            held_out=True,
        ),
    ),
    Problem(
        "integers-12",
        1,
        INTEGERS,
        plain(integers, 0.0, BEST_INTEGERS),
        about=Description(
            family="synthetic",
            seconds=SECONDS,
            summary=(
                "A function of 12 whole numbers in a valley that no step along one of them follows."
            ),
            citation="Our own; the optimum 0 by construction",
            defaults="the middle of each range",
            proof=(
                "proved: a sum of terms that are never negative and vanish together, at one place"
            ),
            extends=True,
            held_out=True,
        ),
    ),
)

problems = tuple(instances(problem) for problem in _textbook)
