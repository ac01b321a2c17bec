"""Engines: where SQL runs, and how one definition is written for each of them."""

from __future__ import annotations

from autoseg.engines.course import Course
from autoseg.engines.database import Query, QueryRows, QueryStopped, run_query
from autoseg.engines.embedded import DuckDBEngine
from autoseg.engines.engine import Engine, Kind, SourceEngine, TypedColumn
from autoseg.engines.pgsession import is_postgres
from autoseg.engines.postgres import PostgresEngine
from autoseg.engines.replacing import DatabaseTable, replaced_table
from autoseg.engines.spark import is_spark, spark_batches
from autoseg.engines.sparkengine import SparkEngine
from autoseg.engines.sql import literal, quote, render

__all__ = [
    "Course",
    "DatabaseTable",
    "DuckDBEngine",
    "Engine",
    "Kind",
    "PostgresEngine",
    "Query",
    "QueryRows",
    "QueryStopped",
    "SourceEngine",
    "SparkEngine",
    "TypedColumn",
    "is_postgres",
    "is_spark",
    "literal",
    "quote",
    "render",
    "replaced_table",
    "run_query",
    "spark_batches",
]
