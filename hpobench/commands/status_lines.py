"""The state of a folder of results in lines for people, and as one object for programs."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TypeVar

from ..errors import counted, glance, line
from ..experiment.state.outlook import Outlook
from ..experiment.state.state import Group, Running, State
from ..store.holder_file import Named
from ..trial import Identity, Run
from .progress import time_left
from .terminal import MOST_LINES, MOST_NAMES

Line = tuple[str, str]
"""A line, and its style."""
Each = TypeVar("Each")


def headline(state: State) -> str:
    """Say in one line how many runs are done, run, wait and have failed."""
    share = f"share {state.planned.elsewhere.shard}: " if state.elsewhere else ""
    words = [
        f"{share}{state.done:,} of {counted(len(state.own), 'run')} done",
        f"{len(state.running):,} running",
        f"{len(state.waiting):,} waiting",
    ]
    if state.begun:
        words[-1] += f" ({len(state.begun):,} of them begun)"
    if state.ended["failed"]:
        words.append(f"{state.ended['failed']:,} failed")
    return ", ".join(words)


def said_of(state: State, found: Outlook, commands: Sequence[str]) -> Iterator[Line]:
    """Yield all lines on a folder, the headline first."""
    yield headline(state), "bold"
    yield from ((words, "") for words in _besides(state))
    if (holder := state.holder) is not None:
        on = "" if holder.is_here else f" on {holder.host}"
        ended = "has made its runs, and reads them or makes the report"
        does = ended if state.runs_made else "works on it"
        yield f"process {holder.process}{on} {does}{_since(holder.since)}", ""
    for each in _first(state.running):
        yield f"running: {_running(state, each)}", ""
    yield from _grouped("unsupported", state.unsupported, "dim")
    yield from _grouped("failed", state.failed, "red")
    paths = list(state.damaged)
    if paths:
        yield f"damaged: {counted(len(paths), 'file')}, such as {_why(state, paths[0])}", "red"
    if state.retried:
        yield f"retried: {counted(state.retried, 'failed run')} set aside and made again", ""
    if state.stopped:
        named = [f"{who} ({number:,})" for who, number in state.stopped.items()]
        stopped = counted(sum(state.stopped.values()), "run")
        yield f"over the limit in the last session: {stopped}, {_listed(named)}", "yellow"
    for name, why in _first([*state.left_out.items()]):
        yield f"left out: {name}: {line(why)}", "yellow"
    for notice in _first(state.notices):
        yield f"note: {line(notice)}", "yellow"
    yield from _to_finish(state, found, commands)


def to_json(state: State, found: Outlook, commands: Sequence[str]) -> dict[str, object]:
    """Return the state of a folder as one object; every number is a number."""
    return {
        "planned": len(state.own),
        "elsewhere": len(state.elsewhere),
        "done": state.done,
        "running": [_running_to_json(state, each) for each in state.running],
        "waiting": len(state.waiting),
        "begun": len(state.begun),
        "ended": {**state.ended},
        "unplanned": state.unplanned,
        "superseded": state.superseded,
        "failed": [_group_to_json(each) for each in state.failed],
        "unsupported": [_group_to_json(each) for each in state.unsupported],
        "damaged": {**state.damaged},
        "retried": state.retried,
        "stopped": {**state.stopped},
        "left-out": {**state.left_out},
        "strategies": _counts(state, lambda run: run.strategy),
        "problems": _counts(state, lambda run: run.problem),
        "process": None if state.holder is None else _holder_to_json(state.holder),
        "to-finish": {
            "runs": len(state.waiting) + len(state.running),
            "seconds": found.time.seconds,
            "seconds-known": found.time.known,
            "processes": found.processes,
            "commands": [*commands],
        },
        "notes": [*state.notices],
    }


def _besides(state: State) -> Iterator[str]:
    """Say which runs are others' to make, or have ended in no plan, or in none that holds."""
    if state.elsewhere:
        yield (
            f"besides: {counted(len(state.elsewhere), 'run')} of other shares; once they are done,"
            " merge the folders: hpobench merge FOLDER... --results WHOLE"
        )
    if state.unplanned:
        yield f"besides: {counted(state.unplanned, 'run')} that no session here has planned"
    if state.superseded:
        yield (
            f"besides: {counted(state.superseded, 'run')} of older versions of a strategy or a"
            " problem"
        )


