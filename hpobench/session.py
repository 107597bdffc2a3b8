"""A session in the terminal: the plan, the progress, the ranking, the report's path."""

import os
import secrets
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table

from . import report, tables
from .card import SPLITS
from .errors import InputError
from .experiment import Experiment, Plan, plan, problem_card, strategy_card
from .perform import Done, perform
from .provenance import cores, describe
from .store import Store, saying
from .trial import Outcome, Run

INTERRUPTED = 130
"""The exit status after Ctrl-C, as shells have it."""


def perform_and_report(experiment: Experiment, folder: Path, jobs: int | None) -> int:
    """Run what is not done yet, then report; return the exit status."""
    console = Console(highlight=False)
    planned, store = plan(experiment), Store(folder)
    jobs = jobs or cores()
    first = next(iter(planned.runs))
    with store.writing(first.budget, first.workers):
        left = [run for run in planned.runs if not store.is_sealed(run)]
        _show_plan(console, planned, left, folder, jobs)
        for strategy in planned.strategies:
            store.put_card(strategy_card(strategy))
        for problem in planned.problems:
            store.put_card(problem_card(problem))
        done = list[Done]()
        began, times = datetime.now(UTC), os.times()
        try:
            for each in _performed(console, planned, left, store, jobs):
                done.append(each)
        except KeyboardInterrupt:
            console.print(
                f"Interrupted with {len(left) - len(done)} of {len(left)} cells left;"
                " the same command goes on with them."
            )
            return INTERRUPTED
        finally:
            if left:
                _keep_session(store, planned, done, began, times)
        incomplete = [
            f"{_pair(each.run)}: {each.detail}" for each in done if each.status == "incomplete"
        ]
        failed = _report(console, store, folder / "report", set(planned.runs), incomplete)
    return 1 if failed or incomplete else 0


def make_report(folder: Path, output: Path, split: str | None = None) -> None:
    """Make the report of a folder of results, and say where it is.

    `split`: of the problems of one of SPLITS alone; None: of all.
    """
    if split is not None and split not in SPLITS:
        raise InputError(f"the split must be {' or '.join(SPLITS)}: {split!r}")
    store = Store(folder)
    store.check(new=False)
    _report(Console(highlight=False), store, output, None, split=split)


def _show_plan(
    console: Console, planned: Plan, left: Sequence[Run], folder: Path, jobs: int
) -> None:
    experiment, runs = planned.experiment, planned.runs
    console.print(
        f"[bold]{experiment.name}[/bold]: {_counted(len(planned.strategies), 'strategy')} on"
        f" {_counted(len(planned.problems), 'problem')}, budget {experiment.budget:g},"
        f" results in {folder}"
    )
    if experiment.notice:
        console.print(experiment.notice)
    for name, absent in planned.absent.items():
        console.print(f"left out: {name}: {absent}", style="dim", markup=False)
    seconds = max(
        sum(runs[run] for run in left) / jobs, max((runs[run] for run in left), default=0)
    )
    size = planned.bytes / len(runs) * len(left)
    console.print(
        f"{_counted(len(runs), 'cell')}, {len(runs) - len(left)} of them done; {len(left)} to run:"
        f" about {_duration(seconds)} on {_counted(jobs, 'process')}, {size / 1e6:.1f} MB"
    )


def _performed(
    console: Console, planned: Plan, left: Sequence[Run], store: Store, jobs: int
) -> Iterator[Done]:
    bar = Progress(
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rest]} left"),
        TextColumn("{task.description}"),
        console=console,
        transient=True,
    )
    seconds = planned.runs
    whole = sum(seconds[run] for run in left)
    began, ended = perf_counter(), 0.0
    with bar:
        task = bar.add_task("", total=len(left), rest="?")
        for step in perform(left, store, jobs=jobs, limit=planned.experiment.limit):
            ended += sum(seconds[done.run] for done in step.done)
            passed = perf_counter() - began
            rest = _duration(passed * (whole - ended) / ended) if ended else "?"
            running = ", ".join(f"{_pair(run)}, seed {run.seed}" for run in step.running)
            bar.update(task, advance=len(step.done), rest=rest, description=running)
            yield from step.done


