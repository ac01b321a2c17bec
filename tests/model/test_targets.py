"""What is scored is written whole or not at all, and safe to open."""

from __future__ import annotations

import gzip
import os
import signal
import subprocess
import sys
import tracemalloc
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import psycopg
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from autoseg.engines import DatabaseTable
from autoseg.errors import InputError, MissingDependencyError, OutputError
from autoseg.model import targets
from autoseg.model.assigning import assign_to, sorted_out
from autoseg.model.featurefiles import scored_rows
from autoseg.model.targets import COLUMNS, opened_target

pytestmark = pytest.mark.filterwarnings("ignore::autoseg.errors.InputWarning")


@pytest.fixture(scope="module")
def model(segmentation):
    return segmentation.model


@pytest.fixture(scope="module")
def odd_people(people):
    """Return the customers, one of whom is called like a formula."""
    more = pd.DataFrame({"customer_id": ["=1+1"], "city": ["Oslo"]})
    return pd.concat([people, more])


@pytest.fixture(scope="module")
def assigned(model, orders, odd_people):
    return model.assign(orders, customers=odd_people)


def test_parquet_holds_what_assign_gives(model, orders, odd_people, assigned, tmp_path):
    target = tmp_path / "segments.parquet"
    written = model.assign_to(target, orders, customers=odd_people)
    found = pd.read_parquet(target, dtype_backend="numpy_nullable")
    assert found.columns.tolist() == list(COLUMNS)
    expected = assigned.reset_index().convert_dtypes()
    pd.testing.assert_frame_equal(found.convert_dtypes(), expected)
    assert written.log.n_customers == 300
    assert written.counts.n_customers == len(assigned)
    by_key = {one.key: one.n_customers for one in written.counts.groups}
    assert by_key == {
        **dict.fromkeys(by_key, 0),
        **assigned["segment_key"].value_counts(),
    }
    assert written.counts.n_unlike == assigned["unlike_any"].sum()
    assert written.counts.n_unsure == (assigned["confidence"] < 0.6).sum()


def test_csv_is_that_of_the_segmentation_where_both_say_the_same(
    model, segmentation, orders, odd_people, assigned, tmp_path
):
    model.assign_to(tmp_path / "all.csv", orders, customers=odd_people)
    segmentation.write(tmp_path)
    found = pd.read_csv(tmp_path / "all.csv", dtype="str")
    usual = pd.read_csv(tmp_path / "segments.csv", dtype="str")
    assert found.columns[: len(usual.columns)].tolist() == usual.columns.tolist()
    bought = found[found["segment"].notna()].reset_index(drop=True)
    pd.testing.assert_frame_equal(bought[usual.columns], usual)
    assert found["customer_id"].iloc[0] == "'=1+1"
    raw = tmp_path / "raw.csv"
    model.assign_to(raw, orders, customers=odd_people, raw_csv=True)
    assert "\n=1+1,,prospects,No purchases in the period,,,\n" in raw.read_text()


@pytest.mark.parametrize("size", [1, 7, 10_000])
@pytest.mark.parametrize("name", ["a.csv", "a.csv.gz"])
def test_the_size_of_a_batch_is_not_seen_in_csv(
    model, orders, people, tmp_path, size, name
):
    target = tmp_path / name
    asked = sorted_out(orders, customers=people)
    assign_to(target, model, *asked, size=size)
    content = target.read_bytes()
    text = gzip.decompress(content) if name.endswith("gz") else content
    model.assign_to(tmp_path / "whole.csv", orders, customers=people)
    assert text == (tmp_path / "whole.csv").read_bytes()


def test_packed_bytes_depend_on_nothing_else(model, orders, people, tmp_path):
    for name in ("one.csv.gz", "two.CSV.GZ"):
        model.assign_to(tmp_path / name, orders, customers=people)
    assert (tmp_path / "one.csv.gz").read_bytes() == (
        tmp_path / "two.CSV.GZ"
    ).read_bytes()


@pytest.mark.parametrize("name", ["segments.xlsx", "segments", "segments.gz"])
def test_other_files_are_refused_before_anything_is_read(model, tmp_path, name):
    told = r"ASG_E_OUTPUT: .*is no name of a file that segments are .*\.csv, \.csv\.gz"
    with pytest.raises(OutputError, match=told):
        model.assign_to(tmp_path / name, "no such file.csv")


def test_a_folder_that_is_not_there_is_told(model, orders, people, tmp_path):
    with pytest.raises(OutputError, match=r"ASG_E_OUTPUT: .*could not be written"):
        model.assign_to(tmp_path / "no" / "a.csv", orders, customers=people)


