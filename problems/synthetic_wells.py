"""Closed-form functions with many unequal minima, held out: the lowest minimum is hard to find.

A function's box is the published one, or it is cut on one side where the optimum would be near the
centre. Each function is registered in 30 instances; its textbook
form is the one in this file.
"""

import math

from hpobench.wrappers.instances import instances
from hpobench.wrappers.vectors import Vector, on_box

SCHWEFEL_PEAK = 418.98288727243374
"""The greatest x sin(sqrt(x)) for x in [0, 500], which is at `SCHWEFEL_PLACE`."""
SCHWEFEL_PLACE = 420.9687463599821
EGGHOLDER_PLACE = (512.0, 404.2318051137578)
CAMEL_PLACE = (0.08984201310031807, -0.7126564030207396)
SHEKEL_PLACE = (4.000746531592046, 4.000592934138532, 3.9996633980403224, 3.9995098005868077)
MICHALEWICZ_PLACE = (
    2.2029055201726093,
    1.5707963267948966,
    1.2849915705529245,
    1.9230584698663629,
    1.7204697725658413,
    1.5707963267948968,
    1.4544139713623792,
    1.7560865209450265,
    1.6557174168210291,
    1.5707963267948966,
)
WELLS = (
    ((4.0, 4.0, 4.0, 4.0), 0.1),
    ((1.0, 1.0, 1.0, 1.0), 0.2),
    ((8.0, 8.0, 8.0, 8.0), 0.2),
    ((6.0, 6.0, 6.0, 6.0), 0.4),
    ((3.0, 7.0, 3.0, 7.0), 0.4),
    ((2.0, 9.0, 2.0, 9.0), 0.6),
    ((5.0, 5.0, 3.0, 3.0), 0.3),
    ((8.0, 1.0, 8.0, 1.0), 0.7),
    ((6.0, 2.0, 6.0, 2.0), 0.5),
    ((7.0, 3.6, 7.0, 3.6), 0.5),
)
"""The centre of each of Shekel's wells, and a number that says how wide and shallow the well is."""


def six_hump_camel(x: Vector) -> float:
    """Return the six-hump camel: six minima, two of them global.

    >>> round(six_hump_camel((0.0898, -0.7127)), 4)
    -1.0316
    """
    a, b = x[0] * x[0], x[1] * x[1]
    return (4 - 2.1 * a + a * a / 3) * a + x[0] * x[1] + 4 * (b - 1) * b


def goldstein_price(x: Vector) -> float:
    """Return the logarithm of Goldstein and Price's function: four minima in crossing valleys.

    The form published first has no logarithm, and its values span six decades: there a hundred
    random evaluations leave only a five-hundredth of what a single one leaves.
    """
    a, b = x
    narrow = 19 - 14 * a + 3 * a * a - 14 * b + 6 * a * b + 3 * b * b
    wide = 18 - 32 * a + 12 * a * a + 48 * b - 36 * a * b + 27 * b * b
    return math.log((1 + (a + b + 1) ** 2 * narrow) * (30 + (2 * a - 3 * b) ** 2 * wide))


def eggholder(x: Vector) -> float:
    """Return the eggholder: deep troughs everywhere, the deepest cut by the edge of the box."""
    b = x[1] + 47
    across = b * math.sin(math.sqrt(abs(x[0] / 2 + b)))
    return -across - x[0] * math.sin(math.sqrt(abs(x[0] - b)))


def michalewicz(x: Vector) -> float:
    """Return Michalewicz's function: flat but for steep crossing troughs."""
    return -sum(
        [math.sin(v) * math.sin(i * v * v / math.pi) ** 20 for i, v in enumerate(x, 1)],
    )


def shekel(x: Vector) -> float:
    """Return Shekel's function: ten narrow wells on a plain."""
    return -sum(
        [1 / (width + sum([(v - p) * (v - p) for v, p in zip(x, c)])) for c, width in WELLS]  # noqa: B905  # both have four
    )


def schwefel(x: Vector) -> float:
    """Return Schwefel's function: unequal minima, of which the second best is far from the best."""
    return sum([SCHWEFEL_PEAK - v * math.sin(math.sqrt(abs(v))) for v in x])


