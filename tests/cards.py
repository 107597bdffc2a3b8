"""Cards for tests of strategies and problems of which only the name and the scale matter."""

from collections.abc import Sequence
from dataclasses import fields, replace
from typing import Any

from hpobench.cards.card import Anchors, ProblemCard, StrategyCard
from hpobench.problem import Description
from hpobench.trial import Identity

SAID = {field.name for field in fields(Description)}


def strategy_card(name: str, version: str = "1", **changes: Any) -> StrategyCard:  # noqa: ANN401  # its fields
    """Return a strategy's card that is empty, with some changes."""
    identity = Identity(name, version)
    card = StrategyCard(identity, "", "", plans_for_budget=False, fields={})
    return replace(card, **changes)


def problem_card(name: str, scales: Sequence[Anchors] = (), **changes: Any) -> ProblemCard:  # noqa: ANN401  # its fields
    """Return a problem's card that is empty but for its anchors, with some changes.

    The changes may be fields of the card or of its description.
    """
    card = ProblemCard(
        identity=Identity(name, "1"),
        about=Description(family="synthetic"),
        dimensions={"float": 1},
        conditional=0,
        fidelity=None,
        gradient_cost=None,
        instances=1,
        optimum=None,
        value_anchors=tuple(scales),
        score_anchors=tuple(scales),
    )
    said = {key: changes.pop(key) for key in [*changes] if key in SAID}
    return replace(card, **changes, about=replace(card.about, **said))
