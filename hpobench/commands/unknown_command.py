"""A command that does not exist is answered with the one that was meant, or with all there are."""

import difflib
from typing import Any

from typer.core import TyperGroup

from ..errors import InputError, shown

MEANT = {"show": "list", "describe": "list", "info": "list"}
"""The commands that are called otherwise in other programs, and are not spelled alike."""


class Commands(TyperGroup):
    """A group of commands that knows what its users may have meant."""

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ANN401  # typer's own types
        """Return the command of a name; raises InputError where there is none."""
        found = super().get_command(ctx, cmd_name)
        if found is None:
            raise InputError(f"no command {shown(cmd_name)}; {_hint(cmd_name, [*self.commands])}")
        return found


def _hint(typed: str, names: list[str]) -> str:
    close = [MEANT[typed]] if MEANT.get(typed) in names else []
    close += difflib.get_close_matches(typed[:100], names, n=1)
    return f"did you mean {close[0]!r}?" if close else f"there are {', '.join(names)}"
