"""How long runs are expected to take, by what is said and by runs that ended."""

import sys
from dataclasses import replace
from pathlib import Path

import pytest

from hpobench import Fidelity, Problem, Run
from hpobench.experiment import Experiment, plan
from hpobench.experiment.estimates import (
    SECONDS_A_RUN,
    STARTING,
    Estimates,
    Time,
    TimeLeft,
    expected,
    is_silent,
    is_unsupported,
    suggestion_seconds,
)
from hpobench.experiment.planning import BYTES_A_TRIAL, Plan
from hpobench.registry import find_problems, find_strategies
from hpobench.store import Store
from hpobench.store.run_file import RunFile
from hpobench.trial import Reason, Stop

EXPERIMENT = Experiment("e", ("random-search", "sobol"), ("branin", "levy-8"), seeds=(0, 1, 2))


def planned() -> dict[Run, float]:
    return dict.fromkeys(plan(EXPERIMENT).runs, 2.0)


def near(time: Time, seconds: float, *, known: bool) -> bool:
    return time.known is known and time.seconds == pytest.approx(seconds)


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
    assert TimeLeft(Estimates(runs), list(runs), 2).rest(0).seconds == 12
    assert TimeLeft(Estimates(runs), list(runs), 100).rest(0).seconds == 2
    assert TimeLeft(Estimates(runs), [], 2).rest(0).seconds == 0
    long = pick(runs, "sobol", "levy-8", 0)
    seal(store, long, 30)
    estimates = Estimates(runs)
    estimates.learn_from(store, [long])
    branin = [run for run in runs if run.problem.name == "branin"]
    assert TimeLeft(estimates, [*branin, pick(runs, "sobol", "levy-8", 1)], 3).rest(0).seconds == 30


def test_processes_that_share_a_core_take_longer_each(tmp_path: Path) -> None:
    runs, store = planned(), Store(tmp_path)
    crowded = Estimates(runs, 8)
    assert TimeLeft(crowded, list(runs), 16).rest(0).seconds == 16
    assert TimeLeft(crowded, list(runs), 4).rest(0).seconds == 48
    for run in runs:
        seal(store, run, 16)  # as it was measured among others
    crowded.learn_from(store, runs)
    assert TimeLeft(crowded, list(runs), 4).rest(0).seconds == 48


def test_time_left_follows_what_runs_take(tmp_path: Path) -> None:
    runs, store = planned(), Store(tmp_path)
    sobol = [run for run in runs if (run.strategy.name, run.problem.name) == ("sobol", "branin")]
    left = TimeLeft(Estimates(runs), sobol, 1)
    assert left.rest(0).seconds == 6
    left.began(sobol[:1], 0)
    left.began(sobol[:1], 1)
    assert left.rest(1).seconds == 5
    seal(store, sobol[0], 10)
    left.ended(sobol[0], store)
    assert left.rest(2).seconds == 20
    left.ended(sobol[1], store)
    assert left.rest(2).seconds == 10


def test_a_run_that_takes_longer_than_expected_is_expected_to_take_still_longer() -> None:
    runs = planned()
    (run, *_) = runs
    left = TimeLeft(Estimates(runs), [run], 1)
    left.began([run], 0)
    assert left.rest(100).seconds == pytest.approx(10)


def test_runs_that_stop_early_are_not_expected_to_use_the_budget() -> None:
    problem = find_problems("mlp-phoneme")[0]
    declared = problem.item.about.seconds
    assert declared is not None
    for name, evaluations in (("random-search", 25), ("default", 1)):
        entry = find_strategies(name)[0]
        work = evaluations * (declared + suggestion_seconds()[name])
        assert near(expected(entry, problem, 25), SECONDS_A_RUN + work, known=True)


BRANIN = find_problems("branin")[0].item
TWO = replace(BRANIN, objectives=("loss", "time"))
LIMITED = replace(BRANIN, limits={"memory": 1.0})
EPOCHS = replace(BRANIN, fidelity=Fidelity(1, 9))
SLOPES = replace(BRANIN, gradient_cost=2.0)


