"""The options of a spec: how they are written, what they say, and what cannot be."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from hpobench import (
    Description,
    Float,
    Instance,
    Pending,
    Problem,
    Proposal,
    Space,
    Strategy,
    plain,
    registry,
)
from hpobench.errors import InputError
from hpobench.registry.options import WRAPPERS, read, scale_of
from hpobench.runner import run


def found(spec: str) -> Problem:
    (entry,) = registry.find_problems(spec)
    return entry.item


@pytest.mark.parametrize("name", WRAPPERS)
def test_an_option_says_in_a_line_what_it_does_and_how_it_is_written(name: str) -> None:
    wrapper = WRAPPERS[name]
    assert wrapper.name == name
    assert "{" not in wrapper.description
    assert "\n" not in wrapper.description
    assert (wrapper.number is None) == (wrapper.usage == name)
    assert wrapper.number is None or wrapper.number.symbol in wrapper.description


@pytest.mark.parametrize(
    ("spec", "name"),
    [
        ("branin+noise=0.10", "branin+noise=0.1"),
        ("branin+noise=1.0", "branin+noise=1"),
        ("branin+noise=1e-3", "branin+noise=0.001"),
        ("branin+noise=.00001", "branin+noise=1e-05"),
        ("Branin+Wrong_Default + irrelevant= 3.0 ", "branin+wrong-default+irrelevant=3"),
        ("branin+textbook+noise=1", "branin+textbook+noise=1"),
        ("branin+noise=1+textbook", "branin+noise=1+textbook"),
    ],
)
def test_a_spec_has_one_spelling(spec: str, name: str) -> None:
    (entry,) = registry.find_problems(spec)
    assert entry.identity.name == entry.item.name == name
    assert registry.find_problems(name)[0].identity == entry.identity
    assert registry.resolve_problem(entry.identity).identity == entry.identity


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("nois=1", "no option 'nois'; did you mean +noise=SD?"),
        ("xyz", "no option 'xyz'; there are +textbook, +noise=SD, +failures=SHARE, +strag"),
        ("", "no option ''; there are +textbook"),
        ("textbook+", "no option ''; there are +textbook"),
        ("noise", "the option 'noise' needs a value: +noise=SD"),
        ("noise=", "the option 'noise' must be a number in [1e-06, 1e+06]: ''"),
        ("noise=much", "the option 'noise' must be a number in [1e-06, 1e+06]: 'much'"),
        ("noise=nan", "the option 'noise' must be a number in [1e-06, 1e+06]: 'nan'"),
        ("noise=inf", "the option 'noise' must be a number in [1e-06, 1e+06]: 'inf'"),
        ("noise=-1", "the option 'noise' must be a number in [1e-06, 1e+06]: '-1'"),
        ("failures=0.6", "the option 'failures' must be a number in [0.01, 0.5]: '0.6'"),
        ("stragglers=0", "the option 'stragglers' must be a number in [0.5, 100]: '0'"),
        ("irrelevant=1.5", "the option 'irrelevant' must be a whole number in [1, 1000]: '1.5'"),
        ("discrete=1", "the option 'discrete' must be a whole number in [2, 1000]: '1'"),
        ("textbook=1", "the option 'textbook' takes no value: 'textbook=1'"),
        ("wrong-default=", "the option 'wrong-default' takes no value: 'wrong-default='"),
        ("noise=1+textbook+noise=2", "the option 'noise' is given twice: +noise=1+textbook+"),
    ],
)
def test_a_wrong_option_is_one_clear_line(text: str, message: str) -> None:
    with pytest.raises(InputError) as error:
        read(text)
    assert str(error.value).startswith(message)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ("branin+misleading=1", "no branin+misleading=1: a low fidelity can't mislead, it has no"),
        (
            "ridge-california+textbook",
            "no ridge-california+textbook: it has no other form that was published",
        ),
        ("branin+discrete=5+discrete=9", "the option 'discrete' is given twice"),
    ],
)
def test_an_option_that_does_not_apply_is_one_clear_line(spec: str, message: str) -> None:
    with pytest.raises(InputError) as error:
        registry.find_problems(spec)
    assert str(error.value).startswith(message)


@pytest.mark.parametrize(
    ("option", "message"),
    [
        ("noise=0.1", "no two+noise=0.1: noise goes on one value, it has 2 objectives"),
        (
            "misleading=1",
            "no two+misleading=1: a low fidelity misleads about one value, it has 2 objectives",
        ),
    ],
)
def test_an_option_on_the_value_is_refused_where_there_are_several_objectives(
    tmp_path: Path, option: str, message: str
) -> None:
    with pytest.raises(InputError) as error:
        registry.find_problems(f"{_of_two_objectives(tmp_path)}+{option}")
    assert str(error.value) == message


@pytest.mark.parametrize(
    "option",
    ["failures=0.1", "stragglers=2", "irrelevant=2", "discrete=5", "wrong-default"],
)
def test_the_other_options_keep_several_objectives_and_limits(tmp_path: Path, option: str) -> None:
    (entry,) = registry.find_problems(f"{_of_two_objectives(tmp_path)}+{option}")
    (record,) = run(Default(), entry.item, budget=1)
    assert (record.values, record.measures, record.error) == ((0.25, 3.0), {"m": 1.0}, None)


class Default(Strategy):
    """Proposes the default, whatever the objectives and the limits."""

    several_objectives = True
    knows_limits = True

    def ask(self, pending: Sequence[Pending]) -> Proposal:
        return Proposal(self.task.space.default())


def _of_two_objectives(folder: Path) -> Path:
    path = folder / "two.py"
    path.write_text(
        "from hpobench import *\n"
        "def evaluate(proposal, *_): return Evaluation(values=(0.25, 3.0), measures={'m': 1})\n"
        "problem = Problem('two', 1, Space({'x': Float(0, 1)}), lambda rng: Instance(evaluate),"
        " fidelity=Fidelity(1, 9), objectives=('loss', 'time'), limits={'m': 2.5})\n"
    )
    return path


def test_the_version_of_an_identity_tells_the_wrappers_versions() -> None:
    (base,) = registry.find_problems("branin")
    (entry,) = registry.find_problems("branin+noise=1+irrelevant=2")
    assert base.identity.version == str(base.item.version)
    assert entry.identity.version == f"{base.item.version}+1+1"
    assert entry.item.version == base.item.version


def test_a_summary_goes_on_with_what_the_options_do() -> None:
    base = found("hartmann-6-epochs").about.summary.removesuffix(".")
    assert found("hartmann-6-epochs+noise=0.10+wrong-default").about.summary == (
        f"{base}; with normal noise of the standard deviation 0.1 on the value;"
        " with each default at the far end of its range."
    )


@pytest.mark.parametrize(
    ("options", "scale"),
    [
        ("textbook", "all"),
        ("stragglers=2", "all"),
        ("irrelevant=2", "all"),
        ("wrong-default", "all"),
        ("misleading=2", "all"),
        ("noise=2", "points"),
        ("failures=0.2", "points"),
        ("discrete=9", "none"),
        ("noise=2+stragglers=2", "points"),
        ("stragglers=2+failures=0.2", "points"),
        ("discrete=9+noise=2", "none"),
        ("noise=2+discrete=9+textbook", "none"),
    ],
)
def test_of_the_anchors_holds_what_the_worst_option_leaves(options: str, scale: str) -> None:
    assert scale_of(f"hartmann-6-epochs+{options}") == scale
    assert scale_of("hartmann-6-epochs") == "all"


def test_the_published_form_is_changed_by_what_stands_before_it_and_after() -> None:
    before, after = found("branin+irrelevant=2+textbook"), found("branin+textbook+irrelevant=2")
    for problem in (before, after):
        assert list(problem.space) == ["x1", "x2", "irrelevant-1", "irrelevant-2"]
        assert (problem.instances, problem.textbook) == (1, None)
    assert found("branin+irrelevant=2").instances == found("branin").instances


def test_what_is_known_of_an_optimum_goes_where_it_may_be_gone() -> None:
    problem = Problem(
        "own",
        1,
        Space({"x": Float(0, 1)}),
        plain(lambda _: 0.0, 0.0),
        about=Description(proof="Seen."),
    )

    def kept(text: str) -> tuple[str, float | None]:
        wrapped = read(text)[0].applied(problem)
        return wrapped.about.proof, _started(wrapped).optimum

    for text in ("noise=1", "stragglers=2", "irrelevant=1", "wrong-default"):
        assert kept(text) == ("Seen.", 0.0)
    for text in ("failures=0.2", "discrete=4"):
        assert kept(text) == ("", None)


def _started(problem: Problem) -> Instance:
    return problem.start(np.random.default_rng(0))
