"""A small folder of results, made by hand, with all kinds of runs; for tests of what reads them."""

import math
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from cards import problem_card, strategy_card

from hpobench import (
    Categorical,
    Config,
    Fidelity,
    Float,
    Identity,
    Int,
    Proposal,
    Record,
    Run,
    Space,
    Trial,
)
from hpobench.cards.card import Anchors
from hpobench.store import Store
from hpobench.store.run_file import RunFile
from hpobench.trial import Outcome, Reason, Stop

BUDGET, WORKERS = Fraction(4), 2
HIGH = 9
SPACE = Space(
    {
        "x": Float(0, 1),
        "n": Int(1, 9),
        "kind": Categorical(("adam", None, "sgd")),
        "on": Categorical((True, False)),
        "child": Int(0, 9, when={"on": (False,)}),
    }
)
CARDS = tuple(
    replace(card, parameters=SPACE.to_json())
    for card in (
        problem_card("bowl", (Anchors(1.0, 3.0),), instances=2),
        problem_card("epochs", (Anchors(-1.0, 1.0),), fidelity=Fidelity(1, HIGH)),
        problem_card("own"),
        problem_card("two", objectives=("loss", "time")),
    )
)
PROBLEMS = {card.identity.name: card for card in CARDS}
MACHINE = {"system": "Plan 9", "processor": "Z80", "python": "3.99", "hpobench": "0.0"}
NAMES = ("a:b=1", "fails", "unable")
KINDS: tuple[Config, ...] = (
    {"x": 0.25, "n": 3, "kind": "adam", "on": True},
    {"x": 1.0, "n": 4, "kind": None, "on": False, "child": 7},
    {"x": 0.5, "n": 3, "kind": "sgd", "on": True},
)


def trial(  # noqa: PLR0917  # the cells of a row
    number: int,
    values: Sequence[float],
    cost: Fraction | int = 1,
    finished: float = 0.0,
    fidelity: int | None = None,
    resume: int | None = None,
) -> Record:
    """Return a record whose score is twice its value."""
    proposal = Proposal(KINDS[number % len(KINDS)], fidelity, resume)
    told = Trial(number, proposal, tuple(values), float(cost))
    error = "it broke" if told.failed else None
    duration = float(cost) if resume is None else float(Fraction(fidelity or 0, HIGH))
    measured = {"ask": 0.5, "tell": 0.25}
    return Record(told, 2 * values[0], {"size": 2.0}, finished, measured, error, duration)


def outcome(
    strategy: str, problem: str, records: Sequence[Record], *, seed: int = 0, ended: Reason
) -> Outcome:
    run = Run(Identity(strategy, "1"), PROBLEMS[problem].identity, seed, BUDGET, WORKERS)
    return Outcome(run, Stop(ended, "why" if ended == "failed" else ""), tuple(records))


BOWL = [
    trial(0, [5.0], finished=1.0),
    trial(2, [math.nan], finished=1.5),
    trial(1, [1.5], finished=2.0),
    trial(3, [0.5], finished=3.0),
]
EPOCHS = [
    *(trial(n, [-3.0 + n], Fraction(1, 9), n + 1.0, fidelity=1) for n in range(9)),
    trial(9, [0.25], Fraction(2, 9), 10.0, fidelity=3, resume=0),
    trial(10, [0.5], Fraction(2, 3), 11.0, fidelity=9, resume=9),
    trial(11, [0.125], 1, 12.0, fidelity=9),
    trial(12, [0.75], 1, 13.0, fidelity=9),
]
OUTCOMES = (
    outcome("a:b=1", "bowl", BOWL, ended="complete"),
    outcome("a:b=1", "bowl", BOWL[:1], seed=1, ended="exhausted"),
    outcome("a:b=1", "epochs", EPOCHS, ended="exhausted"),
    outcome("a:b=1", "own", BOWL, ended="complete"),
    outcome("a:b=1", "two", [trial(0, [3.0, 4.0]), trial(1, [math.nan] * 2)], ended="exhausted"),
    outcome("fails", "bowl", BOWL[:2], ended="failed"),
    outcome("unable", "epochs", [], ended="unsupported"),
)


def results(folder: Path, outcomes: Sequence[Outcome] = OUTCOMES) -> Path:
    """Write runs, all cards and a session into a folder, and return it."""
    store = Store(folder)
    with store.writing(BUDGET, WORKERS):
        for name in NAMES:
            store.put_card(strategy_card(name))
        for card in CARDS:
            store.put_card(card)
        store.put_session("s1", {"machine": MACHINE})
        for each in outcomes:
            with RunFile(store.path(each.run), each.run, "s1") as file:
                for record in each.records:
                    file.append(record)
                file.seal(each.stop, len(each.records), {"seconds": 1.5})
    return folder


def lowest(records: Sequence[Record], evaluations: int, high: int | None) -> float:
    """Return the lowest value at the highest fidelity within so many evaluations; inf: none."""
    spent, best = Fraction(0), math.inf
    for record in records:
        spent += Fraction(record.trial.cost).limit_denominator(1000)
        full = high is None or record.trial.proposal.fidelity == high
        if spent <= evaluations and full and not record.failed:
            best = min(best, record.value)
    return best
