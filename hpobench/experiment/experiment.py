"""An experiment: strategies are run on problems with several seeds, under one budget."""

import math
import re
import tomllib
from collections.abc import Sequence
from dataclasses import MISSING, asdict, dataclass, fields, replace
from importlib.resources import files
from pathlib import Path

from ..errors import InputError, hint, shown
from ..processes import memory
from ..registry.choice import ALL, Choice, choice_of
from ..registry.neighbours import text_of
from ..registry.plugins import check_cluster
from ..seeds import MOST as MOST_SEEDS
from ..seeds import as_given, seeds_in
from ..store.session import USUAL_LIMIT
from ..trial import FIRST, First
from .dask.connection import LOCAL, check_form

MOST = {"workers": 10_000, "budget": 1_000_000}
"""The most that an experiment may ask for, since more would never end."""
MOST_SECONDS = 10_000_000
"""The most seconds that a run may be allowed: about four months."""
MOST_MEGABYTES = 1_000_000_000
"""The most megabytes that a process may be allowed."""
MOST_NAME, MOST_NOTICE = 100, 2_000
"""The most characters of a name and of a notice."""


@dataclass(frozen=True, slots=True)
class Experiment:
    """What is to be run, in names and numbers, as a TOML file or the command line says it."""

    name: str
    strategies: tuple[str, ...]
    """The specs of the strategies."""
    problems: tuple[str, ...]
    """The specs of the problems."""
    seeds: tuple[int, ...] = (0, 1, 2, 3, 4)
    """The seeds, ascending."""
    trained_seeds: tuple[int, ...] | None = None
    """The seeds on problems that train models; None: the same as on the others."""
    budget: float = 25
    """The budget of a run, in evaluations at the highest fidelity."""
    workers: int = 1
    """The number of simulated workers of a run, which evaluate at the same time."""
    first: First = "none"
    """What every strategy is told before it is first asked: none, or the default's result."""
    limit: float = USUAL_LIMIT
    """The seconds that a run may take; a run that takes longer stays incomplete."""
    notice: str = ""
    """The text at the top of the report."""
    until: float | None = None
    """The half-width, in regret, up to which seeds are added; None: none are."""
    max_seeds: int = 30
    """The number of seeds of a problem from which none is added."""
    report: Choice = ALL
    """What the report shows, and how."""
    trial_limit: float | None = None
    """The seconds that a trial may take; a trial that takes longer has failed. None: no limit."""
    memory: float | None = None
    """The megabytes that each process of a run may take beyond what it begins with; None: all that
    there are."""
    executor: str = LOCAL
    """The address of the cluster that makes the runs, or LOCAL: processes of this machine do."""

    def __post_init__(self) -> None:
        for name in ("strategies", "problems"):
            if not getattr(self, name):
                raise InputError(f"an experiment needs at least one of its {name}: []")
        for name, most in MOST.items():
            number = getattr(self, name)
            if not number >= 1:
                raise InputError(f"{name} must be at least 1: {shown(number)}")
            if number > most:
                raise InputError(f"{name} must be at most {most:,}: {shown(number)}")
        if self.first not in FIRST:
            raise InputError(f"first must be {' or '.join(FIRST)}: {shown(self.first)}")
        if not re.fullmatch(r"\w[\w.-]*", self.name) or len(self.name) > MOST_NAME:
            raise InputError(
                "name must be letters, digits, '_', '.' and '-', for a folder, at most"
                f" {MOST_NAME}: {shown(self.name)}"
            )
        self._check_limits()
        check_form(self.executor)
        if len(self.notice) > MOST_NOTICE:
            raise InputError(
                f"notice must have at most {MOST_NOTICE:,} characters: {len(self.notice):,}"
            )
        self._check_precision()

    def _check_precision(self) -> None:
        """Raise InputError where what seeds are added by can't be."""
        if self.until is not None and not 0 < self.until < math.inf:
            raise InputError(f"until must be above 0, as in 0.05: {shown(self.until)}")
        if not self.max_seeds >= 1:
            raise InputError(f"max-seeds must be at least 1: {shown(self.max_seeds)}")
        if self.max_seeds > MOST_SEEDS:
            raise InputError(f"max-seeds must be at most {MOST_SEEDS:,}: {shown(self.max_seeds)}")

    def _check_limits(self) -> None:
        for name, limit in (("limit", self.limit), ("trial-limit", self.trial_limit)):
            if limit is not None and not limit > 0:
                raise InputError(f"{name} must be positive, in seconds: {shown(limit)}")
            if limit is not None and limit > MOST_SECONDS:
                raise InputError(f"{name} must be at most {MOST_SECONDS:,} seconds: {shown(limit)}")
        if self.memory is None:
            return
        if not memory.LIMITS:
            raise InputError(f"memory can be limited on Linux alone: memory = {shown(self.memory)}")
        if not 1 <= self.memory <= MOST_MEGABYTES:
            raise InputError(
                f"memory must be from 1 to {MOST_MEGABYTES:,} MB: {shown(self.memory)}"
            )

    def as_given(self) -> dict[str, object]:
        """Return the experiment as a file would say it, for the log of a session."""
        seeds = {"seeds": self.seeds, "trained_seeds": self.trained_seeds}
        given = {name: each and as_given(each) for name, each in seeds.items()}
        return {**asdict(self), **given}


