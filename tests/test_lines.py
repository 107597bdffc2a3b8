"""The lines of Python that a report's page shows for a strategy do what they say.

Those of a library are run by the Python that has it; where there is none, they are skipped.
"""

import io
import os
import subprocess
import sys
from collections.abc import Sequence
from contextlib import redirect_stdout
from dataclasses import replace
from pathlib import Path

import pytest
from cards import strategy_card
from studies import problem, run, selected

from hpobench import Config, registry
from hpobench.cards.card import ProblemCard
from hpobench.errors import InputError
from hpobench.hosting import environments
from hpobench.hosting.placement import available
from hpobench.report.page.libraries import LIBRARIES
from hpobench.report.page.lines import lines
from hpobench.trial import Fidelity, Stop

STRATEGIES = registry.strategies()
WRAPPING = {
    name: each.library for name, each in registry.entrants().items() if each.library is not None
}
"""The libraries by the names of the strategies and systems that wrap them."""
MOST = {"pymoo-de": 20, "pymoo-ga": 20, "syne-tune-asha": 4 * 12, "bohb": 40 + 17 + 8}
"""How many evaluations lines make at most that are asked for 12 and make others.

They are whole generations of 10, 12 configurations at up to four fidelities, or three brackets.
"""
FUNCTION = """
from math import log10

def function(config, epochs=27):
    with open("evaluated", "a") as file:
        file.write("one\\n")
    assert set(config) == {"x", "rate"} and -5 <= config["x"] <= 10 and epochs >= 1
    assert 9.9e-5 <= config["rate"] <= 1.01
    return (config["x"] - 2) ** 2 + (log10(config["rate"]) + 2) ** 2 + 1 / epochs
"""
ROWS = """
import numpy as np

features = np.random.default_rng(0).normal(size=(120, 4))
labels = (features[:, 0] > 0).astype(int)
"""


def shown(strategy: str, *, family: str = "", where: Sequence[ProblemCard], stop: Stop) -> str:
    """Return the lines of a strategy whose runs on these problems ended so."""
    who = {strategy, "random-search"}
    outcomes = [
        replace(run(name, each, 0, 0.5), stop=stop if name == strategy else Stop("complete"))
        for each in where
        for name in who
    ]
    cards = [strategy_card(name, family=family) for name in who]
    compared = selected(outcomes, cards, where)
    return "\n".join(lines(compared, compared.names.index(strategy)))


def filled(text: str, evaluations: int, workers: int) -> str:
    """Return lines as the page fills them."""
    for each, number in (("{evaluations}", evaluations), ("{workers}", workers)):
        assert all(line.count(each) <= 1 for line in text.splitlines())
        text = text.replace(each, str(number))
    return text


def bowl(config: Config) -> float:
    x, rate = config["x"], config["rate"]
    assert isinstance(x, float)
    assert isinstance(rate, float)
    return (x - 2) ** 2 + rate


@pytest.mark.parametrize(
    "name", sorted(name for name, each in STRATEGIES.items() if each.library is None)
)
def test_a_strategy_of_ours_minimises_a_function_by_its_lines_or_they_say_why_not(
    name: str,
) -> None:
    where, known = [problem(0)], {"__name__": "__main__", "function": bowl}
    family, words = STRATEGIES[name].family, io.StringIO()
    text = filled(shown(name, family=family, where=where, stop=Stop("complete")), 4, 1)
    try:
        with redirect_stdout(words):
            exec(text, known)  # noqa: S102  # our own lines
    except InputError as error:
        refusal = str(error)
        text = shown(name, where=where, stop=Stop("unsupported", refusal))
        refused = " needs " in refusal and all(each.startswith("#") for each in text.splitlines())
        assert refused
        assert f"hpobench compare {name} random-search" in text
    else:
        assert "'rate': " in words.getvalue()


def test_a_strategy_that_ran_only_where_there_is_more_is_judged_by_its_family() -> None:
    trained = [replace(problem(0), fidelity=Fidelity(1, 9))]
    for family, said in (("bayesian", "optimize(function"), ("multi-fidelity", "compare mine")):
        assert said in shown("mine", family=family, where=trained, stop=Stop("complete"))


def test_every_library_that_a_strategy_of_ours_wraps_has_lines() -> None:
    assert {*LIBRARIES} == {*WRAPPING}


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(
            name,
            marks=[
                pytest.mark.peers if each.shared else pytest.mark.isolated,
                pytest.mark.skipif(available(each) is None, reason=f"no {each.name} here"),
            ],
        )
        for name, each in WRAPPING.items()
        if name in LIBRARIES
    ],
)
def test_the_lines_of_a_library_run_as_they_stand(name: str, tmp_path: Path) -> None:
    given = ROWS if name == "flaml-automl" else FUNCTION
    (tmp_path / "mine.py").write_text(given + filled(LIBRARIES[name], 12, 1), encoding="utf-8")
    environment = environments.find(WRAPPING[name].name)
    python = sys.executable
    if WRAPPING[name].installed() is None and environment is not None:
        python = environment.python
    done = subprocess.run(  # noqa: S603  # our own lines
        [python, "mine.py"],
        cwd=tmp_path,
        env={**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.strip()
    if given == FUNCTION:
        made = len((tmp_path / "evaluated").read_text(encoding="utf-8").splitlines())
        assert 12 <= made <= MOST.get(name, 12)
