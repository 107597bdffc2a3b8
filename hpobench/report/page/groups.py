"""The named groups of problems that a reader of the page chooses from."""

from collections.abc import Mapping

from ...cards.card import OWN, SPLITS
from ...cards.groups import belongs
from ..compared import Compared

ALL = "all"
"""The name of the group of all problems."""
LARGE = "dimensions>=8"
GROUPS: Mapping[str, str] = {
    "fidelity": "with fidelity",
    "gradient": "with gradients",
    "trained": "trained",
    "noisy": "noisy",
    "conditional": "conditional",
    "categorical": "categorical",
    LARGE: "\N{GREATER-THAN OR EQUAL TO} 8 dimensions",
    SPLITS[1]: "held-out",
    OWN: "my own",
}
"""The groups by property, and how they are called on the page."""

PRIME = (ALL, "fidelity", "gradient", "trained", SPLITS[1], OWN, LARGE)
"""The groups that are one click away; the others are in a list."""


def groups(compared: Compared) -> dict[str, tuple[str, list[int]]]:
    """Return each group's name on the page and its problems, those on which something counts.

    A group that is empty is left out, and so is one, but for the first, that is all problems.
    """
    cards, every = compared.scores.problems, compared.problems
    families = dict.fromkeys(cards[p].about.family for p in every)
    named = {**GROUPS, **{family: family for family in families if family not in GROUPS}}
    found = {ALL: (ALL, every)}
    for group, name in named.items():
        inside = belongs(group, families)
        members = [p for p in every if inside(cards[p])]
        if 0 < len(members) < len(every):
            found[group] = name, members
    return found
