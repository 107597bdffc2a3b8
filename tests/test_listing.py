"""What `list` prints: lines that can be read, in terminals of all widths."""

import re
from pathlib import Path

import pytest

from hpobench.cards.groups import PROPERTIES
from hpobench.commands.list_lines import print_list
from hpobench.commands.listing import card, card_for_people, listed, print_card
from hpobench.registry import find_problems

MINE = '''"""A file of several lines."""
from dataclasses import dataclass
from hpobench import Proposal, Strategy

@dataclass
class Mine(Strategy):
    """Draws uniformly."""
    size: int = 3

    def ask(self, pending):
        return Proposal(self.task.space.sample(self.rng))
'''
OWN = """
from hpobench import Float, Space

space = Space({"x": Float(0, 1)})

def own(config):
    '''A slope.'''
    return config["x"]
"""


@pytest.fixture(autouse=True)
def _files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("mine.py").write_text(MINE)
    Path("own.py").write_text(OWN)


def printed(kind: str, spec: str, capsys: pytest.CaptureFixture[str]) -> list[str]:
    print_card(card_for_people(kind, spec))
    return capsys.readouterr().out.splitlines()


def test_a_users_strategy_is_told_in_lines_without_its_source(
    capsys: pytest.CaptureFixture[str],
) -> None:
    lines = printed("strategies", "./mine.py:size=5", capsys)
    assert re.fullmatch(r"name: mine:size=5, version [0-9a-f]{12}", lines[0])
    assert lines[1:5] == [
        "file: ./mine.py:size=5",
        "what: Draws uniformly.",
        "fields:",
        "  size: 5",
    ]
    assert "import" not in "".join(lines)
    assert card("strategies", "./mine.py")["source"] == MINE


def test_a_users_problem_is_called_own_and_says_its_file(
    capsys: pytest.CaptureFixture[str],
) -> None:
    lines = printed("problems", "./own.py+noise=0.1", capsys)
    assert "family: own" in lines
    assert "file: ./own.py+noise=0.1" in lines
    assert not [line for line in lines if "development" in line or "import" in line]


TOLD = """
from hpobench import Description, Float, Problem, Space, plain

def f(config):
    return config["x"]

problem = Problem("told", 1, Space({"x": Float(0, 1)}), plain(f), about=Description(seconds=3))
"""


def test_the_seconds_that_a_users_problem_declares_are_told(
    capsys: pytest.CaptureFixture[str],
) -> None:
    Path("told.py").write_text(TOLD)
    said = "full evaluation: 3 s on one core, as its file says"
    assert said in printed("problems", "./told.py", capsys)
    assert "full evaluation" not in "".join(printed("problems", "./own.py", capsys))


@pytest.mark.parametrize("kind", ["strategies", "problems"])
@pytest.mark.parametrize("ours", [True, False])
def test_no_line_of_a_card_holds_code_or_the_brackets_of_python(
    kind: str,
    ours: bool,  # noqa: FBT001  # a parameter
    capsys: pytest.CaptureFixture[str],
) -> None:
    own = "./mine.py" if kind == "strategies" else "./own.py"
    named = "successive-halving:eta=4" if kind == "strategies" else "mlp-digits"
    lines = printed(kind, named if ours else own, capsys)
    assert len(lines) > 4
    for line in lines:
        assert "\\n" not in line
        assert not re.search(r"[{}]|None|True|False", line)
        assert not line.endswith(": ")


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        ("./own.py", "1, the same for every seed"),
        ("branin", "30: seeds 0 to 29 draw one each, seed 30 draws the first again"),
    ],
)
def test_instances_are_told_by_the_seeds_that_draw_them(
    spec: str, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert f"instances: {words}" in printed("problems", spec, capsys)


@pytest.mark.parametrize("width", [20, 30, 40, 50, 60, 80])
def test_in_a_narrow_terminal_problems_are_a_line_each_and_no_number_is_broken(
    width: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    rows = listed("problems", "development")
    print_list("problems", rows)
    lines = [line.rstrip() for line in capsys.readouterr().out.splitlines()]
    heading = next(line for line in lines if line.startswith("name"))
    assert len(heading) <= width
    for row in rows:
        beside = [row[each] for each in heading.split()[1:]]
        ends = " +".join(map(re.escape, beside))
        name = row["name"]
        start = re.escape(name) if len(name) <= width else f"{name[:4]}.*{name[-4:]}"
        (line,) = [line for line in lines if re.fullmatch(f"{start} *{ends}", line)]
        assert len(line) <= width


def test_a_list_of_problems_ends_with_the_groups_that_name_several(
    capsys: pytest.CaptureFixture[str],
) -> None:
    print_list("problems", listed("problems", "branin"))
    (line,) = [each for each in capsys.readouterr().out.splitlines() if "Groups for -p" in each]
    for group in ("development", "everything", *PROPERTIES, "dimensions<=6"):
        assert find_problems(group)
        assert group in line
    (example,) = re.findall(r"-p '(.+)'", line)
    assert find_problems(example)


def test_a_pipe_cuts_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    row = {"name": "long" * 20, "library": "-", "what it does": "Draws points. " * 20}
    print_list("strategies", [row])
    assert f"{row['name']}  {row['what it does']}".rstrip() in capsys.readouterr().out


def test_what_a_strategy_does_ends_with_a_whole_word(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    row = {"name": "mine", "library": "-", "what it does": "Draws 20 points, then the best one."}
    for width, words in ((30, "Draws 20 points, then …"), (60, row["what it does"]), (17, "")):
        monkeypatch.setenv("COLUMNS", str(width))
        print_list("strategies", [row])
        line = capsys.readouterr().out.splitlines()[3]
        assert line == f"mine  {words}".rstrip()
