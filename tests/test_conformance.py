"""The conformance suite: every promise can be broken, and what is sound breaks none."""

import math
import os
import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from math import log
from operator import methodcaller
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time

import pytest
from conforming import PATIENCE, evaluations, races

from hpobench import Description, Float
from hpobench.commands.conformance import problems, processes, watching
from hpobench.commands.conformance import races as races_checked
from hpobench.commands.conformance.allowance import Allowance, OutOfTime
from hpobench.commands.conformance.evaluations import EVALUATION
from hpobench.commands.conformance.problems import PROBLEM_PROMISES
from hpobench.commands.conformance.processes import findings, fingerprints
from hpobench.commands.conformance.promise import Finding, Skipped, judged
from hpobench.commands.conformance.races import FEW
from hpobench.commands.conformance.strategies import STRATEGY_PROMISES
from hpobench.commands.conformance.tasks import PLAIN, TASKS, simpler
from hpobench.commands.conformance.watching import Limits, SlowError, message_within
from hpobench.commands.conformance.wrong_slopes import Slopes, likely_cause
from hpobench.processes.spawned import Spawned
from hpobench.registry.finding import find_problems, find_strategies

HERE = Path(__file__).parent
STRATEGIES = {
    entry.identity.name: entry for entry in find_strategies(str(HERE / "broken_strategies.py"))
}
PROBLEMS = {entry.identity.name: entry for entry in find_problems(str(HERE / "broken_problems.py"))}
SOUND_STRATEGIES = {
    "sane": {each.key for each in STRATEGY_PROMISES},
    "honest": {"untouched", "again", "elsewhere", "prefix", "repeats", "recommend"},
    "unmoved": {"fidelity", "narrow", "seed", "pending"},
    "notes": {"fields", "given", "again"},
    "constants": {"fields", "given", "again"},
    "warm": {"untouched", "close"},
    "stubborn": {"given", "pending", "workers"},
    "counted": {"fidelity", "gradients", "given", "workers"},
    "climbs": {"fields", "objectives", "limits", "heeds"},
    "weighs": {"fields", "objectives", "limits"},
    "restrained": {"given", "objectives", "limits"},
    "cautious": {"objectives", "limits", "recommend"},
    "sole": {"runs", "objectives", "limits", "recommend"},
}
"""The promises that each sound strategy might be blamed for; the others are what "sane" keeps."""
SOUND_PROBLEMS = {
    *("sane", "simple", "two-objectives", "inside", "beside", "later", "young"),
    *("limited", "barred"),
}
SEARCHED = {"sane", "two-objectives", "limited", "barred", "optimum", "optimum-2", "optimum-3"}
"""The problems whose optimum is looked for at length; for the others, FEWER configurations do."""
FEWER = 20
LONG = {"sane", "ties", "climbs", "weighs", "stubborn"}
"""The strategies whose runs are as long as those of a check; those of the others are short."""
BOTH = "fickle-in-both"
"""Draws from the global generator, which is another promise in this process and in the next."""
UNAWARE = "unaware"
"""Asks neither how many objectives there are nor for limits, which are two promises."""


def every_other(name: str) -> set[str]:
    """Return the promises that a broken strategy is judged on: its own, and half of the rest.

    Which half it is goes in turn, so each promise is kept by half of those that break another one.
    """
    turn, whole = sorted(STRATEGIES).index(name) % 2, name in {BOTH, UNAWARE}
    return {
        each.key
        for number, each in enumerate(STRATEGY_PROMISES)
        if whole or number % 2 == turn or each.key == name.rstrip("-123")
    }


@cache
def judged_strategy(name: str) -> dict[str, Finding]:
    entry, apart = STRATEGIES[name], name in {"elsewhere", "sane", BOTH}  # others take no process
    wanted = SOUND_STRATEGIES.get(name) or every_other(name)
    promises = [each for each in STRATEGY_PROMISES if each.key in wanted]
    assert len(promises) == len(wanted)
    with pytest.MonkeyPatch.context() as patch:
        if name not in LONG:
            patch.setattr(races_checked, "BUDGET", FEW)
        return {each.key: each for each in judged(promises, races(entry, apart=apart))}


