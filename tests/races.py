"""Runs taken to their end."""

from hpobench import Record
from hpobench.runner import Race
from hpobench.trial import Stop


def finished(race: Race) -> tuple[list[Record], Stop]:
    """Return all trials of a run, and how it ended."""
    records = list(race)
    assert race.stop is not None
    return records, race.stop