_textbook = (
    on_box(
        "six-hump-camel",
        six_hump_camel,
        ((-1, 3), (-2, 1)),
        optimum=-1.0316284534898774,
        minimiser=CAMEL_PLACE,
        summary="The six-hump camel, a function of 2 real parameters: six minima, two best.",
        citation=(
            "Dixon and Szegö (1978), Towards global optimisation 2; published on"
            " [-3, 3] x [-2, 2], here on [-1, 3] x [-2, 1]; the optimum -1.0316285 at"
            " (0.0898, -0.7126) and (-0.0898, 0.7126)"
        ),
        proof="published; of 1 000 local searches from random starts 779 ended there, none below",
        extends=True,  # a polynomial, which rises from its published box on
        held_out=True,
    ),
    on_box(
        "goldstein-price",
        goldstein_price,
        ((-1.5, 2),) * 2,
        optimum=math.log(3),
        minimiser=(0.0, -1.0),
        summary=(
            "The logarithm of Goldstein and Price's function of 2 real parameters: four minima in"
            " crossing valleys."
        ),
        citation=(
            "Goldstein and Price (1971), On descent from local minima, Mathematics of Computation"
            " 25; Picheny, Wagner and Ginsbourger (2013), A benchmark of kriging-based infill"
            " criteria for noisy optimization, Structural and Multidisciplinary Optimization 48,"
            " for the logarithm; published on [-2, 2]^2, here on [-1.5, 2]^2; the optimum log 3 at"
            " (0, -1)"
        ),
        proof="published; of 1 000 local searches from random starts 416 ended there, none below",
        extends=True,  # both factors are lowest here: at a + b = -1, at 2a - 3b = 3
        held_out=True,
    ),
    on_box(
        "eggholder",
        eggholder,
        ((-512, 512),) * 2,
        optimum=-959.6406627208507,
        minimiser=EGGHOLDER_PLACE,
        summary="The eggholder, a function of 2 real parameters: troughs, the deepest at an edge.",
        citation=(
            "Whitley, Rana, Dzubera and Mathias (1996), Evaluating evolutionary algorithms,"
            " Artificial Intelligence 85; on [-512, 512]^2, the optimum -959.6407 at"
            " (512, 404.2318)"
        ),
        proof=(
            "published; local searches from the 200 lowest minima of a grid of 4097 x 4097 points"
            " found nothing below it, and of 1 000 from random starts 13 ended there"
        ),
        extends=False,
        held_out=True,
        control="after 25 evaluations, a panel of strategies is about as good as random search",
    ),
    on_box(
        "michalewicz-10",
        michalewicz,
        ((0, math.pi),) * 10,
        optimum=-9.660151715641343,
        minimiser=MICHALEWICZ_PLACE,
        summary="Michalewicz's function of 10 real parameters: flat but for steep troughs.",
        citation=(
            "Michalewicz (1992), Genetic algorithms + data structures = evolution programs,"
            " Springer, with the steepness 10; on [0, pi]^10, the optimum -9.66015"
        ),
        proof=(
            "published; a sum of functions of one coordinate each, whose minima agree with those on"
            " a grid of 1 000 001 points"
        ),
        extends=True,  # there the first sine is nowhere positive, and no term negative
        held_out=True,
    ),
    on_box(
        "shekel-4",
        shekel,
        ((0, 10),) * 4,
        optimum=-10.536409816692041,
        minimiser=SHEKEL_PLACE,
        summary="Shekel's function of 4 real parameters: ten narrow wells on a plain.",
        citation=(
            "Dixon and Szegö (1978), Towards global optimisation 2, with 10 wells; on [0, 10]^4,"
            " the optimum -10.5364 at (4.0007, 4.0006, 3.9997, 3.9995)"
        ),
        proof="published; of 1 000 local searches from random starts 387 ended there, none below",
        extends=True,  # all wells get deeper towards their centres, which lie inside
        held_out=True,
    ),
    on_box(
        "schwefel-8",
        schwefel,
        ((-500, 500),) * 8,
        optimum=0.0,
        minimiser=(SCHWEFEL_PLACE,) * 8,
        summary="Schwefel's function of 8 real parameters: the second best minimum is far away.",
        citation=(
            "Schwefel (1981), Numerical optimization of computer models, Wiley; on [-500, 500]^d,"
            " the optimum 0 at (420.9687, ..., 420.9687)"
        ),
        proof=(
            "published; a sum of the same function of each coordinate, whose minimum agrees with"
            " that on a grid of 1 000 001 points"
        ),
        extends=False,
        held_out=True,
    ),
)

problems = tuple(instances(problem) for problem in _textbook)
