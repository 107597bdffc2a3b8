"""What every strategy that wraps a library must do, alone and compared with its bare loop.

Strategies whose library is neither installed nor in an environment of its own are skipped.
"""

import json
import os
import random
import re
import runpy
import subprocess
import sys
import tempfile
import threading
import tomllib
from collections.abc import Callable
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from packaging.requirements import Requirement
from races import finished

from hpobench import (
    Categorical,
    Config,
    Evaluation,
    Fidelity,
    Float,
    Instance,
    Int,
    Ordinal,
    Problem,
    Proposal,
    Space,
    Task,
    Trial,
    registry,
)
from hpobench.adapters import Adapter
from hpobench.experiment.estimates import suggestion_seconds
from hpobench.hosting import environments
from hpobench.hosting.client import Remote, importing, serving
from hpobench.hosting.environments import TORCH
from hpobench.hosting.placement import available, hosted
from hpobench.json_forms import task_to_json
from hpobench.runner import Race, run
from hpobench.strategy import fields_of, luck_of
from hpobench.trial import Record, Stop

ROOT = Path(__file__).parents[1]
ADAPTERS = {
    name: strategy
    for name, strategy in registry.strategies().items()
    if isinstance(strategy, Adapter)
}
HASHED = {"smac-bb", "smac-hpo"}
"""The strategies whose runs repeat only with the hash seed that the processes of a session have."""
SLOW = 0.05
"""A strategy that takes at least so many seconds a suggestion has 12 trials here: two after a
design of 10."""
EARLY = {
    "ax": 7,
    "bayes-opt": 7,
    "smac-bb": 4,
    "smac-hpo": 6,
    "syne-tune-bore": 8,
    "syne-tune-cqr": 7,
}
"""The number of trials of strategies that ask their models sooner: the last two to five are a
model's."""
IGNORE = {"bohb", "dehb", "nevergrad-ngopt", "syne-tune-asha"}
"""The strategies whose library can't be told of a trial that it did not suggest."""
every_adapter = pytest.mark.parametrize(
    "name",
    [
        pytest.param(
            name,
            marks=[
                pytest.mark.peers if strategy.library.shared else pytest.mark.isolated,
                pytest.mark.skipif(
                    available(strategy.library) is None, reason=f"no {strategy.library.name} here"
                ),
            ],
        )
        for name, strategy in ADAPTERS.items()
    ],
    scope="module",  # all tests of a strategy in a row, as a process keeps its library and its runs
)

KINDS = Space(
    {
        "learning rate": Float(1e-6, 10.0, log=True),
        "share": Float(-5.0, 10.0),
        "narrow": Float(1.0, 1.0 + 1e-9),
        "depth": Int(-3, 12),
        "trees": Int(1, 500, log=True),
        "size": Ordinal((16, 32, 64)),
        "order": Ordinal((None, "low", 2.5, False)),
        "flag": Categorical((True, 1, 1.0, None, "1", False, 0)),
        "kind": Categorical(("a", "b")),
    }
)
NESTED = Space(
    {
        "model": Categorical(("svm", "net", "none")),
        "kernel": Categorical(("rbf", "linear"), when={"model": ("svm",)}),
        "gamma": Float(1e-5, 1.0, log=True, when={"kernel": ("rbf",)}),
        "layers": Int(1, 3, when={"model": ("net",)}),
        "width": Ordinal((8, 16, 32), default=16, when={"layers": (2, 3)}),
    }
)
HARNESS = ROOT / "tests" / "bare" / "harness.py"
FLAT: Space = runpy.run_path(str(HARNESS))["SPACE"]
loss: Callable[..., float] = runpy.run_path(str(HARNESS))["loss"]
ELSEWHERE = f"""
import importlib, json, runpy, sys
import numpy as np
from hpobench.json_forms import task_from_json
request = json.load(sys.stdin)
loops = runpy.run_path({str(HARNESS)!r})["side_by_side"](request)
kind = getattr(importlib.import_module(request["module"]), request["kind"])
crossed = []
for task, configs in request["cases"]:
    strategy = kind(**request["fields"])
    strategy.setup(task_from_json(task), np.random.default_rng(0))
    with strategy.contained():
        crossed += [strategy.inward(strategy.outward(config)) for config in configs]
    strategy.close()
print(json.dumps({{"loops": loops, "crossed": crossed}}))
"""
"""What a process that has the library does: it runs the bare loop and all crossings. A crossing
turns a configuration into the library's form and back."""


