"""What a session prints, for experiments of all kinds."""

import io
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import pytest
from studies import finished

from hpobench import Identity, Proposal, Record, Run, Trial
from hpobench.commands.console import Printer
from hpobench.commands.terminal import (
    RETRY,
    show_end,
    show_notices,
    show_plan,
    show_warnings,
    title,
)
from hpobench.experiment import Experiment, plan
from hpobench.experiment.estimates import Time
from hpobench.trial import Outcome, Reason, Stop


def outcome(
    strategy: str,
    problem: str,
    reason: Reason,
    detail: str = "",
    *,
    errors: Sequence[str | None] = (),
    seed: int = 0,
) -> Outcome:
    run = Run(Identity(strategy, "1"), Identity(problem, "1"), seed, Fraction(3))
    values = [1.0 if error is None else float("nan") for error in errors]
    records = tuple(
        Record(Trial(n, Proposal({}), (value,), 1), value, {}, n, error=error)
        for n, (value, error) in enumerate(zip(values, errors, strict=True))
    )
    return Outcome(run, Stop(reason, detail), records)


def end(
    outcomes: Sequence[Outcome], incomplete: Sequence[tuple[Run, str]] = ()
) -> tuple[list[str], bool]:
    file = io.StringIO()
    wrong = show_end(Printer(file, 80), finished(outcomes), incomplete)
    return file.getvalue().splitlines(), wrong


def test_a_reason_is_one_line_for_all_strategies_that_share_it() -> None:
    reason = "the problem's start raised DataError: it is missing"
    outcomes = [
        *(outcome(s, "grid", "failed", reason, seed=n) for s in "abcde" for n in range(5)),
        *(outcome(s, "branin", "complete", errors=[None]) for s in "abcde"),
    ]
    assert end(outcomes) == ([f"failed: all 5 strategies on grid, 25 runs: {reason}", RETRY], True)


def test_an_unsupported_strategy_is_named_and_is_nothing_wrong() -> None:
    problems = [f"problem-{n:02}" for n in range(28)]
    outcomes = [outcome("descent", name, "unsupported", "needs gradients") for name in problems]
    outcomes += [
        outcome("halving", name, "unsupported", "needs a fidelity") for name in problems[:12]
    ]
    outcomes += [outcome("random", name, "complete", errors=[None]) for name in problems]
    (some, everywhere), wrong = end(outcomes)
    assert some == (
        f"unsupported: halving on {', '.join(problems[:10])} and 2 more, 12 runs: needs a fidelity"
    )
    assert everywhere == "unsupported: descent on all 28 problems, 28 runs: needs gradients"
    assert not wrong


def test_a_problem_whose_evaluations_all_fail_is_named_as_wrong() -> None:
    errors = ["KeyError: 'y' (typo.py, line 8)"] * 4
    outcomes = [outcome(s, "typo", "complete", errors=errors) for s in "ab"]
    outcomes += [outcome(s, "sound", "complete", errors=[*errors, None]) for s in "ab"]
    line = "all 8 evaluations of typo failed: KeyError: 'y' (typo.py, line 8)"
    assert end(outcomes) == ([line], True)
    single = [outcome("a", "typo", "exhausted", errors=errors[:1])]
    assert end(single)[0] == [line.replace("all 8 evaluations", "the only evaluation")]


def test_runs_that_did_not_end_are_named_as_wrong() -> None:
    run = outcome("a", "slow", "complete").run
    lines, wrong = end([outcome("b", "slow", "complete", errors=[None])], [(run, "it took longer")])
    assert lines == ["incomplete: a on slow, 1 run: it took longer"]
    assert wrong


def test_many_reasons_are_cut_short() -> None:
    outcomes = [outcome("a", "p", "failed", f"reason {n:03}", seed=n) for n in range(100)]
    lines, _ = end(outcomes)
    assert len(lines) == 22
    assert lines[20] == "failed: 80 more lines in the report"


def test_warnings_are_summed_by_place() -> None:
    file = io.StringIO()
    slow = "digits.py:12: UserWarning: it is slow"
    show_warnings(
        Printer(file, 80),
        [
            {slow: 500, "digits.py:30: FutureWarning: x": 1},
            {slow: 86, "digits.py:12: UserWarning: it is [red]very[/b] slow": 1},
            *({f"digits.py:{n}: UserWarning: x": 1} for n in range(100, 120)),
        ],
    )
    lines = file.getvalue().splitlines()
    assert lines[0] == f"warning, 587 times: {slow}"
    assert lines[1] == "warning: digits.py:30: FutureWarning: x"
    assert len(lines) == 11
    assert lines[-1] == "and warnings at 12 more places"


def test_a_failure_with_a_very_long_text_is_a_short_line_that_says_where() -> None:
    long = f"ask raised ValueError: {'v' * 5000} (mine.py, line 9)"
    runs = [outcome("a", "p", "failed", long), outcome("b", "q", "unsupported", long)]
    runs.append(outcome("c", "r", "complete", errors=[long]))
    lines, _ = end(runs, [(outcome("d", "s", "complete").run, long)])
    said = [each for each in lines if "vvv" in each]
    assert len(said) == 4
    for each in said:
        assert len(each) < 300
        assert "ask raised ValueError: vvv" in each
        assert each.endswith("vvv (mine.py, line 9)")


