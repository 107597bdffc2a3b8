"""Whether users' files and programs may run: `--no-plugins` allows only what hpobench brings.

A cluster that an experiment's file names is refused with them, since whoever has it can answer with
code.
"""

import os

from ..errors import InputError, shown

VARIABLE = "HPOBENCH_NO_PLUGINS"
"""The environment variable that forbids them, in this process and in all that it starts."""
ALLOWING = ("", "0", "false", "no")
"""The values of the variable that forbid nothing."""


def forbid() -> None:
    """Let no file and no program of a user run any more."""
    os.environ[VARIABLE] = "1"


def check_allowed(path: str) -> None:
    """Raise InputError where the file or program at a path must not run."""
    if _forbidden():
        raise InputError(
            f"with --no-plugins only strategies and problems that hpobench brings may run, and this"
            f" is the path of another: {shown(path)}"
        )


def check_cluster(address: str) -> None:
    """Raise InputError where the cluster that an experiment's file names must not be used."""
    if _forbidden():
        raise InputError(
            "with --no-plugins no experiment's file may name an executor, but the option --executor"
            f" may: {shown(address)}"
        )


def _forbidden() -> bool:
    return os.environ.get(VARIABLE, "").lower() not in ALLOWING
