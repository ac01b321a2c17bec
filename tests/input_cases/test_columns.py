"""B24 to B30: columns that are missing, double, or go by odd names."""

from __future__ import annotations

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest


def test_b24_a_missing_column_is_told_with_the_nearest_name(bring, shop, csv):
    lines = shop()
    lines[0] = "custmer_id,order_id,order_date,amount"
    found = bring(csv(lines)).the("ASG_E_MISSING_COLUMN")
    assert found.source == "orders.csv"
    assert "no column was found for customer_id" in found.found
    assert "'custmer_id', 'order_id', 'order_date', 'amount'" in found.found
    assert "did you mean 'custmer_id'" in found.fix
    assert "columns={'customer_id'" in found.fix


def test_b24_all_missing_columns_are_told_at_once(bring, frame):
    outcome = bring(frame()[["order_id"]].assign(note="x"))
    assert outcome.codes == ["ASG_E_MISSING_COLUMN"] * 3
    for found, name in zip(
        outcome.findings, ["customer_id", "timestamp", "amount"], strict=True
    ):
        assert f"no column was found for {name}" in found.found
    assert "the columns are 'order_id', 'note'" in outcome.findings[0].found
    assert "the columns are" not in outcome.findings[1].found
    assert "(--summaries)" in outcome.findings[1].fix


def test_b25_a_column_that_stands_twice_is_told(bring, shop, csv):
    lines = [line + ",1.00" for line in shop()]
    lines[0] = "customer_id,order_id,order_date,amount,amount"
    found = bring(csv(lines)).the("ASG_E_DUPLICATE_COLUMN")
    assert (found.source, found.column) == ("orders.csv", None)
    assert found.found == "2 columns have the same name: 'amount', 'amount'"
    assert found.fix == "rename or remove all but one"


def test_b25_a_column_that_stands_twice_in_a_frame_is_told(bring, frame):
    table = frame()
    for twice in (
        pd.concat([table, table[["amount"]]], axis=1),
        pa.Table.from_arrays(
            [*pa.Table.from_pandas(table).columns, pa.nulls(len(table))],
            names=[*table.columns, "amount"],
        ),
    ):
        found = bring(twice).the("ASG_E_DUPLICATE_COLUMN")
        assert found.found == "2 columns have the same name: 'amount', 'amount'"


@pytest.mark.parametrize("other", ["Amount", "AMOUNT"])
def test_b26_names_that_differ_only_by_case_are_told(bring, shop, frame, csv, other):
    lines = [line + ",1.00" for line in shop()]
    lines[0] = f"customer_id,order_id,order_date,amount,{other}"
    for table in (csv(lines), frame(**{other: 1.0})):
        found = bring(table).the("ASG_E_DUPLICATE_COLUMN")
        assert found.found == f"2 columns have the same name: 'amount', '{other}'"


HOSTILE = (
    'x"; DROP TABLE t; --',
    "select",
    "a b 'c' \"d\"",
    "=cmd|' /C calc'!A0",
    "{0}",
    "%s",
    "?",
    "$1",
    "\\",
    "Ⓐ 😀 \u202e",
)


@pytest.mark.parametrize("name", HOSTILE)
def test_b27_any_name_may_be_mapped(bring, frame, name):
    plain = bring(frame()).rows("*")
    table = frame().rename(columns={"amount": name})
    mapped = {"amount": name}
    assert bring(table, columns=mapped).rows("*") == plain
    assert bring(pl.from_pandas(table), columns=mapped).rows("*") == plain


@pytest.mark.parametrize("name", HOSTILE)
def test_b27_any_name_may_stand_in_a_file(bring, frame, tmp_path, name):
    plain = bring(frame()).rows("*")
    table = frame().rename(columns={"amount": name})
    table.to_csv(tmp_path / "orders.csv", index=False)
    table.to_parquet(tmp_path / "orders.parquet")
    for kind in ("csv", "parquet"):
        path = tmp_path / f"orders.{kind}"
        assert bring(path, columns={"amount": name}).rows("*") == plain


@pytest.mark.parametrize("name", HOSTILE)
def test_b27_any_name_may_be_an_attribute_of_customers(bring, frame, name):
    table = frame()
    customers = table[["customer_id"]].drop_duplicates().assign(**{name: "x y"})
    outcome = bring(table, customers=customers)
    quoted = '"' + name.replace('"', '""') + '"'
    assert outcome.values(quoted, "customers") == ["x y"] * len(customers)


