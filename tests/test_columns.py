"""Runs that have ended are read into columns: the same numbers in a few bytes for each trial."""

import gc
import math
import tracemalloc
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from cards import problem_card, strategy_card

from hpobench import Config, Identity, Proposal, Record, Run, Trial
from hpobench.cards.card import Anchors
from hpobench.report.compared import Compared
from hpobench.report.selection import compared
from hpobench.runner.finished_run import NO_VALUE, FinishedRun, in_columns
from hpobench.scores import grid, history
from hpobench.store import Store, run_columns, run_file
from hpobench.store.packs import rows
from hpobench.store.run_file import RunFile
from hpobench.trial import Fidelity, Stop

PROBLEM = problem_card("p", (Anchors(0.0, 1.0),))
TRIALS, SEEDS = 1000, 4
COMPLETE = Stop("complete")
COLUMNS = (
    *("values", "scores", "costs", "finished", "busy", "fidelities", "ask_seconds", "tell_seconds"),
)


def a_run(seed: int = 0, trials: int = TRIALS) -> Run:
    return Run(Identity("random-search", "1"), PROBLEM.identity, seed, Fraction(trials))


def trial(number: int, value: float, level: float | None = None, error: str = "") -> Record:
    config: Config = {"x": number / 7, "n": number, "kind": "linear"}
    return Record(
        Trial(number, Proposal(config, level), (value,), 0.5),
        score=value + 1,
        measures={"error": 0.25},
        finished=number + 0.5,
        measured={"ask": number * 1e-3, "tell": 1e-5} if number % 2 else {},
        error=error if math.isnan(value) else None,
    )


def written(folder: Path, run: Run, records: list[Record], stop: Stop = COMPLETE) -> Path:
    with RunFile(folder / run_file.named(run), run) as file:
        for record in records:
            file.append(record)
        file.seal(stop, len(records), {"seconds": 0.5})
    return (folder / run_file.named(run)).with_suffix(run_file.SEALED)


MIXED = [
    trial(0, math.nan, 3, "ValueError: no"),
    trial(1, 0.5, 3),
    trial(2, math.nan, 9, "\ud800 is no Unicode"),
    trial(3, 0.75, 9),
    trial(4, math.nan, 9, "ValueError: no"),
    trial(5, 0.25, 3),
    trial(6, 0.75, 9),
    trial(7, math.nan, 9),
]


def test_columns_hold_what_records_hold(tmp_path: Path) -> None:
    path = written(tmp_path, a_run(), MIXED, Stop("failed", "it broke"))
    found, right = run_columns.read(path), in_columns(run_file.read(path))
    assert (found.run, found.stop) == (a_run(), Stop("failed", "it broke"))
    assert found.digest == run_file.digest(path)
    assert found.peak_memory is None
    for column in COLUMNS:
        assert np.array_equal(getattr(found, column), getattr(right, column), equal_nan=True)
    assert found.values.tolist()[1::2] == [0.5, 0.75, 0.25, pytest.approx(math.nan, nan_ok=True)]
    assert found.scores.tolist()[3] == 1.75
    assert found.ask_seconds.tolist()[3] == 3e-3
    assert math.isnan(found.ask_seconds[2])
    assert found.errors == right.errors
    assert list(found.errors.items()) == [
        ("ValueError: no", 2),
        ("\ud800 is no Unicode", 1),
        (NO_VALUE, 1),
    ]
    assert (found.evaluations, found.failed_evaluations) == (8, 4)


def test_a_proposal_that_equals_an_earlier_one_is_a_repeat(tmp_path: Path) -> None:
    proposals = [
        *(Proposal({"a": 1.0, "b": "x"}, 3), Proposal({"a": 1.0, "b": "x"}, 9)),
        *(Proposal({"b": "x", "a": 1.0}, 3), Proposal({"a": 2.0, "b": "x"}, 3)),
        *(Proposal({"a": 1.0, "b": "x"}, 3, 0), Proposal({"a": 1.0, "b": "x"}, 3)),
    ]
    records = [
        replace(trial(i, 0.5), trial=Trial(i, proposal, (0.5,), 1.0))
        for i, proposal in enumerate(proposals)
    ]
    path = written(tmp_path, a_run(), records)
    row = rows.read(path)
    assert row is not None
    packed = rows.finished(row.facts, row.seal, [*row.numbers], row.other_values, row.errors)
    for found in (run_columns.read(path), in_columns(run_file.read(path)), packed):
        assert found.repeats.tolist() == [False, False, True, False, False, True]


@pytest.mark.parametrize(("sealed", "known"), [(155e6, 155e6), (0.0, None), ("155 MB", None)])
def test_the_peak_memory_is_that_of_the_seal(
    tmp_path: Path, sealed: float | str, known: float | None
) -> None:
    path = tmp_path / run_file.named(a_run())
    with RunFile(path, a_run()) as file:
        file.seal(COMPLETE, 0, {"peak-memory": sealed})
    row = rows.read(path.with_suffix(run_file.SEALED))
    assert row is not None
    packed = rows.finished(row.facts, row.seal, [*row.numbers], row.other_values, row.errors)
    for found in (run_columns.read(path.with_suffix(run_file.SEALED)), packed):
        assert found.peak_memory == known


def test_a_run_without_trials_has_empty_columns(tmp_path: Path) -> None:
    found = run_columns.read(written(tmp_path, a_run(), []), configured=True)
    assert all(getattr(found, column).shape == (0,) for column in COLUMNS)
    assert found.incumbent is None


def test_the_configuration_of_the_last_incumbent_is_kept_on_request(tmp_path: Path) -> None:
    path = written(tmp_path, a_run(), MIXED)
    assert run_columns.read(path).incumbent is None
    found = run_columns.read(path, configured=True)
    best = int(history(found, Fidelity(1, 9)).best[-1])
    assert best == 3
    assert found.incumbent == MIXED[best].trial.proposal.config


def test_a_whole_number_beyond_64_bits_is_kept_in_a_configuration(tmp_path: Path) -> None:
    big = replace(MIXED[1], trial=replace(MIXED[1].trial, proposal=Proposal({"n": 2**70}, 3)))
    found = run_columns.read(written(tmp_path, a_run(), [big]), configured=True)
    assert found.incumbent == {"n": 2**70}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    made = Store(tmp_path_factory.mktemp("columns") / "results")
    with made.writing(Fraction(TRIALS), 1):
        for seed in range(SEEDS):
            values = np.random.default_rng(seed).exponential(size=TRIALS).tolist()
            records = [trial(number, value) for number, value in enumerate(values)]
            path = made.path(a_run(seed))
            written(path.parent, a_run(seed), records)
    return made


def held(make: Callable[[], object]) -> float:
    """Return the bytes for each trial that an object holds, once all else is freed."""
    make()  # what is imported or cached once is no part of it
    gc.collect()
    tracemalloc.start()
    try:
        made = make()
        gc.collect()
        size = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
    assert made
    return size / (TRIALS * SEEDS)


def test_a_finished_run_takes_a_few_bytes_for_each_trial(store: Store) -> None:
    def read() -> list[FinishedRun]:
        return list(store.finished())

    assert held(read) < 8 * 8 + 8


def test_compared_runs_keep_no_object_for_each_trial(store: Store) -> None:
    def read() -> Compared:
        found = compared(list(store.finished()), [strategy_card("random-search")], [PROBLEM])
        assert found.order == [0]
        return found

    curves = 13 * 8 * len(grid(Fraction(TRIALS))) / TRIALS  # numbers at each point of the grid
    assert held(read) < 8 + curves + 8
