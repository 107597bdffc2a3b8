"""Moved ranges: where the optimum lies then, what stays, and the anchors of each instance."""

import importlib.util
import json
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from hpobench import (
    Categorical,
    Config,
    Description,
    Float,
    Instance,
    Int,
    Ordinal,
    Problem,
    Proposal,
    Space,
    Stream,
    plain,
    registry,
)
from hpobench.cards.anchors import anchors, moved_anchors
from hpobench.errors import InputError
from hpobench.registry.describing import problem_card
from hpobench.registry.options import read
from hpobench.seeds import of_instance
from hpobench.wrappers.moved import moved

ROOT = Path(__file__).parents[1]
STREAM = Stream(("test",))
STAYS = {"eggholder", "schwefel-8", "switches-20", "tree-9"}
"""The synthetic problems whose ranges can't be moved."""
SYNTHETIC = [name for name, each in registry.problems().items() if each.about.family == "synthetic"]
MOVABLE = [name for name in SYNTHETIC if name not in STAYS]
SPACE = Space(
    {
        "real": Float(-1.0, 3.0),
        "rate": Float(1e-4, 1.0, log=True),
        "whole": Int(0, 19),
        "power": Int(1, 100, log=True),
        "parent": Int(1, 3),
        "level": Ordinal((1, 2, 4)),
        "kind": Categorical(("a", "b")),
        "child": Float(0.0, 1.0, when={"kind": ("b",)}),
    }
)
BEST: Config = {
    "real": 0.0,
    "rate": 1e-3,
    "whole": 2,
    "power": 10,
    "parent": 2,
    "level": 4,
    "kind": "a",
}


def given(config: Config) -> float:
    """Return a value that tells which configuration was evaluated, apart from its texts."""
    seen.append(config)
    return 0.0


seen: list[Config] = []
PROBLEM = Problem(
    "all-kinds",
    1,
    Space({**SPACE, "other": Float(0.0, 1.0, when={"parent": (3,)})}),
    plain(given, 0.0, BEST),
    about=Description(extends=True),
)


def found(spec: str) -> Problem:
    (entry,) = registry.find_problems(spec)
    return entry.item


def begun(name: str, place: int) -> tuple[Problem, Instance]:
    problem = found(f"{name}+moved")
    return problem, problem.start(of_instance(problem.base, place).rng())


def score(problem: Problem, instance: Instance, config: Config) -> float:
    fidelity = problem.fidelity.high if problem.fidelity else None
    return instance.evaluate(Proposal(config, fidelity), STREAM, None).reported


def places(name: str) -> list[float]:
    """Return the coordinates of the optimum in 400 instances."""
    problem = moved(PROBLEM)
    starts = [problem.start(np.random.default_rng(seed)) for seed in range(400)]
    row = list(problem.space).index(name)
    return [float(problem.space.encode(each.minimiser or {})[row]) for each in starts]


@pytest.mark.parametrize("name", ["real", "rate", "whole"])
def test_the_optimum_is_uniform_in_the_middle_four_fifths_of_a_range(name: str) -> None:
    from scipy.stats import kstest

    half = 0.025 if name == "whole" else 0.0  # a whole number stands at the middle of its share
    coordinates = np.array(places(name))
    assert coordinates.min() >= 0.1 - half
    assert coordinates.max() <= 0.9 + half
    jitter = half * np.random.default_rng(0).uniform(-1, 1, 400)
    assert kstest((coordinates + jitter - 0.1) / 0.8, "uniform").pvalue > 0.01


def test_the_width_of_a_range_stays_and_the_optimum_is_where_it_is_said_to_be() -> None:
    problem = moved(PROBLEM)
    instance = problem.start(np.random.default_rng(1))
    assert instance.minimiser is not None
    config = problem.space.check(instance.minimiser)
    ends: Config = {"real": 3.0, "rate": 1.0, "whole": 19}
    starts: Config = {"real": -1.0, "rate": 1e-4, "whole": 0}
    seen.clear()
    for each in (config, config | ends, config | starts):
        score(problem, instance, each)
    best, high, low = seen
    assert best == pytest.approx(BEST)
    assert best.keys() == BEST.keys()
    widths = [
        float(high["real"]) - float(low["real"]),  # type: ignore[arg-type]  # numbers
        math.log10(float(high["rate"]) / float(low["rate"])),  # type: ignore[arg-type]  # numbers
        int(high["whole"]) - int(low["whole"]),  # type: ignore[arg-type]  # numbers
    ]
    assert widths == pytest.approx([4.0, 4.0, 19])
    assert high["real"] != 3.0
    assert isinstance(high["whole"], int)


