"""`autoseg sql`: prints what the library returns, from a model's file."""

from __future__ import annotations

from pathlib import Path

import pytest

import autoseg

MODEL = Path(__file__).parents[1] / "model" / "golden" / "format-1-full.autoseg"


def test_it_prints_the_statement(run):
    done = run(
        *("sql", MODEL, "--dialect", "snowflake", "--table", "shop.features"),
        *("--column", "customer_id=key", "--posteriors", "--language", "nb"),
        *("--create", "view", "--name", "segments"),
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == autoseg.load(MODEL).to_sql(
        "snowflake",
        table="shop.features",
        customer_id="key",
        posteriors=True,
        language="nb",
        create="view",
        name="segments",
    )
    assert done.stderr == ""


def test_what_is_wrong_is_told_with_exit_code_3(run):
    done = run("sql", MODEL, "--dialect", "duckdb", "--table", "a..b")
    assert done.returncode == 3
    assert done.stdout == ""
    assert "ASG_E_TABLE_NAME" in done.stderr


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (("--as-of", "2024-01-01"), "--as-of is about orders: give --raw as well"),
        (("--format", "dbt"), "--format dbt and --output DIR go together"),
    ],
)
def test_options_that_do_not_go_together_are_wrong_usage(run, given, told):
    done = run("sql", MODEL, "--dialect", "duckdb", "--table", "t", *given)
    assert done.returncode == 2
    assert told in done.stderr


def test_a_dbt_model_is_written_to_a_folder(run, tmp_path):
    done = run(
        *("sql", MODEL, "--dialect", "duckdb", "--table", "features"),
        *("--format", "dbt", "-o", tmp_path / "models", "--create", "table"),
    )
    assert done.returncode == 0, done.stderr
    files = autoseg.load(MODEL).to_dbt("duckdb", table="features", materialized="table")
    for name, text in files.items():
        assert (tmp_path / "models" / name).read_text(encoding="utf-8") == text
        assert str(tmp_path / "models" / name) in done.stdout.replace("\n", "")


def test_it_goes_from_orders_to_segments(run, orders, tmp_path):
    import duckdb

    fixed = {"target": (4, 4), "k_range": (4, 4)}
    segmentation = autoseg.segment(orders, n_resamples=0, **fixed)
    segmentation.save(tmp_path / "m.autoseg")
    as_of = segmentation.features.as_of
    done = run(
        *("sql", tmp_path / "m.autoseg", "--dialect", "duckdb", "--table", "shop"),
        *("--raw", "--as-of", as_of, "-c", "customer_id=who", "--result", "segment"),
    )
    assert done.returncode == 0, done.stderr
    with duckdb.connect() as connection:
        connection.register("given", orders.rename(columns={"customer_id": "who"}))
        connection.execute("CREATE TABLE shop AS FROM given")
        found = dict(connection.execute(done.stdout).fetchall())
    assert found == segmentation.labels.to_dict()
