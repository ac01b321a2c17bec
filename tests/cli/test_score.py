"""`autoseg score`: a saved model and new tables in, everyone's segment out."""

from __future__ import annotations

import hashlib
import json

import pandas as pd
import psycopg
import pytest


@pytest.fixture(scope="module")
def folder(run, orders, tmp_path_factory):
    """Return a folder with a model, the orders it is of and more customers."""
    folder = tmp_path_factory.mktemp("score")
    orders.to_csv(folder / "orders.csv", index=False)
    ids = [*sorted(orders["customer_id"].unique()), *(f"p{i}" for i in range(12)), "=1"]
    pd.DataFrame({"customer_id": ids, "note": "x"}).to_csv(
        folder / "customers.csv", index=False
    )
    done = run(
        "segment", folder / "orders.csv", "-o", folder, "-q", "--segments", "4",
        "--strict", "--currency", "NOK",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def model(folder):
    return folder / "model.autoseg"


def test_the_customers_of_the_fit_are_in_their_segments(run, folder, model, tmp_path):
    target = tmp_path / "new" / "segments.csv"
    done = run(
        "score", model, folder / "orders.csv", "-o", target, "--as-of", "2025-01-01",
        "--customers", folder / "customers.csv", "-l", "nb",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = pd.read_csv(target, dtype="str")
    before = pd.read_csv(folder / "segments.csv", dtype="str")
    placed = found[found["segment"].notna()].reset_index(drop=True)
    same = ["customer_id", "segment", "segment_key", "confidence", "runner_up"]
    pd.testing.assert_frame_equal(placed[same], before[same])
    apart = found[found["segment"].isna()]
    assert apart["segment_name"].unique().tolist() == ["Uten kjøp i perioden"]
    assert len(apart) == 13
    assert apart["customer_id"].iloc[0] == "'=1"
    # numbers of customers, none of them below 10
    lines = done.stdout.splitlines()
    counted = [line for line in lines if "Uten kjøp i perioden" in line]
    assert counted[0].split()[-1] == "13"
    assert "Ligner ikke noe segment: " in done.stdout
    assert "Andel med usikkert segment: " in done.stdout
    assert lines[-1] == str(target)
    status = json.loads((target.parent / "segments.status.json").read_text("utf-8"))
    assert (status["command"], status["exit_code"]) == ("score", 0)
    # thirteen customers without orders are told of
    assert status["state"] == "warn"
    assert {"ASG_W_CUSTOMERS_WITHOUT_ORDERS"} <= {
        one["code"] for one in status["warnings"]
    }
    assert status["n_customers"] == len(placed)
    assert status["files"] == [
        {
            "name": "segments.csv",
            "size": target.stat().st_size,
            "sha256": hashlib.sha256(target.read_bytes()).hexdigest(),
        }
    ]


def test_a_status_tells_what_went_wrong(run, folder, tmp_path):
    (tmp_path / "model.autoseg").write_bytes(b"no model")
    target = tmp_path / "out.parquet"
    done = run("score", tmp_path / "model.autoseg", folder / "orders.csv", "-o", target)
    assert done.returncode == 3
    assert not target.exists()
    status = json.loads((tmp_path / "out.status.json").read_text("utf-8"))
    assert (status["state"], status["exit_code"]) == ("error", 3)
    assert [one["code"] for one in status["errors"]] == ["ASG_E_MODEL_FILE"]


def test_counts_below_ten_are_not_told_and_zeros_are(run, folder, model, tmp_path):
    few = folder / "few.csv"
    ids = [f"p{i}" for i in range(9)]
    pd.DataFrame({"customer_id": ids, "note": "x"}).to_csv(few, index=False)
    done = run(
        "score", model, folder / "orders.csv", "-o", tmp_path / "a.parquet",
        "--customers", few,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    (prospects,) = [one for one in done.stdout.splitlines() if "No purchases" in one]
    (unscorable,) = [one for one in done.stdout.splitlines() if "Not classified" in one]
    assert prospects.split()[-1] == "<10"
    assert unscorable.split()[-1] == "0"
    assert len(pd.read_parquet(tmp_path / "a.parquet")) == 609


def test_a_quiet_run_prints_nothing_and_replaces_the_file(run, folder, model, tmp_path):
    target = tmp_path / "segments.csv.gz"
    target.write_text("before")
    done = run("score", model, folder / "orders.csv", "-o", target, "-q")
    assert (done.returncode, done.stdout) == (0, "")
    assert len(pd.read_csv(target)) == 600


def test_another_unit_is_told_and_can_be_meant(run, folder, model, orders, tmp_path):
    cents, target = tmp_path / "cents.csv", tmp_path / "segments.csv"
    orders.assign(amount=orders["amount"] * 100).to_csv(cents, index=False)
    target.write_text("before")
    done = run("score", model, cents, "-o", target, "--errors", "json")
    assert done.returncode == 3
    told = json.loads(done.stderr)
    assert [one["code"] for one in told["errors"]] == ["ASG_E_MODEL_UNIT"]
    assert "(--any-unit)" in told["errors"][0]["fix"]
    assert target.read_text() == "before"
    done = run(
        "score", model, cents, "-o", target, "--any-unit", "--errors", "json", "-q"
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stderr)["cleaning"]["rows_used"] == len(orders)
    assert len(pd.read_csv(target)) == 600


def test_a_table_of_the_database_is_made_anew(run, folder, model, orders, postgres):
    arguments = ("score", model, folder / "orders.csv", "-q", "--to-table")
    for _ in range(2):
        done = run(*arguments, "public.Our segments", AUTOSEG_DATABASE=postgres)
        assert done.returncode == 0, done.stderr
    with psycopg.connect(postgres, autocommit=True) as connection:
        rows = connection.execute(
            'SELECT customer_id, segment FROM public."Our segments"'
        ).fetchall()
        connection.execute('DROP TABLE public."Our segments"')
    before = pd.read_csv(folder / "segments.csv")
    assert dict(rows) == dict(
        zip(before["customer_id"], before["segment"], strict=True)
    )


def test_rows_and_result_may_be_in_one_database(run, folder, model, orders, postgres):
    import sqlalchemy as sa

    engine = sa.create_engine(postgres.replace("://", "+psycopg://"))
    orders.to_sql("orders_to_score", engine, index=False)
    engine.dispose()
    done = run(
        "score", model, "--database", postgres, "--table", "orders_to_score",
        "--to-table", "scored_orders", "--engine", "source", "-q",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    with psycopg.connect(postgres, autocommit=True) as connection:
        counted = connection.execute(
            "SELECT COUNT(*), COUNT(segment) FROM scored_orders"
        ).fetchone()
        connection.execute("DROP TABLE scored_orders, orders_to_score")
    assert counted == (600, 600)


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ((), "give either --output FILE or --to-table NAME"),
        (("-o", "a.csv", "--to-table", "a"), "give either --output FILE or"),
        (("--to-table", "a"), "there is no database: set AUTOSEG_DATABASE or give"),
        (("--to-table", ".a", "--database", "x"), "'.a' is no name of a table"),
        (
            ("-o", "a.csv", "--database", "x"),
            "say which --table, --query or --to-table",
        ),
        (("-o", "a.csv", "--summaries", "b.csv"), "customers that are summed up have"),
    ],
)
def test_wrong_usage_is_told_before_anything_is_read(run, arguments, text):
    done = run("score", "no.autoseg", "no.csv", *arguments, AUTOSEG_DATABASE="")
    assert done.returncode == 2
    assert text in " ".join(done.stderr.split())


def test_what_cannot_be_used_ends_with_three(run, folder, model, tmp_path):
    done = run("score", model, folder / "orders.csv", "-o", tmp_path / "a.xlsx")
    assert done.returncode == 3
    assert "is no name of a file that segments are written to" in done.stderr
    done = run("score", tmp_path / "no.autoseg", "a.csv", "-o", tmp_path / "a.csv")
    assert done.returncode == 3
    assert done.stderr.startswith("ASG_E_")
