"""What JSON holds is made what a type says, or is refused by the place at which it differs."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Literal

import pytest

from hpobench.cards.card import Facts, ProblemCard, StartBias
from hpobench.parameter import Value
from hpobench.registry import find_problems
from hpobench.registry.describing import problem_card
from hpobench.store.shapes import made

BIAS = {
    "fixed": 0.5, "moved": 1, "low": None, "high": 0.25, "random": 0.0, "problems": 3, "seeds": 5,
    "budget": 25.0,
}  # fmt: skip
WRONG: list[tuple[Any, object, str]] = [
    (int, 1.0, "x is 1.0"),
    (int, True, "x is True"),
    (int, 2**62, "x is a whole number of 63 bits|x is 4611686018427387904"),
    (float, "1", "x is '1'"),
    (float, float("nan"), "x is nan"),
    (float, float("inf"), "x is inf"),
    (float, 10**400, "x is a whole number of 1329 bits"),
    (bool, 1, "x is 1"),
    (str, None, "x is None"),
    (str | None, 1, "x is 1"),
    (Literal["a", "b"], "c", "x is 'c'"),
    (Literal["a", "b"], ["a"], r"x is \['a'\]"),
    (tuple[int, ...], [1, "a"], "x/1 is 'a'"),
    (tuple[int, int], [1], r"x is \[1\]"),
    (tuple[int, ...], {"a": 1}, "x is {'a': 1}"),
    (Mapping[str, Value], {"a": [1]}, r"x/a is \[1\]"),
    (Mapping[str, float], [], r"x is \[\]"),
    (StartBias, {**BIAS, "budget": "many"}, "x/budget is 'many'"),
    (StartBias, {**BIAS, "path": "/"}, "x has a key too many: 'path'"),
    (StartBias | None, {**BIAS, "low": []}, r"x/low is \[\]"),
    (object, json.loads("[" * 50 + "]" * 50), "is nested too deeply"),
    (object, {"a": [1e999]}, "x/a/0 is inf"),
]


@pytest.mark.parametrize(("kind", "content", "said"), WRONG, ids=str)
def test_what_is_of_another_kind_is_refused_by_its_place(
    kind: Any,  # noqa: ANN401  # any type
    content: object,
    said: str,
) -> None:
    with pytest.raises(ValueError, match=said):
        made(kind, content, "x")


def test_a_field_that_is_missing_is_named_unless_it_has_a_default() -> None:
    with pytest.raises(KeyError, match="seeds"):
        made(StartBias, {key: each for key, each in BIAS.items() if key != "seeds"})
    assert made(StartBias, BIAS) == StartBias(0.5, 1, None, 0.25, 0.0, 3, 5, 25.0)


def test_every_card_of_ours_is_what_it_was_after_it_was_json() -> None:
    for entry in find_problems("everything"):
        card = problem_card(entry)
        content = json.loads(json.dumps(asdict(card)))
        again = made(ProblemCard, content)
        assert json.dumps(asdict(again)) == json.dumps(asdict(card))
        assert again.facts is None or isinstance(again.facts, Facts)
