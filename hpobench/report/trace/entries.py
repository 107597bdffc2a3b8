"""What differs between two JSON objects, entry by entry."""

import json
from collections.abc import Iterator

from .excerpts import versus
from .lines import differing_lines


def differing_entries(there: str, again: str) -> Iterator[str]:
    """Yield what differs between two JSON objects, by the keys that lead to it.

    >>> [*differing_entries('{"a": {"b": 1}}', '{"a": {"b": 2}}')]
    ['entry a, b: 1 there, 2 from the runs']
    """
    try:
        old, new = dict(_entries(json.loads(there))), dict(_entries(json.loads(again)))
    except (ValueError, RecursionError):  # it is no JSON any more
        yield from differing_lines(there, again)
        return
    for keys in (*new, *(each for each in old if each not in new)):
        if old.get(keys) != new.get(keys):
            yield f"entry {', '.join(keys)}: {versus(old.get(keys, ''), new.get(keys, ''))}"


def _entries(content: object, *keys: str) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield the keys that lead to each value that is no object, and the value as text."""
    if isinstance(content, dict):
        for key, value in content.items():
            yield from _entries(value, *keys, key)
    else:
        yield keys, content if isinstance(content, str) else json.dumps(content)
