"""Runs that are made again: which ones, how they are compared, and what a certificate holds."""

import math
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pyarrow as pa
import pytest
from planning_sessions import certificate_of, record, run_of, seal, study
from pyarrow import parquet as pq
from studies import finished

from hpobench import Identity, Problem, Run, Strategy
from hpobench.cards.card import ProblemCard, StrategyCard
from hpobench.commands.verifying import LIMIT, Asked, limits_of, verify_and_say
from hpobench.errors import InputError
from hpobench.experiment.local.pool import Pool
from hpobench.experiment.perform import perform
from hpobench.experiment.verification.again import FORGED, Limits, compared
from hpobench.experiment.verification.choosing import named, wanted, with_code
from hpobench.experiment.verification.differences import TOLERANCE, first_difference
from hpobench.experiment.verification.sample import sampled
from hpobench.experiment.verification.sides import changed
from hpobench.registry import find_problems, find_strategies
from hpobench.registry.describing import problem_card, strategy_card
from hpobench.registry.entry import Entry
from hpobench.report.certified import certified, certified_sentences
from hpobench.store import Store, certificate_file
from hpobench.store.certificate_file import Verified
from hpobench.store.listing import key_of
from hpobench.store.packing import pack
from hpobench.store.packs import tables
from hpobench.store.sealed_json import DamageError
from hpobench.trial import Outcome, Stop

RUNS = [
    run_of(f"s{strategy}", f"p{problem}", seed)
    for strategy in range(7)
    for problem in range(5)
    for seed in range(4)
]


@pytest.mark.parametrize("share", [0.001, 0.05, 0.3, 1.0])
def test_every_strategy_and_every_problem_is_in_a_sample(share: float) -> None:
    for draw in range(20):
        found = sampled(RUNS, share, draw, ())
        assert len({run.strategy for run in found}) == 7
        assert len({run.problem for run in found}) == 5
        assert len(found) == max(math.ceil(share * len(RUNS)), 7)
        assert found == [run for run in RUNS if run in found]


def test_runs_without_a_trial_stand_for_others_only_where_there_are_none() -> None:
    idle = {run for run in RUNS if run.seed or run.strategy.name == "s0"}
    for draw in range(20):
        found = sampled(RUNS, 0.01, draw, idle)
        assert {run.strategy.name for run in found if run in idle} == {"s0"}
        assert len(found) <= 8


def test_a_sample_is_fixed_by_its_number_and_spread_over_the_pairs() -> None:
    first = sampled(RUNS, 0.25, 1, ())
    assert first == sampled(RUNS, 0.25, 1, ()) != sampled(RUNS, 0.25, 2, ())
    assert len(first) == 35
    pairs = [(run.strategy, run.problem) for run in sampled(RUNS, 0.5, 1, ())]
    assert set(map(pairs.count, pairs)) <= {1, 2, 3}
    assert len(set(pairs)) == 35


@pytest.mark.parametrize("share", [0.0, -1.0, 1.01, math.nan])
def test_a_share_that_is_none_is_one_line(share: float) -> None:
    with pytest.raises(InputError, match=r"^--sample must be above 0 and at most 1"):
        sampled(RUNS, share, 0, ())


THEN = Outcome(
    RUNS[0], Stop("complete"), (record(0, 0.5, {"x": 0.25, "kind": "a"}), record(1, 2.0))
)


def changed_to(number: int, **changes: object) -> Outcome:
    records = list(THEN.records)
    records[number] = replace(records[number], **changes)  # type: ignore[arg-type]  # a test's own
    return replace(THEN, records=tuple(records))


@pytest.mark.parametrize(
    ("now", "said"),
    [
        (THEN, ""),
        (changed_to(1, score=2.0 * (1 + 0.9 * TOLERANCE)), ""),
        (
            changed_to(1, score=2.0 * (1 + 3 * TOLERANCE)),
            "trial 1: score: 2.0 then, 2.000000006 now",
        ),
        (changed_to(1, error="x"), "trial 1: error: None then, 'x' now"),
        (changed_to(1, measures={"m": 1.0}), "trial 1: measures m: nothing then, 1.0 now"),
        (replace(THEN, records=THEN.records[:1]), "trial 1: only then"),
        (
            replace(THEN, records=(record(0, 0.5, {"x": 0.25, "kind": "b"}), THEN.records[1])),
            "trial 0: config kind: 'a' then, 'b' now",
        ),
        (
            replace(THEN, records=(record(0, 0.4, {"x": 0.25, "kind": "a"}), record(1, 3.0))),
            "trial 0: values: 0.5 then, 0.4 now",
        ),
        (
            replace(THEN, stop=Stop("failed", "why")),
            "the end of the run: stop: 'complete' then, 'failed' now",
        ),
        (changed_to(1, finished=5), "trial 1: finished: 2.0 then, 5 now"),
    ],
)
def test_the_first_difference_is_named(now: Outcome, said: str) -> None:
    assert first_difference(THEN, now) == said


