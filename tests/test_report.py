"""The whole report, made of plausible runs that are made up."""

import csv
import multiprocessing
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from cards import problem_card
from studies import finished, selected
from threadpoolctl import threadpool_info, threadpool_limits

from hpobench.cards.card import Anchors, ProblemCard, StrategyCard
from hpobench.report import making, over_budget, writing
from hpobench.report.captioned_figure import CaptionedFigure, Rendering, rendered
from hpobench.report.compared import Compared
from hpobench.report.looks import style
from hpobench.report.looks.venues import DEFAULT, Style
from hpobench.trial import Identity, Outcome, Proposal, Reason, Record, Run, Stop, Trial

RANDOM = "random-search"
COLOURS = {RANDOM: "grey", "bayesian-optimization": "blue", "sobol": "sky"}
SPEED = {RANDOM: 1.0, "bayesian-optimization": 6.0, "sobol": 1.4}
SESSIONS = [{"python": "3.11.7", "versions": {"numpy": "2.4.6"}, "packages": ["a==1", "b==2"]}]


def strategy_card(name: str, *, plans: bool = False) -> StrategyCard:
    return StrategyCard(
        identity=Identity(name, "1"),
        summary="Proposes what it likes.",
        citation="Author & Other (2020), A_paper, J. 100 % true",
        plans_for_budget=plans,
        fields={"eta": 3},
    )


def card(name: str, *, family: str = "synthetic", anchored: bool = True) -> ProblemCard:
    curve = tuple(float(2.0 ** (1 / m) - 1) for m in range(1, 201))
    anchors = (Anchors(0.0, 1.0, tuple(range(1, 201)), curve),) if anchored else ()
    return problem_card(
        name,
        anchors,
        family=family,
        summary="Minimise a & b_c.",
        citation="Somebody (1999)",
        dimensions={"float": 2, "categorical": 1},
        instances=30,
        optimum=0.0 if family == "synthetic" else None,
        anchors_version="1" if anchored else "",
    )


def run(name: str, problem: ProblemCard, seed: int, *, budget: int = 8) -> Outcome:
    """Make up a run: the quicker the strategy, the sooner its draws come near the optimum."""
    rng = np.random.default_rng([len(name), len(problem.identity.name), seed])
    spread = 1 / (1 + SPEED.get(name, 2.0) * np.arange(budget) / budget)
    values = rng.exponential(spread / np.log(2))
    noise = rng.normal(0, 0.05, budget) if problem.about.family != "synthetic" else np.zeros(budget)
    records = tuple(
        Record(
            Trial(i, Proposal({"x": 0.5}), (float(value),), 1.0),
            score=float(abs(value + shift)),
            measures={},
            finished=float(i + 1),
            measured={"ask": 1e-4 * (i + 1), "tell": 1e-5, "evaluate": 0.1},
        )
        for i, (value, shift) in enumerate(zip(values, noise, strict=True))
    )
    return Outcome(_run(name, problem, seed, budget), Stop("complete"), records)


def ended(
    name: str, problem: ProblemCard, seed: int, reason: Reason, *, budget: int = 8
) -> Outcome:
    return Outcome(_run(name, problem, seed, budget), Stop(reason, f"it was {reason}"), ())


def _run(name: str, problem: ProblemCard, seed: int, budget: int) -> Run:
    return Run(Identity(name, "1"), problem.identity, seed, Fraction(budget))


def suite(number: int, **options: bool) -> list[ProblemCard]:
    families = ("synthetic", "boosting")
    return [card(f"problem_{'x' * i}{i}", family=families[i % 2], **options) for i in range(number)]


def experiment(names: Sequence[str], problems: Sequence[ProblemCard], seeds: int) -> list[Outcome]:
    return [run(n, p, seed) for n in names for p in problems for seed in range(seeds)]


