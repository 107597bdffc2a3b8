"""How long runs take, as told beforehand and as learnt from runs that ended."""

from pathlib import Path

import pytest

from hpobench import Run
from hpobench.estimates import SECONDS_A_RUN, Estimates, TimeLeft, expected
from hpobench.experiment import Experiment, plan
from hpobench.registry import find_problems, find_strategies
from hpobench.runfile import RunFile
from hpobench.store import Store
from hpobench.trial import Reason, Stop

EXPERIMENT = Experiment("e", ("random-search", "sobol"), ("branin", "levy-8"), seeds=3)


def planned() -> dict[Run, float]:
    return dict.fromkeys(plan(EXPERIMENT).runs, 2.0)


def pick(runs: dict[Run, float], strategy: str, problem: str, seed: int) -> Run:
    key = strategy, problem, seed
    return next(r for r in runs if (r.strategy.name, r.problem.name, r.seed) == key)


def seal(store: Store, run: Run, seconds: float, reason: Reason = "complete") -> None:
    with RunFile(store.path(run), run) as file:
        file.seal(Stop(reason), 0, {"seconds": seconds, "processor": 0.0, "inside": 0.0})


def seconds(estimates: Estimates, run: Run) -> float:
    return estimates.seconds((run.strategy, run.problem))


def test_a_run_takes_what_runs_like_it_took(tmp_path: Path) -> None:
    runs, store = planned(), Store(tmp_path)
    seal(store, pick(runs, "sobol", "branin", 0), 8)
    seal(store, pick(runs, "sobol", "branin", 1), 10)
    estimates = Estimates(runs)
    estimates.learn_from(store, runs)
    assert seconds(estimates, pick(runs, "sobol", "branin", 2)) == 9
    assert seconds(estimates, pick(runs, "random-search", "branin", 0)) == 9
    assert seconds(estimates, pick(runs, "sobol", "levy-8", 0)) == 2


@pytest.mark.parametrize("reason", ["unsupported", "failed"])
def test_a_run_that_ended_early_tells_nothing_of_other_strategies(
    reason: Reason, tmp_path: Path
) -> None:
    runs, store = planned(), Store(tmp_path)
    seal(store, pick(runs, "sobol", "branin", 0), 0, reason)
    estimates = Estimates(runs)
    estimates.learn_from(store, runs)
    assert seconds(estimates, pick(runs, "sobol", "branin", 1)) == 0
    assert seconds(estimates, pick(runs, "random-search", "branin", 0)) == 2


@pytest.mark.parametrize(
    "damage", [b"", b"{", b"[1]", b'{"stop":"complete","measured":{}}', b"\xff"]
)
def test_a_damaged_seal_tells_nothing(damage: bytes, tmp_path: Path) -> None:
    runs, store = planned(), Store(tmp_path)
    run = pick(runs, "sobol", "branin", 0)
    seal(store, run, 8)
    store.path(run).with_suffix(".jsonl").write_bytes(damage)
    estimates = Estimates(runs)
    estimates.learn_from(store, runs)
    assert seconds(estimates, run) == 2


def test_the_longest_are_run_first(tmp_path: Path) -> None:
    runs, store = planned(), Store(tmp_path)
    seal(store, pick(runs, "sobol", "levy-8", 0), 30)
    estimates = Estimates(runs)
    estimates.learn_from(store, runs)
    order = estimates.longest_first(runs)
    assert {run.problem.name for run in order[:6]} == {"levy-8"}
    assert sorted(map(repr, order)) == sorted(map(repr, runs))


def test_work_is_shared_but_no_less_is_left_than_of_the_longest_run(tmp_path: Path) -> None:
    runs, store = planned(), Store(tmp_path)
    assert TimeLeft(Estimates(runs), list(runs), 2).seconds(0) == 12
    assert TimeLeft(Estimates(runs), list(runs), 100).seconds(0) == 2
    assert TimeLeft(Estimates(runs), [], 2).seconds(0) == 0
    long = pick(runs, "sobol", "levy-8", 0)
    seal(store, long, 30)
    estimates = Estimates(runs)
    estimates.learn_from(store, [long])
    branin = [run for run in runs if run.problem.name == "branin"]
    assert TimeLeft(estimates, [*branin, pick(runs, "sobol", "levy-8", 1)], 3).seconds(0) == 30


def test_processes_that_share_a_core_take_longer_each(tmp_path: Path) -> None:
    runs, store = planned(), Store(tmp_path)
    crowded = Estimates(runs, 8)
    assert TimeLeft(crowded, list(runs), 16).seconds(0) == 16
    assert TimeLeft(crowded, list(runs), 4).seconds(0) == 48
    for run in runs:
        seal(store, run, 16)  # as it was measured among others
    crowded.learn_from(store, runs)
    assert TimeLeft(crowded, list(runs), 4).seconds(0) == 48


def test_time_left_follows_what_runs_take(tmp_path: Path) -> None:
    runs, store = planned(), Store(tmp_path)
    sobol = [run for run in runs if (run.strategy.name, run.problem.name) == ("sobol", "branin")]
    left = TimeLeft(Estimates(runs), sobol, 1)
    assert left.seconds(0) == 6
    left.began(sobol[:1], 0)
    left.began(sobol[:1], 1)
    assert left.seconds(1) == 5
    seal(store, sobol[0], 10)
    left.ended(sobol[0], store)
    assert left.seconds(2) == 20
    left.ended(sobol[1], store)
    assert left.seconds(2) == 10


def test_a_run_that_takes_longer_than_expected_has_some_way_to_go() -> None:
    runs = planned()
    (run, *_) = runs
    left = TimeLeft(Estimates(runs), [run], 1)
    left.began([run], 0)
    assert left.seconds(100) == pytest.approx(10)


def test_what_can_not_be_and_what_stops_by_itself_takes_no_budget() -> None:
    problem = find_problems("mlp-phoneme")[0].item
    for name, evaluations in (("random-search", 25), ("default", 1), ("hypergradient", 0)):
        entry = find_strategies(name)[0]
        work = evaluations * (problem.seconds + entry.item.seconds)
        assert expected(entry, problem, 25) == pytest.approx(SECONDS_A_RUN + work)
