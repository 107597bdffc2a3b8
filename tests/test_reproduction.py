"""The commands of a report that make its results again: they can be typed, and name all files."""

import html
import os
import re
import shlex
import subprocess
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from studies import finished

from hpobench.cards.card import ProblemCard, StrategyCard
from hpobench.experiment import Experiment, plan
from hpobench.registry.describing import problem_card, strategy_card
from hpobench.report import writing
from hpobench.seeds import seeds_in
from hpobench.trial import First, Identity, Outcome, Proposal, Record, Run, Stop, Trial

pytestmark = pytest.mark.usefixtures("sketched")

MINE = """
from dataclasses import dataclass
from hpobench import Proposal, Strategy

@dataclass
class Mine(Strategy):
    size: int = 3

    def ask(self, pending):
        return Proposal(self.task.space.sample(self.rng))

@dataclass
class Other(Strategy):
    size: int = 4

    def ask(self, pending):
        return Proposal(self.task.space.sample(self.rng))

strategies = {"one": Mine(), "two": Other()}
"""
OWN = """
from hpobench import Float, Space

space = Space({"x": Float(0, 1)})

def own(config):
    return config["x"]
"""
Cards = Sequence[StrategyCard | ProblemCard]


def outcome(run: Run) -> Outcome:
    return Outcome(
        run, Stop("complete"), (Record(Trial(0, Proposal({"x": 0.5}), (1,), 1), 1, {}, 1),)
    )


def told(folder: Path, runs: Sequence[Run], cards: Cards, planned: Sequence[Run] = ()) -> str:
    """Return the text of the last section of a report on made-up outcomes."""
    strategies = [card for card in cards if isinstance(card, StrategyCard)]
    problems = [card for card in cards if isinstance(card, ProblemCard)]
    ended = finished([outcome(run) for run in runs])
    made = writing.write(ended, strategies, problems, [], folder, planned=planned)
    section = made.page.read_text(encoding="utf-8").partition('<section id="reproduce">')[2]
    return html.unescape(re.sub(r"<[^>]+>", "", section))


def typed(text: str) -> list[Experiment]:
    """Return what the commands of a report ask for."""
    joined = text.replace("\\\n", " ")
    found = list[Experiment]()
    for command in re.findall(r"python -m hpobench all --results DIR (.*)", joined):
        words = shlex.split(command)
        pairs = list(zip(words[::2], words[1::2], strict=True))
        numbers = dict(pairs)
        found.append(
            Experiment(
                "again",
                tuple(word for option, word in pairs if option == "-s"),
                tuple(word for option, word in pairs if option == "-p"),
                seeds=seeds_in(numbers["--seeds"]),
                budget=float(numbers["--budget"]),
                workers=int(numbers["--workers"]),
                first=numbers.get("--first", "none"),  # type: ignore[arg-type]  # checked there
            )
        )
    return found


def cards_of(experiment: Experiment) -> tuple[list[Run], list[StrategyCard | ProblemCard]]:
    planned = plan(experiment)
    return [*planned.runs], [
        *map(strategy_card, planned.strategies),
        *map(problem_card, planned.problems),
    ]


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a folder with a user's files, from which the user types commands."""
    folder = tmp_path / "a user's"
    (folder / "sub").mkdir(parents=True)
    (folder / "mine.py").write_text(MINE)
    (folder / "sub" / "own.py").write_text(OWN)
    program = folder / "program"
    program.write_bytes(b"\x80 is no text")
    program.chmod(0o755)
    monkeypatch.chdir(folder)
    return folder


def test_the_command_that_is_told_asks_for_the_same_runs(files: Path) -> None:
    specs = ("random-search", "./mine.py:size=5", "mine.py", "./program")
    firsts: tuple[First, First] = ("none", "default")
    for strategies, budget, first in zip((specs[:2], specs), (2.5, 3), firsts, strict=True):
        asked = Experiment(
            "e", strategies, ("branin+noise=0.1", "sub/own.py+discrete=3", "sub/own.py"),
            seeds=(0, 1), budget=budget, first=first,
        )  # fmt: skip
        runs, cards = cards_of(asked)
        (again,) = typed(told(files / "report", runs, cards))
        assert set(plan(again).runs) == set(runs)


def test_a_path_is_told_as_it_was_typed(files: Path) -> None:
    asked = Experiment("e", ("random-search", "./mine.py:size=5"), ("./sub/own.py",), seeds=(0,))
    text = told(files / "report", *cards_of(asked))
    assert str(files) not in text
    assert "-s ./mine.py:size=5" in text
    assert "-p ./sub/own.py" in text


def test_files_that_are_needed_are_told_with_their_version(files: Path) -> None:
    asked = Experiment("e", ("sobol", "./mine.py"), ("sub/own.py+noise=0.1", "branin"), seeds=(0,))
    runs, cards = cards_of(asked)
    text = told(files / "report", runs, cards)
    versions = {each.identity.name: each.identity.version for each in cards}
    assert f"./mine.py ({versions['one']}) and sub/own.py (" in text
    assert f"({versions['own+noise=0.1'].removesuffix('+1')}). In brackets is" in text
    assert "branin (" not in text
    ours = Experiment("e", ("sobol",), ("branin",), seeds=(0,))
    assert "does not bring" not in told(files / "report", *cards_of(ours))


