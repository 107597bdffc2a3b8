"""Our measures and statistics against the libraries that the field uses for them."""

from pathlib import Path

import numpy as np
import pytest
from ended import HIGH, OUTCOMES, lowest, results

from hpobench.exchange import export
from hpobench.exchange.curves import WORST
from hpobench.scores.areas import area_over_curve, attained, attainment_surface
from hpobench.scores.fronts import both_attained, front, hypervolume
from hpobench.statistics import chances, friedman, holm, superiority
from hpobench.statistics.aggregates import interquartile_mean, optimality_gap
from hpobench.statistics.bayesian import DRAWS, signed_rank_posterior
from hpobench.statistics.mixed_model import mixed_model
from hpobench.statistics.portfolio import frontier_advantage, improvability
from hpobench.statistics.robust_tests import nemenyi_difference
from hpobench.statistics.running_times import (
    expected_running_time,
    penalised_average,
    reached_by,
)

baycomp = pytest.importorskip("baycomp")
bencheval = pytest.importorskip("bencheval.evaluator")
moocore = pytest.importorskip("moocore")
pandas = pytest.importorskip("pandas")
polars = pytest.importorskip("polars")
posthocs = pytest.importorskip("scikit_posthocs")
fixed_target = pytest.importorskip("iohinspector.metrics.fixed_target")
aocc = pytest.importorskip("iohinspector.metrics.aocc")
ecdf = pytest.importorskip("iohinspector.metrics.ecdf")
iohinspector = pytest.importorskip("iohinspector")
multitest = pytest.importorskip("statsmodels.stats.multitest")
mixed = pytest.importorskip("statsmodels.regression.mixed_linear_model")
formula = pytest.importorskip("statsmodels.formula.api")
pytestmark = pytest.mark.peers

RUNS = np.random.default_rng(0).normal(size=(8, 6))
"""Seeds by problems."""
AGGREGATES = {"middle": 0.024222188998654536, "gap": 1.0031541941382347, "better": 0.53125}
"""Of RUNS as rliable 1.2.0 has them; it can't be imported beside the pandas of today."""


def test_aggregates_are_those_of_rliable() -> None:
    assert interquartile_mean(RUNS.T) == pytest.approx(AGGREGATES["middle"], abs=1e-12)
    assert optimality_gap(1 - RUNS.T) == pytest.approx(AGGREGATES["gap"], abs=1e-12)


@pytest.mark.parametrize("problems", [5, 12, 30])
def test_verdicts_are_those_of_baycomp(problems: int) -> None:
    differences = np.random.default_rng(problems).normal(-0.01, 0.03, problems)
    found = signed_rank_posterior(differences)
    known = baycomp.SignedRankTest.probs(
        np.zeros(problems), differences, 0.01, nsamples=DRAWS, random_state=1
    )
    ours = (found.better, found.equal, found.worse)
    for one, other in zip(ours, known, strict=True):
        error = np.sqrt(2 * max(other * (1 - other), 1 / DRAWS) / DRAWS)
        assert abs(one - other) < 4 * error


def test_holm_and_nemenyi_are_those_of_statsmodels_and_scikit_posthocs() -> None:
    p = np.random.default_rng(1).random(12)
    assert holm(p) == pytest.approx(multitest.multipletests(p, method="holm")[1], rel=1e-12)
    table = np.random.default_rng(2).normal(size=(14, 5))
    pairs = posthocs.posthoc_nemenyi_friedman(table).to_numpy()
    ranks = table.argsort(axis=1).argsort(axis=1).mean(axis=0)
    apart = np.abs(ranks[:, None] - ranks)
    assert ((pairs <= 0.05) == (apart >= nemenyi_difference(5, 14))).all()
    assert friedman(table.T).problems == 14


