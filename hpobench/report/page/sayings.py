"""The sentences that the page, the page's script and the terminal have in common.

What stands in braces is put in where a sentence is said.
"""

from collections.abc import Mapping

SAYINGS: Mapping[str, str] = {
    "beats": "{who} beats {rival} in {runs}",
    "apart": "{who} and {rival} have no runs on the same instances, which could be compared",
    "also": "{beaten}, and {rival} in {runs}",
    "lost": "{beaten}, but {rival} beat it in {runs}",
    "reached": "In about {evaluations} it gets as far as {rival} in about {effort}.",
    "asked": "Sure?",
    "proven": "Yes.",
    "unproven": "Probably.",
    "open": "No.",
    "better": "A test over the {problems} finds {who} better than {rival}{since}.",
    "=": "No test finds {who} better than {rival}, so this may be luck.",
    "?": "A test needs more than {problems}, so this may be luck.",
    "unshared": (
        "A test needs problems on which both have runs with the same seeds: make these runs, or "
        "merge the shares that have them."
    ),
    "unscaled": (
        "A test needs problems with anchors on which both have runs with the same seeds, and there "
        "is none."
    ),
    "worse": "{who} is worse than {rival}.",
    "since": " from {evaluations} on, and not with fewer",
    "at the end": " after {evaluations}, and not with fewer",
    "planned": "It plans for its budget: with fewer evaluations it would run otherwise.",
    "proven there": "sure.",
    "unproven there": "probably.",
    "open there": "not sure.",
    "better there": "; a test finds it better{since}.",
    "= there": "; no test finds it better, so this may be luck.",
    "short": "; these are too few for the test, which needs {needed}.",
    "here alone": (
        "; these are too few for the test, which needs {needed}, and an exact test of the runs "
        "finds it better on these very problems alone."
    ),
    "sides": (
        "The tests on each kind of problems are corrected among themselves, and not for there "
        "being two kinds: planned is the comparison over all problems."
    ),
    "bound": " Of two numbers with \N{GREATER-THAN OR EQUAL TO}, either may be the greater.",
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
