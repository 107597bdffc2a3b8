"""The cards of strategies and problems as texts for people."""

import json
from collections.abc import Mapping
from statistics import fmean

from ..errors import counted
from ..parameter import Value
from .card import ProblemCard, StrategyCard
from .digits import fixed, signed
from .start_bias import LARGE

KNOWN = (1, 10, 100, 1_000)
"""The numbers of evaluations after which the card gives random search's expected regret."""


def strategy_text(card: StrategyCard) -> dict[str, object]:
    """Return the entries of a strategy's card by heading; each is a text, or texts by name."""
    return {
        "name": _name(card),
        "file": card.given,
        "what": card.summary + " It is a system: it trains models of its own." * card.system,
        "source": card.citation,
        "family": card.family,
        "fields": {name: _field(value) for name, value in card.fields.items()},
        "declares that it plans for its budget": "yes" if card.plans_for_budget else "no",
        "declares that the same seed gives the same proposals": card.repeats,
        "start bias": _start_bias(card),
        **({} if card.system else _declared(card)),
    }


def problem_text(card: ProblemCard) -> dict[str, object]:
    """Return the entries of a problem's card by heading; each is a text, or texts by name."""
    return {
        "name": _name(card),
        "file": card.given,
        "family": ", ".join(dict.fromkeys((card.about.family, card.split)))
        + (f", control: {card.about.control}" * bool(card.about.control)),
        "what": card.about.summary,
        "source": card.about.citation,
        "licence of the data": card.about.licence,
        "parameters": {name: _parameter(each) for name, each in card.parameters.items()},
        "objectives": "" if card.objectives == ("value",) else ", ".join(card.objectives),
        "limits": card.bounds,
        "measures": f"none: it {card.unmeasured}" if card.unmeasured else "",
        "default": card.about.defaults,
        "fidelity": _fidelity(card),
        "gradients": _gradients(card),
        "instances": _instances(card.instances),
        "full evaluation": _work(card),
        "optimum": _optimum(card),
        **_facts(card),
        "separates": _separation(card),
        "anchors": card.anchors_version,
    }


def words(value: object) -> str:
    """Return an entry of a card as one text."""
    match value:
        case Mapping():
            return ", ".join(f"{key} {words(each)}" for key, each in value.items() if each != {})
        case list() | tuple():
            return "; ".join(map(words, value))
        case float():
            return f"{value:g}"
        case _:
            return str(value)


def _name(card: StrategyCard | ProblemCard) -> str:
    return f"{card.identity.name}, version {card.identity.version}"


def _declared(card: StrategyCard) -> dict[str, object]:
    """Say which problems it can do beyond those of one objective without limits."""
    return {
        "declares that it knows several objectives": "yes" if card.several_objectives else "no",
        "declares that it knows limits of measures": "yes" if card.knows_limits else "no",
    }


def _start_bias(card: StrategyCard) -> str:
    """Say how much worse it is where ranges are moved, and how much worse random search is."""
    found = card.start_bias
    if found is None:
        return ""
    interval = ""
    if found.low is not None and found.high is not None:
        interval = f" (95 %: {signed(found.low, 3)} to {signed(found.high, 3)})"
    return (
        f"{signed(found.bias, 3)}{interval}, its mean regret where the optimum is moved,"
        f" {fixed(found.moved, 3)}, less that where it is not, {fixed(found.fixed, 3)}: above 0 it"
        f" is flattered where it is not, and {LARGE}; over"
        f" {counted(found.problems, 'development function')}, {found.seeds} seeds, budget"
        f" {found.budget:g}; random search: {signed(found.random, 3)}"
    )


def _field(value: Value) -> str:
    """Write the value of a field as it is written in a spec."""
    return json.dumps(value, ensure_ascii=False)


