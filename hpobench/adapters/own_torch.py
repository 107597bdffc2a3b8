"""Keeping a library's use of torch apart from that of the rest of the process."""

import contextlib
from collections.abc import Generator


class OwnTorch:
    """Gives torch one thread and its own random generator inside, and restores both afterwards."""

    def __init__(self, seed: int) -> None:
        import torch

        self._state = torch.Generator().manual_seed(seed).get_state()

    @contextlib.contextmanager
    def __call__(self) -> Generator[None]:
        import torch

        threads, outside = torch.get_num_threads(), torch.get_rng_state()
        torch.set_num_threads(1)
        torch.set_rng_state(self._state)
        try:
            yield
        finally:
            self._state = torch.get_rng_state()
            torch.set_rng_state(outside)
            torch.set_num_threads(threads)
