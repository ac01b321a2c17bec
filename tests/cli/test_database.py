"""Tables of a database on the command line, with no password in the process list."""

from __future__ import annotations

import json

import psycopg
import pytest

import autoseg


@pytest.fixture(scope="module")
def database(postgres):
    shop = autoseg.datasets.make_customers(120, segments=3, random_state=4).transactions
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute("DROP TABLE IF EXISTS cli_orders")
        connection.execute(
            "CREATE TABLE cli_orders (customer_id text, timestamp timestamp,"
            " amount numeric(12, 2))"
        )
        with connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO cli_orders VALUES (%s, %s, %s)",
                list(
                    shop[["customer_id", "timestamp", "amount"]].itertuples(
                        index=False, name=None
                    )
                ),
            )
    return postgres, shop


def labels(folder):
    profiles = json.loads((folder / "profiles.json").read_text(encoding="utf-8"))
    return (folder / "segments.csv").read_text(encoding="utf-8"), profiles["segments"]


def test_a_table_gives_the_same_as_its_rows_in_a_file(run, database, tmp_path):
    url, shop = database
    shop[["customer_id", "timestamp", "amount"]].to_csv(
        tmp_path / "orders.csv", index=False
    )
    done = [
        run("segment", tmp_path / "orders.csv", "-q", "-o", tmp_path / "file"),
        run(
            *("segment", "--table", "cli_orders", "--engine", "source", "-q"),
            *("-o", tmp_path / "there"),
            AUTOSEG_DATABASE=url,
        ),
        run(
            *("segment", "--database", url, "--query", "SELECT * FROM cli_orders"),
            *("--engine", "duckdb", "-q", "-o", tmp_path / "copied"),
        ),
    ]
    assert [one.returncode for one in done] == [0, 0, 0], done
    assert labels(tmp_path / "there") == labels(tmp_path / "copied")
    assert labels(tmp_path / "there") == labels(tmp_path / "file")


def test_other_tables_have_their_role_in_front(run, database):
    url, _ = database
    people = "customers=SELECT DISTINCT customer_id, 'x' AS city FROM cli_orders"
    done = run(
        *("check", "--table", "transactions=public.cli_orders", "--query", people),
        *("--engine", "source"),
        AUTOSEG_DATABASE=url,
    )
    assert done.returncode == 0, done.stderr
    assert "Customers: customer_id ← customer_id" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        (["--table", "orders"], "set AUTOSEG_DATABASE or give --database"),
        (["--database", "x://"], "say which --table or --query"),
        (["--database", "x://", "--table", "or ders"], "needs quoting: select from"),
        (["--database", "x://", "--table", "a", "--query", "b"], "two of the trans"),
        (["a.csv", "--database", "x://", "--table", "a"], "or from a database, not"),
        ([], "or --table or --query with --database"),
        (
            ["--customers", "a.csv", "--database", "x", "--table", "customers=b"],
            "the customers were given twice",
        ),
    ],
)
def test_what_was_typed_wrong_is_said(run, arguments, found):
    done = run("check", *arguments, AUTOSEG_DATABASE="")
    assert done.returncode == 2
    assert found in " ".join(done.stderr.split())


def test_a_password_is_in_no_message(run):
    url = "postgresql://kari:hemmelig@127.0.0.1:1/shop"
    for engine in ("source", "duckdb", "auto"):
        done = run("check", "--table", "x", "--engine", engine, AUTOSEG_DATABASE=url)
        assert done.returncode == 3
        assert "hemmelig" not in done.stdout + done.stderr
