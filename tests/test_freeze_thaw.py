"""Tests of freeze-thaw, and of the model of learning curves behind it."""

import math
from importlib import import_module

import numpy as np
import pytest
from driven import SPACE, asked, driven, sizes, spent, started, unpaid_twice, x_of

from hpobench import Config, Fidelity, Pending, Proposal, Space, Task, Trial
from hpobench.models.features import Features
from hpobench.models.learning_curves import Observations, fit_curves, trend_of
from hpobench.parameter import Categorical
from hpobench.strategy import Unsupported

FreezeThaw = import_module("hpobench.strategies.freeze_thaw").FreezeThaw
EPOCHS = Fidelity(1, 27)


def _learning(config: Config, fidelity: float) -> float:
    return (x_of(config) - 0.7) ** 2 + (config["kind"] == "a") + 1.0 / fidelity


def test_the_trend_is_the_usual_change_within_trainings() -> None:
    places = np.array([0.0, 0.5, 1.0] * 40)
    trainings = np.repeat(np.arange(40), 3)
    levels = np.random.default_rng(0).normal(0.0, 9.0, 40)[trainings]
    values = levels + np.tile([5.0, 2.0, 1.0], 40)
    assert trend_of(values, places, trainings) == pytest.approx([0, -3 * 40 / 41, -4 * 40 / 41])


def test_a_step_that_passes_several_fidelities_counts_for_all_of_them_and_a_failure_for_none() -> (
    None
):
    places, trainings = np.array([0.0, 1.0, 0.0, 0.5, 0.5, 1.0]), np.array([0, 0, 1, 1, 2, 2])
    values = np.array([4.0, 1.0, 4.0, 3.0, 5.0, np.nan])
    # Least squares with a pseudo-step of 0 for each change a, b: a + b = -3, a = -1, a = b = 0.
    a, b = np.linalg.lstsq([[1, 1], [1, 0], [1, 0], [0, 1]], np.array([-3.0, -1, 0, 0]))[0]
    assert trend_of(values, places, trainings) == pytest.approx([0, a, a + b])


def test_the_model_expects_of_a_short_training_what_trainings_usually_gain() -> None:
    features = Features(SPACE)
    rng = np.random.default_rng(1)
    rows = features.snap(rng.random((12, 2)))
    configs = [SPACE.decode(row) for row in rows]
    known = [(i, fidelity) for i in range(12) for fidelity in (1.0, 27.0) if i or fidelity == 1]
    values = np.array([_learning(configs[i], fidelity) for i, fidelity in known])
    points = features.points(rows)
    seen = Observations(
        features.groups,
        points[[i for i, _ in known]],
        np.array([fidelity for _, fidelity in known]),
        values,
        np.array([i for i, _ in known]),
    )
    model = fit_curves(seen, (1.0, 27.0), None, anew=True)
    (low, high), deviations = model.predict(points[[0, 0]], np.array([1.0, 27.0]))
    assert low == pytest.approx(model.levelled[0], abs=0.05)
    assert high - low == pytest.approx(model.trend[-1], abs=0.3)
    assert deviations[0] < deviations[1]
    kept = fit_curves(seen, (1.0, 27.0), model.process.hyperparameters, anew=False)
    assert (kept.process.hyperparameters == model.process.hyperparameters).all()
    again, _ = kept.predict(points, np.full(12, 9.0))
    assert again == pytest.approx(model.predict(points, np.full(12, 9.0))[0], abs=1e-6)
    believed = model.believe(points[:1], np.array([27.0]))
    means, after = believed.predict(points[[0, 0]], np.array([1.0, 27.0]))
    assert means == pytest.approx([low, high], abs=1e-6)
    assert after[1] < deviations[1]