@pytest.mark.parametrize(
    ("name", "problem", "workers", "unsupported"),
    [
        ("sobol", BRANIN, 4, False),
        ("sobol", TWO, 1, True),
        ("sobol", LIMITED, 1, True),
        ("hypergradient", BRANIN, 1, True),
        ("hypergradient", SLOPES, 1, False),
        ("successive-halving", SLOPES, 1, True),
        ("successive-halving", EPOCHS, 1, False),
        ("dehb", BRANIN, 1, True),  # no library is needed for these
        ("bohb", BRANIN, 1, True),
        ("syne-tune-asha", BRANIN, 1, True),
        ("syne-tune-bore", BRANIN, 1, False),
        ("dehb", EPOCHS, 1, False),
        ("dehb", replace(EPOCHS, limits={"memory": 1.0}), 1, True),
        ("hebo", BRANIN, 1, False),
        ("pibo", BRANIN, 1, True),
        ("priorband", EPOCHS, 1, True),
    ],
)
def test_what_our_strategies_can_not_do_is_known_before_a_run(
    name: str, problem: Problem, workers: int, *, unsupported: bool
) -> None:
    imported = set(sys.modules)
    asked = replace(find_problems("branin")[0], item=problem)
    assert is_unsupported(find_strategies(name)[0], asked, workers) is unsupported
    assert not {"dehb", "hpbandster", "syne_tune", "hebo"} & (sys.modules.keys() - imported)


def test_a_prior_may_be_there_with_the_option_and_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "own.py").write_text(PROBLEM.format(name="own", more=""))
    pibo = find_strategies("pibo")[0]
    for spec in ("branin+prior=weak", "branin+noise=0.1+prior=good", str(tmp_path / "own.py")):
        assert not is_unsupported(pibo, find_problems(spec)[0], 1)
    assert is_unsupported(pibo, find_problems("branin+noise=0.1")[0], 1)


def test_runs_that_will_be_unsupported_take_neither_time_nor_space() -> None:
    names = ("random-search", "hypergradient")
    planned = plan(Experiment("e", names, ("branin", "ridge-california"), seeds=(0, 1), budget=10))
    assert {(s.name, p.name) for s, p in planned.unsupported} == {("hypergradient", "branin")}
    assert len(planned.runs) == 8
    assert planned.bytes == 6 * 10 * BYTES_A_TRIAL
    seconds = {(r.strategy.name, r.problem.name): each for r, each in planned.runs.items()}
    assert seconds["hypergradient", "branin"] == SECONDS_A_RUN
    assert seconds["hypergradient", "ridge-california"] > SECONDS_A_RUN
    assert not planned.partly


def test_nobody_asks_a_users_strategy_what_it_can_do(tmp_path: Path) -> None:
    path = tmp_path / "mine.py"
    path.write_text(STRATEGY + "    def setup(self, task, rng): raise SystemExit\n")
    two = replace(find_problems("branin")[0], item=TWO)
    assert not is_unsupported(find_strategies(str(path))[0], two, 1)


STRATEGY = """
from dataclasses import dataclass, replace
from hpobench import Proposal, Strategy

@dataclass
class Mine(Strategy):
    def ask(self, pending):
        return Proposal(self.task.space.sample(self.rng))
"""
PROBLEM = """
from hpobench import Description, Float, Problem, Space, plain

def f(config):
    return config["x"]

problem = Problem("{name}", 1, Space({{"x": Float(0, 1)}}), plain(f){more})
"""


def own(folder: Path) -> Plan:
    """Plan runs of our strategies, of files that say their seconds, and of files that don't."""
    (folder / "mine.py").write_text(STRATEGY)
    (folder / "slow.py").write_text(PROBLEM.format(name="slow", more=""))
    (folder / "told.py").write_text(
        PROBLEM.format(name="told", more=", about=Description(seconds=3)")
    )
    (folder / "program").write_text("#!/bin/sh\n")
    (folder / "program").chmod(0o755)
    strategies = ("random-search", *(str(folder / n) for n in ("mine.py", "program")))
    problems = ("branin", *(str(folder / n) for n in ("slow.py", "told.py")))
    return plan(Experiment("e", strategies, problems, seeds=(0, 1), budget=10))