def test_what_has_no_range_to_move_stays_and_so_does_what_is_inactive_at_the_optimum() -> None:
    problem = moved(PROBLEM)
    config = problem.space.sample(np.random.default_rng(3)) | {"kind": "b", "child": 0.3}
    config |= {"parent": 3, "other": 0.9}
    stays = ("power", "parent", "level", "kind", "child", "other")
    for seed in range(5):
        seen.clear()
        score(problem, problem.start(np.random.default_rng(seed)), problem.space.check(config))
        assert {name: seen[0][name] for name in stays} == {name: config[name] for name in stays}


def test_each_instance_has_ranges_of_its_own_and_a_seed_fixes_them() -> None:
    first, second, again = (begun("branin", place)[1].minimiser for place in (0, 1, 0))
    assert first == again != second


@pytest.mark.parametrize("name", MOVABLE)
def test_the_optimum_is_attained_and_no_value_in_a_moved_range_is_below_it(name: str) -> None:
    """The problems with few parameters are searched by a descent, too."""
    from scipy.optimize import minimize

    for place in (0, 1):
        problem, instance = begun(name, place)
        assert instance.minimiser is not None
        assert instance.optimum is not None
        config = problem.space.check(instance.minimiser)
        assert score(problem, instance, config) == pytest.approx(instance.optimum, abs=1e-12)
        rng, size = np.random.default_rng(place), len(problem.space)
        units = rng.random((200, size))
        scores = [score(problem, instance, each) for each in problem.space.decode_all(units)]
        if size <= 6:

            def descended(unit: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> float:
                return score(problem, instance, problem.space.decode(unit))  # noqa: B023  # called here

            start = units[int(np.argmin(scores))]
            box = [(0.0, 1.0)] * size
            scores.append(minimize(descended, start, bounds=box, options={"maxiter": 15}).fun)
        assert min(scores) >= instance.optimum - 1e-12


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ("eggholder", "its ranges can't be moved: beyond them it is not defined, or may be below"),
        ("schwefel-8", "its ranges can't be moved"),
        ("tree-9", "its ranges can't be moved"),
        ("switches-20", "its ranges can't be moved"),
        ("ridge-california", "its ranges can't be moved"),
    ],
)
def test_a_problem_that_does_not_go_on_beyond_its_ranges_is_refused(
    spec: str, message: str
) -> None:
    with pytest.raises(InputError) as error:
        found(f"{spec}+moved")
    assert str(error.value).startswith(f"no {spec}+moved: {message}")


def test_a_problem_without_numbers_or_without_a_known_minimiser_is_refused() -> None:
    choices = replace(PROBLEM, space=Space({"kind": Categorical(("a", "b"))}))
    with pytest.raises(ValueError, match="no number whose range can be moved"):
        moved(choices)
    wide = Float(1e-200, 1.0, log=True), Float(-8e307, 8e307)
    for space in (Space({"wide": each}) for each in wide):
        with pytest.raises(ValueError, match="'wide' can't be moved, beyond it are no numbers"):
            moved(replace(PROBLEM, space=space))
    moved(replace(PROBLEM, space=Space({"wide": Float(1e-100, 1e50, log=True)})))
    with pytest.raises(ValueError, match="by where its optimum is, and none is known"):
        moved(replace(PROBLEM, start=plain(given, 0.0))).start(np.random.default_rng(0))


