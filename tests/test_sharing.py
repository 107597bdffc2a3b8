"""Shares of a plan add up to the whole, and merged they are what one machine would have made."""

import re
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from quick_session import Quick

from hpobench.commands import running
from hpobench.commands.reporting import results_of
from hpobench.commands.session import finished_runs
from hpobench.commands.status_screen import show_once, show_until_done
from hpobench.errors import InputError
from hpobench.experiment import Experiment, plan
from hpobench.experiment.session_log import last_planned
from hpobench.experiment.sharing import Shard, shard_in, share_of
from hpobench.registry.choice import ALL
from hpobench.report.gaps import unfinished
from hpobench.report.selection import compared
from hpobench.store import Store
from hpobench.store.merging import merge
from hpobench.store.packing import pack
from hpobench.store.run_file import SEALED

SMALL = Experiment(
    "small", ("random-search", "sobol"), ("branin", "levy-8"), seeds=(0, 1), budget=3
)


@pytest.mark.parametrize("shares", [1, 2, 3, 8])
def test_shares_are_disjoint_and_add_up(shares: int) -> None:
    whole = plan(SMALL)
    found = [share_of(whole, Shard(number, shares)) for number in range(1, shares + 1)]
    runs = [each for share in found for each in share.runs]
    assert sorted(map(str, runs)) == sorted(map(str, whole.runs))
    sizes = [len(share.runs) for share in found]
    assert max(sizes) - min(sizes) <= 1
    for share in found:
        assert {*share.runs, *share.elsewhere} == set(whole.runs)
        assert list(share.runs) == [each for each in whole.runs if each in share.runs]


def test_shares_take_about_as_long() -> None:
    seeds = tuple(range(6))
    experiment = Experiment("long", ("random-search",), ("branin", "xgboost"), seeds, budget=9)
    whole = plan(experiment)
    seconds = [sum(share_of(whole, Shard(number, 2)).runs.values()) for number in (1, 2)]
    assert max(seconds) <= 1.5 * min(seconds)


@pytest.mark.parametrize("text", ["", "1", "0/2", "3/2", "1/0", "a/b", "1/2/3", "-1/2", "1/2x"])
def test_what_is_no_share_is_said(text: str) -> None:
    with pytest.raises(InputError, match="--shard must be I/N, with I from 1 to N, as in 2/3"):
        shard_in(text)


def test_a_share_of_a_plan_that_may_grow_is_refused() -> None:
    with pytest.raises(InputError, match="--shard can't be used with --until"):
        share_of(plan(replace(SMALL, until=0.1)), Shard(1, 2))
    with pytest.raises(InputError, match="more shares than the plan has runs: 8 runs"):
        share_of(plan(SMALL), Shard(1, 9))


def test_merged_shares_are_what_one_machine_makes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(running, "Session", Quick)
    monkeypatch.setattr(running, "show_report", lambda *_, **__: False)
    for folder, shard in (("whole", None), ("first", "1/2"), ("second", "2/2")):
        assert running.perform_and_report(SMALL, tmp_path / folder, 1, shard=shard) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "share 1/2: 4 of 8 runs 4 runs, 0 of them done; 4 to do" in said
    assert [each.run for each in Store(tmp_path / "first").finished()] != []
    (session,) = Store(tmp_path / "second").sessions()
    assert (session["shard"], session["planned"], session["runs"]) == ("2/2", 4, 4)
    merge([tmp_path / "first", tmp_path / "second"], tmp_path / "both")
    both, whole = Store(tmp_path / "both"), Store(tmp_path / "whole")
    assert {each.run: each.seal.digest for each in both.summaries()} == {
        each.run: each.seal.digest for each in whole.summaries()
    }
    assert set(last_planned(both.sessions())) == set(plan(SMALL).runs)
    assert running.perform_and_report(SMALL, tmp_path / "both", 1) == 0
    assert len(both.sessions()) == 2  # nothing was left to do
    pack(both, processes=1)
    assert running.perform_and_report(SMALL, both.folder, 1) == 0
    assert len(both.sessions()) == 2  # nor is there once they are packed
    assert running.perform_and_report(replace(SMALL, seeds=(0, 1, 2)), both.folder, 1) == 0
    assert len(both.paths(SEALED)) == 4
    assert len(list(both.finished())) == 12


