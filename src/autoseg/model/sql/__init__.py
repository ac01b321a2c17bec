"""The model's rule as SQL."""

from autoseg.model.sql.dbt import dbt_files
from autoseg.model.sql.pipeline import pipeline_sql
from autoseg.model.sql.scoring import RESULTS, scoring_query
from autoseg.model.sql.statement import features_statement

__all__ = [
    "RESULTS",
    "dbt_files",
    "features_statement",
    "pipeline_sql",
    "scoring_query",
]
