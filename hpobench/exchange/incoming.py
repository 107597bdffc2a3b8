"""Importing the studies of an Optuna storage into a folder of results."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from ..cards.card import StrategyCard
from ..errors import InputError, counted, described
from ..errors import shown as value_shown
from ..problem import Problem
from ..registry.describing import problem_card
from ..registry.entry import Entry
from ..registry.finding import find_problems
from ..registry.rehearsal import rehearsed
from ..store.folder import Store
from ..store.run_file import RunFile
from ..store.sealed_json import UNLIKE
from ..trial import Outcome
from .storages import opened, shown
from .studies import Study, outcomes, study

NAME = "imported"
"""The name of the strategy if none is given and the studies were not exported from here."""


def import_from(
    storage: str, spec: str, output: Path, *, name: str | None = None, pattern: str = "*"
) -> str:
    """Import the studies whose name fits a pattern, as the runs of one strategy; say what was done.

    `spec` names the problem. `name` is the name of the strategy; None: the one that it had if the
    studies were exported from here, and else NAME. The same studies are the same runs: runs that
    are in the folder already are left as they are. Raises InputError if a study does not fit.
    """
    if name is not None and not re.fullmatch(r"(?!\.{1,2}$)[\w.,:=+-]{1,100}", name):
        raise InputError(
            "a strategy's name must be 1 to 100 letters, digits or characters of '_.,:=+-':"
            f" {name!r}"
        )
    problem = _problem(spec)
    studies = _studies(storage, pattern, problem.item)
    known = [each.exported.run.strategy.name for each in studies if each.exported is not None]
    called = name or (known[0] if len(known) == len(studies) else NAME)
    runs = outcomes(studies, problem, called)
    _write(runs, problem, Store(output), shown(storage))
    trials = sum(len(each.records) for each in studies)
    left = sum(each.left_out for each in studies)
    said = f"{counted(len(runs), 'study')} with {counted(trials, 'trial')} imported as {called}"
    if left:
        said += (
            f", {counted(left, 'trial')} left out, which have not ended or lack a part of a"
            " configuration"
        )
    return f"{said}: {output}"


def _problem(spec: str) -> Entry[Problem]:
    with rehearsed(problems=[spec]):
        found = find_problems(spec)
    if len(found) != 1:
        raise InputError(f"--problem must name one problem, not {len(found)}: {spec!r}")
    return found[0]


def _studies(storage: str, pattern: str, problem: Problem) -> list[Study]:
    with opened(storage, new=False) as (there, summaries):
        chosen = [each for each in summaries if fnmatchcase(str(each.study_name), pattern)]
        for each in chosen:
            if [direction.name for direction in each.directions] != ["MINIMIZE"]:
                raise InputError(
                    "only studies that minimise one value can be imported:"
                    f" {value_shown(each.study_name)}"
                )
        found = [_study(there, each, problem) for each in chosen]
    if not any(each.records or each.exported for each in found):
        raise InputError(
            f"{shown(storage)} has no study with a trial that ended and a name like {pattern!r}"
        )
    return found


def _study(storage: Any, summary: Any, problem: Problem) -> Study:  # noqa: ANN401  # Optuna's
    """Read a study; raises InputError where it holds what no study holds."""
    from optuna import load_study

    name = summary.study_name
    try:
        trials = load_study(study_name=name, storage=storage).get_trials()
        return study(name, summary.user_attrs, trials, problem)
    except (*UNLIKE, AssertionError, LookupError, RuntimeError) as error:
        raise InputError(
            f"the study {value_shown(name)} can't be read: {described(error)}"
        ) from None


def _write(runs: Sequence[Outcome], problem: Entry[Problem], store: Store, origin: str) -> None:
    first = runs[0].run
    card = StrategyCard(
        identity=first.strategy,
        summary="Studies of Optuna, made elsewhere and imported.",
        citation="",
        plans_for_budget=False,
        fields={},
        source="",
    )
    began = datetime.now(UTC)
    note = (
        f"The runs of {first.strategy.name} were not made here: they are Optuna's studies,"
        f" imported from {origin}."
    )
    with store.writing(first.budget, first.workers):
        store.put_card(card)
        store.put_card(problem_card(problem))
        for each in runs:
            if store.is_sealed(each.run):
                continue
            with RunFile(store.path(each.run), each.run) as file:
                for record in each.records:
                    file.append(record)
                file.seal(each.stop, len(each.records), {})
        store.put_session(
            f"{began:%Y%m%dT%H%M%SZ}-{first.strategy.version}",
            {
                "began": began.isoformat(timespec="seconds"),
                "experiment": {"name": store.folder.name, "notice": note},
                "imported": origin,
            },
        )
