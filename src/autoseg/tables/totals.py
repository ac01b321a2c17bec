"""The totals row at the end of an export, which is no purchase."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autoseg.tables.reasons import Reason

if TYPE_CHECKING:
    from autoseg.tables.sifting import Sifted

__all__ = ["find_totals_row"]

# currency units; sums are printed with two decimals
_ROUNDING = "0.01"
_WORDS = (
    *("total", "totals", "grand total", "subtotal", "sub total", "sum"),
    *("totalt", "i alt", "ialt", "sum totalt", "summa", "totalsum", "delsum"),
    *("totalsumma", "delsumma", "sammenlagt", "summa totalt", "total:", "sum:"),
)


def find_totals_row(rows: Sifted) -> Reason | None:
    """Return the reason for a row that holds the sum of all others of its file.

    It has a word such as 'Total' where the customer is, or neither a customer nor a
    date. Where it stands makes no difference, so that the order of rows makes none.

    Parameters
    ----------
    rows : Sifted
        The transactions.
    """
    words = ", ".join(f"'{word}'" for word in _WORDS)
    condition = (
        f"ABS(2 * amount - total) <= {_ROUNDING} AND amount <> 0"
        " AND ((customer_id IS NULL AND timestamp IS NULL)"
        f" OR LOWER(customer_id) IN ({words}))"
    )
    found = rows.raw.engine.fetch_rows(
        f"SELECT file, MIN(row) FROM {rows.relation} JOIN (SELECT file,"
        f" SUM(amount) AS total FROM {rows.relation} GROUP BY file) AS totals"
        f" USING (file) WHERE {condition} GROUP BY file HAVING COUNT(*) = 1"
    )
    if not found:
        return None
    places = " OR ".join(f"(file = {file} AND row = {row})" for file, row in found)
    return Reason("totals_row", places, "hold the sum of all others")