def preset_names() -> list[str]:
    """List the presets by name, the smallest first."""
    names = [path.name.removesuffix(".toml") for path in files(f"{__package__}.presets").iterdir()]
    return [name for name in ("smoke", "standard", "paper") if name in names]


def preset(name: str) -> Experiment:
    """Return the preset of a name; raises InputError where there is none."""
    if name not in preset_names():
        raise InputError(f"no preset {name!r}; there are {', '.join(preset_names())}")
    text = files(f"{__package__}.presets").joinpath(f"{name}.toml").read_text(encoding="utf-8")
    return parse(text, name, f"preset {name}")


def read(path: Path) -> Experiment:
    """Return the experiment of a TOML file, named after the file unless it says another name."""
    return parse(text_of(str(path)), path.stem, str(path))


def parse(text: str, name: str, origin: str) -> Experiment:
    """Return the experiment of a TOML text; every key and type is checked.

    `origin`: where the text is from, for errors.
    """
    try:
        content = tomllib.loads(text)
    except RecursionError:
        raise InputError(f"{origin} is no TOML of ours: it is nested too deeply") from None
    except ValueError as error:  # also where a number is too long to be read
        raise InputError(f"{origin} is no TOML: {error}") from None
    known = {field.name.replace("_", "-"): field for field in fields(Experiment)}
    given: dict[str, object] = {"name": name}
    for key, value in content.items():
        if key not in known:
            raise InputError(f"{origin} has no key {shown(key)}; {hint(key, known)}")
        given[known[key].name] = _checked(origin, key, value)
    for key, field in known.items():
        if field.name not in given and field.default is MISSING:
            raise InputError(f"{origin} lacks the key {key!r}")
    return Experiment(**given)  # type: ignore[arg-type]  # each was checked above


def _checked(origin: str, key: str, value: object) -> object:
    """Return the value of a key, or raise InputError where it has the wrong type."""
    number = isinstance(value, int | float) and not isinstance(value, bool)
    match key:
        case "strategies" | "problems":
            if isinstance(value, list) and all(isinstance(item, str) for item in value):
                return tuple(value)
            wanted = "a list of texts"
        case "name" | "notice" | "first" | "executor":
            if isinstance(value, str):
                return value
            wanted = "a text"
        case "budget" | "limit" | "trial-limit" | "memory" | "until":
            if number:
                return value
            wanted = "a number"
        case "seeds" | "trained-seeds":
            return seeds_in(value, f"{origin}: {key}")
        case "report":
            return choice_of(value, origin)
        case _:
            if number and isinstance(value, int):
                return value
            wanted = "a whole number"
    raise InputError(f"{origin}: {key!r} must be {wanted}: {shown(value)}")


def with_changes(
    experiment: Experiment,
    *,
    strategies: Sequence[str] | None,
    problems: Sequence[str] | None,
    seeds: tuple[int, ...] | None,
    budget: float | None,
    workers: int | None,
    first: str | None,
) -> Experiment:
    """Return the experiment with some of its parts replaced; None: a part stays as it is.

    An experiment that was changed has no notice, because a notice speaks of the preset's numbers.
    """
    changed = replace(
        experiment,
        strategies=tuple(strategies) if strategies else experiment.strategies,
        problems=tuple(problems) if problems else experiment.problems,
        seeds=experiment.seeds if seeds is None else seeds,
        trained_seeds=experiment.trained_seeds if seeds is None else None,
        budget=experiment.budget if budget is None else budget,
        workers=experiment.workers if workers is None else workers,
        first=experiment.first if first is None else first,  # type: ignore[arg-type]  # checked there
    )
    return _without_notice(changed, experiment)


def with_options(
    experiment: Experiment,
    *,
    until: float | None = None,
    max_seeds: int | None = None,
    trial_limit: float | None = None,
    memory: float | None = None,
    executor: str | None = None,
) -> Experiment:
    """Return the experiment with other seeds by precision, limits or executor; None: one stays.

    An experiment that was changed has no notice, unless the executor alone was. Raises InputError
    where a limit of seeds is given and no seeds are added, and where a file's executor must not be
    used.
    """
    if max_seeds is not None and until is None and experiment.until is None:
        raise InputError(f"--max-seeds needs --until, which adds seeds: --max-seeds {max_seeds}")
    changed = replace(
        experiment,
        until=experiment.until if until is None else until,
        max_seeds=experiment.max_seeds if max_seeds is None else max_seeds,
        trial_limit=experiment.trial_limit if trial_limit is None else trial_limit,
        memory=experiment.memory if memory is None else memory,
    )
    if executor is None and experiment.executor != LOCAL:
        check_cluster(experiment.executor)
    where = experiment.executor if executor is None else executor
    return replace(_without_notice(changed, experiment), executor=where)


def _without_notice(changed: Experiment, experiment: Experiment) -> Experiment:
    return changed if changed == experiment else replace(changed, notice="")
