"""Cards for tests: of strategies and problems of which a name and a scale are all that matters."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from hpobench.cards.card import Anchors, ProblemCard, StrategyCard
from hpobench.trial import Identity


def strategy_card(name: str, version: str = "1", **changes: Any) -> StrategyCard:  # noqa: ANN401  # its fields
    """Return a strategy's card, empty but for what is changed."""
    identity = Identity(name, version)
    card = StrategyCard(identity, "", "", plans_for_budget=False, fields={})
    return replace(card, **changes)


def problem_card(name: str, scales: Sequence[Anchors] = (), **changes: Any) -> ProblemCard:  # noqa: ANN401  # likewise
    """Return a problem's card with anchors of values and scores, empty but for what is changed."""
    card = ProblemCard(
        identity=Identity(name, "1"),
        family="synthetic",
        summary="",
        citation="",
        licence="",
        dimensions={"float": 1},
        conditional=0,
        fidelity=None,
        gradient_cost=None,
        instances=1,
        optimum=None,
        values=tuple(scales),
        scores=tuple(scales),
    )
    return replace(card, **changes)