def test_lower_values_beyond_the_ranges_are_the_reason_why_some_stay() -> None:
    def lowest(name: str, config: Config) -> bool:
        form = registry.problems()[name].textbook
        assert form is not None
        instance = form.start(np.random.default_rng(0))
        assert instance.optimum is not None
        return score(form, instance, config) < instance.optimum

    assert lowest("schwefel-8", {f"x{i}": 713.0 for i in range(1, 9)})
    assert lowest("eggholder", {"x1": 900.0, "x2": 700.0}) or lowest(
        "eggholder", {"x1": 522.0, "x2": 413.0}
    )
    assert lowest("tree-9", {"x1": 0, "x2": 0, "x4": 0.0, "r8": -0.5})


def test_moving_stands_before_the_other_options() -> None:
    with pytest.raises(InputError) as error:
        read("noise=0.1+moved")
    message = "the option 'moved' must stand before 'noise': +noise=0.1+moved"
    assert str(error.value) == message
    assert [option.spelling for option in read("moved+noise=0.1")] == ["moved", "noise=0.1"]


@pytest.mark.parametrize("text", ["textbook+moved", "moved+textbook+noise=1"])
def test_the_published_form_is_not_moved_since_it_would_be_to_one_place(text: str) -> None:
    with pytest.raises(InputError) as error:
        read(text)
    assert str(error.value) == f"the options 'textbook' and 'moved' exclude each other: +{text}"


def test_other_options_go_on_top_of_moved_ranges() -> None:
    problem = found("branin+moved+noise=0.5+irrelevant=1")
    instance = problem.start(of_instance("branin", 4).rng())
    alone = begun("branin", 4)[1]
    assert instance.minimiser is not None
    assert instance.minimiser == {**(alone.minimiser or {}), "irrelevant-1": 0.5}
    assert score(problem, instance, instance.minimiser) == pytest.approx(1.25 / math.pi)


def test_a_moved_problem_has_anchors_for_each_instance() -> None:
    (plain_entry, moved_entry, noisy_entry) = (
        registry.find_problems(f"branin{options}")[0]
        for options in ("", "+moved", "+moved+noise=1")
    )
    shared, own = problem_card(plain_entry), problem_card(moved_entry)
    assert (len(shared.score_anchors), len(own.score_anchors)) == (1, 30)
    assert own.optimum == shared.optimum
    assert {each.reference for each in own.score_anchors} == {shared.optimum}
    assert len({each.random for each in own.score_anchors}) == 30
    noisy = problem_card(noisy_entry).score_anchors
    assert [each.random for each in noisy] == [each.random for each in own.score_anchors]
    assert not any(each.curve for each in noisy)


@pytest.mark.parametrize("name", MOVABLE)
def test_the_anchors_of_moved_problems_are_complete(name: str) -> None:
    problem = registry.problems()[name]
    frozen, fixed = moved_anchors(name, problem.version), anchors(name, problem.version)
    assert frozen is not None
    assert fixed is not None
    assert len(frozen.values) == len(frozen.scores) == 30
    for each in (*frozen.values, *frozen.scores):
        assert each.reference == fixed.values[0].reference
        assert each.random > each.reference
        assert each.evaluations == fixed.values[0].evaluations
        assert len(each.curve) == len(each.evaluations)
    assert all((np.diff(each.curve) <= 0).all() for each in frozen.values)


def test_another_version_of_a_problem_has_no_moved_anchors() -> None:
    assert moved_anchors("branin", 2) is None
    assert moved_anchors("eggholder", 1) is None


def test_the_committed_anchors_are_those_that_the_script_makes() -> None:
    path = ROOT / "scripts" / "moved_anchors.py"
    spec = importlib.util.spec_from_file_location("moved_anchors", path)
    assert spec is not None
    assert spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    file = ROOT / "problems" / "data" / "anchors" / "branin+moved.json"
    content = json.loads(file.read_text(encoding="utf-8"))
    made = script.instance(found("branin+moved"), 3, content["reference"])
    kept = content["instances"][3]
    assert made.keys() == kept.keys() == {"values"}
    # another platform's libm may round otherwise
    assert made["values"]["regrets"] == pytest.approx(kept["values"]["regrets"], rel=2e-4)
    assert made["values"]["random"] == pytest.approx(kept["values"]["random"], rel=1e-9)
