"""The claims that textbooks make, on made-up runs whose truth is known."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import statsmodels.api
from cards import problem_card, strategy_card
from studies import RANDOM, column, failed, finished, luck, problem, selected

from hpobench.cards.card import Anchors, ProblemCard
from hpobench.errors import InputError
from hpobench.registry import find_strategies
from hpobench.registry.describing import strategy_card as card_of
from hpobench.report.claims import Finding, by_dimensions
from hpobench.report.compared import Compared
from hpobench.report.looks.tables import Table
from hpobench.report.textbook import CLAIMS, findings, textbook
from hpobench.scores import Scores, budget_ratios, scored, tried
from hpobench.statistics import slope
from hpobench.strategy import FAMILIES
from hpobench.trial import Fidelity, Identity, Outcome, Proposal, Record, Run, Stop, Trial

Tries = Callable[[int, int], Sequence[float]]
"""The values of all that a strategy's run tries, by the number of the problem and the seed."""
BUDGET = 8
SCALE = Anchors(0.0, 1.0)
GRID, DIMENSIONS, BAYESIAN, GRADIENT, EVOLUTION, DEFAULT, MANUAL, HALVING = range(len(CLAIMS))


def tries(name: str, where: ProblemCard, seed: int, values: Sequence[float]) -> Outcome:
    """Return a run that evaluates so many values, each at a cost of 1."""
    records = tuple(
        Record(Trial(i, Proposal({"x": 0.5}), (value,), 1.0), value, {}, i + 1.0)
        for i, value in enumerate(values)
    )
    run = Run(Identity(name, "1"), where.identity, seed, Fraction(BUDGET))
    return Outcome(run, Stop("complete"), records)


def made(
    entrants: Mapping[str, tuple[str, Tries]], problems: Sequence[ProblemCard], seeds: int = 5
) -> Compared:
    """Compare strategies, of which the family and what they try are given by their name."""
    found = [
        tries(name, where, seed, of(p, seed))
        for name, (_, of) in entrants.items()
        for p, where in enumerate(problems)
        for seed in range(seeds)
    ]
    cards = [strategy_card(name, family=family) for name, (family, _) in entrants.items()]
    return selected(found, cards, problems)


def ending(level: float, *, key: int, spread: float = 0.02) -> Tries:
    """Try the same again and again: about `level`, with some luck for each run."""
    return lambda p, seed: [level + spread * float(luck(key, p, seed).normal())] * BUDGET


def suite(number: int, **changes: object) -> list[ProblemCard]:
    return [problem_card(f"p{p}", (SCALE,), instances=30, **changes) for p in range(number)]


def about(claim: int, compared: Compared) -> Finding:
    return findings(compared)[claim]


@pytest.mark.parametrize(
    ("level", "verdict"), [(0.7, "supported"), (0.3, "not supported"), (0.5, "undecided")]
)
def test_a_planted_truth_is_found(level: float, verdict: str) -> None:
    entrants = {RANDOM: ("random", ending(0.5, key=1)), "g": ("grid", ending(level, key=2))}
    found = about(GRID, made(entrants, suite(10)))
    assert found.verdict == verdict
    assert found.reach == "new problems"
    assert found.low <= level - 0.5 <= found.high
    assert found.problems == 10


def test_few_problems_speak_of_themselves_alone_and_few_seeds_of_nothing() -> None:
    entrants = {RANDOM: ("random", ending(0.5, key=1)), "g": ("grid", ending(0.7, key=2))}
    few = made(entrants, suite(4))
    assert about(GRID, few).reach == "these problems"
    words, table = textbook(few)
    assert isinstance(words, str)
    name = CLAIMS[GRID].words
    assert isinstance(table, Table)
    assert column(table, "Verdict")[name] == "supported, on these problems alone"
    fewer = about(GRID, made(entrants, suite(4), seeds=4))
    assert (fewer.reach, fewer.verdict) == ("nothing", "undecided")
    assert fewer.effect == pytest.approx(0.2, abs=0.05)