def estimates_of(planned: Plan) -> Estimates:
    return Estimates(planned.runs, partly=planned.partly)


def test_seconds_that_a_users_file_does_not_say_are_not_known(tmp_path: Path) -> None:
    planned = own(tmp_path)
    runs, partly = planned.runs, planned.partly
    known = {(r.strategy.name, r.problem.name): s for r, s in runs.items() if r not in partly}
    assert known == {
        ("random-search", "branin"): pytest.approx(SECONDS_A_RUN + 10 * 2e-4),
        ("random-search", "told"): pytest.approx(SECONDS_A_RUN + 10 * 3.0001),
    }
    assert [run in partly for run in runs] == [True] * 14 + [False] * 4
    order = estimates_of(planned).longest_first(reversed(list(runs)))
    assert set(order[:14]) == partly
    assert order[14].problem.name == "told"


def test_a_file_says_its_seconds_whatever_they_are(tmp_path: Path) -> None:
    path = tmp_path / "quick.py"
    path.write_text(PROBLEM.format(name="quick", more=", about=Description(seconds=1e-4)"))
    (quick,) = find_problems(str(path))
    assert not is_silent(quick)
    assert expected(find_strategies("random-search")[0], quick, 10).known
    path.write_text(PROBLEM.format(name="quick", more=""))
    assert is_silent(find_problems(str(path))[0])


def test_of_a_users_strategy_the_evaluations_are_known_where_the_problem_says_them(
    tmp_path: Path,
) -> None:
    runs = dict(own(tmp_path).runs)
    for strategy in ("mine", "program"):
        parts = [runs[pick(runs, strategy, each, 0)] for each in ("branin", "told", "slow")]
        evaluations = (10 * 1e-4, 10 * 3, 0)
        assert parts == pytest.approx([SECONDS_A_RUN + each for each in evaluations])


def test_unknown_seconds_are_learnt_from_the_first_run_that_ends(tmp_path: Path) -> None:
    planned, store = own(tmp_path), Store(tmp_path / "results")
    slow = [run for run in planned.runs if run.problem.name == "slow"]
    first, *others = [run for run in slow if run.strategy.name == "random-search"]
    left = TimeLeft(estimates_of(planned), [first, *others], 1)
    part = SECONDS_A_RUN + 10 * 1e-4
    assert near(left.rest(0), 2 * part, known=False)
    assert left.unknown == {(first.strategy, first.problem)}
    left.began([first], 0)
    assert near(left.rest(100), 100 + 10, known=False)
    seal(store, first, 120)
    left.ended(first, store)
    assert left.rest(120) == Time(120, known=True)
    assert left.unknown == set()
    mine = [run for run in slow if run.strategy.name == "mine"]
    estimates = estimates_of(planned)
    estimates.learn_from(store, [first])
    assert TimeLeft(estimates, mine, 1).rest(0) == Time(240, known=True)
    assert TimeLeft(estimates, mine, 1).from_the_start() == Time(240 + STARTING, known=True)


def test_the_time_left_has_every_known_part(tmp_path: Path) -> None:
    planned = own(tmp_path)
    told = [run for run in planned.runs if run.problem.name == "told"]
    left = TimeLeft(estimates_of(planned), told, 1)
    part = 3 * 2 * (SECONDS_A_RUN + 10 * 3) + 2 * 10 * 1e-4
    assert near(left.rest(0), part, known=False)


def test_a_run_of_unknown_length_does_not_change_the_estimates_of_others(tmp_path: Path) -> None:
    planned, store = own(tmp_path), Store(tmp_path / "results")
    runs = dict(planned.runs)
    seal(store, pick(runs, "mine", "branin", 0), 1000)
    estimates = estimates_of(planned)
    estimates.learn_from(store, runs)
    said = pick(runs, "random-search", "branin", 1)
    assert seconds(estimates, said) == runs[said]
    known = pick(runs, "random-search", "branin", 0)
    seal(store, known, 2 * runs[known])
    estimates = estimates_of(planned)
    estimates.learn_from(store, runs)
    assert seconds(estimates, said) == pytest.approx(2 * runs[said])