def test_a_file_that_was_changed_between_sessions_is_told_in_both_versions(files: Path) -> None:
    asked = Experiment("e", ("sobol", "./mine.py"), ("branin",), seeds=(0,))
    runs, cards = cards_of(asked)
    (files / "mine.py").write_text(MINE + "# changed\n")
    more, others = cards_of(asked)
    every = {card.identity: card for card in (*cards, *others)}
    text = told(files / "report", list({*runs, *more}), list(every.values()))
    old, new = sorted({c.identity.version for c in every.values() if c.identity.name == "one"})
    assert f"./mine.py ({old} and {new})" in text
    assert "Of ./mine.py several versions were run" in text
    assert text.count("-s ./mine.py ") == 1


def test_several_versions_of_our_strategy_are_asked_for_by_its_plain_name(files: Path) -> None:
    runs, cards = cards_of(Experiment("e", ("sobol", "random-search"), ("branin",), seeds=(0,)))
    older = {
        each: replace(each, version="0") for each in {r.strategy for r in runs if "sob" in str(r)}
    }
    runs += [replace(r, strategy=older[r.strategy]) for r in runs if r.strategy in older]
    cards += [replace(c, identity=older[c.identity]) for c in cards if c.identity in older]
    text = told(files / "report", runs, cards)
    (again,) = typed(text)
    assert sorted(again.strategies) == ["random-search", "sobol"]
    assert "sobol was run in the versions 0 and 1" in text


def test_strategies_whose_runs_no_command_makes_again_are_named(files: Path) -> None:
    runs, cards = cards_of(Experiment("e", ("random-search",), ("branin",), seeds=(0,)))
    imported = Identity("my-tpe", "f00d")
    runs += [replace(runs[0], strategy=imported)]
    cards.append(StrategyCard(imported, "", "", False, {}, source=""))
    text = told(files / "report", runs, cards)
    (again,) = typed(text)
    assert again.strategies == ("random-search",)
    assert "No command makes the runs of my-tpe again" in text


def test_problems_with_other_numbers_of_seeds_have_a_command_of_their_own(files: Path) -> None:
    few, cards = cards_of(Experiment("e", ("random-search",), ("branin",), seeds=(0, 1)))
    many, others = cards_of(Experiment("e", ("random-search",), ("sub/own.py",), seeds=(0, 1, 2)))
    every = {card.identity: card for card in (*cards, *others)}
    commands = typed(told(files / "report", [*few, *many], list(every.values())))
    assert {run for each in commands for run in plan(each).runs} == {*few, *many}


def several(*asked: Experiment) -> tuple[list[Run], list[StrategyCard | ProblemCard]]:
    """Return the runs of several experiments, and each of their cards once."""
    found = [cards_of(each) for each in asked]
    cards = {card.identity: card for _, cards in found for card in cards}
    return list({run: None for runs, _ in found for run in runs}), list(cards.values())


def test_no_command_asks_for_a_run_that_is_not_in_the_results(files: Path) -> None:
    """Strategies that ran on fewer problems or seeds have a command of their own."""
    first = Experiment("e", ("random-search", "sobol"), ("branin", "hartmann-3"), seeds=(0, 1))
    more = Experiment("e", ("random-search", "./mine.py"), ("branin", "levy-8"), seeds=(0, 1, 2))
    for asked in (
        (first, more),
        (more, replace(more, strategies=("sobol",), problems=("branin",))),
    ):
        runs, cards = several(*asked)
        text = told(files / "report", runs, cards)
        assert {run for each in typed(text) for run in plan(each).runs} == set(runs)
        assert "besides that" not in text


def test_runs_that_a_command_makes_besides_are_counted(files: Path) -> None:
    """A command runs all of a file's strategies, and every seed between the first and the last."""
    runs, cards = several(Experiment("e", ("./mine.py", "sobol"), ("branin",), seeds=(0, 1, 2)))
    kept = [
        r for r in runs if r.strategy.name != "two" and (r.seed != 1 or r.strategy.name != "sobol")
    ]
    text = told(files / "report", kept, cards)
    assert "makes 1 run besides that" in text  # of sobol; nobody knows what else the file holds
    kept += [r for r in runs if r.strategy.name == "two" and r.seed == 1]
    assert "makes 3 runs besides that" in told(files / "report", kept, cards)


def test_runs_that_were_planned_and_have_not_ended_are_asked_for(files: Path) -> None:
    runs, cards = several(Experiment("e", ("random-search", "sobol"), ("branin",), seeds=(0, 1, 2)))
    (again,) = typed(told(files / "report", runs[:2], cards, runs))
    assert set(plan(again).runs) == set(runs)


def test_a_shell_reads_the_name_of_any_file_as_it_was_typed(files: Path) -> None:
    for name in ("a b.py", "tab\there.py", "two\nlines of 'quotes' \\n.py", "\x1b\u200b\xe9.py"):
        (files / name).write_text(MINE)
        runs, cards = cards_of(Experiment("e", (f"./{name}",), ("branin",), seeds=(0,)))
        command, _, _ = told(files / "report", runs, cards).partition("python -m hpobench report")
        printed = command.partition("python -m hpobench all --results DIR")[2]
        assert printed.replace("\n", "").isprintable()
        read = subprocess.run(  # noqa: S603  # the shell that a user has
            ["/bin/bash", "-c", f"printf '%s\\0' {printed}"], capture_output=True, check=True
        )
        assert os.fsdecode(read.stdout).split("\0")[1] == f"./{name}"