@pytest.mark.parametrize("packed", [False, True])
def test_a_run_is_identical_equal_or_different(tmp_path: Path, packed: bool) -> None:  # noqa: FBT001  # a parameter
    store, there = study(tmp_path / "a"), study(tmp_path / "b")
    seal(store, THEN.run, THEN.stop, THEN.records)
    if packed:
        pack(store, processes=1)
    outcomes = {
        "identical": THEN,
        "equal": changed_to(1, score=2.0 * (1 + 1e-12)),
        "different": changed_to(1, score=2.1),
    }
    for verdict, now in outcomes.items():
        path = seal(there, now.run, now.stop, now.records, session="another")
        assert compared(store, there, now.run, "").verdict == verdict
        path.unlink()
    found = compared(store, there, THEN.run, "it took longer than 3 seconds")
    assert (found.verdict, found.reason) == (
        "not-made",
        "it has not ended: it took longer than 3 seconds",
    )


@pytest.mark.parametrize("column", ["values", "digest", "configurations"])
def test_a_pack_whose_columns_hold_other_numbers_than_its_lines_is_not_certified(
    tmp_path: Path, column: str
) -> None:
    store, there = study(tmp_path / "a"), study(tmp_path / "b")
    seal(store, THEN.run, THEN.stop, THEN.records)
    seal(there, THEN.run, THEN.stop, THEN.records)
    path = pack(store, processes=1).path
    assert path is not None
    table = pq.read_table(path)
    at, first = table.schema.names.index(column), table[column].to_pylist()[0]
    forged = {"values": [0.0, 0.0], "digest": "0" * 32, "configurations": ["{}", "{}"]}[column]
    assert forged != first
    made = pa.array([forged], table.schema.types[at])
    table = table.set_column(at, column, made)
    ((row, _),) = tables.rows_in(table)  # whoever alters a file can seal it, too
    table = table.set_column(table.schema.names.index("hash"), "hash", pa.array([row.hash]))
    pq.write_table(table, path)
    found = compared(Store(store.folder), there, THEN.run, "")
    assert (found.verdict, found.reason) == ("different", FORGED)
    table = table.set_column(table.schema.names.index("hash"), "hash", pa.array(["0" * 32]))
    pq.write_table(table, path)  # damaged, so that the lines are read instead
    if column != "configurations":
        assert compared(Store(store.folder), there, THEN.run, "").verdict == "identical"


def test_no_code_is_run_that_results_name(tmp_path: Path) -> None:
    path = tmp_path / "mine.py"
    path.write_text("raise SystemExit('it was run')\n")
    problem = find_problems("branin")[0].identity
    names = ("mine", str(path), f"{path}:x=1", "sobol", "sobol:nothing=1", "gone")
    runs = {name: Run(Identity(name, "1"), problem, 0, Fraction(1)) for name in names}
    own = StrategyCard(
        runs["mine"].strategy, "", "", plans_for_budget=False, fields={}, source="", given=str(path)
    )
    found = with_code(runs.values(), [own], *named((), ()))
    assert found[runs["mine"]] == f"mine is a file: -s '{path}' has it run"
    for name in (str(path), f"{path}:x=1", "sobol:nothing=1", "gone"):
        assert found[runs[name]] == f"{name} is none of hpobench's, and no file of it was named"


def test_code_of_another_version_is_not_run() -> None:
    problem, strategy = find_problems("branin")[0].identity, find_strategies("sobol")[0].identity
    right = Run(strategy, problem, 0, Fraction(1))
    wrong = replace(right, strategy=replace(strategy, version="0"))
    found = with_code([right, wrong], [], *named((), ()))
    assert found[right] == right
    assert found[wrong] == f"sobol has changed: version 0 then, {strategy.version} now"


