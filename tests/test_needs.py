"""What a strategy needs of a problem is read from why its runs are unsupported."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from cards import strategy_card
from studies import RANDOM, problem, run, selected

from hpobench.cards.card import ProblemCard
from hpobench.report.page.needs import needed, needs
from hpobench.trial import Fidelity, Stop

PLAIN, TRAINED = problem(0), replace(problem(1), fidelity=Fidelity(1, 9))


def told(where: Sequence[ProblemCard], reason: str, family: str = "") -> tuple[str, ...]:
    """Return what a strategy needs that is unsupported, for a reason, where there is no fidelity.

    No reason: it runs everywhere.
    """
    runs = [
        replace(run("mine", each, 0, 0.5), stop=Stop("unsupported", reason), records=())
        if reason and each.fidelity is None
        else run("mine", each, 0, 0.5)
        for each in where
    ]
    others = [run(RANDOM, each, 0, 0.5) for each in where]
    cards = [strategy_card("mine", family=family), strategy_card(RANDOM)]
    compared = selected([*runs, *others], cards, where)
    s = compared.names.index("mine")
    assert len(needs(compared, s)) == len(needed(compared, s))
    return needs(compared, s)


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("needs a fidelity", "Needs a fidelity: trainings that can be cut short"),
        ("needs gradients", "Needs gradients: the derivatives"),
        ("needs a prior", "Needs a prior: what a person believes"),
        ("needs a GPU", "Needs a GPU."),
        (f"needs {'x' * 500}", f"Needs {'x' * 50}"),
    ],
)
def test_what_is_needed_is_why_runs_are_unsupported(reason: str, words: str) -> None:
    (said,) = told([PLAIN, TRAINED], reason)
    assert said.startswith(words)
    assert len(said) < 150


def test_what_runs_everywhere_needs_nothing_and_other_reasons_are_no_needs() -> None:
    assert told([PLAIN, TRAINED], "") == ()
    assert told([PLAIN, TRAINED], "", "multi-fidelity") == ()
    assert told([PLAIN, TRAINED], "supports only one objective") == ()


def test_where_every_problem_has_more_the_family_says_what_is_needed() -> None:
    assert told([TRAINED], "", "bayesian") == ()
    assert told([TRAINED], "", "multi-fidelity")[0].startswith("Needs a fidelity")
    assert told([TRAINED], "", "gradient")[0].startswith("Needs gradients")
