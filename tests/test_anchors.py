"""The anchors: the formula, the file, and the script that rebuilds it."""

import json
import subprocess
import sys
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from hpobench import Problem, Proposal, Stream, registry
from hpobench.cards.anchors import QUANTILES, anchored, anchors, expected_best, grid, separation
from hpobench.cards.survey import pool, survey

ROOT = Path(__file__).parents[1]
PROBLEMS = registry.problems()
SYNTHETIC = [problem for problem in PROBLEMS.values() if problem.about.family == "synthetic"]

every_problem = pytest.mark.parametrize("problem", SYNTHETIC, ids=lambda problem: problem.name)


def test_the_expected_best_is_the_mean_over_all_subsets() -> None:
    rng = np.random.default_rng(0)
    values, scores = rng.normal(size=9), rng.normal(size=9)
    for m in range(1, 10):
        subsets = [list(subset) for subset in combinations(range(9), m)]
        lowest = float(np.mean([values[subset].min() for subset in subsets]))
        held = float(np.mean([scores[subset][values[subset].argmin()] for subset in subsets]))
        assert expected_best(values.tolist(), values.tolist(), [m]) == pytest.approx([lowest])
        assert expected_best(values.tolist(), scores.tolist(), [m]) == pytest.approx([held])


def test_the_expected_best_of_a_large_pool_is_the_closed_form_of_ranks() -> None:
    ranks = [float(i) for i in range(1, 2_001)]
    expected = [2_001 / (m + 1) for m in range(1, 2_001)]  # the mean lowest rank of m
    assert expected_best(ranks, ranks, range(1, 2_001)) == pytest.approx(expected, rel=1e-11)


def test_the_first_entry_is_the_mean_and_the_last_the_lowest() -> None:
    values, scores = [3.0, 1.0, 2.0], [0.5, 0.25, 9.0]
    assert expected_best(values, scores, [1, 3]) == pytest.approx([3.25, 0.25])


def test_there_is_no_entry_beyond_the_pool() -> None:
    curve = expected_best([1.0, 2.0], [1.0, 2.0], [1, 2, 3, 4])
    assert np.isfinite(curve[:2]).all()
    assert np.isnan(curve[2:]).all()


def test_on_ties_the_first_drawn_is_kept() -> None:
    assert expected_best([1.0, 1.0], [5.0, 7.0], [2]) == [5.0]


def test_random_is_the_median_of_one_evaluation() -> None:
    scale = anchored([1.0, 2.0, 9.0], [4.0, 5.0, 0.0], -1.0)
    assert (scale.reference, scale.random) == (-1.0, 4.0)
    assert scale.evaluations == (1, 2, 3)
    assert scale.curve[2] == 4.0


@pytest.mark.parametrize("size", [1, 7, 20, 21, 300, 2_000])
def test_a_curve_reaches_from_one_evaluation_to_the_whole_pool(size: int) -> None:
    known = np.array(grid(size))
    assert (known[0], known[-1]) == (1, size)
    assert (np.diff(known) >= 1).all()
    assert (known[1:] / known[:-1] <= np.maximum(1.125, 1 + 1 / known[:-1])).all()


@pytest.mark.parametrize("name", ["branin", "ackley-10", "tree-9", "ellipsoid-40"])
def test_between_the_points_of_a_curve_straight_lines_are_right(name: str) -> None:
    """The curves agree to 1 % in what is held, and so in how many evaluations that is worth."""
    problem = PROBLEMS[name].textbook or PROBLEMS[name]
    values = [point.value for point in pool(problem, 0)]
    frozen = anchors(name, problem.version)
    assert frozen is not None
    (scale,) = frozen.values
    every = np.arange(1, len(values) + 1)
    exact = expected_best(values, values, every.tolist())
    straight = np.interp(every, scale.evaluations, scale.curve)
    assert (np.abs(straight - exact) < 0.01 * (exact - scale.reference)).all()
    assert (np.abs(np.interp(-exact, -straight, every) - every) < 0.01 * every).all()


def test_a_pool_that_is_drawn_again_is_the_surveyed_one() -> None:
    problem = PROBLEMS["hartmann-6-epochs"].textbook or PROBLEMS["hartmann-6-epochs"]
    seen = [(point.config, point.value) for point in survey(problem, 0).pool]
    assert [(point.config, point.value) for point in pool(problem, 0)] == seen


@every_problem
def test_every_synthetic_problem_has_anchors_that_all_its_instances_share(
    problem: Problem,
) -> None:
    frozen = anchors(problem.name, problem.version)
    assert frozen is not None
    optimum = problem.start(np.random.default_rng(0)).optimum
    for scales in (frozen.values, frozen.scores):
        assert len(scales) == 1
        assert scales[0].reference == optimum
        assert scales[0].evaluations == grid(2_000)
        assert np.isfinite(scales[0].curve).all()
        assert len(scales[0].curve) == len(scales[0].evaluations)
        assert scales[0].random > scales[0].reference
    assert (np.diff(frozen.values[0].curve) < 0).all()
    assert frozen.scores[0].curve[-1] > frozen.scores[0].reference


