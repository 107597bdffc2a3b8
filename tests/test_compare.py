"""The command `compare`: which runs it makes, what it says, and its exit status."""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from comparisons import InProcess, asked, entered

from hpobench.commands import comparing
from hpobench.commands.cheapest import cheapest, measured
from hpobench.commands.compare import FOLDER, compare
from hpobench.commands.pair import planned, two
from hpobench.commands.session import until
from hpobench.errors import InputError
from hpobench.experiment import Experiment, plan
from hpobench.experiment.experiment import preset
from hpobench.experiment.one_run import perform_run
from hpobench.experiment.perform import Progress
from hpobench.experiment.planning import with_further, with_seeds
from hpobench.experiment.session_log import SessionLog
from hpobench.store import Store


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return entered(tmp_path, monkeypatch)


def test_the_missing_runs_are_made_and_the_second_time_none(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wanted = asked("sobol", "random-search", "branin", "levy-8", markdown=folder / "s.md")
    assert comparing.compare_and_say(wanted) == 0
    first = capsys.readouterr().out
    assert first.startswith("sobol against random-search: 2 problems, 2 seeds each, after 3 eval")
    assert comparing.compare_and_say(wanted) == 0
    assert capsys.readouterr().out == first
    assert InProcess.sizes == (8,)
    assert (folder / "s.md").read_text().count("### sobol against random-search") == 2
    assert not (folder / FOLDER / "report").exists()


def test_no_run_is_made_for_a_summary_that_can_not_be_written(folder: Path) -> None:
    wanted = asked("sobol", "random-search", "branin", markdown=folder / "none" / "s.md")
    with pytest.raises(InputError, match=r"s\.md can't be written: No such file or directory"):
        comparing.compare_and_say(wanted)
    assert not list((folder / FOLDER).rglob("*.jsonl"))


@pytest.mark.usefixtures("folder")
def test_a_folder_gives_problems_seeds_and_budget_and_is_completed() -> None:
    first = asked("sobol", "default", "branin", "./bowl.py", seeds=(0, 4), budget=2)
    assert comparing.compare_and_say(first) == 0
    store = Store(FOLDER)
    nothing = {"seeds": None, "budget": None}
    other = asked("random-search", "sobol", **nothing)
    there = list(store.finished_of({each.identity for each in two(other)}))
    assert {each.run.strategy.name for each in there} == {"sobol"}
    found = planned(other, store, there)
    assert {entry.identity.name for entry in found.problems} == {"branin", "bowl"}
    assert {(run.seed, float(run.budget)) for run in found.runs} == {(0, 2.0), (4, 2.0)}
    assert sum(not store.is_sealed(run) for run in found.runs) == 4
    more = planned(asked("random-search", "sobol", "branin", "shekel-4", **nothing), store, there)
    seeds = defaultdict[str, set[int]](set)
    for run in more.runs:
        seeds[run.problem.name].add(run.seed)
    assert seeds == {"branin": {0, 4}, "shekel-4": {0, 1, 2, 3, 4}}
    new = planned(asked("random-search", "grid-search", "branin", **nothing), store, [])
    assert {float(run.budget) for run in new.runs} == {2.0}  # that of the folder's other runs


def test_of_two_settings_the_one_last_asked_for_counts_and_is_named(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def said(**changes: object) -> str:
        wanted = asked("sobol", "random-search", "branin", seeds=(0,), budget=2, **changes)
        assert comparing.compare_and_say(wanted) == 0
        return " ".join(capsys.readouterr().out.split())

    assert "setting" not in said()
    told = "the runs where every strategy is first told the default's result (--first default)"
    assert f"setting {told}; 2 others do not count" in said(first_trial="default")
    plain = "setting the runs where strategies begin as they like (--first none); 2 others do not"
    assert plain in said()  # no session is in the log
    last = Store(folder / FOLDER)
    experiment = replace(preset("smoke"), first="default")
    with SessionLog(last, plan(experiment), "forked", 1).kept([]):
        pass
    assert f"setting {told}; 2 others do not count" in said()
    assert plain in said(first_trial="none")


def test_without_a_folder_it_is_the_standard_presets(folder: Path) -> None:
    found = planned(asked("sobol", "default", seeds=None, budget=None), Store(folder / "new"), [])
    assert len(found.problems) == 23
    assert {run.budget for run in found.runs} == {25}


@pytest.mark.usefixtures("folder")
def test_seeds_are_added_until_the_interval_is_narrow(capsys: pytest.CaptureFixture[str]) -> None:
    wanted = asked("./centred.py", "random-search", "branin", "levy-8", until=0.3)
    assert comparing.compare_and_say(wanted) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "is within 0.3, after" in said
    assert "never by p" in said
    first, least, *_ = InProcess.sizes
    assert (first, least) == (8, 12)  # fewer than five seeds on a problem have no interval


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"max_seeds": 5}, "stopped at 5 seeds (--max-seeds) at ±"),
        ({"max_seeds": 1}, "no seed was added without an interval, for which there are too few"),
        ({"max_seeds": 1}, "there are 2 seeds, and at most 1 seed (--max-seeds) is allowed"),
        ({"max_seeds": 1, "seeds": (0,)}, "there is 1 seed, and at most 1 seed (--max-seeds) is"),
        ({"max_time": 0.0}, "stopped by --max-time without an interval, for which there are too"),
        ({"max_time": 0.0, "seeds": range(5)}, "stopped by --max-time at ±"),
    ],
)
def test_it_is_said_why_no_seed_is_added(
    changes: dict[str, object], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    plain = asked("./centred.py", "random-search", "branin", seeds=changes.get("seeds", (0, 1)))
    comparing.compare_and_say(plain)  # so that there are runs to count when the time is over
    capsys.readouterr()
    wanted = asked("./centred.py", "random-search", "branin", until=0.001, **changes)
    comparing.compare_and_say(wanted)
    assert words in " ".join(capsys.readouterr().out.split())


@pytest.mark.usefixtures("folder")
def test_where_problems_differ_more_seeds_do_not_help_and_cheap_problems_are_named(
    capsys: pytest.CaptureFixture[str],
) -> None:
    eight = (
        "branin",
        "levy-8",
        "shekel-4",
        "ackley-10",
        "hartmann-3",
        "griewank-4",
        "rastrigin-5",
        "rosenbrock-5",
    )
    wanted = asked("default", "random-search", *eight, until=0.01)
    assert comparing.compare_and_say(wanted) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "more seeds can't bring it to 0.01: problems differ by ±" in said
    assert re.search(r"-p [a-z-]+ \(\d+ more, ", said)  # which are cheap depends on the machine


@pytest.mark.usefixtures("folder")
def test_runs_whose_problems_nothing_names_need_names(monkeypatch: pytest.MonkeyPatch) -> None:
    comparing.compare_and_say(asked("sobol", "default", "branin"))
    monkeypatch.setattr(Store, "cards", lambda _: ([], []))
    with pytest.raises(InputError, match=r"no card names the problems .* with -p: results"):
        comparing.compare_and_say(asked("sobol", "default"))


def test_problems_are_the_cheaper_the_fewer_seconds_were_measured(folder: Path) -> None:
    asked_for = plan(Experiment("e", ("sobol",), ("branin",), seeds=(0,), budget=2))
    for run in asked_for.runs:
        perform_run(run, folder / "results")
    found = measured(asked_for, Store(folder / "results"))
    assert 0 < found["synthetic"] < 1
    (name, number, seconds), *_ = cheapest(asked_for, {"synthetic": 1e-9})
    assert (name, number, seconds) == ("synthetic", 27, 1e-9)
    *_, (name, _, _) = cheapest(asked_for, {"synthetic": 1e9})
    assert name == "synthetic"


@pytest.mark.usefixtures("folder")
def test_the_exit_status_is_the_gates() -> None:
    for first, second, fail_if, status in (
        ("./broken.py", "random-search", None, 1),
        ("./broken.py", "random-search", "worse", 1),
        ("random-search", "./broken.py", "worse", 0),
        ("sobol", "random-search", "worse", 0),
        ("sobol", "random-search", "undecided", 3),
    ):
        wanted = asked(first, second, "branin", seeds=range(5), budget=10, fail_if=fail_if)
        assert comparing.compare_and_say(wanted) == status
    assert InProcess.sizes == (10, 5)


@pytest.mark.usefixtures("folder")
def test_runs_that_did_not_end_fail_whatever_the_gate(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    wanted = asked(
        "sobol", "random-search", "branin", fail_if="worse", until=0.001, seeds=(0, 1, 2, 3, 4)
    )
    monkeypatch.setattr(InProcess, "lost", True)
    assert comparing.compare_and_say(wanted) == 1
    assert "Nothing can be compared" in " ".join(capsys.readouterr().out.split())
    monkeypatch.setattr(InProcess, "lost", False)
    comparing.compare_and_say(asked("sobol", "random-search", "branin", seeds=range(5)))
    monkeypatch.setattr(InProcess, "lost", True)
    assert comparing.compare_and_say(wanted) == 1
    assert "stopped since a run stayed incomplete" in " ".join(capsys.readouterr().out.split())


@pytest.mark.parametrize(
    ("first", "second", "message"),
    [
        ("native", "sobol", r"^compare takes two strategies; 'native' alone names several: asha"),
        ("sobol", "Sobol", r"^both are the same strategy: sobol$"),
        ("flaml-automl", "sobol", "is a system, not a strategy"),
    ],
)
def test_two_strategies_are_compared(first: str, second: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        two(asked(first, second))


@pytest.mark.usefixtures("folder")
def test_a_width_needs_anchors() -> None:
    with pytest.raises(InputError, match=r"^--until is a width in regret, and no problem has"):
        comparing.compare_and_say(asked("sobol", "random-search", "./bowl.py", until=0.1))
    assert InProcess.sizes == ()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"fail_if": "better"}, "^--fail-if must be worse or undecided: 'better'"),
        ({"margin": -0.1}, "^--margin must be a number from 0 on: -0.1"),
        ({"until": float("nan")}, "^--until must be a number from 0 on: nan"),
        ({"until": 0.0}, "^--until must be above 0"),
        ({"seeds": "3-1"}, "^seeds must go from"),
        ({"max_seeds": 5}, "^--max-seeds needs --until, which adds seeds: --max-seeds 5$"),
        ({"margin": 0.1}, "^--margin needs --fail-if, which it is for: --margin 0.1$"),
    ],
)
def test_what_can_not_be_asked_for_is_one_line(options: dict[str, object], message: str) -> None:
    with pytest.raises(InputError, match=message):
        compare("sobol", "default", **options)  # type: ignore[arg-type]  # they are wrong


