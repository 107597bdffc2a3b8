"""What is said of users' own problems whose anchors are ignored, or that have none."""

import shlex
from collections.abc import Sequence

from ...problem import Problem
from ...registry.describing import anchors_beside, problem_card
from ...registry.entry import Entry
from ...registry.user_file import file_in


def said_of_anchors(problems: Sequence[Entry[Problem]]) -> list[str]:
    """Return a line for each problem whose anchors are ignored, and one for those without any."""
    said, without = list[str](), dict[str, str]()
    for entry in problems:
        _, ignored = anchors_beside(entry)
        if ignored:
            said.append(ignored)
        elif entry.identity.path and _has_none(entry):
            without[entry.identity.name] = shlex.quote(file_in(entry.given, "+"))
    if without:
        files = " ".join(dict.fromkeys(without.values()))
        said.append(
            f"without anchors, and so without regret: {', '.join(without)}; to make anchors, type:"
            f" hpobench anchor {files}"
        )
    return said


def _has_none(entry: Entry[Problem]) -> bool:
    """Tell whether a problem has no anchors, and could have some."""
    card, plain = problem_card(entry), entry.item.name == entry.item.base
    return plain and not card.score_anchors and not card.unmeasured
