"""Customer ids that stand for no one, for staff, or for one customer twice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from autoseg.engines import literal
from autoseg.tables.findings import MAX_EXAMPLES, mask
from autoseg.tables.personalids import check_personal_ids
from autoseg.tables.raw import WORKSPACE
from autoseg.tables.settings import give

if TYPE_CHECKING:
    from decimal import Decimal

    from autoseg.tables.findings import Findings
    from autoseg.tables.settings import Settings
    from autoseg.tables.sifting import Sifted

__all__ = ["COUNTS", "check_ids"]

COUNTS = f"{WORKSPACE}.customer_rows"
"""Rows ``n`` and ``revenue`` of each customer whose transactions are used."""

# one customer with more of the rows than this is hardly one customer
_GUEST_SHARE = 0.1
# an id that says that it is a guest needs no more than this to matter
_NAMED_GUEST_SHARE = 0.01
# of the revenue, and of the rows; one customer decides every figure
_DOMINANT_REVENUE = 0.5
_DOMINANT_ROWS = 0.99
# with few customers a large share is nothing special
_FEW_CUSTOMERS = 20
# a word in more of the ids than this is how the ids are made
_PREFIX_SHARE = 0.5
_MARKERS = ("na", "n/a", "nan", "null", "none", "<na>", "nil", "missing", "unknown")
_GUEST_NUMBERS = (
    *("0", "00", "000", "0000", "00000", "000000", "-1"),
    *("99999", "999999", "9999999", "99999999"),
)
_GUEST_WORDS = (
    *("guest", "guests", "anonymous", "walk-in", "walkin", "walk in", "cash", "pos"),
    *("cash sale", "gjest", "anonym", "ukjent", "kontantsalg", "kontant", "kasse"),
    *(
        "gæst",
        "ukendt",
        "diverse",
        "gäst",
        "okänd",
        "kontantkund",
        "kontantförsäljning",
    ),
)
_STAFF_WORDS = (
    *("test", "tester", "testing", "demo", "dummy", "staff", "employee", "internal"),
    *("ansatt", "ansatte", "personale", "intern", "medarbejder", "medarbeider"),
    *("personal", "anställd", "anställda"),
)
_SPACES = " \t\u00a0\u2007\u2009\u202f"


@dataclass(frozen=True, slots=True)
class _Customers:
    """The customers whose transactions are used, as a whole."""

    rows: Sifted
    n_customers: int

    @property
    def label(self) -> str:
        return self.rows.raw.label

    def ids(self, condition: str) -> list[tuple[str, int, Decimal]]:
        """Return id, rows and revenue of the first customers by rows."""
        return self.rows.raw.engine.fetch_rows(
            f"SELECT customer_id, n, revenue FROM {COUNTS} WHERE {condition}"
            f" ORDER BY n DESC, customer_id LIMIT {MAX_EXAMPLES}"
        )

    def sums(self, condition: str) -> tuple[int, int, Decimal]:
        """Return number, rows and revenue of the customers that meet a condition."""
        ((n_ids, n_rows, revenue),) = self.rows.raw.engine.fetch_rows(
            "SELECT COUNT(*), COALESCE(SUM(n), 0), COALESCE(SUM(revenue), 0)"
            f" FROM {COUNTS} WHERE {condition}"
        )
        return n_ids, int(n_rows), revenue

    def percent(self, revenue: Decimal) -> str:
        """Return a share of the revenue that is used, where that means something."""
        if self.rows.used.revenue <= 0:
            return ""
        return f" and {revenue / self.rows.used.revenue * 100:.1f} % of the revenue"

    def examples(self, customer_id: str) -> tuple[str, tuple[int, ...]]:
        """Return the label and the first rows of a customer."""
        own = f"reason IS NULL AND customer_id = {literal(customer_id)}"
        return self.rows.raw.where(own, self.rows.relation)


def check_ids(rows: Sifted, settings: Settings, findings: Findings) -> None:
    """Warn of ids that stand for no one, or tell who someone is.

    Parameters
    ----------
    rows : Sifted
        The transactions.
    settings : Settings
        The settings of the run.
    findings : Findings
        Takes the warnings.
    """
    engine = rows.raw.engine
    engine.execute(
        f"CREATE OR REPLACE TABLE {COUNTS} AS SELECT customer_id, COUNT(*) AS n,"
        f" SUM(amount) AS revenue FROM {rows.relation} WHERE reason IS NULL"
        " GROUP BY customer_id"
    )
    ((n_customers,),) = engine.fetch_rows(f"SELECT COUNT(*) FROM {COUNTS}")
    customers = _Customers(rows, n_customers)
    _check_markers(customers, findings)
    check_personal_ids(engine, COUNTS, rows.raw.label, settings, findings)
    guests = _check_guests(customers, findings)
    _check_staff(customers, findings)
    _check_dominant(customers, guests, findings)
    _check_variants(customers, findings)


def _check_markers(customers: _Customers, findings: Findings) -> None:
    _, n_rows, _ = customers.sums(f"LOWER(customer_id) IN {_MARKERS}")
    if n_rows:
        findings.warn(
            "ASG_W_ID_MARKERS",
            customers.label,
            f"{n_rows} rows have a customer id that looks like a marker of missing"
            " values; they count as customers",
            "leave the id blank where there is no customer, or leave such ids out with"
            " exclude_ids (--exclude-ids)",
            n_rows=n_rows,
        )


def _check_guests(customers: _Customers, findings: Findings) -> set[str]:
    """Warn of ids that hold the sales of many; return them."""
    n_used = customers.rows.used.n_rows
    word = f"LOWER(customer_id) IN {_GUEST_WORDS}"
    condition = f"({word} AND n >= {_NAMED_GUEST_SHARE * n_used})"
    if customers.n_customers >= _FEW_CUSTOMERS:
        condition += f" OR n > {_GUEST_SHARE * n_used}"
    found = customers.ids(condition)
    for customer_id, n_rows, revenue in found:
        # an id may be named only where it is certainly no one's
        known = customer_id.lower() in {*_GUEST_WORDS, *_GUEST_NUMBERS}
        who = f"'{customer_id}'" if known else mask(customer_id)
        label, examples = customers.examples(customer_id)
        fix = "leave it out with " + give("exclude_ids", [customer_id])
        if not known:
            fix = (
                "look at these rows, and leave the id out with exclude_ids"
                " (--exclude-ids) if it is no one's"
            )
        findings.warn(
            "ASG_W_GUEST_ID",
            label,
            f"the customer id {who} holds {n_rows / n_used * 100:.0f} % of the rows"
            f"{customers.percent(revenue)}, as guests and cash sales do",
            fix,
            rows=examples,
            n_rows=n_rows,
        )
    return {customer_id for customer_id, _, _ in found}


def _check_staff(customers: _Customers, findings: Findings) -> None:
    """Warn of ids that say that they belong to staff or to tests."""
    pattern = rf"(^|[^\p{{L}}])({'|'.join(_STAFF_WORDS)})([^\p{{L}}]|$)"
    condition = f"REGEXP_MATCHES(LOWER(customer_id), {literal(pattern)})"
    n_ids, n_rows, revenue = customers.sums(condition)
    if not n_ids or n_ids > _PREFIX_SHARE * customers.n_customers:
        return
    masked = ", ".join(mask(one) for one, _, _ in customers.ids(condition))
    findings.warn(
        "ASG_W_STAFF_ID",
        customers.label,
        f"{n_ids} customer ids say that they are staff's or for tests ({masked}); they"
        f" hold {n_rows} rows{customers.percent(revenue)}",
        "leave them out with exclude_ids (--exclude-ids) if they are",
        n_rows=n_rows,
    )


def _check_dominant(
    customers: _Customers, guests: set[str], findings: Findings
) -> None:
    """Warn of one customer who decides every figure, unless told as a guest."""
    used = customers.rows.used
    if customers.n_customers < _FEW_CUSTOMERS:
        return
    condition = f"n >= {_DOMINANT_ROWS * used.n_rows}"
    if used.revenue > 0:
        condition += (
            f" OR CAST(revenue AS DOUBLE) > {used.revenue} * {_DOMINANT_REVENUE}"
        )
    for customer_id, n_rows, revenue in customers.ids(condition):
        if customer_id in guests:
            continue
        label, examples = customers.examples(customer_id)
        findings.warn(
            "ASG_W_DOMINANT_CUSTOMER",
            label,
            f"the customer {mask(customer_id)} holds {n_rows / used.n_rows * 100:.0f} %"
            f" of the rows{customers.percent(revenue)}, so every average is mostly"
            " about this one",
            "look at this customer alone, and leave the id out with exclude_ids"
            " (--exclude-ids)",
            rows=examples,
            n_rows=n_rows,
        )


def _check_variants(customers: _Customers, findings: Findings) -> None:
    """Warn of ids that differ only by case, or by spaces inside."""
    folded = f"LOWER(TRANSLATE(customer_id, {literal(_SPACES)}, ''))"
    alike = (
        f"{folded} IN (SELECT {folded} FROM {COUNTS} GROUP BY {folded}"
        " HAVING COUNT(*) > 1)"
    )
    n_ids, n_rows, _ = customers.sums(alike)
    if not n_ids:
        return
    masked = ", ".join(mask(one) for one, _, _ in customers.ids(alike))
    findings.warn(
        "ASG_W_ID_VARIANTS",
        customers.label,
        f"{n_ids} customer ids differ from another only by case or by spaces inside"
        f" ({masked}); each counts as a customer",
        "write each customer's id in one way",
        n_rows=n_rows,
    )
