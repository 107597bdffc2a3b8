"""The connection to the scheduler of a Dask cluster."""

import logging
import re
import warnings
from collections.abc import Generator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING

from ...errors import InputError, described, shown
from ...library import extra

if TYPE_CHECKING:
    from distributed import Client

LOCAL = "local"
"""What names the executor that is this machine, and no cluster."""
SCHEME = "dask://"
"""What the address of a cluster begins with."""
PATIENCE = 10.0
"""The seconds that a scheduler has to answer."""


def check_form(address: str) -> None:
    """Raise InputError where an address is neither that of a cluster nor of this machine."""
    if address != LOCAL and not re.fullmatch(
        rf"{SCHEME}(\[[0-9a-fA-F:]+\]|[^\s:/\[\]]+):\d+", address
    ):
        raise InputError(f"an executor must be {LOCAL} or {SCHEME}HOST:PORT: {shown(address)}")


def check_address(address: str) -> None:
    """Raise InputError where an address is not that of a cluster, or Dask is not installed."""
    check_form(address)
    if find_spec("distributed") is None:
        raise InputError(f"the executor {address} needs Dask: {extra('dask')}")


def connected(address: str, patience: float = PATIENCE) -> "Client":
    """Return a new client of the scheduler at an address that was checked.

    Raises OSError where no scheduler answers in time, which is in seconds.
    """
    from distributed import Client, Security

    where = address.replace(SCHEME, "tls://" if Security().require_encryption else "tcp://")
    with warnings.catch_warnings():  # we compare versions ourselves, those that change numbers
        warnings.simplefilter("ignore")
        return Client(where, timeout=patience, set_as_default=False, name="hpobench")


def threads(client: "Client") -> dict[str, int]:
    """Return how many threads each worker has, by the worker's address.

    Raises OSError where the scheduler does not answer.
    """
    found = client.sync(client.scheduler.ncores, callback_timeout=PATIENCE)
    return {str(worker): int(number) for worker, number in found.items()}


def count_threads(address: str) -> int:
    """Return how many threads the workers of a cluster have now; raises InputError without one."""
    check_address(address)
    with quiet():
        try:
            with connected(address) as client:
                return sum(threads(client).values())
        except OSError as error:
            raise InputError(f"no scheduler answers at {address}: {described(error)}") from None


@contextmanager
def quiet() -> Generator[None]:
    """Keep Dask from logging to the terminal: what a person should know, hpobench says."""
    logger = logging.getLogger("distributed")
    before = logger.level
    logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        logger.setLevel(before)