def test_the_mean_of_a_family_stands_for_it_and_not_its_best() -> None:
    entrants = {
        RANDOM: ("random", ending(0.5, key=1)),
        "bad": ("grid", ending(0.9, key=2)),
        "good": ("grid", ending(0.2, key=3)),
        "unsaid": ("", ending(0.0, key=4)),
    }
    compared = made(entrants, suite(10))
    found = about(GRID, compared)
    assert found.effect == pytest.approx(0.05, abs=0.02)
    assert [compared.names[s] for s in found.worse] == ["bad", "good"]
    assert [compared.names[s] for s in found.better] == [RANDOM]


def test_what_was_not_run_is_not_tested_and_says_why() -> None:
    compared = made({"b": ("bayesian", ending(0.5, key=1))}, suite(9))
    assert all(each.untested for each in findings(compared))
    (words,) = textbook(compared)
    assert isinstance(words, str)
    assert words.startswith("None of eight claims of textbooks can be tested here: ")
    assert "random-search was not run" in words
    entrants = {RANDOM: ("random", ending(0.5, key=1)), "h": ("multi-fidelity", ending(0, key=2))}
    every = findings(made(entrants, suite(9)))
    assert every[HALVING].untested == "there are no runs on problems with a fidelity"
    assert every[GRID].untested == "no strategy of the family grid was run"
    assert np.isnan(every[GRID].effect)


def test_a_users_random_search_is_not_ours() -> None:
    cards = suite(9)
    levels = {RANDOM: 0.5, "b": 0.1}
    found = [
        tries(name, where, seed, [level] * BUDGET)
        for name, level in levels.items()
        for where in cards
        for seed in range(2)
    ]
    theirs = [
        strategy_card(RANDOM, family="random", source="their text"),
        strategy_card("b", family="bayesian"),
    ]
    compared = selected(found, theirs, cards, comparator="b")
    assert RANDOM in compared.names
    assert about(BAYESIAN, compared).untested == "random-search was not run"


def test_a_difference_that_grows_with_dimensions_is_found() -> None:
    sizes = [2, 2, 4, 4, 8, 8, 16, 16, 32, 32]
    cards = [
        problem_card(f"p{p}", (SCALE,), instances=30, dimensions={"float": size})
        for p, size in enumerate(sizes)
    ]

    def worse(p: int, seed: int) -> Sequence[float]:
        return [0.5 + 0.1 * np.log2(sizes[p]) + 0.02 * luck(2, p, seed).normal()] * BUDGET

    entrants = {RANDOM: ("random", ending(0.5, key=1)), "g": ("grid", worse)}
    found = about(DIMENSIONS, made(entrants, cards))
    assert found.verdict == "supported"
    assert found.low < 0.1 < found.high
    alike = about(DIMENSIONS, made(entrants, [problem(p) for p in range(10)]))
    assert alike.untested == "all problems have the same number of hyperparameters"
    steady = by_dimensions(np.full((10, 3), 0.25), np.array(sizes, dtype=float))
    assert steady[:3] == pytest.approx((0.0, 0.0, 0.0), abs=1e-12)


def test_a_slope_and_its_interval_equal_those_of_statsmodels() -> None:
    rng = luck(5)
    x, y = rng.normal(size=15), rng.normal(size=15)
    model = statsmodels.api.OLS(y, statsmodels.api.add_constant(x))
    expected = model.fit(cov_type="HC3", use_t=True)
    found = slope(np.append(x, 7.0), np.append(y, np.nan))
    assert found.problems == 15
    assert found.slope == pytest.approx(expected.params[1], rel=1e-12)
    assert (found.low, found.high) == pytest.approx(expected.conf_int()[1], rel=1e-9)


def test_a_problem_that_alone_decides_a_slope_bounds_nothing() -> None:
    x = np.array([1.0] * 9 + [2.0])
    found = slope(x, x + luck(1).normal(size=10))
    assert np.isfinite(found.slope)
    assert np.isnan(found.low)
    assert np.isnan(slope(x[:7], x[:7]).slope)
    assert np.isnan(slope(np.arange(7.0), np.arange(7.0)).low)


def arranged(runs: Sequence[Outcome], cards: Sequence[ProblemCard]) -> Scores:
    names = sorted({each.run.strategy for each in runs}, key=lambda each: each.name)
    return scored(finished(runs), names, cards, np.array([0.5, 1.0]))


