"""Tests of particle swarm optimisation."""

import numpy as np
from alone import CUBE, begun, constant, sphere, strategy_class, trials_of, units

from hpobench import Categorical, Space, Trial

ParticleSwarm = strategy_class("particle_swarm", "ParticleSwarm")


def test_a_step_is_what_is_left_of_the_velocity_and_a_pull_towards_both_bests() -> None:
    strategy = ParticleSwarm(particles=3)
    begun(strategy, CUBE)
    value = sphere(3)
    for identity in range(40):
        particle = strategy.swarm[identity % 3]
        here, velocity, own = particle.position, particle.velocity, particle.best
        common = own if strategy.best is None else strategy.best
        proposal = strategy.ask([])
        there = CUBE.encode(proposal.config)
        if identity >= 3:
            # Clerc and Kennedy (2002): 0.7298 (v + U(0, 2.05) (p - x) + U(0, 2.05) (g - x))
            ends = [0.7298 * (velocity + 2.05 * (a * (own - here) + b * (common - here)))
                    for a in (0, 1) for b in (0, 1)]  # fmt: skip
            low, high = (np.clip(here + end, 0, 1) for end in (np.min(ends, 0), np.max(ends, 0)))
            assert np.all(low - 1e-4 <= there)
            assert np.all(there <= high + 1e-4)
            assert np.allclose(particle.velocity, there - here)
        strategy.tell(Trial(identity, proposal, (value(proposal.config),), 1.0))


def test_particles_keep_their_own_best_and_the_swarm_the_best_of_all() -> None:
    strategy = ParticleSwarm(particles=3)
    trials = trials_of(strategy, CUBE, sphere(1), 20)
    points, values = units(trials), [trial.value for trial in trials]
    for index, particle in enumerate(strategy.swarm):
        assert particle.value == min(values[index::3])
        assert np.allclose(particle.best, points[values.index(particle.value)])
    assert strategy.value == min(values)
    assert np.allclose(strategy.best, points[np.argmin(values)])


def test_categories_come_from_a_best_position_or_stay() -> None:
    space = Space({f"g{i}": Categorical(tuple(range(50))) for i in range(6)})
    strategy = ParticleSwarm(particles=3)
    first = [trial.proposal.config for trial in trials_of(strategy, space, constant, 3)]
    for _ in range(10):
        child = strategy.ask([]).config
        assert all(child[name] in {each[name] for each in first} for name in space)


def test_the_swarm_contracts() -> None:
    for seed in range(3):
        points = units(trials_of(ParticleSwarm(), CUBE, sphere(seed), 160, seed))
        assert points[-8:].std(axis=0).mean() < 0.6 * points[:8].std(axis=0).mean()
