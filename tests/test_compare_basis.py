"""Which runs the command `compare` counts, and how it says what they are."""

import re
from pathlib import Path

import pytest
from comparisons import CENTRED, InProcess, asked, entered

from hpobench.commands import comparing


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return entered(tmp_path, monkeypatch)


@pytest.mark.usefixtures("folder")
def test_only_the_seeds_that_are_asked_for_count(capsys: pytest.CaptureFixture[str]) -> None:
    comparing.compare_and_say(asked("sobol", "random-search", "branin", seeds=range(2)))
    first = capsys.readouterr().out
    comparing.compare_and_say(asked("sobol", "random-search", "branin", seeds=range(6)))
    assert "1 problem, 6 seeds, after" in " ".join(capsys.readouterr().out.split())
    comparing.compare_and_say(asked("sobol", "random-search", "branin", seeds=range(2)))
    assert capsys.readouterr().out == first
    assert InProcess.sizes == (4, 8)


@pytest.mark.usefixtures("folder")
def test_seeds_that_are_added_follow_those_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    comparing.compare_and_say(asked("sobol", "random-search", "branin", seeds=range(6)))
    capsys.readouterr()
    few = asked("sobol", "random-search", "branin", seeds=range(2), until=3.0)
    comparing.compare_and_say(few)
    said = " ".join(capsys.readouterr().out.split())
    assert "1 problem, 5 seeds, after" in said
    assert " width for these problems alone: ±" in said
    assert InProcess.sizes == (12,)


def test_files_of_the_same_name_are_told_apart_by_their_paths(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, spread in (("new", 0.4), ("old", 0.8)):
        (folder / name).mkdir()
        text = CENTRED.replace("spread: float = 0.4", f"spread: float = {spread}")
        (folder / name / "tuner.py").write_text(text)
    comparing.compare_and_say(asked("./new/tuner.py", "./old/tuner.py", "branin"))
    found = re.match(r"(tuner v\w+) against (tuner v\w+): ", said := capsys.readouterr().out)
    assert found is not None
    words = re.sub(r"\s+", " ", said)
    assert f" files {found[1]} is ./new/tuner.py, {found[2]} is ./old/tuner.py " in words


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(("fail_if", "status"), [("worse", 0), ("undecided", 3)])
def test_a_gate_says_that_it_can_not_fail_without_an_interval(
    fail_if: str, status: int, capsys: pytest.CaptureFixture[str]
) -> None:
    wanted = asked("./broken.py", "random-search", "branin", fail_if=fail_if)
    assert comparing.compare_and_say(wanted) == status
    said = re.sub(r"\s+", " ", capsys.readouterr().out)
    assert "gate there is no interval (it takes 5 seeds on each problem), so nothing" in said
