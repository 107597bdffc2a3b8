"""What every strategy promises about what its runs leave behind: its process and its fields."""

import inspect
import json

from ...errors import shown
from ...processes.global_state import restored
from ...scalars import is_scalar
from ...strategy import fields_of
from .promise import Broken, Skipped
from .races import RUN, Races, run_name
from .surroundings import started, watched
from .tasks import EVERYTHING, NESTED_PLAIN, PLAIN


def untouched(races: Races) -> None:
    for task in races.allowance.over(RUN, races.sound(EVERYTHING, NESTED_PLAIN, PLAIN), times=2):
        for seed in (1, 2):
            with watched(seed, apart=True) as changes:
                run = races.exposed(task)
            if changes.found:
                raise Broken(
                    run_name(task.name),
                    f"it changed {changes}",
                    "leave it as it was; draw luck from rng, write into tempfile's folders and"
                    " remove them in close",
                )
            if races.repeats and run.trials != races.run(task).trials:
                raise Broken(
                    run_name(task.name),
                    "the seeds of Python's or numpy's global generators change the proposals",
                    "draw luck from the rng that setup gets",
                )


def closes(races: Races) -> None:
    task = races.home()
    with restored():
        races.exposed(task)  # what a library begins once, and keeps, is no run's
        before = started()
        races.exposed(task)
        left = [what for each, what in started().items() if each not in before]
    if left:
        raise Broken(run_name(task.name), f"it left {left[0]}", "close ends what setup began")


def fields(races: Races) -> None:
    if races.hosted is not races.strategy:
        raise Skipped("it runs in an environment of its own, where its fields are not seen")
    kind, strategy = type(races.strategy), races.fresh()
    before = fields_of(strategy)
    races.again(races.home(), strategy=strategy)
    undecorated = [
        name
        for name, note in inspect.get_annotations(kind).items()
        if "__dataclass_fields__" not in vars(kind)
        if not any(word in str(note) for word in ("ClassVar", "Final"))
        if name in vars(kind)  # an annotation without a value only tells the type of state
        if name not in vars(strategy)  # what a run sets is state, and the value its first one
    ]
    if undecorated:
        raise Broken(
            kind.__name__,
            f"{undecorated[0]} is no field: @dataclass is missing above the class",
            f"a dataclass, whose fields are in its name, as in {kind.__name__.lower()}:"
            f"{undecorated[0]}=...",
        )
    for name, value in fields_of(strategy).items():
        if not is_scalar(value) or json.dumps(value) != json.dumps(before.get(name)):
            raise Broken(
                run_name(races.home().name),
                f"a run made {name} {shown(value)}, it was {shown(before.get(name))}",
                "fields are its hyperparameters; keep state under names that setup makes",
            )
