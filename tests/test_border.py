"""Whatever a strategy or a problem raises or returns is its own fault, and it can be written."""

import asyncio
import json
import math
import os
import re
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from races import finished

from hpobench import (
    Categorical,
    Config,
    Evaluation,
    Fidelity,
    Float,
    Instance,
    Int,
    Pending,
    Problem,
    Proposal,
    Space,
    Strategy,
    Task,
    Trial,
    Unsupported,
)
from hpobench.errors import InputError, shown
from hpobench.json_forms import measured_to_json, record_from_json, record_to_json
from hpobench.runner import Race, run
from hpobench.trial import Record, Stop

SPACE = Space({"x": Float(0, 1), "n": Int(1, 3), "on": Categorical((True, "a"))})
GOOD: Config = {"x": 0.5, "n": 2, "on": True}
Answer = Callable[[int], object]


class Leaving(BaseException):
    """It is a BaseException but no Exception."""


class Mute(Exception):  # noqa: N818  # made for a test
    def __str__(self) -> str:
        raise ValueError("no text")


RAISED = [
    ValueError("as usual"),
    Mute(),
    Leaving("now"),
    SystemExit(3),
    GeneratorExit(),
    StopIteration(4),
    asyncio.CancelledError(),
    MemoryError(),
    RecursionError(),
    InputError("no such thing"),
    Unsupported("changed its mind"),
    OSError("bad name \udcff \x1b[31m \x00 end"),
]


def finish(race: Race) -> tuple[list[Record], Stop]:
    """Return a run's records, all of which can be written and read back, and how it ended."""
    records, stop = finished(race)
    assert stop.detail.isprintable()
    assert len(stop.detail) <= 600
    for record in records:
        measured = measured_to_json(record.measured, record.traceback)
        text = json.dumps({**record_to_json(record), "measured": measured}, allow_nan=False)
        again = record_from_json(json.loads(text.encode()))
        assert repr(again) == repr(record)
        assert (record.error or "").isprintable()
        assert len(record.error or "") <= 500
    return records, stop


def good(*_: object) -> Evaluation:
    return Evaluation(1.0)


def problem(evaluate: Answer = good, **changes: Any) -> Problem:  # noqa: ANN401  # a problem's fields
    """Return a problem whose n-th evaluation is what a function of n returns."""
    count = iter(range(10**6))
    return Problem(
        "odd",
        1,
        SPACE,
        lambda _: Instance(lambda *_: evaluate(next(count))),  # type: ignore[arg-type]  # what is tested
        gradient_cost=2.0,
        **changes,
    )


@dataclass
class Answering(Strategy):
    """Does what a test wants in one of its methods, for ask and tell from the third call on."""

    where: str = "ask"

    def __post_init__(self) -> None:
        self.answer: Answer = lambda _: None
        self.calls: dict[str, int] = dict.fromkeys(("setup", "ask", "tell", "close"), 0)

    def setup(self, task: Task, rng: np.random.Generator) -> None:
        super().setup(task, rng)
        self._act("setup", 0)

    def ask(self, pending: Sequence[Pending]) -> Proposal | None:
        answer: Proposal | None = self._act("ask", 2)
        return Proposal(GOOD) if answer is None else answer

    def tell(self, trial: Trial) -> None:
        self._act("tell", 2)

    def close(self) -> None:
        self._act("close", 0)

    def _act(self, name: str, calls: int) -> Any:  # noqa: ANN401  # what a test wants
        self.calls[name] += 1
        return (
            self.answer(self.calls[name])
            if (name, True) == (self.where, self.calls[name] > calls)
            else None
        )


def answering(where: str, answer: Answer) -> Answering:
    strategy = Answering(where)
    strategy.answer = answer
    return strategy


def raising(error: BaseException) -> Answer:
    def answer(_: int) -> object:
        raise error

    return answer


