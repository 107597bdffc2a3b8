"""The lines of Python with which a strategy is used on one's own function."""

import numpy as np

from ...cards.card import ProblemCard, spec_of
from ..compared import Compared
from .libraries import LIBRARIES

_OPTIMIZE = """\
import hpobench
from hpobench import Float, Space

# function(config) returns what is minimised, of a config such as {"x": 0.5, "rate": 0.01}
space = Space({"x": Float(-5, 10), "rate": Float(1e-4, 1, log=True)})

if __name__ == "__main__":
    found = hpobench.optimize(function, space, "SPEC", evaluations={evaluations}, workers={workers})
    print(found.config, found.value)
"""
"""The lines for a strategy of ours, and for a variant of one that wraps a library."""
_COMPARE = """\
# SPEC needs more than values, such as a fidelity, gradients or a prior, which a plain function
# has not. Write your function as a problem into a file, as section 2 of the guide says, and type:
# python -m hpobench compare SPEC random-search -p ./mine.py \\
#     --budget {evaluations} --workers {workers}
"""
"""What says how a strategy is used that `hpobench.optimize` refuses."""
_GIVEN_MORE = ("multi-fidelity", "gradient")
"""The families whose strategies need more than values, where no run says otherwise."""


def lines(compared: Compared, s: int) -> tuple[str, ...]:
    """Return the lines that use a strategy, with {evaluations} and {workers} to be put in.

    For a strategy that wraps a library they are the library's own, where these are known.
    """
    card = compared.cards[s]
    spec = spec_of(card) or card.identity.name
    own = _COMPARE if _needs_more(compared, s) else _OPTIMIZE
    return tuple(LIBRARIES.get(spec, own.replace("SPEC", spec)).splitlines())


def _needs_more(compared: Compared, s: int) -> bool:
    """Return whether a strategy needs more than values, by its runs on problems without more."""
    plain = [p for p, card in enumerate(compared.scores.problems) if _has_no_more(card)]
    status = compared.scores.status[s, plain]
    if np.any(compared.scores.took_place[s, plain]):
        return False
    return bool(np.any(status == "unsupported")) or compared.cards[s].family in _GIVEN_MORE


def _has_no_more(card: ProblemCard) -> bool:
    told_more = card.fidelity is not None or card.gradient_cost is not None
    return not told_more and "+prior" not in card.identity.name
