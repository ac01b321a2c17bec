"""Reading typed columns: each canonical column becomes an expression there."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from autoseg.tables.currencies import read_currency
from autoseg.tables.identifiers import LAST_WHOLE_FLOAT, LONGEST_ID
from autoseg.tables.inplace.place import Hindrance, NotInPlace
from autoseg.tables.roles import ROLES
from autoseg.tables.sensitive import check_sensitive
from autoseg.tables.transactions import PRICED, STAGED
from autoseg.tables.zones import clock_gaps

if TYPE_CHECKING:
    from collections.abc import Mapping

    from autoseg.engines import TypedColumn
    from autoseg.tables.currencies import Money
    from autoseg.tables.findings import Findings
    from autoseg.tables.inplace.opening import PlacedTable
    from autoseg.tables.settings import Settings

__all__ = ["Readings", "count_rows", "read_in_place"]

_LARGEST_DAY = "9999-12-31 23:59:59.999999"


class Readings(dict[str, str]):
    """SQL of the canonical columns, and what else is known of a row.

    Attributes
    ----------
    flags : dict of str to str
        As of `autoseg.tables.reasons.reasons_for`.
    currency : str or None
        What the amounts are in.
    """

    flags: dict[str, str]
    currency: str | None = None


def count_rows(table: PlacedTable, findings: Findings) -> PlacedTable:
    """Look at all rows once: how many there are, and ids that cannot be used.

    Parameters
    ----------
    table : PlacedTable
        The table.
    findings : Findings
        Takes errors and warnings.

    Raises
    ------
    NotInPlace
        If there are texts that the engine cannot bring to one spelling.
    """
    asked = {"n": "TRUE"}
    ids = _ids(table)
    for column in ids:
        asked |= {f"{column.sql} {key}": sql for key, sql in _doubts(column, table)}
    texts = [table.columns[i] for i in table.used if table.columns[i].kind == "text"]
    for column in texts:
        doubt = table.dialect.spelled_twice(column.sql)
        if doubt:
            asked[f"{column.sql} spelled"] = doubt
    counts = ", ".join(f"COUNT(CASE WHEN {sql} THEN 1 END)" for sql in asked.values())
    engine = table.translated.engine
    (found,) = engine.fetch_rows(f"SELECT {counts} FROM {table.raw.relation}")
    told = dict(zip(asked, found, strict=True))
    spelled = [one for one in texts if told.get(f"{one.sql} spelled")]
    if spelled:
        raise NotInPlace(
            Hindrance(table.raw.label, "letters are written in two ways", one.name)
            for one in spelled
        )
    if not told["n"]:
        findings.error(
            "ASG_E_NO_ROWS",
            table.raw.label,
            "there are columns and 0 data rows",
            "export it again",
        )
    for column in ids:
        _note_ids(table, column, told, findings)
    raw = replace(table.raw, n_rows=told["n"])
    whole = {c.sql for c in ids if _all_end_in_zero(c, told, findings, raw.label)}
    columns = [
        c._replace(type="with .0") if c.sql in whole else c for c in table.columns
    ]
    return replace(table, raw=raw, columns=columns)


def _ids(table: PlacedTable) -> list[TypedColumn]:
    return [
        table.columns[table.mapped[one.name]]
        for one in ROLES[table.role]
        if one.kind == "id" and one.name in table.mapped
    ]


def _doubts(column: TypedColumn, table: PlacedTable) -> list[tuple[str, str]]:
    """Return what may be wrong with ids, and SQL that holds where it is."""
    if column.kind == "text":
        whole = table.dialect.matches(column.sql, "^[0-9]+[.]0$")
        return [
            ("long", f"LENGTH({column.sql}) > {LONGEST_ID}"),
            ("there", f"{column.sql} IS NOT NULL"),
            ("whole", whole),
        ]
    if column.kind not in {"decimal", "float"}:
        return []
    within = f"ABS({column.sql}) <= {LAST_WHOLE_FLOAT}"
    if column.kind == "decimal":
        return [("broken", f"{column.sql} <> FLOOR({column.sql})")]
    return [
        ("broken", f"{within} AND {column.sql} <> FLOOR({column.sql})"),
        ("merged", f"NOT ({within}) AND {table.dialect.finite(column.sql)}"),
    ]


def _note_ids(
    table: PlacedTable, column: TypedColumn, told: Mapping[str, int], findings: Findings
) -> None:
    for key, code, found, fix in (
        (
            "long", "ASG_E_ID_LENGTH", f"ids are longer than {LONGEST_ID} characters",
            "map the column that has the ids, or mend these rows",
        ),
        ("broken", "ASG_E_ID_FLOAT", "ids have decimals", "read the column as text"),
        (
            "merged", "ASG_E_ID_FLOAT",
            "ids are too long for floats, so some may have merged",
            "read the column as text",
        ),
    ):  # fmt: skip
        n_rows = told.get(f"{column.sql} {key}", 0)
        if n_rows:
            findings.error(
                code,
                table.raw.label,
                f"{n_rows} {found}",
                fix,
                column=column.name,
                n_rows=n_rows,
            )


def _all_end_in_zero(
    column: TypedColumn, told: Mapping[str, int], findings: Findings, label: str
) -> bool:
    n_rows = told.get(f"{column.sql} there", 0)
    if not n_rows or n_rows != told[f"{column.sql} whole"]:
        return False
    findings.warn(
        "ASG_W_ID_DECIMALS",
        label,
        "every id ends in '.0', as after a trip through a spreadsheet; the ending was"
        " taken off",
        column=column.name,
        n_rows=n_rows,
    )
    return True


def read_in_place(
    table: PlacedTable, settings: Settings, findings: Findings
) -> Readings:
    """Return SQL of a table's canonical columns, in the dialect of its engine.

    Parameters
    ----------
    table : PlacedTable
        The table; its rows are counted.
    settings : Settings
        The settings of the run.
    findings : Findings
        Takes errors and warnings.
    """
    role, found = table.role, Readings()
    found.flags = {}
    large = _worth(role, table.mapped)
    for canonical in ROLES[role]:
        if canonical.name in table.mapped:
            column = table.columns[table.mapped[canonical.name]]
            found[canonical.name] = _read(
                table, column, canonical.kind, canonical.name in large
            )
            if canonical.kind == "timestamp":
                found[canonical.name] = _local(table, column, settings, findings)
    if role == "customers":
        for position, column in enumerate(table.columns):
            if position not in table.mapped.values() and _is_attribute(column):
                found[column.sql] = column.sql
        own = [column.name for column in table.columns if column.sql in found]
        check_sensitive(table.raw.label, own, settings, findings)
    if role == "transactions":
        return _in_one_currency(table, found, settings, findings)
    return found


def _is_attribute(column: TypedColumn) -> bool:
    return bool(column.name) and column.name.lower() != "customer_id"


def _worth(role: str, mapped: Mapping[str, int]) -> frozenset[str]:
    """Return the columns that say what a row is worth: too much is not unreadable."""
    if role != "transactions":
        return frozenset()
    return frozenset({"amount"} if "amount" in mapped else {"quantity", "unit_price"})


def _read(table: PlacedTable, column: TypedColumn, kind: str, large: bool) -> str:
    dialect, sql = table.dialect, column.sql
    if kind == "id":
        return _read_id(table, column)
    if kind == "flag":
        if column.kind == "boolean":
            return sql
        return f"CASE {sql} WHEN 1 THEN TRUE WHEN 0 THEN FALSE END"
    if kind == "text":
        return dialect.clean(sql) if column.kind != "text" else sql
    if kind == "timestamp":
        return sql
    number = dialect.fit(sql, column.kind, large=large)
    return f"CAST({number} AS BIGINT)" if kind == "count" else number


def _read_id(table: PlacedTable, column: TypedColumn) -> str:
    dialect, sql = table.dialect, column.sql
    if column.kind == "text":
        return f"LEFT({sql}, LENGTH({sql}) - 2)" if column.type == "with .0" else sql
    if column.kind == "float":
        # an error was noted where one is larger
        within = f"CASE WHEN ABS({sql}) <= {LAST_WHOLE_FLOAT} THEN {sql} END"
        return dialect.as_text(f"CAST({within} AS BIGINT)")
    if column.kind == "decimal":
        return dialect.as_text(dialect.whole(sql))
    return dialect.as_text(sql)


def _local(
    table: PlacedTable, column: TypedColumn, settings: Settings, findings: Findings
) -> str:
    """Return the local time of a column; NULL where no calendar has it."""
    dialect, sql = table.dialect, column.sql
    if column.kind == "timestamptz":
        if settings.timezone is None:
            findings.warn(
                "ASG_W_TIMEZONE",
                table.raw.label,
                "the times have an offset from UTC and no business time zone is given,"
                " so days begin at midnight UTC",
                "give timezone, for example 'Europe/Oslo'",
                column=column.name,
                n_rows=table.raw.n_rows,
            )
        local = dialect.local(sql, settings.timezone or "UTC")
    else:
        local = f"CAST({sql} AS {dialect.time_type})"
    moment = (
        f"CASE WHEN {local} >= {dialect.time_type} '0001-01-01 00:00:00' AND {local}"
        f" <= {dialect.time_type} '{_LARGEST_DAY}' THEN {local} END"
    )
    if column.kind == "timestamp" and settings.timezone is not None:
        _check_clock(table, column, moment, settings.timezone, findings)
    return moment


def _check_clock(
    table: PlacedTable,
    column: TypedColumn,
    moment: str,
    timezone: str,
    findings: Findings,
) -> None:
    """Warn of local times that a clock in the business time zone never showed."""
    engine = table.translated.engine
    times = f"(SELECT {moment} AS moment FROM {table.raw.relation}) AS moments"
    ((first, last),) = engine.fetch_rows(
        f"SELECT MIN(moment), MAX(moment) FROM {times}"
        f" WHERE moment >= {table.dialect.time_type} '1970-01-01 00:00:00'"
        f" AND moment < {table.dialect.time_type} '2101-01-01 00:00:00'"
    )
    gaps = [] if first is None else list(clock_gaps(ZoneInfo(timezone), first, last))
    if not gaps:
        return
    missing = " OR ".join(
        f"moment >= {table.dialect.time_type} '{start}'"
        f" AND moment < {table.dialect.time_type} '{end}'"
        for start, end in gaps
    )
    ((n_rows,),) = engine.fetch_rows(f"SELECT COUNT(*) FROM {times} WHERE {missing}")
    if n_rows:
        findings.warn(
            "ASG_W_DST",
            table.raw.label,
            f"{n_rows} times do not exist in {timezone}, where clocks were put forward"
            " over them; they stay on their day",
            "check that the times are in this time zone",
            column=column.name,
            n_rows=n_rows,
        )


def _in_one_currency(
    table: PlacedTable, found: Readings, settings: Settings, findings: Findings
) -> Readings:
    """Return the columns of transactions, with amounts in one currency."""
    dialect = table.dialect
    money = read_currency(table.raw, table.mapped, "FALSE", settings, findings)
    read: Any = found.get("amount")
    if read is None:
        product = f"{found['quantity']} * {found['unit_price']}"
        read = dialect.fit(product, "decimal", large=True)
    value = _convert(table, money, read, large=True)
    # a small rate would hide what is too large already
    beyond = " OR ".join(
        f"ABS({one}) > {settings.max_amount:f}" for one in dict.fromkeys((read, value))
    )
    whole = Readings(customer_id=found["customer_id"], timestamp=found["timestamp"])
    whole["amount"] = f"CASE WHEN NOT ({beyond}) THEN {value} END"
    whole.flags = {"beyond": beyond}
    whole.currency = money.code
    if money.left_out is not None:
        whole.flags["left_out"] = table.translated.write(money.left_out)
    for name in STAGED:
        if name in found:
            sql = found[name]
            is_money = name in PRICED
            whole[name] = _convert(table, money, sql, large=False) if is_money else sql
    return whole


def _convert(table: PlacedTable, money: Money, number: str, *, large: bool) -> str:
    if money.rate is None:
        return number
    rate = table.translated.write(money.rate)
    return table.dialect.fit(f"{number} * {rate}", "decimal", large=large)
