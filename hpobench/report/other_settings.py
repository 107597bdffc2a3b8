"""The runs of other settings: how many there are, and where the report shows them."""

from ..errors import counted
from ..trial import Setting
from .compared import Compared


def others(compared: Compared) -> tuple[str, ...]:
    """Say how many runs of other settings the report leaves out, or shows in one table alone."""
    return tuple(f"{_shown(compared, each)}: {_of(each, runs)}." for each, runs in compared.others)


def _shown(compared: Compared, other: Setting) -> str:
    """Say where in the report runs of another setting are."""
    beside = other._replace(first=compared.setting.first) == compared.setting
    return "In the tables of fair starts at most" if beside else "Not in this report"


def _of(setting: Setting, runs: int) -> str:
    """Say how many runs have a setting, and what it is."""
    words = (
        f"{counted(runs, 'run')} with a budget of {counted(float(setting.budget), 'evaluation')}"
        f" and {counted(setting.workers, 'worker')}"
    )
    first = {"none": "without a first trial", "default": "with the default told first"}
    return f"{words}, {first[setting.first]}"
