"""The canonical columns of every kind of table, and the names they go by."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from autoseg.tables.canonical import CUSTOMER, PERSON, Column, fold, ranked
from autoseg.tables.summaryroles import SUMMARIES

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["ORDER_TOTALS", "ROLES"]

_DAY_NAMES = "date datetime date_time dato datotid datum transaction_timestamp"
_TIME_NAMES = (
    "created_at created_on created_date creation_date processed_at completed_at time"
    " tid tidspunkt tidpunkt tidsstempel opprettet opprettet_dato oprettet"
    " oprettelsesdato skapad skapad_datum"
)
_COST_NAMES = ranked(
    "cogs cost_of_goods cost_of_goods_sold varekost vareforbrug varukostnad"
    " | cost_price kost kostnad kostpris omkostning indkøbspris innkjøpspris"
    " inköpspris"
)
# on a line of an order these are the whole order's, and would count once a line
_TOTAL_NAMES = (
    "total_amount order_value order_amount order_total total grand_total total_price"
    " total_sales gross_amount gross_sales ordrebeløp totalbeløb ordrebeløb totalbeløp"
    " orderbelopp totalbelopp totalt summa sum ordresum ordresummer ordreverdi"
    " ordreværdi ordervärde bruttobeløp bruttobeløb bruttobelopp"
    " | subtotal"
)

_TRANSACTIONS = (
    CUSTOMER,
    Column(
        "timestamp",
        "timestamp",
        required=True,
        ranks=ranked(
            "order_date order_datetime order_time ordered_at date_ordered invoice_date"
            " invoice_datetime purchase_date purchased_at purchase_time sale_date"
            " sales_date transaction_date transaction_time ordredato ordretidspunkt"
            " kjøpsdato købsdato fakturadato salgsdato bestillingsdato orderdatum"
            " köpdatum fakturadatum inköpsdatum beställningsdatum försäljningsdatum"
            f" fkdat | {_DAY_NAMES} posting_date document_date bilagsdato"
            " bogføringsdato bokføringsdato bokföringsdatum audat erdat"
            f" | {_TIME_NAMES} | paid_at date_paid payment_date betalt betalt_dato"
            " betalingsdato betaldatum"
        ),
    ),
    Column(
        "amount",
        "amount",
        unit="currency",
        required=True,
        ranks=ranked(
            "line_total line_amount line_value line_revenue row_total item_total"
            " item_revenue linjebeløb linjebeløp linjesum linjetotal radbelopp radsumma"
            " | revenue sales sales_value sales_amount net_sales net_amount net_value"
            " net_total net_revenue n_revenue netwr turnover value spend beløb"
            " salgsbeløb beløp omsetning omsætning salgsbeløp belopp omsättning"
            " försäljning salg netto nettobeløp nettobeløb nettobelopp nettosum"
            " beløp_eks_mva beløp_ekskl_mva beløp_eksl_mva beløb_ekskl_moms"
            f" beløb_eks_moms belopp_exkl_moms sum_eks_mva | {_TOTAL_NAMES}"
        ),
    ),
    Column(
        "order_id",
        "id",
        ranks=ranked(
            "order order_no order_nr order_number ordrenr ordre_id ordrenummer ordernr"
            " ordernummer sales_order sales_order_no increment_id name+lineitem_price"
            " | invoice invoice_no invoice_nr invoice_id invoice_number document_no"
            " fakturanr fakturanummer faktura_id bilagsnr bilagsnummer vbeln"
            " | basket_id transaction_id transaction_no receipt_id receipt_no"
            " receipt_number ticket_no checkout_id kvitteringsnr kvitteringsnummer"
            " bonnr kvittonr kvittonummer"
        ),
    ),
    Column(
        "quantity",
        "number",
        unit="units",
        ranks=ranked(
            "qty lineitem_quantity order_qty order_quantity qty_ordered"
            " quantity_ordered item_quantity n_units units units_sold antall antal"
            " antal_st kvantum kvantitet mengde mængde mängd fkimg kwmeng"
            " | item_count items items_sold pieces stk stykk"
        ),
    ),
    Column(
        "unit_price",
        "number",
        unit="currency",
        ranks=ranked(
            "price_per_unit price_each item_price lineitem_price enhetspris stykpris"
            " stykkpris enhedspris styckpris apris pris_pr_stk pris_pr_enhed"
            " pris_per_enhet | price pris"
        ),
    ),
    Column(
        "product_id",
        "id",
        ranks=ranked(
            "product_code product_no product_number sku product_sku item_sku"
            " lineitem_sku stock_code item_id item_no item_number article_id article_no"
            " article_number varenr varenummer vare_id artikkelnr artikkelnummer"
            " artikkel_id produktnr produktnummer produkt_id artikelnr artikelnummer"
            " artikel_id artnr varunr varunummer matnr | upc ean gtin | product vare"
            " produkt artikel artikkel item | product_name item_name lineitem_name"
            " varenavn produktnavn produktnamn artikelnamn"
        ),
    ),
    Column(
        "category",
        "text",
        ranks=ranked(
            "product_category category_name item_category kategori produktkategori"
            " varekategori | product_group product_type item_group varegruppe"
            " produktgruppe varugrupp produktgrupp | department avdeling afdeling"
            " avdelning"
        ),
    ),
    Column(
        "channel",
        "text",
        ranks=ranked(
            "sales_channel order_channel channel_name kanal salgskanal säljkanal"
            " försäljningskanal vtweg"
        ),
    ),
    Column(
        "discount",
        "amount",
        unit="currency",
        ranks=ranked(
            "line_discount discount_amount discount_value rabattbeløp rabatbeløb"
            " rabattbelopp | rebate rabatt rabat discount_total total_discount"
            " cart_discount cart_discount_amount order_discount"
        ),
    ),
    Column(
        "currency",
        "text",
        ranks=ranked(
            "currency_code order_currency valuta valutakode valutakod waerk waers"
        ),
    ),
    Column("cost", "amount", unit="currency", ranks=_COST_NAMES),
    Column(
        "n_lines",
        "count",
        unit="lines",
        ranks=ranked("line_count lines antall_linjer antal_linjer antal_rader"),
    ),
)

_EVENTS = (
    CUSTOMER,
    Column(
        "timestamp",
        "timestamp",
        required=True,
        ranks=ranked(
            "event_time event_timestamp event_datetime event_at occurred_at server_time"
            " server_time_pretty hendelsestidspunkt hændelsestidspunkt"
            " | event_date hendelsesdato hændelsesdato händelsedatum transaction_date"
            f" transaction_time {_DAY_NAMES} | {_TIME_NAMES}"
        ),
    ),
    Column(
        "event_type",
        "text",
        required=True,
        ranks=ranked(
            "event event_name hendelse hendelsestype hændelse hændelsestype händelse"
            " händelsetyp | action action_type activity activity_type metric"
            " metric_name handling aktivitet | type"
        ),
    ),
    Column(
        "channel",
        "text",
        ranks=ranked("event_channel kanal | default_channel_group channel_group"),
    ),
    Column(
        "device",
        "text",
        ranks=ranked("device_type device_category enhet enhed enhetstype enhedstype"),
    ),
)

_RESPONSES = (
    CUSTOMER,
    Column(
        "campaign_id",
        "id",
        required=True,
        ranks=ranked(
            "campaign_no campaign_code kampanje_id kampanjenr kampagne_id kampagnenr"
            " kampanj_id kampanjnr | campaign campaign_name campaign_title kampanje"
            " kampagne kampanj kampanjenavn kampagnenavn kampanjnamn"
        ),
    ),
    Column(
        "converted",
        "flag",
        required=True,
        ranks=ranked(
            "conversion responded konvertert konverteret konverterad svart svarte"
            " svaret svarade | response respons purchased bought kjøpte købte köpte"
        ),
    ),
    Column(
        "variant",
        "text",
        ranks=ranked(
            "variant_id variation arm treatment test_group ab_group | gruppe grupp"
        ),
    ),
    Column(
        "exposed_at",
        "timestamp",
        ranks=ranked(
            "exposure_date sent_at send_date sent_date send_time sendt_dato"
            " utskicksdatum afsendt_dato | contacted_at contact_date sendt utsendt"
            " skickad"
        ),
    ),
    Column(
        "revenue",
        "amount",
        unit="currency",
        ranks=ranked(
            "conversion_value omsetning omsætning omsättning | amount sales beløp beløb"
            " belopp"
        ),
    ),
    Column("cost", "amount", unit="currency", ranks=_COST_NAMES),
)

ORDER_TOTALS = frozenset(fold(name) for rank in ranked(_TOTAL_NAMES) for name in rank)
"""Folded names of amounts that are a whole order's: price and quantity beat them."""

ROLES: Mapping[str, tuple[Column, ...]] = MappingProxyType(
    {
        "transactions": _TRANSACTIONS,
        "customers": (PERSON,),
        "events": _EVENTS,
        "responses": _RESPONSES,
        "summaries": SUMMARIES,
    }
)
"""Canonical columns by table; the customers' other columns are attributes."""
