"""The totals row at the end of an export, which is no purchase."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autoseg.tables.reasons import Reason

if TYPE_CHECKING:
    from autoseg.tables.sifting import Sifted

__all__ = ["ROUNDING", "TOTAL_WORDS", "find_totals_row"]

ROUNDING = "0.01"
"""How far a total may be off, in currency units: sums have two decimals in print."""
TOTAL_WORDS = (
    *("total", "totals", "grand total", "subtotal", "sub total", "sum"),
    *("totalt", "i alt", "ialt", "sum totalt", "summa", "totalsum", "delsum"),
    *("totalsumma", "delsumma", "sammenlagt", "summa totalt"),
)
"""What stands where the customer would be in a row that holds a total."""


def find_totals_row(rows: Sifted) -> Reason | None:
    """Return the reason for rows that hold a total, which is no purchase.

    A row with a word such as 'Total' where the customer is, and no date, is one
    whatever its amount: the export may have been cut, or the total be of a part. A
    row with a date, or with neither customer nor date, has to be the only one of its
    file that is the sum of all others. Where it stands makes no difference, so that
    the order of rows makes none.

    Parameters
    ----------
    rows : Sifted
        The transactions.
    """
    words = ", ".join(f"'{word}'" for word in TOTAL_WORDS)
    word = f"RTRIM(LOWER(customer_id), ' :') IN ({words})"
    # few rows have no date, so the words of the others need not be looked at
    named = f"(timestamp IS NULL AND COALESCE({word}, FALSE))"
    sums = (
        f"(ABS(2 * amount - total) <= {ROUNDING} AND amount <> 0"
        f" AND ((customer_id IS NULL AND timestamp IS NULL) OR {word}))"
    )
    found = rows.raw.engine.fetch_rows(
        f"SELECT file, MIN(row) FILTER (NOT {named}), COUNT(*) FILTER (NOT {named})"
        f" FROM {rows.relation} JOIN (SELECT file,"
        f" SUM(amount) AS total FROM {rows.relation} GROUP BY file) AS totals"
        f" USING (file) WHERE {named} OR {sums} GROUP BY file ORDER BY file"
    )
    if not found:
        return None
    places = [f"(file = {file} AND row = {row})" for file, row, n in found if n == 1]
    return Reason("totals_row", " OR ".join([named, *places]), "look like a total")
