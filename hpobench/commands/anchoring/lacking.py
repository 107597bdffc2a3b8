"""What is said of users' own problems whose anchors are ignored, give no regret, or are lacking."""

import shlex
from collections.abc import Sequence

from ...cards.card import Anchors
from ...errors import counted
from ...problem import Problem
from ...registry.describing import anchors_beside, problem_card
from ...registry.entry import Entry
from ...registry.user_file import file_in


def said_of_anchors(problems: Sequence[Entry[Problem]]) -> list[str]:
    """Return a line for each problem whose anchors are ignored or give no regret.

    Another line is for all problems without any.
    """
    said, without = dict[str, None](), dict[str, str]()  # a damaged file may be that of several
    for entry in problems:
        if not entry.identity.path:
            continue
        name, scores = entry.identity.name, problem_card(entry).score_anchors
        _, ignored = anchors_beside(entry)
        flat = no_regret(scores)
        if ignored or flat:
            said[ignored or f"{name}: {flat}"] = None
        elif not scores and _could_have_some(entry):
            without[name] = shlex.quote(file_in(entry.given, "+"))
    if without:
        files = " ".join(dict.fromkeys(without.values()))
        lacking = f"without anchors, and so without regret: {', '.join(without)}"
        said[f"{lacking}; to make anchors, type: hpobench anchor {files}"] = None
    return list(said)


def no_regret(scores: Sequence[Anchors]) -> str:
    """Say why a problem with these anchors of its scores has no regret.

    The answer is empty where it has regrets, or no anchors.
    """
    flat = sum(not each.has_scale for each in scores)
    if not flat:
        return ""
    where = f"on {flat} of its {counted(len(scores), 'instance')}, " if len(scores) > 1 else ""
    return (
        f"no regret can be measured: {where}the best configuration that is known has no lower score"
        " than the median of the random ones"
    )


def _could_have_some(entry: Entry[Problem]) -> bool:
    plain = entry.item.name == entry.item.base
    return plain and not problem_card(entry).unmeasured
