"""What a session prints: first the plan, and at the end all that went wrong."""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path

from ..errors import counted, glance, line
from ..experiment.estimates import Pair, Time, is_silent
from ..experiment.planning import Plan
from ..report.words import all_of
from ..runner.finished_run import FinishedRun
from ..system import System
from ..trial import Run
from .console import Printer
from .enough import said_of_plan
from .progress import time_left

MOST_NAMES = 10
"""How many names a line lists; it counts the rest."""
MOST_LINES = 20
"""How many lines say what failed, and how many say what is unsupported; the report has all."""
MOST_PLACES = 10
"""How many places of warnings are listed."""
FEW = 2
"""The number of names that are always listed; more are called "all" where they are all."""
FEW_NOTICES = 5
"""How many notices are shown where a line before them says what they come to."""
RETRY = "The same command with --retry-failed makes the failed runs once more."
_PLACE = re.compile(r"(?s)(.+?:\d+: \w+): .*")
"""The text of a warning; its group is the place: file, line and category."""


def show_plan(
    console: Printer,
    planned: Plan,
    folder: Path,
    *,
    left: int,
    jobs: int,
    rest: Time,
    unknown: Collection[Pair] = (),
) -> None:
    """Say what is to be done, what of it is done, and how long the rest takes.

    `unknown`: the strategies and problems of whose runs only a part of the time is in the `rest`.
    """
    experiment = planned.experiment
    told = "" if experiment.first == "none" else f" the {experiment.first} told first,"
    console.say(
        f"{title(folder)}: {counted(len(planned.strategies), 'strategy')} on"
        f" {counted(len(planned.problems), 'problem')}, budget {experiment.budget:g},{told}"
        f" results in {folder}",
        "bold",
    )
    for each in experiment.notice.splitlines():
        console.say(each)
    if planned.shard:
        whole = len(planned.runs) + len(planned.elsewhere)
        console.say(f"share {planned.shard}: {len(planned.runs):,} of {counted(whole, 'run')}")
    for absent, names in _by_value(planned.absent).items():
        console.say(f"left out: {_listed(names)}: {line(absent)}", "yellow")
    systems = [e.identity.name for e in planned.strategies if isinstance(e.item, System)]
    if systems and experiment.trial_limit is not None:
        console.say(
            f"no trial-limit, but the limit of a run alone: {_listed(systems)}; a system trains by"
            " itself, so that no trial of it can be ended alone",
            "yellow",
        )
    show_rest(console, planned, left=left, jobs=jobs, rest=rest, unknown=unknown)
    if said := said_of_plan(planned):
        console.say(said)


def show_rest(
    console: Printer,
    planned: Plan,
    *,
    left: int,
    jobs: int,
    rest: Time,
    unknown: Collection[Pair],
) -> None:
    """Say how much of a plan is done, and how long the rest takes."""
    runs = planned.runs
    size = planned.bytes / len(runs) * left
    words = f"{counted(len(runs), 'run')}, {len(runs) - left:,} of them done; {left:,} to do"
    if left:
        words += f" on {counted(jobs, 'process')}: {time_left(rest)}, {size / 1e6:.1f} MB"
    console.say(words)
    if barred := _barred(planned):
        console.say(f"will be unsupported: {barred}")
    if left and (uncounted := _uncounted(planned, unknown)):
        console.say(f"not in this time, since no run has shown it yet: {uncounted}")


def _barred(planned: Plan) -> str:
    """Count the runs that are known to be unsupported, and name their strategies."""
    barred = planned.runs.keys() - set(planned.supported)
    names = sorted({run.strategy.name for run in barred})
    return f"{counted(len(barred), 'run')} of {_listed(names)}" if barred else ""


def _uncounted(planned: Plan, unknown: Collection[Pair]) -> str:
    """Name the users' strategies and problems that don't say how long they take."""
    who = {each for pair in unknown for each in pair}
    strategies = [
        each.identity.name
        for each in planned.strategies
        if each.identity.path is not None and each.identity in who
    ]
    problems = [
        each.identity.name for each in planned.problems if is_silent(each) and each.identity in who
    ]
    parts = [("the suggestions of", strategies), ("the evaluations of", problems)]
    return "; ".join(f"{what} {_listed(names)}" for what, names in parts if names)


def title(folder: Path) -> str:
    """Return what results are called: the name of their folder."""
    return folder.resolve().name or str(folder)


def show_interruption(console: Printer, left: int, of: int) -> None:
    """Say that a session was stopped, and how to go on."""
    if not left:
        console.say("Interrupted after the last run; the same command makes the report.")
        return
    console.say(
        f"Interrupted with {left:,} of {counted(of, 'run')} left;"
        " the same command goes on with them."
    )


def show_lateness(console: Printer, left: int, of: int) -> None:
    """Say how many runs `--max-time` has left, if any, and how to go on."""
    if left > 0:
        console.say(
            f"stopped by --max-time: {left:,} of {counted(of, 'run')} are left; the same command"
            " goes on with them"
        )


