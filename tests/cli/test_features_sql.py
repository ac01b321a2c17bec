"""`autoseg features-sql`: prints what the library returns."""

from __future__ import annotations

from autoseg.features import features_sql


def test_it_prints_the_statement(run):
    done = run(
        *("features-sql", "--dialect", "snowflake", "--table", "shop.orders"),
        *("--column", "amount=net", "--feature", "monetary", "--as-of", "2024-04-01"),
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == features_sql(
        "snowflake",
        table="shop.orders",
        columns={"amount": "net"},
        features=["monetary"],
        as_of="2024-04-01",
    )
    assert done.stderr == ""


def test_what_is_wrong_is_told_with_exit_code_3(run):
    done = run("features-sql", "--dialect", "duckdb", "--table", "a..b")
    assert done.returncode == 3
    assert done.stdout == ""
    assert "ASG_E_TABLE_NAME" in done.stderr


def test_a_database_that_is_not_known_is_wrong_usage(run):
    done = run("features-sql", "--dialect", "oracle", "--table", "orders")
    assert done.returncode == 2
