"""Features in one call: all rows, new rows, as of many days; and as a file."""

from __future__ import annotations

import warnings
from datetime import date

import pandas as pd
import pytest

import autoseg
from autoseg.api import write_features
from autoseg.engines import DuckDBEngine
from autoseg.errors import InputError, InputWarning, OutputError
from autoseg.features import compute_features

NAMES = ["recency_days", "monetary", "gap_cv"]
DAY = date(2024, 1, 1)


@pytest.fixture(scope="module")
def rows():
    shop = autoseg.datasets.make_customers(60, 3, as_of=DAY, random_state=4)
    return shop.transactions


@pytest.fixture(scope="module")
def table(rows):
    return autoseg.compute_features(rows, NAMES, as_of=DAY, currency="NOK")


def test_one_call_gives_what_the_staged_tables_give(rows, table):
    with DuckDBEngine() as engine:
        staged = autoseg.stage(engine, rows, as_of=DAY, currency="NOK")
        expected = compute_features(staged, NAMES)
        again = autoseg.compute_features(staged, NAMES)
    assert table.frame.equals(expected.frame)
    assert again.frame.equals(expected.frame)
    assert table.currency == "NOK"


def test_what_a_segmentation_would_want_is_no_matter_here(rows):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        autoseg.compute_features(rows, ["monetary"], as_of=DAY)


def test_what_is_left_out_is_warned_of_where_the_call_stands(rows):
    blank = rows.assign(customer_id=rows["customer_id"].mask(rows.index < 2))
    with pytest.warns(InputWarning, match="ASG_W_MISSING_CUSTOMER") as caught:
        autoseg.compute_features(blank, ["monetary"])
    assert caught[0].filename == __file__


def test_a_refresh_gives_what_all_rows_give(rows, table, tmp_path):
    cut = pd.Timestamp("2023-10-01")
    old, new = rows[rows["timestamp"] < cut], rows[rows["timestamp"] >= cut]
    told: list[str] = []
    autoseg.compute_features(
        old, NAMES, as_of=cut.date(), currency="NOK", state=tmp_path / "state",
        progress=lambda stage, _: told.append(stage),
    )  # fmt: skip
    assert list(dict.fromkeys(told)) == ["tables", "features", "state"]
    refreshed = autoseg.refresh_features(tmp_path / "state", new, NAMES, as_of=DAY)
    assert refreshed.frame.equals(table.frame)
    assert refreshed.revenue.equals(table.revenue)
    assert refreshed.currency == "NOK"
    with pytest.raises(
        InputError, match=f"{len(new)} of {len(new)} rows are not dated"
    ):
        autoseg.refresh_features(tmp_path / "state", new, NAMES, as_of=DAY)
    twice = autoseg.refresh_features(
        tmp_path / "state", new, NAMES, as_of="2024-01-01", late="add"
    )
    assert twice.revenue.sum() > table.revenue.sum()


def test_a_state_keeps_to_its_settings_and_says_so_before_it_reads(rows, tmp_path):
    autoseg.compute_features(rows, ["monetary"], as_of=DAY, state=tmp_path)
    with pytest.raises(InputError, match="another returns") as error:
        autoseg.refresh_features(
            tmp_path, "no such file.csv", as_of="2023-01-01", returns="exclude"
        )
    assert error.value.codes == ("ASG_E_STATE_DAY", "ASG_E_STATE_SETTINGS")
    with pytest.raises(InputError, match="'soon' is no day"):
        autoseg.refresh_features(tmp_path, rows, as_of="soon")


def test_a_state_is_kept_by_the_embedded_engine(rows, tmp_path):
    with pytest.raises(InputError, match="'source' cannot be used where a state is"):
        autoseg.compute_features(rows, state=tmp_path / "state", engine="source")


def test_tables_that_are_staged_take_no_further_tables(rows):
    with DuckDBEngine() as engine:
        staged = autoseg.stage(engine, rows, as_of=DAY)
        text = "events and currency cannot stand beside tables that are staged"
        with pytest.raises(InputError, match=text):
            autoseg.compute_features(staged, events=rows, currency="NOK")
        with pytest.raises(InputError, match="customers cannot stand beside"):
            autoseg.feature_history(staged, customers=rows)


def test_staged_tables_can_be_kept_as_a_state(rows, table, tmp_path):
    with DuckDBEngine() as engine:
        staged = autoseg.stage(engine, rows, as_of=DAY, currency="NOK")
        autoseg.compute_features(staged, NAMES, state=tmp_path)
    later = rows.tail(1).assign(timestamp=pd.Timestamp("2024-01-01"))
    refreshed = autoseg.refresh_features(tmp_path, later, NAMES, as_of="2024-01-02")
    assert len(refreshed.frame) == len(table.frame)


def test_a_history_has_the_features_of_every_day(rows, table):
    history = autoseg.feature_history(rows, NAMES, every="1 quarter", as_of=DAY)
    last = history.at(DAY).frame
    assert last.equals(table.frame)
    with DuckDBEngine() as engine:
        staged = autoseg.stage(engine, rows, as_of=DAY)
        same = autoseg.feature_history(staged, NAMES)
    assert same.frame.equals(history.frame)


def test_tables_show_themselves(rows, table):
    line = f"{len(table.frame)} customers, 3 features, as of 2024-01-01, NOK"
    assert repr(table).startswith(f"FeatureTable: {line}\n")
    assert table._repr_html_().startswith(f"<p>{line}</p><table")
    history = autoseg.feature_history(rows, ["monetary"], as_of=DAY, every="6 months")
    assert "days of analysis from" in repr(history)
    assert "<table" in history._repr_html_()


def test_features_are_written_as_parquet(table, tmp_path):
    path = write_features(table, tmp_path / "features.parquet")
    back = pd.read_parquet(path)
    assert back.columns.tolist() == ["customer_id", *table.frame.columns]
    assert back.set_index("customer_id").equals(table.frame)


def test_an_id_that_a_spreadsheet_would_run_is_made_harmless_in_csv(rows, tmp_path):
    odd = rows.assign(customer_id="=1+" + rows["customer_id"].astype("str"))
    table = autoseg.compute_features(odd, ["monetary"], as_of=DAY)
    path = write_features(table, tmp_path / "features.csv")
    assert path.read_text().splitlines()[1].startswith("'=1+")
    write_features(table, path, raw_csv=True)
    assert path.read_text().splitlines()[1].startswith("=1+")
    back = pd.read_csv(path, index_col="customer_id")
    pd.testing.assert_frame_equal(back, table.frame, rtol=1e-15)


def test_a_file_of_another_kind_is_refused(table, tmp_path):
    text = r"is no name of a file .* Fix: let it end in \.parquet or \.csv"
    with pytest.raises(OutputError, match=text):
        write_features(table, tmp_path / "features.xlsx")
