"""The libraries whose methods run brackets of fidelities; a missing library is skipped."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from hpobench import Evaluation, Fidelity, Float, Instance, Problem, Proposal, Space, registry
from hpobench.adapters import Adapter
from hpobench.hosting import environments
from hpobench.hosting.client import importing
from hpobench.hosting.placement import available, hosted
from hpobench.runner import run

pytestmark = pytest.mark.isolated

SCRIPT = Path(__file__).parent / "bare" / "brackets.py"
SPACE = Space({"x": Float(-1.0, 1.0), "y": Float(-1.0, 1.0)})


def _adapter(name: str) -> Adapter:
    strategy = registry.strategies()[name]
    assert isinstance(strategy, Adapter)
    if available(strategy.library) is None:
        pytest.skip(f"no {strategy.library.name} here")
    return strategy


def _proposals(name: str, fidelity: Fidelity) -> list[Proposal]:
    """Return what a strategy proposes on a problem whose value improves with the fidelity."""

    def evaluate(proposal: Proposal, *_: object) -> Evaluation:
        assert proposal.fidelity is not None
        x, y = (float(str(proposal.config[key])) for key in SPACE)
        if x > 0.5:
            raise ArithmeticError("out of the region")
        return Evaluation(x**2 + y**2 + 1 / proposal.fidelity)

    problem = Problem("bowl", 1, SPACE, lambda _: Instance(evaluate), fidelity=fidelity)
    records = run(hosted(_adapter(name)), problem, budget=8)
    return [record.trial.proposal for record in records]


@pytest.mark.parametrize("name", ["bohb", "dehb"])
def test_it_proposes_what_the_library_runs_by_itself(name: str) -> None:
    adapter = _adapter(name)
    environment = environments.find(adapter.library.name)
    here = adapter.library.installed() is not None or environment is None
    kind = type(adapter)
    done = subprocess.run(  # noqa: S603  # our own code
        [
            *importing(sys.executable if here else environment.python),  # type: ignore[union-attr]  # not None
            f"import runpy; runpy.run_path({str(SCRIPT)!r}, run_name='__main__')",
        ],
        input=json.dumps({"module": kind.__module__, "kind": kind.__qualname__, "name": name}),
        env=os.environ | {"OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout.splitlines()[-1])
    assert len(answer["bare"]) == 130  # twice 27 + 9 + 3 + 1, 9 + 3 + 1, 6 + 2 and 4
    assert answer["adapter"] == answer["bare"]


@pytest.mark.parametrize("name", ["bohb", "dehb"])
@pytest.mark.parametrize(
    ("fidelity", "rungs"),
    [
        (Fidelity(11, 100), [11, 33, 100]),
        (Fidelity(1, 243), [1, 3, 9, 27, 81, 243]),
        (Fidelity(0.1, 1.0, integer=False), [1 / 9, 1 / 3, 1.0]),
        (Fidelity(1, 2), [2]),
    ],
    ids=["rounded", "many", "real", "one"],
)
def test_the_fidelities_are_those_of_the_problem(
    name: str, fidelity: Fidelity, rungs: list[float]
) -> None:
    assert sorted({p.fidelity or 0.0 for p in _proposals(name, fidelity)}) == rungs


@pytest.mark.parametrize("resumes", [True, False])
def test_bohb_continues_what_it_promotes_where_the_problem_can(resumes: bool) -> None:  # noqa: FBT001  # pytest passes it
    proposals = _proposals("bohb", Fidelity(1, 27, resumes=resumes))
    promoted = [p for p in proposals[27:40] if p.config in [q.config for q in proposals[:27]]]
    assert len(promoted) == 9 + 3 + 1
    for proposal in promoted:
        if resumes:
            assert proposal.resume is not None
            before = proposals[proposal.resume]
            assert before.config == proposal.config
            assert (before.fidelity or 0) * 3 == proposal.fidelity
        else:
            assert proposal.resume is None


def test_dehb_continues_nothing() -> None:
    proposals = _proposals("dehb", Fidelity(1, 27))
    configs = [proposal.config for proposal in proposals[:40]]
    assert any(config in configs[:27] for config in configs[27:])
    assert all(proposal.resume is None for proposal in proposals)
