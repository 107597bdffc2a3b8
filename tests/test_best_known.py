"""The best that is known of trained problems: what runs and searches found, and how it is kept."""

import importlib.util
import json
import math
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from ended import EPOCHS, HIGH, OUTCOMES, results, trial

from hpobench import (
    Categorical,
    Config,
    Evaluation,
    Fidelity,
    Float,
    Instance,
    Problem,
    Proposal,
    Space,
    Stream,
    registry,
)
from hpobench.cards.anchors import anchors, frozen, surveyed_configs
from hpobench.cards.points import Point
from hpobench.commands.anchoring.best_known import (
    Found,
    beginning_at,
    improved,
    in_folders,
    is_so,
    lowest,
    searched,
    searches,
)
from hpobench.errors import InputError
from hpobench.seeds import MOST

ROOT = Path(__file__).parents[1]
FILES = ROOT / "problems" / "data" / "anchors"
TRAINED = [problem for problem in registry.problems().values() if problem.about.trained]

_SPEC = importlib.util.spec_from_file_location("anchors_script", ROOT / "scripts" / "anchors.py")
assert _SPEC is not None
assert _SPEC.loader is not None
script = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(script)


def evaluate(proposal: Proposal, stream: Stream, _: object) -> Evaluation:
    """Return a value that depends on the fidelity and on the luck of the training, too."""
    x, level = float(proposal.config["x"]), float(proposal.fidelity or 0)  # type: ignore[arg-type]  # a number
    value = (x - 0.3) ** 2 + 0.01 * float(stream.rng().random()) - level
    return Evaluation(value, score=-value)


SPACE = Space({"x": Float(0.0, 1.0)})
LUCKY = Problem("lucky", 2, SPACE, lambda _: Instance(evaluate), Fidelity(1, 9), instances=3)
BEGIN: Config = {"x": 0.9}
ENTRY: dict[str, Any] = {
    "best": {"config": BEGIN, "value": -8.5, "score": 8.5, "evaluations": 500},
    "noise": 0.003,
    "pool": 300,
    "failures": 0,
    "quantiles": [float(q) for q in range(11)],
    "values": {"reference": -8.5, "random": 1.0, "evaluations": [1, 2], "curve": [2.0, 0.5]},
    "scores": {"reference": 8.5, "random": 9.0, "evaluations": [1, 2], "curve": [9.5, 8.9]},
}
FOUND = Found(Point({"x": 0.25}, -8.75, 8.625), "tpe", 7, 0, 25)


def test_the_lowest_of_a_run_is_a_full_evaluation_and_knows_how_often_it_was_begun() -> None:
    problem = replace(LUCKY, fidelity=Fidelity(1, HIGH))
    found = lowest("a", 4, EPOCHS, problem)
    point = Point(EPOCHS[11].trial.proposal.config, 0.125, 0.25)
    assert repr(found) == repr(Found(point, "a", 4, 3, 13))  # it holds nan
    (continued,) = [each for each in EPOCHS if each.trial.id == 10]
    without = [each for each in EPOCHS if each.trial.id < 11]
    found = lowest("a", 4, without[::-1], problem)
    assert found is not None
    assert (found.point.value, found.begun) == (continued.value, 0)


def test_a_run_without_a_full_evaluation_that_has_value_and_score_found_nothing() -> None:
    short = [each for each in EPOCHS if each.trial.proposal.fidelity != HIGH]
    problem = replace(LUCKY, fidelity=Fidelity(1, HIGH))
    failed = trial(0, [math.nan], fidelity=HIGH)
    scoreless = replace(trial(1, [-5.0], fidelity=HIGH), score=math.nan)
    assert lowest("a", 0, [*short, failed, scoreless], problem) is None


