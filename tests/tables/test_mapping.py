"""Columns are found by their names, and asked about rather than guessed."""

from __future__ import annotations

import pytest

from autoseg.errors import InputError
from autoseg.tables.findings import Findings
from autoseg.tables.mapping import (
    check_names,
    check_targets,
    give_column,
    map_columns,
)


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
        r"Fix: did you mean 'Custmer-ID'\? Name it with columns=\{'customer_id': "
        r"'Custmer-ID'\} \(--column customer_id=Custmer-ID\)",
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


def test_the_fix_can_be_copied_to_a_shell():
    assert give_column("amount", "Netto beløp") == (
        "columns={'amount': 'Netto beløp'} (--column 'amount=Netto beløp')"
    )


def test_a_column_mapped_to_two_names_is_an_error():
    header = ["customer_id", "date", "netto"]
    with pytest.raises(
        InputError,
        match=r"ASG_E_MAPPED_TWICE: orders.csv: 'netto' is mapped to amount and cost",
    ):
        mapped(header, {"amount": "netto", "cost": "Netto"})


@pytest.mark.parametrize(
    ("better", "worse", "canonical"),
    [
        ("order_date", "created_at", "timestamp"),
        ("order_date", "date", "timestamp"),
        ("date", "time", "timestamp"),
        ("created_at", "paid_at", "timestamp"),
        ("order_id", "invoice_no", "order_id"),
        ("invoice_no", "transaction_id", "order_id"),
        ("customer_no", "email", "customer_id"),
        ("customer_no", "customer", "customer_id"),
        ("user_id", "user_pseudo_id", "customer_id"),
        ("line_total", "order_total", "amount"),
        ("net_amount", "total_amount", "amount"),
        ("sku", "product_name", "product_id"),
    ],
)
def test_the_better_of_two_names_is_taken_wherever_it_stands(better, worse, canonical):
    needed = {"customer_id": "kunde", "timestamp": "dato", "amount": "beløp"}
    others = [name for one, name in needed.items() if one != canonical]
    for header in ([better, worse, *others], [worse, *others, better]):
        assert mapped(header)[canonical] == better


def test_price_and_quantity_of_a_line_beat_the_total_of_its_order():
    header = ["customer_id", "date", "order_total", "qty", "unit_price"]
    assert "amount" not in mapped(header)
    assert mapped(header[:-1])["amount"] == "order_total"
    assert mapped(header, {"amount": "order_total"})["amount"] == "order_total"
    line = [name.replace("order_total", "line_total") for name in header]
    assert mapped(line)["amount"] == "line_total"


