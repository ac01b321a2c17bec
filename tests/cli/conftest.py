"""Runs the real program, as installed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import autoseg

PROGRAM = Path(sys.executable).with_name("autoseg")


@pytest.fixture(scope="session")
def run():
    def run_program(
        *arguments: object, **environment: str
    ) -> subprocess.CompletedProcess[str]:
        # most tests are not about stability, which is what takes most of the time
        if arguments[:1] == ("segment",) and "--resamples" not in arguments:
            arguments += ("--resamples", 4)
        return subprocess.run(
            [PROGRAM, *map(str, arguments)],
            capture_output=True,
            text=True,
            check=False,
            encoding="utf-8",
            env=os.environ | {"COLUMNS": "120"} | environment,
        )

    return run_program


@pytest.fixture(scope="session")
def orders() -> object:
    """Return orders of 600 customers, so that no segment is too small to be shown."""
    return autoseg.datasets.make_customers(600, segments=4, random_state=5).transactions


@pytest.fixture(scope="session")
def orders_csv(orders, tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("orders") / "orders.csv"
    orders.to_csv(path, index=False)
    return path
