"""Settings of the whole test run: a private folder for database sockets; hypothesis without deadlines, each run the same.

What every change must pass tries the same examples each time; `make test SEED=random` looks for others.
"""

import os
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import settings

# Where two cores are shared by parallel workers, a single example is slow now and then.
settings.register_profile("baton", deadline=None, derandomize=os.environ.get("SEED") != "random")
settings.load_profile("baton")


def pytest_configure(config: pytest.Config) -> None:
    """Give the run a private runtime folder, for as long as it lasts.

    The PostgreSQL that pip brings reads it at import and keeps its sockets there, whose paths must be short. Parallel workers
    inherit it from the process that starts them.
    """
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    if runtime and Path(runtime).is_dir():
        return
    made = tempfile.mkdtemp(prefix="baton-")
    os.environ["XDG_RUNTIME_DIR"] = made
    config.add_cleanup(lambda: shutil.rmtree(made, ignore_errors=True))
