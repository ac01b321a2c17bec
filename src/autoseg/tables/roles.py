"""The canonical columns of every kind of table, and the names they go by.

Names are compared folded: case, accents, spaces, underscores, hyphens and dots make
no difference, and ``ø`` is ``o``, ``æ`` is ``ae`` and ``å`` is ``a``.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["ROLES", "Column", "Kind", "fold"]

Kind = Literal["id", "timestamp", "amount", "number", "count", "text", "flag"]

# what NFKD does not take apart
_LETTERS = str.maketrans({"ø": "o", "æ": "ae", "ß": "ss", "ð": "d", "þ": "th"})


def fold(name: str) -> str:
    """Return a column name without what makes no difference.

    Parameters
    ----------
    name : str
        A column name as the user wrote it.

    Examples
    --------
    >>> fold("Customer Id"), fold("customer_id"), fold("BELØP")
    ('customerid', 'customerid', 'belop')
    """
    plain = unicodedata.normalize("NFKD", name.casefold().translate(_LETTERS))
    return "".join(letter for letter in plain if letter.isalnum())


@dataclass(frozen=True, slots=True)
class Column:
    """A canonical column of one table.

    Parameters
    ----------
    name : str
        The name that every later stage uses.
    kind : str
        How it is read: an id (always text), a timestamp, an amount of money, a
        number, a count (whole number), a text or a flag.
    unit : str
        Unit of the values; empty where there is none.
    required : bool
        Whether the table is of no use without it.
    aliases : tuple of str
        Other names it goes by, in English, Norwegian, Danish and Swedish.
    """

    name: str
    kind: Kind
    unit: str = ""
    required: bool = False
    aliases: tuple[str, ...] = ()


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_CUSTOMER = Column(
    "customer_id",
    "id",
    required=True,
    aliases=_words(
        "customer customer_no customer_nr customer_number customer_code cust_id"
        " client_id household_id member_id user_id buyer_id shopper_id account_id"
        " kunde kundenr kunde_id kundenummer kundnr kund_id kundnummer kund"
        " medlemsnr medlem_id medlemsnummer"
    ),
)
_TIMESTAMP_ALIASES = (
    "date datetime date_time time created_at transaction_date transaction_time"
    " transaction_timestamp dato datotid datum tid tidspunkt tidpunkt tidsstempel"
)
_COST_ALIASES = _words(
    "cogs cost_price cost_of_goods kost kostnad kostpris varekost indkøbspris"
    " innkjøpspris inköpspris vareforbrug omkostning"
)

_TRANSACTIONS = (
    _CUSTOMER,
    Column(
        "timestamp",
        "timestamp",
        required=True,
        aliases=_words(
            f"{_TIMESTAMP_ALIASES} order_date order_datetime order_time ordered_at"
            " invoice_date invoice_datetime purchase_date purchased_at sale_date"
            " sales_date ordredato ordretidspunkt ordre_dato kjøpsdato købsdato"
            " fakturadato salgsdato bestillingsdato orderdatum köpdatum fakturadatum"
            " inköpsdatum beställningsdatum försäljningsdatum"
        ),
    ),
    Column(
        "amount",
        "amount",
        unit="currency",
        required=True,
        aliases=_words(
            "revenue sales sales_value sales_amount net_sales net_amount line_total"
            " line_amount total_amount order_value order_amount order_total total"
            " turnover value spend beløb ordrebeløb totalbeløb salgsbeløb linjebeløb"
            " beløp ordrebeløp omsetning omsætning salgsbeløp"
            " linjebeløp totalbeløp belopp orderbelopp omsättning radbelopp summa sum"
            " försäljning salg ordresum ordreverdi ordreværdi ordervärde"
        ),
    ),
    Column(
        "order_id",
        "id",
        aliases=_words(
            "order order_no order_nr order_number invoice invoice_no invoice_nr"
            " invoice_id invoice_number basket_id transaction_id transaction_no"
            " receipt_id receipt_no receipt_number ordrenr ordre_id ordrenummer"
            " fakturanr fakturanummer faktura_id kvitteringsnr kvitteringsnummer"
            " bilagsnr bonnr ordernr ordernummer kvittonr kvittonummer"
        ),
    ),
    Column(
        "quantity",
        "number",
        unit="units",
        aliases=_words(
            "qty n_units units units_sold item_count items pieces antall antal"
            " stk stykk kvantum kvantitet mengde mængde mängd"
        ),
    ),
    Column(
        "unit_price",
        "number",
        unit="currency",
        aliases=_words(
            "price price_per_unit item_price enhetspris stykpris stykkpris pris"
            " enhedspris styckpris apris á-pris"
        ),
    ),
    Column(
        "product_id",
        "id",
        aliases=_words(
            "product product_code product_no product_number sku stock_code item_id"
            " item_no item_number article_id article_no article_number upc ean gtin"
            " varenr varenummer vare_id artikkelnr artikkelnummer artikkel_id"
            " produktnr produktnummer produkt_id artikelnr artikelnummer artikel_id"
            " varunr varunummer"
        ),
    ),
    Column(
        "category",
        "text",
        aliases=_words(
            "product_category product_group item_category department kategori"
            " varegruppe produktgruppe produktkategori varekategori avdeling afdeling"
            " varugrupp produktgrupp avdelning"
        ),
    ),
    Column(
        "channel",
        "text",
        aliases=_words("sales_channel order_channel kanal salgskanal säljkanal"),
    ),
    Column(
        "discount",
        "amount",
        unit="currency",
        aliases=_words(
            "discount_amount discount_value rebate rabatt rabattbeløp rabat"
            " rabatbeløb rabattbelopp"
        ),
    ),
    Column(
        "currency",
        "text",
        aliases=_words("currency_code valuta valutakode valutakod"),
    ),
    Column("cost", "amount", unit="currency", aliases=_COST_ALIASES),
    Column(
        "n_lines",
        "count",
        unit="lines",
        aliases=_words("line_count lines antall_linjer antal_linjer antal_rader"),
    ),
)

_EVENTS = (
    _CUSTOMER,
    Column(
        "timestamp",
        "timestamp",
        required=True,
        aliases=_words(
            f"{_TIMESTAMP_ALIASES} event_date event_time event_timestamp event_at"
            " occurred_at hendelsesdato hændelsesdato händelsedatum"
        ),
    ),
    Column(
        "event_type",
        "text",
        required=True,
        aliases=_words(
            "event event_name action activity type hendelse hendelsestype hændelse"
            " hændelsestype händelse händelsetyp handling aktivitet"
        ),
    ),
    Column("channel", "text", aliases=_words("event_channel kanal")),
    Column("device", "text", aliases=_words("device_type enhet enhed enhetstype")),
)

_RESPONSES = (
    _CUSTOMER,
    Column(
        "campaign_id",
        "id",
        required=True,
        aliases=_words(
            "campaign campaign_no campaign_name campaign_code kampanje kampanje_id"
            " kampanjenr kampagne kampagne_id kampagnenr kampanj kampanj_id kampanjnr"
        ),
    ),
    Column(
        "converted",
        "flag",
        required=True,
        aliases=_words(
            "responded response conversion konvertert konverteret konverterad"
            " respons svart svarte svaret svarade"
        ),
    ),
    Column(
        "variant", "text", aliases=_words("arm treatment test_group variant_id gruppe")
    ),
    Column(
        "exposed_at",
        "timestamp",
        aliases=_words(
            "exposure_date sent_at send_date sent_date contacted_at contact_date"
            " sendt sendt_dato utsendt skickad utskicksdatum"
        ),
    ),
    Column(
        "revenue",
        "amount",
        unit="currency",
        aliases=_words("amount sales beløp belopp omsetning omsætning omsättning"),
    ),
    Column("cost", "amount", unit="currency", aliases=_COST_ALIASES),
)

_SUMMARIES = (
    _CUSTOMER,
    Column(
        "recency_days",
        "number",
        unit="days",
        required=True,
        aliases=_words(
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
        aliases=_words(
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
        aliases=_words(
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
        aliases=_words(
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
        aliases=_words(
            "aov avg_order_value mean_order_value average_order average_basket"
            " gjennomsnittlig_ordreverdi snittordre snittordreverdi"
            " gennemsnitlig_ordreværdi snitordre genomsnittligt_ordervärde"
            " snittorder snittordervärde"
        ),
    ),
    Column(
        "last_purchase",
        "timestamp",
        aliases=_words(
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
        aliases=_words(
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
        aliases=_words("currency_code valuta valutakode valutakod"),
    ),
)

ROLES: Mapping[str, tuple[Column, ...]] = MappingProxyType(
    {
        "transactions": _TRANSACTIONS,
        "customers": (_CUSTOMER,),
        "events": _EVENTS,
        "responses": _RESPONSES,
        "summaries": _SUMMARIES,
    }
)
"""Canonical columns by table; the customers' other columns are attributes."""
