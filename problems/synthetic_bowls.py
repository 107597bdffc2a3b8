"""Closed-form functions with one hollow, held out: what is hard is its shape or its dimension.

A function's box is the published one, or it is cut on one side where the optimum would be near the
centre. Each function is registered in 30 instances; its textbook
form is the one in this file.
"""

from itertools import pairwise

from hpobench.wrappers.instances import instances
from hpobench.wrappers.vectors import Vector, on_box


def dixon_price(x: Vector) -> float:
    """Return Dixon and Price's function: a curved valley where each coordinate bends the next."""
    bends = [i * (2 * v * v - u) ** 2 for i, (u, v) in enumerate(pairwise(x), 2)]
    return (x[0] - 1) ** 2 + sum(bends)


def powell(x: Vector) -> float:
    """Return Powell's function: hollows of four coordinates each that are quartic at the bottom."""
    return sum(
        [
            (a + 10 * b) ** 2 + 5 * (c - d) ** 2 + (b - 2 * c) ** 4 + 10 * (a - d) ** 4
            for a, b, c, d in zip(x[::4], x[1::4], x[2::4], x[3::4], strict=True)
        ]
    )


def zakharov(x: Vector) -> float:
    """Return Zakharov's function: a flat floor between walls that rise with a weighted sum."""
    slope = sum([i * v for i, v in enumerate(x, 1)]) / 2
    return sum([v * v for v in x]) + slope**2 + slope**4


def sphere(x: Vector) -> float:
    """Return the sphere function, the plainest bowl."""
    return sum([v * v for v in x])


def ellipsoid(x: Vector) -> float:
    """Return the ellipsoid: a bowl whose curvatures span six decades, evenly in their logarithm."""
    last = len(x) - 1
    return sum([10 ** (6 * i / last) * v * v for i, v in enumerate(x)])


_textbook = (
    on_box(
        "dixon-price-10",
        dixon_price,
        ((-10, 2),) * 10,
        optimum=0.0,
        minimiser=tuple(2 ** (2.0 ** (1 - i) - 1) for i in range(1, 11)),
        summary="Dixon and Price's function of 10 real parameters: a curved valley.",
        citation=(
            "Dixon and Price (1989), Truncated Newton method for sparse unconstrained optimization"
            " using automatic differentiation, JOTA 60; published on [-10, 10]^d, here on"
            " [-10, 2]^10; the optimum 0 where x_i is 2^(2^(1 - i) - 1)"
        ),
        proof="proved: a sum of squares that vanish together",
        extends=True,
        held_out=True,
    ),
    on_box(
        "powell-12",
        powell,
        ((-4, 1),) * 12,
        optimum=0.0,
        minimiser=(0.0,) * 12,
        summary="Powell's function of 12 real parameters: hollows with a singular curvature.",
        citation=(
            "Powell (1962), An iterative method for finding stationary values of a function of"
            " several variables, The Computer Journal 5; published on [-4, 5]^d, here on"
            " [-4, 1]^12; the optimum 0 at the origin"
        ),
        proof="proved: a sum of even powers that vanish together",
        extends=True,
        held_out=True,
    ),
    on_box(
        "zakharov-3",
        zakharov,
        ((-5, 10),) * 3,
        optimum=0.0,
        minimiser=(0.0,) * 3,
        summary="Zakharov's function of 3 real parameters: a flat floor between steep walls.",
        citation=(
            "Hedar and Fukushima (2006), Derivative-free filter simulated annealing method for"
            " constrained continuous global optimization, Journal of Global Optimization 35; on"
            " [-5, 10]^d, the optimum 0 at the origin"
        ),
        proof="proved: a sum of even powers that vanish together",
        extends=True,
        held_out=True,
    ),
    on_box(
        "sphere-20",
        sphere,
        ((-1.28, 5.12),) * 20,
        optimum=0.0,
        minimiser=(0.0,) * 20,
        summary="The sphere, a function of 20 real parameters: the plainest bowl.",
        citation=(
            "De Jong (1975), An analysis of the behavior of a class of genetic adaptive systems;"
            " published on [-5.12, 5.12]^d, here on [-1.28, 5.12]^20; the optimum 0 at the origin"
        ),
        proof="proved: a sum of squares that vanish together",
        extends=True,
        held_out=True,
    ),
    on_box(
        "ellipsoid-40",
        ellipsoid,
        ((-1.25, 5),) * 40,
        optimum=0.0,
        minimiser=(0.0,) * 40,
        summary="The ellipsoid, a function of 40 real parameters: curvatures from 1 to a million.",
        citation=(
            "Hansen and Ostermeier (2001), Completely derandomized self-adaptation in evolution"
            " strategies, Evolutionary Computation 9; published on [-5, 5]^d, here on"
            " [-1.25, 5]^40; the optimum 0 at the origin"
        ),
        proof="proved: a sum of squares that vanish together",
        extends=True,
        held_out=True,
    ),
)

problems = tuple(instances(problem) for problem in _textbook)
