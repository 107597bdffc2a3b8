"""Tests of specs, of identities, and of what a user's own file may hold."""

import json
from collections.abc import Callable
from dataclasses import asdict
from decimal import Decimal
from fractions import Fraction
from inspect import get_annotations
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pytest

from hpobench import (
    Description,
    Entrant,
    Float,
    Identity,
    Problem,
    Space,
    Strategy,
    plain,
    registry,
)
from hpobench.errors import InputError
from hpobench.registry.definitions import FACTS
from hpobench.registry.describing import problem_card, strategy_card
from hpobench.registry.entry import Entry
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
        assert entry.identity.name == name
        assert registry.resolve_entrant(entry.identity) == entry
    for name in registry.problems():
        (found,) = registry.find_problems(name)
        assert found.identity.name == name
        assert registry.resolve_problem(found.identity) == found


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
    assert entry.identity.name == name
    assert registry.resolve_entrant(entry.identity) == entry


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
        ("random-search:x=1", "random-search has no field 'x'; it has no fields at all"),
        ("auto:x=1", "auto has no field 'x'; it has no fields at all"),
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
        ("zzz", ", everything and 74 more: python -m hpobench list problems"),
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
    assert entry.identity.name == entry.item.name == "branin+textbook"
    assert entry.item.instances == 1


def test_a_group_stands_for_its_problems_in_the_order_of_the_registry() -> None:
    every = registry.problems()

    def names(spec: str) -> list[str]:
        return [entry.identity.name for entry in registry.find_problems(spec)]

    assert names("everything") == list(every)
    assert names("Held_Out") == [name for name, problem in every.items() if problem.about.held_out]
    assert sorted(names("development") + names("held-out")) == list(every)
    for family in {problem.about.family for problem in every.values()}:
        assert names(family) == [
            n for n, problem in every.items() if problem.about.family == family
        ]


def test_every_group_holds_something_and_none_is_called_as_a_problem() -> None:
    assert all(registry.problem_groups().values())
    assert not set(registry.problem_groups()) & set(registry.problems())
    families = {problem.about.family for problem in registry.problems().values()}
    assert not families & {"development", "held-out", "everything"}


def test_a_group_takes_options() -> None:
    found = registry.find_problems("xgboost+noise=0.10")
    plain = registry.find_problems("xgboost")
    assert [e.identity.name for e in found] == [f"{e.identity.name}+noise=0.1" for e in plain]
    for entry in found:
        assert registry.resolve_problem(entry.identity).identity == entry.identity


def test_a_file_is_a_strategy_named_after_it(mine: Path) -> None:
    (entry,) = registry.find_strategies(str(mine))
    assert entry.identity.name == "my-own"
    assert entry.source == STRATEGY
    assert registry.resolve_entrant(entry.identity).item == entry.item


def test_a_files_fields_are_set_by_its_spec(mine: Path) -> None:
    spec = f"{mine}:depth=3,share=1,mode=7,limit=null"
    (entry,) = registry.find_strategies(spec)
    assert vars(entry.item) == {"depth": 3, "share": 1.0, "mode": "7", "limit": None}
    assert entry.identity.name == 'my-own:depth=3,share=1.0,mode="7"'
    assert registry.resolve_entrant(entry.identity) == entry


def test_an_edited_file_is_another_strategy(mine: Path) -> None:
    before = registry.find_strategies(str(mine))[0].identity
    mine.write_text(STRATEGY + "\n# edited\n")
    after = registry.find_strategies(str(mine))[0].identity
    assert before != after
    with pytest.raises(InputError, match="has changed since the run was planned"):
        registry.resolve_entrant(before)


