"""`hpobench.optimize`: a user's own function, real processes, and a file that goes on."""

import multiprocessing
import os
import pickle
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from threadpoolctl import ThreadpoolController, threadpool_info
from tuned import SPACE, bowl, hang, leave

from hpobench import (
    Config,
    Evaluation,
    Float,
    Pending,
    Proposal,
    Space,
    Strategy,
    Task,
    Trial,
    optimize,
)
from hpobench.errors import InputError
from hpobench.experiment.tuning.optimized import Optimized
from hpobench.experiment.tuning.processes import UNGUARDED, Processes


def tame(config: Config) -> float:
    """Return the value of `bowl`; 4 fails as 3 does."""
    return bowl(config | {"n": min(int(config["n"] or 0), 3)}).value


@dataclass
class Countdown(Strategy):
    """Proposes n = 4, 3, ..., and then nothing; recommends x = 1."""

    lowest: int = 0

    def ask(self, pending: Sequence[Pending]) -> Proposal | None:
        if self.told == 5 - self.lowest:
            return None
        return Proposal({"x": 0.5, "n": 4 - self.told})

    def tell(self, trial: Trial) -> None:
        self.told = trial.id + 1

    def setup(self, task: Task, rng: np.random.Generator) -> None:
        super().setup(task, rng)
        self.told = 0

    def recommend(self) -> Config:
        return {"x": 1.0, "n": 0}


def facts(found: Optimized) -> list[object]:
    """Return what of the trials does not depend on seconds; nan counts as None."""
    return [
        (each.trial.proposal, None if each.failed else each.value, each.finished, each.error)
        for each in found.trials
    ]


def test_a_seed_fixes_the_trials_and_the_best_is_the_lowest() -> None:
    first, again, other = (
        optimize(tame, SPACE, "tpe", evaluations=15, seed=seed) for seed in (3, 3, 4)
    )
    assert facts(first) == facts(again) != facts(other)
    values = [each.value for each in first.trials if not each.failed]
    assert first.value == min(values) == tame(first.config) < 0.05
    assert len(first.trials) == 15
    assert f"value={first.value}" in repr(first)


def test_what_raises_is_a_failed_trial_and_the_strategy_is_told() -> None:
    found = optimize(tame, SPACE, Countdown(), evaluations=9)
    assert [each.error for each in found.trials] == ["ValueError: no threes"] * 2 + [None] * 3
    assert "in bowl" in found.trials[0].traceback
    assert found.value == pytest.approx(0.04)
    assert found.config["n"] == 2
    assert found.recommended == {"x": 1.0, "n": 0}


def test_a_function_may_return_an_evaluation() -> None:
    found = optimize(
        lambda config: Evaluation(2.0, score=3.0, measures={"size": 4.0}, duration=0.5),
        SPACE,
        "random-search",
        evaluations=2,
    )
    assert [each.score for each in found.trials] == [3.0, 3.0]
    assert found.best.measures == {"size": 4.0}
    assert [each.finished for each in found.trials] == [0.5, 1.0]


def test_the_default_can_be_first() -> None:
    found = optimize(tame, SPACE, "tpe", evaluations=2, first="default")
    assert found.trials[0].trial.proposal.config == SPACE.default()


def test_here_the_function_keeps_its_threads() -> None:
    def threads(_: Config) -> float:
        return float(max(each["num_threads"] for each in threadpool_info()))

    with ThreadpoolController().limit(limits=2):
        assert optimize(threads, SPACE, "random-search", evaluations=2).value == 2


def stopped(after: int) -> Callable[[Config], float]:
    """Return `tame`, which a person's Ctrl-C stops after so many evaluations."""
    done = list[Config]()

    def function(config: Config) -> float:
        if len(done) == after:
            raise KeyboardInterrupt
        done.append(config)
        return tame(config)

    function.__qualname__ = tame.__qualname__
    return function


@pytest.mark.parametrize("strategy", ["tpe", "genetic-algorithm"])
def test_a_stopped_run_goes_on_and_ends_as_a_straight_one(tmp_path: Path, strategy: str) -> None:
    file = tmp_path / "trials.jsonl"
    with pytest.raises(KeyboardInterrupt):
        optimize(stopped(7), SPACE, strategy, evaluations=12, file=file)
    kept = file.read_bytes()
    file.write_bytes(kept + kept[-50:-1])  # a line that a kill has cut
    goes_on = optimize(tame, SPACE, strategy, evaluations=12, file=file)
    assert facts(goes_on) == facts(optimize(tame, SPACE, strategy, evaluations=12))
    assert file.read_bytes().startswith(kept)
    evaluates_nothing = stopped(0)
    assert facts(optimize(evaluates_nothing, SPACE, strategy, evaluations=12, file=file)) == facts(
        goes_on
    )


