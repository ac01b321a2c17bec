"""For any rows: what came in is what was used and what was dropped."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import pandas as pd
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autoseg.errors import InputError

ROWS = st.lists(
    st.tuples(
        st.sampled_from(["a", "b", "c", None, ""]),
        st.sampled_from(["1", "2", "3", None]),
        st.integers(1, 28),
        st.decimals(-500, 500, places=4, allow_nan=False),
    ),
    min_size=1,
    max_size=30,
)


def expected(rows, since, as_of):
    """Account for the rows one by one, in plain Python."""
    used: dict[str, list[tuple[str, Decimal]]] = {}
    dropped: dict[str, list[Decimal]] = {}
    for position, (customer, order, day, amount) in enumerate(rows):
        if not customer:
            dropped.setdefault("missing_customer", []).append(amount)
        elif day >= as_of:
            dropped.setdefault("after_as_of", []).append(amount)
        elif day < since:
            dropped.setdefault("before_since", []).append(amount)
        else:
            own = order if order is not None else f"row {position}"
            used.setdefault(customer, []).append((own, amount))
    for customer, lines in list(used.items()):
        totals: dict[str, Decimal] = {}
        for order, amount in lines:
            totals[order] = totals.get(order, Decimal(0)) + amount
        if not any(total > 0 for total in totals.values()):
            amounts = [amount for _, amount in used.pop(customer)]
            dropped.setdefault("customer_without_purchase", []).extend(amounts)
    return used, dropped


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(rows=ROWS, since=st.integers(1, 10), as_of=st.integers(15, 28))
def test_the_log_equals_an_account_row_by_row(run, rows, since, as_of):
    frame = pd.DataFrame(rows, columns=["customer_id", "order_id", "day", "amount"])
    frame = frame.assign(
        timestamp=[datetime(2024, 1, day) for day in frame.pop("day")],
        customer_id=frame["customer_id"].astype("string"),
        order_id=frame["order_id"].astype("string"),
    )
    used, dropped = expected(rows, since, as_of)
    try:
        result = run(frame, since=f"2024-01-{since:02}", as_of=f"2024-01-{as_of:02}")
    except InputError:
        assert not used
        return
    log = result.staged.log
    revenue = sum(amount for lines in used.values() for _, amount in lines)
    assert log.n_customers == len(used)
    assert log.rows_used == sum(len(lines) for lines in used.values())
    assert log.revenue_used == revenue
    assert dict(log.dropped_rows) == {name: len(a) for name, a in dropped.items()}
    assert dict(log.dropped_revenue) == {name: sum(a) for name, a in dropped.items()}
    assert log.rows_in == log.rows_used + sum(log.dropped_rows.values())
    assert log.revenue_in == log.revenue_used + sum(log.dropped_revenue.values())
    ((rows_staged, staged),) = result.staged.engine.fetch_rows(
        "SELECT COUNT(*), SUM(amount) FROM transactions"
    )
    assert (rows_staged, staged) == (log.rows_used, revenue)
