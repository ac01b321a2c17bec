"""`autoseg segment` from a file to four files, the same every time."""

from __future__ import annotations

import json
from decimal import Decimal

import pandas as pd
import pytest

import autoseg

FILES = ("segments.csv", "profiles.json", "model.autoseg", "report.html")


@pytest.fixture(scope="module")
def done(run, orders_csv, tmp_path_factory):
    folder = tmp_path_factory.mktemp("out")
    result = run("segment", orders_csv, "-o", folder, "--threads", 1)
    assert result.returncode == 0, result.stderr
    return result, folder


def test_four_files_come_out_and_nothing_else(done):
    assert sorted(path.name for path in done[1].iterdir()) == sorted(FILES)


def test_the_mapping_the_table_and_the_reason_are_printed(done):
    text = done[0].stdout
    assert "transactions: customer_id ← customer_id" in text
    assert "report.html" in text
    table = pd.read_csv(done[1] / "segments.csv")
    for name in table["segment_name"].unique():
        assert name.split()[0] in text


def test_the_model_that_is_there_is_that_of_the_segments(done):
    model = autoseg.load(done[1] / "model.autoseg")
    table = pd.read_csv(done[1] / "segments.csv")
    assert model.card.purpose == ""
    sizes = table["segment"].value_counts().to_dict()
    assert {one.number: one.n_customers for one in model.segments} == sizes


def test_every_customer_is_in_one_segment_and_sizes_and_revenue_add_up(done, orders):
    table = pd.read_csv(done[1] / "segments.csv", dtype={"customer_id": str})
    profiles = json.loads((done[1] / "profiles.json").read_text(encoding="utf-8"))
    assert table["customer_id"].is_unique
    assert set(table["customer_id"]) <= set(orders["customer_id"])
    sizes = {segment["number"]: segment["size"] for segment in profiles["segments"]}
    assert table["segment"].value_counts().to_dict() == sizes
    total = sum(Decimal(segment["revenue"]) for segment in profiles["segments"])
    assert total == Decimal(profiles["revenue"])
    assert total == Decimal(profiles["cleaning"]["revenue_used"]).quantize(total)


def test_nothing_but_files_comes_from_a_quiet_run(run, orders_csv, tmp_path):
    result = run("segment", orders_csv, "-o", tmp_path, "--quiet")
    assert result.returncode == 0
    assert result.stdout == ""
    assert all((tmp_path / name).stat().st_size > 0 for name in FILES)


def test_the_weight_of_value_is_the_one_that_was_given(run, orders_csv, tmp_path):
    result = run("segment", orders_csv, "-o", tmp_path, "-q", "--value-weight", 2)
    assert result.returncode == 0, result.stderr
    profiles = json.loads((tmp_path / "profiles.json").read_text(encoding="utf-8"))
    assert profiles["settings"]["value_weight"] == 2.0


def test_a_pipe_gets_no_escape_codes(done):
    assert "\x1b" not in done[0].stdout + done[0].stderr


@pytest.mark.parametrize(("threads", "shuffled"), [(2, False), (1, True), (2, True)])
def test_the_same_bytes_for_any_threads_and_any_order_of_rows(
    run, done, orders, tmp_path, threads, shuffled
):
    path = tmp_path / "orders.csv"
    seed = 7 * threads
    table = orders.sample(frac=1, random_state=seed) if shuffled else orders
    table.to_csv(path, index=False)
    folder = tmp_path / "out"
    environment = {"PYTHONHASHSEED": str(threads)}
    result = run("segment", path, "-o", folder, "--threads", threads, **environment)
    assert result.returncode == 0, result.stderr
    for name in FILES:
        assert (folder / name).read_bytes() == (done[1] / name).read_bytes(), name


def test_columns_can_be_named_by_the_user(run, orders, tmp_path):
    renamed = orders.rename(columns={"amount": "x1", "customer_id": "x2"})
    renamed.to_csv(tmp_path / "orders.csv", index=False)
    mapping = ("--column", "amount=x1", "--column", "customer_id=x2")
    result = run("segment", tmp_path / "orders.csv", "-o", tmp_path / "out", *mapping)
    assert result.returncode == 0, result.stderr
    assert "amount ← x1" in result.stdout


def test_several_files_come_in_by_a_pattern(run, orders, done, tmp_path):
    half = len(orders) // 2
    orders.iloc[:half].to_csv(tmp_path / "part1.csv", index=False)
    orders.iloc[half:].to_csv(tmp_path / "part2.csv", index=False)
    result = run("segment", tmp_path / "part*.csv", "-o", tmp_path / "out")
    assert result.returncode == 0, result.stderr
    expected = (done[1] / "segments.csv").read_bytes()
    assert (tmp_path / "out" / "segments.csv").read_bytes() == expected


def test_online_retail_gives_five_to_seven_segments_that_add_up(
    run, data_folder, tmp_path
):
    source = data_folder / "online_retail.parquet"
    result = run("segment", source, "-o", tmp_path, "--currency", "GBP")
    assert result.returncode == 0, result.stderr
    profiles = json.loads((tmp_path / "profiles.json").read_text(encoding="utf-8"))
    assert 5 <= len(profiles["segments"]) <= 7
    assert 4_300 <= profiles["n_customers"] <= 4_340
    sizes = sum(segment["size"] for segment in profiles["segments"])
    assert sizes == profiles["n_customers"]
    total = sum(Decimal(segment["revenue"]) for segment in profiles["segments"])
    assert total == Decimal(profiles["cleaning"]["revenue_used"]).quantize(total)


def test_two_runs_to_one_folder_do_not_mix(run, orders_csv, tmp_path):
    from autoseg.files import claimed_folder

    with claimed_folder(tmp_path):
        done = run("segment", orders_csv, "-o", tmp_path)
    assert done.returncode == 75
    assert "another run (pid" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_segments_are_as_large_as_was_asked_and_for_what(run, orders_csv, tmp_path):
    options = ("--min-share", 0.15, "--purpose", "Newsletters, not prices")
    result = run("segment", orders_csv, "-o", tmp_path, "-q", *options)
    assert result.returncode == 0, result.stderr
    profiles = json.loads((tmp_path / "profiles.json").read_text(encoding="utf-8"))
    assert min(one["size"] for one in profiles["segments"]) >= 0.15 * 600
    model = autoseg.load(tmp_path / "model.autoseg")
    assert model.card.purpose == "Newsletters, not prices"