@cache
def judged_problem(name: str) -> dict[str, Finding]:
    """Judge a problem in a folder where no other process leaves files meanwhile."""
    entry, apart = PROBLEMS[name], name in {"elsewhere", "sane"}  # the others take no process
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        Path("data.txt").write_text("data")
        if name not in SEARCHED:
            patch.setattr(problems, "SEARCHED", FEWER)
        found = list(judged(PROBLEM_PROMISES, evaluations(entry, apart=apart)))
    return {each.key: each for each in found}


def broken(found: dict[str, Finding]) -> set[str]:
    return {key for key, finding in found.items() if finding.mark == "broken"}


@pytest.mark.parametrize(
    "name", sorted(STRATEGIES.keys() - SOUND_STRATEGIES.keys() - {BOTH, UNAWARE})
)
def test_a_broken_strategy_breaks_its_promise_alone(name: str) -> None:
    found = judged_strategy(name)
    key = name.rstrip("-123")
    assert broken(found) == {key}, [str(found[each]) for each in broken(found)]
    assert found[key].seen
    assert found[key].right
    assert found[key].where


@pytest.mark.parametrize("name", sorted(PROBLEMS.keys() - SOUND_PROBLEMS))
def test_a_broken_problem_breaks_its_promise_alone(name: str) -> None:
    found = judged_problem(name)
    key = name.rstrip("-123")
    assert broken(found) == {key}, [str(found[each]) for each in broken(found)]
    assert found[key].seen
    assert found[key].right
    assert found[key].where


def test_every_promise_is_broken_by_somebody() -> None:
    for promises, names in ((STRATEGY_PROMISES, STRATEGIES), (PROBLEM_PROMISES, PROBLEMS)):
        assert {each.key for each in promises if not each.informs} <= names.keys()
        assert len({each.key for each in promises}) == len(promises)


def test_where_nothing_starts_nothing_else_is_judged() -> None:
    found = dict(judged_problem("starts"))
    assert found.pop("starts").seen.startswith("OSError: its data is missing (broken_problems.py")
    assert {each.mark for each in found.values()} == {"skipped"}
    gives_no_gradient = {key for key, each in found.items() if "gradient" in each.remark}
    assert gives_no_gradient == {"reals", "slopes", "memory"}
    rest = {each.remark for key, each in found.items() if key not in gives_no_gradient}
    assert rest == {"it can't be started"}


SHORT = [
    ("corners", "ok", "1 of 1 fail: ArithmeticError: outside; only 1 of 4, for want of time"),
    ("finite", "ok", "1 of 1 fail; only 1 of 3, for want of time"),
    ("instances", "skipped", "the first 2 are the same, and there is no time for more"),
]


@pytest.mark.parametrize(("key", "mark", "remark"), SHORT)
def test_what_there_was_no_time_for_is_not_counted(key: str, mark: str, remark: str) -> None:
    name = "instances" if key == "instances" else "inside"
    subject = evaluations(PROBLEMS[name])
    (promise,) = [each for each in PROBLEM_PROMISES if each.key == key]
    subject.allowance = Allowance(1000.0)
    subject.allowance.divide(10**9)  # whatever is tried first takes longer than a portion
    found = promise.judged(subject)
    assert (found.mark, re.sub(r" \(.*?\)", "", found.remark)) == (mark, remark)


def test_sound_strategies_break_nothing() -> None:
    for name in SOUND_STRATEGIES:
        assert not broken(judged_strategy(name))
    sane = judged_strategy("sane")
    assert not [key for key, finding in sane.items() if finding.mark == "skipped"]


def test_sound_problems_break_nothing() -> None:
    for name in SOUND_PROBLEMS:
        assert not broken(judged_problem(name))


def test_who_changes_the_space_where_it_recommends_changes_the_task() -> None:
    found = judged_strategy("given-2")
    assert found["given"].seen == "the strategy must not change its task"
    assert (found["runs"].mark, found["runs"].remark) == (
        "skipped",
        "its runs break another promise",
    )


def test_luck_from_the_global_generator_is_found_in_this_process_and_in_the_next() -> None:
    assert broken(judged_strategy(BOTH)) == {"untouched", "elsewhere"}


