"""Fixtures that every room shares: where the larger data are, and what may skip."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def data_folder() -> Path:
    """Return the folder of the larger data sets, named by AUTOSEG_DATA."""
    folder = os.environ.get("AUTOSEG_DATA")
    if not folder:
        # the folder is no part of the project, so even AUTOSEG_REQUIRE_ALL lets
        # a clone that stands alone pass; once it is named, it has to be whole
        pytest.skip("AUTOSEG_DATA names no folder of larger data sets")
    path = Path(folder)
    if not (path / "online_retail.parquet").is_file():
        pytest.fail(f"AUTOSEG_DATA={folder} lacks online_retail.parquet")
    return path