def show_end(
    console: Printer,
    ended: Sequence[FinishedRun],
    incomplete: Iterable[tuple[Run, str]],
    *,
    apart: Iterable[str] = (),
) -> bool:
    """Say what could not be done and what went wrong; return whether anything went wrong.

    `incomplete`: the runs that did not end, each with its reason; `apart`: the systems' names.
    """
    for name in apart:
        console.say(f"shown apart: {name}, a system, has a section of its own in the report", "dim")
    runs = [each.run for each in ended]
    by_reason = defaultdict[str, list[tuple[Run, str]]](list)
    for each in ended:
        by_reason[each.stop.reason].append((each.run, each.stop.detail))
    _say_all(console, "unsupported", _grouped(by_reason["unsupported"], runs), "dim")
    failed = _grouped(by_reason["failed"], runs)
    _say_all(console, "failed", failed, "red")
    if failed:
        console.say(RETRY)
    unfinished = list(incomplete)
    runs += [run for run, _ in unfinished]
    _say_all(console, "incomplete", _grouped(unfinished, runs), "red")
    hopeless = _hopeless(ended)
    for said in hopeless:
        console.say(said, "red")
    return bool(failed or unfinished or hopeless)


def show_notices(console: Printer, notices: Iterable[str]) -> None:
    """Say what a person should know though nothing went wrong, each thing once."""
    lines = [line(each) for each in dict.fromkeys(notices)]
    _say_all(console, "note", lines, "yellow")


def show_some_notices(console: Printer, notices: Iterable[str]) -> None:
    """Say a few notices, each thing once, where a line before them says what they come to."""
    lines = [line(each) for each in dict.fromkeys(notices)]
    for each in lines[:FEW_NOTICES]:
        console.say(f"note: {each}", "yellow")
    if (more := len(lines) - FEW_NOTICES) > 0:
        console.say(f"note: and {more:,} more like these", "yellow")


def show_warnings(console: Printer, warnings: Iterable[Mapping[str, int]]) -> None:
    """Say what users' code warned of: a line for each place, the most frequent first.

    `warnings`: how often each text came, such as "file.py:12: UserWarning: it is slow".
    """
    counts, texts = Counter[str](), dict[str, str]()
    for each in warnings:
        for text, count in each.items():
            found = _PLACE.fullmatch(text)
            place = found[1] if found else text
            counts[place] += count
            texts.setdefault(place, " ".join(text.split()))
    for place, count in counts.most_common(MOST_PLACES):
        times = "" if count == 1 else f", {count:,} times"
        console.say(f"warning{times}: {glance(texts[place])}", "yellow")
    if len(counts) > MOST_PLACES:
        console.say(f"and warnings at {len(counts) - MOST_PLACES:,} more places", "yellow")


def show_path(console: Printer, page: Path) -> None:
    """Say where the report is, on a line that no terminal cuts."""
    console.print(f"Report: {page}", soft_wrap=True)


def _by_value(reasons: Mapping[str, str]) -> dict[str, list[str]]:
    """Return the names that share a reason, by the reason."""
    found = defaultdict[str, list[str]](list)
    for name, reason in reasons.items():
        found[reason].append(name)
    return found


def _grouped(told: Sequence[tuple[Run, str]], runs: Iterable[Run]) -> list[str]:
    """Return a line for each reason, such as "all 5 strategies on branin, 5 runs: ..."."""
    every = set(runs)
    strategies = {run.strategy.name for run in every}
    problems = {run.problem.name for run in every}
    where = defaultdict[tuple[str, str], set[str]](set)
    counts = Counter[tuple[str, str]]()
    for run, detail in told:
        where[detail, run.strategy.name].add(run.problem.name)
        counts[detail, run.strategy.name] += 1
    alike = defaultdict[tuple[str, tuple[str, ...]], list[str]](list)
    for (detail, name), names in sorted(where.items()):
        alike[detail, tuple(sorted(names))].append(name)
    return [
        f"{_named(names, strategies, 'strategy')} on {_named(there, problems, 'problem')},"
        f" {counted(sum(counts[detail, name] for name in names), 'run')}: {glance(detail)}"
        for (detail, there), names in alike.items()
    ]


def _named(names: Collection[str], every: Collection[str], noun: str) -> str:
    if len(names) == len(every) > FEW:
        return all_of(len(every), noun)
    return _listed(sorted(names))


def _listed(names: Sequence[str]) -> str:
    more = len(names) - MOST_NAMES
    return ", ".join(names[:MOST_NAMES]) + (f" and {more:,} more" if more > 0 else "")


def _say_all(console: Printer, what: str, lines: Sequence[str], style: str) -> None:
    for each in lines[:MOST_LINES]:
        console.say(f"{what}: {each}", style)
    if len(lines) > MOST_LINES:
        more = counted(len(lines) - MOST_LINES, "more line")
        console.say(f"{what}: {more} in the report", style)


def _hopeless(ended: Iterable[FinishedRun]) -> list[str]:
    """Name the problems none of whose evaluations gave a value, with the most frequent error."""
    errors = defaultdict[str, Counter[str]](Counter)
    fine = set[str]()
    for each in ended:
        name = each.run.problem.name
        for error, count in each.errors.items():
            errors[name][" ".join(error.split())] += count
        if each.evaluations > each.failed_evaluations:
            fine.add(name)
    return [
        f"{all_of(found.total(), 'evaluation')} of {name} failed:"
        f" {glance(found.most_common(1)[0][0])}"
        for name, found in sorted(errors.items())
        if name not in fine
    ]
