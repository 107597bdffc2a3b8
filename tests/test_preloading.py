"""What a process for runs imports before: found by a glance at each text, not by parsing it."""

from pathlib import Path

import pytest

from hpobench.processes.preloading import import_lines, imported

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize("folder", ["hpobench/models", "hpobench/runner", "strategies", "problems"])
def test_a_glance_finds_the_imports_that_the_syntax_tree_has(folder: str) -> None:
    package = f"hpobench.{Path(folder).name}"
    for path in (ROOT / folder).glob("*.py"):
        text = path.read_text(encoding="utf-8")
        found = {each for line in import_lines(text) for each in imported(line, package)}
        assert sorted(found) == imported(text, package), path.name