# headers as the systems export them
SYSTEMS = {
    "Shopify orders": (
        "transactions",
        "Name,Email,Financial Status,Paid at,Fulfillment Status,Fulfilled at,"
        "Accepts Marketing,Currency,Subtotal,Shipping,Taxes,Total,Discount Code,"
        "Discount Amount,Shipping Method,Created at,Lineitem quantity,Lineitem name,"
        "Lineitem price,Lineitem compare at price,Lineitem sku,Billing Name,Id,Source",
        "customer_id=Email,timestamp=Created at,order_id=Name,discount=Discount Amount,"
        "quantity=Lineitem quantity,unit_price=Lineitem price,currency=Currency,"
        "product_id=Lineitem sku",
    ),
    "WooCommerce orders": (
        "transactions",
        "Order ID,Order Number,Order Date,Paid Date,Status,Customer ID,Billing Email,"
        "Order Total,Order Currency,Discount Total,Order Notes",
        None,
    ),
    "WooCommerce order report": (
        "transactions",
        "Date,Order #,Status,Customer,Customer type,Product(s),Items Sold,Coupon(s),"
        "Net Sales,Attribution",
        "customer_id=Customer,timestamp=Date,amount=Net Sales,order_id=Order #,"
        "quantity=Items Sold",
    ),
    "Magento orders": (
        "transactions",
        "entity_id,increment_id,created_at,updated_at,customer_id,customer_email,"
        "grand_total,subtotal,order_currency,status",
        None,
    ),
    "Fortnox invoices": (
        "transactions",
        "Fakturanr,Fakturadatum,Förfallodatum,Kundnr,Kundnamn,Summa,Valuta",
        "customer_id=Kundnr,timestamp=Fakturadatum,amount=Summa,order_id=Fakturanr,"
        "currency=Valuta",
    ),
    "Visma order lines": (
        "transactions",
        "Ordrenr,Ordredato,Kundenr,Kundenavn,Varenr,Varenavn,Antall,Enhetspris,Rabatt,"
        "Linjesum",
        "customer_id=Kundenr,timestamp=Ordredato,amount=Linjesum,order_id=Ordrenr,"
        "quantity=Antall,unit_price=Enhetspris,product_id=Varenr,discount=Rabatt",
    ),
    "Tripletex invoices": (
        "transactions",
        "Fakturanummer,Fakturadato,Forfallsdato,Kundenummer,Kunde,Beløp,Valuta",
        "customer_id=Kundenummer,timestamp=Fakturadato,amount=Beløp,"
        "order_id=Fakturanummer,currency=Valuta",
    ),
    "e-conomic invoices": (
        "transactions",
        "Fakturanr.,Fakturadato,Kundenr.,Kundenavn,Beløb ekskl. moms,Valuta",
        "customer_id=Kundenr.,timestamp=Fakturadato,amount=Beløb ekskl. moms,"
        "order_id=Fakturanr.,currency=Valuta",
    ),
    "Dynamics sales lines": (
        "transactions",
        "Document No.,Posting Date,Sell-to Customer No.,Item No.,Quantity,Unit Price,"
        "Line Amount,Currency Code",
        "customer_id=Sell-to Customer No.,timestamp=Posting Date,amount=Line Amount,"
        "order_id=Document No.,quantity=Quantity,unit_price=Unit Price,"
        "product_id=Item No.,currency=Currency Code",
    ),
    "SAP billing items": (
        "transactions",
        "VBELN,POSNR,FKDAT,KUNAG,MATNR,FKIMG,NETWR,WAERK,VTWEG",
        "customer_id=KUNAG,timestamp=FKDAT,amount=NETWR,order_id=VBELN,quantity=FKIMG,"
        "product_id=MATNR,currency=WAERK,channel=VTWEG",
    ),
    "Google Analytics events": (
        "events",
        "event_date,event_timestamp,event_name,user_id,user_pseudo_id,platform",
        "customer_id=user_id,timestamp=event_timestamp,event_type=event_name",
    ),
    "Matomo actions": (
        "events",
        "visitorId,serverTimePretty,type,deviceType,url",
        "customer_id=visitorId,timestamp=serverTimePretty,event_type=type,"
        "device=deviceType",
    ),
    "Mailchimp activity": (
        "events",
        "Timestamp,Email Address,Action,URL",
        "customer_id=Email Address,timestamp=Timestamp,event_type=Action",
    ),
    "Klaviyo recipients": (
        "responses",
        "Profile ID,Email,Campaign Name,Variation,Send Time,Converted,Conversion Value",
        "customer_id=Profile ID,campaign_id=Campaign Name,converted=Converted,"
        "variant=Variation,exposed_at=Send Time,revenue=Conversion Value",
    ),
    "Shopify customers": (
        "customers",
        "Customer ID,First Name,Last Name,Email,Total Spent,Total Orders",
        "customer_id=Customer ID",
    ),
    "a list of customers": ("customers", "id,name,email", "customer_id=id"),
    "UCI online retail": (
        "transactions",
        "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID",
        "customer_id=CustomerID,timestamp=InvoiceDate,order_id=InvoiceNo,"
        "quantity=Quantity,unit_price=UnitPrice,product_id=StockCode",
    ),
}


@pytest.mark.parametrize("system", SYSTEMS)
def test_the_exports_of_common_systems_come_in_without_a_question(system):
    role, header, expected = SYSTEMS[system]
    found = mapped(header.split(","), role=role)
    if system == "WooCommerce orders":
        expected = (
            "customer_id=Customer ID,timestamp=Order Date,amount=Order Total,"
            "order_id=Order ID,discount=Discount Total,currency=Order Currency"
        )
    if system == "Magento orders":
        expected = (
            "customer_id=customer_id,timestamp=created_at,amount=grand_total,"
            "order_id=increment_id,currency=order_currency"
        )
    assert found == dict(pair.split("=") for pair in expected.split(","))
