"""The numbers behind the page, as JSON: what was run, who took part, and what every run held."""

import json
from collections.abc import Mapping, Sequence

import numpy as np

from ...cards.card import ProblemCard, StrategyCard
from ...cards.groups import PROPERTIES, functions, is_test_function
from ...runner.finished_run import FinishedRun
from ...scores import anchors, checkpoints, utilisation
from ...statistics import mean_over
from ...statistics.summaries import median
from .. import bounds
from ..appendix.in_time import clock
from ..compared import Compared
from ..looks import markup
from ..looks.look import COLOURS, LineStyle
from ..validation import with_test_score
from .answer import THE_DEFAULT, default_of
from .granted import granted
from .groups import ALL, PRIME, groups
from .lines import lines
from .needs import FIDELITY, needed, needs
from .runs import HELD, rounded, short, steps
from .sayings import SAYINGS, SIGNS
from .standings import step_seconds, unit_of_worth

POINTS = 40
"""The most points of the grid at which the page reads curves."""
RANGED_GROUPS = 12
"""The most groups of problems for which ranges of places are worked out beforehand."""


def data(compared: Compared, runs: Sequence[FinishedRun], notice: str) -> dict[str, object]:
    """Return the numbers behind the page, and the sentences in which its script says them.

    `runs` are all runs, whatever their setting; `notice`: how far to trust the results.
    """
    points = grid_points(compared)
    scores = compared.scores
    return {
        "comparator": compared.comparator_position,
        "comparatorName": compared.comparator,
        "budget": compared.budget,
        "workers": compared.setting.workers,
        "grid": rounded(compared.spent[points], HELD),
        "seeds": list(scores.seeds),
        "instances": scores.instances.tolist(),
        "strategies": [_seen(_strategy(compared, s)) for s in range(len(compared.names))],
        "order": compared.order,
        "complete": compared.complete,
        "problems": [_seen(_problem(compared, p)) for p in range(len(scores.problems))],
        "functions": functions(scores.problems),
        "properties": list(PROPERTIES),
        "groups": [
            _seen({"key": key, "name": name, "members": members, "prime": key in PRIME})
            for key, (name, members) in groups(compared).items()
        ],
        "ranges": _ranges(compared),
        "random": _random(compared),
        "unit": unit_of_worth(compared),
        "clock": _clock(compared),
        "lost": _lost(compared),
        **_counts(compared),
        "first": granted(compared, runs),
        "sayings": SAYINGS,
        "signs": SIGNS,
        "default": default_of(compared),
        "theDefault": THE_DEFAULT,
        "notice": bool(notice),
        "palette": [code for name, code in COLOURS.items() if name != "grey"],
        "runs": steps(compared),
    }


def compact(found: Mapping[str, object]) -> str:
    """Return numbers as JSON that may stand within a script element."""
    return json.dumps(found, separators=(",", ":"), allow_nan=False).replace("<", "\\u003c")


def grid_points(compared: Compared) -> list[int]:
    """Return the points of the grid that the page has: at most POINTS and the checkpoints.

    They are after whole evaluations and at the end; all points count where no others are whole.
    """
    spent = compared.spent
    whole = np.flatnonzero(np.isclose(spent, spent.round()) | (spent == spent[-1]))
    there = whole if len(whole) > 1 else np.arange(len(spent))
    even = np.linspace(0, len(there) - 1, min(len(there), POINTS)).round().astype(int)
    marked = np.intersect1d(there, checkpoints(compared.scores.shares))
    return [int(point) for point in np.union1d(there[even], marked)]


def _seen(entries: Mapping[str, object]) -> dict[str, object]:
    """Return entries with an escape for every character of a text that is not seen."""
    return {
        name: markup.plain(entry) if isinstance(entry, str) else entry
        for name, entry in entries.items()
    }


def _strategy(compared: Compared, s: int) -> dict[str, object]:
    name, card = compared.names[s], compared.cards[s]
    totals = compared.scores.totals
    thought = totals.thinking[s, compared.problems]
    busy = utilisation(totals.busy[s], totals.makespan[s], compared.setting.workers)
    return {
        "name": name,
        **_look(compared, name),
        **_card(card),
        "step": short(step_seconds(compared, s), 6),
        "own": short(median(np.where(thought > 0, thought, np.nan)), 6),
        "busy": short(float(mean_over(busy[compared.problems].ravel(), axis=0)), 3),
        "memory": short(compared.tallies.peak_memory[s], 3),
        "lines": list(lines(compared, s)),
        "needs": markup.plain(" ".join(needs(compared, s))),
        "early": needed(compared, s) == (FIDELITY,),
        "cuts": _cuts_short(compared, s),
    }


def _cuts_short(compared: Compared, s: int) -> bool:
    """Return whether a strategy cuts trainings short: it makes more of them than its budget has."""
    cards, runs = compared.scores.problems, compared.scores.took_place[s].sum(axis=1)
    whole = compared.scores.budgets * runs
    more = compared.tallies.evaluations[s] > whole + runs  # a last one may go beyond the budget
    return any(more[p] for p, card in enumerate(cards) if card.fidelity is not None)


