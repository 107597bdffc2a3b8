"""Whatever the program is given, it answers in one line with status 2 and writes nothing elsewhere.

The inputs are drawn from a seed, so that a failure can be repeated: `--fuzz 5000` draws more of
them.
"""

import random
import sys
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import chdir
from pathlib import Path

import pytest

from hpobench import registry
from hpobench.commands import cli
from hpobench.errors import InputError
from hpobench.experiment.experiment import parse

TEXTS = (
    "", " ", ".", "..", "/", "\\", "\0", "\n", "\r\n", "\t", "\x1b[31m", "\x7f", "\x85",
    "\ufeff", "\udcff", "\ud800", "\u202e", "é", "日本", "🙂", "'", '"', "`", "$(x)", "%s", "{}",
    "[red]", "[/]", "-", "--", "---", "=", ":", "+", ",", ";", "#", "|", "nan", "NaN", "inf",
    "-inf", "1e999", "1" * 400, "9" * 5000, "-0", "0", "1", "-1", "0.5", "1e-320", "true",
    "null", "None", "[]", "{}", "[" * 3000, "{" * 3000, "a" * 300, "x/" * 3000, "x" * 100_000,
    "~", "~root", "CON", "random-search", "Random_Search", "randm", "sobol", "branin",
    "brannin", "everything", "native", "held-out", "grid-search:levels=3",
    "grid-search:levels=", "grid-search:levels=0", "grid-search:levels=9" * 9,
    "branin+noise=0.1", "branin+noise=", "branin+noise=nan", "branin+noise=1e999", "branin++",
    "branin+textbook+textbook", "./", "./x.py", "./x", ".py", "x.py", "/dev/null",
    "/dev/null.py", "/dev/zero", "/proc/self/mem", "/", "//", "./folder", "./folder.py",
    "./loop", "./loop.py", "./mine.py", "./mine.py:", "./mine.py:step=1", "./bytes.py",
    "./null.py", "./deep.py", "./raises.py", "./leaves.py", "./odd-names.py",
    "./bowl.py+noise=1", "./program", "./notes",
)  # fmt: skip
"""The texts that inputs are made of."""
FILES = {
    "mine.py": b"from hpobench import *\nclass Mine(Strategy):\n    def ask(self, pending): ...\n",
    "bowl.py": b"from hpobench import *\ns = Space({'x': Float(0, 1)})\ndef f(c): return c['x']\n",
    "bytes.py": bytes(range(256)),
    "null.py": b"x = '\0'\n",
    "deep.py": b"x = " + b"(" * 5000 + b")" * 5000,
    "raises.py": b"class E(BaseException):\n    def __str__(self): raise self\nraise E\n",
    "leaves.py": b"import sys; sys.exit('bye\\n\\x1b')\n",
    "odd-names.py": b"from mine import Mine\nstrategies = {'../..': Mine(), '\\n': Mine()}\n",
    "notes": b"to do\n",
    "program": b"#!/bin/sh\nexit 1\n",
}
VALUES = (
    "1", "-1", "0", "1.5", "1e9", "1e400", "nan", "-inf", "inf", "9" * 40, "9" * 5000, "0x1F",
    "0b1", "true", "false", "1979-05-27", "07:32:00", "1979-05-27T07:32:00Z", "2020-13-45",
    '""', '"x"', "'a\\b'", '"\\u0000"', '"\\ud800"', '"\\u001b[31m"', '"""\nlong\n"""', "[]",
    "{}", "{a = 1}", '["branin"]', '["random-search"]', "[1]", '["branin", 1]', "[[]]", '[""]',
    '["./a\\u0000b"]', "[" * 2000 + "]" * 2000, "{a = " * 500 + "1" + "}" * 500,
    '"' + "x" * 1_000_000 + '"', "", '["./mine.py"]', '["./bowl.py"]', '["./raises.py"]',
    '["' + "x" * 10_000 + '"]',
)  # fmt: skip
GOOD = ("seeds = 3", "budget = 2.5", "name = 'night'", "workers = 4", "notice = 'A look.'")
KEYS = (
    "strategies", "problems", "name", "seeds", "trained-seeds", "budget", "workers", "first",
    "limit", "notice", "colour", "Seeds", "a.b.c", '"a b"', '""', '"\\u0000"', "", "-", "[table]",
    "[[t]]",
)  # fmt: skip
HARMFUL = {"Cc", "Cs", "Zl", "Zp"}
"""The categories of characters that a line on the terminal must not have."""


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """Enter a folder of odd files; a test leaves nothing beside them."""
    for name, content in FILES.items():
        (tmp_path / name).write_bytes(content)
    (tmp_path / "program").chmod(0o755)
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder.py").mkdir()
    for name in ("loop", "loop.py"):
        (tmp_path / name).symlink_to(tmp_path / name)
    with chdir(tmp_path):
        yield tmp_path


