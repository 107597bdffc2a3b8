"""The report's tables of costs, speed-ups and times, on made-up runs, against slow computations."""

from collections.abc import Callable, Sequence
from fractions import Fraction

import numpy as np
import pytest
from cards import problem_card, strategy_card
from studies import RANDOM, column

from hpobench.cards.card import Anchors, ProblemCard
from hpobench.report import selection
from hpobench.report.appendix.attainment import attainment_table, surfaces
from hpobench.report.appendix.costs import costs, costs_table
from hpobench.report.appendix.in_time import PRICES, SHARES, clock, in_time, in_time_table
from hpobench.report.appendix.profiles import profiles_table
from hpobench.report.appendix.restarts import chosen_target, restarts, restarts_table
from hpobench.report.appendix.solved import solved, solved_table
from hpobench.report.appendix.speedups import over_the_budget, speedups_table
from hpobench.report.appendix.workers import workers_table
from hpobench.report.compared import Compared
from hpobench.runner.finished_run import FinishedRun
from hpobench.scores import speedups, speedups_at
from hpobench.statistics import FloatArray
from hpobench.trial import Identity, Run, Stop

BUDGET, POOL = 8, 40
EVERY = tuple(range(1, POOL + 1))
UNIFORM = Anchors(0.0, 0.5, EVERY, tuple(1 / (m + 1) for m in EVERY))
"""Of random search on the uniform distribution: the expected least of m draws, by m."""
NONE = "\N{EN DASH}"
Told = Callable[[int, int], Sequence[float]]
"""What a run is told, by the number of the problem and the seed; nothing: it fails at its start."""


def problem(number: int) -> ProblemCard:
    return problem_card(f"p{number:02}", (UNIFORM,), optimum=0.0, anchors_version="1")


def finished(
    name: str,
    number: int,
    seed: int,
    told: Sequence[float],
    *,
    durations: float = 1.0,
    ask: float = 0.0,
    workers: int = 1,
) -> FinishedRun:
    """Return a run whose evaluations end one after the other, each after so many durations."""
    values, n = np.array(told, dtype=float), len(told)
    return FinishedRun(
        Run(Identity(name, "1"), problem(number).identity, seed, Fraction(BUDGET), workers),
        Stop("complete") if n else Stop("failed", "it broke"),
        values=values,
        scores=values,
        costs=np.ones(n),
        finished=durations * np.arange(1.0, n + 1),
        busy=np.full(n, durations * workers),
        fidelities=np.full(n, np.nan),
        ask_seconds=np.full(n, ask),
        tell_seconds=np.zeros(n),
        repeats=np.zeros(n, dtype=bool),
    )


def about(runs: Sequence[FinishedRun], *, planner: str = "") -> Compared:
    names = sorted({each.run.strategy.name for each in runs})
    numbers = sorted({each.run.problem.name for each in runs})
    cards = [strategy_card(name, plans_for_budget=name == planner) for name in names]
    return selection.compared(runs, cards, [problem(int(name[1:])) for name in numbers])


def study(of: dict[str, Told], *, problems: int = 3, seeds: int = 4, planner: str = "") -> Compared:
    runs = [
        finished(name, p, seed, told(p, seed))
        for name, told in of.items()
        for p in range(problems)
        for seed in range(seeds)
    ]
    return about(runs, planner=planner)


def drawn(level: float, key: int) -> Told:
    """Return runs of draws from 0 to a level."""
    return lambda p, seed: (level * np.random.default_rng([key, p, seed]).random(BUDGET)).tolist()


def breaking(told: Told) -> Told:
    """Return runs of which that of problem 0 and seed 0 fails."""
    return lambda p, seed: [] if p == seed == 0 else told(p, seed)


MIXED: dict[str, Told] = {
    RANDOM: drawn(1.0, 0),
    "good": breaking(drawn(0.3, 1)),
    "bad": drawn(4.0, 2),
}


def held(told: Sequence[float], evaluations: float) -> float:
    """Return the lowest of the first values; inf: nothing yet."""
    return min(told[: int(evaluations)], default=np.inf)


