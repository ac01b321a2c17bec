"""Columns that tell nothing, tell it twice, or give the answer away."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from autoseg.tables.attributes import (
    MANY,
    NEARLY_ALL,
    names_an_answer,
    read_attribute,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from autoseg.engines import Engine
    from autoseg.tables.attributes import Attribute
    from autoseg.tables.findings import Findings
    from autoseg.tables.staged import StagedSummaries, StagedTables

__all__ = ["lint_attributes", "lint_transactions"]

_SAME = 0.999
_FEW = 10
# pairs grow with the square of the columns
_MOST_NUMBERS = 40
_TOTALS = {
    "revenue": "revenue",
    "purchases": "purchases",
    "n_orders": "number of orders",
}
_TEXTS = ("category", "channel")
_NUMBERS = ("quantity", "discount", "cost")


def lint_attributes(staged: StagedTables | StagedSummaries, findings: Findings) -> None:
    """Warn of attributes of the customers that a segmentation is better without.

    Parameters
    ----------
    staged : StagedTables or StagedSummaries
        Tables that were staged, with customers.
    findings : Findings
        Takes the warnings.
    """
    engine = staged.engine
    ((n_customers,),) = engine.fetch_rows("SELECT COUNT(*) FROM customers")
    described = engine.fetch_rows("SELECT column_name FROM (DESCRIBE customers)")
    names = [name for (name,) in described if name != "customer_id"]
    columns = [read_attribute(engine, name) for name in names]
    telling = []
    for column in columns:
        if column.n == 0:
            _warn_empty("customers", column.name, n_customers, findings)
        elif column.n_distinct == 1 and column.n == n_customers:
            _warn_constant("customers", column.name, n_customers, findings)
        elif column.is_like_id:
            _warn_like_id("customers", column.name, column.n_distinct, findings)
        else:
            telling.append(column)
    for name in names:
        if names_an_answer(name):
            findings.warn(
                "ASG_W_COLUMN_LEAKS",
                "customers",
                "the name says that it holds a segment or a prediction: what is found"
                " with it only repeats it",
                "leave the column out",
                column=name,
                n_rows=n_customers,
            )
    if "transactions" in staged.tables:
        _check_totals(engine, telling, findings)
    if "responses" in staged.tables:
        _check_answers(engine, telling, findings)
    _check_repeats(engine, telling, findings)


def lint_transactions(staged: StagedTables, findings: Findings) -> None:
    """Warn of optional columns of the transactions that tell nothing.

    Parameters
    ----------
    staged : StagedTables
        Tables that were staged.
    findings : Findings
        Takes the warnings.
    """
    engine = staged.engine
    texts = [name for name in _TEXTS if name in staged.columns]
    numbers = [name for name in _NUMBERS if name in staged.columns]
    if not texts and not numbers:
        return
    own = {m.canonical: m.source for m in staged.mapping if m.role == "transactions"}
    asked = [f"COUNT({name}), MIN({name}) = MAX({name})" for name in texts + numbers]
    alike = [(name, other) for name, other in combinations(["amount", *numbers], 2)]
    asked += [_correlation(f"{a}::DOUBLE", f"{b}::DOUBLE") for a, b in alike]
    ((n_rows, *found),) = engine.fetch_rows(
        f"SELECT COUNT(*), {', '.join(asked)} FROM transactions"
    )
    for position, name in enumerate(texts + numbers):
        n, is_constant = found[2 * position : 2 * position + 2]
        if n == 0:
            _warn_empty("transactions", own[name], n_rows, findings)
        elif is_constant and n == n_rows and n_rows > 1:
            _warn_constant("transactions", own[name], n_rows, findings)
        elif name in texts and n > MANY:
            n_distinct = _count_distinct(engine, "transactions", name)
            if n_distinct >= NEARLY_ALL * n:
                _warn_like_id("transactions", own[name], n_distinct, findings)
    for (a, b), same in zip(alike, found[2 * len(texts + numbers) :], strict=True):
        if same and n_rows > _FEW:
            _warn_repeated("transactions", own[b], own[a], n_rows, findings)


def _count_distinct(engine: Engine, table: str, name: str) -> int:
    # groups can go to disk where distinct counts have to stay in memory
    ((n,),) = engine.fetch_rows(
        f"SELECT COUNT(*) FROM (SELECT 1 FROM {table} WHERE {name} IS NOT NULL"
        f" GROUP BY {name}) AS texts"
    )
    return int(n)


def _correlation(a: str, b: str) -> str:
    return f"COALESCE(ABS(CORR({a}, {b})) BETWEEN {_SAME} AND 2, FALSE)"


def _check_totals(
    engine: Engine, columns: Sequence[Attribute], findings: Findings
) -> None:
    """Warn of numbers that are what the customer has bought for, or how often."""
    numbers = [column for column in columns if column.is_number]
    if not numbers:
        return
    pairs = [(column, total) for column in numbers for total in _TOTALS]
    asked = [
        f"COUNT(*) FILTER (ABS({column.number} - {total}) < 0.005),"
        f" COUNT({column.sql}) FILTER ({total} IS NOT NULL),"
        f" COALESCE(MIN({total}) < MAX({total}), FALSE)"
        for column, total in pairs
    ]
    ((*found,),) = engine.fetch_rows(
        f"SELECT {', '.join(asked)} FROM customers JOIN (SELECT customer_id,"
        " SUM(amount)::DOUBLE AS revenue,"
        " (SUM(amount) FILTER (kind = 'purchase'))::DOUBLE AS purchases,"
        " (COUNT(*) FILTER (kind = 'purchase'))::DOUBLE AS n_orders"
        " FROM orders GROUP BY customer_id) AS totals USING (customer_id)"
    )
    told: set[str] = set()
    for position, (column, total) in enumerate(pairs):
        n_equal, n, differ = found[3 * position : 3 * position + 3]
        same = n >= _FEW and differ and n_equal > NEARLY_ALL * n
        if same and column.name not in told:
            told.add(column.name)
            what = f"equals the customer's {_TOTALS[total]} for {n_equal} of {n}"
            _warn_leak(column.name, what, n_equal, findings)


def _check_answers(
    engine: Engine, columns: Sequence[Attribute], findings: Findings
) -> None:
    """Warn of attributes with two values that say who answered a campaign."""
    for column in columns:
        if column.n_distinct != 2:  # noqa: PLR2004
            continue
        ((n, n_pairs, n_answers),) = engine.fetch_rows(
            "SELECT SUM(n)::BIGINT, COUNT(*), COUNT(DISTINCT answered) FROM"
            f" (SELECT {column.sql} AS value, answered, COUNT(*) AS n"
            " FROM customers JOIN (SELECT customer_id, MAX(converted::INTEGER) AS"
            " answered FROM responses GROUP BY customer_id) AS answers"
            " USING (customer_id) WHERE value IS NOT NULL GROUP BY ALL) AS pairs"
        )
        if n and n >= _FEW and n_pairs == n_answers == 2:  # noqa: PLR2004
            what = f"says who answered a campaign, for all {n} customers who were asked"
            _warn_leak(column.name, what, n, findings)


def _check_repeats(
    engine: Engine, columns: Sequence[Attribute], findings: Findings
) -> None:
    numbers = [column for column in columns if column.is_number][:_MOST_NUMBERS]
    pairs = list(combinations(numbers, 2))
    close: Mapping[tuple[str, str], bool] = {}
    if pairs:
        asked = [_correlation(a.number, b.number) for a, b in pairs]
        ((*found,),) = engine.fetch_rows(f"SELECT {', '.join(asked)} FROM customers")
        close = {
            (a.name, b.name): same for (a, b), same in zip(pairs, found, strict=True)
        }
    told: set[str] = set()
    for a, b in combinations(columns, 2):
        if b.name in told:
            continue
        if close.get((a.name, b.name)) or _is_one_to_one(engine, a, b):
            told.add(b.name)
            _warn_repeated("customers", b.name, a.name, b.n, findings)


def _is_one_to_one(engine: Engine, a: Attribute, b: Attribute) -> bool:
    if (a.n, a.n_distinct, a.shape) != (b.n, b.n_distinct, b.shape):
        return False
    # values that occur once each go together by themselves
    if a.n_distinct == 1 or a.n < _FEW or a.n_distinct > a.n / 2:
        return False
    first, second = a.sql, b.sql
    ((n_pairs,),) = engine.fetch_rows(
        f"SELECT COUNT(*) FROM (SELECT 1 FROM customers WHERE {first} IS NOT NULL"
        f" OR {second} IS NOT NULL GROUP BY {first}, {second}) AS pairs"
    )
    return bool(n_pairs == a.n_distinct)


def _warn_empty(source: str, name: str, n: int, findings: Findings) -> None:
    findings.warn(
        "ASG_W_EMPTY_COLUMN", source, "there is nothing in it", "leave it out",
        column=name, n_rows=n,
    )  # fmt: skip


def _warn_constant(source: str, name: str, n: int, findings: Findings) -> None:
    findings.warn(
        "ASG_W_CONSTANT_COLUMN", source,
        f"all {n} values are the same, so it tells no one apart", "leave it out",
        column=name, n_rows=n,
    )  # fmt: skip


def _warn_like_id(source: str, name: str, n: int, findings: Findings) -> None:
    findings.warn(
        "ASG_W_COLUMN_LIKE_ID", source,
        f"there are {n} different values, nearly one each, as an id or free text has",
        "leave it out, or map the column that has the groups", column=name, n_rows=n,
    )  # fmt: skip


def _warn_repeated(
    source: str, name: str, other: str, n: int, findings: Findings
) -> None:
    findings.warn(
        "ASG_W_REPEATED_COLUMN", source,
        f"it says what column '{other}' says, so the same would count twice",
        "leave one of the two out", column=name, n_rows=n,
    )  # fmt: skip


def _warn_leak(name: str, what: str, n: int, findings: Findings) -> None:
    findings.warn(
        "ASG_W_COLUMN_LEAKS", "customers",
        f"it {what}: what is found with it only repeats it", "leave the column out",
        column=name, n_rows=n,
    )  # fmt: skip