def test_the_mixed_model_is_that_of_statsmodels() -> None:
    rng = np.random.default_rng(3)
    runs = rng.normal(0, 0.5, (1, 10, 1)) + rng.normal(0, 0.3, (4, 10, 1))
    runs = runs + rng.normal(0, 0.3, (4, 10, 5))
    runs[rng.random(runs.shape) < 0.3] = np.nan
    runs[0, 0] = np.nan
    strategy, problem, _ = np.nonzero(~np.isnan(runs))
    frame = pandas.DataFrame(
        {"value": runs[~np.isnan(runs)], "strategy": strategy, "problem": problem}
    )
    model = formula.mixedlm(
        "value ~ 0 + C(strategy)",
        frame,
        groups="problem",
        re_formula="1",
        vc_formula={"both": "0 + C(strategy)"},
    )
    known, found = model.fit(reml=True, method=["lbfgs"]), mixed_model(runs)
    assert found is not None
    assert found.means == pytest.approx(known.fe_params.to_numpy(), abs=1e-3)
    variances = (found.difficulty, found.interaction, found.noise)
    theirs = (known.cov_re.iloc[0, 0], known.vcomp[0], known.scale)
    assert variances == pytest.approx(theirs, rel=1e-2)
    ours = mixed.MixedLMParams.from_components(
        found.means,
        cov_re=np.array([[found.difficulty / found.noise]]),
        vcomp=np.array([found.interaction / found.noise]),
    )
    assert model.loglike(ours, profile_fe=False) >= known.llf - 1e-9


def test_running_times_are_those_of_iohinspector() -> None:
    rng = np.random.default_rng(4)
    budget, seeds = 50, 6
    curves = np.minimum.accumulate(10 ** rng.uniform(-2, 0, (seeds, budget)), axis=1)
    rows = [
        {"data_id": r, "evaluations": t + 1, "raw_y": float(y), "algorithm_name": "a"}
        for r, curve in enumerate(curves)
        for t, y in enumerate(curve)
        if t == 0 or y < curve[t - 1]  # it is given improvements alone
    ]
    known = fixed_target.aggregate_running_time(
        polars.DataFrame(rows), f_min=1e-2, f_max=1.0, eval_max=budget
    )
    targets = known["raw_y"].to_numpy()
    reached = curves[..., None] <= targets
    times = np.where(reached.any(axis=1), reached.argmax(axis=1) + 1.0, np.inf)
    found = expected_running_time(times, np.full(seeds, float(budget)))
    assert found == pytest.approx(known["ERT"].to_numpy(), rel=1e-9)
    penalised = penalised_average(times, np.array(float(budget)))
    assert penalised == pytest.approx(known["PAR-10"].to_numpy(), rel=1e-9)


def test_the_share_of_dense_targets_reached_is_the_ecdf_of_iohinspector() -> None:
    rng, budget, seeds, dense = np.random.default_rng(9), 40, 5, 10_000
    curves = np.minimum.accumulate(rng.random((seeds, budget)), axis=1)
    rows = [
        {"data_id": r, "evaluations": t + 1, "raw_y": float(y), "algorithm_name": "a"}
        for r, curve in enumerate(curves)
        for t, y in enumerate(curve)
        if t == 0 or y < curve[t - 1]
    ]
    at = [1, 4, 10, 20, 40]
    known = ecdf.get_data_ecdf(
        polars.DataFrame(rows), f_min=0.0, f_max=1.0, scale_f_log=False, eval_values=at
    )
    targets = (np.arange(dense) + 0.5) / dense
    first = (curves[..., None] > targets).sum(axis=1) + 1.0
    times = np.where(first > budget, np.inf, first)
    found = reached_by(times[None], np.array([at], dtype=float))
    assert found[0] == pytest.approx(known["eaf"].to_numpy(), abs=1 / dense)


def test_areas_are_those_of_iohinspector_but_for_its_first_evaluation() -> None:
    rng = np.random.default_rng(5)
    curve = np.minimum.accumulate(rng.random(30))
    frame = polars.DataFrame(
        {
            "data_id": 0,
            "evaluations": np.arange(30),  # it begins to count at 0
            "eaf": 1 - curve,
            "function_name": "f",
            "algorithm_name": "a",
        }
    )
    known = float(aocc.get_aocc(frame, 30)["AOCC"].iloc[0])
    found = area_over_curve(curve, np.arange(1.0, 31))
    assert found == pytest.approx(known, rel=1e-9)


