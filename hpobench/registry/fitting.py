"""Whether the options of a problem fit it, where only an instance tells."""

from ..problem import Problem
from ..seeds import of_instance
from ..wrappers.fitting import UnfitError
from .options import options_of


def misfit(problem: Problem) -> str:
    """Say why the options of a problem do not fit it, where only an instance tells; empty: they do.

    A problem without such an option is not started. Whatever else `start` raises passes through.
    """
    if not any(option.wrapper.asks_instance for option in options_of(problem.name)):
        return ""
    try:
        problem.start(of_instance(problem.base, 0).rng())
    except UnfitError as error:
        return f"no {problem.name}: {error}"
    return ""
