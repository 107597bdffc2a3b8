"""Each promise of the threat model has a test, which the document names."""

import ast
import re
import shlex
from pathlib import Path

from typer.testing import CliRunner

from hpobench.commands.cli import app
from hpobench.registry.plugins import VARIABLE

TESTS = Path(__file__).parent
DOCUMENT = TESTS.parent / "docs" / "threat-model.md"


def test_each_promise_names_a_test_that_exists() -> None:
    promises = [
        line
        for line in DOCUMENT.read_text(encoding="utf-8").splitlines()
        if line.startswith("| ") and not line.startswith(("| ---", "| hpobench promises"))
    ]
    assert len(promises) > 40
    for promise in promises:
        assert promise.count(" | ") == 1, promise
        named = re.search(r"`(test_\w+\.py)::(test_\w+)` \|$", promise)
        assert named is not None, promise
        tree = ast.parse((TESTS / named[1]).read_text(encoding="utf-8"))
        there = {each.name for each in tree.body if isinstance(each, ast.FunctionDef)}
        assert named[2] in there, promise


def test_every_table_has_a_heading_and_no_line_between_its_rows() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    tables = re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE)
    assert len(tables) == len(re.findall(r"^## ", text, re.MULTILINE))
    for table in tables:
        assert table.startswith("| hpobench promises | the test |\n| --- | --- |\n| ")


def test_the_page_begins_with_what_to_do_with_a_strangers_folder() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    first = text.partition("\n## ")[0]
    (block,) = re.findall(r"^```sh\n(.*?)^```$", first, re.MULTILINE | re.DOTALL)
    setting, *commands = (shlex.split(line, comments=True) for line in block.splitlines())
    assert setting == ["export", f"{VARIABLE}=1"]
    for program, *words in commands:
        assert program == "hpobench"
        answer = CliRunner().invoke(app, [words[0], "--help"])
        assert answer.exit_code == 0
        assert all(word in answer.output for word in words if word.startswith("--"))
