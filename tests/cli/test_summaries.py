"""Customers that are summed up, on the command line."""

from __future__ import annotations

import pytest

import autoseg
from autoseg.engines import DuckDBEngine
from autoseg.features import compute_features
from autoseg.tables import stage


@pytest.fixture(scope="module")
def sums_csv(orders, tmp_path_factory):
    with DuckDBEngine() as engine:
        table = compute_features(stage(engine, orders))
    names = ["recency_days", "frequency", "monetary", "tenure_days"]
    path = tmp_path_factory.mktemp("sums") / "kunder.csv"
    table.frame[names].to_csv(path)
    return path


def test_summaries_become_the_segments_that_the_library_finds(run, sums_csv, tmp_path):
    done = run("segment", "--summaries", sums_csv, "-o", tmp_path / "out", "-l", "nb")
    assert done.returncode == 0, done.stderr
    assert "monetary ← monetary" in done.stdout
    found = autoseg.segment(summaries=sums_csv, n_resamples=4)
    assert len((tmp_path / "out" / "segments.csv").read_text().splitlines()) == (
        1 + len(found.labels)
    )
    for name in {one.key for one in found.profiles.segments}:
        assert name in (tmp_path / "out" / "segments.csv").read_text()


def test_summaries_are_checked_without_a_fit(run, sums_csv):
    done = run("check", "--summaries", sums_csv)
    assert done.returncode == 0, done.stderr
    assert "recency_days ← recency_days" in done.stdout
    assert "None" not in done.stdout


@pytest.mark.parametrize("command", ["segment", "check"])
def test_a_table_is_asked_for_and_only_one(run, command, sums_csv, orders_csv):
    done = run(command)
    assert done.returncode == 2
    assert "give the transactions as FILE..., or --table or --query" in done.stderr
    assert "or --summaries FILE" in done.stderr
    done = run(command, orders_csv, "--summaries", sums_csv)
    assert done.returncode == 3
    assert "ASG_E_TABLES" in done.stderr