def _report(
    console: Console,
    store: Store,
    output: Path,
    wanted: Collection[Run] | None,
    incomplete: Sequence[str] = (),
    *,
    split: str | None = None,
) -> list[str]:
    """Write the report and show the ranking; return the failed cells (of `wanted`, if given)."""
    outcomes = list(store.outcomes())
    strategies, problems = store.cards()
    sessions = store.sessions()
    if not outcomes:
        raise InputError(f"no run has ended in this folder yet: {store.folder}")
    if split is not None:
        there = {card.identity for card in problems if card.split == split}
        outcomes = [outcome for outcome in outcomes if outcome.run.problem in there]
        if not outcomes:
            raise InputError(f"no run of a {split} problem has ended yet: {store.folder}")
    systems = {card.identity for card in strategies if card.system}
    known = {card.identity for card in strategies} | {card.identity for card in problems}
    store.check_cards(outcomes, known)
    if all(outcome.run.strategy in systems for outcome in outcomes):
        raise InputError(
            "a system is shown beside strategies, and no run of one has ended in this folder,"
            f" add e.g. -s random-search: {store.folder}"
        )
    experiment = sessions[-1].get("experiment", {}) if sessions else {}
    title, notice = experiment.get("name", store.folder.name), experiment.get("notice", "")
    with saying(output):
        made = report.write(
            outcomes, strategies, problems, sessions, output, title=title, notice=notice
        )
    _show_ranking(console, made.ranking)
    for name in sorted(identity.name for identity in systems):
        console.print(
            f"apart: {name}, a system, in a section of its own", style="dim", markup=False
        )
    ours = [each for each in outcomes if wanted is None or each.run in wanted]
    for line in _unsupported(ours):
        console.print(line, style="dim", markup=False)
    failed = _failed(ours)
    for line in failed:
        console.print(line, style="red", markup=False)
    for line in incomplete:
        console.print(f"incomplete: {line}", style="red", markup=False)
    console.print(f"Report: {made.page}", markup=False)
    return failed


def _unsupported(outcomes: Iterable[Outcome]) -> list[str]:
    """Say which strategies can't do which problems, a line a strategy and reason."""
    pairs: dict[tuple[str, str], set[str]] = {}
    for outcome in outcomes:
        if outcome.stop.reason == "unsupported":
            key = (outcome.run.strategy.name, outcome.stop.detail)
            pairs.setdefault(key, set()).add(outcome.run.problem.name)
    return [
        f"unsupported: {name} {detail}, so not on {', '.join(sorted(problems))}"
        for (name, detail), problems in sorted(pairs.items())
    ]


def _failed(outcomes: Iterable[Outcome]) -> list[str]:
    """Name the cells that failed, a line a strategy, problem and reason."""
    cells = Counter(
        (_pair(outcome.run), outcome.stop.detail)
        for outcome in outcomes
        if outcome.stop.reason == "failed"
    )
    return [
        f"failed: {pair}, {_counted(count, 'cell')}: {detail}"
        for (pair, detail), count in sorted(cells.items())
    ]


def _show_ranking(console: Console, ranking: tables.Table) -> None:
    """Print the report's own ranking, a line a strategy, the first one marked."""
    table = Table(box=None, pad_edge=False)
    for column in ranking.columns:
        table.add_column(
            escape(column.heading),
            justify="right" if column.align == "r" else "left",
            no_wrap=True,
        )
    for row in ranking.rows:
        table.add_row(*(f"[bold]{escape(c.text)}[/]" if c.bold else escape(c.text) for c in row))
    console.print(table)


def _keep_session(
    store: Store, planned: Plan, done: Sequence[Done], began: datetime, times: os.times_result
) -> None:
    """Keep what was run, what it cost all our processes together, and where."""
    now = os.times()
    processor = sum(now[:4]) - sum(times[:4])  # of this process and those that have ended
    identity = f"{began:%Y%m%dT%H%M%SZ}-{secrets.token_hex(2)}"
    store.put_session(
        identity,
        {
            "began": began.isoformat(timespec="seconds"),
            "experiment": asdict(planned.experiment),
            "cells": len(done),
            "seconds": round(now.elapsed - times.elapsed, 3),
            "processor-seconds": round(processor, 3),
            "seconds-inside": round(sum(each.inside for each in done), 3),
            "machine": describe(),
        },
    )


def _pair(run: Run) -> str:
    return f"{run.strategy.name} on {run.problem.name}"


def _counted(number: int, noun: str) -> str:
    """Say a number of things, e.g. "1 strategy", "9 strategies", "2 processes"."""
    if number == 1:
        return f"{number} {noun}"
    plural = (
        noun[:-1] + "ies" if noun.endswith("y") else noun + ("es" if noun.endswith("s") else "s")
    )
    return f"{number} {plural}"


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    if seconds < 5400:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h"