def test_runs_are_chosen_by_strategy_and_problem() -> None:
    problem, strategy = find_problems("branin")[0].identity, Identity("sobol", "an old version")
    runs = [Run(strategy, problem, 0, Fraction(1)), RUNS[0]]
    assert wanted(runs, *named((), ())) == runs
    assert wanted(runs, *named(("sobol",), ("synthetic",))) == runs[:1]
    with pytest.raises(InputError, match=r"no run that has ended here is of -s default"):
        wanted(runs, *named(("default",), ()))


def test_what_has_changed_between_two_machines_is_told_once() -> None:
    then = {
        "revision": "0a1b",
        "python": "3.11.7",
        "packages": ["numpy==2.1", "gone==1", "same==3"],
        "blas": [{"internal_api": "openblas", "version": "1", "architecture": "Zen"}],
        "settings": {"OMP_NUM_THREADS": "4", "MKL_CBWR": "AVX2"},
    }
    now = {
        "revision": "0a1b+",
        "python": "3.12.1",
        "packages": ["numpy==2.2", "same==3"],
        "blas": [{"internal_api": "openblas", "version": "1", "architecture": "Haswell"}],
        "settings": {},
    }
    assert changed([then, {}, then], now) == [
        "hpobench's commit: 0a1b then, 0a1b with changed files now",
        "python: 3.11.7 then, 3.12.1 now",
        "numpy: 2.1 then, 2.2 now",
        "packages only then: gone",
        "openblas: 1 Zen then, 1 Haswell now",
        "MKL_CBWR: AVX2 then, unset now",
    ]


def test_a_certificate_is_kept_and_an_altered_one_is_not_read(tmp_path: Path) -> None:
    given = certificate_of([Verified("p/s/0-ab", "dig", 2, "different", "trial 1")])
    path = certificate_file.write(tmp_path, given)
    assert certificate_file.read(path) == given
    renamed = path.rename(path.with_stem("20270102T030405.000000Z-0123abcd"))
    with pytest.raises(DamageError, match=r"holds another certificate"):
        certificate_file.read(renamed)
    text = renamed.read_text()
    renamed.write_text(text.replace("different", "identical"))
    with pytest.raises(DamageError, match=r"its hash is of another content"):
        certificate_file.read(renamed)
    store = Store(tmp_path, touched=False)
    assert not store.certificates()
    assert len(store.notices) == 1


def test_a_report_prints_a_certificate_of_its_own_runs_and_says_which_it_lacks() -> None:
    outcomes = [Outcome(run, Stop("complete"), (record(0, 0.5),)) for run in RUNS[:4]]
    runs = [replace(each, digest=f"d{n}") for n, each in enumerate(finished(outcomes))]
    keys = [key_of(each.run) for each in runs]
    others = Verified("another/file/0-ab", "x", 1, "different", "trial 0")
    given = certificate_of(
        [
            Verified(keys[0], "d0", 1, "identical"),
            Verified(keys[1], "d1", 0, "equal"),
            Verified(keys[2], "d2", 1, "not-made", "it is slow"),
            others,
        ]
    )
    (said,) = certified_sentences(certified([given], runs), len(runs))
    assert said == (
        "Of these 4 runs, 2 were made again on 2026-01-02, on Plan 9 with hpobench 0.1 and Python"
        " 3.99, on 1 process instead of 2 and with hash seed 1 instead of 0: 1 are identical to the"
        " bit, 1 are equal within a relative 1e-09, and 0 did not come out the same (certificate"
        f" {given.identity}). Of 1 run of these only the end was compared: there is no"
        " trial. Not made again: 1 run (it is slow). The certificate also covers 1 run that this"
        " report lacks. Not in this report, and not reproducible: another/file/0-ab"
        " (trial 0). Of all 9 runs asked for, 3"
        " could not be made there (mine is a file)."
    )
    (said,) = certified_sentences(certified([given], [replace(runs[0], digest="e")]), 1)
    assert said == (
        f"A certificate of 2026-01-02 ({given.identity}) is of other runs than these: 1 run of the"
        " 1 that it covers here have another digest now. It says nothing of this report."
    )
    assert not certified([given], runs[3:])


MINE = '''
import numpy as np
from hpobench import Proposal, Strategy

class Mine(Strategy):
    """Proposes {what}."""

    def setup(self, task, rng):
        super().setup(task, rng)
        self.first = {first}

    def ask(self, pending):
        return Proposal(self.task.space.decode(np.array([self.first, self.rng.random()])))
'''
SOUND, SHAKY = "0.5", "abs(hash('x')) % 1000 / 1000"


