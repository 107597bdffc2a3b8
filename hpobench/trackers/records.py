"""A trial as one line of JSON, so that it comes back from a tracker to the bit."""

import json
import math
from dataclasses import asdict

from ..trial import Proposal, Record, Trial


def to_json(record: Record) -> str:
    """Return the text; what is nan in a trial that failed becomes null."""
    content = asdict(record)
    if record.failed:
        content["score"] = content["trial"]["value"] = None
    return json.dumps(content, allow_nan=False)


def from_json(text: str) -> Record:
    """Do the inverse of `to_json`; raises ValueError, KeyError or TypeError where it can't."""
    content = json.loads(text)
    trial = content.pop("trial")
    if trial["value"] is None:
        content["score"] = trial["value"] = math.nan
    trial["proposal"] = Proposal(**trial["proposal"])
    return Record(Trial(**trial), **content)