def test_what_was_there_stays_if_scoring_fails(model, orders, people, tmp_path):
    target = tmp_path / "a.csv"
    target.write_text("before")
    with pytest.raises(InputError, match="ASG_E_MODEL_UNIT"):
        model.assign_to(
            target, orders.assign(amount=orders["amount"] * 100), customers=people
        )
    assert target.read_text() == "before"
    assert [path.name for path in tmp_path.iterdir()] == ["a.csv"]


KILLED = """
import os, signal, sys
import pandas as pd
from autoseg.model.targets import opened_target

frame = pd.DataFrame(
    {name: ["x"] * 5000 for name in sys.argv[2].split(",")}
).set_index("customer_id")
with opened_target(sys.argv[1]) as write:
    for _ in range(3):
        write(frame)
    print("written", flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.parametrize("name", ["a.csv", "a.csv.gz"])
def test_a_run_that_is_killed_in_the_middle_leaves_the_old_file(tmp_path, name):
    target = tmp_path / name
    target.write_bytes(b"before")
    done = subprocess.run(
        [sys.executable, "-c", KILLED, target, ",".join(COLUMNS)],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ,
    )
    assert done.returncode == -signal.SIGKILL
    assert done.stdout == "written\n", done.stderr
    assert target.read_bytes() == b"before"


def features_of(model, n):
    rng = np.random.default_rng(1)
    medians = [one.median or 0.5 for one in model.features]
    columns = {
        name: np.abs(rng.normal(median, median / 3, n))
        for name, median in zip(model.feature_names, medians, strict=True)
    }
    ids = [f"c{i:07d}" for i in range(n)]
    return pd.DataFrame({"customer_id": ids, **columns, "tenure_days": 400.0})


def test_a_file_of_features_is_scored_as_a_frame_is(model, tmp_path):
    features = features_of(model, 5000)
    features.loc[3, "mean_gap_days"] = np.nan
    features.loc[4, "monetary"] = np.inf
    mixed = features[features.columns[::-1]].assign(more="x")
    mixed.to_parquet(tmp_path / "features.parquet", index=False)
    target = tmp_path / "out.parquet"
    counts = model.assign_features_to(target, tmp_path / "features.parquet")
    found = pd.read_parquet(target, dtype_backend="numpy_nullable").convert_dtypes()
    expected = model.assign_features(features.set_index("customer_id"))
    pd.testing.assert_frame_equal(found, expected.reset_index().convert_dtypes())
    assert {one.key: one.n_customers for one in counts.groups}["unscorable"] == 1


def test_features_that_are_not_there_or_in_another_unit_are_told(model, tmp_path):
    features = features_of(model, 100)
    path, target = tmp_path / "f.parquet", tmp_path / "out.csv"
    features.drop(columns=["monetary", "customer_id"]).to_parquet(path)
    told = r"ASG_E_FEATURE_MISSING: f\.parquet: the model needs customer_id, monetary"
    with pytest.raises(InputError, match=told):
        model.assign_features_to(target, path)
    features.assign(monetary=features["monetary"] * 100).to_parquet(path)
    with pytest.raises(InputError, match=r"ASG_E_MODEL_UNIT.*9\d times as much"):
        model.assign_features_to(target, path)
    anyway = model.assign_features_to(target, path, check_units=False)
    assert anyway.n_customers == 100


def test_a_file_of_features_that_cannot_be_read_is_told(model, tmp_path):
    path, target = tmp_path / "f.parquet", tmp_path / "out.csv"
    with pytest.raises(InputError, match=r"ASG_E_MISSING_FILE: f\.parquet"):
        model.assign_features_to(target, path)
    path.write_text("customer_id;monetary")
    with pytest.raises(
        InputError, match=r"ASG_E_INCOMPLETE_FILE: f\.parquet: this is no"
    ):
        model.assign_features_to(target, path)


def test_damage_within_a_file_of_features_leaves_the_old_file(model, tmp_path):
    path, target = tmp_path / "f.parquet", tmp_path / "out.csv"
    target.write_text("before")
    features_of(model, 3000).to_parquet(path, row_group_size=1000)
    content = bytearray(path.read_bytes())
    place = len(content) // 2
    content[place : place + 4000] = b"\xff" * 4000
    path.write_bytes(content)
    with pytest.raises(InputError, match="ASG_E_INCOMPLETE_FILE"):
        model.assign_features_to(target, path, check_units=False)
    assert target.read_text() == "before"


def test_memory_does_not_grow_with_the_customers(model, tmp_path, monkeypatch):
    monkeypatch.setattr("autoseg.model.featurefiles.BATCH_ROWS", 2000)
    peaks = {}
    for n in (4000, 40_000):
        path = tmp_path / f"{n}.parquet"
        features_of(model, n).to_parquet(path, row_group_size=2000)
        tracemalloc.start()
        model.assign_features_to(tmp_path / "out.csv", path, check_units=False)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        # Arrow has memory of its own
        before = pa.total_allocated_bytes()
        held = max(
            pa.total_allocated_bytes() - before
            for _ in scored_rows(model, path, threads=1)
        )
        peaks[n] = peak, held
    for small, large in zip(*peaks.values(), strict=True):
        assert large < 1.5 * small + 100_000


@pytest.fixture
def table(postgres):
    """Return a table that is gone after the test, with a name that needs quoting."""
    target = DatabaseTable('seg"ments; DROP TABLE x', postgres)
    yield target
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute('DROP TABLE IF EXISTS "seg""ments; DROP TABLE x"')


def rows_of(target):
    quoted = target.name.replace('"', '""')
    with psycopg.connect(target.url) as connection:
        return connection.execute(
            f'SELECT * FROM "{quoted}" ORDER BY customer_id COLLATE "C"'
        ).fetchall()


def left_over(target):
    with psycopg.connect(target.url) as connection:
        return connection.execute(
            "SELECT relname FROM pg_class WHERE relname LIKE 'autoseg\\_%'"
        ).fetchall()


def test_a_table_of_a_database_holds_what_assign_gives(
    model, orders, odd_people, assigned, table
):
    for _ in range(2):
        model.assign_to(table, orders, customers=odd_people)
        found = pd.DataFrame(rows_of(table), columns=list(COLUMNS))
        expected = assigned.reset_index().convert_dtypes()
        pd.testing.assert_frame_equal(found.convert_dtypes(), expected)
    assert left_over(table) == []


def write_in_part(target, frame):
    with opened_target(target) as write:
        write(frame)
        message = "in the middle"
        raise RuntimeError(message)


def test_a_table_stays_as_it_was_if_scoring_fails(model, orders, people, table):
    model.assign_to(table, orders, customers=people)
    before = rows_of(table)
    with pytest.raises(RuntimeError, match="in the middle"):
        write_in_part(table, model.assign(orders, customers=people).head(100))
    assert rows_of(table) == before
    assert left_over(table) == []


def test_a_table_that_is_not_ours_is_not_replaced(model, orders, people, table):
    with psycopg.connect(table.url, autocommit=True) as connection:
        connection.execute('CREATE TABLE "seg""ments; DROP TABLE x" (customer_id TEXT)')
    told = "ASG_E_OUTPUT: seg.*: there is a table of that name with other columns"
    with pytest.raises(OutputError, match=told):
        model.assign_to(table, orders, customers=people)
    assert rows_of(table) == []


def test_what_the_database_refuses_is_told_without_rows(model, orders, people, table):
    elsewhere = replace(table, schema="no such schema")
    told = 'ASG_E_OUTPUT: no such schema.seg.*: could not be written .*"no such schema"'
    with pytest.raises(OutputError, match=told):
        model.assign_to(elsewhere, orders, customers=people)
    nobody = replace(table, url="postgresql://nobody@127.0.0.1:1/x")
    with pytest.raises(OutputError, match=r"ASG_E_OUTPUT: .* could not be written"):
        model.assign_to(nobody, orders, customers=people)


def test_a_schema_of_ones_own_is_used(model, orders, people, postgres):
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute("CREATE SCHEMA crm")
        model.assign_to(
            DatabaseTable("segments", postgres, "crm"), orders, customers=people
        )
        counted = connection.execute("SELECT COUNT(*) FROM crm.segments").fetchone()
        connection.execute("DROP SCHEMA crm CASCADE")
    assert counted == (302,)


def test_other_databases_are_refused(model, orders):
    told = "ASG_E_OUTPUT: segments: only PostgreSQL has tables written to"
    with pytest.raises(OutputError, match=told):
        model.assign_to(DatabaseTable("segments", "sqlite:///shop.db"), orders)


def test_psycopg_may_be_missing(model, orders, people, monkeypatch):
    monkeypatch.setitem(sys.modules, "psycopg", None)
    target = DatabaseTable("segments", "postgresql://user@host/shop")
    with pytest.raises(
        MissingDependencyError, match="write to PostgreSQL needs the pac"
    ):
        model.assign_to(target, orders, customers=people)


def test_a_password_is_never_shown():
    target = DatabaseTable("segments", "postgresql://user:secret@host/shop", "crm")
    assert "secret" not in repr(target)
    assert str(target) == "crm.segments"


def test_every_ending_is_checked():
    for ending in targets.FILES:
        targets.check_target(Path(f"segments{ending}"))


def test_parquet_has_the_types_of_the_columns(model, orders, people, tmp_path):
    target = tmp_path / "a.parquet"
    model.assign_to(target, orders, customers=people)
    schema = pq.read_schema(target)
    assert [str(kind) for kind in schema.types] == [
        *("string", "int64", "string", "string", "double", "int64", "bool")
    ]
    assert schema.metadata is None
