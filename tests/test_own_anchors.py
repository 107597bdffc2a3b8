"""The command `anchor`: anchors for users' own problems, and what is made of them later."""

import json
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Self

import numpy as np
import pytest
from cards import problem_card as bare_card

from hpobench import Categorical, Float, Int, Problem, Space, Stream, plain
from hpobench.cards.anchors import anchored
from hpobench.cards.card import Anchors, ProblemCard
from hpobench.cards.longer_search import climb
from hpobench.cards.own_anchors import OwnAnchors, file_beside, read, write
from hpobench.cards.points import Point
from hpobench.commands.anchoring import session
from hpobench.commands.anchoring.evaluations import Evaluations, Reply, steps_of
from hpobench.commands.anchoring.evaluators import Task
from hpobench.commands.anchoring.lacking import no_regret, said_of_anchors
from hpobench.commands.anchoring.making import begun
from hpobench.commands.anchoring.session import FEWEST, USUAL, affordable, anchor_and_say
from hpobench.commands.enough import said_of_plan
from hpobench.commands.list import list_
from hpobench.commands.running import perform_and_report
from hpobench.errors import InputError
from hpobench.experiment import Experiment, plan
from hpobench.experiment.experiment import preset, with_changes
from hpobench.guards import Interrupted
from hpobench.processes.locking import holding
from hpobench.registry import find_problems, resolve_problem
from hpobench.registry.describing import anchors_beside, problem_card
from hpobench.scores.scored import scales
from hpobench.store import Store
from hpobench.trial import Identity

BOWL = '''
from hpobench import Float, Space

space = Space({"x": Float(0, 1), "y": Float(0, 1)})

def bowl(config):
    """A bowl."""
    return (config["x"] - 0.3) ** 2 + (config["y"] - 0.6) ** 2
'''
SPLITS = """
from hpobench import Evaluation, Float, Instance, Problem, Space

class Split:
    def __init__(self, shift):
        self.shift = shift
    def __call__(self, proposal, stream, checkpoint):
        x = proposal.config["x"]
        if x > 0.9:
            raise ArithmeticError("it diverged")
        return Evaluation((x - self.shift) ** 2, score=10 + x)

def start(rng):
    split = Split(rng.random())
    return Instance(split)

problem = Problem("splits", 1, Space({"x": Float(0, 1)}), start, instances=2)
"""
VALLEY = """
from hpobench import Float, Problem, Space, plain

problem = Problem("valley", 1, Space({"x": Float(0, 1)}), plain(lambda c: c["x"] ** 2 + 1, LOWEST))
"""
FLAT = BOWL.replace("bowl", "flat").replace("return", "return 7 #")
TWO = """
from hpobench import Problem, plain
problems = (Problem("one", 1, space, plain(bowl)), Problem("other", 1, space, plain(bowl)))
"""


class Here:
    """Does the work of Evaluators in this process."""

    most = 10**9
    """How many replies there are before a Ctrl-C."""

    def __init__(self, identity: Identity, jobs: int) -> None:
        del jobs
        self._evaluations = Evaluations(resolve_problem(identity).item)
        self.replied = list[int | None]()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None: ...

    def replies(self, waiting: deque[Task]) -> Iterator[tuple[Task, Reply]]:
        while waiting:
            task = waiting.popleft()
            if task.number is not None:
                yield self._counted(task, self._evaluations.random(task.place, task.number))
                continue
            told = list[Reply]()
            last = self._evaluations.search(task.place, task.size, task.known, told.append)
            for reply in told:
                yield self._counted(task, reply)
                result = reply["result"] and (reply["result"][0], reply["result"][1])
                task = replace(task, known=(*task.known, result))
            yield task, last

    def _counted(self, task: Task, reply: Reply) -> tuple[Task, Reply]:
        if len(self.replied) >= type(self).most:
            raise KeyboardInterrupt
        self.replied.append(task.number)
        return task, reply


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> type[Here]:
    """Make all evaluations in this process, which is quick; in an empty folder."""

    class Mine(Here):
        pass

    monkeypatch.setattr(session, "Evaluators", Mine)
    monkeypatch.setattr(session, "USUAL", 30)
    monkeypatch.chdir(tmp_path)
    return Mine


