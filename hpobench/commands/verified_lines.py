"""What `verify` prints: verdicts by strategy and by problem, differences, and reasons."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence

from rich.table import Table

from ..cards.card import ProblemCard, StrategyCard
from ..errors import counted, glance, line
from ..store.certificate_file import VERDICTS, Certificate, Verdict
from ..store.listing import Key
from ..trial import Identity, Run
from .console import Printer
from .terminal import MOST_LINES

WORDS: Mapping[Verdict, str] = {
    "identical": "identical to the bit",
    "equal": "equal within a tolerance",
    "different": "not reproducible",
    "not-made": "not made again",
}


def show_verified(
    console: Printer,
    certificate: Certificate,
    runs: Mapping[Key, Run],
    cards: Collection[StrategyCard | ProblemCard],
) -> None:
    """Say what became of runs that were to be made again."""
    for what, place in (("strategy", 0), ("problem", 1)):
        _show_table(console, what, certificate, runs, place)
    counts = Counter(each.verdict for each in certificate.runs)
    for verdict in VERDICTS:
        if counts[verdict]:
            style = "red" if verdict == "different" else "bold"
            within = f" of {certificate.tolerance:g}" if verdict == "equal" else ""
            empty = sum(not each.trials for each in certificate.runs if each.verdict == verdict)
            read = verdict != "not-made"  # nobody knows how many trials a damaged run has
            rest = f", {empty:,} of them without a trial" if empty and read else ""
            console.say(f"{WORDS[verdict]}{within}: {counted(counts[verdict], 'run')}{rest}", style)
    _show_different(console, certificate, runs)
    _show_not_made(console, certificate)
    for said in _unpromised(certificate, runs, cards):
        console.say(said, "yellow")
    for said in certificate.changed[:MOST_LINES]:
        console.say(f"changed: {line(said)}", "yellow")
    if (more := len(certificate.changed) - MOST_LINES) > 0:
        console.say(f"changed: {counted(more, 'more thing')}, in the certificate", "yellow")


def _show_table(
    console: Printer, what: str, certificate: Certificate, runs: Mapping[Key, Run], place: int
) -> None:
    """Show the verdicts of each strategy (place 0) or problem (1)."""
    counts = defaultdict[Identity, Counter[Verdict]](Counter)
    for each in certificate.runs:
        run = runs[each.key]
        counts[run.problem if place else run.strategy][each.verdict] += 1
    table = Table(box=None, pad_edge=False)
    table.add_column(what, no_wrap=True)
    for verdict in VERDICTS:
        table.add_column(WORDS[verdict], justify="right")
    for identity, found in sorted(counts.items(), key=lambda each: each[0].name):
        table.add_row(identity.name, *(str(found[verdict]) for verdict in VERDICTS))
    console.print(table)


def _show_different(console: Printer, certificate: Certificate, runs: Mapping[Key, Run]) -> None:
    found = [each for each in certificate.runs if each.verdict == "different"]
    for each in found[:MOST_LINES]:
        run = runs[each.key]
        name = f"{run.strategy.name} on {run.problem.name}, seed {run.seed}"
        console.say(f"not reproducible: {name}: {glance(each.reason)}", "red")
    if (more := len(found) - MOST_LINES) > 0:
        console.say(f"not reproducible: {counted(more, 'more run')}, in the certificate", "red")


def _show_not_made(console: Printer, certificate: Certificate) -> None:
    """Say for each reason how many runs were not made again, those not drawn included."""
    by_reason = Counter(certificate.unable)
    by_reason.update(each.reason for each in certificate.runs if each.verdict == "not-made")
    for reason, number in by_reason.most_common(MOST_LINES):
        console.say(f"not made again: {counted(number, 'run')}: {glance(reason)}", "yellow")
    if (more := len(by_reason) - MOST_LINES) > 0:
        console.say(f"not made again: {counted(more, 'more reason')}, in the certificate", "yellow")


def _unpromised(
    certificate: Certificate,
    runs: Mapping[Key, Run],
    cards: Collection[StrategyCard | ProblemCard],
) -> Sequence[str]:
    """Name the strategies that don't promise to repeat, with their reason."""
    there = {runs[each.key].strategy for each in certificate.runs}
    return [
        f"may differ, as it says of itself: {card.identity.name}, for {line(card.irreproducible)}"
        for card in cards
        if isinstance(card, StrategyCard) and card.irreproducible and card.identity in there
    ]