def test_who_never_asks_for_objectives_and_limits_breaks_both_promises() -> None:
    found = judged_strategy(UNAWARE)
    assert broken(found) == {"objectives", "limits"}
    crash, silence = found["objectives"], found["limits"]
    assert crash.seen.startswith("tell raised ValueError: there is no single value, but one for")
    assert crash.where == "three reals, two objectives, 1 worker"
    assert silence.seen == "a run, though its class does not say knows_limits = True"
    assert silence.where == "three reals, a limit, 1 worker"


HEEDLESS = "its first 12 proposals are the same whether trials keep the limit or not"
UNABLE = "Unsupported: supports only one objective"


@pytest.mark.parametrize(
    ("name", "objectives", "limits"),
    [
        (
            "sane",
            UNABLE,
            "Unsupported: does not support limits of measures",
        ),
        ("climbs", "its proposals depend on the first objective alone", HEEDLESS),
        ("weighs", "", HEEDLESS),
        ("restrained", "", ""),
        ("cautious", UNABLE, ""),
    ],
)
def test_what_becomes_of_objectives_and_limits_is_told(
    name: str, objectives: str, limits: str
) -> None:
    found = judged_strategy(name)
    assert (found["objectives"].mark, found["objectives"].remark) == ("ok", objectives)
    assert (found["limits"].mark, found["limits"].remark) == ("ok", limits)


def test_of_tasks_that_several_workers_break_the_simplest_is_named() -> None:
    assert judged_strategy("workers-3")["workers"].where == "a whole number, 4 workers"


def test_who_says_that_it_does_not_repeat_is_not_blamed_for_it() -> None:
    found = judged_strategy("honest")["repeats"]
    assert (found.mark, found.remark) == (
        "skipped",
        "its class says irreproducible = 'its luck is its own'",
    )


@pytest.mark.parametrize(("name", "another"), [("sane", "another"), ("unmoved", "the same")])
def test_what_another_seed_gives_is_noted(name: str, another: str) -> None:
    found = judged_strategy(name)["seed"]
    assert found.mark == "note"
    assert found.words.startswith(f"Another seed gives {another} run")


def test_what_is_proposed_beside_pending_trials_is_noted() -> None:
    stubborn, sane = (judged_strategy(name)["pending"] for name in ("stubborn", "sane"))
    assert (stubborn.mark, sane.mark) == ("note", "note")
    assert "proposals are the same as one that is pending" in stubborn.words
    assert sane.words == "It proposes something else than what is pending."


def test_whether_a_trial_that_is_told_first_matters_is_noted() -> None:
    climbs, sane = (judged_strategy(name)["heeds"] for name in ("climbs", "sane"))
    assert (climbs.mark, sane.mark) == ("note", "note")
    assert climbs.words.startswith("What it proposes depends on the trial that it is told before")
    assert sane.words.startswith("It proposes the same, told the default first or not")


def test_a_trial_that_is_told_first_is_named_where_it_breaks_a_strategy() -> None:
    crash, luck = (judged_strategy(name)["first"] for name in ("first", "first-2"))
    assert crash.where == "three reals, epochs and gradients, 1 worker, the default told first"
    assert crash.seen.startswith("tell raised KeyError: \"{'a': 0.5, 'b': 0.5, 'c': 0.5}\"")
    assert luck.right.startswith("the same: draw all luck from the rng")


def test_a_score_below_the_optimum_that_exceeds_a_limit_is_no_contradiction() -> None:
    limited, barred = (judged_problem(each)["optimum"] for each in ("limited", "barred"))
    assert limited.mark == "ok"
    assert re.fullmatch(r"\d+ of 301 exceed a limit, and don't count", limited.remark)
    assert barred.mark == "skipped"
    assert barred.remark == "none of the 301 configurations that were tried keeps its limits"


def test_of_several_objectives_the_first_is_held_against_the_optimum() -> None:
    found = judged_problem("optimum-2")["optimum"]
    assert found.seen.startswith("a score (by default 'error') of 0.")
    assert found.right == "no score below the optimum of its instance: 3.0"


