"""The evaluations that anchors are made of, in the process that makes them."""

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from multiprocessing.connection import Connection
from time import perf_counter
from typing import Any

import numpy as np

from ...cards.longer_search import longer_search
from ...cards.own_anchors import Result
from ...cards.points import Point, begun, evaluated, rungs_of, with_failures_as_worst
from ...errors import InputError
from ...guards import Alone, working_folder
from ...problem import Evaluation, Instance, Problem
from ...processes.unheard import bound_to_parent, unheard, until_ended
from ...registry.finding import resolve_problem
from ...runner import budget_rules
from ...runner.threads import one_thread
from ...scalars import number as checked_number
from ...seeds import Stream
from ...space import Config
from ...trial import Identity, Proposal

Reply = dict[str, Any]
"""What came of an evaluation: its `result`; its `error`, empty where it did not fail; `seconds`."""


def steps_of(size: int) -> int:
    """Return how long each part of the longer search is, as our own trained problems have it."""
    return 2 * size // 3


class Evaluations:
    """A problem, and the evaluations of its instances, numbered from 0 in each instance.

    Evaluation i has the same configuration and the same luck, however many there are in the end.
    """

    def __init__(self, problem: Problem) -> None:
        self._folder = working_folder()
        self._given = problem
        self._problem = replace(problem, start=self._start)
        self._error = ""
        self._place = -1
        self._instance: Instance | None = None
        self._luck = Stream(())
        self._configs = list[Config]()
        self._rng = np.random.default_rng(0)

    def random(self, place: int, number: int) -> Reply:
        """Evaluate a random configuration on an instance."""
        began = perf_counter()
        try:
            instance = self._at(place)
        except (budget_rules.Fault, ValueError) as fault:
            return {"result": None, "error": str(fault), "seconds": perf_counter() - began}
        return self._reply(number, self._config(number)) | {"optimum": instance.optimum}

    def search(
        self, place: int, size: int, known: Sequence[Result], tell: Callable[[Reply], None]
    ) -> Reply:
        """Search on from the best of `size` random evaluations; return the best of all.

        `known`: the results of the random evaluations, and of the first ones of the search, which
        are not made again. `tell` is called with each of the others, but for those of a descent.
        """
        instance, made = self._at(place), size
        configs = [self._config(i) for i in range(size)]
        seen = [_point(config, known[i]) for i, config in enumerate(configs)]

        def evaluate(config: Config) -> Point:
            nonlocal made
            made += 1
            if made <= len(known):
                return _point(config, known[made - 1])
            reply = self._reply(made - 1, config)
            tell(reply)
            return _point(config, reply["result"])

        best, searched = longer_search(
            *(self._problem, instance, self._luck, with_failures_as_worst(seen), evaluate),
            rng=self._rng,
            steps=steps_of(size),
        )
        self._place = -1  # its generator has gone on
        found = {"config": best.config, "value": best.value, "score": best.score}
        return {"best": found, "evaluations": size + searched, "optimum": instance.optimum}

    def _at(self, place: int) -> Instance:
        """Start an instance, unless it is the last one that was started."""
        if self._instance is None or self._place != place:
            self._instance, self._luck = begun(self._problem, place)
            self._place, self._configs, self._rng = place, [], self._luck.rng()
        return self._instance

    def _config(self, number: int) -> Config:
        while len(self._configs) <= number:
            self._configs.append(self._problem.space.sample(self._rng))
        return self._configs[number]

    def _reply(self, number: int, config: Config) -> Reply:
        assert self._instance is not None
        self._error, began = "", perf_counter()
        stream = replace(self._luck, keys=(*self._luck.keys, number))
        highest = rungs_of(self._problem)[-1:]
        point = evaluated(self._problem, self._instance, stream, highest, config)
        result = None if self._error else (point.value, point.score)
        return {"result": result, "error": self._error, "seconds": perf_counter() - began}

    def _start(self, rng: np.random.Generator) -> Instance:
        """Start an instance whose evaluations are checked as in a run."""
        found = budget_rules.call(self._folder, "the problem's start", self._given.start, rng)
        instance = budget_rules.started(found)
        optimum = instance.optimum

        def evaluate(proposal: Proposal, stream: Stream, checkpoint: object) -> Evaluation:
            asked = replace(proposal, config=dict(proposal.config))
            try:
                made = budget_rules.call(
                    self._folder, "evaluate", instance.evaluate, asked, stream, checkpoint
                )
                return budget_rules.evaluated(made, proposal, self._given)
            except (budget_rules.Fault, ValueError) as error:
                self._error = str(error)
                raise

        known = None if optimum is None else checked_number("optimum", optimum)
        return Instance(evaluate, known)


def serve(messages: Connection, identity: dict[str, Any]) -> None:
    """Make the evaluations that are asked for; this runs in the process that is made for it."""
    unheard()
    bound_to_parent()
    with Alone(), one_thread():
        try:
            evaluations = Evaluations(resolve_problem(Identity(**identity)).item)
        except InputError as error:  # its file has changed meanwhile
            _send(messages, {"refused": str(error)})
            until_ended()
        _send(messages, {"begun": True})
        while True:
            asked = json.loads(messages.recv_bytes())
            if asked["number"] is not None:
                _send(messages, evaluations.random(asked["place"], asked["number"]))
                continue
            known = [each and (each[0], each[1]) for each in asked["known"]]
            searched = evaluations.search(
                asked["place"], asked["size"], known, lambda reply: _send(messages, reply)
            )
            _send(messages, searched)


def _send(messages: Connection, content: Reply) -> None:
    messages.send_bytes(json.dumps(content).encode())


def _point(config: Config, result: Result) -> Point:
    value, score = result or (np.nan, np.nan)
    return Point(config, value, score)