def _facts(card: ProblemCard) -> dict[str, object]:
    facts = card.facts
    if facts is None:
        return {}
    model = "" if facts.explained == 1.0 else f" (of a model with an R2 of {facts.explained:g})"
    shares = sorted(facts.importance.items(), key=lambda pair: -pair[1])
    return {
        "noise": f"the standard deviation of the default configuration's value is {facts.noise:g}",
        "failures": f"{facts.failures:.2%} of random configurations",
        "value of a random configuration, by quantile": {
            share: f"{value:.4g}" for share, value in facts.quantiles.items()
        },
        "random search": _random_search(card),
        "hyperparameters that matter": (
            f"{facts.important} of {len(shares)}; each one's share of the variance of ranks,"
            f" alone or together with others{model}: "
            + ", ".join(f"{name} {fixed(share, 2)}" for name, share in shares)
        ),
    }


def _separation(card: ProblemCard) -> str:
    found = card.separation
    if found is None:
        return ""
    return (
        f"{fixed(found.share, 2)} of the variance of ranks lies between {len(found.strategies)}"
        f" strategies ({found.seeds} seeds, budget {found.budget:g}), p {found.p:.2g} after"
        f" Holm's correction: {', '.join(found.strategies)}"
    )


def _parameter(description: object) -> str:
    """Describe a parameter, which is given as `Space.to_json` describes it."""
    assert isinstance(description, Mapping)
    kind, default, when = (description[key] for key in ("kind", "default", "when"))
    if "values" in description:
        text = f"{kind} of {words(description['values'])}"
    else:
        text = f"{kind} from {words(description['low'])} to {words(description['high'])}"
        text += ", logarithmic" * description["log"]
    text += "" if default is None else f"; default {words(default)}"
    return text + (f"; if {words(when)}" if when else "")


def _fidelity(card: ProblemCard) -> str:
    if card.fidelity is None:
        return ""
    text = f"{card.fidelity.low:g} to {card.fidelity.high:g} {card.fidelity.unit}"
    text += "" if card.fidelity.resumes else ", no training can be continued"
    if card.facts is None:
        return text
    return f"{text}; rank correlation with the highest: {_numbers(card.facts.ranking, 'at ')}"


def _gradients(card: ProblemCard) -> str:
    if card.gradient_cost is None:
        return ""
    memory = (
        "" if card.about.gradient_memory is None else f", {card.about.gradient_memory:g} MB at most"
    )
    return f"at {card.gradient_cost:g} times the cost of an evaluation{memory}"


def _instances(number: int) -> str:
    if number == 1:
        return "1, the same for every seed"
    return f"{number}: seeds 0 to {number - 1} draw one each, seed {number} draws the first again"


def _work(card: ProblemCard) -> str:
    declared = card.about.seconds
    seconds = "" if declared is None else f"about {declared:g} s on one core"
    if seconds and card.source is not None:  # the time of a user's own problem was not measured
        seconds = f"{declared:g} s on one core, as its file says"
    if card.facts is None:
        return seconds
    low, median, high = card.facts.durations
    if low == high:
        return seconds
    return (
        f"{seconds}; simulated time {low:g} to {high:g} for most configurations, median {median:g}"
    )


def _optimum(card: ProblemCard) -> str:
    """Say what is known of the best score, and how it is known."""
    if card.optimum is not None:
        return f"{card.optimum:.9g}; {card.about.proof or 'as its file says'}"
    if card.facts is None or not card.value_anchors:
        return ""
    best = ", ".join(f"{anchors.reference:.5g}" for anchors in card.value_anchors)
    return (
        f"not known; best value seen on each instance: {best}, in at least {card.facts.searched}"
        " evaluations by random search and longer searches"
    )


def _random_search(card: ProblemCard) -> str:
    """Say which regret random search is expected to reach, the mean over instances."""
    scales = [each for each in card.value_anchors if each.has_scale]
    known = [m for m in KNOWN if scales and all(m in each.evaluations for each in scales)]
    regrets = {
        str(m): fmean(
            (each.curve[each.evaluations.index(m)] - each.reference)
            / (each.random - each.reference)
            for each in scales
        )
        for m in known
    }
    return f"expected regret (1: the median of one evaluation): {_numbers(regrets, 'after ')}"


def _numbers(numbers: Mapping[str, float], before: str) -> str:
    return ", ".join(f"{before}{name}: {number:.4g}" for name, number in numbers.items())
