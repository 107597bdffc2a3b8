"""The table of the strategies: their hyperparameters, what they declare, and their start bias."""

import json
import math

from ..cards.card import StartBias, StrategyCard
from ..cards.digits import signed
from ..cards.start_bias import LARGE
from ..errors import counted
from .compared import Compared
from .looks.tables import NONE, Cell, Column, Table, text
from .page.needs import needs_briefly

REPEATS = "Says it repeats"
"""The heading of the column that says where the same seed gives the same proposals."""
BIAS = Column("Start bias", "l", ("Start bias", "Start bias low", "Start bias high"))
ABOUT_BIAS = (
    " Start bias: what a strategy owes to where it begins, by how much its mean final regret on"
    " development functions rises where the optimum is moved, measured beforehand and not in these"
    f" runs: above 0, problems as they are flatter it, and {LARGE}; in brackets its 95 % interval"
    " over such functions, where they are at least 8."
)


def strategies(compared: Compared) -> Table:
    """List the strategies with their hyperparameters."""
    measured = any(card.start_bias for card in compared.cards)
    rows = tuple(_strategy(compared, s, measured=measured) for s in range(len(compared.cards)))
    return Table(
        name="strategies",
        title="The strategies",
        caption=(
            f"{counted(len(rows), 'entry')}, with hyperparameters, over "
            f"{compared.scope(compared.problems)}.{ABOUT_BIAS * measured} No band."
        ),
        notes=(
            "Needs: what it needs of a problem beyond values, as it said of runs that it could not "
            "do; where no run tells, what its family needs. One that plans for its budget may do "
            "worse when stopped earlier than one made for less; one that does not repeat may "
            "propose otherwise under the same seed. Both are what its author declares, or says "
            "nothing against: no report checks it. Where a library is wrapped, its version stands "
            "after the plus."
        ),
        columns=(
            Column("Strategy", "l"),
            Column("Version", "l"),
            Column("Hyperparameters", "p"),
            Column("Needs", "l"),
            Column("Says it plans", "l"),
            Column(REPEATS, "p" if any(card.irreproducible for card in compared.cards) else "l"),
            *(BIAS,) * measured,
            Column("Problems", "l"),
            Column("What", "p"),
            Column("Source", "p"),
        ),
        rows=rows,
    )


def hyperparameters(card: StrategyCard) -> str:
    """Return a strategy's hyperparameters with their values, as they are typed in a spec."""
    return ", ".join(f"{name}={json.dumps(value)}" for name, value in card.fields.items())


def _strategy(compared: Compared, s: int, *, measured: bool) -> tuple[Cell, ...]:
    """Return the row of a strategy."""
    card = compared.cards[s]
    return (
        text(_named(compared, s)),
        text(card.identity.version[:12]),
        text(hyperparameters(card) or NONE),
        text(", ".join(needs_briefly(compared, s)) or NONE),
        text("yes" if card.plans_for_budget else "no"),
        text(card.repeats),
        *(_bias(card.start_bias),) * measured,
        text(f"{int(compared.ran[s].sum())} of {len(compared.problems)}"),
        text(card.summary or NONE),
        text(card.citation or NONE),
    )


def _named(compared: Compared, s: int) -> str:
    """Return the name of a strategy, and what it is called where it has a label."""
    name, called = compared.names[s], compared.called[s]
    return name if name == called else f"{name} ({called})"


def _bias(found: StartBias | None) -> Cell:
    if found is None:
        return Cell(NONE, (math.nan,) * 3)
    ends = found.low, found.high
    interval = "" if None in ends else " to ".join(_signed(end) for end in ends if end is not None)
    numbers = (found.bias, *(math.nan if end is None else end for end in ends))
    return Cell(_signed(found.bias), numbers, note=interval)


def _signed(value: float) -> str:
    return signed(value, 3).replace("-", "\N{MINUS SIGN}")
