"""Specs, identities, and what a user's own file may be."""

from pathlib import Path

import pytest

from hpobench import registry
from hpobench.errors import InputError
from hpobench.space import Config

STRATEGY = '''
from dataclasses import dataclass
from hpobench import Proposal, Strategy

@dataclass
class Mine(Strategy):
    """Proposes the default, again and again."""
    depth: int = 2
    share: float = 0.5
    mode: str = "calm"
    limit: int | None = None

    def ask(self, pending):
        return Proposal(self.task.space.default())
'''
PROBLEM = '''
from hpobench import Float, Space

space = Space({"x": Float(-1, 2)})

def bowl(config):
    """A bowl."""
    return config["x"] ** 2
'''


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    path = tmp_path / "my_own.py"
    path.write_text(STRATEGY)
    return path


def test_every_name_finds_what_it_names() -> None:
    for name in registry.strategies():
        (entry,) = registry.find_strategies(name)
        assert entry.reference.name == name
        assert registry.resolve_strategy(entry.reference) == entry
    for name in registry.problems():
        (found,) = registry.find_problems(name)
        assert found.reference.name == name
        assert registry.resolve_problem(found.reference) == found


def test_an_underscore_is_taken_for_a_hyphen() -> None:
    assert registry.find_strategies("Random_Search") == registry.find_strategies("random-search")


@pytest.mark.parametrize(
    ("spec", "name"),
    [
        ("successive-halving:eta=4", "successive-halving:eta=4"),
        ("successive-halving:eta=3", "successive-halving"),
        ("successive_halving:eta= 4 ", "successive-halving:eta=4"),
    ],
)
def test_a_spec_is_spelled_by_what_differs_from_the_defaults(spec: str, name: str) -> None:
    (entry,) = registry.find_strategies(spec)
    assert entry.reference.name == name
    assert registry.resolve_strategy(entry.reference) == entry


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ("randm-search", "no strategy 'randm-search'; did you mean 'random-search'?"),
        ("xyz", "no strategy 'xyz'; there are "),
        ("random-search:", "random-search: a field is empty, it must be field=value: ''"),
        ("successive-halving:", "successive-halving: a field is empty"),
        ("successive-halving:eta=3,", "successive-halving: a field is empty"),
        (
            "successive-halving:eta=3,eta=4",
            "successive-halving: the field 'eta' is given twice: 'eta=3,eta=4'",
        ),
        ("successive-halving:eat=4", "successive-halving has no field 'eat'; its fields: eta"),
        ("successive-halving:eta", "successive-halving: the field 'eta' needs a value: eta=..."),
        ("successive-halving:eta=x", "successive-halving: the field 'eta' must be int: 'x'"),
        ("successive-halving:eta=2.5", "the field 'eta' must be int: '2.5'"),
        ("successive-halving:eta=true", "the field 'eta' must be int: 'true'"),
        ("successive-halving:eta=1", "successive-halving: "),
        ("random-search:x=1", "random-search has no field 'x'; its fields: none"),
        ("./nothing.py", "./nothing.py can't be read: No such file or directory"),
    ],
)
def test_a_wrong_strategy_is_one_clear_line(spec: str, message: str) -> None:
    with pytest.raises(InputError) as error:
        registry.find_strategies(spec)
    assert str(error.value).startswith(message) or message in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ("brann", "no problem 'brann'; did you mean 'branin'?"),
        ("zzz", "no problem 'zzz'; there are architecture, automl, "),
        ("zzz", ", everything and 66 more: python -m hpobench list problems"),
        ("syntetic", "no problem 'syntetic'; did you mean 'synthetic'?"),
        ("branin+wavy", "no option 'wavy'; there are +textbook, +noise=SD"),
        ("branin+", "no option ''; there are +textbook"),
        ("branin+textbook+textbook", "the option 'textbook' is given twice"),
    ],
)
def test_a_wrong_problem_is_one_clear_line(spec: str, message: str) -> None:
    with pytest.raises(InputError) as error:
        registry.find_problems(spec)
    assert message in str(error.value)


def test_the_textbook_form_is_another_problem() -> None:
    (entry,) = registry.find_problems("branin+textbook")
    assert entry.reference.name == entry.item.name == "branin+textbook"
    assert entry.item.instances == 1


def test_a_group_stands_for_its_problems_in_the_order_of_the_registry() -> None:
    every = registry.problems()

    def names(spec: str) -> list[str]:
        return [entry.reference.name for entry in registry.find_problems(spec)]

    assert names("everything") == list(every)
    assert names("Held_Out") == [name for name, problem in every.items() if problem.held_out]
    assert sorted(names("development") + names("held-out")) == list(every)
    for family in {problem.family for problem in every.values()}:
        assert names(family) == [n for n, problem in every.items() if problem.family == family]


def test_every_group_holds_something_and_none_is_called_as_a_problem() -> None:
    assert all(registry.groups().values())
    assert not set(registry.groups()) & set(registry.problems())
    families = {problem.family for problem in registry.problems().values()}
    assert not families & {"development", "held-out", "everything"}


def test_a_group_takes_options() -> None:
    found = registry.find_problems("xgboost+noise=0.10")
    plain = registry.find_problems("xgboost")
    assert [e.reference.name for e in found] == [f"{e.reference.name}+noise=0.1" for e in plain]
    for entry in found:
        assert registry.resolve_problem(entry.reference).reference == entry.reference