@pytest.mark.parametrize("error", RAISED, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("where", ["setup", "ask", "tell", "close"])
def test_whatever_a_strategy_raises_fails_its_run(where: str, error: BaseException) -> None:
    records, stop = finish(run(answering(where, raising(error)), problem(), budget=4))
    if isinstance(error, Unsupported) and where == "setup":
        assert stop == Stop("unsupported", "changed its mind")
        return
    assert stop.reason == "failed"
    assert stop.detail.startswith(f"{where} raised {type(error).__name__}")
    assert len(records) == {"setup": 0, "ask": 2, "tell": 3, "close": 4}[where]
    assert stop.traceback.startswith("Traceback (most recent call last)")
    assert "in answer\n    raise error" in stop.traceback


@pytest.mark.parametrize("error", RAISED, ids=lambda error: type(error).__name__)
def test_whatever_an_evaluation_raises_fails_its_trial(error: BaseException) -> None:
    records, stop = finish(run(Answering(), problem(raising(error)), budget=3))
    assert stop == Stop("complete")
    assert [record.failed for record in records] == [True] * 3
    assert all(type(error).__name__ in (record.error or "") for record in records)
    assert all("in answer\n    raise error" in record.traceback for record in records)


@pytest.mark.parametrize("error", RAISED, ids=lambda error: type(error).__name__)
def test_whatever_a_start_raises_fails_the_run(error: BaseException) -> None:
    broken = Problem("odd", 1, SPACE, lambda _: raising(error)(0))  # type: ignore[arg-type, return-value]  # what is tested
    records, stop = finish(run(Answering(), broken, budget=3))
    assert (records, stop.reason) == ([], "failed")
    assert stop.detail.startswith(f"the problem's start raised {type(error).__name__}")


@pytest.mark.parametrize("started", [None, {}, Instance(None)])  # type: ignore[arg-type]  # what is tested
def test_a_start_that_returns_no_instance_fails_the_run(started: object) -> None:
    broken = Problem("odd", 1, SPACE, lambda _: started)  # type: ignore[arg-type, return-value]  # what is tested
    assert finish(run(Answering(), broken, budget=3))[1].detail.startswith(
        "the problem's start must return an Instance: "
    )


def test_what_failed_first_is_the_reason() -> None:
    class Twice(Answering):
        def close(self) -> None:
            raise KeyError("second")

    strategy = Twice("ask")
    strategy.answer = raising(ValueError("first"))
    assert finish(run(strategy, problem(), budget=3))[1].detail == "ask raised ValueError: first"
    unsuited = Twice("setup")
    unsuited.answer = raising(Unsupported("needs more"))
    assert finish(run(unsuited, problem(), budget=3))[1] == Stop("unsupported", "needs more")


@pytest.mark.parametrize("where", ["setup", "ask", "tell", "close"])
def test_ctrl_c_goes_through(where: str) -> None:
    with pytest.raises(KeyboardInterrupt):
        finish(run(answering(where, raising(KeyboardInterrupt())), problem(), budget=4))


def test_ctrl_c_goes_through_an_evaluation_and_the_strategy_is_closed() -> None:
    strategy = Answering()
    with pytest.raises(KeyboardInterrupt):
        finish(run(strategy, problem(raising(KeyboardInterrupt())), budget=4))
    assert strategy.calls["close"] == 1


def test_a_run_that_is_left_early_closes_its_strategy() -> None:
    strategy = Answering()
    race = run(strategy, problem(), budget=4)
    next(race)
    race.close()
    assert strategy.calls["close"] == 1


class Real(float):
    """A number of a type that a user has made."""


class Evil(Mapping[Any, Any]):
    """Raises an error whatever is done to it."""

    def __getitem__(self, key: object) -> object:
        raise Leaving("item")

    def __iter__(self) -> Any:  # noqa: ANN401  # what is tested
        raise Leaving("iteration")

    def __len__(self) -> int:
        raise Leaving("length")

    def __repr__(self) -> str:
        raise Leaving("text")

    __hash__ = None  # type: ignore[assignment]  # what is tested

    def __eq__(self, other: object) -> bool:
        raise Leaving("comparison")


@pytest.mark.parametrize(
    "proposal",
    [
        Proposal(dict.fromkeys(GOOD, 10**400)),
        Proposal(dict.fromkeys(GOOD, 10**5000)),
        Proposal({**GOOD, "x": math.nan}),
        Proposal({**GOOD, "x": math.inf}),
        Proposal({**GOOD, "x": "0.5"}),
        Proposal({**GOOD, "x": np.array([0.1, 0.2])}),  # type: ignore[dict-item]  # refused, like all that follow
        Proposal({**GOOD, "n": 2.0}),
        Proposal({**GOOD, "n": True}),
        Proposal({**GOOD, "on": 1}),
        Proposal({**GOOD, "on": []}),  # type: ignore[dict-item]
        Proposal({**GOOD, 7: 1}),  # type: ignore[dict-item]
        Proposal({**GOOD, "\udcff": 1}),
        Proposal(None),  # type: ignore[arg-type]
        Proposal([0.5, 2]),  # type: ignore[arg-type]
        Proposal(Evil()),  # type: ignore[arg-type]
        Proposal(GOOD, fidelity=Evil()),  # type: ignore[arg-type]
        Proposal(GOOD, fidelity="9"),  # type: ignore[arg-type]
        Proposal(GOOD, fidelity=True),
        Proposal(GOOD, fidelity=math.nan),
        Proposal(GOOD, fidelity=math.inf),
        Proposal(GOOD, fidelity=10**400),
        Proposal(GOOD, fidelity=10**5000),
        Proposal(GOOD, fidelity=np.array([1, 2])),  # type: ignore[arg-type]
        Proposal(GOOD, resume=[1]),  # type: ignore[arg-type]
        Proposal(GOOD, resume=1.0),  # type: ignore[arg-type]
        Proposal(GOOD, resume=True),
        Proposal(GOOD, resume="0"),  # type: ignore[arg-type]
        Proposal(GOOD, resume=-1),
        Proposal(GOOD, resume=10**5000),
        Proposal(GOOD, gradient=np.array([0, 1])),  # type: ignore[arg-type]
        Proposal(GOOD, gradient=np.bool_(False)),  # type: ignore[arg-type]
        Proposal(GOOD, gradient=1),  # type: ignore[arg-type]
        Proposal(GOOD, gradient="yes"),  # type: ignore[arg-type]
        Proposal(GOOD, gradient=Evil()),  # type: ignore[arg-type]
        Evil(),
        "x=1",
        10**5000,
    ],
    ids=shown,
)
def test_a_proposal_that_can_not_be_fails_its_run_in_one_line(proposal: object) -> None:
    whole = problem(fidelity=Fidelity(1, 9))
    records, stop = finish(run(answering("ask", lambda _: proposal), whole, budget=5, workers=2))
    assert (len(records), stop.reason) == (1, "failed")  # another was pending
    assert stop.detail.startswith("the strategy ")


def test_what_a_strategy_proposes_with_scalars_of_numpy_is_kept_as_pythons_own() -> None:
    given = {"x": np.float32(0.5), "n": np.int64(2), "on": np.str_("a")}
    asked = Proposal(given, np.int32(3), None, gradient=True)  # type: ignore[arg-type]  # none is a plain scalar
    whole = problem(
        lambda _: Evaluation(
            np.float32(0.25),  # type: ignore[arg-type]  # no plain scalar
            score=Real(3.0),
            measures={np.str_("error"): np.int8(1), "done": True},  # type: ignore[dict-item]  # no plain scalar
            duration=np.array(2.0),  # type: ignore[arg-type]  # no plain scalar
            gradient={"x": np.float64(0.5)},
        ),
        fidelity=Fidelity(1, 9),
    )
    records, stop = finish(run(answering("ask", lambda _: asked), whole, budget=4))
    assert stop == Stop("complete")
    record = records[2]
    assert record.trial.proposal == Proposal({"x": 0.5, "n": 2, "on": "a"}, 3, None, gradient=True)
    kept = [*record.trial.proposal.config.values(), record.trial.proposal.fidelity]
    kept += [record.trial.value, record.score, *record.measures.values(), record.duration]
    assert [type(each) for each in kept] == [float, int, str, int, *[float] * 5]
    assert record.measures == {"error": 1.0, "done": 1.0}
    assert record.trial.gradient == {"x": 0.5}


@pytest.mark.parametrize(
    ("evaluation", "reason"),
    [
        (None, "evaluate must return an Evaluation: None"),
        (0.5, "evaluate must return an Evaluation: 0.5"),
        (Evaluation("0.5"), "the value must be a number: '0.5'"),  # type: ignore[arg-type]  # refused, like all that follow
        (Evaluation(values=(None,)), "the value must be a number: None"),  # type: ignore[arg-type]
        (Evaluation(10**400), "the value must be finite: a whole number of 1329 bits"),
        (Evaluation(1j), "the value must be a number: 1j"),  # type: ignore[arg-type]
        (Evaluation(np.ones(1)), "the value must be a number: array([1.])"),  # type: ignore[arg-type]
        (Evaluation(Evil()), "the value must be a number: <Evil>"),  # type: ignore[arg-type]
        (Evaluation(1.0, score=10**400), "the score must be finite"),
        (Evaluation(1.0, score="1"), "the score must be a number"),  # type: ignore[arg-type]
        (Evaluation(1.0, measures={("a", 1): 0.5}), "a name of the measures must be 1 to 100"),  # type: ignore[dict-item]
        (Evaluation(1.0, measures={"a\udcff": 0.5}), "a name of the measures must be 1 to 100"),
        (Evaluation(1.0, measures={"": 0.5}), "a name of the measures must be 1 to 100"),
        (Evaluation(1.0, measures={"a": 10**400}), "the measure 'a' must be finite"),
        (Evaluation(1.0, measures={"a": "b"}), "the measure 'a' must be a number"),  # type: ignore[dict-item]
        (Evaluation(1.0, measures=[0.5]), "the measures must map names to numbers: [0.5]"),  # type: ignore[arg-type]
        (Evaluation(1.0, measures=Evil()), "Leaving: iteration"),
        (Evaluation(1.0, measures=dict.fromkeys(map(str, range(1_001)), 0.0)), "at most 1,000"),
        (Evaluation(1.0, duration=math.nan), "the duration must be finite"),
        (Evaluation(1.0, duration=10**400), "the duration must be finite"),
        (Evaluation(1.0, duration=-1e-9), "the duration must be 0 or more"),
        (Evaluation(1.0, duration="1"), "the duration must be a number"),  # type: ignore[arg-type]
        (Evaluation(1.0, checkpoint=threading.Lock()), "its checkpoint can't be kept: TypeError"),
        (Evaluation(1.0, checkpoint=lambda: 0), "its checkpoint can't be kept: "),
    ],
    ids=shown,
)
def test_an_evaluation_of_no_use_fails_its_trial_in_one_line(
    evaluation: object, reason: str
) -> None:
    records, stop = finish(run(Answering(), problem(lambda _: evaluation), budget=2))
    assert stop == Stop("complete")
    assert [record.failed for record in records] == [True] * 2
    assert all(reason in (record.error or "") for record in records)


@pytest.mark.parametrize("values", [0.5, "ab", {"a": 1.0}, np.array(3.0), {1.0}], ids=shown)
def test_values_that_are_no_sequence_are_said_to_be_none(values: Any) -> None:  # noqa: ANN401  # what is tested
    wanted = (
        f"an evaluation's values must be a tuple, with a value for each objective: {shown(values)}"
    )
    with pytest.raises(ValueError, match=re.escape(wanted)):
        Evaluation(values=values)
    records, _ = finish(run(Answering(), problem(lambda _: Evaluation(values=values)), budget=1))
    assert [(record.error or "").startswith(f"ValueError: {wanted}") for record in records] == [
        True
    ]


@pytest.mark.parametrize("values", [(0.5, 1.0), [0.5, 1.0], np.array([0.5, 1.0])], ids=shown)
def test_values_in_a_list_or_an_array_are_kept_as_a_tuple(values: Any) -> None:  # noqa: ANN401  # what is tested
    assert Evaluation(values=values).values == (0.5, 1.0)


@pytest.mark.parametrize(
    "gradient",
    [
        *(None, {}, {"x": math.nan}, {"x": "1"}, {"y": 1.0}, {0: 1.0}, np.ones(2)),
        *({"x": 10**400}, {"x": 1.0, "n": 1.0}),
    ],
    ids=shown,
)
def test_a_gradient_of_no_use_fails_its_trial_where_one_was_asked_for(gradient: Any) -> None:  # noqa: ANN401  # what is tested
    whole = problem(lambda _: Evaluation(1.0, gradient=gradient))
    asked = Proposal(GOOD, gradient=True)
    records, _ = finish(run(answering("ask", lambda _: asked), whole, budget=6))
    assert [record.failed for record in records] == [False] * 2 + [True] * 2
    assert "gradient" in (records[-1].error or "")


def test_durations_that_overflow_the_clock_fail_their_trial() -> None:
    whole = problem(lambda n: Evaluation(1.0, duration=1e308 * (1 if n % 2 else 0.9)))
    records, stop = finish(run(Answering(), whole, budget=5, workers=2))
    assert stop == Stop("complete")
    assert all(math.isfinite(record.finished) for record in records)
    failed = [record for record in records if record.failed]
    assert 0 < len(failed) < 5
    assert all("too long for the simulated clock" in (r.error or "") for r in failed)


class Unreadable:
    """Can be pickled, but not unpickled."""

    def __reduce__(self) -> tuple[object, ...]:
        return _break, ()


def _break() -> None:
    raise Leaving("no way back")


def test_a_checkpoint_that_can_not_be_read_fails_the_trial_that_continues_it() -> None:
    whole = problem(lambda _: Evaluation(1.0, checkpoint=Unreadable()), fidelity=Fidelity(1, 9))

    class Continuing(Answering):
        def ask(self, pending: Sequence[Pending]) -> Proposal | None:
            self.calls["ask"] += 1
            return Proposal(GOOD, 3) if self.calls["ask"] == 1 else Proposal(GOOD, 9, resume=0)

    first, second = finish(run(Continuing(), whole, budget=1))[0]
    assert not first.failed
    assert "its checkpoint can't be read: Leaving: no way back" in (second.error or "")


def test_what_a_strategy_does_to_its_space_changes_no_problem() -> None:
    class Breaking(Answering):
        def setup(self, task: Task, rng: np.random.Generator) -> None:
            super().setup(task, rng)
            object.__setattr__(task.space["x"], "high", 99.0)
            task.space._parameters.clear()  # noqa: SLF001  # what is tested

    whole = problem()
    records, stop = finish(run(Breaking(), whole, budget=2))
    assert len(records) == 2
    assert stop == Stop("failed", "the strategy must not change its task")
    assert whole.space["x"] == Float(0, 1)


def test_a_copy_that_a_strategy_made_incomparable_counts_as_changed() -> None:
    class Spoiling(Answering):
        def tell(self, trial: Trial) -> None:
            trial.proposal.config["x"] = np.ones(2)  # type: ignore[assignment]  # what is tested

    assert finish(run(Spoiling(), problem(), budget=2))[1].reason == "failed"


@pytest.mark.parametrize("where", ["setup", "ask", "tell", "close"])
def test_a_strategy_that_leaves_another_working_folder_fails(where: str, tmp_path: Path) -> None:
    before = Path.cwd()
    records, stop = finish(run(answering(where, lambda _: os.chdir(tmp_path)), problem(), budget=4))
    assert stop == Stop("failed", f"{where} changed the working folder")
    assert Path.cwd() == before
    assert len(records) == {"setup": 0, "ask": 2, "tell": 3, "close": 4}[where]


def test_an_evaluation_that_leaves_another_working_folder_is_brought_back(tmp_path: Path) -> None:
    before = Path.cwd()

    def evaluate(number: int) -> Evaluation:
        assert Path.cwd() == before
        (tmp_path / str(number)).mkdir()
        os.chdir(tmp_path / str(number))
        (tmp_path / str(number)).rmdir()
        return Evaluation(1.0)

    records, stop = finish(run(Answering(), problem(evaluate), budget=3))
    assert stop == Stop("complete")
    assert not any(record.failed for record in records)
    assert Path.cwd() == before