def performed(
    folder: Path, entries: list[Entry[Strategy]], problem: Entry[Problem], runs: list[Run]
) -> Store:
    """Return a folder in which runs were really made."""
    store = Store(folder)
    cards: list[StrategyCard | ProblemCard] = [strategy_card(each) for each in entries]
    with store.writing(Fraction(2), 1), Pool(runs, store.folder, jobs=1, limit=60) as pool:
        for card in (*cards, problem_card(problem)):
            store.put_card(card)
        ended = [done.status for step in perform(runs, store, pool) for done in step.done]
    assert ended == ["complete"] * len(runs)
    return store


def test_an_altered_run_is_named_and_sets_the_status(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    strategy, problem = find_strategies("random-search")[0], find_problems("branin")[0]
    runs = [Run(strategy.identity, problem.identity, seed, Fraction(2)) for seed in (0, 1)]
    store = performed(tmp_path, [strategy], problem, runs)
    (path,) = tmp_path.glob("runs/branin/random-search/0-*.jsonl")
    path.write_text(path.read_text(encoding="utf-8").replace('"cost":1.0', '"cost":1.1', 1))
    asked = Asked((), (), sample=1.0, draw=0, jobs=1, isolated=False)
    assert verify_and_say(tmp_path, asked) == 1
    words = " ".join(capsys.readouterr().out.split())
    assert "is torn or was altered" in words
    verdicts = {each.key[-1]: each.verdict for each in store.certificates()[0].runs}
    assert [*verdicts.values()].count("identical") == 1


def test_what_depends_on_the_order_of_sets_is_found(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    specs = []
    for name, first in (("sound", SOUND), ("shaky", SHAKY)):
        path = tmp_path / f"{name}.py"
        path.write_text(MINE.format(what=name, first=first).replace("Mine", name.title()))
        specs.append(str(path))
    entries = [find_strategies(spec)[0] for spec in specs]
    problem = find_problems("branin")[0]
    runs = [Run(each.identity, problem.identity, 0, Fraction(2)) for each in entries]
    store = performed(tmp_path / "results", entries, problem, runs)
    older = replace(runs[0], strategy=replace(runs[0].strategy, version="0"))
    seal(store, older, Stop("complete"))
    asked = Asked(tuple(specs), (), sample=1.0, draw=0, jobs=1, isolated=False)
    assert verify_and_say(store.folder, asked) == 1
    words = " ".join(capsys.readouterr().out.split())
    assert "not reproducible: shaky on branin, seed 0: trial 0: config" in words
    assert "; identical with hash seed 0, as sessions have it: the order of sets matters" in words
    (found,) = store.certificates()
    now = runs[0].strategy.version
    assert found.unable == {f"sound has changed: version 0 then, {now} now": 1}
    assert f"not made again: 1 run: sound has changed: version 0 then, {now} now" in words
    assert {each.key.split("/")[1]: each.verdict for each in found.runs} == {
        "sound": "identical",
        "shaky": "different",
    }


def test_runs_are_made_again_under_the_widest_limits_that_the_sessions_had() -> None:
    own = {"limit": 60, "trial_limit": 5.0, "memory": 2000}
    wide = {"limit": 90.0, "trial_limit": 7, "memory": None}
    hostile = {"limit": 1e300, "trial_limit": True, "memory": -1}
    for experiments, right in (
        ([own], Limits(60.0, 5.0, 2_000_000_000)),
        ([own, wide, {"notice": "imported"}], Limits(90.0, 7.0, None)),
        ([hostile, {}], Limits(LIMIT, 1.0, None)),
        ([], Limits(LIMIT, None, None)),
    ):
        assert limits_of([{"experiment": each} for each in experiments]) == right


def test_a_file_that_names_another_run_is_not_verified(tmp_path: Path) -> None:
    store = study(tmp_path)
    path = seal(store, run_of("sobol", "branin", 0), Stop("complete"))
    path.rename(path.with_name(f"1{path.name[1:]}"))
    with pytest.raises(InputError, match=r"no run that has ended here is of any strategy"):
        verify_and_say(tmp_path, Asked((), (), sample=1.0, draw=0, jobs=1, isolated=False))