def test_a_file_is_a_strategy_named_after_it(mine: Path) -> None:
    (entry,) = registry.find_strategies(str(mine))
    assert entry.reference.name == "my-own"
    assert entry.source == STRATEGY
    assert registry.resolve_strategy(entry.reference).item == entry.item


def test_a_files_fields_are_set_by_its_spec(mine: Path) -> None:
    spec = f"{mine}:depth=3,share=1,mode=7,limit=null"
    (entry,) = registry.find_strategies(spec)
    assert vars(entry.item) == {"depth": 3, "share": 1.0, "mode": "7", "limit": None}
    assert entry.reference.name == 'my-own:depth=3,share=1.0,mode="7"'
    assert registry.resolve_strategy(entry.reference) == entry


def test_an_edited_file_is_another_strategy(mine: Path) -> None:
    before = registry.find_strategies(str(mine))[0].reference
    mine.write_text(STRATEGY + "\n# edited\n")
    after = registry.find_strategies(str(mine))[0].reference
    assert before != after
    with pytest.raises(InputError, match="has changed since the run was planned"):
        registry.resolve_strategy(before)


def test_a_path_is_no_part_of_an_identity(mine: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    moved = tmp_path / "elsewhere" / mine.name
    moved.write_text(STRATEGY)
    one, two = (registry.find_strategies(str(path))[0].reference for path in (mine, moved))
    assert one == two
    assert one.path != two.path


def test_a_file_may_list_several(tmp_path: Path) -> None:
    path = tmp_path / "several.py"
    path.write_text(STRATEGY + '\nstrategies = {"calm": Mine(), "wild_one": Mine(mode="wild")}\n')
    entries = registry.find_strategies(str(path))
    assert [entry.reference.name for entry in entries] == ["calm", "wild-one"]
    assert registry.resolve_strategy(entries[1].reference).item == entries[1].item


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("import nothing_like_this", "does not import: ModuleNotFoundError: No module named"),
        ("raise SystemExit(3)", "does not import: SystemExit: 3"),
        ("def (", "does not import: SyntaxError"),
        ("x = 1", "defines no strategy: it needs a subclass of hpobench.Strategy"),
        (STRATEGY + STRATEGY.replace("Mine", "Yours"), "must define one strategy"),
        (STRATEGY.replace("depth: int = 2", "depth: int"), "can't be made by default"),
        (
            STRATEGY.replace("int = 2", "tuple = (2, 3)"),
            "the field 'depth' of wrong is no JSON scalar: (2, 3)",
        ),
    ],
)
def test_a_file_that_is_no_strategy_is_one_clear_line(
    tmp_path: Path, text: str, message: str
) -> None:
    path = tmp_path / "wrong.py"
    path.write_text(text)
    with pytest.raises(InputError) as error:
        registry.find_strategies(str(path))
    assert message in str(error.value)
    assert "\n" not in str(error.value)


def test_a_space_and_a_function_make_a_problem(tmp_path: Path) -> None:
    path = tmp_path / "my_bowl.py"
    path.write_text(PROBLEM)
    (entry,) = registry.find_problems(str(path))
    assert (entry.reference.name, entry.item.summary) == ("my-bowl", "A bowl.")
    assert registry.resolve_problem(entry.reference).reference == entry.reference
    config: Config = {"x": 1.5}
    assert entry.item.space.check(config) == config


@pytest.mark.parametrize("text", ["x = 1", PROBLEM + "\ndef other(config):\n    return 1.0\n"])
def test_a_file_that_is_no_problem_is_one_clear_line(tmp_path: Path, text: str) -> None:
    path = tmp_path / "wrong.py"
    path.write_text(text)
    with pytest.raises(InputError, match="needs a Problem, or one Space and one function"):
        registry.find_problems(str(path))


def test_a_file_takes_options(tmp_path: Path) -> None:
    path = tmp_path / "my_bowl.py"
    path.write_text(PROBLEM)
    (plain,) = registry.find_problems(str(path))
    (entry,) = registry.find_problems(f"{path}+irrelevant=2+noise=0.10")
    assert entry.reference.name == "my-bowl+irrelevant=2+noise=0.1"
    assert entry.reference.version == f"{plain.reference.version}+1+1"
    assert list(entry.item.space) == ["x", "irrelevant-1", "irrelevant-2"]
    assert registry.resolve_problem(entry.reference).reference == entry.reference


def test_a_file_of_several_problems_takes_options(tmp_path: Path) -> None:
    path = tmp_path / "several.py"
    path.write_text(
        PROBLEM
        + "\nfrom hpobench import Problem, plain\nproblems = tuple("
        + "Problem(name, 1, space, plain(bowl)) for name in ('one', 'two'))\n"
    )
    found = registry.find_problems(f"{path}+noise=1")
    assert [entry.reference.name for entry in found] == ["one+noise=1", "two+noise=1"]
    assert registry.resolve_problem(found[1].reference).item.name == "two+noise=1"


def test_a_name_with_a_plus_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "several.py"
    path.write_text(
        PROBLEM
        + "\nfrom hpobench import Problem, plain\nmine = Problem('a+b', 1, space, plain(bowl))\n"
    )
    with pytest.raises(InputError, match="a problem's name can't have a '\\+' in it: 'a\\+b'"):
        registry.find_problems(str(path))
