"""Warnings about transactions that can be used, and read wrongly."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autoseg.tables.mapping import give_column
from autoseg.tables.personalids import check_personal_ids
from autoseg.tables.raw import WORKSPACE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from autoseg.tables.findings import Findings
    from autoseg.tables.raw import RawTable
    from autoseg.tables.settings import Settings
    from autoseg.tables.sifting import Sifted

__all__ = ["check_currency", "check_duplicates", "check_ids", "check_orders"]

# one customer with more of the rows than this is hardly one customer
_GUEST_SHARE = 0.1
# with few customers a large share is nothing special
_FEW_CUSTOMERS = 20
# more rows than this share their customer and time: they may be lines of orders
_TOGETHER_SHARE = 0.01
_COUNTS = f"{WORKSPACE}.customer_rows"
_MARKERS = ("na", "n/a", "nan", "null", "none", "<na>", "nil", "missing", "unknown")
_GUESTS = (
    *(
        "0",
        "00",
        "000",
        "0000",
        "00000",
        "-1",
        "999999",
        "9999999",
        "guest",
        "anonymous",
    ),
    *("anonym", "gjest", "gæst", "gäst", "ukjent", "ukendt", "okänd", "kontant"),
)


def check_currency(
    raw: RawTable, text: str, given: str | None, name: str, findings: Findings
) -> str | None:
    """Return the currency of the amounts; an error where there are several.

    Parameters
    ----------
    raw : RawTable
        The transactions as they came.
    text : str
        SQL of the currency column.
    given : str or None
        The currency that the user gave.
    name : str
        The user's name of the column.
    findings : Findings
        Takes the error.
    """
    counts = raw.engine.fetch_rows(
        f"SELECT UPPER({text}) AS code, COUNT(*) FROM {raw.relation}"
        " GROUP BY code HAVING code IS NOT NULL ORDER BY 2 DESC, 1"
    )
    if len(counts) > 1:
        listed = ", ".join(f"{n} in {code}" for code, n in counts[:5])
        findings.error(
            "ASG_E_MIXED_CURRENCY",
            raw.label,
            f"the amounts are in {len(counts)} currencies: {listed}",
            "keep one currency, or convert the amounts to one",
            column=name,
            n_rows=sum(n for _, n in counts[1:]),
        )
        return given
    if not counts:
        return given
    code = str(counts[0][0])
    if given is not None and code != given:
        findings.error(
            "ASG_E_CURRENCY",
            raw.label,
            f"the amounts are in {code}, and {given} was given",
            f"give currency='{code}' or none",
            column=name,
        )
    is_code = len(code) == len("NOK") and code.isascii() and code.isalpha()
    return code if is_code else given


def check_duplicates(raw: RawTable, findings: Findings) -> None:
    """Warn of rows that equal another row in every column; they are kept.

    Parameters
    ----------
    raw : RawTable
        The transactions as they came.
    findings : Findings
        Takes the warning.
    """
    ((n_rows,),) = raw.engine.fetch_rows(
        # groups can go to disk where distinct counts have to stay in memory
        f"SELECT COALESCE(SUM(n) - COUNT(*), 0) FROM (SELECT COUNT(*) AS n"
        f" FROM {raw.relation} GROUP BY fingerprint) AS alike"
    )
    if n_rows:
        findings.warn(
            "ASG_W_DUPLICATE_ROWS",
            raw.label,
            f"{n_rows} of {raw.n_rows} rows repeat another row in every column; they"
            " are kept, for a receipt may list the same article twice",
            "take them out first if they are mistakes",
            n_rows=n_rows,
        )


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
        f"CREATE OR REPLACE TABLE {_COUNTS} AS SELECT customer_id,"
        f" COUNT(*) AS n FROM {rows.relation} WHERE reason IS NULL GROUP BY customer_id"
    )
    marked = f"LOWER(customer_id) IN {_MARKERS}"
    ((n_marked, n_customers, most),) = engine.fetch_rows(
        f"SELECT COALESCE(SUM(n) FILTER ({marked}), 0), COUNT(*), MAX(n) FROM {_COUNTS}"
    )
    if n_marked:
        findings.warn(
            "ASG_W_ID_MARKERS",
            rows.raw.label,
            f"{n_marked} rows have a customer id that looks like a marker of missing"
            " values; they count as customers",
            "leave the id blank where there is no customer",
            n_rows=int(n_marked),
        )
    check_personal_ids(engine, _COUNTS, rows.raw.label, settings, findings)
    share = most / rows.used.n_rows
    if share > _GUEST_SHARE and n_customers >= _FEW_CUSTOMERS:
        _warn_of_guest(rows, most, share, findings)


def _warn_of_guest(rows: Sifted, most: int, share: float, findings: Findings) -> None:
    ((known,),) = rows.raw.engine.fetch_rows(
        f"SELECT MAX(LOWER(customer_id)) FILTER (LOWER(customer_id) IN {_GUESTS})"
        f" FROM {_COUNTS} WHERE n = {most}"
    )
    # an id may be named only where it is certainly no one's
    who = "one customer id" if known is None else f"the customer id '{known}'"
    findings.warn(
        "ASG_W_GUEST_ID",
        rows.raw.label,
        f"{who} holds {share * 100:.0f} % of the rows, as guests and cash sales do",
        "take these rows out first, or leave their customer id blank",
        n_rows=most,
    )


def check_orders(rows: Sifted, columns: Mapping[str, str], findings: Findings) -> None:
    """Warn where rows may be wrongly taken for orders, or orders shared.

    Parameters
    ----------
    rows : Sifted
        The transactions.
    columns : mapping of str to str
        Their canonical columns.
    findings : Findings
        Takes the warnings.
    """
    engine = rows.raw.engine
    if "order_id" not in columns:
        ((n_rows,),) = engine.fetch_rows(
            "SELECT COALESCE(SUM(n), 0) FROM (SELECT COUNT(*) AS n FROM"
            f" {rows.relation} WHERE reason IS NULL GROUP BY customer_id, timestamp"
            " HAVING COUNT(*) > 1) AS together"
        )
        # two orders of one day are nothing special where times are days
        if n_rows > _TOGETHER_SHARE * rows.used.n_rows:
            findings.warn(
                "ASG_W_NO_ORDER_ID",
                rows.raw.label,
                f"no column says which order a row belongs to, and {n_rows} rows share"
                " their customer and time with another; each counts as an order",
                f"map the order number: {give_column('order_id', 'your name')}",
                n_rows=int(n_rows),
            )
        return
    ((n_shared,),) = engine.fetch_rows(
        f"SELECT COUNT(*) FROM (SELECT order_id FROM {rows.relation}"
        " WHERE reason IS NULL AND order_id IS NOT NULL GROUP BY order_id"
        " HAVING MIN(customer_id) <> MAX(customer_id)) AS shared"
    )
    if n_shared:
        findings.warn(
            "ASG_W_SHARED_ORDER",
            rows.raw.label,
            f"{n_shared} order numbers belong to more than one customer; each"
            " customer's part counts as an order",
            n_rows=n_shared,
        )