def test_the_share_of_targets_is_that_of_counting_them_one_by_one() -> None:
    made = study(MIXED)
    found, efforts = solved(made).mean, made.targets.efforts
    assert efforts == (1, 2, 5, 10, 20, 50)
    for i, s in enumerate(made.complete):
        for c, share in enumerate((0.1, 0.25, 0.5, 1.0)):
            by_then = [
                held(MIXED[made.names[s]](p, seed), share * BUDGET) <= 1 / (effort + 1)
                for p in range(3)
                for seed in range(4)
                for effort in efforts[:-1]  # the pool ends before the last
            ]
            assert found[i, c] == pytest.approx(np.mean(by_then))
    (table,) = solved_table(made)
    assert "1, 2, 5, 10 and 20 evaluations" in table.notes
    assert column(table, "10 %")["good"] == "0.000"  # not one evaluation yet


def test_only_a_strategy_that_plans_is_marked_and_is_not_begun_anew() -> None:
    made = study(MIXED, planner="good")
    for table in (*solved_table(made), *speedups_table(made), *attainment_table(made)):
        assert "good*" in column(table, "Strategy")
        assert "* plans for its budget" in table.notes
    (table,) = restarts_table(made)
    shown = column(table, "Restarts, 10 %, 50 %, 90 %")
    assert shown["good*"] == NONE
    assert NONE not in shown[RANDOM]
    (free,) = solved_table(study(MIXED))
    assert "plans" not in free.notes


def test_what_a_target_costs_with_failures_and_restarts() -> None:
    quick = [0.1] * BUDGET
    missed = [0.9] * BUDGET
    of: dict[str, Told] = {
        RANDOM: lambda p, seed: quick if seed < 2 else missed,
        "fails": lambda p, seed: [] if seed == 0 else quick,
    }
    made = study(of, problems=20)
    assert chosen_target(made, BUDGET) == (2, list(range(20)))  # random search after 5
    by_name = {made.names[each.strategy]: each for each in restarts(made, 2, made.scaled)}
    control, fails = by_name[RANDOM], by_name["fails"]
    assert (control.reached, fails.reached) == (0.5, 0.75)
    assert control.penalised == (1 + 10 * BUDGET) / 2
    assert control.expected == (2 * 1 + 2 * BUDGET) / 2
    assert fails.expected == 1.0  # a run that failed at its start has spent nothing
    # a half, a quarter, ... of the costs are 1, 1 + 8, 1 + 16, ...
    assert control.drawn[0] == 1
    assert control.drawn[1] in (1, 1 + BUDGET)
    assert control.drawn[2] in (1 + 2 * BUDGET, 1 + 3 * BUDGET, 1 + 4 * BUDGET)
    assert fails.drawn.tolist() == [1, 1, 1]


def test_runs_that_miss_a_target_count_where_one_says_who_is_sooner() -> None:
    of: dict[str, Told] = {
        RANDOM: lambda _, seed: [0.9] + [0.1 if seed < 2 else 0.9] * (BUDGET - 1),
        "sure": lambda *_: [0.9, 0.9] + [0.1] * (BUDGET - 2),
    }
    made = about(
        [
            finished(name, p, seed, told(p, seed), ask=0.7 * (name == "sure"))
            for name, told in of.items()
            for p in range(3)
            for seed in range(4)
        ]
    )
    # it takes 3 evaluations and 2.1 s; random search takes (2 * 2 + 2 * BUDGET) / 2 evaluations
    (sure,) = [each for each in costs(made) if made.names[each.strategy] == "sure"]
    assert sure.pays == pytest.approx((2.1 / (2 + BUDGET - 3), np.inf))
    (table,) = costs_table(made)
    assert column(table, "Sooner if an evaluation takes (s)")["sure"] == "over 0.300"


def test_profiles_count_problems_by_simplex_gradients_and_by_the_lowest_cost() -> None:
    of: dict[str, Told] = {
        RANDOM: lambda p, seed: [1.0, 1.0, 1.0, 0.04, *[0.04] * 4],  # regret 0.08 after 4
        "quick": lambda p, seed: [0.0] * BUDGET if p < 2 else [1.0] * BUDGET,
    }
    (table,) = profiles_table(study(of, problems=4))
    shown = {row[0].text: [cell.text for cell in row[1:]] for row in table.rows}
    assert shown[RANDOM] == ["1.00", "1.00", "0.50", "1.00", "0.00", "0.00", "0.00", "0.00"]
    assert shown["quick"] == ["0.50"] * 8
    assert "depends on who takes part" in table.notes
    assert [each.heading for each in table.columns[1:5]] == [
        "Regret 0.1 within 5 (d + 1) evaluations",
        "Regret 0.1 within 20 (d + 1) evaluations",
        "Regret 0.1 at the lowest cost",
        "Regret 0.1 at 4 times the lowest cost",
    ]


