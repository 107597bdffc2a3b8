"""Problems on data never change unnoticed: their signatures are kept."""

import json
from pathlib import Path

import pytest

from hpobench import Proposal, Stream, registry
from hpobench.store.provenance import describe

GOLDEN = Path(__file__).parent / "golden" / "trained.json"
KEPT = json.loads(GOLDEN.read_text(encoding="utf-8"))
PROBLEMS = {
    name: problem
    for name, problem in registry.problems().items()
    if problem.about.family != "synthetic"
}
TOLERANCE = 1e-4
"""The relative tolerance: other processors round otherwise, and a training makes the difference
larger."""


@pytest.fixture(scope="module")
def versions() -> object:
    """Return the versions of the libraries here, which take a while to look up."""
    return describe()["versions"]


@pytest.mark.parametrize("name", PROBLEMS)
def test_values_are_those_that_were_kept_of_this_version(name: str, versions: object) -> None:
    problem = PROBLEMS[name]
    key = f"{name} version {problem.version}"
    assert key in KEPT, "a new version needs a signature: python scripts/signatures.py"
    kept, luck = KEPT[key], Stream(("signature", name))
    instance = problem.start(luck.rng("instance"))
    level = problem.fidelity.check(problem.fidelity.low) if problem.fidelity else None
    assert len(kept["probes"]) == 3
    assert kept["probes"][0]["config"] == problem.space.default()
    for probe in kept["probes"]:
        found = instance.evaluate(Proposal(probe["config"], level), luck, None)
        told = f"made with {kept['versions']}, now {versions}"
        assert found.value == pytest.approx(probe["value"], rel=TOLERANCE), told
        assert found.score == pytest.approx(probe["score"], rel=TOLERANCE), told


def test_no_signature_is_left_of_what_is_gone() -> None:
    assert set(KEPT) == {f"{name} version {problem.version}" for name, problem in PROBLEMS.items()}