def test_it_begins_short_goes_on_chunk_by_chunk_and_pays_no_epoch_twice() -> None:
    trials = driven(FreezeThaw(), 5, EPOCHS, _learning)
    assert {t.proposal.fidelity for t in trials if t.proposal.resume is None} == {1}
    assert set(sizes(trials)) == {1, 3, 9, 27}
    reached = {t.id: t.proposal.fidelity or 0.0 for t in trials}
    chunks = [t.proposal.fidelity / reached[t.proposal.resume] for t in trials if t.proposal.resume]  # type: ignore[operator]  # all have one
    assert set(chunks[:-1]) == {3.0}
    assert unpaid_twice(trials, EPOCHS)
    assert 4 < spent(trials) <= 5 + 1e-9


def test_it_comes_closer_to_the_best_than_random_trainings_would() -> None:
    full = [t.value for t in driven(FreezeThaw(), 8, EPOCHS, _learning) if t.cost > 0.5]
    assert min(full) - 1 / 27 < 1e-3  # of random configurations, 3 % are that good


@pytest.mark.parametrize("workers", [1, 4])
@pytest.mark.parametrize("resumes", [True, False])
def test_a_training_to_the_end_is_always_paid(workers: int, resumes: bool) -> None:  # noqa: FBT001
    trials = driven(FreezeThaw(), 1.5, Fidelity(1, 27, resumes=resumes), _learning, workers=workers)
    assert sizes(trials)[27] >= 1
    assert spent(trials) <= 1.5 + 1e-9


def test_a_failed_training_is_never_continued() -> None:
    def half(config: Config, fidelity: float) -> float:
        return math.nan if config["kind"] == "a" else _learning(config, fidelity)

    trials = driven(FreezeThaw(), 3, EPOCHS, half)
    failed = {t.id for t in trials if t.failed}
    assert failed
    assert not failed & {t.proposal.resume for t in trials}
    assert sizes(trials)[27] >= 1


def test_a_result_that_it_did_not_propose_is_charged_and_modelled() -> None:
    strategy = started(FreezeThaw(), 2, EPOCHS)
    given = Proposal({"x": 0.5, "kind": "b"}, 27)
    strategy.tell(Trial(0, given, (0.3,), 1.0))
    first = asked(strategy)
    assert first.fidelity == 1
    strategy.tell(Trial(1, first, (1.5,), 1 / 27))
    assert asked(strategy) == Proposal(first.config, 27, 1)  # the rest of the budget pays no more


def test_on_a_finite_space_it_ends_when_every_configuration_is_trained() -> None:
    space = Space({"kind": Categorical(("a", "b", "c"))})
    strategy = FreezeThaw()
    strategy.setup(Task(space, Fidelity(1, 3), 30, 1), np.random.default_rng(0))
    seen = []
    while (proposal := strategy.ask([])) is not None:
        cost = ((proposal.fidelity or 0) - (proposal.resume is not None)) / 3
        seen.append(proposal)
        strategy.tell(
            Trial(len(seen) - 1, proposal, (float(str(proposal.config)[-3] > "a"),), cost)
        )
    assert len({(str(p.config), p.fidelity) for p in seen}) == len(seen) == 6


def test_what_is_pending_is_not_proposed_again() -> None:
    strategy = started(FreezeThaw(), 20, EPOCHS, workers=12)
    pending: list[Pending] = []
    for id_ in range(12):
        proposal = strategy.ask(pending)
        assert proposal is not None
        pending.append(Pending(id_, proposal))
        if id_ < 2:
            one = pending.pop()
            strategy.tell(Trial(id_, one.proposal, (_learning(proposal.config, 1),), 1 / 27))
    assert len({str(each.proposal.config) for each in pending}) == len(pending)


def test_it_needs_a_fidelity_and_sensible_fields() -> None:
    with pytest.raises(Unsupported, match="needs a fidelity"):
        FreezeThaw().setup(Task(SPACE, None, 10, 1), np.random.default_rng(0))
    with pytest.raises(ValueError, match="eta must be a whole number, 2 or more: 1"):
        FreezeThaw(eta=1)
    with pytest.raises(ValueError, match="candidates must be a whole number, 1 or more: 0"):
        FreezeThaw(candidates=0)
