"""Seeds that `all` and `run` add until every interval of a gain is narrow enough."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from comparisons import CENTRED, OWN
from quick_session import Quick
from studies import RANDOM, Ends, about, compared, noisy, outcomes, problem

from hpobench.commands import running
from hpobench.errors import InputError
from hpobench.experiment import Experiment, plan
from hpobench.experiment.session_log import last_planned
from hpobench.report.widths import deciding
from hpobench.store import Store, run_file
from hpobench.trial import Run

FOLDER = Path("results")
WIDE = Experiment(
    "wide",
    ("random-search", "sobol", "./centred.py"),
    ("branin", "levy-8"),
    seeds=(0, 1),
    budget=3,
    until=0.25,
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Enter a folder with a user's files; runs are made in this process, and no report."""
    (tmp_path / "centred.py").write_text(CENTRED)
    (tmp_path / "bowl.py").write_text(OWN)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(running, "Session", Quick)
    monkeypatch.setattr(running, "show_report", lambda *_, **__: False)
    return tmp_path


Said = Callable[[Experiment], str]


@pytest.fixture
def said(folder: Path, capsys: pytest.CaptureFixture[str]) -> Said:
    """Return a function that makes an experiment, and returns what it prints as one line."""
    del folder  # it was entered

    def performed(experiment: Experiment) -> str:
        assert running.perform_and_report(experiment, FOLDER, 1) == 0
        return " ".join(capsys.readouterr().out.split())

    return performed


def there() -> set[Run]:
    return {each.run for each in Store(FOLDER).finished()}


def test_all_strategies_get_the_same_seeds_until_every_interval_is_narrow(said: Said) -> None:
    words = said(WIDE)
    assert "'s gain decides; for these problems alone: ±0." in words
    assert words.count("is within 0.25, after") == words.count("never by p") == 1
    runs = there()
    seeds = defaultdict[tuple[str, str], set[int]](set)
    for each in runs:
        seeds[each.problem.name, each.strategy.name].add(each.seed)
    for name in WIDE.problems:
        alike = [seeds[name, strategy] for strategy in ("random-search", "sobol", "centred")]
        assert alike == [set(range(len(alike[0])))] * 3
        assert len(alike[0]) > 5  # so many are needed for an interval, and it was too wide
    store = Store(FOLDER)
    sessions = store.sessions()
    assert set(last_planned(sessions)) == runs  # the report calls none of them unasked
    assert sum(each["runs"] for each in sessions) == len(runs)
    found = running.deciding(
        replace(plan(WIDE), runs=dict.fromkeys(runs, 1.0)), [*store.finished()]
    )
    assert found is not None
    assert found.half <= 0.25
    assert f"width: the interval of {found.strategy}'s gain decides" in words


def test_what_was_interrupted_goes_on_alike_and_the_second_time_nothing_is_made(
    said: Said,
) -> None:
    said(WIDE)
    whole, sessions = there(), Store(FOLDER).sessions()
    words = said(WIDE)
    assert "0 to do" in words
    assert "is within 0.25, after" in words
    assert Store(FOLDER).sessions() == sessions
    store = Store(FOLDER)
    late = [each for each in whole if each.seed > 4 and each.strategy.name != "sobol"]
    assert late
    for each in late:
        store.path(each).with_suffix(run_file.SEALED).unlink()
    said(WIDE)
    assert there() == whole


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"until": 0.001, "max_seeds": 5}, "stopped at 5 seeds (--max-seeds) at ±"),
        ({"until": 9.0, "seeds": (0, 1, 2, 3, 4)}, "is within 9"),
    ],
)
def test_it_is_said_why_no_seed_is_added_and_of_whom_the_interval_is(
    changes: dict[str, object], words: str, said: Said
) -> None:
    asked = replace(WIDE, strategies=("random-search", "sobol"), **changes)  # type: ignore[arg-type]
    printed = said(asked)
    assert words in printed
    assert "width: the interval of sobol's gain decides" in printed
    assert len(there()) == 2 * 2 * 5


