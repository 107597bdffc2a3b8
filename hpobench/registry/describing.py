"""What a card says of a strategy or a problem that was found."""

from dataclasses import replace

from ..cards.anchors import anchors, separation
from ..cards.card import OWN, SPLITS, Anchors, ProblemCard, StrategyCard
from ..problem import Problem
from ..strategy import Entrant, settings
from ..system import System
from .finding import Entry


def strategy_card(entry: Entry[Entrant]) -> StrategyCard:
    """Say of a strategy what a report must know."""
    kind, doc = type(entry.item), type(entry.item).__doc__ or ""
    return StrategyCard(
        identity=entry.identity,
        summary=" ".join(doc.split("\n\n")[0].split()),
        citation=kind.citation,
        plans_for_budget=kind.plans_for_budget,
        fields=settings(entry.item),
        irreproducible=kind.irreproducible,
        system=isinstance(entry.item, System),
        source=entry.source,
        given=entry.given,
    )


def problem_card(entry: Entry[Problem]) -> ProblemCard:
    """Say of a problem what a report must know."""
    problem = entry.item
    kinds = [type(parameter).__name__.lower() for parameter in problem.space.values()]
    ours = entry.source is None
    plain = ours and problem.name == problem.base
    frozen = anchors(problem.base, problem.version) if ours and problem.scale != "none" else None
    values: tuple[Anchors, ...] = frozen.values if frozen else ()
    scores: tuple[Anchors, ...] = frozen.scores if frozen else ()
    if problem.scale == "points":
        values, scores = (
            tuple(replace(a, evaluations=(), curve=()) for a in each) for each in (values, scores)
        )
    return ProblemCard(
        identity=entry.identity,
        family=problem.family,
        summary=problem.summary,
        citation=problem.citation,
        licence=problem.licence,
        dimensions={kind: kinds.count(kind) for kind in dict.fromkeys(kinds)},
        conditional=sum(bool(parameter.when) for parameter in problem.space.values()),
        fidelity=problem.fidelity,
        gradient_cost=problem.gradient_cost,
        gradient_memory=problem.gradient_memory,
        seconds=problem.seconds if ours else None,
        instances=problem.instances,
        optimum=scores[0].reference if scores and problem.proof else None,
        proof=problem.proof,
        defaults=problem.defaults,
        split=SPLITS[problem.held_out] if ours or problem.held_out else OWN,
        control=problem.control,
        anchors=frozen.version if frozen else "",
        values=values,
        scores=scores,
        facts=frozen.facts if frozen and plain else None,
        separation=separation(problem.name, problem.version) if plain else None,
        source=entry.source,
        given=entry.given,
        parameters=problem.space.to_json(),
    )
