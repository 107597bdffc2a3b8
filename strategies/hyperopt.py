"""Hyperopt: the proposals of its tree-structured Parzen estimator, driven as `fmin` drives it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from hpobench import (
    Categorical,
    Config,
    Float,
    Int,
    Library,
    Ordinal,
    Parameter,
    Pending,
    Proposal,
    Space,
    Trial,
)
from hpobench.adapters import Adapter, Number, from_number, to_number

Allowed = dict[str, set[Number]]
"""The conditions of a parameter: by parent, the numbers of the values that make it active."""


@dataclass
class TreeParzen(Adapter):
    """Hyperopt's tree-structured Parzen estimator: proposes what good trials have and bad have not.

    The first 20 proposals are random. Whole numbers are rounded as the library does it, so each end
    of a range has half the share of the other values. An ordinal becomes a whole number, the
    position of its value, and a categorical parameter a choice among the positions. Conditions are
    the library's own: a parent switches between branches, as with `hp.choice`.
    """

    citation = (
        "Bergstra, Bardenet, Bengio and Kégl (2011), Algorithms for hyper-parameter optimization,"
        " NeurIPS; Bergstra, Yamins and Cox (2013), Making a science of model search, ICML"
    )
    family = "bayesian"
    library = Library("hyperopt", ("hyperopt>=0.3",))
    knows_failures = True

    def begin(self, seed: int) -> None:
        import hyperopt
        from hyperopt.base import Domain

        self.hyperopt = hyperopt
        self.seeds = np.random.default_rng(seed)
        self.trials = hyperopt.Trials()
        self.domain = Domain(None, _expression(self.task.space))

    def suggest(self, pending: Sequence[Pending]) -> tuple[Any, Proposal]:
        number = self.trials.new_trial_ids(1)
        self.trials.refresh()
        seed = int(self.seeds.integers(2**31 - 1))
        documents = self.hyperopt.tpe.suggest(number, self.domain, self.trials, seed)
        self.trials.insert_trial_docs(documents)
        self.trials.refresh()
        document = self.trials.trials[-1]
        return document, Proposal(self.inward(document["misc"]["vals"]))

    def adopt(self, config: Config) -> Any:
        (number,) = self.trials.new_trial_ids(1)
        values = self.outward(config)
        misc = {
            "tid": number,
            "cmd": self.domain.cmd,
            "workdir": self.domain.workdir,
            "idxs": {name: [number] * len(each) for name, each in values.items()},
            "vals": values,
        }
        new = {"status": self.hyperopt.STATUS_NEW}
        documents = self.trials.new_trial_docs([number], [None], [new], [misc])
        self.trials.insert_trial_docs(documents)
        self.trials.refresh()
        return self.trials.trials[-1]

    def observe(self, suggestion: Any, trial: Trial, value: float) -> None:
        suggestion["state"] = self.hyperopt.JOB_STATE_DONE
        if trial.failed:
            suggestion["result"] = {"status": self.hyperopt.STATUS_FAIL}
        else:
            suggestion["result"] = {"status": self.hyperopt.STATUS_OK, "loss": value}

    def outward(self, config: Config) -> Any:
        return {
            name: [to_number(parameter, config[name])] if name in config else []
            for name, parameter in self.task.space.items()
        }

    def inward(self, suggested: Any) -> Config:
        return {
            name: from_number(parameter, suggested[name][0])
            for name, parameter in self.task.space.items()
            if suggested.get(name)
        }


def _expression(space: Space) -> dict[str, Any]:
    """Return the space as Hyperopt writes it: what is always active, and branches for the rest."""
    conditions: dict[str, Allowed] = {}
    for name, parameter in space.items():
        conditions[name] = _conditions(space, parameter, conditions)
    nodes = {name: _node(name, parameter) for name, parameter in space.items()}
    return _branch(space, nodes, conditions)


def _conditions(space: Space, parameter: Parameter, earlier: dict[str, Allowed]) -> Allowed:
    """Return the conditions of a parameter and of its parents together, in the space's order."""
    found: Allowed = {}
    for parent, values in parameter.when.items():
        own = {parent: {to_number(space[parent], value) for value in values}}
        for allowed in (earlier[parent], own):
            for ancestor, numbers in allowed.items():
                found[ancestor] = found.get(ancestor, numbers) & numbers
    return {name: found[name] for name in space if name in found}


def _branch(space: Space, nodes: dict[str, Any], conditions: dict[str, Allowed]) -> dict[str, Any]:
    """Return a branch with the parameters that may be active in it, given the conditions left.

    A conditional parameter stands behind the first of its parents in the space's order, and within
    that branch behind the next one. By then it is settled whether a parent is active itself.
    """
    from hyperopt import pyll

    scope: Any = pyll.scope
    branch = {name: nodes[name] for name, allowed in conditions.items() if not allowed}
    waiting = {name: allowed for name, allowed in conditions.items() if allowed}
    for parent in dict.fromkeys(next(iter(allowed)) for allowed in waiting.values()):
        behind = {name: each for name, each in waiting.items() if next(iter(each)) == parent}
        numbers = _numbers(space[parent])
        active = [tuple(n for n in behind if number in behind[n][parent]) for number in numbers]
        different = list(dict.fromkeys(active))
        table = pyll.Literal([different.index(names) for names in active])
        place = scope.int(nodes[parent]) - numbers[0]
        inner = [{name: _without(parent, behind[name]) for name in names} for names in different]
        options = [_branch(space, nodes, each) for each in inner]
        branch[parent] = scope.switch(scope.getitem(table, place), *options)
    return branch


def _without(parent: str, allowed: Allowed) -> Allowed:
    return {name: numbers for name, numbers in allowed.items() if name != parent}


def _numbers(parameter: Parameter) -> range:
    match parameter:
        case Int(low, high):
            return range(low, high + 1)
        case Ordinal(values) | Categorical(values):
            return range(len(values))
        case Float():
            raise AssertionError("a space takes no condition on a real number")


def _node(name: str, parameter: Parameter) -> Any:
    from hyperopt import hp

    if isinstance(parameter, Float):
        if parameter.log:
            return hp.loguniform(name, math.log(parameter.low), math.log(parameter.high))
        return hp.uniform(name, parameter.low, parameter.high)
    if isinstance(parameter, Int):
        if parameter.log:
            return hp.qloguniform(name, math.log(parameter.low), math.log(parameter.high), 1)
        return hp.uniformint(name, parameter.low, parameter.high)
    last = len(parameter.values) - 1
    if isinstance(parameter, Ordinal) and last > 0:
        return hp.uniformint(name, 0, last)
    return hp.randint(name, last + 1)


strategies = {"hyperopt-tpe": TreeParzen()}
