"""The lines of Python that use libraries which train at several fidelities, as their documents do.

Each text minimises `function`, of the user's own, which takes a number of epochs, too. It runs as
it stands once {evaluations} and {workers}, each at most once in a line, are numbers.
"""

from collections.abc import Mapping

_TRAINED = """\
# function(config, epochs) returns what is minimised, of a config such as {"x": 0.5, "rate": 0.01}
"""
_DEHB = f"""{_TRAINED}\
from ConfigSpace import ConfigurationSpace, Float
from dehb import DEHB  # pip install dehb

def evaluate(config, fidelity):
    return {{"fitness": function(dict(config), round(fidelity)), "cost": fidelity}}

if __name__ == "__main__":
    space = ConfigurationSpace()
    space.add(Float("x", (-5, 10)), Float("rate", (1e-4, 1), log=True))
    settings = dict(min_fidelity=1, max_fidelity=27, output_path="dehb", n_workers={{workers}})
    optimiser = DEHB(f=evaluate, cs=space, **settings)
    optimiser.run(fevals={{evaluations}})  # counts each training, also one of a single epoch
    print(optimiser.get_incumbents())
"""
_SYNE_TUNE_ASHA = f"""{_TRAINED}\
from syne_tune.config_space import loguniform, uniform  # pip install "syne-tune[extra]"
from syne_tune.optimizer.baselines import ASHA
from syne_tune.optimizer.scheduler import SchedulerDecision
from syne_tune.optimizer.schedulers.ask_tell_scheduler import AskTellScheduler

space = {{"x": uniform(-5, 10), "rate": loguniform(1e-4, 1)}}
asha = ASHA(space, metric="loss", time_attr="epochs", max_t=27)
scheduler, losses = AskTellScheduler(asha), []
for _ in range({{evaluations}}):  # configurations, one at a time; most are stopped early
    trial = scheduler.ask()
    asha.on_trial_add(trial)
    for epochs in (1, 3, 9, 27):  # a training goes on from its last epoch, if yours can
        loss = function(trial.config, epochs)
        decision = asha.on_trial_result(trial, {{"loss": loss, "epochs": epochs}})
        if decision == SchedulerDecision.STOP:
            break
    if epochs == 27:
        losses.append((loss, trial.config))
print(min(losses, key=lambda each: each[0]))
"""
_BOHB = f"""{_TRAINED}\
import numpy as np
import serpent
from ConfigSpace import ConfigurationSpace, Float
from hpbandster.core.nameserver import NameServer  # pip install hpbandster ConfigSpace
from hpbandster.core.worker import Worker
from hpbandster.optimizers import BOHB

class Mine(Worker):
    def compute(self, config, budget, **_):
        return {{"loss": float(function(dict(config), round(budget))), "info": {{}}}}

# without this line, the library can't send the numbers of numpy 2 to its workers
serpent.register_class(np.generic, lambda each, to, out, level: out.append(repr(each.item())))
space = ConfigurationSpace()
space.add(Float("x", (-5, 10)), Float("rate", (1e-4, 1), log=True))
server = NameServer("mine", host="127.0.0.1")
host, port = server.start()
Mine("mine", host, port).run(background=True)
where = dict(run_id="mine", nameserver=host, nameserver_port=port)
optimizer = BOHB(space, min_budget=1, max_budget=27, **where)
found = optimizer.run(n_iterations=max({{evaluations}} // 4, 1))  # each costs 3 to 4 full trainings
optimizer.shutdown(shutdown_workers=True)
server.shutdown()
best = found.get_incumbent_id()
print(found.get_id2config_mapping()[best]["config"], found.get_runs_by_id(best)[-1].loss)
"""

TRAINED: Mapping[str, str] = {"dehb": _DEHB, "bohb": _BOHB, "syne-tune-asha": _SYNE_TUNE_ASHA}
"""The lines by the spec of the strategy that wraps the library."""
