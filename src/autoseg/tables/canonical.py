"""What a canonical column is, and how names of columns are compared.

Names are compared folded: case, accents, spaces, underscores, hyphens and dots make
no difference, and ``ø`` is ``o``, ``æ`` is ``ae`` and ``å`` is ``a``.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Literal

__all__ = ["CUSTOMER", "PERSON", "Column", "Kind", "fold", "ranked"]

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


def ranked(text: str) -> tuple[tuple[str, ...], ...]:
    """Return aliases by rank, from a text with a bar between ranks.

    Parameters
    ----------
    text : str
        Aliases, the best ones first.

    Examples
    --------
    >>> ranked("order_date purchase_date | date")
    (('order_date', 'purchase_date'), ('date',))
    """
    return tuple(tuple(rank.split()) for rank in text.split("|"))


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
    ranks : tuple of tuple of str
        Other names it goes by, in English, Norwegian, Danish and Swedish, the best
        ones first: a name counts only where none of a better rank is there. Two of
        one rank are asked about. ``name+other`` is a name that counts only beside
        another.
    """

    name: str
    kind: Kind
    unit: str = ""
    required: bool = False
    ranks: tuple[tuple[str, ...], ...] = ()

    @property
    def aliases(self) -> tuple[str, ...]:
        """All other names, the best ones first."""
        return tuple(name.partition("+")[0] for rank in self.ranks for name in rank)


_CUSTOMER_NAMES = (
    "customer_no customer_nr customer_number customer_code customer_key customer_ref"
    " cust_id cust_no cust_account customer_account sell_to_customer_no"
    " bill_to_customer_no kundenr kunde_id kundenummer kundekode kundnr kund_id"
    " kundnummer kundkod debitornr debitornummer debitor_id kunnr kunag"
    " | customer kunde kund debitor"
    " | member_id member_no medlemsnr medlem_id medlemsnummer household_id user_id"
    " buyer_id shopper_id account_id loyalty_id contact_id subscriber_id profile_id"
    " | client_id client_no client_number visitor_id user_pseudo_id full_visitor_id"
)
_ADDRESSES = (
    "email email_address customer_email buyer_email billing_email email_billing"
    " epost epostadresse epostadress mailadresse mejladress e-mailadresse"
)

CUSTOMER = Column(
    "customer_id",
    "id",
    required=True,
    ranks=ranked(f"{_CUSTOMER_NAMES} | {_ADDRESSES}"),
)
"""Who did something: the same column in every table."""

PERSON = Column(
    "customer_id",
    "id",
    required=True,
    ranks=ranked(f"{_CUSTOMER_NAMES} | id | {_ADDRESSES}"),
)
"""Who a row is about, in a table with one row a customer."""
