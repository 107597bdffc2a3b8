"""A folder of very many runs, made of real lines: each file is what a session would have sealed."""

from fractions import Fraction
from pathlib import Path

import numpy as np
from cards import problem_card, strategy_card

from hpobench import Identity, Run
from hpobench.cards.anchors import anchored
from hpobench.cards.card import ProblemCard
from hpobench.json_forms import stop_to_json
from hpobench.store import Store
from hpobench.store.run_lines import Chain, without_paths
from hpobench.store.sealed_json import FORMAT
from hpobench.trial import Stop

FAMILIES = ("synthetic", "neural", "xgboost", "architecture")
PARAMETERS = tuple(f"parameter-{number}" for number in range(10))
FAILING = 0.01
"""The share of evaluations that fail."""


def filled(folder: Path, strategies: int, problems: int, seeds: int, trials: int) -> Store:
    """Make a folder of results with a run of made-up numbers for each combination."""
    store = Store(folder)
    names = names_of(strategies)
    cards = [_problem(number, seeds) for number in range(problems)]
    with store.writing(Fraction(trials), 1):
        for card in cards:
            store.put_card(card)
        for s, name in enumerate(names):
            store.put_card(strategy_card(name))
            for p, card in enumerate(cards):
                for seed in range(seeds):
                    run = Run(Identity(name, "1"), card.identity, seed, Fraction(trials))
                    path = store.path(run).with_suffix(".jsonl")
                    path.parent.mkdir(parents=True, exist_ok=True)
                    path.write_bytes(_lines(run, np.random.default_rng([s, p, seed]), s, p))
    return store


def names_of(strategies: int) -> list[str]:
    """Return the names of so many strategies."""
    return ["random-search", *(f"made-up-{number:03}" for number in range(1, strategies))]


def _problem(number: int, seeds: int) -> ProblemCard:
    """Return the card of a problem with up to ten instances."""
    rng = np.random.default_rng([1, number])
    pools = rng.exponential(size=(min(seeds, 10), 300)) + rng.exponential(size=(min(seeds, 10), 1))
    scales = [anchored(pool.tolist(), pool.tolist(), 0.0) for pool in pools]
    family = FAMILIES[number % len(FAMILIES)]
    name = f"problem-{number:03}"
    return problem_card(name, scales, family=family, instances=len(pools))


def _lines(run: Run, rng: np.random.Generator, strategy: int, problem: int) -> bytes:
    """Return the file of a run.

    Better strategies draw lower values; the scores of every other problem are near its values.
    """
    trials = int(run.budget)
    values = rng.exponential(1 + strategy / 20, trials) + 0.1
    scores = (values + 0.05 * rng.exponential(size=trials) * (problem % 2)).tolist()
    values[rng.random(trials) < FAILING] = np.nan
    units, asks = rng.random((trials, len(PARAMETERS))).tolist(), rng.random(trials).tolist()
    chain = Chain()
    lines = [chain.line({"hpobench": FORMAT, "run": without_paths(run)}, {"session": "s"})]
    for at, value in enumerate(values.tolist()):
        failed = value != value  # noqa: PLR0124  # nan
        told, score = (None, None) if failed else (value, scores[at])
        config = dict(zip(PARAMETERS, units[at], strict=True))
        proposal = {"config": config, "fidelity": None, "resume": None, "gradient": False}
        facts = {
            "id": at,
            "proposal": proposal,
            "values": [told],
            "cost": 1.0,
            "gradient": None,
            "score": score,
            "measures": {} if failed else {"error": score},
            "finished": at + 1.0,
            "duration": 1.0,
            "error": "FloatingPointError: overflow" if failed else None,
        }
        measured = {"ask": asks[at], "evaluate": 0.01, "tell": 1e-5}
        lines.append(chain.line(facts, measured))
    ended = {"count": trials, **stop_to_json(Stop("complete"))}
    seconds = {"seconds": 1.0, "processor": 0.9, "inside": 0.8, "peak-memory": 2.0**27}
    lines.append(chain.line({**ended, "digest": chain.digest(ended)}, seconds | {"session": "s"}))
    return b"".join(lines)
