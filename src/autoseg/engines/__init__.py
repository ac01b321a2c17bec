"""Engines: where SQL runs, and how one definition is written for each of them."""

from __future__ import annotations

from autoseg.engines.course import Course
from autoseg.engines.database import Query, QueryRows, QueryStopped, run_query
from autoseg.engines.embedded import DuckDBEngine
from autoseg.engines.engine import Engine
from autoseg.engines.spark import is_spark, spark_batches
from autoseg.engines.sql import literal, quote, render

__all__ = [
    "Course",
    "DuckDBEngine",
    "Engine",
    "Query",
    "QueryRows",
    "QueryStopped",
    "is_spark",
    "literal",
    "quote",
    "render",
    "run_query",
    "spark_batches",
]
