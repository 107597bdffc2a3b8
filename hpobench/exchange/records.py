"""Records as texts of JSON, so that they come back from a tracker identical to the bit."""

import json

from ..json_forms import measured_to_json, record_from_json, record_to_json
from ..store.run_lines import check_trial
from ..trial import Record


def to_json(record: Record) -> str:
    """Return a record as JSON; what is nan in a trial that failed becomes null."""
    measured = measured_to_json(record.measured, record.traceback)
    return json.dumps({**record_to_json(record), "measured": measured}, allow_nan=False)


def from_json(text: str) -> Record:
    """Make a record from `to_json`'s text; raises one of UNLIKE if invalid."""
    content = json.loads(text)
    check_trial(content)
    return record_from_json(content)
