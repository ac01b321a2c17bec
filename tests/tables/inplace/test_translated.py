"""DuckDB's SQL over logical names, in the words of another engine."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from autoseg.tables.inplace.translated import Translated


@pytest.fixture
def translated():
    engine = SimpleNamespace(dialect="postgres")
    return Translated(engine, {"orders": "pg_temp.autoseg_1_orders"})


def test_logical_names_become_those_of_the_engine(translated):
    sql = translated.write("SELECT COUNT(*) FROM orders AS o")
    assert sql == "SELECT COUNT(*) FROM pg_temp.autoseg_1_orders AS o"


def test_a_name_that_the_statement_makes_itself_is_its_own(translated):
    sql = translated.write("WITH orders AS (SELECT 1 AS one) SELECT one FROM orders")
    assert "autoseg" not in sql


def test_other_statements_than_a_table_from_a_query_are_not_known(translated):
    with pytest.raises(NotImplementedError, match="DROP TABLE orders"):
        translated.execute("DROP TABLE orders")
