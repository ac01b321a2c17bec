"""The canonical columns of customers that came summed up, and their names."""

from __future__ import annotations

from autoseg.tables.canonical import PERSON, Column, ranked

__all__ = ["SUMMARIES"]

SUMMARIES = (
    PERSON,
    Column(
        "recency_days",
        "number",
        unit="days",
        required=True,
        ranks=ranked(
            "recency days_since_last_purchase days_since_last_order"
            " days_since_last_visit days_since_purchase days_since_order"
            " dager_siden_siste_kjøp dager_siden_siste_ordre dager_siden_kjøp"
            " dage_siden_seneste_køb dage_siden_sidste_køb dage_siden_seneste_ordre"
            " dagar_sedan_senaste_köp dagar_sedan_senaste_köpet"
            " dagar_sedan_senaste_order"
        ),
    ),
    Column(
        "frequency",
        "number",
        unit="orders",
        required=True,
        ranks=ranked(
            "orders n_orders num_orders order_count orders_count total_orders"
            " number_of_orders purchases n_purchases purchase_count"
            " number_of_purchases transactions n_transactions num_transactions"
            " transaction_count number_of_transactions frekvens antall_ordrer"
            " antall_ordre antall_kjøp antall_bestillinger antal_ordrer antal_køb"
            " antal_bestillinger antal_ordrar antal_order antal_köp"
            " antal_beställningar"
        ),
    ),
    Column(
        "monetary",
        "amount",
        unit="currency",
        required=True,
        ranks=ranked(
            "monetary_value total_spend total_spent total_spending spend amount"
            " total_amount revenue total_revenue sales total_sales net_sales"
            " total_value turnover beløp samlet_beløp totalbeløp totalt_beløp beløb"
            " samlet_beløb totalbeløb belopp totalbelopp totalt_belopp"
            " sammanlagt_belopp omsetning total_omsetning samlet_omsetning omsætning"
            " total_omsætning samlet_omsætning omsättning total_omsättning"
        ),
    ),
    Column(
        "tenure_days",
        "number",
        unit="days",
        ranks=ranked(
            "tenure days_since_first_purchase days_since_first_order"
            " dager_siden_første_kjøp dager_siden_første_ordre"
            " dage_siden_første_køb dage_siden_første_ordre dagar_sedan_första_köp"
            " dagar_sedan_första_köpet dagar_sedan_första_order"
        ),
    ),
    Column(
        "average_order_value",
        "amount",
        unit="currency",
        ranks=ranked(
            "aov avg_order_value mean_order_value average_order average_basket"
            " gjennomsnittlig_ordreverdi snittordre snittordreverdi"
            " gennemsnitlig_ordreværdi snitordre genomsnittligt_ordervärde"
            " snittorder snittordervärde"
        ),
    ),
    Column(
        "last_purchase",
        "timestamp",
        ranks=ranked(
            "last_purchase_date last_purchased_at last_order last_order_date"
            " last_ordered_at last_transaction last_transaction_date last_visit"
            " last_visit_date latest_purchase latest_purchase_date latest_order"
            " latest_visit_date date_most_recent most_recent_visit"
            " most_recent_purchase siste_kjøp siste_kjøpsdato siste_ordre"
            " siste_ordredato seneste_køb seneste_købsdato sidste_køb"
            " sidste_købsdato seneste_ordre seneste_ordredato senaste_köp"
            " senaste_köpdatum senaste_order senaste_orderdatum"
        ),
    ),
    Column(
        "first_purchase",
        "timestamp",
        ranks=ranked(
            "first_purchase_date first_purchased_at first_order first_order_date"
            " first_ordered_at first_transaction first_transaction_date"
            " første_kjøp første_kjøpsdato første_ordre første_ordredato første_køb"
            " første_købsdato första_köp första_köpdatum första_order"
            " första_orderdatum"
        ),
    ),
    Column(
        "currency",
        "text",
        ranks=ranked("currency_code valuta valutakode valutakod"),
    ),
)
"""One row a customer, with recency, frequency and total."""
