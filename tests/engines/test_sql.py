"""Quoting holds for any name; one dialect becomes another."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autoseg.engines import DuckDBEngine, literal, quote, render
from autoseg.errors import InputError

TEXT = st.text(
    st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1
)


@pytest.fixture(scope="module")
def engine():
    with DuckDBEngine(threads=1) as engine:
        yield engine


@given(text=TEXT)
def test_any_text_comes_back_as_a_name_and_as_a_value(engine, text):
    table = engine.fetch_arrow(f"SELECT {literal(text)} AS {quote(text)}")
    assert table.column_names == [text]
    assert table.column(0).to_pylist() == [text]


def test_a_nul_in_a_name_is_an_error():
    with pytest.raises(InputError, match="ASG_E_NUL_IN_NAME"):
        quote("a\0b")


def test_render_writes_the_other_engines_types():
    sql = "SELECT CAST(a AS DOUBLE) FROM t"
    assert render(sql) == sql
    assert render(sql, "bigquery") == "SELECT CAST(a AS FLOAT64) FROM t"


def test_an_unknown_dialect_lists_the_known_ones():
    with pytest.raises(InputError, match=r"ASG_E_DIALECT.*bigquery.*postgres"):
        render("SELECT 1", "cobol")
