"""The setting of a report in words, and where the runs of other settings are shown."""

from ..errors import counted
from ..trial import First, Setting
from .compared import Compared

TOLD: dict[First, str] = {
    "none": "strategies begin as they like (--first none)",
    "default": "every strategy is first told the default's result (--first default)",
}
"""What strategies are told first, in the words that follow "where"."""


def others(compared: Compared) -> tuple[str, ...]:
    """Say what the ranked runs were told first, and how many runs of other settings there are.

    Nothing is said where all runs are of one setting in which strategies are told nothing.
    """
    setting = compared.setting
    beside = [each for each in compared.others if each[0]._replace(first=setting.first) == setting]
    ranked = ""
    if beside or setting.first != "none":
        there = "".join(
            f"; {counted(runs, 'run')} where {TOLD[other.first]}"
            f" {'is' if runs == 1 else 'are'} in the tables of fair starts at most"
            for other, runs in beside
        )
        ranked = f"The ranking is of the runs where {TOLD[setting.first]}{there}."
    left_out = (_left_out(setting, *each) for each in compared.others if each not in beside)
    return tuple(filter(None, (ranked, *left_out)))


def _left_out(setting: Setting, other: Setting, runs: int) -> str:
    told = "" if other.first == setting.first else f", where {TOLD[other.first]}"
    return (
        f"Not in this report: {counted(runs, 'run')} with a budget of"
        f" {counted(float(other.budget), 'evaluation')} and {counted(other.workers, 'worker')}"
        f"{told}."
    )


def counted_where(first: First, others: int) -> str:
    """Say which runs count in a comparison, and how many others there are.

    >>> counted_where("none", 2)
    'the runs where strategies begin as they like (--first none); 2 others do not count'
    """
    left_out = f"; {counted(others, 'other')} {'does' if others == 1 else 'do'} not count"
    return f"the runs where {TOLD[first]}{left_out if others else ''}"