def gaps_in(folder: Path) -> list[str]:
    """Return what a report of a folder says of runs that have not ended."""
    reported = results_of(Store(folder), finished_runs(Store(folder)), ALL)
    made = compared(
        *(reported.runs, reported.strategies, reported.problems, reported.planned),
        elsewhere=reported.elsewhere,
    )
    return list(unfinished(made))


def test_a_share_is_done_once_its_own_runs_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(running, "Session", Quick)
    monkeypatch.setattr(running, "show_report", lambda *_, **__: False)
    first, second, both = (tmp_path / name for name in ("first", "second", "both"))
    for folder, shard in ((first, "1/2"), (second, "2/2")):
        assert running.perform_and_report(SMALL, folder, 1, shard=shard) == 0
    show_until_done(first)
    assert "share 1/2: 4 of 4 runs done, 0 running, 0 waiting" in capsys.readouterr().out
    (sentence,) = gaps_in(first)
    assert sentence.startswith("A share: 4 runs of the plan belong to other shares")
    Store(first).paths(SEALED)[0].unlink()
    show_once(first)
    said = " ".join(capsys.readouterr().out.split())
    assert (
        "share 1/2: 3 of 4 runs done, 0 running, 1 waiting besides: 4 runs of other shares" in said
    )
    (command,) = re.findall(r"python -m hpobench all .*", said)
    words = command.split()
    assert words[-2:] == ["--shard", "1/2"]
    assert [words[at + 1] for at, word in enumerate(words) if word == "-s"] == [*SMALL.strategies]
    merge([first, second], both)
    show_once(both)
    said = " ".join(capsys.readouterr().out.split())
    assert said.startswith("7 of 8 runs done, 0 running, 1 waiting to finish")
    assert "--shard" not in said
    (sentence,) = gaps_in(both)
    assert sentence == (
        "Unfinished: 1 of the 8 runs in the plan of the last session. hpobench status DIR says "
        "which command makes them."
    )


def test_no_command_is_named_where_sessions_had_shares_of_several_plans(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The share of a plan with more seeds need not have what waits of the share before."""
    monkeypatch.setattr(running, "Session", Quick)
    monkeypatch.setattr(running, "show_report", lambda *_, **__: False)
    for seeds in ((0, 1), (0, 1, 2)):
        asked = replace(SMALL, seeds=seeds)
        assert running.perform_and_report(asked, tmp_path, 1, shard="1/2") == 0
        for path in Store(tmp_path).paths(SEALED):
            path.unlink()
    capsys.readouterr()
    show_once(tmp_path)
    said = " ".join(capsys.readouterr().out.split())
    assert "besides: " in said
    assert "--shard" not in said
    assert said.endswith("the commands that began these shares go on with them")


def test_another_order_of_options_gives_the_same_shares() -> None:
    other = replace(SMALL, strategies=SMALL.strategies[::-1], problems=SMALL.problems[::-1])
    for number in (1, 2, 3):
        one, same = (share_of(plan(each), Shard(number, 3)).runs for each in (SMALL, other))
        assert set(one) == set(same)


def test_a_session_whose_share_is_none_is_not_read(tmp_path: Path) -> None:
    """People are told to type a command that names the share."""
    store = Store(tmp_path)
    with store.writing(Fraction(3), 1):
        store.put_session("s1", {"shard": "1/2; touch x", "share": "10"})
    assert store.sessions() == []
    assert "a shard is I/N" in store.notices[0]
