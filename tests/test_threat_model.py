"""Each promise of the threat model has a test, which the document names."""

import ast
import re
from pathlib import Path

TESTS = Path(__file__).parent
DOCUMENT = TESTS.parent / "docs" / "threat-model.md"


def test_each_promise_names_a_test_that_exists() -> None:
    promises = [
        line
        for line in DOCUMENT.read_text(encoding="utf-8").splitlines()
        if line.startswith("| ") and not line.startswith(("| ---", "| hpobench promises"))
    ]
    assert len(promises) > 20
    for promise in promises:
        named = re.search(r"`(test_\w+\.py)::(test_\w+)` \|$", promise)
        assert named is not None, promise
        tree = ast.parse((TESTS / named[1]).read_text(encoding="utf-8"))
        there = {each.name for each in tree.body if isinstance(each, ast.FunctionDef)}
        assert named[2] in there, promise
