"""How the tables beside the transactions match them, and themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autoseg.tables.checks.accounts import COUNTS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from autoseg.tables.findings import Findings
    from autoseg.tables.sifting import Sifted

__all__ = ["check_companions"]

_WHOLE = r"REGEXP_FULL_MATCH(customer_id, '[0-9]+')"


def check_companions(
    sifted: Mapping[str, Sifted],
    columns: Mapping[str, Mapping[str, str]],
    findings: Findings,
) -> None:
    """Warn where the customers of one table are not those of another.

    Parameters
    ----------
    sifted : mapping of str to Sifted
        All tables; the ids of the transactions are counted.
    columns : mapping of str to mapping
        Their canonical columns.
    findings : Findings
        Takes the warnings.
    """
    for role, rows in sifted.items():
        if role == "transactions":
            continue
        _check_zeros(rows, findings)
        if role == "customers":
            _check_customers(rows, findings)
        else:
            _check_strangers(rows, findings)
    if "responses" in sifted:
        _check_answers(sifted["responses"], columns["responses"], findings)


def _beside(rows: Sifted) -> str:
    """Return the rows that are used, ``known`` where the transactions know them."""
    # a join goes to disk where NOT IN may have to stay in memory, and look long
    return (
        f"(SELECT used.customer_id AS customer_id, own.n IS NOT NULL AS known"
        f" FROM (SELECT customer_id FROM {rows.relation} WHERE reason IS NULL) AS used"
        f" LEFT JOIN {COUNTS} AS own ON own.customer_id = used.customer_id) AS beside"
    )


def _check_zeros(rows: Sifted, findings: Findings) -> None:
    """Warn of numbers that would match but for zeros in front."""
    ((n_ids,),) = rows.raw.engine.fetch_rows(
        f"SELECT COUNT(*) FROM (SELECT customer_id FROM {_beside(rows)}"
        f" WHERE NOT known AND {_WHOLE} GROUP BY customer_id) AS strangers"
        " WHERE LTRIM(customer_id, '0') IN"
        f" (SELECT LTRIM(customer_id, '0') FROM {COUNTS} WHERE {_WHOLE})"
    )
    if n_ids:
        findings.warn(
            "ASG_W_ID_ZEROS",
            rows.raw.label,
            f"{n_ids} customer ids would be those of the transactions but for zeros in"
            " front, so they do not match",
            "read the ids as text in both tables, or write the zeros in both",
            n_rows=n_ids,
        )


def _check_customers(rows: Sifted, findings: Findings) -> None:
    ((n_rows, n_with),) = rows.raw.engine.fetch_rows(
        f"SELECT COUNT(*), COUNT(*) FILTER (known) FROM {_beside(rows)}"
    )
    ((n_customers,),) = rows.raw.engine.fetch_rows(f"SELECT COUNT(*) FROM {COUNTS}")
    if n_rows > n_with:
        findings.warn(
            "ASG_W_CUSTOMERS_WITHOUT_ORDERS",
            rows.raw.label,
            f"{n_rows - n_with} of {n_rows} customers have no transaction that is used;"
            " they are in no segment",
            n_rows=n_rows - n_with,
        )
    # there is one row a customer, else there was an error
    if n_customers > n_with:
        findings.warn(
            "ASG_W_ORDERS_WITHOUT_CUSTOMER",
            rows.raw.label,
            f"{n_customers - n_with} of {n_customers} customers with transactions have"
            " no row here; their attributes are missing",
            n_rows=n_customers - n_with,
        )


def _check_strangers(rows: Sifted, findings: Findings) -> None:
    ((n_ids, n_rows),) = rows.raw.engine.fetch_rows(
        "SELECT COUNT(*), COALESCE(SUM(n), 0) FROM (SELECT COUNT(*) AS n FROM"
        f" {_beside(rows)} WHERE NOT known GROUP BY customer_id) AS strangers"
    )
    if n_ids:
        findings.warn(
            "ASG_W_UNKNOWN_CUSTOMERS",
            rows.raw.label,
            f"{n_rows} of {rows.used.n_rows} rows belong to {n_ids} customers without a"
            " transaction that is used; they say nothing of any segment",
            n_rows=int(n_rows),
        )


def _check_answers(
    rows: Sifted, columns: Mapping[str, str], findings: Findings
) -> None:
    """Warn of customers who are counted twice in a campaign, or in two of its arms."""
    arm = "variant" if "variant" in columns else "NULL"
    ((n_twice, n_crossed),) = rows.raw.engine.fetch_rows(
        "SELECT COUNT(*), COUNT(*) FILTER (lowest <> highest) FROM"
        f" (SELECT MIN({arm}) AS lowest, MAX({arm}) AS highest FROM {rows.relation}"
        " WHERE reason IS NULL GROUP BY customer_id, campaign_id"
        " HAVING COUNT(*) > 1) AS pairs"
    )
    if n_twice:
        findings.warn(
            "ASG_W_DUPLICATE_RESPONSES",
            rows.raw.label,
            f"{n_twice} customers have several rows for one campaign; each row counts",
            "keep one row a customer and campaign",
            n_rows=n_twice,
        )
    if n_crossed:
        findings.warn(
            "ASG_W_CROSSED_VARIANTS",
            rows.raw.label,
            f"{n_crossed} customers are in more than one variant of a campaign, so the"
            " variants cannot be compared by them",
            "leave these customers out of the comparison",
            n_rows=n_crossed,
        )
