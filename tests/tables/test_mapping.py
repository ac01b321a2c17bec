"""Columns are found by their names, and asked about rather than guessed."""

from __future__ import annotations

import pytest

from autoseg.errors import InputError
from autoseg.tables.findings import Findings
from autoseg.tables.mapping import check_names, check_targets, map_columns


def mapped(header, columns=None, role="transactions"):
    findings = Findings()
    found = map_columns(role, header, columns or {}, "orders.csv", findings)
    findings.raise_errors()
    return {canonical: header[position] for canonical, position in found.items()}


@pytest.mark.parametrize(
    "header",
    [
        ["kundenr", "ordredato", "beløp", "ordrenr", "antall", "varenr", "kanal"],
        [
            "Kundenummer",
            "Købsdato",
            "Beløb",
            "Fakturanr",
            "Antal",
            "Varenummer",
            "Kanal",
        ],
        [
            "kundnr",
            "orderdatum",
            "belopp",
            "ordernr",
            "antal",
            "artikelnr",
            "säljkanal",
        ],
        [
            "CustomerID",
            "InvoiceDate",
            "revenue",
            "invoice_no",
            "n_units",
            "sku",
            "channel",
        ],
        ["household_id", "date", "sales_value", "basket_id", "qty", "item_id", "kanal"],
        [
            "customer",
            "order_date",
            "Total",
            "transaction_id",
            "Units",
            "EAN",
            "channel",
        ],
    ],
)
def test_headers_in_four_languages_are_understood(header):
    names = ("customer_id", "timestamp", "amount", "order_id")
    optional = ("quantity", "product_id", "channel")
    assert mapped(header) == dict(zip((*names, *optional), header, strict=True))


def test_an_exact_canonical_name_beats_an_alias():
    header = ["customer_id", "client_id", "timestamp", "date", "amount", "total"]
    assert mapped(header) == {
        "customer_id": "customer_id",
        "timestamp": "timestamp",
        "amount": "amount",
    }


def test_two_aliases_are_asked_about():
    with pytest.raises(
        InputError,
        match=r"ASG_E_AMBIGUOUS_COLUMN: .*'order_date', 'invoice_date' could",
    ) as caught:
        mapped(["customer_id", "order_date", "invoice_date", "amount"])
    assert caught.value.codes == ("ASG_E_AMBIGUOUS_COLUMN",)


def test_the_users_mapping_settles_it():
    header = ["customer_id", "order_date", "invoice_date", "amount"]
    found = mapped(header, {"timestamp": "invoice_date"})
    assert found["timestamp"] == "invoice_date"


def test_a_mapped_column_serves_nothing_else():
    header = ["customer_id", "date", "total", "amount"]
    with pytest.raises(InputError, match=r"no column was found for amount"):
        mapped([*header[:2], "total"], {"order_id": "total"})
    assert mapped(header, {"cost": "total"})["amount"] == "amount"


def test_a_missing_column_lists_the_columns_and_the_closest():
    with pytest.raises(
        InputError,
        match=r"ASG_E_MISSING_COLUMN: orders.csv: no column was found for customer_id; "
        r"the columns are 'Custmer-ID', 'date', 'amount'. "
        r"Fix: did you mean 'Custmer-ID'\? Name it with columns=",
    ):
        mapped(["Custmer-ID", "date", "amount"])


def test_a_mapping_to_a_column_that_is_not_there_says_which_are():
    with pytest.raises(InputError, match=r"no column 'Dato'.*did you mean 'Datoen'"):
        mapped(["kunde", "Datoen", "amount"], {"timestamp": "Dato"})


def test_quantity_and_price_stand_for_the_amount():
    found = mapped(["customer_id", "date", "qty", "unit_price"])
    assert found["quantity"] == "qty"
    with pytest.raises(InputError, match=r"no column was found for amount"):
        mapped(["customer_id", "date", "unit_price"])


def test_a_mapping_with_the_tables_name_holds_for_that_table_only():
    columns = {"events.timestamp": "when", "customer_id": "who", "amount": "paid"}
    header = ["who", "when", "event"]
    assert mapped(header, columns, "events")["timestamp"] == "when"
    assert mapped(["who", "date", "paid"], columns)["timestamp"] == "date"


def test_responded_is_converted():
    header = ["customer_id", "campaign_id", "campaign_type", "responded"]
    assert mapped(header, role="responses")["converted"] == "responded"


def test_an_unknown_canonical_name_is_an_error():
    findings = Findings()
    check_targets({"timestmp": "x"}, findings)
    with pytest.raises(InputError, match=r"ASG_E_UNKNOWN_ROLE.*mean 'timestamp'"):
        findings.raise_errors()


@pytest.mark.parametrize("twins", [("amount", "amount"), ("Amount", "amount")])
def test_twins_in_a_header_are_an_error(twins):
    findings = Findings()
    check_names(["customer_id", *twins, "", ""], "orders.csv", findings)
    with pytest.raises(InputError, match=r"ASG_E_DUPLICATE_COLUMN: .*2 columns"):
        findings.raise_errors()


def test_a_mapping_may_stand_in_a_toml_file(run, csv):
    path = csv(
        'amount = "netto"\n[transactions]\ntimestamp = "betalt"\n', "columns.toml"
    )
    orders = csv("kunde,betalt,opprettet_dato,netto\n1,2024-01-01,2024-01-02,5\n")
    staged = run(orders, columns=path).staged
    assert [str(column) for column in staged.mapping][1:] == [
        "transactions.timestamp ← betalt",
        "transactions.amount ← netto",
    ]
    assert run(orders, columns=str(path)).staged.mapping == staged.mapping


@pytest.mark.parametrize(
    ("content", "match"),
    [
        ("amount = netto", r"ASG_E_MAPPING_FILE: columns.toml: .*cannot be read"),
        ("amount = 5", r"ASG_E_MAPPING_FILE: columns.toml: 'amount' is 5, not the"),
        ("belop = 'netto'", r"ASG_E_UNKNOWN_ROLE: columns: 'belop' is no canonical"),
    ],
)
def test_a_mapping_file_that_cannot_be_used_is_an_error(run, csv, content, match):
    orders = csv("kunde,dato,netto\n1,2024-01-01,5\n")
    with pytest.raises(InputError, match=match):
        run(orders, columns=csv(content, "columns.toml"))
    with pytest.raises(InputError, match=r"ASG_E_MAPPING_FILE: absent.toml"):
        run(orders, columns="absent.toml")