def written(name: str, text: str) -> str:
    """Write a problem's file into the working folder, and return its spec."""
    Path(name).write_text(text)
    return f"./{name}"


def card_of(spec: str) -> ProblemCard:
    return problem_card(find_problems(spec)[0])


def ignored(spec: str) -> str:
    return anchors_beside(find_problems(spec)[0])[1]


@pytest.mark.usefixtures("here")
def test_the_anchors_are_those_of_the_random_evaluations_that_are_kept() -> None:
    spec = written("splits.py", SPLITS)
    anchor_and_say([spec], 40, 1)
    (kept,) = read(Path("splits.anchors.json"))
    card = card_of(spec)
    assert len(kept.results) == len(card.score_anchors) == card.instances == 2
    for done, entry, of_values, of_scores in zip(
        kept.results, kept.instances, card.value_anchors, card.score_anchors, strict=True
    ):
        random, searched = done[:40], done[40:]
        there = [each for each in random if each]
        assert 0 < len(there) < 40
        worst = (max(value for value, _ in there), max(score for _, score in there))
        values, scores = zip(*(each or worst for each in random), strict=True)
        best = min(each for each in done if each)  # by value, with the score of that configuration
        assert len(searched) == steps_of(40)
        assert (of_values.reference, of_values.random) == (best[0], np.median(values))
        assert of_values.curve == pytest.approx(anchored(values, values, best[0]).curve, rel=1e-11)
        assert of_scores.random == np.median(scores)
        assert of_scores.curve == pytest.approx(anchored(values, scores, best[1]).curve, rel=1e-11)
        assert of_scores.reference == best[1] > min(score for _, score in there)
        assert entry["failures"] == random.count(None)
    assert card.anchors_version.startswith(f"{card.identity.version}-")
    assert card.optimum is None


@pytest.mark.usefixtures("here")
def test_a_stated_optimum_is_the_reference_and_nothing_is_searched(
    capsys: pytest.CaptureFixture[str],
) -> None:
    spec = written("valley.py", VALLEY.replace("LOWEST", "1.0"))
    anchor_and_say([spec], None, 1)
    card = card_of(spec)
    assert (card.optimum, card.score_anchors[0].reference) == (1.0, 1.0)
    (kept,) = read(Path("valley.anchors.json"))
    assert [len(done) for done in kept.results] == [30]
    assert "regret is 0 at a score of 1, the optimum, and 1 at" in capsys.readouterr().out


@pytest.mark.usefixtures("here")
def test_optima_that_differ_are_references_and_no_optimum_of_the_problem(
    capsys: pytest.CaptureFixture[str],
) -> None:
    text = SPLITS.replace("score=10 + x", "score=x - self.shift")
    spec = written(
        "splits.py", text.replace("return Instance(split)", "return Instance(split, -split.shift)")
    )
    anchor_and_say([spec], None, 1)
    first, second = card_of(spec).score_anchors
    assert first.reference != second.reference
    assert card_of(spec).optimum is None
    assert ", the optimum, and 1 at" in capsys.readouterr().out


@pytest.mark.usefixtures("here")
def test_an_optimum_above_a_score_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    spec = written("valley.py", VALLEY.replace("LOWEST", "1.5"))
    assert anchor_and_say([spec], None, 1) == 1
    said = capsys.readouterr().out
    assert "states an optimum that is no lower bound of its scores, 1.5: 1." in said
    assert card_of(spec).score_anchors == ()


