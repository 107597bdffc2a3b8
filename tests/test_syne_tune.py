"""Syne Tune's ASHA on rungs of ours, and what importing it leaves behind."""

import math
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest

from hpobench import Config, Fidelity, Float, Proposal, Space, Task, Trial
from hpobench.registry import find_strategies

pytest.importorskip("syne_tune")
pytestmark = pytest.mark.peers
SPACE = Space({name: Float(0.0, 1.0) for name in "xyz"})
EPOCHS = Fidelity(1, 9)


def value(config: Config, epoch: float) -> float:
    """Return a value that falls with the epochs, such that the curves of configurations cross."""
    x = config["x"]
    assert isinstance(x, float)
    return (x - 0.3) ** 2 + math.sin(40 * x) / epoch


def race(
    spec: str,
    fidelity: Fidelity | None,
    trials: int,
    valued: Callable[[Config, float], float] = value,
) -> list[Trial]:
    """Ask and tell a strategy, one trial at a time; return the trials."""
    (entry,) = find_strategies(spec)
    strategy = entry.item
    strategy.setup(Task(SPACE, fidelity, 20.0, 1), np.random.default_rng(0))
    told: list[Trial] = []
    for number in range(trials):
        proposal = strategy.ask([])
        assert isinstance(proposal, Proposal)
        got = valued(proposal.config, proposal.fidelity or 1.0)
        told.append(Trial(number, proposal, (got,), 1.0))
        strategy.tell(told[-1])
    strategy.close()
    return told


def test_asha_stops_whom_the_library_stops_that_hears_of_every_epoch() -> None:
    from syne_tune.backend.trial_status import Trial as TheirTrial
    from syne_tune.config_space import uniform
    from syne_tune.optimizer.baselines import ASHA

    seed = int(np.random.default_rng(0).integers(2**31 - 1))
    np.random.seed(seed)  # noqa: NPY002  # the library draws from it
    space = {name: uniform(0.0, 1.0) for name in "xyz"}
    limits: dict[str, Any] = {"max_t": 9, "random_seed": seed + 1}
    scheduler = ASHA(space, metric="value", time_attr="epoch", **limits)
    theirs: list[tuple[float, float | None]] = []
    for number in range(40):
        suggestion: Any = scheduler.suggest()
        config: Any = suggestion.config
        trial = TheirTrial(number, config, datetime.now(UTC))
        scheduler.on_trial_add(trial)
        epoch, decision = 0, "CONTINUE"
        while decision == "CONTINUE":
            epoch += 1
            result = {"value": value(config, epoch), "epoch": epoch}
            decision = scheduler.on_trial_result(trial, result)
        theirs.append((config["x"], epoch))
    reached: dict[object, float | None] = {}
    for told in race("syne-tune-asha", EPOCHS, 100):
        reached[told.proposal.config["x"]] = told.proposal.fidelity
    assert {epoch for _, epoch in theirs} == {1, 3, 9}
    assert list(reached.items())[:40] == theirs


@pytest.mark.parametrize("resumes", [True, False])
def test_asha_goes_on_with_a_training_at_the_next_rung(resumes: bool) -> None:  # noqa: FBT001  # a case
    fidelity = Fidelity(2, 19, resumes=resumes)
    trials = race("syne-tune-asha", fidelity, 30)
    assert [trial.proposal.fidelity for trial in trials[:4]] == [2, 6, 18, 19]
    assert [trial.proposal.resume for trial in trials[:4]] == (
        [None, 0, 1, 2] if resumes else [None] * 4
    )
    assert len({repr(trial.proposal.config) for trial in trials[:5]}) == 2


def test_asha_gives_up_a_training_that_failed() -> None:
    trials = race("syne-tune-asha", EPOCHS, 12, lambda *_: math.nan)
    assert {trial.proposal.fidelity for trial in trials} == {1}


def test_evolution_changes_one_parameter_of_a_living_configuration() -> None:
    configs = [told.proposal.config for told in race("syne-tune-rea:population_size=10", None, 60)]

    def least(number: int) -> int:
        """Return in how many parameters a configuration differs from the nearest of the last 10."""
        own = set(configs[number].items())
        return min(len(own - set(other.items())) for other in configs[number - 10 : number])

    assert {least(number) for number in range(10, 60)} == {1}


def test_a_run_leaves_logging_alone() -> None:
    program = (
        "import logging, numpy\n"
        "from hpobench import Float, Space, Task, Trial\n"
        "from hpobench.registry.ours import strategies\n"
        "strategy = strategies()['syne-tune-bore']\n"
        "task = Task(Space({'x': Float(0, 1)}), None, 9.0, 1)\n"
        "strategy.setup(task, numpy.random.default_rng(0))\n"
        "for number in range(9):\n"
        "    strategy.tell(Trial(number, strategy.ask([]), (1.0,), 1.0))\n"
        "strategy.close()\n"
        "print(logging.getLogger().handlers)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)  # noqa: PLW1510, S603  # our own code; what it prints is checked
    assert (done.stdout, done.stderr) == ("[]\n", "")