def test_a_path_is_no_part_of_an_identity(mine: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    moved = tmp_path / "elsewhere" / mine.name
    moved.write_text(STRATEGY)
    one, two = (registry.find_strategies(str(path))[0].identity for path in (mine, moved))
    assert one == two
    assert one.path != two.path


def test_a_file_may_list_several(tmp_path: Path) -> None:
    path = tmp_path / "several.py"
    path.write_text(STRATEGY + '\nstrategies = {"calm": Mine(), "wild_one": Mine(mode="wild")}\n')
    entries = registry.find_strategies(str(path))
    assert [entry.identity.name for entry in entries] == ["calm", "wild-one"]
    assert registry.resolve_entrant(entries[1].identity).item == entries[1].item


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("import nothing_like_this", "does not import: ModuleNotFoundError: No module named"),
        ("raise SystemExit(3)", "does not import: SystemExit: 3"),
        ("def (", "does not import: SyntaxError"),
        ("x = 1", "defines no strategy: it needs a subclass of hpobench.Strategy"),
        (STRATEGY + STRATEGY.replace("Mine", "Yours"), "must define one strategy"),
        (STRATEGY.replace("depth: int = 2", "depth: int"), "can't be made without arguments"),
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
    assert (entry.identity.name, entry.item.about.summary) == ("my-bowl", "A bowl.")
    assert registry.resolve_problem(entry.identity).identity == entry.identity
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
    assert entry.identity.name == "my-bowl+irrelevant=2+noise=0.1"
    assert entry.identity.version == f"{plain.identity.version}+1+1"
    assert list(entry.item.space) == ["x", "irrelevant-1", "irrelevant-2"]
    assert registry.resolve_problem(entry.identity).identity == entry.identity


def test_a_file_of_several_problems_takes_options(tmp_path: Path) -> None:
    path = tmp_path / "several.py"
    path.write_text(
        PROBLEM
        + "\nfrom hpobench import Problem, plain\nproblems = tuple("
        + "Problem(name, 1, space, plain(bowl)) for name in ('one', 'two'))\n"
    )
    found = registry.find_problems(f"{path}+noise=1")
    assert [entry.identity.name for entry in found] == ["one+noise=1", "two+noise=1"]
    assert registry.resolve_problem(found[1].identity).item.name == "two+noise=1"


def test_a_name_with_a_plus_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "several.py"
    path.write_text(
        PROBLEM
        + "\nfrom hpobench import Problem, plain\nmine = Problem('a+b', 1, space, plain(bowl))\n"
    )
    with pytest.raises(InputError, match="a problem's name can't have a '\\+' in it: 'a\\+b'"):
        registry.find_problems(str(path))


def listing(*names: object) -> str:
    return f"{STRATEGY}\nstrategies = {{{', '.join(f'{name!r}: Mine()' for name in names)}}}\n"


def naming(*names: object) -> str:
    made = ", ".join(f"Problem({name!r}, 1, space, plain(bowl))" for name in names)
    return f"{PROBLEM}\nfrom hpobench import Problem, plain\nproblems = [{made}]\n"


@pytest.mark.parametrize(
    "name", ["gp[rbf]", "a b", "größe-π", "日本", "x" * 100, "a+b", "-", "a.b"]
)
def test_a_strategy_may_be_called_nearly_anything(tmp_path: Path, name: str) -> None:
    path = tmp_path / "named.py"
    path.write_text(listing(name))
    (entry,) = registry.find_strategies(str(path))
    assert entry.identity.name == name
    assert registry.resolve_entrant(entry.identity) == entry


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("", "name must be 1 to 100 printable characters: ''"),
        (" a", "name must be 1 to 100 printable characters: ' a'"),
        ("x" * 101, "name must be 1 to 100 printable characters"),
        ("a\nb", "name must be 1 to 100 printable characters"),
        ("\x1b[31mred", "name must be 1 to 100 printable characters"),
        ("a\udcff", "name must be 1 to 100 printable characters"),
        ("a\u202eb", "name must be 1 to 100 printable characters"),
        (7, "name must be 1 to 100 printable characters: 7"),
        ("..", "name can't be '.' or '..': '..'"),
        (".", "name can't be '.' or '..': '.'"),
        ("../x", "name can't have a '/' in it: '../x'"),
        ("a\\b", "name can't have a '\\\\' in it"),
    ],
    ids=repr,
)
@pytest.mark.parametrize("kind", ["strategy", "problem"])
def test_a_name_that_leaves_its_folder_or_its_line_is_refused(
    tmp_path: Path, kind: str, name: object, message: str
) -> None:
    path = tmp_path / "named.py"
    path.write_text(listing(name) if kind == "strategy" else naming(name))
    find = registry.find_strategies if kind == "strategy" else registry.find_problems
    with pytest.raises(InputError) as error:
        find(str(path))
    text = str(error.value)
    if name != 7 or kind == "strategy":  # a problem checks that its name is a text
        assert f"{path}: a {kind}'s {message}" in text
    assert text.isprintable()


