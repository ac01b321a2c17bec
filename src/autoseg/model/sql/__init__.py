"""The model's rule as SQL."""

from autoseg.model.sql.pipeline import pipeline_sql
from autoseg.model.sql.scoring import RESULTS, scoring_query
from autoseg.model.sql.statement import scoring_sql

__all__ = ["RESULTS", "pipeline_sql", "scoring_query", "scoring_sql"]