def test_budgets_are_compared_at_what_the_other_ends_with() -> None:
    (card,) = suite(1)
    rival = [0.9, 0.8, 0.7, 0.6, 0.5, 0.5, 0.5, 0.4]
    fast = [0.9, 0.4, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3]  # holds 0.4 after 2, which takes the rival 8
    slow = [0.9, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9, 0.7]  # ends with 0.7, which takes the rival 3
    level = [1.0, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4]
    runs = [
        tries(name, card, 0, values)
        for name, values in (("a", fast), ("b", slow), ("c", level), ("d", rival))
    ]
    runs.append(failed(tries("e", card, 0, fast)))
    runs.append(tries("f", card, 1, fast))
    found = budget_ratios(arranged(runs, [card]), 3)
    expected = [8 / 2, 3 / 8, 8 / 2, 1.0, 1 / 8]
    assert (2 ** found[:5, 0, 0]).tolist() == pytest.approx(expected)
    assert np.isnan(found[5]).all()
    assert np.isnan(found[:, 0, 1]).all()


def test_exchanging_two_strategies_changes_the_sign_of_their_budgets_ratio_alone() -> None:
    cards = suite(4)
    runs = [
        tries(name, card, seed, luck(key, p, seed).random(BUDGET).tolist())
        for key, name in enumerate("abc")
        for p, card in enumerate(cards)
        for seed in range(6)
    ]
    runs[3], runs[40] = failed(runs[3]), failed(runs[40])
    scores = arranged(runs, cards)
    every = np.stack([budget_ratios(scores, s) for s in range(3)])
    assert np.ptp(every) > 1
    np.testing.assert_allclose(every, -np.swapaxes(every, 0, 1), atol=1e-12)


def test_what_is_tried_is_averaged_by_quarters_of_the_budget() -> None:
    card = problem_card("p0", (Anchors(1.0, 3.0),), instances=30)
    falling = [5.0, 3.0, 3.0, 2.0, float("nan"), 9.0, 1.0, 2.0]
    runs = [
        tries("a", card, 0, falling),
        tries("a", card, 1, falling[:3]),
        failed(tries("a", card, 2, falling)),
    ]
    found = tried(finished(runs), arranged(runs, [card]))[0, 0]
    assert found[0].tolist() == [1.5, 0.75, 2.0, 0.25]
    assert found[1, :2].tolist() == [1.5, 1.0]
    assert np.isnan(found[1, 2:]).all()
    assert found[2].tolist() == [2.0] * 4
    without = problem_card("p0")
    assert np.isnan(tried(finished(runs), arranged(runs, [without]))).all()


def test_low_fidelities_are_not_among_what_is_tried() -> None:
    low = problem_card("p0", (SCALE,), instances=30, fidelity=Fidelity(1, 9))
    outcome = tries("a", low, 0, [0.5] * BUDGET)
    records = tuple(
        replace(
            each,
            trial=replace(
                each.trial,
                values=(0.9 if i % 2 else 0.1,),
                proposal=Proposal({"x": 0.5}, fidelity=9 if i % 2 else 1),
            ),
        )
        for i, each in enumerate(outcome.records)
    )
    runs = [replace(outcome, records=records)]
    assert tried(finished(runs), arranged(runs, [low]))[0, 0, 0].tolist() == [0.9] * 4


def improving(fall: float, *, key: int) -> Tries:
    """Try values that fall by so much from the first to the last one, with luck for each."""
    return lambda p, seed: (
        np.linspace(0.8, 0.8 - fall, BUDGET) + 0.05 * luck(key, p, seed).normal(size=BUDGET)
    ).tolist()


@pytest.mark.parametrize(
    ("fall", "verdict"), [(0.4, "supported"), (-0.4, "not supported"), (0.0, "undecided")]
)
def test_evolution_improves_where_what_it_tries_gets_better(fall: float, verdict: str) -> None:
    entrants = {
        RANDOM: ("random", improving(0.0, key=1)),
        "e": ("evolutionary", improving(fall, key=2)),
    }
    found = about(EVOLUTION, made(entrants, suite(12)))
    assert found.verdict == verdict
    assert found.low < fall * 6 / 7 < found.high  # between the middles of the outer quarters


