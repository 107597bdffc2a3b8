"""A trial as one line of JSON, so that it comes back from a tracker to the bit."""

import json

from ..json_forms import measured_to_json, record_from_json, record_to_json
from ..trial import Record


def to_json(record: Record) -> str:
    """Return the text; what is nan in a trial that failed becomes null."""
    measured = measured_to_json(record.measured, record.traceback)
    return json.dumps({**record_to_json(record), "measured": measured}, allow_nan=False)


def from_json(text: str) -> Record:
    """Do the inverse of `to_json`; raises ValueError, KeyError or TypeError where it can't."""
    return record_from_json(json.loads(text))
