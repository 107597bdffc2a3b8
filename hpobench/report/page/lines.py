"""The lines of Python with which a strategy is used on one's own function."""

from ...cards.card import spec_of
from ..compared import Compared
from .libraries import LIBRARIES
from .needs import needs_more

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


def lines(compared: Compared, s: int) -> tuple[str, ...]:
    """Return the lines that use a strategy, with {evaluations} and {workers} to be put in.

    For a strategy that wraps a library they are the library's own, where these are known.
    """
    card = compared.cards[s]
    spec = spec_of(card) or card.identity.name
    own = _COMPARE if needs_more(compared, s) else _OPTIMIZE
    return tuple(LIBRARIES.get(spec, own.replace("SPEC", spec)).splitlines())