@every_problem
def test_instances_share_the_measure_of_random_search(problem: Problem) -> None:
    frozen = anchors(problem.name, problem.version)
    assert frozen is not None
    fidelity = problem.fidelity.high if problem.fidelity else None
    for place in (1, 2):
        rng = Stream(("instance", problem.name, place)).rng()
        instance = problem.start(rng)
        values = [
            instance.evaluate(Proposal(config, fidelity), Stream(("m", i)), None).value
            for i, config in enumerate(
                problem.space.decode_all(rng.random((400, len(problem.space))))
            )
        ]
        below = np.mean(np.array(values) < frozen.values[0].random)
        assert abs(below - 0.5) < 0.1  # a tenth is four standard deviations


@pytest.mark.parametrize("name", PROBLEMS)
def test_every_problem_has_anchors_and_facts(name: str) -> None:
    problem = PROBLEMS[name]
    frozen = anchors(name, problem.version)
    assert frozen is not None
    instances = problem.instances if problem.about.trained else 1
    assert len(frozen.values) == len(frozen.scores) == instances
    for scale in (*frozen.values, *frozen.scores):
        # A curve that was frozen before the whole pool was kept ends at 200 evaluations.
        assert scale.evaluations in (grid(300 if problem.about.trained else 2_000), grid(200))
        assert len(scale.curve) == len(scale.evaluations)
    facts = frozen.facts
    assert facts is not None
    assert facts.random == instances * (300 if problem.about.trained else 2_000)
    assert set(facts.importance) == set(problem.space)
    assert facts.important >= 1
    assert len(facts.quantiles) == len(QUANTILES)
    assert list(facts.quantiles.values()) == sorted(facts.quantiles.values())
    assert bool(facts.ranking) == (problem.fidelity is not None)
    assert all(-1.0 <= each <= 1.0 for each in facts.ranking.values())
    low, median, high = facts.durations
    assert 0.0 < low <= median <= high
    assert 0.0 < facts.explained <= 1.0


def test_another_version_of_a_problem_has_no_anchors() -> None:
    assert anchors("branin", 1) is not None
    assert anchors("branin", 2) is None
    assert anchors("no-such-problem", 1) is None


def test_the_version_names_the_problem_s_and_the_content() -> None:
    versions = {problem.name: anchors(problem.name, problem.version) for problem in SYNTHETIC}
    found = [frozen.version for frozen in versions.values() if frozen]
    assert len(set(found)) == len(SYNTHETIC)
    assert all(version.startswith("1-") for version in found)


def test_the_committed_file_says_what_the_best_was_and_how_long_the_search() -> None:
    path = ROOT / "problems" / "data" / "anchors" / "branin.json"
    (instance,) = json.loads(path.read_text(encoding="utf-8"))["instances"]
    problem = next(problem for problem in SYNTHETIC if problem.name == "branin")
    assert problem.space.check(instance["best"]["config"]) == instance["best"]["config"]
    assert (instance["pool"], instance["failures"]) == (2_000, 0)
    assert instance["best"]["evaluations"] == 2_000


def test_the_committed_anchors_are_those_that_the_script_makes(tmp_path: Path) -> None:
    command = [sys.executable, str(ROOT / "scripts" / "anchors.py"), "branin"]
    subprocess.run([*command, "--output", str(tmp_path)], check=True, cwd=ROOT)  # noqa: S603  # ours
    committed = ROOT / "problems" / "data" / "anchors" / "branin.json"
    (made,), (kept,) = (
        json.loads(path.read_text(encoding="utf-8"))["instances"]
        for path in (tmp_path / "branin.json", committed)
    )
    # another platform's libm may round otherwise
    assert made["values"]["curve"] == pytest.approx(kept["values"]["curve"], rel=1e-9)
    assert made["values"]["random"] == pytest.approx(kept["values"]["random"], rel=1e-9)


def test_the_script_says_which_problems_there_are() -> None:
    command = [sys.executable, str(ROOT / "scripts" / "anchors.py"), "bramin"]
    done = subprocess.run(command, check=False, capture_output=True, text=True, cwd=ROOT)  # noqa: S603  # ours
    assert done.returncode == 2
    assert "branin" in done.stderr


@pytest.mark.parametrize("name", PROBLEMS)
def test_the_separation_of_every_problem_was_measured(name: str) -> None:
    problem = PROBLEMS[name]
    found = separation(name, problem.version)
    assert found is not None
    assert found.seeds == 20
    assert len(found.strategies) == (5 if problem.fidelity else 4)
    assert 0.0 <= found.p <= 1.0


def test_most_problems_tell_strategies_apart_and_the_others_are_named_controls() -> None:
    apart = {
        problem.name
        for problem in PROBLEMS.values()
        if (found := separation(problem.name, problem.version)) is not None
        and found.p < 0.05
        and found.share >= 0.15
    }
    assert len(apart) >= 0.75 * len(PROBLEMS)
    assert apart == {problem.name for problem in PROBLEMS.values() if not problem.about.control}
