"""What the command `status` shows: once, as an object, or live until everything is done."""

import json
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from rich.console import Group
from rich.live import Live
from rich.text import Text

from ..cards.card import ProblemCard, StrategyCard
from ..errors import InputError
from ..experiment.state.outlook import Outlook, outlook
from ..experiment.state.state import State, Watch
from ..report.reproduction import commands
from ..store.folder import Store
from ..store.remote.address import url_of
from .console import Printer
from .places import folder_to_read
from .status_lines import Line, headline, said_of, to_json
from .terminal import title

EVERY = 1.0
"""The seconds between two looks."""


@dataclass(frozen=True, slots=True)
class View:
    """A folder as it was at one moment."""

    state: State
    outlook: Outlook
    commands: Sequence[str]
    """What makes the runs that wait."""

    @property
    def lines(self) -> list[Line]:
        """What is said of the folder, with styles."""
        return [*said_of(self.state, self.outlook, self.commands)]


def looked(watch: Watch, place: Path) -> View:
    """Look at a folder now; `place`: what was typed for it, which commands name."""
    state = watch.look()
    store = Store(watch.folder, touched=False)
    strategies, problems = store.cards()
    cards: Sequence[StrategyCard | ProblemCard] = (*strategies, *problems)
    found = outlook(watch, state, cards)
    results = url_of(place) or str(place)
    asked = [
        each for runs in found.asked for each in commands(runs, cards, results, watch.sessions)
    ]
    if state.elsewhere:  # several commands would have other shares than the one that was given
        shard = state.planned.elsewhere.shard
        known = len(asked) == state.planned.elsewhere.plans == 1
        asked = [f"{each} --shard {shard}" for each in asked] if known else []
    return View(state, found, asked)


def show_once(place: Path) -> None:
    """Say what state a folder is in."""
    console = Printer()
    for words, style in looked(_opened(place), place).lines:
        console.say(words, style)


def show_json(place: Path, *, watched: bool) -> None:
    """Print the state of a folder as an object; `watched`: an object on a line for each change."""
    watch, last = _opened(place, watched=watched), dict[str, object]()
    with suppress(KeyboardInterrupt):
        while True:
            view = looked(watch, place)
            content = to_json(view.state, view.outlook, view.commands)
            now = {name: each for name, each in content.items() if name != "to-finish"}
            if now != last:  # the seconds that are left change always
                sys.stdout.write(f"{json.dumps(content, indent=None if watched else 1)}\n")
                sys.stdout.flush()
            if not watched or view.state.finished:
                return
            last = now
            time.sleep(EVERY)


def show_until_done(place: Path, *, sleep: Callable[[float], None] = time.sleep) -> None:
    """Show the state of a folder, and again each second, until all is done and no process works.

    Ctrl-C ends it. Without a terminal, a line is printed for each change.
    """
    console, watch = Printer(), _opened(place, watched=True)
    with suppress(KeyboardInterrupt):
        if console.moves:
            _live(console, watch, place, sleep)
        else:
            _lines(console, watch, sleep)


def _live(console: Printer, watch: Watch, place: Path, sleep: Callable[[float], None]) -> None:
    view = looked(watch, place)
    with Live(_drawn(console, watch, view), console=console, auto_refresh=False) as screen:
        while not view.state.finished:
            sleep(EVERY)
            view = looked(watch, place)
            screen.update(_drawn(console, watch, view), refresh=True)


def _drawn(console: Printer, watch: Watch, view: View) -> Group:
    """Return what a terminal shows, at most as many lines as it has."""
    head = console.render_str(f"{title(watch.folder)}, {time.strftime('%H:%M:%S')}", style="dim")
    lines = [console.render_str(words, style=style) for words, style in view.lines]
    for each in lines:
        each.truncate(console.width - 1, overflow="ellipsis")
    return Group(*[head, *lines][: max(console.height - 1, 2)], Text(""))


def _lines(console: Printer, watch: Watch, sleep: Callable[[float], None]) -> None:
    last = ""
    while True:
        state = watch.look()
        if (words := headline(state)) != last:
            console.say(f"{time.strftime('%H:%M:%S')} {words}")
            sys.stdout.flush()
        if state.finished:
            return
        last = words
        sleep(EVERY)


def _opened(place: Path, *, watched: bool = False) -> Watch:
    """Return what looks at a folder, or at what is at a URL now; raises InputError."""
    if watched and url_of(place) is not None:
        raise InputError(f"--watch takes a folder, and no URL: {url_of(place)}")
    watch = Watch(folder_to_read(place))
    watch.listing.store.check(new=False)
    return watch