def test_a_strategys_name_has_no_colon(tmp_path: Path) -> None:
    path = tmp_path / "named.py"
    path.write_text(listing("a:b"))
    with pytest.raises(InputError, match="a strategy's name can't have a ':' in it: 'a:b'"):
        registry.find_strategies(str(path))


@pytest.mark.parametrize(
    ("names", "both"),
    [
        (("wild_one", "wild-one"), "'wild_one' and 'wild-one'"),
        (("Calm", "calm"), "'Calm' and 'calm'"),
    ],
)
def test_names_that_are_spelled_alike_do_not_collide_silently(
    tmp_path: Path, names: tuple[str, str], both: str
) -> None:
    path = tmp_path / "named.py"
    for text, find in (
        (listing(*names), registry.find_strategies),
        (naming(*names), registry.find_problems),
        (naming(*names[:1] * 2), registry.find_problems),
    ):
        path.write_text(text)
        with pytest.raises(InputError, match="must differ by more than case, '-' and '_'") as error:
            find(str(path))
        assert both in str(error.value) or f"'{names[0]}' and '{names[0]}'" in str(error.value)


@pytest.mark.parametrize("stem", ["random_search", "Random-Search", "sobol", "peers", "everything"])
def test_a_users_strategy_is_not_taken_for_one_of_ours(tmp_path: Path, stem: str) -> None:
    path = tmp_path / f"{stem}.py"
    program = tmp_path / stem
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    for text, spec in (
        (STRATEGY, path),
        (STRATEGY, f"{path}:depth=3"),
        (listing(stem.lower()), path),
        ("", program),
    ):
        path.write_text(text)
        with pytest.raises(
            InputError, match="of a strategy of hpobench's own, or of a group of them"
        ):
            registry.find_strategies(str(spec))


def test_a_users_problem_is_not_taken_for_one_of_ours(tmp_path: Path) -> None:
    path = tmp_path / "branin.py"
    path.write_text(PROBLEM)
    with pytest.raises(InputError, match="'branin' is the name of a problem of hpobench's own"):
        registry.find_problems(f"{path}+noise=1")
    for group in ("xgboost", "held_out"):
        path = tmp_path / f"{group}.py"
        path.write_text(PROBLEM)
        with pytest.raises(InputError, match="of hpobench's own, or of a group of them; rename it"):
            registry.find_problems(str(path))
    (tmp_path / "mine.py").write_text(naming("Hartmann_6"))
    with pytest.raises(InputError, match="'hartmann-6' is the name of a problem of hpobench's own"):
        registry.find_problems(str(tmp_path / "mine.py"))


def test_a_strategy_without_fields_is_asked_whether_it_is_a_dataclass(tmp_path: Path) -> None:
    path = tmp_path / "mine.py"
    path.write_text(STRATEGY.replace("@dataclass\n", ""))
    with pytest.raises(InputError, match="has no field 'depth'; its fields: none; is it a datacl"):
        registry.find_strategies(f"{path}:depth=3")


def test_a_program_that_can_not_be_executed_is_told_how(tmp_path: Path) -> None:
    path = tmp_path / "mine"
    path.write_text("#!/bin/sh\n")
    with pytest.raises(InputError, match=rf"can be executed, .* \(chmod \+x {path}\)"):
        registry.find_strategies(str(path))
    with pytest.raises(InputError, match="there is no such program"):
        registry.find_strategies(f"{path}.sh")


@pytest.mark.parametrize("find", [registry.find_strategies, registry.find_problems])
@pytest.mark.parametrize(
    "spec", ["", "  ", ":", "+", "/", "./", ".py", "a\0b.py", "./a\0b", "\udcff/"]
)
def test_a_spec_of_nothing_is_one_clear_line(find: Callable[[str], object], spec: str) -> None:
    with pytest.raises(InputError) as error:
        find(spec)
    assert str(error.value).isprintable()