@pytest.mark.parametrize("kind", ["ioh", "coco"])
def test_exported_curves_are_read_by_iohinspector_as_they_are(tmp_path: Path, kind: str) -> None:
    export(results(tmp_path / "results"), kind, output=tmp_path)
    manager = iohinspector.DataManager()
    manager.add_folder(str(tmp_path / kind))
    table = manager.load(monotonic=False, include_meta_data=True)
    shift = {"bowl": 1.0, "epochs": -1.0} if kind == "coco" else {}
    numbers = {"bowl": 1, "epochs": 2, "own": 3}
    read = 0
    for made in OUTCOMES:
        name, who = made.run.problem.name, made.run.strategy.name.replace(":", "_")
        rows = table.filter(
            (table["algorithm_name"] == who)
            & (table["function_id"] == numbers.get(name, 0))
            & (table["run_id"] == made.run.seed + 1)
        ).to_pandas()
        if rows.empty:
            assert name in {"two", "own"} or made.stop.reason == "unsupported"
            continue
        read += 1
        records = () if made.stop.reason == "failed" else made.records
        for evaluations in range(1, 5):
            held = rows.raw_y[rows.evaluations <= evaluations].min() + shift.get(name, 0.0)
            best = lowest(records, evaluations, HIGH if name == "epochs" else None)
            assert held == min(best, WORST)
    assert read == (5 if kind == "ioh" else 4)


def test_attainment_is_that_of_moocore() -> None:
    rng = np.random.default_rng(6)
    curves = np.minimum.accumulate(rng.random((7, 20)), axis=1)
    points = [(t + 1.0, y, r + 1) for r, curve in enumerate(curves) for t, y in enumerate(curve)]
    table = np.array(points)
    for share in (1 / 7, 0.5, 1.0):
        known = moocore.eaf(table[:, :2], table[:, 2].astype(int), percentiles=[100 * share])
        surface = attainment_surface(curves, share)
        for t, level in enumerate(surface, 1):
            there = known[known[:, 0] <= t, 1]
            assert level == pytest.approx(there.min(), rel=1e-12)
            assert attained(curves, np.array([level]))[0, t - 1] >= share - 1e-9


def test_hypervolumes_and_surfaces_of_two_objectives_are_those_of_moocore() -> None:
    rng = np.random.default_rng(8)
    for size in (1, 4, 30):
        runs = [rng.integers(0, 40, (size, 2)).astype(float) for _ in range(5)]
        for points in runs:
            reference = rng.uniform(15, 45, 2)
            known = moocore.hypervolume(points, ref=reference)
            assert hypervolume(points, reference) == pytest.approx(known, rel=1e-12)
            kept = moocore.filter_dominated(points)
            assert {*map(tuple, front(points))} == {*map(tuple, kept)}
        table, sets = np.concatenate(runs), np.repeat(np.arange(1, 6), size)
        for share in (0.2, 0.5, 0.8, 1.0):
            known = moocore.eaf(table, sets, percentiles=[100 * share])[:, :2]
            found = both_attained([front(each) for each in runs], share)
            np.testing.assert_array_equal(found, known[np.argsort(known[:, 0])])


def test_improvability_and_what_is_lost_without_a_strategy_are_those_of_bencheval() -> None:
    errors = np.random.default_rng(7).random((4, 9))
    errors[1, 2] = errors[:, 2].min()
    frame = pandas.DataFrame(
        [
            {"method": f"m{s}", "task": f"t{p}", "metric_error": errors[s, p]}
            for s in range(4)
            for p in range(9)
        ]
    )
    evaluator = bencheval.BenchmarkEvaluator(columns_to_agg_extra=None)
    shares = evaluator.compute_improvability_per(frame, ["task"]).to_numpy().reshape(4, 9)
    assert improvability(errors) == pytest.approx(shares.mean(axis=1), rel=1e-9)
    ahead = evaluator.compute_frontier_advantage_per(frame, ["task"]).to_numpy().reshape(4, 9)
    others = np.array([np.delete(errors, s, axis=0).min(axis=0) for s in range(4)])
    known = np.maximum(ahead, 0) * np.maximum(errors, others)
    assert frontier_advantage(errors) == pytest.approx(known, abs=1e-12)


def test_the_chance_to_be_better_is_that_of_rliable() -> None:
    other = RUNS + np.random.default_rng(8).normal(size=RUNS.shape)
    both = -np.stack([RUNS.T, other.T])
    found = superiority(chances(both, np.zeros((6, 8), dtype=np.int64), np.zeros((6, 8))))
    assert found[0, 1] == pytest.approx(AGGREGATES["better"], abs=1e-12)
