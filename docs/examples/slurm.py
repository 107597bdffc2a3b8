"""Make runs on a Slurm cluster: python slurm.py all --preset standard

What follows the name of this file is a command of hpobench, `all` or `run`, with its options. The
scheduler of Dask lives in this program, for as long as the command takes; the workers are jobs of
Slurm. Start it where sbatch works and which the machines of the jobs can reach, such as on a login
node in tmux, or as a job of its own. Change the numbers below to those of your cluster.
"""

import subprocess
import sys

from dask_jobqueue import SLURMCluster

JOBS = 4
"""How many jobs there are at a time; with 8 processes each, 32 runs are made at once."""


def main() -> int:
    """Start the workers, give their address to hpobench, and return its exit status."""
    with SLURMCluster(
        cores=8,  # of a job
        processes=8,  # of a job: a worker of one thread each
        memory="32GB",  # of a job
        walltime="04:00:00",
        queue=None,  # None: the usual one; the names of both are the cluster's
        account=None,
        interface=None,  # by which the jobs reach this program, such as "ib0"; None: the usual one
        job_script_prologue=[],  # lines of shell before the workers start, such as "module load x"
        worker_extra_args=["--no-dashboard"],
        scheduler_options={"dashboard": False},
    ) as cluster:
        cluster.adapt(minimum_jobs=JOBS, maximum_jobs=JOBS)  # jobs that end are replaced
        address = cluster.scheduler_address.replace("tcp://", "dask://")
        command = [sys.executable, "-m", "hpobench", *sys.argv[1:], "--executor", address]
        return subprocess.run(command, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