UNIT = "the slope by the coordinate in the unit cube, from 0 to 1"
OWN = f"{UNIT}; it seems to be by the parameter's own value: multiply it by high - low = 4"
REALS = "slopes of all active reals: 'a', 'b'"
SLOPES = [
    ("slopes", r"the slope of 'a' is \S+, differences give \S+", OWN),
    (
        "slopes-2",
        r"the slope of 'a' is \S+, differences give \S+; also wrong: 'b'",
        f"{UNIT}; its sign is wrong",
    ),
    ("reals-2", "the gradient lacks 'b', an active real parameter", REALS),
    ("reals", "the gradient has 'n', which is no active real parameter", REALS),
]


@pytest.mark.parametrize(("name", "seen", "right"), SLOPES)
def test_a_wrong_slope_is_told_with_its_likely_cause(name: str, seen: str, right: str) -> None:
    found = judged_problem(name)[name.rstrip("-2")]
    assert re.fullmatch(seen, found.seen)
    assert found.right == right


LINEAR, LOGARITHMIC = Float(-2.0, 4.0), Float(1e-3, 10.0, log=True)
VALUES = (0.002, 0.03, 0.5)


@pytest.mark.parametrize(
    ("parameter", "given", "cause"),
    [
        (LINEAR, lambda _: -6.0, "its sign is wrong"),
        (LINEAR, lambda _: 1.0, "own value: multiply it by high - low = 6"),
        (LINEAR, lambda _: -1.0, "its sign is wrong; it seems to be by the parameter's own value"),
        (LINEAR, lambda _: 15.0, "it is 2.5 times as large, at 3 configurations"),
        (LINEAR, lambda _: 0.0, "it is 0"),
        (LINEAR, lambda x: x, ""),
        (LOGARITHMIC, lambda _: 1.0, "own value: multiply it by that value and by ln(high / low)"),
        (LOGARITHMIC, lambda x: x, "by ln of the parameter: multiply it by ln(high / low) = 9.21"),
        (LOGARITHMIC, lambda x: x * log(10), "multiply it by log10(high / low) = 4"),
        (LOGARITHMIC, lambda x: x * log(2), "multiply it by log2(high / low) = 13.29"),
        (LOGARITHMIC, lambda _: 9.999, "it seems to take the logarithmic parameter for a"),
        (LOGARITHMIC, lambda _: log(1e4), "it seems to lack a factor: the parameter's own value"),
        (LOGARITHMIC, lambda x: 3 * x * log(1e4), "it is 3 times as large, at 3 configurations"),
    ],
)
def test_the_cause_of_wrong_slopes_is_seen(
    parameter: Float, given: Callable[[float], float], cause: str
) -> None:
    """The value is the parameter itself, whose slope by its own value is 1."""
    slopes = [Slopes(x, given(x), x * log(1e4) if parameter.log else 6.0) for x in VALUES]
    found = likely_cause(parameter, slopes)
    assert cause in found
    assert bool(cause) == bool(found)


def test_one_wrong_slope_alone_tells_no_constant_factor() -> None:
    assert likely_cause(LINEAR, [Slopes(0.5, 15.0, 6.0)]) == ""


def test_of_many_parameters_the_wrong_one_and_a_few_others_are_shown(tmp_path: Path) -> None:
    path = tmp_path / "many.py"
    path.write_text(
        "from hpobench import Evaluation, Float, Instance, Problem, Space\n"
        "names = [f'x{i}' for i in range(12)]\n"
        "def evaluate(proposal, stream, checkpoint):\n"
        "    x = proposal.config\n"
        "    slopes = {n: 4 * x[n] if n == 'x9' else 2 * x[n] for n in names}\n"
        "    return Evaluation(sum(v * v for v in x.values()), gradient=slopes)\n"
        "def start(rng): return Instance(evaluate)\n"
        "space = Space({n: Float(0, 1) for n in names})\n"
        "problem = Problem('many', 1, space, start, gradient_cost=2)\n"
    )
    (promise,) = [each for each in PROBLEM_PROMISES if each.key == "slopes"]
    found = promise.judged(evaluations(find_problems(str(path))[0]))
    assert re.fullmatch(r"\{'x9': \S+, 'x0': \S+, 'x1': \S+, 'x2': \S+\} and 8 more", found.where)
    assert found.right == f"{UNIT}; it is 2 times as large, at 3 configurations"