def _flat(config: Config) -> float:
    return loss(**config)


def _distance(space: Space) -> Callable[[Config], float]:
    def distance(config: Config) -> float:
        units = space.encode(config)
        return float(np.nansum((units - 0.3) ** 2))

    return distance


def _failing(config: Config) -> float:
    value = _flat(config)
    if value > 3.0:
        raise ArithmeticError("out of the region")
    return value


def _broken(config: Config) -> float:
    raise ArithmeticError(f"it always fails: {config}")


def _problem(
    name: str,
    space: Space,
    function: Callable[[Config], float],
    fidelity: Fidelity | None = None,
) -> Problem:
    def evaluate(proposal: Proposal, *_: object) -> Evaluation:
        rest = 1 / proposal.fidelity if proposal.fidelity else 0.0
        return Evaluation(function(proposal.config) + rest)

    return Problem(name, 1, space, lambda _: Instance(evaluate), fidelity=fidelity)


EPOCHS = Fidelity(1, 27)
PROBLEMS = {
    problem.name: problem
    for problem in (
        _problem("kinds", KINDS, _distance(KINDS)),
        _problem("epochs", FLAT, _flat, EPOCHS),
        _problem("nested-epochs", NESTED, _distance(NESTED), Fidelity(2, 50)),
        _problem("failing", FLAT, _failing, EPOCHS),
        _problem("broken", FLAT, _broken, EPOCHS),
        _problem("one", Space({"only": Float(0.0, 1.0)}), lambda _: 1.0, EPOCHS),
        _problem("one-choice", Space({"only": Categorical((None, False))}), lambda _: 1.0, EPOCHS),
    )
}
FIDELITY = {"epochs", "nested-epochs", "failing", "broken", "one", "one-choice"}
every_problem = pytest.mark.parametrize("problem", PROBLEMS)


def _trials(name: str, problem: str = "") -> int:
    if (name, problem) == ("ax", "one-choice"):
        return 2  # Ax takes most of a minute to find that nothing is left
    return EARLY.get(name, 12 if suggestion_seconds()[name] >= SLOW else 30)


def _begun(name: str, problem: str, workers: int = 1, seed: int = 0) -> Race:
    return run(
        hosted(ADAPTERS[name]),
        PROBLEMS[problem],
        budget=_trials(name, problem),
        workers=workers,
        seed=seed,
    )


def _run(name: str, problem: str, workers: int = 1) -> tuple[list[Record], Stop]:
    return finished(_begun(name, problem, workers))


@cache
def _first_run(name: str, problem: str) -> tuple[list[Record], Stop]:
    return _run(name, problem)


def _python(name: str) -> str:
    """Return the path of the interpreter that has the library."""
    library = ADAPTERS[name].library
    environment = environments.find(library.name)
    if library.installed() is None and environment is not None:
        return environment.python
    return sys.executable