@pytest.mark.parametrize("spec", ["x" * 10**6, "./" + "x" * 10**6, "./" + "x/" * 10**5 + "y.py"])
def test_a_spec_without_end_is_one_clear_line(spec: str) -> None:
    for find in (registry.find_strategies, registry.find_problems):
        with pytest.raises(InputError) as error:
            find(spec)
        assert len(str(error.value)) <= 1_000


@pytest.mark.parametrize(
    ("fields", "values"),
    [
        ('mode="a,b"', {"mode": "a,b"}),
        ('mode="a,b=\\"c\\", d",depth=3', {"mode": 'a,b="c", d', "depth": 3}),
        ('mode=""', {"mode": ""}),
        ("mode=a=b", {"mode": "a=b"}),
        ("mode=NaN", {"mode": "NaN"}),
        ("share=1e3", {"share": 1000.0}),
        (f"mode={'[' * 10**5}", {"mode": "[" * 10**5}),
    ],
    ids=lambda case: str(case)[:20],
)
def test_a_fields_text_is_found_again_by_its_canonical_spelling(
    mine: Path, fields: str, values: dict[str, object]
) -> None:
    (entry,) = registry.find_strategies(f"{mine}:{fields}")
    assert vars(entry.item).items() >= values.items()
    assert registry.resolve_entrant(entry.identity).identity == entry.identity


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ("", "a field is empty, it must be field=value: ''"),
        ("depth=2,,share=1", "a field is empty, it must be field=value: 'depth=2,,share=1'"),
        ("depth=", "the field 'depth' needs a value: depth=..."),
        ("mode=", "the field 'mode' needs a value: mode=..."),
        ("=3", "has no field ''"),
        ("depth=1,depth=1", "the field 'depth' is given twice"),
        ("share=NaN", "the field 'share' must be float: 'NaN'"),
        ("share=-Infinity", "the field 'share' must be float: '-Infinity'"),
        ("share=1e999", "the field 'share' must be float: '1e999'"),
        ("share=1" + "0" * 400, "the field 'share' must be float: '1000"),
        ("share=1" + "0" * 5000, "the field 'share' must be float: '1000"),
        ("depth=1" + "0" * 5000, "the field 'depth' must be int: '1000"),
        ("depth=" + "[" * 10**5, "the field 'depth' must be int: '[[["),
    ],
    ids=lambda case: str(case)[:20],
)
def test_a_wrong_field_is_one_clear_line(mine: Path, fields: str, message: str) -> None:
    with pytest.raises(InputError) as error:
        registry.find_strategies(f"{mine}:{fields}")
    assert f"my-own{'' if message.startswith('has') else ':'} {message}" in str(error.value)
    assert len(str(error.value)) < 300


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            STRATEGY.replace("share: float", "citation: str = 'me'\n    share: float"),
            "citation is no hyperparameter; write it in the class without a type: citation =",
        ),
        (STRATEGY + "\nMine.plans_for_budget = 'no'\n", "its plans_for_budget must be bool: 'no'"),
        (STRATEGY + "\nMine.citation = None\n", "its citation must be str: None"),
        *(
            (STRATEGY + f"\nMine.version = {version}\n", f"its version must be {wanted}: {version}")
            for wanted in ["a whole number, 1 or more"]
            for version in ("'two'", "0", "1.5", "True", "None")
        ),
        *(
            (
                STRATEGY + f"\nMine.evaluations = {most}\n",
                f"its evaluations must be {wanted}: {shown}",
            )
            for wanted in ["a number, more than 0"]
            for most, shown in (
                *(("'many'", "'many'"), ("-3", "-3"), ("0", "0"), ("True", "True")),
                *(("float('nan')", "nan"), ("None", "None")),
            )
        ),
        (
            STRATEGY + "    def __post_init__(self):\n        self.plans_for_budget = self.depth\n",
            "its plans_for_budget must be bool: 2",
        ),
        (STRATEGY + "\nstrategies = {'a': Mine}\n", "strategies['a'] must be a strategy: <class"),
        (STRATEGY + "\nstrategies = {}\n", "defines no strategy"),
        (
            STRATEGY.replace("share: float = 0.5", "share: float = float('nan')"),
            "the field 'share' of wrong is no JSON scalar: nan",
        ),
        (
            STRATEGY + "    def __post_init__(self):\n        raise OSError('none')\n",
            (
                "Mine can't be made without arguments; every field needs a default:"
                " OSError: none (wrong.py, line"
            ),
        ),
        (
            STRATEGY + "    def __deepcopy__(self, memo):\n        raise TypeError('no')\n",
            "wrong can't be copied: TypeError: no (wrong.py, line",
        ),
    ],
)
def test_a_strategy_that_says_of_itself_what_can_not_be_is_refused(
    tmp_path: Path, text: str, message: str
) -> None:
    path = tmp_path / "wrong.py"
    path.write_text(text)
    with pytest.raises(InputError) as error:
        registry.find_strategies(str(path))
    assert message in str(error.value)