@pytest.mark.usefixtures("here")
def test_a_problem_that_fails_has_no_anchors_and_the_others_have(
    capsys: pytest.CaptureFixture[str],
) -> None:
    specs = [
        written("fails.py", BOWL.replace("return", "assert not")),
        written("bowl.py", BOWL),
        written("low.py", VALLEY.replace("LOWEST", "1.5")),
    ]
    assert anchor_and_say(specs, None, 1) == 1
    said = " ".join(capsys.readouterr().out.split())
    assert "all 30 random evaluations of instance 0 failed: evaluate raised Asser" in said
    assert said.endswith("anchors could not be made for 2 of 3 problems: fails, valley")
    assert [card_of(spec).has_regrets for spec in specs] == [False, True, False]
    assert not list(Path().glob("*.lock"))


def test_what_was_interrupted_is_ignored_until_the_same_command_went_on_with_it(
    here: type[Here], capsys: pytest.CaptureFixture[str]
) -> None:
    spec = written("bowl.py", BOWL)
    anchor_and_say([spec], 30, 1)
    whole = Path("bowl.anchors.json").read_bytes()
    Path("bowl.anchors.json").unlink()
    for here.most in (12, 25):
        with pytest.raises(
            Interrupted, match=r"kept in .*bowl\.anchors\.json, and the same command"
        ):
            anchor_and_say([spec], 30, 1)
        assert card_of(spec).score_anchors == ()
        assert "are not complete, and are ignored" in ignored(spec)
        assert ignored(spec).endswith("type: hpobench anchor ./bowl.py")
    here.most = 13  # the search needs 20 evaluations, 7 of which were made
    anchor_and_say([spec], None, 1)
    assert Path("bowl.anchors.json").read_bytes() == whole
    assert ignored(spec) == ""
    here.most = 0
    capsys.readouterr()
    anchor_and_say([spec], None, 1)
    assert "bowl has its anchors already: regret is 0 at" in capsys.readouterr().out


def test_more_evaluations_go_on_from_those_that_are_there(here: type[Here]) -> None:
    spec = written("bowl.py", BOWL)
    anchor_and_say([spec], 30, 1)
    here.most = 10 + steps_of(40)
    anchor_and_say([spec], 40, 1)
    (kept,) = read(Path("bowl.anchors.json"))
    assert kept.size == kept.instances[0]["pool"] == 40


def test_complete_anchors_hold_until_those_of_more_evaluations_are_complete(
    here: type[Here],
) -> None:
    spec = written("bowl.py", BOWL)
    anchor_and_say([spec], 30, 1)
    first = card_of(spec).score_anchors
    for here.most in (6, 7):  # it goes on where it was
        with pytest.raises(Interrupted, match=r"; until then, the anchors of 30 hold$"):
            anchor_and_say([spec], 60, 1)
        assert card_of(spec).score_anchors == first
        assert ignored(spec) == ""
    here.most = 60 - 30 - 6 - 7 + steps_of(60)
    anchor_and_say([spec], None, 1)
    (kept,) = read(Path("bowl.anchors.json"))
    assert kept.size == kept.instances[0]["pool"] == 60
    assert card_of(spec).score_anchors != first


def test_evaluations_that_are_there_are_never_thrown_away(
    here: type[Here], capsys: pytest.CaptureFixture[str]
) -> None:
    spec, path = written("bowl.py", BOWL), Path("bowl.anchors.json")
    anchor_and_say([spec], 20, 1)
    whole, here.most = path.read_bytes(), 0
    capsys.readouterr()
    assert anchor_and_say([spec], 10, 1) == 0
    said = capsys.readouterr().out
    assert "bowl has 20 random evaluations already, which are kept: not 10" in said
    assert "bowl has its anchors already" in said
    assert path.read_bytes() == whole
    here.most = 10
    with pytest.raises(Interrupted):
        anchor_and_say([spec], 60, 1)
    here.most = steps_of(30)
    assert (
        anchor_and_say([spec], 25, 1) == 0
    )  # fewer than were planned, and no fewer than are there
    assert "bowl has 30 random evaluations already, which are kept" in capsys.readouterr().out
    assert [kept.size for kept in read(path)] == [30]


