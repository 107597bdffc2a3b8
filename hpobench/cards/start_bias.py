"""The start bias of our strategies, which was measured and is kept in a file."""

import json
from functools import cache
from importlib.resources import files
from typing import Any

from .card import StartBias

FILE = "start_bias.json"
LARGE = "0.1 is large, a quarter of what random search ends with there"
"""What a large start bias is: random search's mean regret without moved ranges is 0.40."""


def start_bias(name: str, version: int) -> StartBias | None:
    """Return the start bias of one of our strategies, with its default fields.

    None: this version of it was not measured.
    """
    content = _content()
    found = content["strategies"].get(name)
    if found is None or found["version"] != version:
        return None
    return StartBias(
        found["fixed"],
        found["moved"],
        found["low"],
        found["high"],
        found["random"],
        found["problems"],
        content["seeds"],
        content["budget"],
    )


@cache
def _content() -> Any:  # noqa: ANN401  # JSON
    return json.loads(files(f"{__package__}").joinpath(FILE).read_text(encoding="utf-8"))