def test_a_default_that_only_a_full_evaluation_can_value_is_told() -> None:
    found = judged_problem("young")["default"]
    assert (found.mark, found.remark[:22]) == ("ok", "it fails at 1 of 9 epo")


def test_what_an_evaluation_takes_is_noted() -> None:
    found = judged_problem("simple")["seconds"]
    assert found.mark == "note"
    assert found.words == "An evaluation takes less than 0.001 s; it declares nothing."


def test_what_an_evaluation_is_declared_to_take_is_noted_whatever_it_is() -> None:
    simple = PROBLEMS["simple"]
    declares = replace(simple, item=replace(simple.item, about=Description(seconds=1e-4)))
    (promise,) = [each for each in PROBLEM_PROMISES if each.key == "seconds"]
    found = promise.judged(evaluations(declares))
    assert found.words.endswith("; it declares 0.0001 s for a full one.")


@pytest.mark.parametrize(
    ("task", "easier"),
    [
        ("mixed kinds", {"three reals", "a whole number", "an ordinal", "a categorical"}),
        ("mixed kinds, epochs", {"mixed kinds", "three reals, epochs", "a whole number"}),
        ("mixed kinds, gradients", {"mixed kinds", "three reals, gradients"}),
        ("nested conditions", {"mixed kinds", "a whole number"}),
        ("nested conditions, shares of the data", {"nested conditions", "mixed kinds, rows"}),
        ("a real beside choices of one value", {"mixed kinds", "a choice of one value"}),
        ("mixed kinds, one value", {"mixed kinds", "three reals, one value"}),
        ("three reals, a limit", {"three reals", "a real"}),
        (
            "mixed kinds, epochs, two objectives and a limit",
            {"three reals, two objectives", "three reals, a limit", "mixed kinds, epochs"},
        ),
    ],
)
def test_a_task_is_harder_than_those_whose_demands_it_makes(task: str, easier: set[str]) -> None:
    names = {each.name for each in simpler(TASKS[task])}
    assert easier <= names
    assert task not in names


def test_the_simplest_tasks_are_harder_than_none() -> None:
    for name in ("three reals", "a whole number", "an ordinal", "a categorical"):
        assert not simpler(TASKS[name])


def test_dear_and_cheap_evaluations_are_timed_apart(tmp_path: Path) -> None:
    path = tmp_path / "dear.py"
    path.write_text(
        "import time\n"
        "from hpobench import Evaluation, Fidelity, Float, Instance, Problem, Space\n"
        "def evaluate(proposal, stream, checkpoint):\n"
        "    until = time.process_time() + 0.05 * (proposal.fidelity > 3)\n"
        "    while time.process_time() < until: pass\n"
        "    return Evaluation(proposal.config['x'])\n"
        "def start(rng): return Instance(evaluate)\n"
        "problem = Problem('dear', 1, Space({'x': Float(0, 1)}), start, fidelity=Fidelity(1, 9))\n"
    )
    (entry,) = find_problems(str(path))
    subject = evaluations(entry)
    cheap = subject.default()
    subject.allowance.suppose(EVALUATION, 2.0)
    dear = subject.full(cheap)
    assert subject.allowance.usual(subject.kind(dear)) == 18.0
    assert subject.fullest(cheap) == cheap
    for _ in range(3):
        subject.evaluate(cheap)
        subject.evaluate(dear)
    assert subject.allowance.usual(EVALUATION) < 0.05 <= subject.allowance.usual(subject.kind(dear))
    assert subject.fullest(cheap) == dear


ENDS = [
    ("import os; os._exit(3)", 30.0, r"it ends the process with exit code 3"),
    ("import os; os.kill(os.getpid(), 9)", 30.0, r"it ends the process by signal 9 \(SIGKILL\)"),
    ("while True: pass", 3.0, r"it works for more than \d+ seconds"),
    ("import time; time.sleep(1000)", 3.0, ""),
]


