"""The section of a paper on what was compared, on what, and with which software."""

from collections import Counter
from collections.abc import Iterator, Mapping

from ...cards.card import StrategyCard
from ...errors import counted
from ..method import costs_differ
from ..sections import facts
from . import prose
from .bibliography import LIBRARIES
from .content import Content

_SENTENCES: Mapping[str, str] = {
    "Without any run": "Without any run: {}.",
    "Systems, apart": "Systems, which are not ranked: {}.",
    "Of them left out": "Problems left out: {}.",
    "Of them held out": "Problems held out: {}.",
    "Of them users' own": "Problems of our own: {}.",
    "First trial": "The first trial is {}.",
    "Runs": "Runs that ended: {}.",
    "Failed runs": "Of these runs, failed: {}.",
    "Failed evaluations": "Evaluations that failed: {}.",
    "Runs that are not possible": "More could not take place, as where a fidelity is lacking: {}.",
    "With anchors": "Problems with anchors, and thus regrets: {}.",
}
"""The sentences on the facts that the other sentences don't say, in which the facts are put."""


_MAKING = ("hpobench", "Python")
"""What all runs were made with; which of the libraries a strategy or a problem uses is not told."""


def setting(content: Content) -> Iterator[str]:
    """Yield the paragraphs on strategies, problems, the experiment and its software."""
    compared = content.compared
    named = zip(compared.names, compared.cards, strict=True)
    strategies = prose.listed([_strategy(content, *each) for each in named])
    yield (
        rf"\paragraph{{Strategies.}} Compared are {strategies}"
        f" ({prose.reference('tab', 'strategies')} has their hyperparameters)."
    )
    yield rf"\paragraph{{Problems.}} {_problems(content)}"
    yield rf"\paragraph{{Experiment.}} {_experiment(content)}"
    if software := _software(content):
        yield rf"\paragraph{{Software.}} {software}"


def _strategy(content: Content, name: str, card: StrategyCard) -> str:
    return prose.cited(name) + prose.citation(content.cited.keys[card.citation])


def _problems(content: Content) -> str:
    cards = content.compared.scores.problems
    families = Counter(card.about.family for card in cards)
    parts = [
        f"{number} {prose.cited(family)}"
        + prose.citation(
            content.cited.by(each.about.citation for each in cards if each.about.family == family)
        )
        for family, number in sorted(families.items(), key=lambda each: (-each[1], each[0]))
    ]
    data = prose.citation(content.cited.by(card.about.licence for card in cards))
    return (
        f"The suite has {counted(len(cards), 'problem')}, by family: {prose.listed(parts)}"
        f" ({prose.reference('tab', 'problems')} and {prose.reference('tab', 'problem-sources')})."
        + (f" Their data are public{data}." if data else "")
    )


def _experiment(content: Content) -> str:
    compared, told = content.compared, facts(content.compared)
    rest = [_SENTENCES[name].format(said) for name, said in told.items() if name in _SENTENCES]
    seeds = "is 1 seed" if told["Seeds"] == "1" else f"are {told['Seeds']} seeds"
    highest = " at the highest fidelity" if costs_differ(compared) else ""
    words = (
        f"A run may spend {counted(compared.budget, 'evaluation')}{highest}, with "
        f"{counted(compared.setting.workers, 'simulated worker')}; there {seeds} of each strategy "
        "on a problem, the same ones for all strategies."
    )
    return prose.cited(" ".join([words, *rest]))


def _software(content: Content) -> str:
    """Say which versions made the runs, as the sessions recorded them; empty: none did."""
    versions: dict[str, set[str]] = {}
    for session in content.sessions:
        machine = session.get("machine")
        if isinstance(machine, Mapping):
            told = {"hpobench": machine.get("hpobench"), "Python": machine.get("python")}
            libraries = machine.get("versions")
            for library, version in (
                *told.items(),
                *(libraries.items() if isinstance(libraries, Mapping) else ()),
            ):
                if isinstance(version, str):
                    versions.setdefault(str(library), set()).add(version)
    if not versions:
        return ""
    parts = {
        library: prose.cited(f"{library} {' and '.join(sorted(found))}")
        + prose.citation([LIBRARIES[library]] if library in LIBRARIES else [])
        for library, found in versions.items()
    }
    made = [part for library, part in parts.items() if library in _MAKING]
    beside = [part for library, part in parts.items() if library not in _MAKING]
    drawn = prose.citation([LIBRARIES["matplotlib"]])
    said = f"The runs were made with {prose.listed(made)}" if made else ""
    there = f"installed were {prose.listed(beside)}" if beside else ""
    words = "; ".join(each for each in (said, there) if each)
    return f"{words[0].upper()}{words[1:]}. Figures are drawn with matplotlib{drawn}."