def test_speedups_over_the_budget_invert_the_curve_of_random_search() -> None:
    def steady(_problem: int, _seed: int) -> list[float]:
        """Hold after t evaluations what random search is expected to hold after 3 t."""
        return [1 / (3 * t + 1) for t in range(1, BUDGET + 1)]

    def slow(_problem: int, _seed: int) -> list[float]:
        return [1 / (t / 2 + 1) if t > 1 else 0.6 for t in range(1, BUDGET + 1)]

    made = study({RANDOM: drawn(1.0, 0), "steady": steady, "slow": slow}, problems=9)
    faster, better = over_the_budget(made)
    s, t = made.names.index("steady"), made.names.index("slow")
    assert [each.median.least for each in faster[s][1:]] == pytest.approx([3, 3, 3])
    assert [each.slower for each in faster[s]] == [0, 0, 0, 0]
    assert [each.slower for each in faster[t]] == [0, 9, 9, 9]
    assert faster[s][0].median.most == pytest.approx(1 / 0.8)  # less than an evaluation
    # the uniform distribution's share below a value is the value
    assert better[s].least == pytest.approx(steady(0, 0)[-1])
    assert better[s].low == pytest.approx(better[s].high)
    (table,) = speedups_table(made)
    assert column(table, "At 50 %")["steady"] == "3.0 [3.0, 3.0]"
    assert column(table, "Random better (%)")["steady"] == "4.0 [4.0, 4.0]"
    assert column(table, "Slower at 100 %")["slow"] == "9 of 9"


def test_beyond_the_pool_the_share_of_better_evaluations_is_a_bound() -> None:
    made = study({RANDOM: drawn(1.0, 0), "best": lambda p, seed: [1e-6] * BUDGET})
    (table,) = speedups_table(made)
    assert (
        column(table, "Random better (%)")["best"] == "\N{LESS-THAN OR EQUAL TO} 2.4"
    )  # 1 / (40 + 1)
    assert column(table, "At 100 %")["best"] == "\N{GREATER-THAN OR EQUAL TO} 5.0"