@cache
def _elsewhere(name: str) -> Any:  # noqa: ANN401  # JSON
    """Run all crossings and the bare loop in one fresh process that has the library."""
    adapter = ADAPTERS[name]
    kind = type(adapter)
    request = {
        "module": kind.__module__,
        "kind": kind.__qualname__,
        "fields": fields_of(adapter),
        "cases": [
            (task_to_json(Task(space, EPOCHS, 20.0, 1)), _extremes(space))
            for space in (KINDS, NESTED)
        ],
        "name": name,
        "seeds": [0],
        "trials": _trials(name),
    }
    done = subprocess.run(  # noqa: S603  # our own code
        [*importing(_python(name)), ELSEWHERE],
        input=json.dumps(request),
        env=os.environ | {"PYTHONHASHSEED": "0", "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@every_adapter
@every_problem
def test_a_run_ends_well_or_says_what_it_needs(name: str, problem: str) -> None:
    records, stop = _first_run(name, problem)
    if stop.reason == "unsupported":
        assert stop.detail.startswith("needs ")
        assert problem not in FIDELITY
        assert not records
    else:
        enough = {"complete", "exhausted"} if problem == "one-choice" else {"complete"}
        assert stop.reason in enough, stop.detail
        highest = PROBLEMS[problem].fidelity
        reached = {record.trial.proposal.fidelity for record in records}
        succeeded = any(not record.failed for record in records)
        assert not succeeded or (highest.high if highest else None) in reached


@every_adapter
def test_many_workers_have_one_run_or_it_says_that_it_takes_one(name: str) -> None:
    records, stop = _run(name, "nested-epochs", workers=4)
    if ADAPTERS[name].parallel:
        assert stop.reason == "complete", stop.detail
        assert len(records) >= _trials(name)
    else:
        assert stop.detail == "needs to know each trial's value before the next, one at a time"


@every_adapter
def test_a_run_goes_on_from_a_trial_that_is_told_first(name: str) -> None:
    for problem in ("nested-epochs", "broken"):
        made = run(
            hosted(ADAPTERS[name]),
            PROBLEMS[problem],
            budget=_trials(name, problem),
            first="default",
        )
        records, stop = finished(made)
        assert stop.reason == "complete", stop.detail
        assert records[0].trial.proposal.config == PROBLEMS[problem].space.default()
        own = [record.trial.proposal for record in records[1:]]
        alone = [record.trial.proposal for record in _first_run(name, problem)[0]]
        if name in IGNORE and not any(proposal.resume is not None for proposal in (*own, *alone)):
            assert own == alone[: len(own)]


@every_adapter
def test_a_library_is_told_of_what_it_did_not_suggest_unless_it_has_no_way(name: str) -> None:
    if ADAPTERS[name].library.installed() is None:
        pytest.skip("its state is in another process")
    strategy = registry.strategies()[name]  # one that no run has set up
    assert isinstance(strategy, Adapter)
    strategy.setup(Task(FLAT, EPOCHS, 20.0, 1), np.random.default_rng(0))
    with closing(strategy):
        strategy.tell(Trial(0, Proposal(FLAT.default(), 27), (1.0,), 1.0))
        assert (strategy.suggestions[0] is None) is (name in IGNORE)
        strategy.tell(_trial_of(strategy, 1))


def _trial_of(strategy: Adapter, number: int) -> Trial:
    """Ask a strategy, and return its proposal as a trial of this number."""
    proposal = strategy.ask(())
    assert proposal is not None
    return Trial(number, proposal, (2.0,), 1.0)


@every_adapter
def test_another_seed_gives_another_run(name: str) -> None:
    first = [record.trial.proposal for record in _first_run(name, "epochs")[0]]
    with closing(_begun(name, "epochs", seed=1)) as other:  # only until it differs
        assert any(one != record.trial.proposal for one, record in zip(first, other, strict=False))


def _away(name: str) -> list[str]:
    """Return what a strategy proposes in a fresh process, as text, so that 1 and True differ."""
    adapter = ADAPTERS[name]
    strategy = Remote(serving(_python(name), adapter))
    records = run(strategy, PROBLEMS["nested-epochs"], budget=_trials(name), luck=luck_of(adapter))
    return [repr(record.trial.proposal) for record in records]


@every_adapter
def test_a_seed_fixes_the_proposals_in_any_process(name: str) -> None:
    if name in HASHED or ADAPTERS[name].library.installed() is None:
        expected = _away(name)
    else:
        expected = [repr(record.trial.proposal) for record in _first_run(name, "nested-epochs")[0]]
    assert _away(name) == expected
    assert len(expected) >= _trials(name)


def _extremes(space: Space) -> list[Config]:
    """Return configurations at the ends of each range, of each value, and in between."""
    units = [np.full(len(space), edge) for edge in (0.0, 1.0)]
    units += [np.random.default_rng(0).random(len(space)) for _ in range(20)]
    configs = [space.decode(unit) for unit in units]
    for key, parameter in space.items():
        values = (0.0, 1.0) if isinstance(parameter, Float | Int) else parameter.values
        for place in range(len(values)):
            edge = np.full(len(space), 0.4)
            edge[list(space).index(key)] = (place + 0.5) / len(values) if len(values) > 2 else place
            configs.append(space.decode(edge))
    return configs


@every_adapter
def test_the_extremes_of_every_kind_cross_both_ways(name: str) -> None:
    cases = [(space, config) for space in (KINDS, NESTED) for config in _extremes(space)]
    for (space, config), found in zip(cases, _elsewhere(name)["crossed"], strict=True):
        assert space.check(found) == found
        assert list(found) == list(config)
        for key, value in config.items():
            if isinstance(space[key], Float):
                assert found[key] == pytest.approx(value, rel=1e-9)
            else:
                assert (type(found[key]), found[key]) == (type(value), value)


@every_adapter
def test_it_proposes_what_the_library_proposes_in_its_bare_loop(name: str) -> None:
    loops = _elsewhere(name)["loops"]
    if not loops:
        pytest.skip("it proposes fidelities, which a bare loop of full evaluations has not")
    assert loops[0]["adapter"] == pytest.approx(loops[0]["bare"], rel=1e-12)


@every_adapter
def test_it_leaves_its_surroundings_as_they_were(
    name: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    _first_run(name, "epochs")  # the import may start something, once
    work, temporary = tmp_path / "work", tmp_path / "temporary"
    for folder in (work, temporary):
        folder.mkdir()
    monkeypatch.chdir(work)
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    random.seed(1)
    np.random.seed(1)  # noqa: NPY002  # the global generator is watched
    before, threads = _generators(), threading.active_count()
    capfd.readouterr()
    _run(name, "epochs")
    assert capfd.readouterr() == ("", "")
    assert _generators() == before
    assert threading.active_count() == threads
    assert not list(work.iterdir())
    assert not list(temporary.iterdir())


def _generators() -> list[str]:
    """Return the states of the global generators, as text."""
    states = [repr(random.getstate()), repr(np.random.get_state())]  # noqa: NPY002  # the global one
    torch = sys.modules.get("torch")
    return states + ([] if torch is None else [repr(torch.get_rng_state().tolist())])


@pytest.mark.parametrize("name", ADAPTERS)
def test_it_says_what_it_is_and_where_it_is_from(name: str) -> None:
    adapter = ADAPTERS[name]
    summary = (type(adapter).__doc__ or "").split("\n\n")[0]
    assert summary.endswith(".")
    assert not summary.startswith(f"{type(adapter).__name__}(")
    assert adapter.citation
    assert suggestion_seconds()[name] > 0
    json.dumps(fields_of(adapter))


def test_the_extras_are_what_the_libraries_need() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    extras = project["project"]["optional-dependencies"]
    shared: set[str] = set()
    for adapter in ADAPTERS.values():
        library = adapter.library
        if library.shared:
            assert set(extras[library.name]) == set(library.requirements)
            shared |= set(library.requirements)
        else:
            assert library.name not in extras
    assert set(extras["peers"]) == shared


def test_every_library_has_the_lock_of_an_environment() -> None:
    folder = ROOT / "hpobench" / "hosting" / "environments"
    libraries = {each.library for each in registry.entrants().values() if each.library}
    assert {path.stem for path in folder.glob("*.txt")} == {each.name for each in libraries}
    for library in libraries:
        lock = (folder / f"{library.name}.txt").read_text(encoding="utf-8")
        pinned = re.findall(r"^([\w.-]+)==(\S+)", lock, re.MULTILINE)
        versions = {name.lower().replace("_", "-"): version for name, version in pinned}
        assert not versions.keys() & set(library.unneeded)
        for requirement in map(Requirement, library.requirements):
            name = requirement.name.lower().replace("_", "-")
            version = TORCH.partition("==")[2] if name == "torch" else versions[name]
            assert requirement.specifier.contains(version)
