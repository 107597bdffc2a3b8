"""hpobench: which way of tuning hyperparameters wins, where, and by how much."""

from importlib import import_module
from typing import TYPE_CHECKING

from .library import checkout

__version__ = "0.1.0"

# A wheel nests strategies/ and problems/ in this package; a checkout keeps them beside it.
if _checkout := checkout():
    __path__.append(str(_checkout))

if TYPE_CHECKING:
    from .contract import *  # noqa: F403  # the contract's names are this package's, too
    from .exchange.frames import frame as frame
    from .experiment.tuning.optimize import optimize as optimize
else:
    _ELSEWHERE = {"frame": ".exchange.frames", "optimize": ".experiment.tuning.optimize"}

    def __getattr__(name: str) -> object:
        """Import what has a name when the name is first used, so that `--help` need not wait."""
        if name in _ELSEWHERE:
            return getattr(import_module(_ELSEWHERE[name], __name__), name)
        contract = import_module(".contract", __name__)
        if name != "__all__" and name not in contract.__all__:
            raise AttributeError(f"hpobench has no {name!r}", name=name)
        return getattr(contract, name)

    def __dir__() -> list[str]:
        return [*globals(), *_ELSEWHERE, *__getattr__("__all__")]
