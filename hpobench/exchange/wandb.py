"""Export to Weights & Biases: a run becomes an offline run, which `wandb sync` can send later.

Its history has a step for each trial, with the curves of value, score and incumbent and with the
configuration, in which 1.0 becomes 1. Our file of the run is among its files, and holds everything
to the bit. No account is needed, and nothing is sent.
"""

import os
from collections.abc import Sequence
from pathlib import Path
from shutil import rmtree

from ..errors import InputError, described
from ..processes.environment_variables import variables
from ..store.holding import saying
from .library import need, watched
from .sealed import Sealed

PROJECT = "hpobench"


def export_to(runs: Sequence[Sealed], output: Path) -> tuple[str, int]:
    """Write a folder for each run; return where they are, and how many runs were added."""
    place = output / "wandb"
    with saying(output):
        place.mkdir(parents=True, exist_ok=True)
    if not os.access(place, os.W_OK):  # W&B would write to the system's temporary folder instead
        raise InputError(f"{place} can't be written: no permission")
    # W&B keeps its cache here instead of in the home folder, and sends no reports of errors
    quiet = {"WANDB_CACHE_DIR": str(output.resolve()), "WANDB_ERROR_REPORTING": "false"}
    left = [run for run in runs if not list(place.glob(f"offline-run-*-{run.digest}"))]
    with variables(quiet):
        need("wandb", "wandb")
        import wandb
        from wandb.errors import Error

        try:
            for run in watched(left, "To W&B"):
                _write(run, output)
        except Error as error:
            raise InputError(f"{place} can't be written: {described(error)[:200]}") from None
        finally:
            wandb.teardown()
    return str(place), len(left)


def _write(run: Sealed, output: Path) -> None:
    import wandb

    settings = wandb.Settings(
        silent=True,
        console="off",
        symlink=False,
        disable_git=True,
        save_code=False,
        x_disable_meta=True,
        x_disable_stats=True,
        x_disable_machine_info=True,
        x_save_requirements=False,
    )
    facts = run.facts
    about = {"strategy-fields": dict(run.strategy.fields), "space": dict(run.problem.parameters)}
    target = wandb.init(
        project=PROJECT,
        id=run.digest,
        name=run.name,
        group=str(facts["problem"]),
        job_type=str(facts["strategy"]),
        config={**facts, **about},
        dir=str(output),
        mode="offline",
        settings=settings,
    )
    try:
        for record, step in zip(run.outcome.records, run.steps(), strict=True):
            config = {f"config/{key}": v for key, v in record.trial.proposal.config.items()}
            state = "failed" if record.failed else "complete"
            target.log({**step, **config, "state": state, "error": record.error})
        run.copy_into(Path(target.dir))
    except BaseException:
        target.finish(exit_code=1)
        rmtree(Path(target.dir).parent)
        raise
    target.finish(exit_code=int(facts["stop"] == "failed"))