def test_a_second_process_that_makes_the_same_anchors_is_told_so(here: type[Here]) -> None:
    spec = written("bowl.py", BOWL)
    here.most = 0
    with holding(Path("bowl.anchors.lock")) as mine:
        assert mine
        with pytest.raises(InputError, match=r"another `hpobench anchor` is making .*; wait until"):
            anchor_and_say([spec], None, 1)
        assert Path("bowl.anchors.lock").exists()
    here.most = 100
    assert anchor_and_say([spec], None, 1) == 0


@pytest.mark.usefixtures("here")
def test_a_file_that_is_saved_meanwhile_has_no_anchors_and_that_is_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    spec = written("bowl.py", BOWL)

    def write_and_save(path: Path, kept: Sequence[OwnAnchors]) -> None:
        write(path, kept)
        written("bowl.py", BOWL.replace("0.3", "0.4"))

    monkeypatch.setattr(session, "write", write_and_save)
    assert anchor_and_say([spec], None, 1) == 1
    said = " ".join(capsys.readouterr().out.split())
    assert "./bowl.py, or a module beside it that it imports, has changed meanwhile" in said
    assert "type: hpobench anchor ./bowl.py" in said
    assert "takes them up" not in said
    assert "are of another version of it" in ignored(spec)


@pytest.mark.usefixtures("here")
def test_where_all_scores_are_equal_no_regret_can_be_measured_and_that_is_said(
    capsys: pytest.CaptureFixture[str],
) -> None:
    specs = [written("flat.py", FLAT), written("bowl.py", BOWL)]
    for _ in range(2):
        assert anchor_and_say(specs, None, 1) == 0
        said = capsys.readouterr().out
        assert "no regret can be measured: the best configuration" in said
        assert "regret is 0 at a score of 7" not in said
    flat, bowl = [find_problems(spec)[0] for spec in specs]
    assert (problem_card(flat).has_regrets, problem_card(bowl).has_regrets) == (False, True)
    (line,) = said_of_anchors([flat, bowl])
    assert line.startswith("flat: no regret can be measured: ")
    with_random = ("random-search", "sobol")
    planned = said_of_plan(plan(Experiment("e", with_random, tuple(specs))))
    assert planned.startswith("2 problems, 1 of them without regrets: a test needs 6 with regrets")


def test_a_card_has_regrets_where_every_run_can_have_one() -> None:
    steep, flat = Anchors(0.0, 1.0), Anchors(1.0, 1.0)
    for scales_, has in (((), False), ((steep,), True), ((steep, flat), False), ((flat,), False)):
        card = bare_card("p", scales_, instances=max(len(scales_), 1))
        _, length = scales([card], range(2), "scores")
        assert card.has_regrets == bool(np.isfinite(length).all()) == has
    assert no_regret((steep, flat)).startswith(
        "no regret can be measured: on 1 of its 2 instances, the best configuration"
    )
    assert no_regret((steep, steep)) == ""


@pytest.mark.usefixtures("here")
def test_the_list_shows_that_anchors_are_damaged(capsys: pytest.CaptureFixture[str]) -> None:
    spec = written("bowl.py", BOWL)
    Path("bowl.anchors.json").write_text("{}")
    list_("problem", spec)
    assert "bowl.anchors.json is not in format 1" in capsys.readouterr().out
    two = written("two.py", f"{BOWL}\n{TWO}")
    Path("two.anchors.json").write_text("{}")
    list_("problem", two)
    assert capsys.readouterr().out.count("two.anchors.json is not in format 1") == 1


@pytest.mark.usefixtures("here")
def test_anchors_of_another_version_of_the_file_are_ignored_and_said_to_be() -> None:
    spec = written("bowl.py", BOWL)
    anchor_and_say([spec], None, 1)
    assert card_of(spec).score_anchors
    written("bowl.py", BOWL.replace("0.3", "0.4"))
    assert card_of(spec).score_anchors == ()
    assert "are of another version of it, and are ignored; to make them anew, type: " in ignored(
        spec
    )
    anchor_and_say([spec], None, 1)
    assert card_of(spec).score_anchors


