"""Cards in files, each named by the identity of the strategy or problem that it describes."""

import json
from dataclasses import asdict, replace
from hashlib import blake2b
from itertools import pairwise
from pathlib import Path

from ..cards.card import Anchors, ProblemCard, StrategyCard
from ..errors import shown
from ..json_forms import identity_from_json, space_from_json
from ..trial import Identity
from . import sealed_json
from .sealed_json import UNLIKE, DamageError, FormatError
from .shapes import made


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
        identity = identity_from_json(content["identity"])
        if identity.path is not None:
            raise ValueError(f"a card names no file: {shown(identity.path)}")
        card: StrategyCard | ProblemCard = made(_KINDS[kind], content)
        _check(card)
    except UNLIKE as error:
        raise FormatError(path, error) from error
    if path.stem != _name(kind, identity):
        raise DamageError(path, f"holds another card than its name says: {identity.name}")
    return replace(card, identity=identity)


def _name(kind: str, identity: Identity) -> str:
    """Return the name of a card's file, without its ending."""
    text = json.dumps((kind, identity.name, identity.version))
    return blake2b(text.encode(), digest_size=8).hexdigest()


def _check(card: StrategyCard | ProblemCard) -> None:
    """Raise ValueError where the parts of a problem's card do not fit together."""
    if isinstance(card, StrategyCard):
        return
    if card.parameters:
        space_from_json(card.parameters)  # type: ignore[arg-type]  # it checks them itself
    if len(set(card.objectives)) < max(len(card.objectives), 1):
        raise ValueError("objectives must have different names")
    for anchors in (card.value_anchors, card.score_anchors):
        if len(anchors) not in (0, 1, card.instances):
            raise ValueError(f"{len(anchors)} anchors for {card.instances} instances")
        for each in anchors:
            _check_curve(each)


def _check_curve(anchors: Anchors) -> None:
    """Raise ValueError where random search's curve is none."""
    at = anchors.evaluations
    if len(at) != len(anchors.curve) or any(a >= b for a, b in pairwise((0, *at))):
        raise ValueError("the evaluations of a curve must rise, with a value each")


_KINDS = {"strategy": StrategyCard, "problem": ProblemCard}