def written(
    folder: Path, outcomes: Sequence[Outcome], problems: Sequence[ProblemCard], notice: str = ""
) -> str:
    names = sorted({outcome.run.strategy.name for outcome in outcomes})
    cards = [strategy_card(name, plans=name == "sobol") for name in names]
    made = writing.write(finished(outcomes), cards, problems, SESSIONS, folder, notice=notice)
    html = made.page.read_text(encoding="utf-8")
    assert "could not be drawn" not in html
    return html


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a report with everything in it: eight problems of two families, an unsupported pair."""
    folder = tmp_path_factory.mktemp("whole")
    problems = suite(8)
    outcomes = experiment([*SPEED], problems, seeds=3)
    outcomes += [run("hypergradient", problems[1], seed) for seed in range(3)]
    outcomes += [
        ended("hypergradient", problem, seed, "unsupported")
        for problem in problems
        if problem is not problems[1]
        for seed in range(3)
    ]
    written(folder, outcomes, problems, "to look at")
    return folder


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a report on two strategies and two problems of one family, with two seeds."""
    folder = tmp_path_factory.mktemp("small")
    problems = suite(4)[1::2]
    written(folder, experiment([RANDOM, "sobol"], problems, seeds=2), problems)
    return folder


def files(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def captions(html: str) -> list[str]:
    return [
        re.sub(r"<[^>]+>|\s+", " ", found)
        for found in re.findall(r"<figcaption>(.*?)</figcaption>", html, re.DOTALL)
    ]


def test_the_same_report_comes_out_twice_and_when_a_helper_draws(
    small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    problems = suite(4)[1::2]
    outcomes = experiment([RANDOM, "sobol"], problems, seeds=2)
    monkeypatch.setattr(making, "MANY", 1)
    monkeypatch.setattr("hpobench.report.files.rendered", drawn_by_a_helper)
    written(tmp_path, outcomes[::-1], problems[::-1])
    assert files(tmp_path) == files(small)


def drawn_by_a_helper(exhibit: CaptionedFigure, venue: Style, subject: str) -> Rendering | str:
    assert multiprocessing.parent_process() is not None
    return rendered(exhibit, venue, subject)


def test_linear_algebra_has_one_thread_so_that_no_sum_is_rounded_otherwise(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    problems, threads = suite(2), set[int]()

    def seen(_: CaptionedFigure, __: Style, ___: str) -> str:
        threads.update(each["num_threads"] for each in threadpool_info())
        return "n/a: not drawn."

    monkeypatch.setattr("hpobench.report.files.rendered", seen)
    with threadpool_limits(limits=2):
        written(tmp_path, experiment([RANDOM, "sobol"], problems, seeds=2), problems)
    assert threads == {1}


def test_every_figure_and_table_comes_in_every_format(whole: Path) -> None:
    names = {path.stem for path in (whole / "figures").iterdir()}
    assert {"regret", "mean-rank", "final-ranks", "validation-and-test"} <= names
    for name in names:
        assert {p.suffix for p in (whole / "figures").glob(f"{name}.*")} == {".pdf", ".png", ".csv"}
    for path in (whole / "tables").glob("*.csv"):
        files = {p.name for p in (whole / "tables").glob(f"{path.stem}.*")}
        files = {re.sub(r"-\d+\.tex", ".tex", name) for name in files}
        suffixes = (".csv", ".md", ".tex", ".tabular.tex")
        assert files == {path.stem + suffix for suffix in suffixes}


def test_the_page_stands_alone(whole: Path) -> None:
    html = (whole / "index.html").read_text(encoding="utf-8")
    assert "://" not in re.sub(r"data:image/webp;base64,[A-Za-z0-9+/=]+", "", html)
    assert re.findall("<script[^>]*>", html) == ['<script type="text/plain" id="data">', "<script>"]
    links = re.findall(r'(?:href|src)="([^"#][^"]*)"', html)
    assert all(link.startswith("data:") or (whole / link).is_file() for link in links)


def test_every_anchor_is_there_once(whole: Path) -> None:
    html = (whole / "index.html").read_text(encoding="utf-8")
    anchors = re.findall(r' id="([^"]+)"', html)
    assert len(anchors) == len(set(anchors))
    assert set(re.findall(r'href="#([^"]+)"', html)) <= set(anchors)


def test_the_page_names_no_place_and_no_time(whole: Path) -> None:
    for name, content in files(whole).items():
        assert str(whole).encode() not in content, name
        assert b"CreationDate" not in content, name


def test_every_figure_is_as_wide_as_declared_and_has_no_type_3_font(whole: Path) -> None:
    for path in (whole / "figures").glob("*.pdf"):
        content = path.read_bytes()
        box = re.search(rb"/MediaBox \[ ?0 0 ([\d.]+)", content)
        assert box is not None
        assert float(box[1]) / 72 in (pytest.approx(3.25, abs=0.01), pytest.approx(6.75, abs=0.01))
        assert b"/Type3" not in content
        assert b"/CIDFontType2" in content


def test_every_caption_states_problems_seeds_and_band(whole: Path) -> None:
    found = captions((whole / "index.html").read_text(encoding="utf-8"))
    assert len(found) >= 14
    for caption in found:
        assert re.search(r"\d+ problems?\b", caption), caption
        assert re.search(r"\d+ seeds?\b", caption), caption
        assert re.search(r"\b[Bb]and|\b[Bb]ar|interval", caption), caption


@pytest.mark.parametrize("draw", [over_budget.regret, over_budget.mean_rank])
def test_the_numbers_are_those_drawn(draw: Callable[[Compared], CaptionedFigure]) -> None:
    problems = suite(2)
    cards = [strategy_card(name) for name in SPEED]
    with style.applied(DEFAULT):
        exhibit = draw(selected(experiment([*SPEED], problems, seeds=2), cards, problems))
        assert exhibit.draw is not None
        figure = exhibit.draw(DEFAULT)
    drawn = {
        # but for the end of the last step
        tuple(np.nan_to_num(np.asarray(line.get_ydata(), dtype=float), nan=-9).tolist()[:-1])
        for axes in figure.axes
        for line in axes.get_lines()
        if line.get_linewidth() > 1 and str(line.get_label())[0] == "_"
    }
    curves: dict[tuple[object, object], list[float]] = {}
    for panel, strategy, _, centre, *_ in exhibit.numbers:
        curves.setdefault((panel, strategy), []).append(float(str(centre)))
    kept = {tuple(np.nan_to_num(curve, nan=-9).tolist()) for curve in curves.values()}
    kept = {curve for curve in kept if len(curve) > 1}
    assert len(kept) >= 3
    assert kept <= drawn


def test_a_strategy_that_lacks_problems_is_compared_on_the_others(whole: Path) -> None:
    html = (whole / "index.html").read_text(encoding="utf-8")
    assert "hypergradient (1)" in html
    assert "it was unsupported" in html
    rows = (whole / "tables" / "against-random-search.csv").read_text(encoding="utf-8").splitlines()
    row = next(row for row in rows if row.startswith("hypergradient"))
    assert row.split(",")[1] == "1"
    curves = (whole / "figures" / "regret.csv").read_text(encoding="utf-8")
    assert "hypergradient" not in curves


def test_the_gain_is_positive_for_strategies_that_end_lower(whole: Path) -> None:
    rows = (whole / "tables" / "against-random-search.csv").read_text(encoding="utf-8").splitlines()
    names = rows[0].split(",")
    best = dict(
        zip(names, next(r for r in rows if r.startswith("bayesian")).split(","), strict=True)
    )
    final = (whole / "tables" / "final-regret.csv").read_text(encoding="utf-8").splitlines()
    end = final[0].split(",").index("100%")
    means = {row.split(",")[0]: float(row.split(",")[end]) for row in final[1:]}
    gain = means[RANDOM] - means["bayesian-optimization"]
    assert float(best["gain"]) == pytest.approx(gain)
    assert gain > 0
    assert float(best["chance"]) > 0.5


def test_the_lowest_mean_is_bold(whole: Path) -> None:
    text = (whole / "tables" / "final-regret.tabular.tex").read_text(encoding="utf-8")
    assert re.search(r"bayesian-optimization &.*\\textbf\{[^&]*\} \\\\", text)


def test_the_notice_is_on_the_page(whole: Path) -> None:
    page = (whole / "index.html").read_text(encoding="utf-8")
    assert re.search('<p class="sure">.*to look at.*</p>', page)


@pytest.mark.usefixtures("sketched")
def test_one_strategy_gives_a_report(tmp_path: Path) -> None:
    problems = suite(2)
    html = written(tmp_path, experiment(["sobol"], problems, seeds=2), problems)
    assert "n/a, random-search was not run" in html
    assert "n/a: a rank needs two strategies" in html
    assert "It is the only strategy" in html
    assert not (tmp_path / "figures" / "mean-rank.pdf").exists()


@pytest.mark.usefixtures("sketched")
def test_random_search_alone_gives_a_report(tmp_path: Path) -> None:
    problems = suite(2)
    html = written(tmp_path, experiment([RANDOM], problems, seeds=2), problems)
    assert "n/a, random-search is the only strategy" in html


def test_two_strategies_give_a_report(small: Path) -> None:
    html = (small / "index.html").read_text(encoding="utf-8")
    assert "nothing here can be significant" in html
    assert "fewer than 5 seeds on fewer than 8 problems bound nothing" in html


@pytest.mark.usefixtures("sketched")
def test_five_seeds_on_few_problems_speak_of_these_problems_alone(tmp_path: Path) -> None:
    problems = suite(2)
    html = written(tmp_path, experiment([RANDOM, "sobol"], problems, seeds=5), problems)
    assert "too few to speak of others" in html


@pytest.mark.usefixtures("sketched")
def test_a_share_at_which_nothing_has_been_evaluated_has_no_number(tmp_path: Path) -> None:
    problems = suite(1)
    written(tmp_path, experiment([RANDOM, "sobol"], problems, seeds=1), problems)
    shown = (tmp_path / "tables" / "final-regret.md").read_text(encoding="utf-8")
    assert "In the CSV alone: “10 %”" in shown
    assert "\N{EN DASH} in all rows" in shown
    whole = (tmp_path / "tables" / "final-regret.csv").read_text(encoding="utf-8")
    _, *rows = csv.reader(whole.splitlines())
    assert [row[1] for row in rows] == ["", ""]


@pytest.mark.usefixtures("sketched")
def test_one_problem_gives_a_report(tmp_path: Path) -> None:
    problems = suite(1)
    html = written(tmp_path, experiment([*SPEED], problems, seeds=3), problems)
    assert "1 problem, 3 seeds" in html
    assert "n/a: problems of two families or more are needed" in html
    assert "Nothing was tested: so few problems can separate none" in html


@pytest.mark.usefixtures("sketched")
def test_one_seed_gives_a_report(tmp_path: Path) -> None:
    problems = suite(3)
    html = written(tmp_path, experiment([*SPEED], problems, seeds=1), problems)
    assert "bound nothing" in html


@pytest.mark.usefixtures("sketched")
def test_one_run_gives_a_report(tmp_path: Path) -> None:
    problems = suite(1)
    html = written(tmp_path, experiment(["sobol"], problems, seeds=1), problems)
    assert "1 problem, 1 seed" in html


@pytest.mark.usefixtures("sketched")
def test_failed_runs_alone_give_a_report(tmp_path: Path) -> None:
    problems = suite(2)
    outcomes = [ended(name, p, 0, "failed") for name in (RANDOM, "sobol") for p in problems]
    html = written(tmp_path, outcomes, problems)
    assert "it was failed" in html
    assert "n/a: no run measured its seconds" in html


@pytest.mark.usefixtures("sketched")
def test_unsupported_pairs_alone_give_a_report(tmp_path: Path) -> None:
    problems = suite(2)
    outcomes = [ended(name, p, 0, "unsupported") for name in (RANDOM, "sobol") for p in problems]
    html = written(tmp_path, outcomes, problems)
    assert "it was unsupported" in html
    assert "Which wins: n/a" in html


@pytest.mark.usefixtures("sketched")
def test_problems_without_anchors_give_ranks_but_no_regrets(tmp_path: Path) -> None:
    problems = suite(2, anchored=False)
    html = written(tmp_path, experiment([*SPEED], problems, seeds=2), problems)
    assert "n/a: no problem has anchors for every instance" in html
    assert (tmp_path / "figures" / "mean-rank.pdf").exists()
    assert (tmp_path / "figures" / "regret-by-problem-synthetic.pdf").exists()
    assert (tmp_path / "figures" / "regret-by-problem-boosting.pdf").exists()


@pytest.mark.usefixtures("sketched")
def test_missing_runs_and_runs_of_another_budget_are_said(tmp_path: Path) -> None:
    problems = suite(1)
    outcomes = experiment([RANDOM, "sobol"], problems, seeds=2)[:-1]
    html = written(tmp_path, [*outcomes, run("sobol", problems[0], 0, budget=5)], problems)
    assert "interrupted, or never begun" in html
    assert "3 of 4" in html
    assert "Not in this report: 1 run with a budget of 5 evaluations and 1 worker." in html


@pytest.mark.usefixtures("sketched")
def test_a_figure_that_the_new_report_lacks_is_removed(tmp_path: Path) -> None:
    problems = suite(1)
    written(tmp_path, experiment([RANDOM, "sobol"], problems, seeds=1), problems)
    assert (tmp_path / "figures" / "mean-rank.pdf").exists()
    written(tmp_path, experiment([RANDOM], problems, seeds=1), problems)
    assert not (tmp_path / "figures" / "mean-rank.pdf").exists()


@pytest.mark.usefixtures("sketched")
def test_two_versions_of_a_strategy_are_told_apart(tmp_path: Path) -> None:
    problems = suite(1)
    outcomes = experiment([RANDOM, "sobol"], problems, seeds=1)
    newer = Identity("sobol", "2")
    again = outcomes[1]
    outcomes.append(Outcome(replace(again.run, strategy=newer), again.stop, again.records))
    cards = [strategy_card(RANDOM), strategy_card("sobol")]
    cards.append(replace(strategy_card("sobol"), identity=newer))
    made = writing.write(finished(outcomes), cards, problems, [], tmp_path)
    html = made.page.read_text(encoding="utf-8")
    assert "sobol v1" in html
    assert "sobol v2" in html


@pytest.mark.usefixtures("sketched")
def test_two_versions_of_a_problem_are_told_apart(tmp_path: Path) -> None:
    (problem,) = suite(1)
    newer = replace(problem, identity=Identity(problem.identity.name, "2"))
    outcomes = experiment([RANDOM, "sobol"], [problem, newer], seeds=2)
    html = written(tmp_path, outcomes, [problem, newer])
    assert f"{problem.identity.name} v1" in html
    assert f"{problem.identity.name} v2" in html


def test_a_report_of_nothing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="at least one run"):
        writing.write([], [], [], [], tmp_path)


def test_a_strategy_without_a_card_is_named(tmp_path: Path) -> None:
    problems = suite(1)
    runs = finished(experiment(["sobol"], problems, seeds=1))
    with pytest.raises(ValueError, match="no card for the strategy: sobol"):
        writing.write(runs, [], problems, [], tmp_path)


def test_the_command_that_makes_the_results_again_names_all_runs(whole: Path) -> None:
    html = (whole / "index.html").read_text(encoding="utf-8")
    assert "python -m hpobench all --results DIR -s bayesian-optimization" in html
    assert "--seeds 3 --budget 8 --workers 1" in html


def test_the_machine_is_described_once(whole: Path) -> None:
    html = (whole / "index.html").read_text(encoding="utf-8")
    assert '<td>versions numpy</td><td class="p">2.4.6</td>' in html
    assert "a==1, b==2" in html
