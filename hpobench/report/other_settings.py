"""The runs of other settings: how many there are, and where the report shows them."""

from ..errors import counted
from ..trial import First, Setting
from .compared import Compared

TOLD: dict[First, str] = {
    "none": ", without a first trial",
    "default": ", with the default told first",
}
"""How runs are called that differ from the report's in what strategies were told first."""


def others(compared: Compared) -> tuple[str, ...]:
    """Say how many runs of other settings the report leaves out, or shows in one table alone."""
    return tuple(_said(compared.setting, other, runs) for other, runs in compared.others)


def _said(setting: Setting, other: Setting, runs: int) -> str:
    beside = other._replace(first=setting.first) == setting
    where = "In the tables of fair starts at most" if beside else "Not in this report"
    told = "" if other.first == setting.first else TOLD[other.first]
    return (
        f"{where}: {counted(runs, 'run')} with a budget of"
        f" {counted(float(other.budget), 'evaluation')} and {counted(other.workers, 'worker')}"
        f"{told}."
    )