def test_folders_give_what_runs_on_the_same_version_found_by_instance(tmp_path: Path) -> None:
    better = replace(OUTCOMES[0], run=replace(OUTCOMES[0].run, seed=2))
    folder = results(tmp_path / "r", [*OUTCOMES[:3], replace(better, records=(trial(0, [-3.0]),))])
    bowl = Problem("bowl", 1, SPACE, lambda _: Instance(evaluate), instances=2)
    found = in_folders([folder], {"bowl": bowl, "epochs": replace(LUCKY, name="epochs")})
    assert {place: [one.point.value for one in each] for place, each in found.items()} == {
        ("bowl", 0): [-3.0, 0.5],
        ("bowl", 1): [5.0],
    }
    with pytest.raises(InputError, match="no results of hpobench"):
        in_folders([ROOT / "docs"], {})


def test_what_a_run_found_is_so_when_the_same_training_made_again_has_it() -> None:
    (search,) = searches(["local-search"], LUCKY, 1, seeds=1, budget=6)
    found, evaluations = searched(search, LUCKY, BEGIN)
    assert found is not None
    assert evaluations == 6
    assert is_so(found, LUCKY)
    assert not is_so(replace(found, begun=found.begun + 1), LUCKY)
    assert not is_so(replace(found, seed=found.seed + 1), LUCKY)
    assert not is_so(replace(found, point=replace(found.point, score=0.0)), LUCKY)


def test_a_search_begins_at_the_best_that_is_known() -> None:
    (search,) = searches(["default"], LUCKY, 2, seeds=1, budget=6)
    found, evaluations = searched(search, LUCKY, BEGIN)
    assert found is not None
    assert (found.point.config, evaluations) == (BEGIN, 1)
    (unable,) = searches(["hypergradient"], LUCKY, 2, seeds=1, budget=6)
    assert searched(unable, LUCKY, BEGIN)[0] is None


def test_a_search_has_the_luck_of_no_run_and_the_instance_that_it_is_for() -> None:
    for place in range(3):
        found = searches(["default", "sobol"], LUCKY, place, seeds=2, budget=6)
        assert [each.strategy for each in found] == ["default", "sobol", "default", "sobol"]
        assert {each.seed % LUCKY.instances for each in found} == {place}
        assert min(each.seed for each in found) >= MOST
        assert len({each.seed for each in found}) == 2


def test_a_space_begins_at_a_configuration_and_all_else_stays() -> None:
    kinds = Categorical(("a", None, "b"), default="b")
    space = Space({"kind": kinds, "y": Float(0, 1, when={"kind": ("b",)}), "x": Float(0, 1)})
    configs: tuple[Config, ...] = (
        {"kind": "a", "x": 0.1},
        {"kind": "b", "y": 0.7, "x": 0.1},
        {"kind": None, "x": 0.1},
    )
    for config in configs:
        moved = beginning_at(space, config)
        assert moved.default() == config
        assert [moved.check(each) for each in configs] == list(configs)
        assert moved["x"] == Float(0, 1, default=0.1)
        assert moved["y"] == replace(space["y"], default=config.get("y"))  # type: ignore[arg-type]  # its own value


def test_a_better_configuration_moves_the_references_and_nothing_else() -> None:
    entry = improved(ENTRY, FOUND)
    assert entry["best"]["found"] == {"strategy": "tpe", "seed": 7, "begun": 0}
    assert entry["best"]["evaluations"] == 25
    before, after = (frozen("2", [each], None) for each in (ENTRY, entry))
    assert (after.values[0].reference, after.scores[0].reference) == (-8.75, 8.625)
    assert after.values == (replace(before.values[0], reference=-8.75),)
    assert after.scores == (replace(before.scores[0], reference=8.625),)
    assert before.version != after.version
    changed = {key for key in entry if entry[key] != ENTRY.get(key)}
    assert changed == {"best", "surveyed", "values", "scores"}
    better = replace(FOUND, point=replace(FOUND.point, value=-9.0))
    assert improved(entry, better)["surveyed"] == ENTRY["best"]


def kept(folder: Path) -> Any:  # noqa: ANN401  # JSON
    content = {"problem": "lucky", "version": 2, "facts": {}, "instances": [ENTRY] * 3}
    script.put(folder, LUCKY, content)
    return content


