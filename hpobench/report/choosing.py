"""What a report was asked to show: whose runs, on which problems, and up to which budget."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from fractions import Fraction

import numpy as np

from ..cards.card import ProblemCard, StrategyCard, spec_of
from ..cards.groups import belongs
from ..errors import InputError, counted, hint, shown
from ..registry.choice import Choice
from ..registry.ours import kept_problems, problem_groups
from ..runner.finished_run import FinishedRun
from ..trial import Identity, Run, Stop
from .compared import Compared
from .names import RANDOM_SEARCH, labels
from .words import listed

_SPENT = 1e-9
"""How far sums of costs may be above a budget, since they are rounded."""


def problems_of(problems: Sequence[ProblemCard], choice: Choice) -> list[ProblemCard]:
    """Return the problems that are of the side and belong to any of the groups, or are named.

    Raises InputError where a group is none of the problems here, and none of ours either.
    """
    kept = [card for card in problems if choice.split in ("", card.split)]
    groups = choice.problems
    if not groups:
        return kept
    families = {card.about.family for card in problems}.union(problem_groups())
    names = {name for card in problems for name in (card.identity.name, spec_of(card))}
    ours = [group for group in groups if group.partition("+")[0] in kept_problems()]
    inside = [belongs(group, families) for group in groups if group not in names.union(ours)]
    return [
        card
        for card in kept
        if {card.identity.name, spec_of(card)}.intersection(groups)
        or any(each(card) for each in inside)
    ]


def strategies_of(strategies: Sequence[StrategyCard], choice: Choice) -> list[StrategyCard]:
    """Return the strategies that were chosen; raises InputError where one is not there.

    The one that others are compared with has to be among them.
    """
    if not choice.strategies:
        return [*strategies]
    wanted = {each for spec in choice.strategies for each in _named(spec, strategies)}
    against = choice.against or RANDOM_SEARCH
    if not wanted.intersection(_named(against, strategies, there=False)):
        raise InputError(
            f"{against} is what strategies are compared with, and it is not among those chosen;"
            f" add -s {against}, or choose another one with --against"
        )
    return [card for card in strategies if card.identity in wanted]


def cut(runs: Sequence[FinishedRun], budget: float) -> list[FinishedRun]:
    """Return runs as they stood once so many evaluations were spent.

    Runs of exactly this budget stay as they are, and stand for longer ones of the same strategy,
    problem and seed. Raises InputError where no run is long enough.
    """
    wanted = Fraction(str(budget))
    found = dict[Run, FinishedRun]()
    for each in sorted(runs, key=lambda each: each.run.budget):
        if each.run.budget >= wanted:
            short = replace(each.run, budget=wanted)
            found.setdefault(short, each if short == each.run else _cut(each, short))
    if not found:
        most = max(float(each.run.budget) for each in runs)
        raise InputError(f"no run here has more than {counted(most, 'evaluation')}: {budget:g}")
    return [*found.values()]


def _cut(run: FinishedRun, short: Run) -> FinishedRun:
    """Return a run up to a smaller budget, as `short` has it."""
    spent = np.cumsum(run.costs)
    kept = int(np.searchsorted(spent, float(short.budget) + _SPENT, side="right"))
    ended = kept == spent.size
    failed = int(np.isnan(run.values[:kept]).sum())
    reasons = " or ".join(run.errors)  # which of them a failed evaluation had is not kept
    return replace(
        run,
        run=short,
        stop=replace(run.stop, recommendation=None) if ended else Stop("complete"),
        **{name: getattr(run, name)[:kept] for name in _COLUMNS},
        other_values=None if run.other_values is None else run.other_values[:kept],
        errors=run.errors if ended else {reasons: failed} if failed else {},
        incumbent=run.incumbent if ended else None,
    )


_COLUMNS = (
    "values", "scores", "costs", "finished", "busy", "fidelities", "ask_seconds", "tell_seconds",
    "repeats",
)  # fmt: skip
"""The arrays of a run with an entry for each trial."""


def shortened(planned: Iterable[Run], budget: float) -> list[Run]:
    """Return planned runs with this budget in place of a larger one."""
    wanted = Fraction(str(budget))
    return [replace(run, budget=min(run.budget, wanted)) for run in planned]


def said_of_cut(compared: Compared, runs: Sequence[FinishedRun]) -> str:
    """Say that runs are read before their end, and for whom that is not what it seems to be.

    `runs` are those that were made; empty: no run of the report was made with a larger budget.
    """
    read = compared.setting.budget
    longer = sorted({each.run.budget for each in runs if each.run.budget > read})
    if not longer or read in {each.run.budget for each in runs}:
        return ""
    made = listed([f"{float(each):g}" for each in longer])
    said = f"Runs are read after {compared.budget:g} of the {made} evaluations that they had."
    plan = [compared.names[s] for s in compared.order if compared.cards[s].plans_for_budget]
    if plan:
        verb, their = ("plans", "its") if len(plan) == 1 else ("plan", "their")
        said += (
            f" {listed(plan)} {verb} for {their} budget and would have searched otherwise with"
            f" {compared.budget:g}: only runs made with that budget say how well."
        )
    return said


def called(compared: Compared, choice: Choice, strategies: Sequence[StrategyCard]) -> Compared:
    """Return what is compared with the labels, the comparator and who stands out as chosen.

    Raises InputError where a strategy is not there, or two would have one name.
    """
    chosen = {_one(spec, strategies): label for spec, label in choice.labels}
    found = replace(compared, names=_labelled(compared.names, compared.scores.strategies, chosen))
    if compared.apart is not None:
        apart = compared.apart
        names = _labelled(apart.names, apart.scores.strategies, chosen)
        found = replace(found, apart=replace(apart, names=names))
    where = {identity: s for s, identity in enumerate(compared.scores.strategies)}
    against = choice.against or RANDOM_SEARCH
    if choice.against:
        who = _one(choice.against, strategies)
        if who not in where:
            raise InputError(f"no run of {against} is in this report, to compare others with")
        found = replace(found, comparator=found.names[where[who]])
    elif compared.comparator_position is not None:
        found = replace(found, comparator=found.names[compared.comparator_position])
    out = [_one(spec, strategies) for spec in choice.highlight]
    return replace(found, highlight=tuple(found.names[where[who]] for who in out if who in where))


def _labelled(
    names: Sequence[str], identities: Sequence[Identity], chosen: dict[Identity, str]
) -> tuple[str, ...]:
    found = tuple(chosen.get(who, name) for who, name in zip(identities, names, strict=True))
    twice = [name for name in found if found.count(name) > 1]
    if twice:
        raise InputError(f"two strategies would be called alike: {shown(twice[0])}")
    return found


def _one(spec: str, strategies: Sequence[StrategyCard]) -> Identity:
    """Return the strategy of a name; raises InputError where there is none, or several."""
    found = _named(spec, strategies)
    if len(found) > 1:
        ours = [card.identity for card in strategies if card.source is None]
        several = labels([card.identity for card in strategies], ours, RANDOM_SEARCH)
        names = sorted(several[each] for each in found)
        raise InputError(f"{shown(spec)} names several strategies here: {', '.join(names)}")
    return next(iter(found))


def _named(
    spec: str, strategies: Sequence[StrategyCard], *, there: bool = True
) -> Collection[Identity]:
    """Return the strategies of a name; `there`: whether it is an error where there are none."""
    ours = [card.identity for card in strategies if card.source is None]
    names = labels([card.identity for card in strategies], ours, RANDOM_SEARCH)
    plain = {each for each, name in names.items() if name == spec}
    found = plain or {
        card.identity for card in strategies if spec in (card.identity.name, spec_of(card))
    }
    if there and not found:
        raise InputError(
            f"no strategy {shown(spec)} in these results; {hint(spec, sorted(names.values()))}"
        )
    return found