def test_a_plan_has_the_seeds_that_each_problem_is_to_have() -> None:
    whole = plan(Experiment("e", ("sobol", "default"), ("branin", "levy-8"), seeds=(0, 1)))
    branin, _ = (each.identity for each in whole.problems)
    found = with_seeds(whole, {branin: [7, 3]})
    assert {(r.strategy.name, r.problem.name, r.seed) for r in found.runs} == {
        (name, "branin", seed) for name in ("sobol", "default") for seed in (3, 7)
    }
    assert [each.identity for each in found.problems] == [branin]
    assert set(found.runs.values()) <= set(whole.runs.values())


def test_further_seeds_follow_the_highest_one_and_then_are_the_lowest_that_are_free() -> None:
    whole = plan(Experiment("e", ("sobol", "default"), ("branin", "levy-8"), seeds=(1, 9_998)))
    branin, _ = (each.identity for each in whole.problems)
    found = with_further(whole, {branin: 3})
    assert {(r.strategy.name, r.problem.name, r.seed) for r in found.runs} == {
        (name, problem, seed)
        for name in ("sobol", "default")
        for problem, seeds in (("branin", (1, 9_998, 9_999, 0, 2)), ("levy-8", (1, 9_998)))
        for seed in seeds
    }


def test_past_the_deadline_what_is_under_way_is_given_up() -> None:
    closed = list[bool]()

    def steps() -> Iterator[Progress]:
        try:
            while True:
                yield Progress((), ())
        finally:
            closed.append(True)

    assert len(list(until(steps(), 0.0))) == 1  # type: ignore[arg-type]  # a generator is one
    assert closed == [True]
