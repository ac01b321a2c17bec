"""`autoseg features` from files to a file: all rows, new rows, many days."""

from __future__ import annotations

import json

import pandas as pd
import pytest

NAMES = ("--feature", "recency_days", "--feature", "monetary")
CUT = "2023-10-01"
DAY = "2024-01-01"


@pytest.fixture(scope="module")
def parts(orders, tmp_path_factory):
    folder = tmp_path_factory.mktemp("parts")
    few = orders[orders["timestamp"] < DAY]
    few = few[few["customer_id"].isin(few["customer_id"].unique()[:60])]
    early = few["timestamp"] < CUT
    few.to_csv(folder / "all.csv", index=False)
    few[early].to_csv(folder / "old.csv", index=False)
    few[~early].to_csv(folder / "new.csv", index=False)
    return folder


def features(run, *arguments):
    done = run("features", *arguments)
    assert done.returncode == 0, done.stderr
    return done


def test_a_refresh_writes_the_bytes_of_a_run_over_all_rows(run, parts, tmp_path):
    whole, refreshed = tmp_path / "whole.parquet", tmp_path / "refreshed.parquet"
    state = ("--state", tmp_path / "state")
    done = features(run, parts / "all.csv", "--as-of", DAY, "-o", whole)
    features(
        run, parts / "old.csv", "--as-of", CUT, "-o", tmp_path / "old.parquet", *state
    )
    features(
        run, parts / "new.csv", "--as-of", DAY, "-o", refreshed, *state, "--refresh"
    )
    assert refreshed.read_bytes() == whole.read_bytes()
    assert done.stdout.endswith(f"as of {DAY}\n{whole}\n")
    again = run(
        "features", parts / "new.csv", "--as-of", DAY, "-o", refreshed, *state,
        "--refresh", "--errors", "json", *NAMES,
    )  # fmt: skip
    assert again.returncode == 3
    told = json.loads(again.stderr)
    assert [one["code"] for one in told["errors"]] == ["ASG_E_LATE_ROWS"]
    assert refreshed.read_bytes() == whole.read_bytes()
    features(
        run, parts / "new.csv", "--as-of", DAY, "-o", tmp_path / "twice.csv", *state,
        "--refresh", "--late", "add", *NAMES,
    )  # fmt: skip
    twice = pd.read_csv(tmp_path / "twice.csv")
    assert twice.columns.tolist() == ["customer_id", "recency_days", "monetary"]
    assert twice["monetary"].sum() > pd.read_parquet(whole)["monetary"].sum()


def test_many_days_are_a_row_a_customer_and_day(run, parts, tmp_path):
    path = tmp_path / "history.csv"
    how = ("--every", "1 quarter", "--window", "1 year", "--as-of", DAY)
    done = features(run, parts / "all.csv", *how, "-o", path, *NAMES)
    table = pd.read_csv(path)
    columns = ["as_of", "customer_id", "recency_days", "monetary"]
    assert table.columns.tolist() == columns
    assert table["as_of"].max() == DAY
    assert "days of analysis from" in done.stdout


def test_nothing_is_printed_by_a_quiet_run(run, parts, tmp_path):
    path = tmp_path / "features.csv"
    assert features(run, parts / "all.csv", "-q", "-o", path, *NAMES).stdout == ""
    assert path.stat().st_size > 0


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (("-o", "features.xlsx"), "ends neither in .parquet nor in .csv"),
        (("--refresh",), "it needs --state"),
        (("--refresh", "--state", "s"), "needs the new day of analysis"),
        (("--late", "add"), "it belongs to --refresh"),
        (("--every", "1 week", "--state", "s"), "a state reaches one day"),
        (("--window", "1 week"), "it belongs to --every"),
        (("--summaries", "a.csv"), "have no rows to compute features from"),
        (
            ("--refresh", "--state", "s", "--as-of", DAY, "--engine", "source"),
            "a state is kept by the embedded engine",
        ),
    ],
)
def test_options_that_cannot_stand_together_are_wrong_usage(run, arguments, text):
    done = run("features", "orders.csv", *arguments)
    assert done.returncode == 2
    assert text in " ".join(done.stderr.split())
