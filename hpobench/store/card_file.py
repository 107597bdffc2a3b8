"""Cards in files, each named by the identity of the strategy or problem that it describes."""

import json
from dataclasses import asdict
from hashlib import blake2b
from pathlib import Path
from typing import Any

from ..cards.card import Anchors, Facts, ProblemCard, Separation, StartBias, StrategyCard
from ..problem import Description
from ..trial import Fidelity, Identity
from . import sealed_json
from .sealed_json import UNLIKE, DamageError, FormatError


def write(folder: Path, card: StrategyCard | ProblemCard) -> None:
    """Keep a card in a folder, in place of an older one of the same identity; raises OSError."""
    kind = "strategy" if isinstance(card, StrategyCard) else "problem"
    content = asdict(card)
    del content["identity"]["path"]
    path = folder / f"{_name(kind, card.identity)}.json"
    sealed_json.write(path, {"kind": kind, **content})


def read(path: Path) -> StrategyCard | ProblemCard:
    """Return a card.

    Raises DamageError where the file was altered or holds a card of another name, and FormatError
    where it has another format.
    """
    content = sealed_json.read(path)
    try:
        kind = content.pop("kind")
        content["identity"] = Identity(**content["identity"])
        card = _strategy_card(content) if kind == "strategy" else _problem_card(content)
    except UNLIKE as error:
        raise FormatError(path, error) from error
    if path.stem != _name(kind, card.identity):
        raise DamageError(path, f"holds another card than its name says: {card.identity.name}")
    return card


def _name(kind: str, identity: Identity) -> str:
    """Return the name of a card's file, without its ending."""
    text = json.dumps((kind, identity.name, identity.version))
    return blake2b(text.encode(), digest_size=8).hexdigest()


def _strategy_card(content: dict[str, Any]) -> StrategyCard:
    """Return the card of a strategy from its JSON form; one may have no key of a start bias."""
    if content.get("start_bias") is not None:
        content["start_bias"] = StartBias(**content["start_bias"])
    return StrategyCard(**content)


def _problem_card(content: dict[str, Any]) -> ProblemCard:
    """Return the card of a problem from its JSON form."""
    content["objectives"] = tuple(content["objectives"])
    content["about"] = Description(**content["about"])
    if content["fidelity"] is not None:
        content["fidelity"] = Fidelity(**content["fidelity"])
    for kind in ("value_anchors", "score_anchors"):
        content[kind] = tuple(
            Anchors(a["reference"], a["random"], tuple(a["evaluations"]), tuple(a["curve"]))
            for a in content[kind]
        )
    if content["facts"] is not None:
        durations = tuple(content["facts"].pop("durations"))
        content["facts"] = Facts(**content["facts"], durations=durations)
    if content["separation"] is not None:
        panel = tuple(content["separation"].pop("strategies"))
        content["separation"] = Separation(**content["separation"], strategies=panel)
    return ProblemCard(**content)