def test_a_run_goes_on_with_more_evaluations(tmp_path: Path) -> None:
    file = tmp_path / "trials.jsonl"
    optimize(tame, SPACE, "tpe", evaluations=4, file=str(file))
    more = optimize(stopped(3), SPACE, "tpe", evaluations=7, file=file)
    assert facts(more) == facts(optimize(tame, SPACE, "tpe", evaluations=7))
    with pytest.raises(InputError, match="another number of evaluations: 7, not 6; name another"):
        optimize(tame, SPACE, "tpe", evaluations=6, file=file)


def test_a_plan_for_so_many_evaluations_can_not_grow(tmp_path: Path) -> None:
    file = tmp_path / "trials.jsonl"
    optimize(tame, SPACE, "grid-search", evaluations=4, file=file)
    with pytest.raises(InputError, match="another number of evaluations: 4, not 5"):
        optimize(tame, SPACE, "grid-search", evaluations=5, file=file)


@pytest.mark.parametrize(
    ("other", "text"),
    [
        ({"strategy": "random-search"}, 'another strategy: "tpe", not "random-search"'),
        ({"seed": 1}, "another seed: 0, not 1"),
        ({"first": "default"}, 'another first: none, not "default"'),
        ({"function": bowl}, 'another function: "tame", not "bowl"'),
        ({"space": Space({**SPACE, "x": Float(0, 2)})}, "another parameter 'x': .*2.0"),
        ({"space": Space({"x": SPACE["x"]})}, "another parameter 'n': .*, not none"),
        (
            {"space": Space({name: SPACE[name] for name in ("n", "x")})},
            "another order of parameters",
        ),
    ],
)
def test_a_file_of_something_else_is_refused(
    tmp_path: Path, other: dict[str, Any], text: str
) -> None:
    file = tmp_path / "trials.jsonl"
    asked: dict[str, Any] = {"function": tame, "space": SPACE, "strategy": "tpe"}
    optimize(**asked, evaluations=2, file=file)
    kept = file.read_bytes()
    with pytest.raises(InputError, match=text):
        optimize(**asked | other, evaluations=2, file=file)
    assert file.read_bytes() == kept


@pytest.mark.parametrize("kept", [b"a note without an end", b"lr,value\n0.1,2\n"])
def test_a_file_that_holds_no_trials_is_left_as_it_is(tmp_path: Path, kept: bytes) -> None:
    file = tmp_path / "notes.txt"
    file.write_bytes(kept)
    with pytest.raises(InputError, match=r"notes.txt"):
        optimize(tame, SPACE, "tpe", file=file)
    assert file.read_bytes() == kept


def test_an_altered_trial_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "trials.jsonl"
    optimize(tame, SPACE, "tpe", evaluations=2, file=file)
    file.write_bytes(file.read_bytes().replace(b'"x":0.', b'"x":0.1'))
    with pytest.raises(InputError, match="torn or was altered: line 2"):
        optimize(tame, SPACE, "tpe", evaluations=2, file=file)


def test_trials_that_do_not_come_again_are_refused(tmp_path: Path) -> None:
    class Fickle(Countdown):
        """Proposes what nobody has fixed."""

        def ask(self, pending: Sequence[Pending]) -> Proposal:
            return Proposal({"x": shift, "n": 1})

    file, shift = tmp_path / "trials.jsonl", 0.25
    optimize(tame, SPACE, Fickle(), evaluations=2, file=file)
    shift = 0.5
    with pytest.raises(InputError, match="can't go on: the strategy does not repeat"):
        optimize(tame, SPACE, Fickle(), evaluations=2, file=file)


def test_an_earlier_end_of_the_strategy_is_refused(tmp_path: Path) -> None:
    class Shorter(Countdown):
        """Ends when somebody says so."""

        def ask(self, pending: Sequence[Pending]) -> Proposal | None:
            return super().ask(pending) if self.told < most else None

    file, most = tmp_path / "trials.jsonl", 4
    optimize(tame, SPACE, Shorter(), file=file)
    most = 3
    with pytest.raises(InputError, match="the strategy ends before they do"):
        optimize(tame, SPACE, Shorter(), file=file)


