"""The sentences that the page, the page's script and the terminal have in common.

What stands in braces is put in where a sentence is said.
"""

from collections.abc import Mapping

SAYINGS: Mapping[str, str] = {
    "beats": "{who} beats {rival} in {runs}",
    "apart": "{who} and {rival} have no runs on the same instances, which could be compared",
    "also": "{beaten}, and {rival} in {runs}",
    "reached": (
        "It typically reaches after about {evaluations} what {rival} is expected to "
        "reach after {effort}."
    ),
    "asked": "Sure?",
    "proven": "Yes.",
    "unproven": "Probably, not proven.",
    "open": "No.",
    "better": "A test finds {who} better than {rival}.",
    "=": "No test finds {who} better than {rival}, so this may be luck.",
    "?": "A test needs more than {problems}, so this may be luck.",
    "worse": "{who} is worse than {rival}.",
    "since": "With fewer than {evaluations} evaluations that isn't shown.",
    "planned": "It plans for its budget: with fewer evaluations it would run otherwise.",
    "proven there": "sure.",
    "unproven there": "probably, not proven.",
    "open there": "not sure.",
    "better there": "; a test finds it better.",
    "= there": "; no test finds it better, so this may be luck.",
    "short": "; a test needs {needed} such problems.",
    "here alone": (
        "; a test needs {needed} such problems, and an exact test of the runs finds it better on "
        "these very problems alone."
    ),
    "sides": (
        "The tests on each kind of problems are corrected among themselves, and not for there "
        "being two kinds: planned is the comparison over all problems."
    ),
    "few": "A test needs {needed}, and there are {problems} like yours.",
    "regret": (
        "Regret is how far a result is from the best known one: 0 is that, 1 is one random try. "
        "Lower is better."
    ),
    "unit": (
        "1 by definition, since it is the unit; by the luck of its seeds, its runs here came to "
        "{found}."
    ),
    "median": "The 95 % interval of the median over the problems, which is here {median}.",
    "no interval": "{median} is the median, over too few problems for an interval.",
    "rank": "Mean rank: 1 is a strategy that is first on every problem. Lower is better.",
}
"""The sentences by their names. A strategy's comparison is called by its sign: see `Sign`."""
SIGNS: Mapping[str, str] = {
    "better": "better",
    "=": "not told apart",
    "worse": "worse",
    "?": "too few problems for a test",
}
"""What the signs of the ranking mean, in a word or two."""


def said(name: str, **parts: str) -> str:
    """Return a sentence with its parts.

    >>> said("beats", who="It", rival="b", runs="8 of 10 runs")
    'It beats b in 8 of 10 runs'
    """
    return SAYINGS[name].format(**parts)