def test_b27_a_nul_in_a_name_is_told(bring, frame, csv, shop):
    for table in (
        frame(**{"no\0te": 1}),
        pl.DataFrame(frame()).with_columns(pl.lit(1).alias("no\0te")),
    ):
        found = bring(table).the("ASG_E_NUL_IN_NAME")
        assert found.source == "transactions"
        assert r"'no\x00te'" in str(found)
        assert found.fix == "rename these columns"


@pytest.mark.parametrize(
    "names",
    [
        [1, 2, 3, 4],
        ["customer_id", "order_id", "order_date", None],
        pd.MultiIndex.from_product([["orders"], ["customer_id", "b", "c", "d"]]),
    ],
)
def test_b28_names_that_are_no_text_are_told(bring, frame, names):
    table = frame()
    table.columns = names
    found = bring(table).the("ASG_E_COLUMN_NAMES")
    assert found.source == "transactions"
    assert "not all text" in found.found
    assert found.fix == "give every column one name that is text"


def test_b29_two_columns_that_may_be_the_date_are_asked_about(bring, frame):
    table = frame().assign(invoice_date=pd.Timestamp("2024-01-01"))
    found = bring(table).the("ASG_E_AMBIGUOUS_COLUMN")
    assert found.found == "'order_date', 'invoice_date' could each be timestamp"
    assert "columns={'timestamp': 'order_date'}" in found.fix
    answered = bring(table, columns={"timestamp": "order_date"})
    assert answered.rows("*") == bring(frame()).rows("*")


@pytest.mark.parametrize(
    "names",
    [
        ("Kundenr", "Ordrenr", "Ordredato", "Beløp"),
        ("KUNDENUMMER", "Fakturanr.", "Fakturadato", "Omsetning"),
        ("Kunde ID", "Ordre-ID", "Købsdato", "Beløb"),
        ("Kundnr", "Ordernummer", "Orderdatum", "Belopp"),
        ("kund_id", "kvittonr", "köpdatum", "försäljning"),
    ],
)
def test_b30_norwegian_danish_and_swedish_headers_are_known(bring, shop, csv, names):
    lines = shop()
    plain = bring(csv(lines)).rows("*")
    lines[0] = ",".join(names)
    outcome = bring(csv(lines))
    assert outcome.rows("*") == plain
    shown = [str(one) for one in outcome.staged.mapping]
    assert f"transactions.customer_id ← {names[0]}" in shown
    assert f"transactions.timestamp ← {names[2]}" in shown
    assert f"transactions.amount ← {names[3]}" in shown


def test_a_file_without_a_header_is_told_and_shows_no_customer(bring, shop, csv):
    for lines in (shop()[1:], ["1,1,2024-01-05,7.50", "2,2,2024-01-06,8.50"]):
        outcome = bring(csv(lines))
        assert outcome.codes == ["ASG_E_NO_HEADER"]
        found = outcome.the("ASG_E_NO_HEADER")
        assert found.source == "orders.csv"
        assert "values where the names of the columns should be" in found.found
        assert "above the first row" in found.fix
        assert "K0000" not in str(found)


@pytest.mark.parametrize(
    "names", [("kunde", "2023", "2024-01-01", "3.5"), ("0", "1", "2", "3")]
)
def test_numbers_may_be_names(bring, frame, names):
    table = frame()
    table.columns = names
    columns = dict(
        zip(("customer_id", "order_id", "timestamp", "amount"), names, strict=True)
    )
    assert bring(table, columns=columns).rows("*") == bring(frame()).rows("*")


def test_columns_without_names_are_told_where_they_are_several(bring, frame):
    table = frame(a=1, b=2)
    table.columns = [*table.columns[:4], "", ""]
    found = bring(table).the("ASG_E_DUPLICATE_COLUMN")
    assert found.found == "several columns have no name"
    assert found.fix == "give each a name of its own"


def test_no_files_at_all_are_no_table(bring):
    assert bring([]).the("ASG_E_INPUT_TYPE").found == "a list is no table"


def test_b24_a_name_as_long_as_a_file_is_shown_by_its_beginning(bring, frame):
    found = bring(frame().rename(columns={"amount": "x" * 900}))
    assert f"'{'x' * 60}…'" in found.the("ASG_E_MISSING_COLUMN").found
