"""The cards of strategies and problems that were found."""

from dataclasses import replace

from ..cards.anchors import anchors, separation
from ..cards.card import OWN, SPLITS, Anchors, ProblemCard, StrategyCard
from ..problem import Problem
from ..strategy import Entrant, Strategy, fields_of
from ..system import System
from .entry import Entry
from .options import scale_of


def strategy_card(entry: Entry[Entrant]) -> StrategyCard:
    """Return the card of a strategy or a system: what a report must know of it."""
    item, doc = entry.item, type(entry.item).__doc__ or ""
    return StrategyCard(
        identity=entry.identity,
        summary=" ".join(doc.split("\n\n")[0].split()),
        citation=item.citation,
        plans_for_budget=item.plans_for_budget,
        fields=fields_of(item),
        family=item.family,
        irreproducible=item.irreproducible,
        several_objectives=isinstance(item, Strategy) and item.several_objectives,
        knows_limits=isinstance(item, Strategy) and item.knows_limits,
        system=isinstance(item, System),
        source=entry.source,
        given=entry.given,
    )


def problem_card(entry: Entry[Problem]) -> ProblemCard:
    """Return the card of a problem: what a report must know of it."""
    problem = entry.item
    kinds = [type(parameter).__name__.lower() for parameter in problem.space.values()]
    ours = entry.source is None
    plain = ours and problem.name == problem.base
    scale = scale_of(problem.name)
    frozen = anchors(problem.base, problem.version) if ours and scale != "none" else None
    values: tuple[Anchors, ...] = frozen.values if frozen else ()
    scores: tuple[Anchors, ...] = frozen.scores if frozen else ()
    if scale == "points":
        values, scores = (
            tuple(replace(a, evaluations=(), curve=()) for a in each) for each in (values, scores)
        )
    return ProblemCard(
        identity=entry.identity,
        about=problem.about,
        dimensions={kind: kinds.count(kind) for kind in dict.fromkeys(kinds)},
        conditional=sum(bool(parameter.when) for parameter in problem.space.values()),
        fidelity=problem.fidelity,
        gradient_cost=problem.gradient_cost,
        instances=problem.instances,
        objectives=problem.objectives,
        limits=problem.limits,
        optimum=scores[0].reference if scores and problem.about.proof else None,
        split=SPLITS[problem.about.held_out] if ours or problem.about.held_out else OWN,
        anchors_version=frozen.version if frozen else "",
        value_anchors=values,
        score_anchors=scores,
        facts=frozen.facts if frozen and plain else None,
        separation=separation(problem.name, problem.version) if plain else None,
        source=entry.source,
        given=entry.given,
        parameters=problem.space.to_json(),
    )
