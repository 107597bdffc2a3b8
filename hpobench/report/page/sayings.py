"""The sentences that the page, the page's script and the terminal have in common.

What stands in braces is put in where a sentence is said.
"""

from collections.abc import Mapping

SAYINGS: Mapping[str, str] = {
    "beats": "{who} beats {rival} in {runs}",
    "also": "{beaten}, and {rival} in {runs}",
    "saved": (
        "To do as well, {rival} would typically need about {times} times as many evaluations"
        "{more} (estimated)."
    ),
    "asked": "Sure?",
    "proven": "Yes.",
    "unproven": "Probably, not proven.",
    "open": "No.",
    "better": "A test finds {who} better than {rival}.",
    "=": "No test finds {who} better than {rival}, so this may be luck.",
    "?": "A test needs more than {problems}, so this may be luck.",
    "worse": "{who} is worse than {rival}.",
    "few": "A test needs {needed}, and there are {problems} like yours.",
    "regret": (
        "Regret is how far a result is from the best known one: 0 is that, 1 is one random try. "
        "Lower is better."
    ),
    "unit": (
        "1 by definition, since it is the unit; by the luck of its seeds, its runs here came to "
        "{found}."
    ),
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
