"""Which problems are cheap to add to a plan, by the seconds that an evaluation takes."""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from ..cards.card import SPLITS
from ..cards.groups import ALL
from ..experiment.planning import Plan
from ..registry.finding import find_problems
from ..registry.ours import problem_groups
from ..store.folder import Store


def cheapest(there: Plan, seconds: Mapping[str, float]) -> Iterator[tuple[str, int, float]]:
    """Yield families with problems that the plan lacks, the cheapest first.

    With each comes how many problems it lacks, and the seconds that a full evaluation takes:
    `seconds` by family, as measured; where that is not known, as the problems say themselves.
    """
    known = {each.identity.name for each in there.problems}
    found = list[tuple[float, str, int]]()
    for family in problem_groups():
        every = [] if family in (*SPLITS, ALL) else find_problems(family)
        more = [each for each in every if each.identity.name not in known and not each.absent]
        said = [each.item.about.seconds for each in more]
        times = [seconds[family]] if family in seconds else [time for time in said if time]
        if more and times:
            found.append((sum(times) / len(times), family, len(more)))
    for each, family, number in sorted(found):
        yield family, number, each


def measured(asked_for: Plan, store: Store) -> dict[str, float]:
    """Return the seconds that a full evaluation took, by family, of the plan's runs that ended."""
    families = {each.identity: each.item.about.family for each in asked_for.problems}
    took, spent = defaultdict[str, float](float), defaultdict[str, float](float)
    for run in asked_for.runs:
        if ended := store.seconds(run):
            took[families[run.problem]] += ended[1]
            spent[families[run.problem]] += float(run.budget)
    return {family: took[family] / spent[family] for family in took}
