"""Engines: where SQL runs, and how one definition is written for each of them."""

from __future__ import annotations

from autoseg.engines.embedded import DuckDBEngine
from autoseg.engines.sql import literal, quote, render

__all__ = [
    "DuckDBEngine",
    "literal",
    "quote",
    "render",
]