def test_after_the_time_no_seed_is_added(said: Said, capsys: pytest.CaptureFixture[str]) -> None:
    said(replace(WIDE, until=None))
    before = there()
    assert running.perform_and_report(WIDE, FOLDER, 1, max_time=0.0) == 0
    printed = " ".join(capsys.readouterr().out.split())
    assert printed.endswith(
        "stopped by --max-time without an interval, for which there are too few seeds"
    )
    assert there() == before


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"strategies": ("sobol", "default")}, r"^--until is the width .*: sobol, default$"),
        ({"strategies": ("random-search",)}, r"takes this strategy and another one: random-search"),
        ({"problems": ("./bowl.py",)}, r"^--until is a width in regret, and no problem has anch"),
    ],
)
def test_a_width_needs_random_search_another_strategy_and_anchors(
    changes: dict[str, object], message: str
) -> None:
    with pytest.raises(InputError, match=message):
        running.perform_and_report(replace(WIDE, **changes), FOLDER, 1)  # type: ignore[arg-type]
    assert not FOLDER.exists()


@pytest.mark.usefixtures("folder")
def test_a_time_that_is_none_is_one_line() -> None:
    with pytest.raises(InputError, match=r"^--max-time must be a number from 0 on: nan$"):
        running.perform_and_report(WIDE, FOLDER, 1, max_time=float("nan"))


def test_where_all_are_narrow_enough_the_widest_decides_and_it_is_the_reports() -> None:
    problems = [problem(number, instances=1) for number in range(10)]
    ends = {
        RANDOM: noisy(0.5, key=1),
        "steady": noisy(0.3, key=2, spread=0.02),
        "fickle": noisy(0.3, key=3, spread=0.3),
    }
    made = about(outcomes(ends, problems, 6), problems)
    found, fickle = deciding(made, 0.5), compared(made)["fickle"]
    assert found is not None
    assert (found.strategy, found.reach, len(found.problems)) == ("fickle", "new problems", 10)
    assert found.half == pytest.approx((fickle.gain_high - fickle.gain_low) / 2)


def test_what_no_seed_can_narrow_decides_only_where_no_other_is_too_wide() -> None:
    """A strategy without luck may be far better on some problems, and far worse on others."""
    problems = [problem(number, instances=1) for number in range(10)]
    ends: dict[str, Ends] = {
        RANDOM: noisy(0.5, key=1),
        "fickle": noisy(0.4, key=2, spread=0.2),
        "stubborn": lambda p, _: 0.1 * p,
    }
    made = about(outcomes(ends, problems, 6), problems)
    wide, narrow = deciding(made, 0.05), deciding(made, 0.15)
    assert wide is not None
    assert narrow is not None
    assert (wide.strategy, narrow.strategy) == ("fickle", "stubborn")
    assert wide.half < 0.15 < narrow.precision.lasting < narrow.half


def test_an_interval_that_is_not_there_yet_is_the_widest() -> None:
    problems = [problem(number, instances=1) for number in range(3)]
    ends = {RANDOM: noisy(0.5, key=1), "a": noisy(0.3, key=2), "b": noisy(0.3, key=3)}
    every = outcomes(ends, problems, 6)
    few = [each for each in every if each.run.strategy.name != "b" or each.run.seed < 3]
    found = deciding(about(few, problems), 0.1)
    assert found is not None
    assert (found.strategy, found.half) == ("b", float("inf"))


def test_without_regrets_or_random_search_there_is_no_interval() -> None:
    own = [problem(number, anchors=None, optimum=None) for number in range(3)]
    ends = {RANDOM: noisy(0.5, key=1), "a": noisy(0.3, key=2)}
    assert deciding(about(outcomes(ends, own, 5), own), 0.1) is None
    anchored = [problem(0)]
    alone = about(outcomes({"a": noisy(0.3, key=2)}, anchored, 5), anchored)
    assert deciding(alone, 0.1) is None