def test_warnings_and_notices_of_a_very_long_text_are_short_lines() -> None:
    file = io.StringIO()
    show_warnings(Printer(file, 80), [{f"mine.py:9: UserWarning: {'v' * 5000}": 1}])
    show_notices(Printer(file, 80), [f"runs/{'v' * 5000} was altered"])
    warning, notice = file.getvalue().splitlines()
    assert warning.startswith("warning: mine.py:9: UserWarning: vvv")
    assert notice.startswith("note: runs/vvv")
    assert max(len(warning), len(notice)) < 600


def test_a_notice_is_said_once() -> None:
    file = io.StringIO()
    show_notices(Printer(file, 80), ["card [a] is torn", "begun anew", "card [a] is torn"])
    assert file.getvalue() == "note: card [a] is torn\nnote: begun anew\n"


def test_without_warnings_nothing_is_printed() -> None:
    file = io.StringIO()
    show_warnings(Printer(file, 80), [{}, {}])
    assert file.getvalue() == ""


LACKING = """
from hpobench import Float, Instance, Library, Problem, Space, plain

def value(config):
    return config["x"]

problem = Problem(
    "lacking", 1, Space({"x": Float(0, 1)}), plain(value),
    library=Library("tables", ("no-such-package>=1",)),
)
"""


def test_a_plan_says_what_is_left_out_why_and_how_long_the_rest_takes(tmp_path: Path) -> None:
    (tmp_path / "lacking.py").write_text(LACKING)
    experiment = Experiment(
        "e",
        ("sobol",),
        ("branin", str(tmp_path / "lacking.py")),
        seeds=(0, 1, 2, 3),
        notice="a [b]\nc",
    )
    file, planned = io.StringIO(), plan(experiment)
    show_plan(
        Printer(file, 80), planned, Path("r [red]"), left=3, jobs=2, rest=Time(400, known=True)
    )
    lines = file.getvalue().splitlines()
    assert lines[:3] == [
        "r [red]: 1 strategy on 1 problem, budget 25, results in r [red]",
        *("a [b]", "c"),
    ]
    assert lines[3].startswith("left out: lacking: no-such-package is not installed: pip install")
    assert lines[4] == "4 runs, 1 of them done; 3 to do on 2 processes: 7 min left, 0.1 MB"


def test_a_plan_says_how_many_runs_will_be_unsupported() -> None:
    names = ("sobol", "hypergradient", "successive-halving")
    planned = plan(Experiment("e", names, ("branin", "hartmann-6-epochs"), seeds=(0, 1)))
    file, rest = io.StringIO(), Time(400, known=True)
    show_plan(Printer(file, 200), planned, Path("r"), left=12, jobs=2, rest=rest)
    said = "will be unsupported: 6 runs of hypergradient, successive-halving"
    assert file.getvalue().splitlines()[2] == said


@pytest.mark.parametrize(("seconds", "words"), [(0, "time left unknown"), (400, "over 7 min left")])
def test_a_plan_says_that_the_time_left_is_not_known(seconds: float, words: str) -> None:
    file, planned = (
        io.StringIO(),
        plan(Experiment("e", ("sobol",), ("branin",), seeds=(0, 1, 2, 3))),
    )
    rest = Time(seconds, known=False)
    show_plan(Printer(file, 80), planned, Path("r"), left=3, jobs=2, rest=rest)
    last = file.getvalue().splitlines()[-1]
    assert last == f"4 runs, 1 of them done; 3 to do on 2 processes: {words}, 0.1 MB"


MINE = """
from dataclasses import dataclass
from hpobench import Proposal, Strategy

@dataclass
class Mine(Strategy):
    def ask(self, pending):
        return Proposal(self.task.space.sample(self.rng))
"""
OWN = """
from hpobench import Float, Space
space = Space({"x": Float(0, 1)})
def own(config):
    return config["x"]
"""


def test_a_plan_names_the_files_that_do_not_say_how_long_they_take(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(MINE)
    (tmp_path / "own.py").write_text(OWN)
    mine, own = str(tmp_path / "mine.py"), str(tmp_path / "own.py")
    planned = plan(Experiment("e", ("sobol", mine), ("branin", own), seeds=(0,)))
    pairs = {
        (run.strategy.name, run.problem.name): (run.strategy, run.problem) for run in planned.runs
    }

    def uncounted(*names: tuple[str, str]) -> str:
        file, unknown = io.StringIO(), [pairs[each] for each in names]
        rest = Time(5, known=not names)
        show_plan(
            *(Printer(file, 200), planned, Path("r")), left=4, jobs=1, rest=rest, unknown=unknown
        )
        lines = file.getvalue().splitlines()
        return lines[2].partition(": ")[2] if len(lines) > 2 else ""

    assert uncounted() == ""
    assert uncounted(("mine", "branin")) == "the suggestions of mine"
    assert uncounted(("sobol", "own")) == "the evaluations of own"
    both = "the suggestions of mine; the evaluations of own"
    assert uncounted(("mine", "branin"), ("sobol", "own")) == both


def test_results_have_the_name_of_their_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "mine").mkdir()
    monkeypatch.chdir(tmp_path / "mine")
    assert title(Path()) == title(tmp_path / "mine") == "mine"