def test_speedups_at_a_share_are_those_of_runs_that_end_there() -> None:
    made = study(MIXED)
    point = made.scores.shares.tolist().index(0.5)
    (half,) = speedups_at(made.scores, "scores", [point])
    runs = [
        finished(name, p, seed, [*told(p, seed)][: BUDGET // 2])
        for name, told in MIXED.items()
        for p in range(3)
        for seed in range(4)
    ]
    ended = speedups(about(runs).scores, "scores")
    assert half.low == pytest.approx(2 * ended.low, nan_ok=True)
    assert half.high == pytest.approx(2 * ended.high, nan_ok=True)


def test_half_of_the_runs_hold_the_median_and_failures_hold_nothing() -> None:
    made = study(MIXED, seeds=5)
    typical, reliable, shares = surfaces(made)
    for i, s in enumerate(made.complete):
        runs = [
            [min(held(MIXED[made.names[s]](p, seed), BUDGET) / 0.5, 2.0) for seed in range(5)]
            for p in range(3)
        ]
        assert typical[i, -1] == pytest.approx(np.mean(np.median(runs, axis=1)))
        assert reliable[i] == pytest.approx(np.mean(np.max(runs, axis=1)))
        assert shares[i, 0] == pytest.approx(np.mean(np.array(runs) <= 0.1))
    (table,) = attainment_table(made)
    assert column(table, "Half, at 10 %")["good"] == "2.000"


def times() -> list[FinishedRun]:
    """Return runs of random search, of one that evaluates slowly and of one that thinks."""
    rows = list[FinishedRun]()
    for p in range(2):
        for seed in range(3):
            draws = np.random.default_rng([p, seed]).random((3, BUDGET))
            rows += [
                finished(RANDOM, p, seed, draws[0], durations=2.0 + seed, ask=0.01),
                finished("slow", p, seed, draws[1], durations=6.0, ask=0.5),
                finished("thinker", p, seed, draws[2], durations=3.0, ask=60.0),
            ]
    return rows


def seconds_by(run: FinishedRun, price: float) -> FloatArray:
    """Return when each evaluation was told, where 3 of simulated time are an evaluation's."""
    return np.cumsum(run.busy / 3.0 * price + run.ask_seconds)


def test_regrets_in_time_are_those_of_following_each_run() -> None:
    runs = times()
    made = about(runs)
    by = clock(made)
    assert by is not None
    assert by.unit.tolist() == [3.0, 3.0]
    assert by.makespan.tolist() == [24.0, 24.0]
    found = in_time(made, by).mean
    for s, name in enumerate(made.names):
        own = [run for run in runs if run.run.strategy.name == name]
        for c, share in enumerate(SHARES):
            ends = [
                held(run.values.tolist(), (run.finished <= share * 24.0 + 1.5).sum()) for run in own
            ]
            assert found[s, c] == pytest.approx(np.mean(np.minimum(np.array(ends) / 0.5, 2)))
        for c, price in enumerate(PRICES.values(), len(SHARES)):
            end = (BUDGET + 0.5) * price + BUDGET * 0.01
            ends = [held(run.values.tolist(), (seconds_by(run, price) <= end).sum()) for run in own]
            assert found[s, c] == pytest.approx(np.mean(np.minimum(np.array(ends) / 0.5, 2)))
    (table,) = in_time_table(made)
    assert column(table, "Evaluation of 1 s")["thinker"] == "2.000"
    assert "approximation" not in table.caption


def test_a_little_time_of_its_own_costs_no_evaluation() -> None:
    told = [*[0.5] * (BUDGET - 1), 0.1]
    runs = [finished(name, 0, 0, told, ask=ask) for name, ask in ((RANDOM, 1e-4), ("other", 0.01))]
    (table,) = in_time_table(about(runs))
    for name in PRICES:
        assert column(table, f"Evaluation of {name}") == {RANDOM: "0.200", "other": "0.200"}


def test_a_strategy_without_runs_on_some_problems_is_named() -> None:
    runs = [finished(RANDOM, p, 0, [0.1] * BUDGET) for p in range(2)]
    made = about([*runs, finished("partial", 0, 0, [0.1] * BUDGET)])
    makers = (solved_table, restarts_table, profiles_table, attainment_table, in_time_table)
    for make in makers:
        (table,) = make(made)
        assert (
            "Not shown, for a lack of runs on some of the 2 problems: partial (1)" in table.caption
        )
    (table,) = speedups_table(made)
    assert column(table, "Slower at 100 %")["partial"] == "0 of 1"


def test_time_that_was_not_measured_and_several_workers_are_named() -> None:
    made = about([finished(RANDOM, 0, seed, [0.5] * BUDGET, workers=4) for seed in range(2)])
    (table,) = in_time_table(made)
    assert column(table, "Evaluation of 1 min")[RANDOM] == NONE
    assert column(table, "100 % of the time")[RANDOM] == "1.000"
    assert "approximation" in table.caption
    alone = about([finished("other", 0, 0, [0.5] * BUDGET)])
    assert in_time_table(alone) == ()


def test_workers_that_end_in_half_of_the_time_are_half_used() -> None:
    told = [0.9, 0.9, 0.1, *[0.1] * 5]
    runs = [
        finished(name, p, seed, told, durations=1 / faster, workers=workers)
        for name, faster, workers in (
            *((RANDOM, 1, 1), (RANDOM, 2, 4)),
            *(("linear", 1, 1), ("linear", 4, 4)),
            ("single", 1, 1),
        )
        for p in range(2)
        for seed in range(2)
    ]
    runs += [finished(RANDOM, 0, 7, told, durations=9.0)]  # four workers have no such seed
    made = about(runs)
    assert made.setting[1] == 1
    (table,) = workers_table(made, runs)
    assert column(table, "4 workers") == {RANDOM: "0.50", "linear": "1.00", "single": NONE}
    assert column(table, "Problems, 4") == {RANDOM: "2", "linear": "2", "single": "0"}
    assert workers_table(made, [run for run in runs if run.run.workers == 1]) == ()


def test_without_anchors_there_are_no_targets_and_no_table() -> None:
    runs = [finished(name, 0, 0, [0.5] * BUDGET) for name in (RANDOM, "other")]
    cards = [strategy_card(name) for name in (RANDOM, "other")]
    made = selection.compared(runs, cards, [problem_card("p00")])
    makers = (solved_table, speedups_table, restarts_table, profiles_table, attainment_table)
    assert [make(made) for make in (*makers, in_time_table)] == [()] * 6
    assert workers_table(made, runs) == ()
