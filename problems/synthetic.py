"""Closed-form functions of real parameters.

A function's box is the published one, or it is cut on one side where the optimum would be at the
centre. Each function is registered in 30 instances; its textbook
form is the one in this file.
"""

import math
from itertools import pairwise

from hpobench.wrappers.instances import instances
from hpobench.wrappers.vectors import Vector, on_box

STYBLINSKI_TANG_ROOT = -2.903534027771177
"""The least root of 4 x^3 - 32 x + 5."""


def branin(x: Vector) -> float:
    """Return Branin's function: three equal minima in a curved valley.

    >>> round(branin((math.pi, 2.275)), 6)
    0.397887
    """
    bend = x[1] - 5.1 / (4 * math.pi**2) * x[0] * x[0] + 5 / math.pi * x[0] - 6
    return bend * bend + 10 * (1 - 1 / (8 * math.pi)) * math.cos(x[0]) + 10


def ackley(x: Vector) -> float:
    """Return Ackley's function: a funnel under regular ripples."""
    radius = math.sqrt(sum([v * v for v in x]) / len(x))
    ripples = sum([math.cos(2 * math.pi * v) for v in x]) / len(x)
    return 20 * (1 - math.exp(-0.2 * radius)) + (math.e - math.exp(ripples))


def rosenbrock(x: Vector) -> float:
    """Return Rosenbrock's function: a long curved valley, easy to find and hard to follow."""
    return sum([100 * (v - u * u) ** 2 + (1 - u) ** 2 for u, v in pairwise(x)])


def levy(x: Vector) -> float:
    """Return Levy's function: ripples across a shallow bowl."""
    w = [(v - 1) / 4 for v in x]  # w - 1 in the published formula
    ridges = sum([v * v * (1 + 10 * math.sin(math.pi * v + math.pi + 1) ** 2) for v in w[:-1]])
    last = w[-1] * w[-1] * (1 + math.sin(2 * math.pi * w[-1]) ** 2)
    return math.sin(math.pi * w[0]) ** 2 + ridges + last


def rastrigin(x: Vector) -> float:
    """Return Rastrigin's function: a regular grid of minima on a bowl."""
    return sum([v * v + 10 * (1 - math.cos(2 * math.pi * v)) for v in x])


def styblinski_tang(x: Vector) -> float:
    """Return Styblinski and Tang's function: two unequal minima along each coordinate."""
    return sum([(v * v * v * v - 16 * v * v + 5 * v) / 2 for v in x])


def griewank(x: Vector) -> float:
    """Return Griewank's function: ripples that all coordinates make together, on a wide bowl."""
    ripples = math.prod([math.cos(v / math.sqrt(i)) for i, v in enumerate(x, 1)])
    return sum([v * v for v in x]) / 4000 + (1 - ripples)


_textbook = (
    on_box(
        "branin",
        branin,
        ((-5, 10), (0, 15)),
        optimum=1.25 / math.pi,
        minimiser=(math.pi, 2.275),
        summary="Branin's function of 2 real parameters: three equal minima in a curved valley.",
        citation=(
            "Dixon and Szegö (1978), Towards global optimisation 2; on [-5, 10] x [0, 15], the"
            " optimum 0.397887 at (-pi, 12.275), (pi, 2.275) and (9.42478, 2.475)"
        ),
        proof="proved: a square, and a cosine that is nowhere lower",
        extends=True,
    ),
    on_box(
        "ackley-10",
        ackley,
        ((-15, 30),) * 10,
        optimum=0.0,
        minimiser=(0.0,) * 10,
        summary="Ackley's function of 10 real parameters: a funnel under regular ripples.",
        citation=(
            "Ackley (1987), A connectionist machine for genetic hillclimbing; Hedar and Fukushima"
            " (2006) for the box [-15, 30]^10; the optimum 0 at the origin"
        ),
        proof="proved: a sum of terms that are never negative and vanish together",
        extends=True,
    ),
    on_box(
        "rosenbrock-5",
        rosenbrock,
        ((-5, 10),) * 5,
        optimum=0.0,
        minimiser=(1.0,) * 5,
        summary="Rosenbrock's function of 5 real parameters: a long curved valley.",
        citation=(
            "Rosenbrock (1960), An automatic method for finding the greatest or least value of a"
            " function, The Computer Journal 3; on [-5, 10]^5, the optimum 0 at (1, ..., 1)"
        ),
        proof="proved: a sum of squares that vanish together",
        extends=True,
    ),
    on_box(
        "levy-8",
        levy,
        ((-5, 15),) * 8,
        optimum=0.0,
        minimiser=(1.0,) * 8,
        summary="Levy's function of 8 real parameters: ripples across a shallow bowl.",
        citation=(
            "Levy and Montalvo (1985), The tunneling algorithm for the global minimization of"
            " functions, SIAM J. Sci. Stat. Comput. 6; published on [-10, 10]^d, here on"
            " [-5, 15]^8; the optimum 0 at (1, ..., 1)"
        ),
        proof="proved: a sum of terms that are never negative and vanish together",
        extends=True,
    ),
    on_box(
        "rastrigin-5",
        rastrigin,
        ((-2.56, 5.12),) * 5,
        optimum=0.0,
        minimiser=(0.0,) * 5,
        summary="Rastrigin's function of 5 real parameters: a regular grid of minima on a bowl.",
        citation=(
            "Mühlenbein, Schomisch and Born (1991), The parallel genetic algorithm as function"
            " optimizer, Parallel Computing 17; published on [-5.12, 5.12]^d, here on"
            " [-2.56, 5.12]^5; the optimum 0 at the origin"
        ),
        proof="proved: a sum of terms that are never negative and vanish together",
        extends=True,
    ),
    on_box(
        "styblinski-tang-4",
        styblinski_tang,
        ((-5, 5),) * 4,
        optimum=-156.66466281508566,
        minimiser=(STYBLINSKI_TANG_ROOT,) * 4,
        summary="Styblinski and Tang's function of 4 real parameters: two minima along each.",
        citation=(
            "Styblinski and Tang (1990), Experiments in nonconvex optimization, Neural Networks 3;"
            " on [-5, 5]^4, the optimum -39.166166 d at (-2.903534, ..., -2.903534)"
        ),
        proof="proved: a sum of the same quartic of each coordinate, whose slope has known roots",
        extends=True,
    ),
    on_box(
        "griewank-4",
        griewank,
        ((-15, 30),) * 4,
        optimum=0.0,
        minimiser=(0.0,) * 4,
        summary="Griewank's function of 4 real parameters: ripples of all together on a bowl.",
        citation=(
            "Griewank (1981), Generalized descent for global optimization, JOTA 34; published on"
            " [-600, 600]^d, here on [-15, 30]^4, where the ripples count; the optimum 0 at the"
            " origin"
        ),
        proof="proved: a sum of terms that are never negative and vanish together",
        extends=True,
    ),
)

problems = tuple(instances(problem) for problem in _textbook)