@pytest.mark.parametrize(
    ("other", "text"),
    [
        ({"function": 3}, "function must be a function of a configuration: 3"),
        ({"space": {"x": Float(0, 1)}}, "space must be a Space: {'x'"),
        ({"strategy": "tpee"}, "no strategy 'tpee'; did you mean 'tpe'"),
        ({"strategy": Countdown}, "strategy must be a spec, such as 'tpe', or a Strategy"),
        ({"strategy": "native"}, "'native' names 33 strategies, choose one of them: asha"),
        ({"strategy": "hypergradient"}, "hypergradient can't optimise this function: it needs"),
        ({"strategy": Countdown(lowest=-1)}, r"Countdown:lowest=-1 failed after Optimized\(value"),
        ({"evaluations": 0}, "evaluations must be a whole number"),
        ({"workers": "2"}, "workers must be a whole number"),
        ({"seed": -1}, "seed must be a whole number"),
        ({"first": "both"}, "first must be 'none' or 'default'"),
        ({"function": lambda _: 1.0, "workers": 2}, "<lambda> can't be sent to other processes"),
        ({"trial_limit": 0}, "trial_limit must be positive, in seconds: 0"),
        ({"trial_limit": float("inf")}, "trial_limit must be positive, in seconds: inf"),
        ({"trial_limit": "5 s"}, "trial_limit must be positive, in seconds: '5 s'"),
        ({"function": lambda _: 1.0, "trial_limit": 5}, "or use workers=1 and no trial_limit"),
        ({"file": "/nowhere/at/all"}, "can't be written: No such file"),
    ],
)
def test_what_is_asked_wrongly_is_said_in_one_line(other: dict[str, Any], text: str) -> None:
    asked: dict[str, Any] = {"function": tame, "space": SPACE, "strategy": "tpe"}
    with pytest.raises(InputError, match=text):
        optimize(**asked | other)


def test_without_any_value_there_is_no_best() -> None:
    found = optimize(lambda _: float("nan"), SPACE, "random-search", evaluations=2)
    assert repr(found) == "Optimized(2 trials, none with a value)"
    with pytest.raises(InputError, match="no evaluation gave a value; 2 failed, the last one so:"):
        _ = found.best


def test_workers_are_processes_whose_end_is_a_failed_trial(tmp_path: Path) -> None:
    file = tmp_path / "trials.jsonl"
    found = optimize(bowl, SPACE, "random-search", evaluations=8, workers=2, seed=7, file=file)
    errors = {each.trial.proposal.config["n"]: each.error for each in found.trials}
    assert errors[3] == "ValueError: no threes"
    assert errors[4] == "the function ended its process with exit code 7"
    assert sorted(each.trial.id for each in found.trials) == list(range(8))
    good = [each for each in found.trials if not each.failed]
    assert [each.value for each in good] == [
        bowl(each.trial.proposal.config).value for each in good
    ]
    processes = {each.trial.id: each.measures["process"] for each in good}
    assert processes[0] != processes[1]  # both begin before either ends
    assert os.getpid() not in processes.values()
    whole = file.read_bytes().splitlines(keepends=True)
    file.write_bytes(b"".join(whole[:9]))  # all trials: none needs a process
    again = optimize(bowl, SPACE, "random-search", evaluations=8, workers=2, seed=7, file=file)
    assert facts(again) == facts(found)


def test_an_evaluation_over_its_limit_is_ended_and_has_failed() -> None:
    """One worker has a process, too; no machine is too slow or too fast for these limits."""
    over = optimize(hang, SPACE, Countdown(lowest=3), trial_limit=0.1)
    assert [each.error for each in over.trials] == ["over the limit of 0.1 s a trial"] * 2
    assert [each.finished for each in over.trials] == [1.0, 2.0]
    within = optimize(bowl, SPACE, "default", evaluations=1, trial_limit=1e7)
    assert within.best.measures["process"] != os.getpid()


class _Left:
    """Ends the process that unpickles it, as if that had imported an unguarded script."""

    def __reduce__(self) -> tuple[object, tuple[int]]:
        return leave, (UNGUARDED,)


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (pickle.dumps(_Left()), 'must do so under `if __name__ == "__main__":`'),
        (b"junk", "the function can't be imported by a worker: UnpicklingError"),
    ],
    ids=["unguarded", "unpicklable"],
)
def test_a_worker_that_can_not_begin_is_explained(data: bytes, text: str) -> None:
    with Processes(data, 1) as processes, pytest.raises(InputError, match=text):
        processes.begin(0, {"x": 0.5})


def test_a_worker_that_imports_the_script_does_not_run_it_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(multiprocessing.current_process(), "_inheriting", True, raising=False)
    with pytest.raises(SystemExit) as ended:
        optimize(bowl, SPACE, "tpe", workers=2)
    assert ended.value.code == UNGUARDED


def test_the_guides_example_tunes_its_model(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    guide = Path(__file__).parents[1] / "docs" / "guide.md"
    (code,) = re.findall(
        r"^```python\n((?:(?!^```).)*optimize\(error.*?)^```$",
        guide.read_text(encoding="utf-8"),
        re.MULTILINE | re.DOTALL,
    )
    monkeypatch.chdir(tmp_path)
    here = code.replace("workers=4", "workers=1").replace("evaluations=20", "evaluations=5")
    assert len(here) == len(code) - 1
    exec(compile(here, "guide.md", "exec"), {"__name__": "__main__"})  # noqa: S102  # the guide's
    assert re.fullmatch(r"0\.\d{3} at \{'C': .*\}\n", capsys.readouterr().out)
    assert len(Path("trials.jsonl").read_bytes().splitlines()) == 6
