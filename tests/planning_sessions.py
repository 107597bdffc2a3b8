"""Sessions, runs and certificates made by hand, for tests of what looks after a folder."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path

from cards import problem_card, strategy_card

from hpobench import Config, Identity, Proposal, Record, Run, Trial
from hpobench.experiment.verification.differences import TOLERANCE
from hpobench.store import Store
from hpobench.store.certificate_file import Certificate, Verified
from hpobench.store.run_file import RunFile
from hpobench.trial import Stop

BUDGET = Fraction(3)


def run_of(strategy: str, problem: str, seed: int, version: str = "1") -> Run:
    return Run(Identity(strategy, version), Identity(problem, "1"), seed, BUDGET)


def record(number: int, value: float, config: Config | None = None) -> Record:
    told = Trial(number, Proposal(config or {"x": 0.5}), (value,), 1.0)
    return Record(told, value, {}, number + 1.0, duration=1.0)


def seal(
    store: Store, run: Run, stop: Stop, records: Sequence[Record] = (), session: str = ""
) -> Path:
    """Seal a run that took two seconds, and return the path of its file."""
    with RunFile(store.path(run), run, session) as file:
        for each in records:
            file.append(each)
        file.seal(stop, len(records), {"seconds": 2.0})
    return store.path(run).with_suffix(".jsonl")


def begin(store: Store, run: Run, trials: int = 1) -> Path:
    """Begin a run and interrupt it, and return the path of its file."""
    with RunFile(store.path(run), run, "s1") as file:
        for number in range(trials):
            file.append(record(number, 0.5))
    return store.path(run).with_suffix(".part")


def plan(strategies: Mapping[str, str], problems: Mapping[str, int | str]) -> dict[str, object]:
    """Return the plan of a session: strategies with versions, and problems with seeds."""
    return {
        "strategies": [[name, version] for name, version in strategies.items()],
        "problems": [[name, "1", seeds] for name, seeds in problems.items()],
        "budget": str(BUDGET),
        "workers": 1,
    }


def study(folder: Path) -> Store:
    """Make a folder with cards of ours, and a session that planned two strategies' runs."""
    store = Store(folder)
    with store.writing(BUDGET, 1):
        for name in ("random-search", "sobol"):
            store.put_card(strategy_card(name))
        store.put_card(problem_card("branin"))
        planned = plan({"random-search": "1", "sobol": "1"}, {"branin": 3})
        store.put_session("s1", {"plan": planned, "processes": 1, "left out": {"tpe": "absent"}})
    return store


def certificate_of(runs: Sequence[Verified]) -> Certificate:
    return Certificate(
        identity="20260102T030405.000000Z-0123abcd",
        made="2026-01-02T03:04:05+00:00",
        runs=tuple(runs),
        of=9,
        unable={"mine is a file": 3},
        share=0.5,
        draw=0,
        tolerance=TOLERANCE,
        processes=1,
        processes_then=(2,),
        hash_seed=1,
        isolation="forked",
        changed=("numpy: 2.1 then, 2.2 now",),
        machine={"system": "Plan 9", "hpobench": "0.1", "python": "3.99"},
    )