@pytest.mark.parametrize(("does", "seconds", "seen"), ENDS)
def test_who_ends_its_process_or_hangs_is_told_in_a_line(
    tmp_path: Path, does: str, seconds: float, seen: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A promise that works for ever is broken; one that waits for ever may be only slow."""
    monkeypatch.setattr(processes, "FAR", 0)
    monkeypatch.setattr(processes, "LIBRARIES", 0.0)  # else this takes half a minute
    monkeypatch.setattr(watching, "CROWDED", math.inf)  # how busy the machine is, is not asked here
    path = tmp_path / "mine.py"
    path.write_text(
        "from hpobench import Proposal, Strategy\n"
        "class Mine(Strategy):\n"
        "    def ask(self, pending):\n"
        "        return Proposal(self.task.space.sample(self.rng))\n"
        "    def tell(self, trial):\n"
        f"        if len(self.task.space) == 1:\n            {does}\n"
    )
    (entry,) = find_strategies(str(path))
    begun: list[str] = []
    found = list(findings("strategy", entry.identity, seconds, begun.append))
    assert [each.key for each in found] == [each.key for each in STRATEGY_PROMISES]
    marks = [each.mark for each in found]
    at = len(begun) - 1  # on a slow machine, the time of a promise may end before its task
    assert at >= 1
    assert set(marks[:at]) == {"ok"}
    assert begun == [each.words for each in STRATEGY_PROMISES[: at + 1]]
    assert {each.remark for each in found[at + 1 :]} == {"its process had to be ended"}
    end = found[at]
    assert end.mark == ("broken" if seen else "skipped")
    assert re.fullmatch(seen, end.seen)
    assert ("--seconds allows more" in end.right) == ("more than" in seen)
    assert bool(seen) or re.fullmatch(r"took longer than \d+ seconds; --seconds .*", end.remark)


def test_processor_time_that_no_check_takes_is_far_more_than_the_check_may_take() -> None:
    assert processes.endless(5.0) == 45.0
    assert processes.endless(1000.0) == 3030.0


def test_a_process_that_waits_for_ever_is_noticed_by_the_clock() -> None:
    job = Spawned(methodcaller("recv"))  # what is never sent
    try:
        with pytest.raises(SlowError, match="took longer than 1 seconds; --seconds allows more"):
            message_within(job, Limits(waits=1.0, works=100.0))
    finally:
        job.stop()


def test_neither_imports_nor_work_are_waiting_in_another_process(tmp_path: Path) -> None:
    """The file imports for longer than an evaluation may wait, and so long an evaluation works."""
    path, done = tmp_path / "lazy.py", tmp_path / "done"
    path.write_text(
        "import time\n"
        "from pathlib import Path\n"
        "from hpobench import Float, Space\n"
        "time.sleep(0.8)\n"
        "space = Space({'x': Float(0, 1)})\n"
        "def error(config):\n"
        "    time.sleep(1000 * (config['x'] > 0.5))\n"
        "    until = time.process_time() + 0.8\n"
        "    while time.process_time() < until: pass\n"
        f"    Path({str(done)!r}).touch()\n"
        "    return config['x']\n"
    )
    (entry,) = find_problems(str(path))
    wanted = [(entry.identity, ({"x": x}, None)) for x in (0.25, 0.75)]
    with pytest.raises(Skipped, match="another process took longer than 0 seconds; --seconds"):
        fingerprints("problem", wanted, Limits(waits=0.4, works=PATIENCE.works))
    assert done.exists()


@pytest.mark.parametrize(
    ("luck", "seen", "right"),
    [
        ("np.random.rand()", "it changed numpy's", "leave it as it was; if that is its luck, {}"),
        ("np.random.default_rng().uniform()", "", "the same: {}"),
    ],
)
def test_a_function_that_has_no_stream_is_not_told_to_draw_from_it(
    tmp_path: Path, luck: str, seen: str, right: str
) -> None:
    path = tmp_path / "function.py"
    path.write_text(
        "import numpy as np\n"
        "from hpobench import Float, Space\n"
        "space = Space({'x': Float(0, 1)})\n"
        f"def error(config): return {luck}\n"
    )
    key = "untouched" if seen else "repeats"
    (promise,) = [each for each in PROBLEM_PROMISES if each.key == key]
    found = promise.judged(evaluations(find_problems(str(path))[0]))
    assert found.seen.startswith(seen)
    advice = "give it random_state=0, or make it a Problem, whose `start` gets a generator"
    assert found.right == right.format(advice)


def test_how_long_a_promise_may_take_follows_from_the_work_before_it() -> None:
    allowance = Allowance(1000.0)
    allowance.divide(20)
    assert allowance.patience("a run") == pytest.approx(1000, abs=1)
    with allowance.measured("a run"):
        burn(0.05)
    portion, usual = 2 * 1000 / 20, allowance.usual("a run")
    assert allowance.patience("a run") == pytest.approx(portion + 103 * usual, abs=1)
    assert allowance.patience("an evaluation") == pytest.approx(1000 + 3 * usual, abs=1)
    allowance.suppose("as declared", 5.0)
    assert allowance.patience("a run") == pytest.approx(portion + 103 * 5.0, abs=1)
    allowance.suppose("as declared", 50.0)
    assert allowance.patience("a run") == pytest.approx(1000 + 3 * 50.0, abs=1)


def burn(seconds: float) -> None:
    until = process_time() + seconds
    while process_time() < until:
        pass


def test_what_there_is_no_time_for_is_left_out_and_said() -> None:
    allowance = Allowance(0.4)
    allowance.divide(1)
    with allowance.measured("a run"):
        burn(0.15)
    tried: list[int] = []
    for each in allowance.over("a run", range(5)):
        tried.append(each)
        with allowance.measured("a run"):
            burn(0.15)
    assert tried == [0]
    assert allowance.left_out == "only 1 of 5, for want of time"
    assert list(allowance.as_many("a step", "abc")) == ["a", "b", "c"]
    with pytest.raises(OutOfTime, match="--seconds allows more"):
        allowance.need("a run")


def test_a_run_that_no_time_is_left_for_is_given_up() -> None:
    subject = races(STRATEGIES["sane"])
    subject.allowance = Allowance(-1.0)
    with pytest.raises(OutOfTime, match="the time was not enough; --seconds allows more"):
        subject.run(TASKS["three reals"])


def test_what_supports_none_of_the_usual_tasks_is_checked_on_the_simplest(tmp_path: Path) -> None:
    path = tmp_path / "choosy.py"
    path.write_text(
        "from hpobench import Proposal, Strategy, Unsupported\n"
        "class Choosy(Strategy):\n"
        "    def setup(self, task, rng):\n"
        "        super().setup(task, rng)\n"
        "        if repr(task.space).count('Categorical') != 1 or len(task.space) > 1:\n"
        "            raise Unsupported('needs one choice')\n"
        "    def ask(self, pending):\n"
        "        return Proposal(self.task.space.sample(self.rng))\n"
    )
    subject = races(find_strategies(str(path))[0])
    checked = {"budget", "given", "again", "workers", "first", "repeats", "recommend"}
    promises = [each for each in STRATEGY_PROMISES if each.key in {*checked, "pending"}]
    marks = {each.key: each.judged(subject).mark for each in promises}
    # Without a real, a proposal comes twice by chance.
    assert marks == {**dict.fromkeys(checked, "ok"), "pending": "skipped"}


def test_a_run_is_undone_unless_it_is_exposed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BROKEN_STRATEGY", raising=False)
    pollutes = races(STRATEGIES["untouched"])
    assert pollutes.again(PLAIN, workers=2).ended_well
    assert "BROKEN_STRATEGY" not in os.environ
    pollutes.exposed(PLAIN)
    assert os.environ.pop("BROKEN_STRATEGY") == "1"


def test_who_thinks_long_has_fewer_evaluations_a_run_and_it_is_said(tmp_path: Path) -> None:
    path = tmp_path / "slow.py"
    path.write_text(
        "import time\nfrom hpobench import Proposal, Strategy\n"
        "class Slow(Strategy):\n"
        "    def ask(self, pending):\n"
        "        until = time.process_time() + 0.15\n"
        "        while time.process_time() < until: pass\n"
        "        return Proposal(self.task.space.sample(self.rng))\n"
    )
    (entry,) = find_strategies(str(path))
    subject = races(entry)
    found = [each.judged(subject) for each in STRATEGY_PROMISES[:1]]
    assert found[0].remark == f"{FEW} evaluations a run"