@pytest.mark.usefixtures("here")
def test_a_file_that_was_altered_is_one_line_and_never_overwritten() -> None:
    spec, path = written("bowl.py", BOWL), Path("bowl.anchors.json")
    anchor_and_say([spec], None, 1)
    content = json.loads(path.read_text())
    content["problems"][0]["instances"][0]["scores"]["reference"] -= 1
    altered = (json.dumps(content), '{"format": 1}', '{"format": 9}', "[[", "[]", "[" * 100_000)
    for text in altered:
        path.write_text(text)
        assert card_of(spec).score_anchors == ()
        assert "bowl.anchors.json" in ignored(spec)
        assert "it is ignored until you remove it and type: hpobench anchor" in ignored(spec)
        with pytest.raises(InputError, match=r"(was altered|not in format 1).*; move it away"):
            anchor_and_say([spec], None, 1)
        assert path.read_text() == text


@pytest.mark.usefixtures("here")
def test_one_line_names_the_problems_without_anchors_and_what_makes_them() -> None:
    specs = [written("bowl.py", BOWL), written("splits.py", SPLITS)]
    entries = [find_problems(spec)[0] for spec in (*specs, "branin", "./bowl.py+discrete=4")]
    (said,) = said_of_anchors(entries)
    assert said.startswith("without anchors, and so without regret: bowl, splits; ")
    assert said.endswith(" type: hpobench anchor ./bowl.py ./splits.py")
    anchor_and_say(specs, None, 1)
    assert said_of_anchors(entries) == []


@pytest.mark.usefixtures("here")
def test_options_leave_of_own_anchors_what_they_leave_of_ours() -> None:
    spec = written("bowl.py", BOWL)
    anchor_and_say([spec], None, 1)
    (plain_one,) = card_of(spec).score_anchors
    assert card_of(f"{spec}+irrelevant=2").score_anchors == (plain_one,)
    (points,) = card_of(f"{spec}+noise=0.1").score_anchors
    assert points == replace(plain_one, evaluations=(), curve=())
    assert card_of(f"{spec}+discrete=4").score_anchors == ()


@pytest.mark.usefixtures("here")
def test_own_anchors_are_not_about_moved_ranges() -> None:
    about = ", {'x': 0.0}), about=Description(extends=True))"
    text = VALLEY.replace("LOWEST))", f"1.0{about}").replace("Float,", "Description, Float,")
    spec = written("valley.py", text)
    anchor_and_say([spec], None, 1)
    assert len(card_of(spec).score_anchors) == 1
    assert card_of(f"{spec}+moved").score_anchors == ()


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(
    ("spec", "why"),
    [("branin", "only a problem of your own"), ("./bowl.py+noise=0.1", "without options")],
)
def test_what_can_have_no_anchors_of_its_own_is_refused(spec: str, why: str) -> None:
    written("bowl.py", BOWL)
    with pytest.raises(InputError, match=why):
        anchor_and_say([spec], None, 1)


def test_an_evaluation_is_the_same_whatever_was_evaluated_before() -> None:
    problem = find_problems("hartmann-6+noise=0.1")[0].item
    one, other = Evaluations(problem), Evaluations(problem)
    there = [one.random(0, number)["result"] for number in (0, 1, 2)]
    assert other.random(1, 0)["result"] not in there
    assert [other.random(0, number)["result"] for number in (2, 0, 1)] == [
        *(there[2], there[0], there[1])
    ]


SPACE = Space({"x": Float(0.0, 1.0), "y": Float(0.0, 1.0)})
HILL = Problem("hill", 1, SPACE, plain(lambda c: (float(c["x"]) - 0.3) ** 2 + float(c["y"])))  # type: ignore[arg-type]  # they are numbers


def test_a_search_goes_on_from_known_results_to_the_same_best() -> None:
    evaluations, told = Evaluations(HILL), list[Reply]()
    random = [evaluations.random(0, number)["result"] for number in range(12)]
    whole = evaluations.search(0, 12, random, told.append)
    assert len(told) == steps_of(12) == 8
    known, later = [*random, *(each["result"] for each in told[:5])], list[Reply]()
    assert Evaluations(HILL).search(0, 12, known, later.append) == whole
    assert [each["result"] for each in later] == [each["result"] for each in told[5:]]


