"""What a strategy needs of a problem beyond values: a fidelity, gradients, a person's prior."""

from collections.abc import Mapping

import numpy as np

from ...cards.card import ProblemCard
from ..compared import Compared
from ..looks import markup

FIDELITY = "needs a fidelity"
GRADIENTS = "needs gradients"
_NEEDS = "needs "
_MEANING: Mapping[str, str] = {
    FIDELITY: "Needs a fidelity: trainings that can be cut short, such as at fewer epochs.",
    GRADIENTS: "Needs gradients: the derivatives of what is minimised by the parameters.",
    "needs a prior": "Needs a prior: what a person believes of where good values are.",
}
"""What the needs of our own strategies mean, by how they are told."""
_OF_FAMILY: Mapping[str, str] = {"multi-fidelity": FIDELITY, "gradient": GRADIENTS}
"""What the strategies of a family need, where no run says otherwise."""
_LENGTH = 120
"""The most characters of a need that a user's own strategy tells."""


def needs(compared: Compared, s: int) -> tuple[str, ...]:
    """Return what a strategy needs, in sentences; empty: nothing, as far as its runs tell.

    Why a run is unsupported says it. A strategy without any run on a problem that has nothing more
    needs what its family needs.
    """
    told = zip(needed(compared, s), needs_briefly(compared, s), strict=True)
    return tuple(_MEANING.get(each, f"Needs {brief}.") for each, brief in told)


def needs_briefly(compared: Compared, s: int) -> tuple[str, ...]:
    """Return what a strategy needs in a word or two, such as "a fidelity"."""
    told = needed(compared, s)
    return tuple(markup.cut(each.removeprefix(_NEEDS), _LENGTH) for each in told)


def needed(compared: Compared, s: int) -> tuple[str, ...]:
    """Return what a strategy needs in the words in which it is told: see FIDELITY."""
    status, plain = compared.scores.status[s], _plain(compared)
    reasons = dict.fromkeys(
        detail
        for (who, p, r), detail in compared.tallies.details.items()
        if who == s and status[p, r] == "unsupported" and detail.startswith(_NEEDS)
    )
    family = _OF_FAMILY.get(compared.cards[s].family)
    if reasons or family is None or np.any(compared.scores.took_place[s, plain]):
        return tuple(reasons)
    return (family,)


def needs_more(compared: Compared, s: int) -> bool:
    """Return whether a strategy needs more than values, by its runs on problems without more."""
    plain = _plain(compared)
    if np.any(compared.scores.took_place[s, plain]):
        return False
    unsupported = compared.scores.status[s, plain] == "unsupported"
    return bool(np.any(unsupported)) or compared.cards[s].family in _OF_FAMILY


def _plain(compared: Compared) -> list[int]:
    """Return the problems that have nothing more than values."""
    return [p for p, card in enumerate(compared.scores.problems) if _has_no_more(card)]


def _has_no_more(card: ProblemCard) -> bool:
    told_more = card.fidelity is not None or card.gradient_cost is not None
    return not told_more and "+prior" not in card.identity.name