def test_facts_are_checked_as_they_are_with_the_fields_of_the_spec(tmp_path: Path) -> None:
    path = tmp_path / "facts.py"
    path.write_text(
        STRATEGY + "    def __post_init__(self):\n        self.plans_for_budget = self.depth == 2\n"
        "        self.citation = self.mode if self.limit is None else self.limit\n"
        "    @property\n    def irreproducible(self):\n        return self.mode\n"
        "    @property\n    def knows_limits(self):\n        return self.share < 1\n"
    )
    (entry,) = registry.find_strategies(str(path))
    card = strategy_card(entry)
    assert (card.citation, card.irreproducible) == ("calm", "calm")
    assert card.plans_for_budget
    assert card.knows_limits
    (entry,) = registry.find_strategies(f"{path}:depth=3,mode=wild,share=2")
    card = strategy_card(entry)
    assert (card.citation, card.irreproducible) == ("wild", "wild")
    assert not card.plans_for_budget
    assert not card.knows_limits
    with pytest.raises(InputError, match="its citation must be str: 7"):
        registry.find_strategies(f"{path}:limit=7")


def test_every_fact_of_a_strategy_is_checked() -> None:
    assert {*get_annotations(Entrant), *get_annotations(Strategy)} == FACTS.keys()


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ("instances=0", "a problem's instances must be a whole number, 1 or more: 0"),
        ("instances=1.5", "a problem's instances must be a whole number, 1 or more: 1.5"),
        ("instances=True", "a problem's instances must be a whole number, 1 or more: True"),
        ("library='numpy'", "a problem's library must be a Library or None: 'numpy'"),
        ("gradient_cost=0", "the problem's gradient_cost must be positive: 0"),
        ("gradient_cost=-1.5", "the problem's gradient_cost must be positive: -1.5"),
        ("fidelity=(1, 3)", "a problem's fidelity must be a Fidelity or None: (1, 3)"),
        ("limits={'a': '1'}", "the problem's limit of 'a' must be a number: '1'"),
        ("about=Description(seconds='x')", "the problem's seconds must be a number: 'x'"),
        ("about=Description(seconds=0)", "the problem's seconds must be positive: 0"),
        ("gradient_cost=float('nan')", "the problem's gradient_cost must be finite: nan"),
        ("fidelity=9", "a problem's fidelity must be a Fidelity or None: 9"),
        ("about=Description(summary=None)", "a problem's summary must be a text: None"),
        ("about='x'", "a problem's about must be a Description: 'x'"),
        ("about=Description(trained=1)", "a problem's trained must be True or False: 1"),
    ],
)
def test_a_problem_that_can_not_be_is_refused_where_it_is_made(
    tmp_path: Path, fields: str, message: str
) -> None:
    path = tmp_path / "wrong.py"
    path.write_text(
        f"{PROBLEM}\nfrom hpobench import Description, Problem, plain\n"
        f"mine = Problem('mine', 1, space, plain(bowl), {fields})\n"
    )
    with pytest.raises(InputError) as error:
        registry.find_problems(str(path))
    assert message in str(error.value)
    assert str(error.value).endswith("(wrong.py, line 11)")


