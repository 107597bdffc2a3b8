"""The two tables of a folder of results: a row for each trial, or a row for each run."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from ..cards.card import ProblemCard
from ..runner.finished_run import FinishedRun, FloatArray
from ..scores import Kind
from ..store.folder import Store
from ..store.run_lines import digest_of
from ..store.run_table import Part, Parts, RunTable, compact
from ..trial import Run
from .columns import Column, named, sparse, texts, whole
from .held import Held, final_regret, held, instance
from .known import Known

PLACE = ("system", "processor", "python", "hpobench")
"""What the table of runs tells of the session in which a run was made."""


def trials_table(found: Known[RunTable]) -> pd.DataFrame:
    """Return a row for each trial; the columns are those that `frame` describes."""
    tables = found.runs
    cards = [found.problems[table.run.problem] for table in tables]
    ended = [table.ended for table in tables]
    lengths = [each.evaluations for each in ended]
    past = [held(each, card) for each, card in zip(ended, cards, strict=True)]
    finished = _joined([each.finished for each in ended])
    columns: dict[str, Column] = {
        **_about([table.run for table in tables], cards, lengths),
        "trial": np.concatenate([table.ids for table in tables]),
        "resumed": whole(_joined([table.resumed for table in tables])),
        "fidelity": _joined([each.fidelities for each in ended]),
        "value": _joined([_only(table) for table in tables]),
        "score": _joined([each.scores for each in ended]),
        "failed": np.isnan(_joined([each.values for each in ended])),
        "error": texts([error for table in tables for error in table.errors]),
        "cost": _joined([each.costs for each in ended]),
        "spent": _joined([each.spent for each in past]),
        "started": finished - _joined([each.busy for each in ended]),
        "finished": finished,
        "duration": _joined([table.durations for table in tables]),
        "incumbent": np.concatenate([each.new for each in past]),
        "incumbent_value": _joined([each.values for each in past]),
        "incumbent_score": _joined([each.scores for each in past]),
        "regret": _joined([each.regrets for each in past]),
        "value_regret": _joined([each.value_regrets for each in past]),
    }
    several = [_several(table, card) for table, card in zip(tables, cards, strict=True)]
    columns |= _prefixed("objective", several, lengths)
    columns |= _prefixed("parameter", [table.parameters for table in tables], lengths)
    columns |= _prefixed("measure", [table.measures for table in tables], lengths)
    columns |= _prefixed("machine", [table.measured for table in tables], lengths)
    return pd.DataFrame(columns)


def runs_table(found: Known[FinishedRun], store: Store) -> pd.DataFrame:
    """Return a row for each run; the columns are those that `frame` describes.

    The runs need the configurations of their last incumbents.
    """
    ended = found.runs
    cards = [found.problems[each.run.problem] for each in ended]
    past = [held(each, card) for each, card in zip(ended, cards, strict=True)]
    lengths = [1] * len(ended)
    seals = [store.summary(each.run).seal for each in ended]
    sessions = {str(each["id"]): each for each in store.sessions()}
    columns: dict[str, Column] = {
        **_about([each.run for each in ended], cards, lengths),
        "status": texts([each.stop.reason for each in ended]),
        "detail": texts([each.stop.detail or None for each in ended]),
        "trials": np.array([each.evaluations for each in ended]),
        "failed_trials": np.array([each.failed_evaluations for each in ended]),
        "cost": np.array([each.costs.sum() for each in ended]),
        "finished": np.array([each.finished.max(initial=0.0) for each in ended]),
        "value": _last([each.values for each in past]),
        "score": _last([each.scores for each in past]),
        "recommended_score": np.array([_recommended(each) for each in ended]),
        "full": np.array([bool(each.full.size and each.full[-1]) for each in past]),
        "regret": _final(ended, past, cards, "scores"),
        "value_regret": _final(ended, past, cards, "values"),
        "seconds": np.array([seal.seconds for seal in seals], dtype=float),
        "ask_seconds": np.array([_total(each.ask_seconds) for each in ended]),
        "tell_seconds": np.array([_total(each.tell_seconds) for each in ended]),
        "session": texts([seal.session for seal in seals]),
    }
    where = [sessions.get(seal.session or "", {}).get("machine", {}) for seal in seals]
    columns |= {name: texts([each.get(name) for each in where]) for name in PLACE}
    best = [_best(each, card) for each, card in zip(ended, cards, strict=True)]
    return pd.DataFrame(columns | _prefixed("parameter", best, lengths))


def _about(
    runs: Sequence[Run], cards: Sequence[ProblemCard], lengths: Sequence[int]
) -> dict[str, Column]:
    """Return the columns that say of which run a row is; each run has so many rows."""
    numbers = {
        "seed": [run.seed for run in runs],
        "instance": [instance(card, run.seed) for run, card in zip(runs, cards, strict=True)],
        "budget": [float(run.budget) for run in runs],
        "workers": [run.workers for run in runs],
    }
    return {
        "run": named([digest_of(run) for run in runs], lengths),
        "strategy": named([run.strategy.name for run in runs], lengths),
        "strategy_version": named([run.strategy.version for run in runs], lengths),
        "problem": named([run.problem.name for run in runs], lengths),
        "problem_version": named([run.problem.version for run in runs], lengths),
        **{name: np.repeat(np.array(each), lengths) for name, each in numbers.items()},
        "first": named([run.first for run in runs], lengths),
    }


def _total(seconds: FloatArray) -> float:
    """Return the sum of real seconds (trials,); nan where none of them was measured."""
    return float(np.nansum(seconds)) if np.isfinite(seconds).any() else np.nan


def _joined(parts: Sequence[FloatArray]) -> FloatArray:
    return np.concatenate(parts)


def _only(table: RunTable) -> FloatArray:
    """Return the values of the only objective, (trials,); nan where there are several."""
    single = table.objectives.shape[1] == 1
    return table.objectives[:, 0] if single else np.full(len(table.ids), np.nan)


def _several(table: RunTable, card: ProblemCard) -> Parts:
    """Return the values of each objective by its name, where there are several."""
    if len(card.objectives) == 1 or not table.ids.size:
        return {}
    every = np.arange(len(table.ids))
    return {
        name: Part(every, values)
        for name, values in zip(card.objectives, table.objectives.T, strict=True)
    }


def _prefixed(prefix: str, parts: Sequence[Parts], lengths: Sequence[int]) -> dict[str, Column]:
    return {f"{prefix}.{name}": each for name, each in sparse(parts, lengths).items()}


def _last(curves: Sequence[FloatArray]) -> FloatArray:
    """Return the last number of each curve; nan where it is empty."""
    return np.array([each[-1] if each.size else np.nan for each in curves])


def _final(
    ended: Sequence[FinishedRun], past: Sequence[Held], cards: Sequence[ProblemCard], kind: Kind
) -> FloatArray:
    rows = zip(ended, past, cards, strict=True)
    return np.array([final_regret(each, kept, card, kind) for each, kept, card in rows])


def _recommended(run: FinishedRun) -> float:
    best = run.stop.recommendation
    return np.nan if best is None else best.score


def _best(run: FinishedRun, card: ProblemCard) -> Parts:
    """Return the configuration of the last incumbent, as the only row of a run."""
    best = {} if card.unmeasured or run.incumbent is None else run.incumbent
    return {name: Part(np.zeros(1, np.intp), compact([value])) for name, value in best.items()}