def _look(compared: Compared, name: str) -> dict[str, object]:
    look = compared.page_looks[name]
    return {"colour": look.colour, "dash": _dash(look.line), "faint": look.faint}


def _dash(line: LineStyle) -> str:
    """Return a line's dashes as SVG has them; empty: it is not dashed."""
    return "" if line == "-" else " ".join(f"{each * 1.4:g}" for each in line[1])


def _card(card: StrategyCard) -> dict[str, object]:
    bias = card.start_bias
    return {
        "version": card.identity.version[:12],
        "summary": card.summary,
        "citation": card.citation,
        "method": card.family,
        "plans": card.plans_for_budget,
        "mine": card.source is not None,
        "fields": {name: json.dumps(value) for name, value in card.fields.items()},
        "bias": bias
        and [None if each is None else short(each, 4) for each in (bias.bias, bias.low, bias.high)],
    }


def _problem(compared: Compared, p: int) -> dict[str, object]:
    card, scores = compared.scores.problems[p], compared.scores
    facts = card.facts
    return {
        "name": compared.problem_names[p],
        "family": card.about.family,
        "summary": card.about.summary,
        "citation": card.about.citation,
        "licence": card.about.licence,
        "kinds": dict(card.dimensions),
        "dimensions": sum(card.dimensions.values()),
        "conditional": card.conditional,
        "madeUp": is_test_function(card),
        "has": [name for name, holds in PROPERTIES.items() if holds(card)],
        "split": card.split,
        "counts": p in compared.problems,
        "anchored": p in compared.anchored,
        "optimum": card.optimum is not None,
        "least": short(float(bounds.of_regrets(scores, [p]).least[0]), 3),
        "floor": short(float(bounds.floors(scores, [p])[0]), 3),
        "planned": int(scores.planned[p].sum()),
        "seconds": card.about.seconds,
        "important": None if facts is None else facts.important,
        "noise": None if facts is None else short(facts.noise, 3),
        "fidelity": _fidelity(card),
    }


def _fidelity(card: ProblemCard) -> tuple[float, float, str] | None:
    found = card.fidelity
    return None if found is None else (found.low, found.high, markup.plain(found.unit))


def _ranges(compared: Compared) -> dict[str, dict[str, list[float]]]:
    """Return the ranges of places, which need the bootstrap, by group of problems and strategy.

    They are those at the end of the budget.
    """
    found = dict[str, dict[str, list[float]]]()
    for key, (_, members) in list(groups(compared).items())[:RANGED_GROUPS]:
        there = compared if key == ALL else compared.over(members)
        ranges = there.rank_ranges if there.complete else None
        if ranges is None or np.isnan(ranges.best).any():
            continue
        found[key] = {
            str(s): [float(best), float(worst)]
            for s, best, worst in zip(there.complete, ranges.best, ranges.worst, strict=True)
        }
    return found


def _random(compared: Compared) -> dict[str, object]:
    """Return what random search is expected to hold: known curves, and which each run is beside."""
    curves = list[dict[str, object]]()
    places, of_runs = dict[tuple[int, int], int](), list[list[int]]()
    for p, card in enumerate(compared.scores.problems):
        row = list[int]()
        for seed in compared.scores.seeds:
            known = anchors(card, seed, "scores")
            if known is None or not known.curve or not known.has_scale:
                row.append(-1)
                continue
            at = places.setdefault((p, id(known)), len(curves))
            if at == len(curves):
                scale = known.random - known.reference
                regrets = (np.array(known.curve) - known.reference) / scale
                at_counts = [int(each) for each in known.evaluations]
                curves.append({"evaluations": at_counts, "held": rounded(regrets, HELD)})
            row.append(at)
        of_runs.append(row)
    return {"curves": curves, "of": of_runs}


def _clock(compared: Compared) -> dict[str, object] | None:
    """Return how long the comparator's runs took on each problem; None: it has none."""
    by = clock(compared)
    if by is None:
        return None
    parts = {"unit": by.unit, "makespan": by.makespan, "thinking": by.thinking}
    return {"problems": by.problems, **{name: rounded(each, 5) for name, each in parts.items()}}


def _counts(compared: Compared) -> dict[str, list[list[int]]]:
    """Return how many evaluations there were, failed and came again, by strategy and problem."""
    tallies = compared.tallies
    failures = np.zeros_like(tallies.evaluations)
    for pair, reasons in tallies.errors.items():
        failures[pair] = reasons.total()
    found = {
        "evaluations": tallies.evaluations,
        "failures": failures,
        "duplicates": tallies.duplicates,
    }
    return {name: [[int(count) for count in row] for row in rows] for name, rows in found.items()}


def _lost(compared: Compared) -> list[list[list[float | int | None]]]:
    """Return what each run lost on test again over what it had gained, by strategy and problem.

    It is None where a run had gained nothing. A problem whose score is its value has no entries.
    """
    members = {*with_test_score(compared)}
    return [
        [rounded(runs, 4) if p in members else [] for p, runs in enumerate(rows)]
        for rows in compared.overtuning.relative
    ]
