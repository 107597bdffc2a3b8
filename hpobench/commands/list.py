"""The command `list`: its options, and which of its parts does the work."""

import json
import sys

from ..errors import InputError
from . import options


def list_(
    kind: options.Listed = None,
    name: options.Shown = None,
    *,
    as_json: options.AsJson = False,
) -> None:
    """List strategies and problems, or show all about one."""
    from .console import Printer
    from .list_lines import print_list
    from .listing import KINDS, SINGULAR, card, card_for_people, listed, notes, print_card

    kind = SINGULAR.get(kind, kind) if kind else None
    if kind is not None and kind not in KINDS:
        raise InputError(f"only {' and '.join(KINDS)} can be listed: {kind!r}")
    found = {each: listed(each, name) for each in KINDS if kind in (None, each)}
    one = kind is not None and name is not None and len(found[kind]) == 1
    if as_json:
        content = card(kind, name) if kind and name and one else found
        sys.stdout.write(json.dumps(content, indent=1) + "\n")
        return
    if kind and name and one:
        print_card(card_for_people(kind, name))
    else:
        for each, rows in found.items():
            print_list(each, rows)
    for note in notes(kind, name):
        Printer().say(note)