def _running(state: State, each: Running) -> str:
    run = state.planned.runs.get(each.key)
    if run is None:
        return f"{each.key}: {counted(each.part.trials, 'trial')}"
    of = f"{each.part.spent:.3g} of {counted(float(run.budget), 'evaluation')} spent"
    by = "" if each.process is None else f", process {each.process}"
    return f"{_named(run)}: {counted(each.part.trials, 'trial')}, {of}{_since(each.since)}{by}"


def _named(run: Run) -> str:
    return f"{run.strategy.name} on {run.problem.name}, seed {run.seed}"


def _since(moment: str) -> str:
    """Say since when, in the time of this place; nothing where that is not known."""
    try:
        return f", since {datetime.fromisoformat(moment).astimezone():%Y-%m-%d %H:%M:%S}"
    except ValueError:
        return ""


def _grouped(what: str, groups: Sequence[Group], style: str) -> Iterator[Line]:
    for each in groups[:MOST_LINES]:
        who = f"{_listed(each.strategies)} on {_listed(each.problems)}"
        said = f"{counted(each.runs, 'run')}, {who}: {glance(each.reason)}"
        yield f"{what}: {said}; for example {each.example}", style
    if len(groups) > MOST_LINES:
        yield f"{what}: {counted(len(groups) - MOST_LINES, 'more reason')}", style


def _why(state: State, path: str) -> str:
    return f"{path}, which {state.damaged[path]}"


def _listed(names: Sequence[str]) -> str:
    more = len(names) - MOST_NAMES
    return ", ".join(names[:MOST_NAMES]) + (f" and {more:,} more" if more > 0 else "")


def _first(every: Sequence[Each]) -> Sequence[Each]:
    return every[:MOST_LINES]


def _to_finish(state: State, found: Outlook, commands: Sequence[str]) -> Iterator[Line]:
    """Say how long the rest takes, and which commands make it."""
    if not state.planned.runs:
        yield "nothing is planned: no session here tells its plan", ""
    elif not state.waiting and not state.running:
        yield "nothing is left to do", ""
    else:
        on = counted(found.processes, "process")
        yield f"to finish: {time_left(found.time)} on {on}", ""
    if not state.waiting:
        return
    if state.holder is not None:
        yield "what this process does not make, this command makes once it has ended:", ""
    for command in commands:
        yield f"  {command}", ""
    if not commands and state.elsewhere:
        several = state.planned.elsewhere.plans > 1
        yield (
            (
                "the commands that began these shares go on with them"
                if several
                else "the command that began this share goes on with it"
            ),
            "",
        )
    elif not commands:
        yield "no command is known: the cards of what waits are missing", "yellow"


def _running_to_json(state: State, each: Running) -> Mapping[str, object]:
    run = state.planned.runs.get(each.key)
    return {
        "file": f"runs/{each.key}.part",
        "strategy": each.key.split("/")[1] if run is None else run.strategy.name,
        "problem": each.key.split("/")[0] if run is None else run.problem.name,
        "seed": int(each.key.rpartition("/")[2].rpartition("-")[0]),
        "trials": each.part.trials,
        "spent": each.part.spent,
        "budget": None if run is None else float(run.budget),
        "since": each.since,
        "process": each.process,
        "session": each.part.session,
    }


def _group_to_json(group: Group) -> Mapping[str, object]:
    return {
        "reason": group.reason,
        "runs": group.runs,
        "strategies": [*group.strategies],
        "problems": [*group.problems],
        "example": group.example,
    }


def _holder_to_json(holder: Named) -> Mapping[str, object]:
    host = "" if holder.is_here else holder.host
    return {"process": holder.process, "host": host, "since": holder.since}


def _counts(state: State, of: Callable[[Run], Identity]) -> list[Mapping[str, object]]:
    """Count the planned, waiting and running runs of each strategy or problem."""
    keys = {key: of(run) for key, run in state.own.items()}
    planned = Counter(keys.values())
    waiting = Counter(keys[key] for key in state.waiting)
    running = Counter(keys[each.key] for each in state.running if each.key in keys)
    return [
        {
            "name": each.name,
            "version": each.version,
            "planned": planned[each],
            "done": planned[each] - waiting[each] - running[each],
            "running": running[each],
            "waiting": waiting[each],
        }
        for each in planned
    ]