@pytest.mark.parametrize("version", ["'1'", "None", "0", "1.0", "True"])
def test_a_problem_s_version_is_a_whole_number(tmp_path: Path, version: str) -> None:
    path = tmp_path / "wrong.py"
    path.write_text(
        f"{PROBLEM}\nfrom hpobench import Problem, plain\n"
        f"mine = Problem('mine', {version}, space, plain(bowl))\n"
    )
    with pytest.raises(InputError) as error:
        registry.find_problems(str(path))
    wanted = f"a problem's version must be a whole number, 1 or more: {version}"
    assert wanted in str(error.value)


def test_what_a_problem_is_given_is_kept_as_pythons_own() -> None:
    about = Description(
        np.str_("own"),
        held_out=np.True_,  # type: ignore[arg-type]  # as all that follow
        seconds=np.float32(0.5),  # type: ignore[arg-type]
        gradient_memory=np.int64(3),  # type: ignore[arg-type]
    )
    limits = MappingProxyType({"a": np.float32(0.5), "b": Fraction(1, 4), "c": Decimal(2)})
    problem = Problem(
        np.str_("own"),
        np.int64(2),  # type: ignore[arg-type]
        Space({"x": Float(0, 1)}),
        plain(lambda _: 0.0),
        gradient_cost=np.float32(2),  # type: ignore[arg-type]
        instances=np.int8(3),  # type: ignore[arg-type]
        limits=limits,  # type: ignore[arg-type]
        about=about,
    )
    kept = [problem.name, problem.version, problem.gradient_cost, problem.instances]
    kept += [about.family, about.held_out, about.seconds, about.gradient_memory]
    assert kept == ["own", 2, 2.0, 3, "own", True, 0.5, 3.0]
    assert [type(each) for each in kept] == [str, int, float, int, str, bool, float, float]
    assert problem.limits == {"a": 0.5, "b": 0.25, "c": 2.0}
    assert {type(problem.limits), *map(type, problem.limits.values())} == {dict, float}
    card = problem_card(Entry(Identity("own", "2"), problem))
    assert json.loads(json.dumps(asdict(card)))["limits"] == {"a": 0.5, "b": 0.25, "c": 2.0}


def test_types_that_can_not_be_read_matter_where_a_field_is_given(tmp_path: Path) -> None:
    path = tmp_path / "mine.py"
    path.write_text(
        "from __future__ import annotations\n" + STRATEGY.replace("int | None", "Nowhere | None")
    )
    assert registry.find_strategies(str(path))
    with pytest.raises(InputError, match="the types of its fields can't be read: NameError"):
        registry.find_strategies(f"{path}:depth=3")


def test_what_is_done_to_what_was_found_changes_nobody_elses(mine: Path, tmp_path: Path) -> None:
    (tmp_path / "bowl.py").write_text(PROBLEM)
    for spec in ("random-search", str(mine)):
        (entry,) = registry.find_strategies(spec)
        entry.item.rng = entry.item.task = None  # type: ignore[assignment]  # a run leaves these behind
        entry.item.depth = 99  # type: ignore[attr-defined]  # a field of its own
        again = registry.find_strategies(spec)[0].item
        assert not {"rng", "task"} & vars(again).keys()
        assert vars(again).get("depth") != 99
    vars(registry.strategies()["sobol"])["spoilt"] = True
    assert "spoilt" not in vars(registry.strategies()["sobol"])
    for spec in ("branin", "branin+noise=1", str(tmp_path / "bowl.py")):
        (found,) = registry.find_problems(spec)
        for parameter in found.item.space.values():
            object.__setattr__(parameter, "high", 1e9)
        fresh = registry.find_problems(spec)[0].item.space
        assert all(parameter.high < 1e9 for parameter in fresh.values())  # type: ignore[union-attr]  # floats
    by_group = {entry.item.name: entry.item for entry in registry.find_problems("synthetic")}
    assert registry.problems()["branin"].space == by_group["branin"].space