@pytest.mark.parametrize("kind", [Categorical(("a",)), Int(1, 2)])
def test_a_space_of_few_configurations_ends_no_search(kind: Categorical | Int) -> None:
    space = Space({"few": kind})
    asked = list[Any]()

    def evaluate(config: Any) -> Point:  # noqa: ANN401  # a configuration
        asked.append(config["few"])
        return Point(config, 1.0, 1.0)

    best = Point(space.default(), 0.0, 0.0)
    assert climb(space, evaluate, best, np.random.default_rng(0), 20) == best
    assert len(asked) == 20


def test_slow_evaluations_are_fewer() -> None:
    making = begun(HILL, "1", USUAL, None)
    assert affordable(making, 0.01, 1) == USUAL
    assert affordable(making, 7200 / 500, 1) == USUAL // 2  # 300 and a search of 200
    assert affordable(making, 1e6, 1) == FEWEST
    making.optima[0] = 0.0
    assert affordable(making, 7200 / 600, 2) == USUAL


def test_the_random_evaluations_of_one_instance_are_shared_among_processes_that_may_end(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    spec = written("ends.py", BOWL.replace("    return", LETHAL + "    return"))
    entry = find_problems(spec)[0]
    drawn = [entry.item.space.sample(rng) for rng in [luck()] for _ in range(10)]
    highest = max(float(config["x"]) for config in drawn)  # type: ignore[arg-type]  # real
    monkeypatch.setenv("LETHAL", str(highest))
    anchor_and_say([spec], 10, 2)
    (kept,) = read(file_beside(str(Path("ends.py").resolve())))
    (done,) = kept.results
    assert [place for place, each in enumerate(done[:10]) if each is None] == [
        [config["x"] for config in drawn].index(highest)
    ]
    said = capsys.readouterr().out
    how = "it ends its process with exit code 3"
    assert f"failed: 1 of 10 random evaluations, the first: {how}" in said


def luck() -> np.random.Generator:
    """Return the generator of the random configurations of instance 0 of the problem `ends`."""
    return Stream(("anchors", "ends", 0)).rng()


LETHAL = """
    import os
    if config["x"] >= float(os.environ["LETHAL"]):
        os._exit(3)
"""


@pytest.mark.usefixtures("undrawn")
def test_the_next_session_takes_anchors_up_and_makes_no_run_again(
    here: type[Here], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    del here  # it chose the folder
    spec, folder = written("bowl.py", BOWL), Path("results")
    wanted = with_changes(
        preset("smoke"),
        strategies=["random-search", "default"],
        problems=[spec],
        seeds=(0, 1),
        budget=2,
        workers=None,
        first=None,
    )
    damaged = Path("bowl.anchors.json")
    damaged.write_text("{}")
    said = list[str]()
    with monkeypatch.context() as patch:  # a report takes time
        patch.setattr(
            "hpobench.commands.running.show_report",
            lambda _, store, *__, **___: said.extend(store.notices),
        )
        assert perform_and_report(wanted, folder, 1) == 0
    assert "bowl.anchors.json is not in format 1, the only one read: None" in "".join(said)
    damaged.unlink()
    assert Store(folder).cards()[1][0].score_anchors == ()
    made = {path: path.stat().st_mtime_ns for path in folder.glob("runs/**/*.jsonl")}
    assert len(made) == 4
    anchor_and_say([spec], None, 1)
    capsys.readouterr()
    assert perform_and_report(wanted, folder, 1) == 0
    assert {path: path.stat().st_mtime_ns for path in folder.glob("runs/**/*.jsonl")} == made
    (card,) = Store(folder).cards()[1]
    assert card.score_anchors == card_of(spec).score_anchors
    assert "without anchors" not in capsys.readouterr().out
