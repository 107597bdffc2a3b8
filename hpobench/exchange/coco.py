"""Export to the data format of COCO, which cocopp reads (Hansen et al., 2021).

A strategy has a folder with a .info file for each problem, which names the files of the curves:
.dat has a line for each improvement, .tdat here the same lines, with the last evaluation.
"""

from collections.abc import Sequence
from itertools import starmap
from pathlib import Path

from ..cards.card import ProblemCard
from ..scores import anchors
from .curves import Curve, Group

SUITE = "bbob"
"""The suite whose rules cocopp applies: it reads no suite that it does not know."""
FORMAT = "bbob-new2"
"""The name that COCO has for this order of the columns."""
VERSION = "2.6"
"""The version of COCO whose format it is."""
PRECISION = 1e-8
"""How close to the reference is COCO's last target."""
SUFFIXES = (".info", ".dat", ".tdat")


def lacks(card: ProblemCard) -> str:
    """Say what a problem lacks so that COCO can hold its runs, or nothing."""
    return "" if card.value_anchors else "has no anchors, and COCO needs a reference"


def write(groups: Sequence[Group], output: Path) -> None:
    """Write the files of all groups into a folder."""
    for group in groups:
        folder = output / group.algorithm
        data = f"data_f{group.number}/bbobexp_f{group.number}_DIM{group.dimension}"
        (folder / data).parent.mkdir(parents=True)
        references = [_reference(group.problem, curve) for curve in group.curves]
        pairs = [*zip(group.curves, references, strict=True)]
        for suffix in (".dat", ".tdat"):
            text = "".join(starmap(_rows, pairs))
            (folder / data).with_suffix(suffix).write_text(text, encoding="utf-8", newline="\n")
        ends = [
            f"{curve.instance}:{curve.evaluations[-1]}|{float(curve.values[-1]) - reference!r}"
            for curve, reference in pairs
        ]
        lines = (_heading(group), f"% {group.function}", ", ".join([f"{data}.dat", *ends]), "")
        path = folder / f"bbobexp_f{group.number}.info"
        path.write_text("\n".join(lines), encoding="utf-8", newline="\n")


def _reference(card: ProblemCard, curve: Curve) -> float:
    found = anchors(card, curve.seed, "values")
    assert found is not None, "a problem without anchors is left out"
    return found.reference


def _heading(group: Group) -> str:
    return (
        f"suite = '{SUITE}', funcId = {group.number}, DIM = {group.dimension},"
        f" Precision = {PRECISION:.3e}, algId = '{group.algorithm}', coco_version = '{VERSION}',"
        f" logger = 'bbob', data_format = '{FORMAT}'"
    )


def _rows(curve: Curve, reference: float) -> str:
    """Return the lines of a curve below a line that names the columns."""
    heading = (
        "% f evaluations | g evaluations |"
        f" best noise-free fitness - Fopt ({reference:13.12e}) + sum g_i+ | measured fitness |"
        " best measured fitness or single-digit g-values | x1 | x2..."
    )
    values = curve.values.tolist()
    lines = (
        f"{at} 0 {value - reference!r} {value!r} {value!r}"
        for at, value in zip(curve.evaluations.tolist(), values, strict=True)
    )
    return "\n".join([heading, *lines, ""])
