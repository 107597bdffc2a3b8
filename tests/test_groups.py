"""Groups of problems by what they have, and what is said of a group that is none."""

import pytest
from cards import problem_card

from hpobench.cards.card import OWN, SPLITS
from hpobench.cards.groups import ALL, belongs, functions
from hpobench.errors import InputError
from hpobench.registry import describing, find_problems, problem_groups, problems


def names(spec: str) -> set[str]:
    return {entry.identity.name for entry in find_problems(spec)}


def test_properties_are_those_of_the_problems() -> None:
    every = problems()
    assert names("fidelity") == {name for name, each in every.items() if each.fidelity}
    assert names("gradient") == {name for name, each in every.items() if each.gradient_cost}
    assert names("trained") == {name for name, each in every.items() if each.about.trained}
    conditional = {
        name
        for name, each in every.items()
        if any(parameter.when for parameter in each.space.values())
    }
    assert names("conditional") == conditional
    assert "hartmann-6-noisy" in names("noisy")
    assert "branin" not in names("noisy")


@pytest.mark.parametrize(
    ("spec", "sizes"),
    [
        ("dimensions<=2", {1, 2}),
        ("dimensions=2", {2}),
        ("dimensions>36", {37, 38, 39, 40, 64, 100}),
    ],
)
def test_dimensions_are_compared(spec: str, sizes: set[int]) -> None:
    found = [len(entry.item.space) for entry in find_problems(spec)]
    assert found
    assert set(found) <= sizes


def test_groups_by_name_hold_the_problems_whose_cards_belong_to_them() -> None:
    cards = list(map(describing.problem_card, find_problems("everything")))
    families = {card.about.family for card in cards}
    assert set(problem_groups()) == {*families, *SPLITS, ALL}
    for name, members in problem_groups().items():
        inside = belongs(name, families)
        assert [card.identity.name for card in cards if inside(card)] == list(members), name


def test_problems_that_differ_in_options_or_say_that_they_are_variants_are_one_function() -> None:
    given = ("branin", "branin+noise=0.1", "hartmann-6", "branin+moved", "branin-2")
    assert functions([problem_card(name) for name in given]) == [0, 0, 2, 0, 4]
    files = [problem_card(name, source=text) for name in ("f", "f+noise=1") for text in "ab"]
    assert functions(files) == [0, 1, 0, 1]
    described = list(map(describing.problem_card, find_problems("everything")))
    names = [card.identity.name for card in described]
    found = {name: names[first] for name, first in zip(names, functions(described), strict=True)}
    assert {name: first for name, first in found.items() if name != first} == {
        "hartmann-6-epochs": "hartmann-6",
        "hartmann-6-noisy": "hartmann-6",
        "hartmann-3-embedded": "hartmann-3",
    }
    assert {card.about.variant_of for card in described} <= {"", *names}
    moved = describing.problem_card(find_problems("hartmann-6-noisy+moved")[0])
    assert functions([moved, described[names.index("hartmann-6")]]) == [0, 0]


def test_joined_groups_hold_what_is_in_each_of_them() -> None:
    assert names("held-out&synthetic") == names("held-out") & names("synthetic")
    assert names("held_out & fidelity & dimensions<=20") == {
        name for name in names("held-out") & names("fidelity") if len(problems()[name].space) <= 20
    }
    assert names("everything&noisy") == names("noisy")


def test_the_family_gradient_is_the_group_of_those_that_give_gradients() -> None:
    assert names("gradient") == set(problem_groups()["gradient"])


def test_options_follow_a_group() -> None:
    plain = names("synthetic&dimensions=2")
    assert names("synthetic&dimensions=2+noise=0.1") == {f"{name}+noise=0.1" for name in plain}


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ("held-out&synthetc", "no group of problems 'synthetc'; did you mean 'synthetic'?"),
        ("fidelty", "no problem 'fidelty'; did you mean 'fidelity'?"),
        ("dimensions<=six", "a group by dimensions is written dimensions<=6"),
        ("dimensions>500", "no problem is in the group 'dimensions>500'"),
        ("held-out&development", "no problem is in the group 'held-out&development'"),
        ("&", "no group of problems ''; there are everything, development, held-out"),
    ],
)
def test_a_group_that_is_none_is_one_line(spec: str, message: str) -> None:
    with pytest.raises(InputError) as error:
        find_problems(spec)
    assert str(error.value).startswith(message)


def test_own_problems_are_a_group_of_their_own() -> None:
    own, ours = problem_card("mine", (), split=OWN), problem_card("p", ())
    assert [belongs("own", ())(card) for card in (own, ours)] == [True, False]
