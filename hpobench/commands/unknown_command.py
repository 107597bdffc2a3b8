"""A command that does not exist is answered with the one that was meant, or with all there are."""

from typing import Any

from typer.core import TyperGroup

from ..errors import InputError, hint, shown
from ..guards import Interrupted

NO_PLUGINS = "--no-plugins"
MEANT = {"show": "list", "describe": "list", "info": "list"}
"""The commands that are called otherwise in other programs, and are not spelled alike."""


class Commands(TyperGroup):
    """A group of commands that knows what its users may have meant."""

    def parse_args(self, ctx: Any, args: list[str]) -> Any:  # noqa: ANN401  # typer's own types
        """Read the options; NO_PLUGINS may stand behind the command, too, and holds for all."""
        end = args.index("--") if "--" in args else len(args)
        if NO_PLUGINS in args[:end]:
            args = [NO_PLUGINS, *(each for each in args[:end] if each != NO_PLUGINS), *args[end:]]
        return super().parse_args(ctx, args)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ANN401  # typer's own types
        """Return the command of a name; raises InputError where there is none."""
        found = super().get_command(ctx, cmd_name)
        if found is None:
            meant, names = MEANT.get(cmd_name, cmd_name), [*self.commands]
            typed = meant if meant in names else cmd_name
            raise InputError(f"no command {shown(cmd_name)}; {hint(typed, names)}")
        return found

    def invoke(self, ctx: Any) -> Any:  # noqa: ANN401  # typer's own types
        """Carry out a command; typer would take every signal for Ctrl-C."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt as stop:
            raise Interrupted from stop