def text(rng: random.Random) -> str:
    """Draw a text: one of TEXTS, several of them together, or one that is spoilt."""
    drawn = "".join(rng.choices(TEXTS, k=rng.choice((1, 1, 1, 2, 3))))
    if rng.random() < 0.3 and drawn:
        place = rng.randrange(len(drawn))
        drawn = drawn[:place] + chr(rng.choice((0, 27, 43, 58, 61, 0x2028, 0xDC80))) + drawn[place:]
    return drawn


def toml(rng: random.Random) -> str:
    """Draw a text that is almost an experiment."""
    lines = ['strategies = ["random-search"]', 'problems = ["branin"]']
    drawn = [rng.choice(lines)] if rng.random() < 0.3 else list(lines)
    for _ in range(rng.choice((0, 1, 1, 2, 4))):
        drawn.append(
            f"{rng.choice(KEYS)} {rng.choice(('=', '=', '=', '', '=='))} {rng.choice(VALUES)}"
        )
    rng.shuffle(drawn)
    whole = "\n".join(drawn)
    if rng.random() < 0.2:
        place = rng.randrange(len(whole))
        whole = whole[:place] + text(rng) + whole[place:]
    return whole


def line(rng: random.Random) -> list[str]:
    """Draw a command line; none of them would run anything that it should not."""
    commands: tuple[tuple[str, ...], ...] = (
        ("all", "-s", text(rng), "-p", "nowhere"),
        ("all", "-p", text(rng), "-s", "nowhere"),
        ("all", "--preset", text(rng), "-s", "nowhere"),
        (
            "all",
            "-s",
            "nowhere",
            rng.choice(("--seeds", "--budget", "--workers", "--jobs")),
            text(rng),
        ),
        ("run", text(rng)),
        ("run", "drawn.toml"),
        ("list", text(rng)),
        ("list", rng.choice(("strategies", "problems")), text(rng)),
        ("list", "--json", "problems", text(rng)),
        (text(rng), text(rng)),
        ("env", "create", f"nowhere{text(rng)}"),
        ("env", text(rng)),
    )
    chosen = list(rng.choice(commands))
    if rng.random() < 0.3:
        chosen.insert(rng.randrange(len(chosen) + 1), text(rng))
    return chosen


def told(call: Callable[[], object], drawn: str) -> bool:
    """Tell whether an input was refused; the refusal must be one line that can be printed."""
    try:
        call()
    except InputError as error:
        text = str(error)
    else:
        return False
    assert text.isprintable(), drawn
    assert 0 < len(text) <= 1_000, drawn
    return True


def number(request: pytest.FixtureRequest) -> int:
    return int(request.config.getoption("--fuzz") or 0)


def test_an_experiment_is_read_or_refused(request: pytest.FixtureRequest, folder: Path) -> None:
    refused = 0
    for seed in range(number(request)):
        drawn = toml(random.Random(seed))  # no secret
        refused += told(lambda drawn=drawn: parse(drawn, "drawn", "drawn.toml"), drawn)  # type: ignore[misc]  # bound now
    assert number(request) / 2 < refused < number(request)
    assert {path.name for path in folder.iterdir()} == {
        *FILES,
        "folder",
        "folder.py",
        "loop",
        "loop.py",
    }


@pytest.mark.parametrize("find", [registry.find_strategies, registry.find_problems])
def test_a_spec_names_something_or_is_refused(
    request: pytest.FixtureRequest, folder: Path, find: Callable[[str], object]
) -> None:
    refused = 0
    for seed in range(number(request)):
        drawn = text(random.Random(seed))  # no secret
        refused += told(lambda drawn=drawn: find(drawn), drawn)  # type: ignore[misc]  # bound now
    assert number(request) / 2 < refused < number(request)
    assert {path.name for path in folder.iterdir()} == {
        *FILES,
        "folder",
        "folder.py",
        "loop",
        "loop.py",
    }


def test_a_command_line_is_done_or_refused(
    request: pytest.FixtureRequest,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    statuses: list[int] = []
    for seed in range(number(request) // 2):  # each takes ten times as long as the others
        rng = random.Random(seed)  # no secret
        (folder / "drawn.toml").write_text(
            toml(rng).replace('["random-search"]', '["nowhere"]'), "utf-8", "surrogatepass"
        )
        arguments = line(rng)
        monkeypatch.setattr(sys, "argv", ["hpobench", *arguments])
        with pytest.raises(SystemExit) as end:
            cli.main()
        status = end.value.code or 0
        assert status in (0, 2), arguments
        statuses.append(int(status))
        shown = capfd.readouterr()
        assert "Traceback" not in shown.err, arguments
        if status == 2:
            assert shown.err.count("\n") == 1, arguments
            assert not {unicodedata.category(each) for each in shown.err[:-1]} & HARMFUL, arguments
    assert statuses.count(2) > number(request) / 4
    assert {path.name for path in folder.iterdir()} <= {
        *FILES, "folder", "folder.py", "loop", "loop.py", "drawn.toml"
    }  # fmt: skip