def test_a_faster_strategy_saves_budget_and_a_copy_does_not() -> None:
    def shape(first: int) -> Tries:
        return lambda p, seed: (
            [0.9] * (first - 1)
            + [0.2 + 0.01 * float(luck(first, p, seed).random())] * (BUDGET + 1 - first)
        )

    entrants = {
        RANDOM: ("random", lambda p, seed: [0.9] * 7 + [0.3]),
        "b": ("bayesian", shape(2)),
        "h": ("multi-fidelity", lambda p, seed: [0.9] * 7 + [0.3]),
    }
    compared = made(entrants, suite(9, fidelity=Fidelity(1, 9)))
    fast, copy = about(BAYESIAN, compared), about(HALVING, compared)
    assert fast.verdict == "supported"
    assert fast.effect == pytest.approx(2.0)
    assert copy.verdict == "undecided"
    assert copy.effect == 0.0
    _, table = textbook(compared)
    assert (
        column(table, "Effect")[CLAIMS[BAYESIAN].words]
        == "\N{MULTIPLICATION SIGN}4.00 [4.00, 4.00]"
    )


def test_no_ratio_of_budgets_goes_beyond_the_whole_budget() -> None:
    entrants: dict[str, tuple[str, Tries]] = {
        RANDOM: ("random", lambda p, seed: [0.9, 0.5]),
        "b": ("bayesian", lambda p, seed: [0.9 if seed % 2 else 0.1, 0.1]),
    }
    found = about(BAYESIAN, made(entrants, suite(1), seeds=5))
    assert found.reach == "these problems"
    assert found.low < found.effect < found.high == np.log2(BUDGET)


def test_defaults_count_where_a_model_is_trained_and_gradients_where_there_are_any() -> None:
    trained = suite(2, trained=True, defaults="the library's", gradient_cost=2.0)
    others = [problem_card(f"q{p}", (SCALE,), instances=30) for p in range(7)]
    entrants = {
        RANDOM: ("random", ending(0.5, key=1)),
        "d": ("default", lambda p, seed: [0.9 if p < 2 else 0.0]),
        "g": ("gradient", lambda p, seed: [0.1] * BUDGET),
        "m": ("manual", ending(0.3, key=4)),
    }
    every = findings(made(entrants, [*trained, *others]))
    assert every[DEFAULT].problems == every[GRADIENT].problems == 2
    assert every[DEFAULT].effect == pytest.approx(0.9 - (0.5 + 0.1 + 0.3) / 3, abs=0.02)
    assert every[GRADIENT].effect == pytest.approx((0.5 + 0.3) / 2 - 0.1, abs=0.02)
    assert (every[DEFAULT].verdict, every[DEFAULT].reach) == ("supported", "these problems")
    assert (every[MANUAL].problems, every[MANUAL].verdict) == (9, "undecided")
    assert every[MANUAL].effect == pytest.approx(0.0, abs=0.02)


def test_all_claims_are_counted_and_listed() -> None:
    entrants = {RANDOM: ("random", ending(0.5, key=1)), "g": ("grid", ending(0.7, key=2))}
    _, table = textbook(made(entrants, suite(10)))
    assert isinstance(table, Table)
    assert len(table.rows) == len(CLAIMS) == 8
    assert table.caption.startswith(
        "Eight claims; these runs have an effect for one of them, and a 95 % interval for one, "
    )
    verdicts = column(table, "Verdict")
    assert verdicts[CLAIMS[GRID].words] == "supported"
    assert verdicts[CLAIMS[MANUAL].words] == (
        "not tested here: no strategy of the family manual was run"
    )
    assert column(table, "Strategies")[CLAIMS[GRID].words] == f"{RANDOM} against g"


def test_each_of_our_strategies_names_its_family() -> None:
    cards = [card_of(entry) for entry in find_strategies("everything")]
    assert {card.family for card in cards if not card.system} == set(FAMILIES)
    named = {family for claim in CLAIMS for family in (*claim.better, *claim.worse)}
    assert named == set(FAMILIES)


def test_a_family_that_is_none_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "mine.py"
    path.write_text(
        "from hpobench import Proposal, Strategy\n"
        "class Mine(Strategy):\n"
        '    family = "bayes"\n'
        "    def ask(self, pending):\n"
        "        return Proposal(self.task.space.default())\n"
    )
    with pytest.raises(InputError, match=r"its family must be one of random, grid, .*: 'bayes'"):
        find_strategies(str(path))
    path.write_text(path.read_text().replace("bayes", "bayesian"))
    (entry,) = find_strategies(str(path))
    assert card_of(entry).family == "bayesian"
