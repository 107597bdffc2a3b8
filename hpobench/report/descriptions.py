"""The tables of what was run: problems, failed and missing runs, machines."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from ..cards.card import IMPORTANT, ProblemCard
from ..errors import counted
from .compared import Compared
from .looks.tables import NONE, Cell, Column, Table, count, number, text
from .words import all_of, percent

_UNMEASURED = (
    " There are no regrets for several objectives or for limits: such problems count in no average,"
    " rank or test."
)


def problems(compared: Compared) -> Table:
    """List the problems of the suite with what is known of each."""
    cards = compared.scores.problems
    several = any(card.unmeasured for card in cards)
    return Table(
        name="problems",
        title="The problems",
        caption=(
            f"The suite: {compared.suite}. Parameters: float (f), int (i), ordinal (o), "
            "categorical (c); conditional ones depend on another. Matter: how many of the "
            f"parameters have at least {percent(IMPORTANT)} of the variance of a random "
            "configuration's rank. Separates: the share of the ranks' variance that lies between "
            "the strategies of a fixed panel. Anchors: the version of the frozen scale, so that "
            f"results of different days compare.{_UNMEASURED * several} No band."
        ),
        columns=(
            Column("Problem", "l"),
            Column("Family", "l"),
            Column("Parameters", "l"),
            Column("Conditional"),
            Column("Fidelity", "l"),
            Column("Gradient cost"),
            Column("Instances"),
            Column("Seeds"),
            Column("Split", "l"),
            Column("Matter"),
            Column("Separates"),
            Column("Optimum"),
            Column("Anchors", "l"),
            *(Column("Objectives", "p"), Column("Limits", "p"))[: 2 * several],
        ),
        rows=tuple(
            (
                *_problem(compared.problem_names[p], card, int(compared.scores.planned[p].sum())),
                *(text(", ".join(card.objectives)), text(card.bounds or NONE))[: 2 * several],
            )
            for p, card in enumerate(cards)
        ),
    )


def sources(compared: Compared) -> Table:
    """List what each problem is, where it comes from, and under which licence."""
    return Table(
        name="problem-sources",
        title="What the problems are, and where they come from",
        caption=(
            f"Of the suite of {compared.suite}: what is tuned, where it was "
            "published, and the licence of the data, where there is any. No band."
        ),
        columns=(
            Column("Problem", "l"),
            Column("Licence", "p"),
            Column("What", "p"),
            Column("Source", "p"),
        ),
        rows=tuple(
            (
                text(name),
                text(card.about.licence or NONE),
                text(card.about.summary or NONE),
                text(card.about.citation or NONE),
            )
            for name, card in zip(compared.problem_names, compared.scores.problems, strict=True)
        ),
    )


def without_number(compared: Compared) -> Table | str:
    """List the runs that failed, are unsupported or are missing, by their reason."""
    found: dict[tuple[str, str, str], Counter[str]] = {}
    for where, problem in _without_number(compared):
        found.setdefault(where, Counter())[problem] += 1
    if not found and compared.asked_runs > compared.ended:
        return (
            f"{compared.ended:,} of {counted(compared.asked_runs, 'run')} have an outcome, and "
            "none of them failed or was unsupported."
        )
    if not found:
        return "Every run has an outcome, and none failed or was unsupported."
    rows = [
        (
            text(strategy),
            text(status),
            text(detail or NONE),
            count(per_problem.total()),
            text(_where(compared, per_problem)),
        )
        for (status, strategy, detail), per_problem in sorted(found.items())
    ]
    return Table(
        name="runs",
        title="Runs without a number",
        caption=(
            f"Of {compared.suite}: failed runs count as the worst "
            "everywhere, but on a problem where nobody's run holds a score; unsupported pairs and "
            "missing runs are left out and have no rank. In brackets: seeds. No band."
        ),
        columns=(
            Column("Strategy", "l"),
            Column("Status", "l"),
            Column("Reason", "p"),
            Column("Runs"),
            Column("Problems", "p"),
        ),
        rows=tuple(rows),
    )


def trials(compared: Compared) -> Table | str:
    """List the evaluations that failed within runs, by their reason."""
    tallies, total = compared.tallies, int(compared.tallies.evaluations.sum())
    if not total:
        return "No evaluation took place."
    if not tallies.errors:
        return f"{all_of(total, 'evaluation').capitalize()} gave a value."
    found = sorted(
        (compared.names[s], compared.problem_names[p], error, failed, (s, p))
        for (s, p), counts in tallies.errors.items()
        for error, failed in counts.items()
    )
    rows = [
        (
            text(name),
            text(problem),
            count(failed),
            number(100 * failed / int(tallies.evaluations[pair]), 1),
            text(error),
        )
        for name, problem, error, failed, pair in found
    ]
    return Table(
        name="failed-evaluations",
        title="Evaluations that failed",
        caption=(
            f"Of {counted(total, 'evaluation')}, over {compared.suite}; "
            "strategies are told nan, and an incumbent is never one of these. No band."
        ),
        columns=(
            Column("Strategy", "l"),
            Column("Problem", "l"),
            Column("Failed"),
            Column("%"),
            Column("Reason", "p"),
        ),
        rows=tuple(rows),
    )


def _where(compared: Compared, seeds: Mapping[str, int]) -> str:
    """List problems with their numbers of seeds; "all 28" for all problems with every seed."""
    planned = zip(compared.problem_names, compared.scores.planned.sum(axis=1).tolist(), strict=True)
    if len(seeds) > 1 and seeds == dict(planned):
        return f"all {len(seeds)}"
    return ", ".join(f"{problem} ({number})" for problem, number in seeds.items())


def _without_number(compared: Compared) -> Iterator[tuple[tuple[str, str, str], str]]:
    """Yield (status, strategy, detail) and the problem of every run that did not end well."""
    status, planned = compared.scores.status, compared.scores.planned
    for s, p, r in np.argwhere(~np.isin(status, ("complete", "exhausted"))).tolist():
        if planned[p, r]:
            detail = compared.tallies.details.get((s, p, r), "interrupted, or never begun")
            yield (str(status[s, p, r]), compared.names[s], detail), compared.problem_names[p]


def machines(sessions: Sequence[Mapping[str, object]]) -> dict[str, str]:
    """Return what the sessions say of their machines, each different answer once."""
    found: dict[str, list[str]] = {}
    for session in sessions:
        told = {name: content for name, content in session.items() if name != "plan"}
        for name, answer in _flat(told, ""):
            answers = found.setdefault(name, [])
            if answer not in answers:
                answers.append(answer)
    return {name: "; ".join(answers) for name, answers in sorted(found.items())}


def _flat(content: Mapping[str, object], prefix: str) -> list[tuple[str, str]]:
    """Return nested content as names and texts; a name begins with the names that it lies in."""
    entries: list[tuple[str, str]] = []
    for name, value in content.items():
        if isinstance(value, Mapping):
            entries += _flat({str(key): each for key, each in value.items()}, f"{prefix}{name} ")
        elif isinstance(value, list):
            entries.append((prefix + name, ", ".join(_words(each) for each in value)))
        else:
            entries.append((prefix + name, _words(value)))
    return [(name, answer) for name, answer in entries if answer]


def _words(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _problem(name: str, card: ProblemCard, seeds: int) -> tuple[Cell, ...]:
    """Return the row of a problem; `seeds`: how many it was given."""
    fidelity = card.fidelity
    shape = f"{fidelity.low:g} to {fidelity.high:g} {fidelity.unit}" if fidelity else NONE
    kinds = [f"{number} {kind[0]}" for kind, number in card.dimensions.items() if number]
    return (
        text(name),
        text(card.about.family),
        text(", ".join(kinds)),
        count(card.conditional),
        text(shape),
        text(NONE) if card.gradient_cost is None else number(card.gradient_cost, 1),
        count(card.instances),
        count(seeds),
        text(card.split),
        count(card.facts.important) if card.facts else text(NONE),
        number(card.separation.share, 2) if card.separation else text(NONE),
        text(NONE)
        if card.optimum is None
        else Cell(f"{card.optimum:.6g}".replace("-", "\N{MINUS SIGN}"), (card.optimum,)),
        text(card.anchors_version or NONE),
    )
