"""The command `compare` in this process: what it is asked, and a folder that it works in."""

from pathlib import Path
from typing import ClassVar

import pytest

from hpobench.commands import comparing
from hpobench.commands.compare import FOLDER
from hpobench.commands.pair import Asked
from hpobench.commands.session import Session
from hpobench.experiment.one_run import Done, perform_run
from hpobench.registry.describing import problem_card

OWN = """
from hpobench import Float, Space

space = Space({"x": Float(0, 1), "y": Float(0, 1)})

def bowl(config):
    return (config["x"] - 0.3) ** 2 + config["y"]
"""
CENTRED = """
from dataclasses import dataclass
from hpobench import Proposal, Strategy

@dataclass
class Centred(Strategy):
    spread: float = 0.4

    def ask(self, pending):
        away = self.spread * (self.rng.random(len(self.task.space)) - 0.5)
        return Proposal(self.task.space.decode(0.5 + away))
"""
BROKEN = CENTRED.replace("away =", "1 / 0  #").replace("Centred", "Broken")


class InProcess(Session):
    """A session that makes its runs in this process, one after the other."""

    lost: ClassVar = False
    """Whether every process is killed."""
    sizes: ClassVar[tuple[int, ...]] = ()
    """How many runs each session has made."""

    def hold(self) -> None:
        made = [run for run in self.plan.runs if not self.store.is_sealed(run)]
        type(self).sizes = (*self.sizes, len(made))
        for each in self.plan.problems:
            self.store.put_card(problem_card(each))
        if self.lost:
            self.done += [Done(run, "incomplete", "it was killed") for run in made]
        else:
            self.done += [perform_run(run, self.store.folder) for run in made]
        self.runs = self.read()


def entered(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Enter a folder with a user's files; runs are made in this process."""
    for name, text in {"bowl": OWN, "centred": CENTRED, "broken": BROKEN}.items():
        (folder / f"{name}.py").write_text(text)
    monkeypatch.chdir(folder)
    monkeypatch.setattr(comparing, "Session", InProcess)
    monkeypatch.setattr(InProcess, "sizes", ())
    return folder


def asked(first: str, second: str, *problems: str, **changes: object) -> Asked:
    values: dict[str, object] = {
        "folder": FOLDER,
        "seeds": (0, 1),
        "budget": 3,
        "workers": None,
        "first_trial": None,
        "jobs": 1,
        "until": None,
        "max_seeds": 30,
        "max_time": None,
        "fail_if": None,
        "margin": 0.02,
        "markdown": None,
        **changes,
    }
    return Asked(first, second, problems=problems, **values)  # type: ignore[arg-type]  # checked