def test_the_script_takes_in_only_what_is_lower_and_is_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before = kept(tmp_path)
    (search,) = searches(["local-search"], LUCKY, 1, seeds=1, budget=6)
    true, _ = searched(search, LUCKY, BEGIN)
    assert true is not None
    false = replace(true, point=replace(true.point, value=-99.0))
    poor = replace(true, point=replace(true.point, value=0.0))
    found = {("lucky", 0): [poor], ("lucky", 1): [false, true], ("lucky", 2): [false]}
    monkeypatch.setattr(script, "in_folders", lambda *_: found)
    script.take_in([LUCKY], tmp_path, [])
    after = script.content_of(tmp_path, LUCKY)
    assert after == {**before, "instances": [ENTRY, improved(ENTRY, true), ENTRY]}
    said = capsys.readouterr().out
    assert said.count("left out, for the training made again has another result") == 2


def test_the_script_writes_each_search_at_once_and_makes_none_twice(tmp_path: Path) -> None:
    kept(tmp_path)
    script.search([LUCKY], tmp_path, ["local-search"], 2, 6)
    first = script.content_of(tmp_path, LUCKY)
    assert [[each["evaluations"] for each in made] for made in first["searches"]] == [[6, 6]] * 3
    for entry in first["instances"]:
        assert entry["values"]["reference"] == entry["best"]["value"] < -8.5
    (search,) = searches(["local-search"], LUCKY, 0, seeds=1, budget=6)
    assert script.search_once(LUCKY, tmp_path, 0, search) == ""
    assert script.search_once(LUCKY, tmp_path, 0, replace(search, budget=7))
    second = script.content_of(tmp_path, LUCKY)
    assert [len(made) for made in second["searches"]] == [3, 2, 2]
    assert second["instances"][0]["best"]["value"] <= first["instances"][0]["best"]["value"]


def test_the_script_says_what_it_can_t_search() -> None:
    parser = script.arguments()
    with pytest.raises(InputError, match="trains no models, so no better best is taken in: branin"):
        script.wanted_of(parser.parse_args(["branin", "ridge-california", "--search"]))
    for option in ("--budget", "--seeds"):
        with pytest.raises(SystemExit):
            parser.parse_args(["ridge-california", "--search", option, "0"])


@pytest.mark.parametrize("problem", TRAINED, ids=lambda problem: problem.name)
def test_the_committed_best_is_the_reference_and_not_above_the_survey_s(problem: Problem) -> None:
    content = json.loads((FILES / f"{problem.name}.json").read_text(encoding="utf-8"))
    made = content.get("searches", [[]] * problem.instances)
    assert len(made) == problem.instances
    least = math.inf
    for entry, searches_ in zip(content["instances"], made, strict=True):
        best, surveyed = entry["best"], entry.get("surveyed", entry["best"])
        assert (entry["values"]["reference"], entry["scores"]["reference"]) == (
            best["value"],
            best["score"],
        )
        assert best["value"] <= surveyed["value"] <= entry["quantiles"][0] + 1e-9
        assert problem.space.check(best["config"]) == best["config"]
        assert ("found" in best) == ("surveyed" in entry) == (best["value"] < surveyed["value"])
        spent = sum(each["evaluations"] for each in searches_)
        least = min(least, surveyed["evaluations"] + spent)
    known = anchors(problem.name, problem.version)
    assert known is not None
    assert known.facts is not None
    assert known.facts.searched == least
    assert len(surveyed_configs(problem.name, problem.version)) == problem.instances


def test_a_committed_best_from_a_run_is_so_here() -> None:
    problem = registry.problems()["ridge-california"]
    content = json.loads((FILES / f"{problem.name}.json").read_text(encoding="utf-8"))
    found = [found_in(entry["best"]) for entry in content["instances"] if "surveyed" in entry]
    assert found
    assert is_so(found[0], problem)


def found_in(best: Mapping[str, Any]) -> Found:
    point = Point(best["config"], best["value"], best["score"])
    return Found(point, **best["found"], evaluations=best["evaluations"])
