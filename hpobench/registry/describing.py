"""The cards of strategies and problems that were found."""

import shlex
from collections.abc import Sequence
from dataclasses import replace

from ..cards.anchors import FrozenAnchors, anchors, moved_anchors, separation
from ..cards.card import OWN, SPLITS, Anchors, ProblemCard, StrategyCard
from ..cards.own_anchors import OwnAnchors, file_beside, fitting, read
from ..cards.start_bias import start_bias
from ..errors import InputError
from ..problem import Problem
from ..strategy import Entrant, Strategy, fields_of
from ..system import System
from .entry import Entry
from .options import scale_of
from .user_file import file_in


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
        start_bias=start_bias(entry.identity.name, item.version) if entry.source is None else None,
        source=entry.source,
        given=entry.given,
    )


def problem_card(entry: Entry[Problem]) -> ProblemCard:
    """Return the card of a problem: what a report must know of it."""
    problem = entry.item
    kinds = [type(parameter).__name__.lower() for parameter in problem.space.values()]
    ours = entry.source is None
    plain = ours and problem.name == problem.base
    scale, (own, _) = scale_of(problem.name), anchors_beside(entry)
    frozen = own.frozen() if own else None
    if ours:
        frozen = _frozen(problem)
    if scale == "none":
        frozen = None
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
        optimum=_optimum(problem, scores, own),
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


def anchors_beside(entry: Entry[Problem]) -> tuple[OwnAnchors | None, str]:
    """Return the anchors in the file beside a user's problem, and why the file is ignored.

    The anchors are those of the problem without options. None: there is no such file, it is
    ignored, or the problem is its published form or a moved one, which the anchors are not about.
    """
    problem, path = entry.item, entry.identity.path
    if path is None:
        return None, ""
    beside, version = file_beside(path), entry.identity.version.partition("+")[0]
    command = f"hpobench anchor {shlex.quote(file_in(entry.given, '+') or path)}"
    try:
        kept = read(beside)
    except InputError as damage:
        return None, f"{damage}; it is ignored until you remove it and type: {command}"
    named = any(each.problem == problem.base for each in kept)
    if not named or {"textbook", "moved"} & {*problem.name.split("+")[1:]}:
        return None, ""
    fit = fitting(kept, problem, version)
    if fit.complete is None and fit.begun is None:
        was = f"the anchors of {problem.base} in {beside} are of another version of it"
        return None, f"{was}, and are ignored; to make them anew, type: {command}"
    if fit.complete is None:
        was = f"the anchors of {problem.base} in {beside} are not complete"
        return None, f"{was}, and are ignored; to go on with them, type: {command}"
    return fit.complete, ""


def _frozen(problem: Problem) -> FrozenAnchors | None:
    """Return the anchors of one of our problems, as if it had no option but a moved range."""
    find = moved_anchors if "moved" in problem.name.split("+")[1:] else anchors
    return find(problem.base, problem.version)


def _optimum(problem: Problem, scores: Sequence[Anchors], own: OwnAnchors | None) -> float | None:
    """Return the lowest possible score, where it is known and the same in every instance."""
    if own is not None:
        return own.optimum if scores else None
    return scores[0].reference if scores and problem.about.proof else None
