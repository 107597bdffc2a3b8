"""Linear algebra in one thread: also that of libraries that are imported only later."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import scipy

from hpobench import library

BEFORE_AND_AFTER = """
import json, sys
from threadpoolctl import threadpool_info
from hpobench.runner.threads import one_thread

with one_thread():
    early = "scipy" in sys.modules
    import scipy.linalg
    inside = [each["num_threads"] for each in threadpool_info()]
print(json.dumps([early, inside, [each["num_threads"] for each in threadpool_info()]]))
"""


def test_the_blas_of_scipy_has_one_thread_though_scipy_is_imported_only_later() -> None:
    done = subprocess.run(  # noqa: S603  # ours
        [sys.executable, "-c", BEFORE_AND_AFTER],
        env=os.environ | {"OPENBLAS_NUM_THREADS": "2", "OMP_NUM_THREADS": "2"},
        capture_output=True,
        check=True,
        text=True,
    )
    early, inside, afterwards = json.loads(done.stdout)
    assert set(inside) == {1}
    assert set(afterwards) == {2}
    wheel = Path(scipy.__file__).parents[1] / "scipy.libs"
    assert early == (not list(wheel.glob("*openblas*.so")))


def test_scipy_is_imported_where_its_blas_is_no_file_of_its_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    imported = list[str]()
    monkeypatch.setattr(library, "find_spec", lambda _: None)
    monkeypatch.setattr(library, "import_module", imported.append)
    library.load_blas.__wrapped__()
    assert imported == ["scipy.linalg"]
