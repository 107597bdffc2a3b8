"""Which of the runs in a folder are made again, and by which code: why others can't be."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from ...cards.card import ProblemCard, StrategyCard
from ...errors import InputError, shown
from ...problem import Problem
from ...registry.entry import Entry
from ...registry.finding import find_entrants, find_problems
from ...registry.ours import kept_entrants, kept_problems
from ...strategy import Entrant
from ...trial import Identity, Run

Found: TypeAlias = Entry[Entrant] | Entry[Problem]
Card: TypeAlias = StrategyCard | ProblemCard


@dataclass(frozen=True, slots=True)
class Named:
    """The strategies or problems that the user has named."""

    option: str
    """The option by which they are named, "-s" or "-p"."""
    specs: tuple[str, ...]
    entries: tuple[Found, ...]

    def hold(self, identity: Identity) -> bool:
        """Tell whether runs of a strategy or on a problem were asked for, in whatever version."""
        return not self.specs or identity.name in {each.identity.name for each in self.entries}


def named(strategies: Sequence[str], problems: Sequence[str]) -> tuple[Named, Named]:
    """Return what specs name; a user's file is run for this. Raises InputError."""
    entrants = tuple(each for spec in strategies for each in find_entrants(spec))
    found = tuple(each for spec in problems for each in find_problems(spec))
    return Named("-s", tuple(strategies), entrants), Named("-p", tuple(problems), found)


def wanted(runs: Iterable[Run], strategies: Named, problems: Named) -> list[Run]:
    """Return the runs that were asked for; raises InputError where there is none."""
    found = [run for run in runs if strategies.hold(run.strategy) and problems.hold(run.problem)]
    if not found:
        asked = (f"{each.option} {spec}" for each in (strategies, problems) for spec in each.specs)
        raise InputError(f"no run that has ended here is of {' '.join(asked) or 'any strategy'}")
    return found


def with_code(
    runs: Iterable[Run], cards: Collection[Card], strategies: Named, problems: Named
) -> Mapping[Run, Run | str]:
    """Return each run with the paths of its code, or why there is no such code here.

    No path that the results name is looked at: a user's file is run only if the user names it.
    """
    of_cards = {card.identity: card for card in cards}
    known: dict[tuple[str, Identity], Identity | str] = {}

    def found(place: Named, identity: Identity) -> Identity | str:
        key = place.option, identity
        if key not in known:
            known[key] = _code(place, identity, of_cards.get(identity))
        return known[key]

    answers = dict[Run, Run | str]()
    for run in runs:
        strategy, problem = found(strategies, run.strategy), found(problems, run.problem)
        reasons = [each for each in (strategy, problem) if isinstance(each, str)]
        if isinstance(strategy, Identity) and isinstance(problem, Identity):
            answers[run] = replace(run, strategy=strategy, problem=problem)
        else:
            answers[run] = "; ".join(reasons)
    return answers


def _code(place: Named, identity: Identity, card: Card | None) -> Identity | str:
    """Return an identity with the path of its code, or why there is none."""
    here: Sequence[Found] = [each for each in place.entries if each.identity.name == identity.name]
    if not here and card is not None and card.source is not None:
        if not card.given:
            return f"{identity.name} was imported, and no code of it is known"
        return f"{identity.name} is a file: {place.option} {shown(card.given)} has it run"
    here = here or _ours(place, identity.name)
    same = [each for each in here if each.identity == identity]
    if same and not same[0].absent:
        return same[0].identity
    if absent := [each.absent for each in (*same, *here) if each.absent]:
        return f"{identity.name}: {absent[0]}"
    if here:
        now = here[0].identity.version
        return f"{identity.name} has changed: version {identity.version} then, {now} now"
    return f"{identity.name} is none of hpobench's, and no file of it was named"


def _ours(place: Named, name: str) -> Sequence[Found]:
    """Return what is ours of a name; nothing where it is not ours or has other options by now."""
    find: Callable[[str], Sequence[Found]]
    if place.option == "-s":
        plain, find = name.partition(":")[0] in kept_entrants(), find_entrants
    else:
        plain, find = name.partition("+")[0] in kept_problems(), find_problems
    try:
        return find(name) if plain else ()
    except InputError:
        return ()
